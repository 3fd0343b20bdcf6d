from documents.models.documents import Document, DocumentRevision, State, Trouble
from documents.models.kinds import Access, DocumentKind
from documents.models.registers import NumberBook, RegisterEvent, RegisterLine, RegisterSheet
from documents.models.signatures import Door, SignatureSlot, SigningKey

__all__ = [
    "Access",
    "Document",
    "DocumentKind",
    "DocumentRevision",
    "Door",
    "NumberBook",
    "RegisterEvent",
    "RegisterLine",
    "RegisterSheet",
    "SignatureSlot",
    "SigningKey",
    "State",
    "Trouble",
]
