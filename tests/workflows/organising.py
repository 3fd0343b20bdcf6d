"""A province with two departments and a part of one, ready to be rated: short words for the acts of its people."""

from datetime import date

from kpi.organisations import NEXT_CLASS, UNDECIDED
from organization.actions import grant_role
from organization.models import AgencyRole, Appointment, Duty, Person, Role, SubjectGroup
from tests.workflows.agency import Agency
from workflows.actions.organisation_rulings import Recognition, decide_organisations
from workflows.actions.organisations import open_ratings, save_own_card, score_organisation
from workflows.models import OrganisationList, OrganisationRating

YEAR = 2026
GENERAL = {"1": "10", "2": "10", "3": "10"}
WHOLE = GENERAL | {"assigned": "100", "done": "100", "late": "0", "above": "40", "faults": "none"}
#: code: name, role, above, short name of the head
MORE = {
    "STC": ("Sở Tài chính", AgencyRole.USING, "UBND", "finance"),
    "SYT": ("Sở Y tế", AgencyRole.USING, "UBND", "health"),
    "TCCB": ("Phòng Tổ chức cán bộ", AgencyRole.DIRECTLY_USING, "SNV", "cadre"),
}

__all__ = ["NEXT_CLASS", "UNDECIDED", "Recognition"]


def card(total: str, **changes: str) -> dict[str, str]:
    """A card of this total: 30 general points, the rest task results."""
    return WHOLE | {"result": f"{float(total) - 30:g}"} | changes


class Ratings:
    """The ratings of the year, each by the short name of its unit."""

    def __init__(self, agency: Agency, more: tuple[str, ...] = tuple(MORE)):
        self.agency = agency
        for code in more:
            name, role, above, head = MORE[code]
            agency._unit(code, name, role, above)
            agency.people[head] = Person.objects.create_user(username=head, full_name=f"Thủ trưởng {name}")
            agency.posts[head] = Appointment.objects.create(
                person=agency.people[head],
                unit=agency.units[code],
                title="Giám đốc" if role == AgencyRole.USING else "Trưởng phòng",
                subject_group=SubjectGroup.CONG_CHUC,
                duty=Duty.HEAD,
                reviewer=agency.people["chairman"],
                duty_group="Lãnh đạo sở",
                starts_on=date(2026, 1, 1),
            )
        agency.people["province_hr"] = Person.objects.create_user(username="province_hr", full_name="Trần Thị Tỉnh")
        agency.people["province_clerk"] = Person.objects.create_user(
            username="province_clerk", full_name="Lý Văn Thư"
        )
        for name, role in (("province_hr", Role.PROVINCE_HR), ("province_clerk", Role.CLERK)):
            person = agency.people[name]
            grant_role(
                person=person,
                role=role,
                unit=agency.units["UBND"],
                starts_on=date(2026, 1, 1),
                by=None,
                at=agency.at(),
            )
            Appointment.objects.create(
                person=person,
                unit=agency.units["UBND"],
                title="Chuyên viên",
                subject_group=SubjectGroup.CONG_CHUC,
                duty=Duty.STAFF,
                reviewer=agency.people["chairman"],
                starts_on=date(2026, 1, 1),
            )

    def open(self, *codes: str, recogniser: str = "UBND", unmatched: str = UNDECIDED, **more) -> OrganisationList:
        by = {"UBND": "province_hr", "SNV": "hr"}[recogniser]
        return open_ratings(
            agency=self.agency.units[recogniser],
            year=YEAR,
            units=[self.agency.units[code] for code in codes],
            unmatched=unmatched,
            reading="of good or better",
            by=self.agency.people[by],
            at=self.agency.at(),
            **more,
        )

    def of(self, code: str) -> OrganisationRating:
        return OrganisationRating.objects.get(unit__code=code)

    def head(self, code: str) -> Person:
        return self.agency.people[{"SNV": "director", "VP": "office_head"}.get(code) or MORE[code][3]]

    def hand_in(self, code: str, total: str, **changes: str) -> OrganisationRating:
        rating = self.of(code)
        return save_own_card(
            rating=rating,
            typed=card(total, **changes),
            note="Hoàn thành kế hoạch năm.",
            hand_in=True,
            by=self.head(code),
            expected_version=rating.version,
            at=self.agency.at(),
        )

    def score(self, code: str, total: str, **changes: str) -> OrganisationRating:
        rating = self.of(code)
        by = self.agency.people["chairman" if rating.listed.agency.code == "UBND" else "director"]
        return score_organisation(
            rating=rating,
            typed=card(total, **changes),
            comment="Chủ động, bảo đảm tiến độ.",
            by=by,
            expected_version=rating.version,
            at=self.agency.at(),
        )

    def whole(self, code: str, total: str, **changes: str) -> OrganisationRating:
        """Own card handed in and scored alike."""
        self.hand_in(code, total, **changes)
        return self.score(code, total, **changes)

    def decide(self, recogniser: str = "UBND", outstanding: str = "", **chosen: Recognition) -> OrganisationList:
        listed = OrganisationList.objects.get(agency__code=recogniser)
        return decide_organisations(
            listed=listed,
            by=self.agency.people["chairman" if recogniser == "UBND" else "director"],
            chosen={self.of(code).uuid: each for code, each in chosen.items()},
            outstanding=outstanding,
            expected_version=listed.version,
            at=self.agency.at(),
        )
