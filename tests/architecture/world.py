"""One department at work, with everybody who could ask for a page, and a sibling and a managing agency beside it."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.db.models import Model
from django.utils import timezone

from approvals.actions import Seat, found_council
from approvals.models import CouncilSession, Decision, Petition
from documents import archive
from documents.actions import SlotSpec, request_document
from documents.keeping.files import Matter
from documents.models import Disposition, Document, FileEntry, Hold, RecordsFile, Transfer
from kpi.actions import keep_bytes
from kpi.models import Catalogue, ScoringScheme
from organization.actions import delegate, grant_role
from organization.models import AgencyRole, Appointment, Capacity, Duty, Person, Role, Scope, SubjectGroup
from organization.models.imports import ImportBatch
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_signed
from workflows.actions.councils import convene_session
from workflows.actions.evidence import attach
from workflows.actions.organisations import open_ratings
from workflows.actions.periods import launch_period, plan_period
from workflows.actions.relations import declare_relation
from workflows.actions.reviews import approve_review
from workflows.models import (
    Correction,
    Dependant,
    EvaluationPeriod,
    NationalBatch,
    NationalItem,
    NationalReceipt,
    NationalResult,
    PartyOpinion,
    PeriodDocument,
    PetitionCase,
    PetitionEvidence,
    Procedure,
    Stage,
)
from workflows.tasks import open_people

FACTS = Path(__file__).parents[1] / "documents" / "facts"
#: Who asks: the relation to An's form, to his department and to its session → short name of the one who has it.
RELATIONS = {
    "anonymous": None,
    "person": "an",
    "colleague": "colleague",
    "reviewer": "office_head",
    "delegate": "delegate",
    "member": "member",
    "secretary": "secretary",
    "head": "director",
    "clerk": "clerk",
    "archivist": "archivist",
    "unit_hr": "hr",
    "province_hr": "province_hr",
    "sibling_hr": "sibling_hr",
    "auditor": "auditor",
    "administrator": "administrator",
    "sibling_reviewer": "sibling_reviewer",
}
#: short name: unit, duty, reviewer; beside the people of the plain department
MORE = {
    "colleague": ("VP", Duty.STAFF, "office_head"),
    "delegate": ("TCCB", Duty.HEAD, "director"),
    "member": ("TCCB", Duty.STAFF, "delegate"),
    "secretary": ("TCCB", Duty.STAFF, "delegate"),
    "province_hr": ("UBND", Duty.STAFF, "chairman"),
    "province_clerk": ("UBND", Duty.STAFF, "chairman"),
    "auditor": ("UBND", Duty.STAFF, "chairman"),
    "sibling_director": ("STC", Duty.HEAD, "chairman"),
    "sibling_reviewer": ("QLNS", Duty.HEAD, "sibling_director"),
    "sibling_hr": ("QLNS", Duty.STAFF, "sibling_reviewer"),
    "sibling_clerk": ("QLNS", Duty.STAFF, "sibling_reviewer"),
    "sibling_person": ("QLNS", Duty.STAFF, "sibling_reviewer"),
}
ROLES = {
    "province_hr": (Role.PROVINCE_HR, "UBND"),
    "province_clerk": (Role.CLERK, "UBND"),
    "sibling_hr": (Role.UNIT_HR, "STC"),
    "sibling_clerk": (Role.CLERK, "STC"),
    "auditor": (Role.AUDITOR, "SNV"),
}
#: where the subject of a row lies → its agency, its person and who runs its period
PLACES = {
    "own": ("SNV", "an", "hr"),
    "sibling": ("STC", "sibling_person", "sibling_hr"),
    "parent": ("UBND", "director", "province_hr"),
}


@dataclass
class World:
    """The department with An on a session's agenda, and one handed-in form in each of the other two agencies."""

    agency: Agency
    periods: dict[str, EvaluationPeriod] = field(default_factory=dict)
    things: dict[str, Model] = field(default_factory=dict)

    def build(self) -> "World":
        self._people()
        self._periods()
        self._forms()
        self._session()
        self._petition()
        self._party_opinion()
        self._list_papers()
        self._dependant()
        self._archive()
        self._ground()
        self._national()
        self._organisations()
        return self

    def person(self, relation: str) -> Person:
        return self.agency.people[RELATIONS[relation] or ""]

    def evaluation(self, place: str):
        return self.agency.evaluation(PLACES[place][1])

    def _people(self) -> None:
        agency = self.agency
        agency._unit("TCCB", "Phòng Tổ chức", AgencyRole.DIRECTLY_USING, "SNV")
        agency._unit("STC", "Sở Tài chính", AgencyRole.USING, "UBND")
        agency._unit("QLNS", "Phòng Quản lý ngân sách", AgencyRole.DIRECTLY_USING, "STC")
        for name in MORE:
            agency.people[name] = Person.objects.create_user(username=name, full_name=f"Người {name}")
        agency.people["administrator"] = Person.objects.create_superuser(
            username="administrator", full_name="Quản trị máy", password="mat-khau-thu"
        )
        for name, (unit, duty, reviewer) in MORE.items():
            agency.posts[name] = Appointment.objects.create(
                person=agency.people[name],
                unit=agency.units[unit],
                title="Chuyên viên",
                subject_group=SubjectGroup.CONG_CHUC,
                duty=duty,
                reviewer=agency.people[reviewer],
                starts_on=date(2026, 1, 1),
            )
        until = timezone.localdate() + timedelta(days=30)
        for name, (role, unit) in ROLES.items():
            grant_role(
                person=agency.people[name],
                role=role,
                unit=agency.units[unit],
                starts_on=date(2026, 1, 1),
                ends_on=until if role == Role.AUDITOR else None,
                by=None,
                at=agency.at(),
            )
        self.things["delegation"] = delegate(
            delegator=agency.people["office_head"],
            delegate=agency.people["delegate"],
            capacity=Capacity.KT,
            scope=Scope.REVIEW,
            unit=agency.units["VP"],
            document_number="08/UQ-VP",
            document_on=date(2026, 1, 5),
            starts_on=date(2026, 1, 5),
            ends_on=until,
            by=agency.people["hr"],
            at=agency.at(),
        )

    def _periods(self) -> None:
        agency = self.agency
        self.periods["own"] = agency.plan()
        for place in ("sibling", "parent"):
            unit, _person, manager = PLACES[place]
            self.periods[place] = plan_period(
                campaign=self.periods["own"].campaign,
                agency=agency.units[unit],
                procedure=Procedure.objects.get(code="full_cycle", version=1),
                schemes={SubjectGroup.CONG_CHUC: ScoringScheme.objects.get(code="decree-335-local-quarter")},
                by=agency.people[manager],
                at=agency.at(),
            )
        for place, period in self.periods.items():
            manager = agency.people[PLACES[place][2]]
            launch_period(period=period, by=manager, expected_version=period.version, at=agency.at())
            open_people(period.pk)
            self.periods[place] = EvaluationPeriod.objects.get(pk=period.pk)

    def _forms(self) -> None:
        agency = self.agency
        for _unit, name, _manager in PLACES.values():
            agency.assign(name)
        self.things["evidence"] = attach(
            evaluation=agency.evaluation("an"),
            by=agency.people["an"],
            name="minh-chung.pdf",
            declared_type="application/pdf",
            content=b"%PDF-1.7\n%%EOF\n",
            item_code="I.1",
            at=agency.at(),
        )
        for place, (_unit, name, _manager) in PLACES.items():
            agency.hand_in(name)
            self.things[f"form_01 {place}"] = Document.objects.get(subject=agency.people[name], kind__code="form_01")
        as_signed("form_01")
        form = agency.evaluation("an")
        approve_review(evaluation=form, by=form.reviewer, expected_version=form.version, at=agency.at())

    def _petition(self) -> None:
        form = self.agency.evaluation("an")
        petition = Petition.objects.create(
            decision=form.steps.filter(decision__kind="review_approved").get().decision,
            person=form.person,
            target=Petition.Target.CLASS,
            request="Xem lại mức xếp loại.",
            received_at=self.agency.at(),
            due_on=timezone.localdate() + timedelta(days=9),
            term="07 ngày làm việc",
        )
        self.things["petition"] = petition
        self.things["petition evidence"] = PetitionEvidence.objects.create(
            case=PetitionCase.objects.create(petition=petition, evaluation=form),
            name="don.pdf",
            kind="pdf",
            size=9,
            sha256=keep_bytes(b"%PDF-1.7\n"),
            by=form.person,
            at=self.agency.at(),
        )

    def _party_opinion(self) -> None:
        """Asked of a colleague as secretary of the committee; a scan lies ready beside it."""
        self.things["party opinion"] = PartyOpinion.objects.create(
            evaluation=self.agency.evaluation("an"),
            secretary=self.agency.people["colleague"],
            party_name="Chi bộ Sở Nội vụ",
            requested_by=self.agency.people["hr"],
            requested_at=self.agency.at(),
            scan_number="12-CV/CB",
            scan_name="y-kien.pdf",
            scan_kind="pdf",
            scan_sha256=keep_bytes(b"%PDF-1.7\n"),
        )

    def _session(self) -> None:
        agency, people = self.agency, self.agency.people
        roles = {"deputy": "chair", "secretary": "secretary", "member": "member"}
        seats = [Seat(people[name], role) for name, role in roles.items()]
        council = found_council(
            unit=agency.units["SNV"],
            name="Hội đồng đánh giá, xếp loại chất lượng Sở Nội vụ",
            decision_number="12/QĐ-SNV",
            decision_on=date(2026, 9, 1),
            starts_on=date(2026, 9, 1),
            ends_on=None,
            seats=seats,
            rules_basis="Quy chế làm việc của Hội đồng",
            by=people["hr"],
            at=agency.at(),
        )
        session: CouncilSession = convene_session(
            period=self.periods["own"],
            council=council,
            scheduled_at=agency.at(),
            place="Phòng họp số 1",
            chair=people["deputy"],
            secretary=people["secretary"],
            by=people["hr"],
            expected_version=None,
            at=agency.at(),
        )
        self.things |= {"session": session, "item": session.items.get()}
        relation = {"person": people["an"], "about": people["colleague"], "relation": "Anh em họ"}
        self.things["relation"] = declare_relation(**relation, by=people["an"], at=agency.at())

    def _national(self) -> None:
        """A file that the province made of the department's one result, and its receipt on paper."""
        agency, form = self.agency, self.evaluation("own")
        decision = form.steps.filter(decision__kind="review_approved").get().decision
        result = NationalResult.objects.create(
            evaluation=form,
            decision=decision,
            act="published",
            agency=agency.units["SNV"],
            facts={},
            at=agency.at(),
            due_on=timezone.localdate(),
            term="05 ngày",
        )
        paper = keep_bytes(b"%PDF-1.7\n")
        batch = NationalBatch.objects.create(
            unit=agency.units["SNV"],
            number=1,
            results=1,
            sha256=paper,
            workbook_sha256=paper,
            made_by=agency.people["province_hr"],
            made_at=agency.at(),
        )
        NationalItem.objects.create(batch=batch, result=result, line=1)
        receipt = NationalReceipt.objects.create(
            batch=batch,
            number="BN-1",
            received_at=agency.at(),
            refused=0,
            file_name="bien-nhan.pdf",
            file_kind="pdf",
            sha256=paper,
            by=agency.people["province_hr"],
            at=agency.at(),
        )
        self.things |= {"national batch": batch, "national receipt": receipt}

    def _list_papers(self) -> None:
        """Minutes and decision of the list as they would stand, with a page of their own in the archive."""
        for kind, stage, roles in (
            ("council_minutes", Stage.COUNCIL, {"secretary": "secretary", "chair": "deputy"}),
            ("decision", Stage.PUBLISHED, {"head": "director"}),
        ):
            document = request_document(
                kind=kind,
                unit=self.agency.units["SNV"],
                facts=json.loads((FACTS / f"{kind}.json").read_text()),
                signers=[SlotSpec(role, self.agency.people[name]) for role, name in roles.items()],
                at=self.agency.at(),
            )
            PeriodDocument.objects.create(
                period=self.periods["own"], stage=stage, document=document, at=self.agency.at()
            )
            self.things[f"{kind} own"] = document
        page = archive.store(b"%PDF-1.7\n%%EOF\n")
        Document.objects.update(unsigned_sha256=page, current_sha256=page)
        shelved = [self.things["decision own"].pk, self.things["form_01 sibling"].pk]
        Document.objects.filter(pk__in=shelved).update(archived_at=self.agency.at())

    def _dependant(self) -> None:
        """The deputy's result rests on An's, of which a new decision is on its way."""
        form, at = self.agency.evaluation("an"), self.agency.at()
        earlier = form.steps.filter(decision__kind="review_approved").get().decision
        later = Decision.objects.create(
            kind="head_replaced",
            person=form.person,
            by=self.agency.people["director"],
            at=at,
            score_total="45",
            reason="Tính nhầm.",
        )
        correction = Correction.objects.create(
            evaluation=form, earlier=earlier, later=later, document=self.things["decision own"], at=at
        )
        self.things["dependant"] = Dependant.objects.create(
            correction=correction,
            kind="leader",
            period=self.periods["own"],
            evaluation=self.agency.evaluation("deputy"),
            at=at,
        )

    def _archive(self) -> None:
        """The decision in a file that is held, proposed for disposition and listed for a transfer."""
        agency, keeper, at = self.agency, self.agency.people["archivist"], self.agency.at()
        unit, decision = agency.units["SNV"], self.things["decision own"]
        matter = Matter(
            origin=f"period/{self.periods['own'].uuid}", title="Hồ sơ Quý III năm 2026", opened_on=date(2026, 10, 1)
        )
        file = RecordsFile.objects.create(unit=unit, year=2026, ordinal=1, code="SNV.2026.0001", **vars(matter))
        FileEntry.objects.create(file=file, document=decision, ordinal=1, pages=1, at=at)
        listed = request_document(
            kind="archive_transfer_list",
            unit=unit,
            facts={"subject": "Hồ sơ nộp lưu"},
            signers=[SlotSpec("giver", keeper), SlotSpec("receiver", agency.people["chairman"])],
            at=at,
        )
        self.things |= {
            "file": file,
            "hold": Hold.objects.create(
                file=file, ground="audit", reason="Thanh tra", placed_by=keeper, placed_at=at
            ),
            "disposition": Disposition.objects.create(unit=unit, proposed_by=keeper, proposed_at=at),
            "transfer": Transfer.objects.create(
                unit=unit,
                receiver=agency.people["chairman"],
                receiving_archive="Lưu trữ lịch sử tỉnh",
                list_document=listed,
                requested_by=keeper,
                requested_at=at,
            ),
        }

    def _organisations(self) -> None:
        """Each of the three agencies has an organisation on its list: a part, a part, and the department itself."""
        codes = {"own": ("SNV", "VP"), "sibling": ("STC", "QLNS"), "parent": ("UBND", "SNV")}
        for place, (agency, part) in codes.items():
            listed = open_ratings(
                agency=self.agency.units[agency],
                year=2026,
                units=[self.agency.units[part]],
                unmatched="undecided",
                reading="of good or better",
                by=self.agency.people[PLACES[place][2]],
                at=self.agency.at(),
            )
            self.things |= {f"organisations {place}": listed, f"organisation {place}": listed.ratings.get()}

    def _ground(self) -> None:
        people = self.agency.people
        self.things["batch"] = ImportBatch.objects.create(
            kind="units",
            file_name="don-vi.xlsx",
            sha256="0" * 64,
            uploaded_by=people["province_hr"],
            uploaded_at=self.agency.at(),
        )
        self.things["catalogue"] = Catalogue.objects.create(
            unit=self.agency.units["UBND"], name="Danh mục sản phẩm", standard_points=5
        )
        self.things["scheme"] = ScoringScheme.objects.get(code="decree-335-local-quarter")
        self.things["notice"] = people["an"].notices.first()
        self.things["line"] = self.evaluation("own").scorecard.lines.first()
