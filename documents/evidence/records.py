"""The evidence record of one file as RFC 4998 writes it in ASN.1, and its judgement without any of our rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import algos, cms, core

from documents.evidence.trees import NotInTree, digest, root_of
from documents.signing.stamps import Token, TokenInvalid, judge_token, read_token

KNOWN = ("sha256", "sha384", "sha512")


class PartialHashtree(core.SequenceOf):
    _child_spec = core.OctetString


class ReducedHashtree(core.SequenceOf):
    _child_spec = PartialHashtree


class ArchiveTimeStamp(core.Sequence):
    _fields = [
        ("digest_algorithm", algos.DigestAlgorithm, {"implicit": 0, "optional": True}),
        ("attributes", cms.CMSAttributes, {"implicit": 1, "optional": True}),
        ("reduced_hashtree", ReducedHashtree, {"implicit": 2, "optional": True}),
        ("time_stamp", cms.ContentInfo),
    ]


class ArchiveTimeStampChain(core.SequenceOf):
    _child_spec = ArchiveTimeStamp


class ArchiveTimeStampSequence(core.SequenceOf):
    _child_spec = ArchiveTimeStampChain


class DigestAlgorithms(core.SequenceOf):
    _child_spec = algos.DigestAlgorithm


class EncryptionInfo(core.Sequence):
    _fields = [("type", core.ObjectIdentifier), ("value", core.Any)]


class EvidenceRecord(core.Sequence):
    _fields = [
        ("version", core.Integer),
        ("digest_algorithms", DigestAlgorithms),
        ("crypto_infos", cms.CMSAttributes, {"implicit": 0, "optional": True}),
        ("encryption_info", EncryptionInfo, {"implicit": 1, "optional": True}),
        ("archive_time_stamp_sequence", ArchiveTimeStampSequence),
    ]


class RecordInvalid(Exception):
    """The record does not prove that these bytes existed at its first time; the text says why."""


@dataclass(frozen=True)
class Proof:
    """Since when the bytes are proven, by how many time stamps in how many chains."""

    since: datetime
    stamps: int
    chains: int


def time_stamp(algorithm: str, lists: Sequence[Sequence[bytes]], token: bytes) -> ArchiveTimeStamp:
    """One archive time stamp: the way from a leaf to the root, and the token for the root."""
    fields: dict[str, object] = {
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}),
        "time_stamp": cms.ContentInfo.load(token),
    }
    if lists:
        fields["reduced_hashtree"] = ReducedHashtree([PartialHashtree(list(each)) for each in lists])
    return ArchiveTimeStamp(fields)


def sequence(chains: Sequence[Sequence[ArchiveTimeStamp]]) -> ArchiveTimeStampSequence:
    """Chains one after the other, oldest first; inside a chain one hash algorithm."""
    return ArchiveTimeStampSequence([ArchiveTimeStampChain(list(chain)) for chain in chains])


def record(chains: Sequence[Sequence[ArchiveTimeStamp]]) -> bytes:
    """The evidence record (DER)."""
    names = dict.fromkeys(chain[0]["digest_algorithm"]["algorithm"].native for chain in chains)
    algorithms = DigestAlgorithms([algos.DigestAlgorithm({"algorithm": name}) for name in names])
    fields = {"version": 1, "digest_algorithms": algorithms, "archive_time_stamp_sequence": sequence(chains)}
    return EvidenceRecord(fields).dump()


def rehashed_leaf(algorithm: str, data: bytes, before: bytes) -> bytes:
    """The leaf of a new chain (RFC 4998, 5.3): the file and the sequence (DER) that has proven it so far."""
    return digest(algorithm, digest(algorithm, data) + digest(algorithm, before))


def judge_record(der: bytes, data: bytes, *, trust_roots: Sequence[bytes], at: datetime | None = None) -> Proof:
    """Verify a record over these bytes as RFC 4998, 5.3 says. RecordInvalid.

    Each time stamp must be valid at the time of the next one, the last one at `at` (now).
    """
    try:
        chains = [list(chain) for chain in EvidenceRecord.load(der, strict=True)["archive_time_stamp_sequence"]]
        if not chains or not all(chains):
            raise RecordInvalid("no time stamp")
        roots = [_roots(data, chains, number) for number in range(len(chains))]
        stamps = [stamp for chain in chains for stamp in chain]
        tokens = [stamp["time_stamp"].dump() for stamp in stamps]
        reads = [read_token(token) for token in tokens]
        times = [read.at for read in reads] + [at or datetime.now(UTC)]
        _judge_tokens(tokens, [root for chain in roots for root in chain], times, trust_roots)
    except (NotInTree, TokenInvalid, ValueError, KeyError, TypeError) as error:
        raise RecordInvalid(str(error)) from error
    return Proof(since=times[0], stamps=len(stamps), chains=len(chains))


def _roots(data: bytes, chains: list[list[ArchiveTimeStamp]], number: int) -> list[bytes]:
    """The digests that the tokens of this chain must stand for."""
    chain = chains[number]
    algorithm = _algorithm(chain[0])
    if number:
        leaf = rehashed_leaf(algorithm, data, sequence(chains[:number]).dump())
    else:
        leaf = digest(algorithm, data)
    found = []
    for stamp in chain:
        if _algorithm(stamp) != algorithm:
            raise RecordInvalid("two hash algorithms in one chain")
        tree = stamp["reduced_hashtree"].native or []
        found.append(root_of(algorithm, leaf, tree))
        leaf = digest(algorithm, stamp["time_stamp"].dump())
    return found


def _algorithm(stamp: ArchiveTimeStamp) -> str:
    chosen = stamp["digest_algorithm"]
    name = chosen["algorithm"].native if chosen.native else _token_algorithm(stamp)
    if name not in KNOWN:
        raise RecordInvalid(f"unknown hash algorithm {name}")
    return name


def _token_algorithm(stamp: ArchiveTimeStamp) -> str:
    read: Token = read_token(stamp["time_stamp"].dump())
    return read.algorithm


def _judge_tokens(
    tokens: list[bytes], digests: list[bytes], times: list[datetime], trust_roots: Sequence[bytes]
) -> None:
    for token, wanted, own, following in zip(tokens, digests, times, times[1:], strict=False):
        if following < own:
            raise RecordInvalid("the time stamps are not in the order of time")
        judge_token(token, wanted, trust_roots=trust_roots, at=following)
