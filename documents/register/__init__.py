"""An agency's register in plain text: `sha256  number  time  kind`, checkable with sha256sum and grep alone.

Sheets are closed daily or on demand; the first line of a sheet is the hash of the sheet before it. Each is
time-stamped and its head mailed to a witness; both are owed until done.
"""

from documents.numbering import LINES, LOCAL, SHEETS
from documents.register.lines import line_text, sheet_text, write_line
from documents.register.sheets import NO_SHEET, folder_of, name_of, publish_missing, stamp_sheets, write_sheet
from documents.register.witness import mail_heads, witnesses_of

__all__ = [
    "LINES",
    "LOCAL",
    "NO_SHEET",
    "SHEETS",
    "folder_of",
    "line_text",
    "mail_heads",
    "name_of",
    "publish_missing",
    "sheet_text",
    "stamp_sheets",
    "witnesses_of",
    "write_line",
    "write_sheet",
]
