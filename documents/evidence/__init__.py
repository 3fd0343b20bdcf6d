"""Evidence records (RFC 4998) beside the archive: one time stamp proves many thousand files, renewed for all."""

from documents.evidence.records import Proof, RecordInvalid, judge_record
from documents.evidence.stamping import NoEvidence, leaves_of, record_of, rehash, renew_stamps, stamp_new

__all__ = [
    "NoEvidence",
    "Proof",
    "RecordInvalid",
    "judge_record",
    "leaves_of",
    "record_of",
    "rehash",
    "renew_stamps",
    "stamp_new",
]
