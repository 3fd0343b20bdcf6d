"""The archivist's desk: archived documents with their hashes, a check that the journal keeps, the day's register."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import archive
from documents.finding import found
from documents.models import Disposition, Document, DocumentKind, Hold, RecordsFile, RetentionRule, Transfer
from organization.models import JournalEntry, Person
from tests.workflows.agency import Agency
from workflows.actions import keeping
from workflows.models import EvaluationPeriod
from workflows.policy import visibility
from workflows.views.acts import new_key


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.people[name])
    return client


@pytest.fixture
def archived(agency: Agency) -> Document:
    """An's Form 01 and minutes, archived; the minutes."""
    agency.enrol_keys("an", "office_head")
    agency.open()
    agency.hand_in("an")
    agency.sign_all("an")
    evaluation = agency.evaluation("an")
    client = signed_in(agency, "office_head")
    client.post(reverse("review_approve", args=[evaluation.uuid]), {"expected_version": evaluation.version})
    agency.sign_all("office_head")
    return agency.documents("review_minutes")[0]


def test_the_archive_lists_by_period_kind_and_number_with_the_register(agency: Agency, archived: Document) -> None:
    client, url = signed_in(agency, "archivist"), reverse("archive")
    day = timezone.localdate().isoformat()
    page = client.get(url, {"day": day})
    assert {row["document"].kind.code for row in page.context["rows"]} == {"form_01", "review_minutes"}
    assert archived.current_sha256 in page.content.decode()
    assert len(page.context["lines"]) == 2
    only = client.get(url, {"kind": "review_minutes", "period": str(agency.evaluation("an").period.uuid)})
    assert [row["document"] for row in only.context["rows"]] == [archived]
    assert client.get(url, {"q": "không có", "day": "31-31"}).context["rows"] == []
    assert client.get(url, {"period": "x", "day": "2026-02-31"}).status_code == 200


def test_a_check_verifies_the_file_and_stands_in_the_journal(agency: Agency, archived: Document) -> None:
    client, url = signed_in(agency, "archivist"), reverse("archive_check", args=[archived.uuid])
    assert client.get(url).status_code == 200
    assert client.post(url).context["judgement"].ok
    path = archive.path_of(archived.current_sha256)
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.7 changed")
    assert not client.post(url).context["judgement"].ok
    outcomes = JournalEntry.objects.filter(event="document.checked", subject_uuid=archived.uuid)
    assert list(outcomes.values_list("changed_to", flat=True)) == ["valid", "faulty"]


def test_only_the_archivist_enters_and_only_what_is_archived_is_checked(agency: Agency, archived: Document) -> None:
    for name in ("an", "clerk", "director"):
        client = signed_in(agency, name)
        assert client.get(reverse("archive")).status_code == 403
        assert client.post(reverse("archive_check", args=[archived.uuid])).status_code == 403
    agency.hand_in("clerk")
    open_form = Document.objects.get(subject=agency.people["clerk"])
    answer = signed_in(agency, "archivist").post(reverse("archive_check", args=[open_form.uuid]))
    assert answer.status_code == 404
    assert not JournalEntry.objects.filter(event="document.checked").exists()


@pytest.fixture
def file(agency: Agency, archived: Document) -> RecordsFile:
    """The period's file with An's two papers, still open."""
    made = keeping.file_period(EvaluationPeriod.objects.get(), at=timezone.now())
    assert made is not None
    return made


def status(agency: Agency, name: str, document: Document, route: str = "document") -> int:
    answer = signed_in(agency, name).get(reverse(route, args=[document.uuid]))
    answer.getvalue()
    return answer.status_code


def test_the_clerk_reads_what_he_issues_and_no_personal_form(agency: Agency, archived: Document) -> None:
    papers = {row.kind.code: row for row in Document.objects.filter(subject=agency.people["an"])}
    assert {code: status(agency, "clerk", row) for code, row in papers.items()} == {
        "form_01": 404,
        "review_minutes": 404,
    }
    DocumentKind.objects.filter(code="review_minutes").update(sealed=True)
    assert status(agency, "clerk", archived) == 200


def test_the_archivist_reads_what_is_archived_and_the_journal_says_when(agency: Agency, archived: Document) -> None:
    agency.hand_in("clerk")
    open_form = Document.objects.get(subject=agency.people["clerk"])
    assert status(agency, "archivist", open_form) == 404
    assert status(agency, "archivist", archived) == 200
    opened = JournalEntry.objects.filter(event="archive.opened")
    assert not opened.exists()
    assert [status(agency, name, archived, "document_file") for name in ("archivist", "office_head", "an")] == [
        200
    ] * 3
    entry = opened.get()
    assert (entry.by, entry.subject_uuid, entry.unit) == (agency.people["archivist"], archived.uuid, archived.unit)


