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

MOST = 6  # places in one row of a desk's screen; the others fold under "More"


def menu_of(person: Person, path: str) -> dict:
    """`nav` and `more`: entries with label, url, current and count; the person's agency; whether he is practising."""
    on = timezone.localdate()
    roles = set(RoleGrant.objects.on(on).filter(person=person).values_list("role", flat=True))
    post = current_appointment(person, on)
    waiting = flows.open_tasks(owner=person).count()
    to_sign = documents_waiting_for(person).count()
    heads = bool(headed_units(person, on))
    parts = _parts(person, on)
    personnel = bool(roles & {Role.UNIT_HR, Role.PROVINCE_HR})
    auditor = Role.AUDITOR in roles
    runs = heads or personnel or auditor
    # The first places are those where the person works; whoever founds a council needs the way before there is one.
    places = [
        ("work", _("My work"), True),
        ("my_evaluations", _("My forms"), post is not None),
        ("team", _("My team"), parts["reviewing"] or parts["holding"]),
        ("signing_queue", _("To sign"), to_sign),
        ("issuing", _("Issuing"), Role.CLERK in roles),
        ("archive", _("Archive"), Role.ARCHIVIST in roles),
        ("councils", _("Council"), heads or personnel or parts["sitting"]),
        ("periods", _("Periods"), runs),
        ("petitions", _("Petitions"), heads or personnel or parts["preparing"]),
        ("organisations", _("Organisations"), runs or parts["rated"]),
        ("documents", _("Documents"), True),
        ("report", _("Reports"), runs),
        ("archive_files", _("Archive"), (heads or auditor) and Role.ARCHIVIST not in roles),
        ("setup", _("Set-up"), personnel),
    ]
    counts = {"work": waiting + to_sign, "signing_queue": to_sign}
    nav = [_entry(name, label, counts.get(name, 0), path) for name, label, shown in places if shown]
    more = nav[MOST - 1 :] if len(nav) > MOST else []
    return {
        "nav": nav[: len(nav) - len(more)],
        "more": more,
        "more_current": any(entry["current"] for entry in more),
        "agency": post.unit.agency().name if post else "",
        "practice": person.practice,
    }


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
