"""Evidence records: one time stamp for many files, renewed for all, provable with hashlib and openssl alone."""

import hashlib
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import core
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from documents import archive, demo_authority, evidence, inspection, keys, timestamping
from documents.evidence import trees
from documents.evidence.records import EvidenceRecord
from documents.models import Document, EvidenceEntry, EvidenceStamp
from documents.signing import TimestampService, TimestampUnavailable
from tests.documents.office import NOON, Office

ROOTS = ("sha256", "sha384", "sha512")


def keep(office: Office, *texts: str) -> list[str]:
    """These files, archived as documents are; no page is made of them."""
    kept = []
    for text in texts:
        digest = archive.store(text.encode())
        document = office.request()
        Document.objects.filter(pk=document.pk).update(current_sha256=digest, archived_at=NOON)
        kept.append(digest)
    return kept


def roots() -> list[bytes]:
    return [path.read_bytes() for path in settings.TRUST_ROOTS]


def judged(digest: str, **changes) -> evidence.Proof:
    return evidence.judge_record(evidence.record_of(digest), archive.read(digest), trust_roots=roots(), **changes)


def evidence_faults() -> list[str]:
    return [found.problem for found in inspection.CHECKS["evidence"]() if isinstance(found, inspection.Fault)]


# --- hash trees, plain ---------------------------------------------------------------------------------------------


@given(st.integers(1, 70), st.sampled_from(ROOTS), st.data())
def test_every_leaf_leads_to_the_root_and_a_stranger_does_not(count, algorithm, data):
    leaves = sorted(trees.digest(algorithm, bytes([number])) for number in range(count))
    levels = trees.grow(algorithm, leaves)
    index = data.draw(st.integers(0, count - 1))
    lists = trees.reduced(levels, index)
    assert trees.root_of(algorithm, leaves[index], lists) == levels[-1][0]
    assert len(lists) <= (count - 1).bit_length()
    if lists:
        with pytest.raises(trees.NotInTree):
            trees.root_of(algorithm, trees.digest(algorithm, b"stranger"), lists)


def test_the_tree_of_the_standards_own_example_hashes_children_in_binary_order():
    """RFC 4998, 4.2: two leaves under one father, the third beside them."""
    one, two, three = (hashlib.sha256(each).digest() for each in (b"1", b"2", b"3"))
    father = hashlib.sha256(b"".join(sorted([one, two]))).digest()
    root = hashlib.sha256(b"".join(sorted([father, three]))).digest()
    levels = trees.grow("sha256", [one, two, three])
    assert levels[-1] == [root]
    assert trees.reduced(levels, 2) == [sorted([three, father])]
    assert trees.reduced(levels, 0) == [sorted([one, two]), [three]]


# --- stamps and records --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_time_stamp_proves_every_file(office):
    kept = keep(office, *(f"văn bản {number}" for number in range(25)))
    (stamp,) = evidence.stamp_new()
    assert (stamp.count, EvidenceEntry.objects.count()) == (25, 25)
    for digest in kept:
        proof = judged(digest)
        assert (proof.stamps, proof.chains, proof.since) == (1, 1, stamp.stamped_at)
    assert evidence.stamp_new() == []
    assert evidence_faults() == []


@pytest.mark.django_db
def test_a_batch_has_its_end_and_the_rest_gets_the_next_stamp(office):
    keep(office, *(f"văn bản {number}" for number in range(7)))
    assert [stamp.count for stamp in evidence.stamp_new(batch=3)] == [3, 3, 1]
    assert evidence_faults() == []


def elements(der: bytes) -> list[tuple[int, bytes, bytes]]:
    """Tag, whole encoding and contents of what stands here, by the encoding rules alone."""
    found, at = [], 0
    while at < len(der):
        length, head = der[at + 1], 2
        if length & 0x80:
            head += length & 0x7F
            length = int.from_bytes(der[at + 2 : at + head], "big")
        found.append((der[at], der[at : at + head + length], der[at + head : at + head + length]))
        at += head + length
    return found


