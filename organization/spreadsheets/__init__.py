"""Excel files from outside: read in a limited child process, then turned into typed rows with reasons per cell."""

from organization.spreadsheets.tables import Row, RowError, load_row, read_table
from organization.spreadsheets.values import Column
from organization.spreadsheets.workbook import Sheet, Workbook, WorkbookRefused, read_workbook

__all__ = [
    "Column",
    "Row",
    "RowError",
    "Sheet",
    "Workbook",
    "WorkbookRefused",
    "load_row",
    "read_table",
    "read_workbook",
]
