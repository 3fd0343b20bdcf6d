"""The archivist's desk: archived documents with their hashes, a check that the journal keeps, the day's register."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import archive
from documents.models import Document
from organization.models import JournalEntry
from tests.workflows.agency import Agency


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
