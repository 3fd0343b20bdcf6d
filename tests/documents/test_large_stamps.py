"""Tokens of authorities that send many certificates along: they find room, and a half without room is given up."""

import pytest
from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding

from documents import demo_authority, keys, timestamping
from documents.actions import prepared_for
from documents.models import PreparedSignature, State
from tests.documents.office import again
from tests.documents.test_interrupted import Token, complete, prepare
from tests.documents.test_signing import service

pytestmark = pytest.mark.django_db


def certificates_along(folder, number):
    own = demo_authority._root(folder)[1]
    made = [
        demo_authority.certify(folder, f"Cơ quan {each}", str(each), own.public_key())[0] for each in range(number)
    ]
    return [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in made]


@pytest.fixture
def crowded(authority, settings):
    """Make the time-stamp service of the settings send `number` certificates along."""
    responder, along = timestamping.Responder(authority), []

    def answer(request):
        response = tsp.TimeStampResp.load(responder.respond(request))
        signed = response["time_stamp_token"]["content"]
        signed["certificates"] = cms.CertificateSet([*[each.chosen for each in signed["certificates"]], *along])
        return response.dump(force=True)

    with service(answer) as client:
        settings.TIMESTAMP_URL = client.url

        def send(number):
            along[:] = certificates_along(authority, number)

        yield send


@pytest.fixture
def head(office):
    return office.people["head"]


@pytest.fixture
def token(authority, head):
    made = Token(authority, head)
    keys.enrol_certificate(person=head, chain=made.chain)
    return made


def test_a_token_of_twelve_thousand_bytes_fits_the_first_half_that_was_prepared(office, head, token, crowded):
    notice = office.bring(office.request("notice"), State.AWAITING_SIGNATURE)
    crowded(16)
    prepared = prepare(notice, head)
    assert complete(prepared, token.sign(prepared.digest), head).ok
    assert keys.timestamps().longest > 10_000


def test_a_half_without_room_is_given_up_and_the_next_one_has_it(office, head, token, crowded, caplog):
    notice = office.bring(office.request("notice"), State.AWAITING_SIGNATURE)
    crowded(40)
    prepared = prepare(notice, head)
    result = complete(prepared, token.sign(prepared.digest), head)
    assert not result.ok
    assert "start again" in result.reason
    assert bytes(PreparedSignature.objects.get(pk=prepared.pk).pdf) == b""
    assert prepared_for(again(notice), head) is None
    another = prepare(notice, head)
    assert another.pk != prepared.pk
    assert complete(another, token.sign(another.digest), head).ok
    assert again(notice).state == State.SIGNED
