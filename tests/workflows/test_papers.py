"""Documents: found only by those who may see them, served only from the archive, judged on demand."""

from hashlib import sha256

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from documents import archive
from documents.kinds import KINDS
from documents.models import Document
from tests.workflows.agency import Agency
from workflows.views.signer_words import ROLES


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.people[name])
    return client


@pytest.fixture
def form_01(agency: Agency) -> Document:
    """An's Form 01, signed by him."""
    agency.enrol_keys("an")
    agency.open()
    agency.hand_in("an")
    agency.sign_all("an")
    return agency.documents("form_01")[0]


@pytest.fixture
def requested(agency: Agency) -> Document:
    """An's Form 01 as it stands right after handing in: no page is made yet."""
    agency.open()
    agency.hand_in("an")
    return agency.documents("form_01")[0]


def body(client: Client, name: str, document: Document, query: str = "") -> bytes:
    answer = client.get(reverse(name, args=[document.uuid]) + query)
    assert answer.status_code == 200
    return answer.content


def test_every_signer_of_every_kind_of_document_has_words() -> None:
    roles = {signer.role for kind in KINDS for signer in kind.signers}
    assert roles - set(ROLES) == set()


def test_the_list_is_searched_by_code_person_kind_and_state(agency: Agency, requested: Document) -> None:
    agency.hand_in("clerk")
    client, url = signed_in(agency, "office_head"), reverse("documents")

    def codes(**query: str) -> set[str]:
        return {row["code"] for row in client.get(url, query).context["rows"]}

    assert len(codes()) == 2
    assert codes(q=requested.code.lower()) == {requested.code}
    assert codes(q="nguyễn văn an") == {requested.code}
    assert codes(q="Không Ai") == set()
    assert codes(kind="notice") == set()
    assert codes(state="archived") == set()
    assert len(codes(state="open", kind="form_01")) == 2


def test_a_foreign_document_is_as_absent_as_no_document(agency: Agency, requested: Document) -> None:
    agency.render()
    client = signed_in(agency, "hr")
    agency.hand_in("hr")
    stranger = signed_in(agency, "chairman")
    for name in ("document", "document_file", "document_preview"):
        assert stranger.get(reverse(name, args=[requested.uuid])).status_code == 404
        assert client.get(reverse(name, args=["00000000-0000-4000-8000-000000000000"])).status_code == 404
    assert requested.code not in stranger.get(reverse("documents")).content.decode()


def test_the_page_tells_signers_revisions_and_the_next_signature(agency: Agency, form_01: Document) -> None:
    answer = signed_in(agency, "an").get(reverse("document", args=[form_01.uuid]))
    page = answer.content.decode()
    assert "Nguyễn Văn An" in page
    assert answer.context["chip"]["tone"] == "waiting"  # the approval names the scorer: nothing is wrong meanwhile
    assert answer.context["slots"][1]["named_by_approval"]
    for revision in form_01.revisions.all():
        assert revision.sha256 in page


def test_the_file_is_the_archived_one_and_the_preview_the_unsigned_one(agency: Agency, form_01: Document) -> None:
    client = signed_in(agency, "an")
    current, unsigned = body(client, "document_file", form_01), body(client, "document_preview", form_01)
    assert sha256(current).hexdigest() == form_01.current_sha256
    assert unsigned == archive.read(form_01.unsigned_sha256)
    assert unsigned != current


def test_files_come_as_attachments_or_inline_with_nosniff(agency: Agency, form_01: Document) -> None:
    client = signed_in(agency, "an")
    attached = client.get(reverse("document_file", args=[form_01.uuid]))
    assert attached["Content-Disposition"].startswith("attachment")
    shown = client.get(reverse("document_file", args=[form_01.uuid]) + "?inline")
    assert shown["Content-Disposition"].startswith("inline")
    for answer in (attached, shown):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/pdf"
        assert "no-store" in answer["Cache-Control"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_page_that_is_not_made_yet_is_never_served_from_elsewhere(agency: Agency, requested: Document) -> None:
    staging = settings.ARCHIVE_DIR / archive.STAGING
    staging.mkdir(parents=True)
    (staging / "half").write_bytes(b"%PDF-half")
    client = signed_in(agency, "an")
    assert body(client, "document", requested)
    for name in ("document_file", "document_preview"):
        assert client.get(reverse(name, args=[requested.uuid])).status_code == 409


def test_a_damaged_file_is_refused_and_named(agency: Agency, requested: Document) -> None:
    agency.render()
    document = Document.objects.get(pk=requested.pk)
    path = archive.path_of(document.current_sha256)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"%")
    answer = signed_in(agency, "an").get(reverse("document_file", args=[document.uuid]))
    assert answer.status_code == 409
    assert document.code in answer.content.decode()


def test_the_verification_names_the_signer_and_finds_a_changed_file(agency: Agency, form_01: Document) -> None:
    client = signed_in(agency, "an")
    good = client.get(reverse("document", args=[form_01.uuid]) + "?check")
    assert good.context["judgement"].ok
    assert "Nguyễn Văn An" in good.content.decode()
    path = archive.path_of(form_01.current_sha256)
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.7 changed")
    bad = client.get(reverse("document", args=[form_01.uuid]) + "?check")
    assert bad.context["judgement"].problems
    assert "notice--danger" in bad.content.decode()


def test_what_nobody_signed_is_not_judged(agency: Agency, requested: Document) -> None:
    answer = signed_in(agency, "an").get(reverse("document", args=[requested.uuid]) + "?check")
    assert answer.context["refusal"] is not None


def test_the_list_asks_the_same_few_questions_for_many_documents(
    agency: Agency, django_assert_max_num_queries
) -> None:
    agency.open()
    client = signed_in(agency, "office_head")
    for names in (["an"], ["hr", "clerk", "archivist"]):
        for name in names:
            agency.hand_in(name)
        with django_assert_max_num_queries(31):
            assert client.get(reverse("documents")).status_code == 200
