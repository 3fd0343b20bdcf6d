"""Whose turn it is, asked again when the signature is written; and what is told of two signatures by one person."""

from django.conf import settings

from documents import failpoints, pipeline
from documents.actions import SlotSpec, name_signer
from documents.actions import signatures as act
from documents.models import State, Trouble
from tests.documents.office import NOON, PIN, again


def test_a_role_given_to_another_while_the_first_signs_is_not_signed_by_the_first(office, monkeypatch):
    document = office.bring(office.request("notice"), State.AWAITING_SIGNATURE)
    office.signer("deputy")

    def given_away(place):
        if place == "sign.stored":
            monkeypatch.setattr(failpoints, "hit", lambda _name: None)
            name_signer(
                document=document,
                role="head",
                person=office.people["deputy"],
                authority=None,
                by=office.people["clerk"],
                at=NOON,
            )

    monkeypatch.setattr(failpoints, "hit", given_away)
    result = office.sign(document, "head")
    slot = document.slots.get()
    assert not result.ok
    assert (slot.signed_at, slot.fingerprint, slot.expected_signer) == (None, "", office.people["deputy"])
    assert again(document).current_sha256 == document.current_sha256
    assert office.sign(document, "deputy").ok
    assert again(document).state == State.SIGNED


def test_who_signs_in_two_roles_is_told_that_the_first_signature_stands(office, monkeypatch, caplog):
    both = office.people["chair"]
    signers = [SlotSpec(role, both) for role in ("secretary", "chair")]
    document = office.request("council_minutes", signers=signers)
    pipeline.advance(document.pk)

    def down_after_the_first(place):
        if place == "sign.committed":
            monkeypatch.setattr(settings, "TIMESTAMP_URL", "http://127.0.0.1:9/")

    monkeypatch.setattr(failpoints, "hit", down_after_the_first)
    (result,) = act.sign_documents(documents=[document], signer=both, pin=PIN, at=NOON)
    assert not result.ok
    assert result.reason.startswith("One of your signatures stands")
    assert str(Trouble.TIMESTAMPS_DOWN.label) in result.reason
    assert [bool(slot.signed_at) for slot in document.slots.all()] == [True, False]
