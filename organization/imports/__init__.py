"""Lists that come in as Excel files: read, compared with what is stored, previewed, and stored on confirmation."""

from organization.imports.kinds import ImportKind, ImportRefused, Preview, Sheets, Table
from organization.imports.people import PEOPLE
from organization.imports.units import UNITS

KINDS = {kind.code: kind for kind in (UNITS, PEOPLE)}

__all__ = ["KINDS", "PEOPLE", "UNITS", "ImportKind", "ImportRefused", "Preview", "Sheets", "Table"]