@pytest.mark.parametrize(
    ("level", "readers"),
    [
        ("restricted", {"an", "office_head", "director", "hr", "archivist"}),
        ("personal", {"an", "office_head", "director", "archivist"}),
        ("public", {"an", "office_head", "director", "hr", "archivist", "clerk", "deputy"}),
    ],
)
def test_a_files_level_narrows_or_opens_what_its_kinds_allow(
    agency: Agency, archived: Document, file: RecordsFile, level: str, readers: set[str]
) -> None:
    DocumentKind.objects.filter(code="review_minutes").update(access="unit" if level == "public" else "personal")
    RecordsFile.objects.update(access=level)
    if level == "public":  # papers of a person still need his relation to be found by it
        opened = {name for name in agency.people if status(agency, name, archived) == 200}
        assert opened >= {"an", "office_head", "archivist", "clerk", "deputy"}
        form = agency.documents("form_01")[0]
        assert status(agency, "clerk", form) == 404
        return
    assert {name for name in agency.people if status(agency, name, archived) == 200} == readers


def test_a_search_finds_by_number_person_title_kind_and_day(agency: Agency, archived: Document) -> None:
    Document.objects.filter(pk=archived.pk).update(
        number=5, number_year=2026, number_text="05/BB-SNV", book="BB", issued_on=timezone.localdate()
    )
    everything = Document.objects.all()
    for query in ("05/BB-SNV", "5/bb", "05", archived.code.lower(), "nguyen van an bien ban", "Biên bản An"):
        assert archived in found(everything, query), query
    for query in ("06/BB", "Nguyễn Vân", "An Bình", "%", "_", "văn bằng"):
        assert archived not in found(everything, query), query
    day = timezone.localdate()
    assert archived in found(everything, "an", kind="review_minutes", since=day, until=day)
    assert not found(everything, since=day + timedelta(days=1)).exists()
    assert not found(everything, "an", kind="decision").exists()
    for name, expected in (("an", True), ("office_head", True), ("chairman", False)):
        seen = found(visibility.documents(agency.people[name], day), "05/BB-SNV")
        assert seen.exists() is expected, name


def test_the_archive_asks_as_many_queries_for_many_documents_as_for_few(agency: Agency, archived: Document) -> None:
    client, url = signed_in(agency, "archivist"), reverse("archive")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url, {"q": "an"})
    rows = list(Document.objects.filter(archived_at__isnull=False))
    for number in range(30):
        for row in rows:
            row.pk = row.uuid = None
            row.code = f"CM-2026-{number}{row.kind_id}"
            row.uuid = new_key()
        Document.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url, {"q": "bien ban"}).context["page"].paginator.count == 31
    assert len(many) == len(few) <= 28


def test_files_are_looked_into_by_archivist_head_and_auditor_only(agency: Agency, file: RecordsFile) -> None:
    pages = [reverse(name) for name in ("archive_files", "retention", "dispositions", "transfers")]
    for name, expected in (("archivist", 200), ("director", 200), ("an", 403), ("clerk", 403)):
        client = signed_in(agency, name)
        assert [client.get(url).status_code for url in pages] == [expected] * 4, name
        inside = client.get(reverse("archive_file", args=[file.uuid])).status_code
        assert inside == (200 if expected == 200 else 404)
    assert file.code in signed_in(agency, "archivist").get(pages[0], {"q": "Quý III"}).content.decode()
    assert signed_in(agency, "archivist").get(pages[0], {"q": "không có"}).context["rows"] == []


def test_cover_hold_and_completion_by_the_archivist(agency: Agency, file: RecordsFile) -> None:
    client = signed_in(agency, "archivist")
    cover = {"title": "Hồ sơ mới", "keywords": "", "access": "personal", "expected_version": file.version}
    url = reverse("file_describe", args=[file.uuid])
    assert client.post(url, cover).status_code == 302
    assert client.post(url, cover).status_code == 409
    held = {"what": "file", "ground": "audit", "reason": "Thanh tra tỉnh", "submission_key": new_key()}
    for _again in range(2):
        assert client.post(reverse("file_hold", args=[file.uuid]), held).status_code == 302
    hold = Hold.objects.get()
    page = client.get(reverse("archive_file", args=[file.uuid])).content.decode()
    assert "Thanh tra tỉnh" in page
    release = {"reason": "Kết thúc", "submission_key": new_key()}
    assert signed_in(agency, "director").post(reverse("hold_release", args=[hold.uuid]), release).status_code == 302
    assert Hold.objects.get().released_by == agency.people["director"]
    assert client.post(reverse("file_repair", args=[file.uuid])).status_code == 302
    assert JournalEntry.objects.filter(event="file.repaired").count() == 1


