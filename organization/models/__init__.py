from organization.models.appointments import Appointment, Duty, SubjectGroup
from organization.models.calendar import CalendarDay
from organization.models.delegations import Capacity, Delegation, Role, RoleGrant, Scope
from organization.models.imports import ImportBatch
from organization.models.journal import JournalEntry
from organization.models.people import Person
from organization.models.units import AgencyRole, Block, Unit

__all__ = [
    "AgencyRole",
    "Appointment",
    "Block",
    "CalendarDay",
    "Capacity",
    "Delegation",
    "Duty",
    "ImportBatch",
    "JournalEntry",
    "Person",
    "Role",
    "RoleGrant",
    "Scope",
    "SubjectGroup",
    "Unit",
]
