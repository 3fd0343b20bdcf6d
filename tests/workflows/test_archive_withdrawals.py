"""An approved disposition and a listed transfer are taken back while their paper lacks a signature, and not later."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Disposition, DocumentKind, RecordsFile, State, Tombstone, Transfer
from organization.models import JournalEntry
from tests.documents.shelf import LATER
from tests.workflows.agency import Agency
from tests.workflows.test_archives import archived, file, signed_in
from workflows.actions import keeping
from workflows.errors import NotReady
from workflows.views.acts import new_key

__all__ = ["archived", "file"]
REASON = "Người lập danh mục đã chuyển công tác"


@pytest.fixture
def closed(agency: Agency, file: RecordsFile) -> RecordsFile:
    """The file is closed and its terms are over by LATER."""
    RecordsFile.objects.update(closed_on=timezone.localdate())
    for code in ("form_01", "review_minutes"):
        keeping.set_term(
            kind=DocumentKind.objects.get(code=code),
            unit=agency.units["SNV"],
            years=5,
            permanent=False,
            basis="Quyết định số 15/QĐ-SNV",
            settled=True,
            starts_on=date(2026, 1, 1),
            by=agency.people["archivist"],
            at=agency.at(),
        )
    return RecordsFile.objects.get()


def propose(agency: Agency, file: RecordsFile) -> Disposition:
    return keeping.propose_disposition(
        unit=file.unit, chosen=[file], appraisal="", by=agency.people["archivist"], at=LATER
    )


@pytest.fixture
def row(agency: Agency, closed: RecordsFile) -> Disposition:
    """Approved; nobody has signed the minutes."""
    made = propose(agency, closed)
    return keeping.approve_disposition(row=made, expected_version=0, by=agency.people["director"], at=LATER)


def withdraw(client: Client, row: Disposition, **changes):
    sent = {"reason": REASON, "expected_version": str(row.version)} | changes
    return client.post(reverse("disposition_withdraw", args=[row.uuid]), sent)


def test_the_head_takes_an_approval_back_whose_minutes_nobody_signs(
    agency: Agency, closed: RecordsFile, row: Disposition
) -> None:
    page, url = reverse("disposition", args=[row.uuid]), reverse("disposition_withdraw", args=[row.uuid])
    assert url not in signed_in(agency, "archivist").get(page).content.decode()
    assert withdraw(signed_in(agency, "archivist"), row).status_code == 403
    head = signed_in(agency, "director")
    assert url in head.get(page).content.decode()
    assert withdraw(head, row, reason="").status_code == 200
    assert withdraw(head, row, expected_version="0").status_code == 409
    assert withdraw(head, row).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason, row.minutes.state) == (Disposition.State.REFUSED, REASON, State.CANCELLED)
    assert REASON in head.get(page).content.decode()
    assert JournalEntry.objects.get(event="disposition.withdrawn").by == agency.people["director"]
    assert withdraw(head, row).status_code == 409
    assert propose(agency, closed).state == Disposition.State.PROPOSED


def test_minutes_that_both_have_signed_go_their_way(agency: Agency, row: Disposition) -> None:
    agency.enrol_keys("archivist", "director")
    head, url = signed_in(agency, "director"), reverse("disposition_withdraw", args=[row.uuid])
    agency.sign_all("archivist")
    assert url in head.get(reverse("disposition", args=[row.uuid])).content.decode()
    agency.sign_all("director")
    assert url not in head.get(reverse("disposition", args=[row.uuid])).content.decode()
    assert withdraw(head, row).status_code == 409
    row.refresh_from_db()
    assert (row.state, row.minutes.state) == (Disposition.State.APPROVED, State.SIGNED)


def hand_over(agency: Agency, file: RecordsFile) -> Transfer:
    return keeping.hand_over(
        unit=file.unit,
        chosen=[file],
        receiver=agency.people["chairman"],
        receiving_archive="Lưu trữ lịch sử tỉnh",
        by=agency.people["archivist"],
        at=agency.at(),
    )


def test_a_file_of_which_something_is_gone_is_listed_for_no_package_that_could_never_be_built(
    agency: Agency, closed: RecordsFile, row: Disposition
) -> None:
    gone = closed.entries.first().document
    Tombstone.objects.create(
        document=gone, file=closed, disposition=row, minutes=row.minutes, sha256="0" * 64, what="Mẫu số 01", at=LATER
    )
    with pytest.raises(NotReady, match="still kept"):
        hand_over(agency, closed)


@pytest.mark.parametrize("name", ["archivist", "director"])
def test_a_listed_transfer_is_withdrawn_and_its_files_are_handed_over_anew(
    agency: Agency, closed: RecordsFile, name: str
) -> None:
    transfer, client = hand_over(agency, closed), signed_in(agency, name)
    url = reverse("transfer_withdraw", args=[transfer.uuid])
    assert url in client.get(reverse("transfers")).content.decode()
    sent = {"reason": REASON, "submission_key": new_key()}
    assert signed_in(agency, "clerk").post(url, sent).status_code == 404
    assert [client.post(url, sent).status_code for _twice in range(2)] == [302, 302]
    transfer.refresh_from_db()
    assert (transfer.state, transfer.list_document.state) == (Transfer.State.CANCELLED, State.CANCELLED)
    page = client.get(reverse("transfers")).content.decode()
    assert REASON in page
    assert url not in page
    assert client.post(url, sent | {"submission_key": new_key()}).status_code == 409
    assert JournalEntry.objects.filter(event="transfer.withdrawn").count() == 1
    assert hand_over(agency, closed).state == Transfer.State.LISTED