def test_a_term_is_set_on_the_schedule_and_the_disposition_waits_for_it(agency: Agency, file: RecordsFile) -> None:
    client, url = signed_in(agency, "archivist"), reverse("retention_set")
    term = {
        "kind": "review_minutes",
        "unit": str(agency.units["SNV"].uuid),
        "years": "5",
        "basis": "Quyết định số 15/QĐ-SNV",
        "settled": "on",
        "starts_on": timezone.localdate().isoformat(),
        "submission_key": new_key(),
    }
    assert client.post(url, term | {"years": ""}).status_code == 200
    assert client.post(url, term).status_code == 302
    assert RetentionRule.objects.get().set_by == agency.people["archivist"]
    assert "Quyết định số 15/QĐ-SNV" in client.get(reverse("retention")).content.decode()
    chosen = {"files": [str(file.uuid)], "submission_key": new_key(), "appraisal": ""}
    refused = client.post(reverse("disposition_propose"), chosen)
    assert refused.status_code == 409
    assert not Disposition.objects.exists()


def test_files_are_handed_over_to_another_archivist_once_closed(agency: Agency, file: RecordsFile) -> None:
    agency.people["chairman"].role_grants.create(role="archivist", unit=agency.units["UBND"], starts_on="2026-01-01")
    client = signed_in(agency, "archivist")
    sent = {
        "files": [str(file.uuid)],
        "receiver": str(agency.people["chairman"].uuid),
        "receiving_archive": "Lưu trữ lịch sử tỉnh",
        "submission_key": new_key(),
    }
    assert client.post(reverse("transfer_new"), sent).status_code == 409
    RecordsFile.objects.update(closed_on=timezone.localdate())
    for _again in range(2):
        assert (
            client.post(reverse("transfer_new"), sent | {"submission_key": sent["submission_key"]}).status_code == 302
        )
    transfer = Transfer.objects.get()
    assert transfer.list_document.slots.count() == 2
    assert client.get(reverse("transfer_package", args=[transfer.uuid])).status_code == 409
    assert keeping.build_packages(at=timezone.now()) == 0


def test_an_archivist_of_the_same_name_is_told_by_his_agency(agency: Agency, file: RecordsFile) -> None:
    for name, unit in (("chairman", "UBND"), ("hr", "SNV")):
        person = agency.people[name]
        Person.objects.filter(pk=person.pk).update(full_name="Nguyễn Thu Hà")
        person.role_grants.create(role="archivist", unit=agency.units[unit], starts_on="2026-01-01")
    page = signed_in(agency, "archivist").get(reverse("transfer_new"), {"files": [str(file.uuid)]})
    words = [label for key, label in page.context["form"].fields["receiver"].choices if key]
    assert sorted(words) == ["Nguyễn Thu Hà · Sở Nội vụ", "Nguyễn Thu Hà · Ủy ban nhân dân tỉnh Thử nghiệm"]


def test_a_document_to_be_held_is_told_by_its_person(agency: Agency, file: RecordsFile) -> None:
    page = signed_in(agency, "archivist").get(reverse("file_hold", args=[file.uuid]))
    offered = dict(page.context["form"].fields["what"].choices)
    form = file.entries.get(document__kind__code="form_01").document
    assert offered[str(form.uuid)].endswith("· Nguyễn Văn An")


def test_a_period_is_filed_once_published_and_closed_with_it(agency: Agency, archived: Document) -> None:
    assert keeping.file_periods(at=timezone.now()) == 0
    EvaluationPeriod.objects.update(stage="published")
    assert [keeping.file_periods(at=timezone.now()) for _again in range(2)] == [1, 0]
    file = RecordsFile.objects.get()
    assert (file.closed_on, file.entries.count()) == (None, 2)
    EvaluationPeriod.objects.update(stage="archived")
    assert [keeping.file_periods(at=timezone.now()) for _again in range(2)] == [1, 0]
    file.refresh_from_db()
    assert file.closed_on == timezone.localdate()
