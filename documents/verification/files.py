"""Opening a PDF for judgement: its revisions, signature fields, attached facts and the states it has had."""

import json
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus, StandardSecurityHandler
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError

from documents.verification.certificates import Evidence
from documents.verification.oldest import OLD_FORMS

# What hostile bytes make the parsers raise; each means "not readable as what it claims to be".
UNREADABLE = (
    PdfError,
    SignatureValidationError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    EOFError,
    zlib.error,
    struct.error,
    UnsupportedAlgorithm,
)
MOST_STATES = 1_000  # a paper of ours has about ten; an honest one from elsewhere hardly more than fifty
STATE_END = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
CODE = re.compile(r"CM-[0-9A-Z]+(?:-[0-9A-Z]+)*")
FACTS = "facts.json"


class Locked(Exception):
    """The file opens only with a password or a key that nobody gave."""


@dataclass
class SignedFile:
    """One PDF, opened; `signatures` in the order of signing, `unreadable` by field name with the reason."""

    data: bytes
    reader: PdfFileReader
    signatures: list[EmbeddedPdfSignature] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, data: bytes, *, strict: bool) -> "SignedFile":
        """Read the file; one of UNREADABLE, or Locked. Not strict: signatures that cannot be read are named."""
        reader = PdfFileReader(BytesIO(data), strict=strict)
        if reader.encrypted:
            handler = reader.security_handler
            if not isinstance(handler, StandardSecurityHandler) or reader.decrypt(b"").status == AuthStatus.FAILED:
                raise Locked
        opened = cls(data, reader)
        for name, value, place in enumerate_sig_fields(reader, filled_status=True):
            try:
                form = str(_plain(value).get("/SubFilter", ""))
                opened.signatures.append(OLD_FORMS.get(form, EmbeddedPdfSignature)(reader, place, name))
            except UNREADABLE as error:
                if strict:
                    raise
                opened.unreadable[name] = f"{type(error).__name__}: {error}"
        opened.signatures.sort(key=lambda each: each.signed_revision)
        return opened

    @property
    def first_places(self) -> set[str]:
        """Signature fields that the file had before anything was signed."""
        return {name for name, _value, _ref in enumerate_sig_fields(self.reader.get_historical_resolver(0))}

    def removed(self) -> list[str]:
        """Signed fields of an earlier state that the present one no longer shows."""
        now = {each.field_name for each in self.signatures} | set(self.unreadable)
        earlier: dict[str, None] = {}
        for revision in range(self.reader.total_revisions - 1):
            view = self.reader.get_historical_resolver(revision)
            if "/Root" in view.trailer_view:
                earlier |= {name: None for name, _value, _ref in enumerate_sig_fields(view, filled_status=True)}
        return [name for name in earlier if name not in now]

    def evidence(self, view: PdfFileReader | HistoricalResolver) -> Evidence:
        """Certificates and revocation data in the document security store, as it was in this view."""
        found = Evidence()
        try:
            store = DocumentSecurityStore.read_dss(view)
        except NoDSSFoundError:
            return found
        found.add(
            certificates=(each.dump() for each in store.load_certs()),
            crls=(each.get_object().read_data(DecodePurpose.CRL) for each in store.crls),
            ocsps=(each.get_object().read_data(DecodePurpose.OCSP_RESPONSE) for each in store.ocsps),
        )
        return found

    def _attached(self) -> generic.DictionaryObject | None:
        """The facts' file specification as it was before anything was signed: no later revision can change it."""
        for each in _items(_plain(self.reader.get_historical_root(0).get("/AF", generic.ArrayObject()))):
            if isinstance(each, generic.DictionaryObject) and str(each.get("/UF", each.get("/F", ""))) == FACTS:
                return each
        return None

    def facts(self) -> dict[str, Any]:
        """The facts that documents of this product carry; empty for those of others."""
        attached = self._attached()
        try:
            facts = json.loads(_plain(_plain(attached["/EF"])["/F"]).data) if attached else {}
        except UNREADABLE:
            return {}
        return facts if isinstance(facts, dict) else {}

    def code(self) -> str:
        """The internal code that the attached facts claim; empty for documents of others."""
        attached = self._attached()
        found = CODE.search(str(attached.get("/Desc", ""))) if attached else None
        return found[0] if found else ""

    def texts(self) -> dict[str, str]:
        """Values of the text fields at the top of the form, where number and date of issue are written."""
        form = _plain(self.reader.root.get("/AcroForm", generic.DictionaryObject()))
        fields = _items(_plain(form.get("/Fields", generic.ArrayObject())))
        return {
            str(each["/T"]): str(each["/V"])
            for each in fields
            if isinstance(each, generic.DictionaryObject)
            and "/T" in each
            and each.get("/FT") == "/Tx"
            and "/V" in each
        }


def _items(found: Any) -> list[Any]:
    """The objects of an array, references followed; none for anything else."""
    return [_plain(found[index]) for index in range(len(found))] if isinstance(found, generic.ArrayObject) else []


def _plain(found: Any) -> Any:
    """The object itself, out of a reference and of the wrapping of encrypted files."""
    found = found.get_object()
    return found.decrypted if isinstance(found, generic.DecryptedObjectProxy) else found


def states(data: bytes) -> Iterator[str]:
    """SHA-256 of every state the file has had: up to each end mark, with and without its line end, and the whole.

    PdfError for a file of more than `MOST_STATES` end marks.
    """
    running, done = sha256(), 0
    for number, mark in enumerate(STATE_END.finditer(data), start=1):
        if number > MOST_STATES:
            raise PdfError(_("it has more than %(count)d revisions") % {"count": MOST_STATES})
        for end in dict.fromkeys((mark.start() + 5, mark.end())):
            running.update(data[done:end])
            done = end
            if end < len(data):
                yield running.hexdigest()
    running.update(data[done:])
    yield running.hexdigest()


def why_locked() -> str:
    """Words for a file that cannot be opened without a secret."""
    return _("The file is encrypted and opens only with a password; a signed document must be readable by everybody.")
