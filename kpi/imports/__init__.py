"""Lists of this app that come in as Excel files, and all kinds of import in the order in which they are needed."""

from kpi.imports.assignments import ASSIGNMENTS
from kpi.imports.catalogues import CATALOGUE
from kpi.imports.positions import PEOPLE, POSITIONS
from kpi.imports.results import RESULTS
from organization.imports import UNITS

KINDS = {kind.code: kind for kind in (UNITS, POSITIONS, PEOPLE, CATALOGUE, ASSIGNMENTS, RESULTS)}

__all__ = ["ASSIGNMENTS", "CATALOGUE", "KINDS", "PEOPLE", "POSITIONS", "RESULTS", "UNITS"]
