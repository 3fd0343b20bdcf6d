from documents.models.documents import Document, DocumentRevision, State, Trouble
from documents.models.evidence import EvidenceEntry, EvidenceStamp, StampPurpose
from documents.models.keeping import (
    Disposition,
    DispositionItem,
    DocumentWord,
    FileAccess,
    FileEntry,
    Hold,
    RecordsFile,
    RetentionRule,
    Tombstone,
    Transfer,
)
from documents.models.kinds import Access, DocumentKind
from documents.models.numbers import NumberUse, UseEvent
from documents.models.registers import (
    NumberBook,
    RegisterEvent,
    RegisterLine,
    RegisterSheet,
    SheetToken,
    WitnessMail,
)
from documents.models.signatures import Door, PinTrial, PreparedSignature, SignatureSlot, SigningKey
from documents.models.successions import Effect, Succession

__all__ = [
    "Access",
    "Disposition",
    "DispositionItem",
    "Document",
    "DocumentKind",
    "DocumentRevision",
    "DocumentWord",
    "Door",
    "Effect",
    "EvidenceEntry",
    "EvidenceStamp",
    "FileAccess",
    "FileEntry",
    "Hold",
    "NumberBook",
    "NumberUse",
    "PinTrial",
    "PreparedSignature",
    "RecordsFile",
    "RegisterEvent",
    "RegisterLine",
    "RegisterSheet",
    "RetentionRule",
    "SheetToken",
    "SignatureSlot",
    "SigningKey",
    "StampPurpose",
    "State",
    "Succession",
    "Tombstone",
    "Transfer",
    "Trouble",
    "UseEvent",
    "WitnessMail",
]