@pytest.mark.django_db
def test_hashlib_and_openssl_prove_a_record_without_our_code(office, tmp_path: Path):
    """The record is read by its DER encoding, the tree recomputed, the token judged by openssl."""
    kept = keep(office, *(f"văn bản {number}" for number in range(11)))
    evidence.stamp_new()
    for digest in kept[:3]:
        record = evidence.record_of(digest)
        ((_tag, _whole, content),) = elements(record)
        version, algorithms, sequence = elements(content)
        assert version[2] == b"\x01"
        assert bytes.fromhex("0609608648016503040201") in algorithms[2]  # SHA-256
        ((_tag, _whole, chain),) = elements(sequence[2])
        ((_tag, _whole, stamp),) = elements(chain)
        by_tag = {tag: (whole, content) for tag, whole, content in elements(stamp)}
        tree, token = elements(by_tag[0xA2][1]), by_tag[0x30][0]
        node = bytes.fromhex(digest)
        for number, (_tag, _whole, hashes) in enumerate(tree):
            members = [each for _tag, _whole, each in elements(hashes)]
            assert number or node in members
            node = hashlib.sha256(b"".join(sorted({*members, node}))).digest()
        (tmp_path / "token.tst").write_bytes(token)
        command = ["openssl", "ts", "-verify", "-digest", node.hex(), "-in", str(tmp_path / "token.tst"), "-token_in"]
        done = subprocess.run([*command, "-CAfile", str(settings.TRUST_ROOTS[0])], capture_output=True, text=True)
        assert "Verification: OK" in done.stdout + done.stderr
        outline = subprocess.run(
            ["openssl", "asn1parse", "-inform", "DER"], input=record, capture_output=True, check=True
        ).stdout.decode()
        assert "id-smime-ct-TSTInfo" in outline


