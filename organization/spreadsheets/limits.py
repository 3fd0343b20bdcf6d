"""What one uploaded workbook may cost. A district's largest list has about 5,000 rows and 30 columns."""

MAX_BYTES = 10 * 1024 * 1024
MAX_PARTS = 300
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200  # unpacked : packed, asked only of parts above RATIO_FROM
RATIO_FROM = 1024 * 1024
MAX_SHEETS = 20
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_TEXT = 20_000_000  # characters of all cells together: one shared string can stand in a million cells
MEMORY = 1024**3
CPU_SECONDS = 20
WALL_SECONDS = 30.0
