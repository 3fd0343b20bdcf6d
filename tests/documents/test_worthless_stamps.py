"""A token that proves nothing goes into no file: its signature and its authority are judged when it comes."""

import pytest
from asn1crypto import cms, tsp

from documents import demo_authority, timestamping
from documents.signing import TimestampUnavailable
from documents.signing.stamps import request_token
from tests.documents.test_signing import refused_without_token, service

DIGEST = bytes(range(32))


def spoiled(answer):
    """The same answer, its token signed by nobody."""
    response = tsp.TimeStampResp.load(answer)
    signer = response["time_stamp_token"]["content"]["signer_infos"][0]
    signature = bytearray(signer["signature"].native)
    signature[-1] ^= 1
    signer["signature"] = cms.OctetString(bytes(signature))
    return response.dump(force=True)


def test_a_token_with_a_broken_signature_is_refused_and_nothing_is_signed(authority):
    responder = timestamping.Responder(authority)
    with service(lambda request: spoiled(responder.respond(request))) as client:
        assert "signature is broken" in refused_without_token(authority, client)


def test_a_token_of_an_authority_that_nobody_trusts_is_refused(authority, tmp_path):
    demo_authority.create(tmp_path)
    responder = timestamping.Responder(tmp_path)
    with service(responder.respond) as client, pytest.raises(TimestampUnavailable, match="not trusted"):
        request_token(client, DIGEST)


def test_a_broken_token_is_refused_also_after_the_authority_was_found_good(authority):
    responder, broken = timestamping.Responder(authority), []
    with service(lambda request: (spoiled if broken else bytes)(responder.respond(request))) as client:
        judged, whole, client.timeout = [], client.stampers._judge, 10

        async def counted(*given):
            judged.append(given)
            await whole(*given)

        client.stampers._judge = counted
        for _time in range(3):
            assert request_token(client, DIGEST)
        assert len(judged) == 1  # the chain once, each token always
        broken.append(True)
        with pytest.raises(TimestampUnavailable, match="signature is broken"):
            request_token(client, DIGEST)


def test_a_token_whose_content_was_changed_after_it_was_signed_is_refused(authority):
    """Who sits between may not set the time."""
    responder = timestamping.Responder(authority)

    def earlier(request):
        response = tsp.TimeStampResp.load(responder.respond(request))
        content = response["time_stamp_token"]["content"]["encap_content_info"]["content"]
        info = content.parsed
        info["gen_time"] = info["gen_time"].native.replace(year=2020)
        response["time_stamp_token"]["content"]["encap_content_info"]["content"] = cms.ParsableOctetString(
            info.dump(force=True)
        )
        return response.dump(force=True)

    with service(earlier) as client:
        client.timeout = 10
        with pytest.raises(TimestampUnavailable, match="signature is broken"):
            request_token(client, DIGEST)
