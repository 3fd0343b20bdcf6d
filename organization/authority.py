"""Under whose power somebody acts. The only reader of delegations."""

from dataclasses import dataclass, field
from datetime import date

from organization.models import Capacity, Delegation, Person, Role, RoleGrant, Scope, Unit


@dataclass(frozen=True)
class Authority:
    """The power used for one act: the person's own, or another's handed over by a document."""

    holder: Person
    actor: Person
    capacity: str = Capacity.OWN
    document_number: str = ""
    document_on: date | None = None
    delegation_id: int | None = field(default=None, compare=False)

    @classmethod
    def own(cls, person: Person) -> "Authority":
        """The person's own power."""
        return cls(holder=person, actor=person)

    @property
    def is_delegated(self) -> bool:
        return self.holder != self.actor

    def as_json(self) -> dict:
        """What a journal entry and a decision keep of it."""
        return {
            "holder": str(self.holder.uuid),
            "actor": str(self.actor.uuid),
            "capacity": self.capacity,
            "document_number": self.document_number,
            "document_on": self.document_on.isoformat() if self.document_on else None,
        }


def find_authority(*, actor: Person, holder: Person, scope: Scope, unit: Unit, on: date) -> Authority | None:
    """The authority by which `actor` may use `holder`'s power in `unit` on that day, or None.

    A delegation for a unit covers the units below it. A delegate inherits the delegator's conflicts: the
    policies ask about both people.
    """
    if actor == holder:
        return Authority.own(actor)
    covering = [unit.pk, *_ancestor_ids(unit)]
    delegation = (
        Delegation.objects.on(on)
        .filter(delegator=holder, delegate=actor, scope=scope, unit_id__in=covering)
        .order_by("document_on", "id")
        .last()
    )
    if delegation is None:
        return None
    return Authority(
        holder=holder,
        actor=actor,
        capacity=delegation.capacity,
        document_number=delegation.document_number,
        document_on=delegation.document_on,
        delegation_id=delegation.pk,
    )


def delegators_of(*, actor: Person, scope: Scope, on: date) -> list[tuple[int, int]]:
    """(person id, unit id) pairs whose power `actor` holds that day, for lists; acts ask find_authority again."""
    return list(Delegation.objects.on(on).filter(delegate=actor, scope=scope).values_list("delegator_id", "unit_id"))


def _ancestor_ids(unit: Unit) -> list[int]:
    return list(Unit.objects.ancestors(unit).values_list("pk", flat=True))


def units_of_role(*, person: Person, role: Role, on: date) -> set[int]:
    """Ids of the units in which the person holds the role that day, the subtrees included."""
    roots = list(RoleGrant.objects.on(on).filter(person=person, role=role).values_list("unit_id", flat=True))
    return subtree_ids(roots)


def units_by_role(*, person: Person, on: date) -> dict[str, set[int]]:
    """Every role that the person holds that day with the ids of its units, the subtrees included: one reading."""
    trees: dict[int, set[int]] = {}
    found: dict[str, set[int]] = {}
    for role, root in RoleGrant.objects.on(on).filter(person=person).values_list("role", "unit_id"):
        if root not in trees:
            trees[root] = subtree_ids([root])
        found.setdefault(role, set()).update(trees[root])
    return found


def subtree_ids(roots: list[int]) -> set[int]:
    """Ids of these units and all below them."""
    found: set[int] = set()
    for root in roots:
        if root not in found:
            found.update(Unit.objects.descendants(root, include_self=True).values_list("pk", flat=True))
    return found


def has_role(*, person: Person, role: Role, unit: Unit, on: date) -> bool:
    """Whether the person holds the role for this unit, directly or from a unit above."""
    return (
        RoleGrant.objects.on(on)
        .filter(person=person, role=role, unit_id__in=[unit.pk, *_ancestor_ids(unit)])
        .exists()
    )
