"""The menu: only the places where this person has something to do; a fixed number of queries."""

from datetime import date

from django.db.models import Exists
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.models import CouncilMember, Petition
from documents.actions import documents_waiting_for
from organization.actions import current_appointment
from organization.models import Appointment, Duty, Person, Role, RoleGrant
from workflows import flows
from workflows.models import Evaluation, OrganisationRating
from workflows.policy.visibility import headed_units


def menu_of(person: Person, path: str) -> dict:
    """`nav` entries with label, url, current and count, the person's agency, and whether he is in practice space."""
    on = timezone.localdate()
    roles = set(RoleGrant.objects.on(on).filter(person=person).values_list("role", flat=True))
    post = current_appointment(person, on)
    waiting = flows.open_tasks(owner=person).count()
    to_sign = documents_waiting_for(person).count()
    heads = bool(headed_units(person, on))
    parts = _parts(person, on)
    entries = [("work", _("My work"), waiting + to_sign)]
    if post is not None:
        entries.append(("my_evaluations", _("My forms"), 0))
    if parts["reviewing"] or parts["holding"]:
        entries.append(("team", _("My team"), 0))
    if to_sign:
        entries.append(("signing_queue", _("To sign"), to_sign))
    personnel = bool(roles & {Role.UNIT_HR, Role.PROVINCE_HR})
    # Whoever may found a council or call its session needs the way there before there is one.
    if heads or personnel or parts["sitting"]:
        entries.append(("councils", _("Council"), 0))
    if heads or personnel or parts["preparing"]:
        entries.append(("petitions", _("Petitions"), 0))
    if heads or personnel or Role.AUDITOR in roles:
        entries.append(("periods", _("Periods"), 0))
        entries.append(("report", _("Reports"), 0))
    if heads or personnel or Role.AUDITOR in roles or parts["rated"]:
        entries.append(("organisations", _("Organisations"), 0))
    if Role.CLERK in roles:
        entries.append(("issuing", _("Issuing"), 0))
    if Role.ARCHIVIST in roles:
        entries.append(("archive", _("Archive"), 0))
    elif heads or Role.AUDITOR in roles:
        entries.append(("archive_files", _("Archive"), 0))
    entries.append(("documents", _("Documents"), 0))
    if personnel:
        entries.append(("setup", _("Set-up"), 0))
    nav = [_entry(name, label, count, path) for name, label, count in entries]
    return {"nav": nav, "agency": post.unit.agency().name if post else "", "practice": person.practice}


def _parts(person: Person, on: date) -> dict[str, object]:
    """The person's parts in the process that his posts and roles do not tell, in one query."""
    headed = Appointment.objects.on(on).filter(person=person, duty=Duty.HEAD)
    asked = Person.objects.filter(pk=person.pk).annotate(
        reviewing=Exists(Evaluation.objects.filter(reviewer=person)),
        holding=Exists(person.delegations_held.on(on)),
        sitting=Exists(CouncilMember.objects.filter(person=person)),
        preparing=Exists(Petition.objects.filter(preparer=person)),
        rated=Exists(OrganisationRating.objects.filter(unit__in=headed.values("unit_id"))),
    )
    return dict(asked.values("reviewing", "holding", "sitting", "preparing", "rated").get())


def _entry(name: str, label: str, count: int, path: str) -> dict:
    url = reverse(name)
    current = path == url if url == "/" else path.startswith(url)
    return {"label": label, "url": url, "current": current, "count": count}