@pytest.mark.django_db
@pytest.mark.parametrize(
    "damage", ["other bytes", "other record", "broken tree", "broken token", "no record", "other root"]
)
def test_a_record_proves_only_its_own_bytes(office, damage, tmp_path):
    first, second = keep(office, "một", "hai")
    evidence.stamp_new()
    record, data, trusted = evidence.record_of(first), b"m\xe1\xbb\x99t", roots()
    assert evidence.judge_record(record, data, trust_roots=trusted)
    if damage == "other bytes":
        data = b"ba"
    elif damage == "other record":
        other = keep(office, "ba")[0]
        evidence.stamp_new()
        record = evidence.record_of(other)
    elif damage == "broken tree":
        record = record.replace(bytes.fromhex(second), bytes(32))
    elif damage == "broken token":
        record = record[:-20] + bytes([record[-20] ^ 1]) + record[-19:]
    elif damage == "no record":
        record = record[: len(record) // 2]
    else:
        trusted = [demo_authority.create(tmp_path / "stranger").read_bytes()]
    with pytest.raises(evidence.RecordInvalid):
        evidence.judge_record(record, data, trust_roots=trusted)


# --- renewal -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_renewal_carries_every_stamp_on(office):
    kept = keep(office, *(f"văn bản {number}" for number in range(7)))
    evidence.stamp_new(batch=2)
    now = datetime.now(UTC)
    assert evidence.renew_stamps(at=now) == []  # their certificates are young
    (renewal,) = evidence.renew_stamps(at=now, every=True)
    assert renewal.count == 4
    assert {judged(digest).stamps for digest in kept} == {2}
    (again,) = evidence.renew_stamps(at=now + timedelta(days=9 * 365))
    assert again.count == 1  # one stamp stands for all that went before
    assert {judged(digest).stamps for digest in kept} == {3}
    assert evidence_faults() == []


@pytest.mark.django_db
def test_a_renewed_record_outlives_the_first_authority(office, tmp_path, monkeypatch):
    """The first authority's certificates are over when the record is judged; the second one's token carries them."""
    then = datetime.now(UTC) - timedelta(days=12 * 365)
    old = demo_authority.create(tmp_path / "old", at=then)
    young = roots()
    (digest,) = keep(office, "mười hai năm trước")

    class Then(TimestampService):
        """The old authority's clock stands still before its end."""

        async def async_request_tsa_response(self, req):
            answer = timestamping.Responder(tmp_path / "old").respond(req.dump(), at=then + timedelta(days=9 * 365))
            return timestamping.Response.load(answer)

    with monkeypatch.context() as past:
        past.setattr(keys, "timestamps", lambda: Then("http://127.0.0.1/", roots=None))
        evidence.stamp_new()
    trusted = [old.read_bytes(), *young]
    with pytest.raises(evidence.RecordInvalid):
        evidence.judge_record(evidence.record_of(digest), archive.read(digest), trust_roots=trusted)
    assert len(evidence.renew_stamps(at=then + timedelta(days=9 * 365))) == 1  # within 540 days of the end
    with pytest.raises(evidence.RecordInvalid):  # renewed today, years after the certificate ended: too late
        evidence.judge_record(evidence.record_of(digest), archive.read(digest), trust_roots=trusted)


@pytest.mark.django_db
def test_a_new_hash_takes_the_old_evidence_along(office):
    kept = keep(office, *(f"văn bản {number}" for number in range(5)))
    evidence.stamp_new()
    evidence.renew_stamps(at=datetime.now(UTC), every=True)
    (stamp,) = evidence.rehash(algorithm="sha512")
    assert (stamp.algorithm, stamp.count) == ("sha512", 5)
    proofs = {judged(digest) for digest in kept}
    assert {(proof.stamps, proof.chains) for proof in proofs} == {(3, 2)}
    assert {proof.since for proof in proofs} == {EvidenceStamp.objects.get(ordinal=1).stamped_at}
    assert evidence.rehash(algorithm="sha512") == []
    (renewal,) = evidence.renew_stamps(at=datetime.now(UTC), every=True)
    assert (renewal.algorithm, renewal.count) == ("sha512", 1)  # the chains that the new hash replaced need none
    assert {(proof.stamps, proof.chains) for proof in map(judged, kept)} == {(4, 2)}
    assert evidence_faults() == []


@pytest.mark.django_db
def test_the_second_chain_holds_the_file_and_the_first_chain(office):
    """RFC 4998, 5.3: H(H(file) + H(sequence so far)), recomputed from the record alone."""
    (digest,) = keep(office, "văn bản")
    evidence.stamp_new()
    evidence.rehash(algorithm="sha512")
    record = EvidenceRecord.load(evidence.record_of(digest))
    first, second = record["archive_time_stamp_sequence"]
    before = core.SequenceOf(spec=core.Any)
    before.append(core.Any.load(first.dump()))
    inner = hashlib.sha512(archive.read(digest)).digest() + hashlib.sha512(before.dump()).digest()
    token = second[0]["time_stamp"]["content"]["encap_content_info"]["content"].parsed
    assert token["message_imprint"]["hashed_message"].native == hashlib.sha512(inner).digest()


# --- what goes wrong -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_the_time_stamp_service_the_evidence_stays_owed(office, monkeypatch):
    keep(office, "một")
    monkeypatch.setattr(settings, "TIMESTAMP_URL", "http://127.0.0.1:9/")
    with pytest.raises(TimestampUnavailable):
        evidence.stamp_new()
    with pytest.raises(CommandError, match="does not answer"):
        call_command("renew_evidence")
    assert not EvidenceStamp.objects.exists()
    monkeypatch.undo()


@pytest.mark.django_db
def test_a_file_without_evidence_says_so(office):
    (digest,) = keep(office, "một")
    with pytest.raises(evidence.NoEvidence):
        evidence.record_of(digest)


@pytest.mark.django_db
def test_the_inspection_finds_changed_leaves_and_lost_rows(office):
    keep(office, "một", "hai")
    (stamp,) = evidence.stamp_new()
    path = archive.path_of(stamp.leaves_sha256)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
    assert evidence_faults() == [f"FileCorrupt {stamp.leaves_sha256}"]
    EvidenceEntry.objects.create(stamp=stamp, sha256="0" * 64)
    path.unlink()
    assert evidence_faults() == [f"FileMissing {stamp.leaves_sha256}"]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        EvidenceStamp.objects.update(count=3)


@pytest.mark.django_db
def test_the_commands_stamp_write_a_record_and_judge_it(office, tmp_path, capsys):
    (digest,) = keep(office, "một văn bản")
    call_command("renew_evidence")
    call_command("renew_evidence", "--every", "--rehash", "sha384")
    copy = tmp_path / "van-ban.pdf"
    copy.write_bytes(archive.read(digest))
    call_command("evidence_record", str(copy))
    said = capsys.readouterr().out
    assert "by 3 time stamps in 2 chains" in said
    written = (tmp_path / "van-ban.pdf.ers").read_bytes()
    assert evidence.judge_record(written, copy.read_bytes(), trust_roots=roots()).chains == 2
    copy.write_bytes(b"other bytes")
    with pytest.raises(CommandError, match="No time stamp stands for this file"):
        call_command("evidence_record", str(copy))


def test_a_tree_of_twenty_thousand_files_grows_in_a_moment():
    leaves = sorted(hashlib.sha256(str(number).encode()).digest() for number in range(20_000))
    began = time.perf_counter()
    levels = trees.grow("sha256", leaves)
    lists = trees.reduced(levels, 12_345)
    assert time.perf_counter() - began < 2
    assert trees.root_of("sha256", leaves[12_345], lists) == levels[-1][0]
    assert len(lists) <= 15
