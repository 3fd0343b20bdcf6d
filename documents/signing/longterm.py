"""Long-term data (PAdES B-LTA): what proves every signature of a file, and a time stamp over all of it.

One revision holds both: the document security store (certificates, revocation lists and answers of every signature
and time stamp in the file) and the document time stamp over the file with it.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import cast

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, enumerate_sig_fields
from pyhanko.sign.general import SigningError, extract_certificate_info
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore

from documents.signing.loops import finished
from documents.signing.pdf import SignatureRefused
from documents.signing.reading import Reader, open_to_extend
from documents.signing.revocation import Authorities, Proof, RevocationUnavailable
from documents.signing.timestamps import TimestampService, TimestampUnavailable

logger = logging.getLogger(__name__)
FIELD = "timestamp"


@dataclass(frozen=True)
class ArchiveStamp:
    """The last document time stamp of a file: when it was made, and until when its certificate can be trusted."""

    at: datetime
    until: datetime


@dataclass(frozen=True)
class Stamped:
    """A file with its new document time stamp; `fingerprint` is the time-stamp authority's certificate (SHA-256)."""

    pdf: bytes
    fingerprint: str


def stamp_archive(pdf: bytes, *, timestamps: TimestampService, authorities: Authorities) -> Stamped:
    """The file with one more revision: proofs of all its signatures and a document time stamp over them.

    The first one takes the pre-placed field, each later one makes its own. Raises TimestampUnavailable,
    RevocationUnavailable, SignerRevoked, SignatureRefused.
    """
    try:
        writer = open_to_extend(pdf)
        _store(writer, _proofs(writer.prev, authorities))
        field, placed = _free_field(writer.prev)
        spec = None if placed else SigFieldSpec(sig_field_name=field, readable_field_name=field)
        steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(field, writer, existing_fields_only=placed)
        next(steps)
        steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=2 * timestamps.room)))
        prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
        token = finished(timestamps.async_timestamp(prepared.document_digest, "sha256"))
        steps.send(token)
    except TimestampRequestError as error:
        raise TimestampUnavailable(str(error)) from error
    except (SigningError, PdfError, ValueError) as error:
        raise SignatureRefused(f"{FIELD}: {error}") from error
    certificate = extract_certificate_info(token["content"]).signer_cert
    return Stamped(cast(BytesIO, output).getvalue(), certificate.sha256.hex())


def require_signers(pdf: bytes, authorities: Authorities) -> None:
    """Everybody in the file counted when he signed. SignerRevoked, RevocationUnavailable, SignatureRefused."""
    try:
        _proofs(Reader(pdf), authorities)
    except (PdfError, ValueError) as error:
        raise SignatureRefused(str(error)) from error


def archive_stamp(pdf: bytes) -> ArchiveStamp | None:
    """The last document time stamp of a file, None when it has none. SignatureRefused for what is no PDF."""
    try:
        stamps = Reader(pdf).embedded_timestamp_signatures
    except (PdfError, ValueError) as error:
        raise SignatureRefused(str(error)) from error
    if not stamps:
        return None
    info = extract_certificate_info(stamps[-1].signed_data)
    return ArchiveStamp(_signed_at(stamps[-1].signed_data), info.signer_cert.not_valid_after)


def _proofs(reader: PdfFileReader, authorities: Authorities) -> list[Proof]:
    """The proof of everybody who signed or time-stamped anything in the file, each valid when he did.

    What an earlier document time stamp covers is proved in the file already; its data are refreshed if they can be.
    """
    signatures = reader.embedded_signatures
    stamps = [number for number, each in enumerate(signatures) if each.sig_object_type == "/DocTimeStamp"]
    proofs = []
    for number, signature in enumerate(signatures):
        covered = bool(stamps) and number < stamps[-1]
        for signed in (signature.signed_data, *_tokens(signature.signed_data)):
            info = extract_certificate_info(signed)
            try:
                proof = authorities.prove(info.signer_cert, info.other_certs)
            except RevocationUnavailable:
                if not covered:
                    raise
                logger.info("longterm.not_refreshed %s", info.signer_cert.sha256.hex())
            else:
                proof.require_valid_at(_signed_at(signed))
                proofs.append(proof)
    return proofs


def _signed_at(signed: cms.SignedData) -> datetime:
    """The trusted time of a signature: that of its time stamp; a time stamp's is its own."""
    for token in (signed, *_tokens(signed)):
        if token["encap_content_info"]["content_type"].native == "tst_info":
            return token["encap_content_info"]["content"].parsed["gen_time"].native
    return datetime.now(UTC)


def _tokens(signed: cms.SignedData) -> Iterator[cms.SignedData]:
    attributes = signed["signer_infos"][0]["unsigned_attrs"]
    for attribute in attributes or ():
        if attribute["type"].native == "signature_time_stamp_token":
            for value in attribute["values"]:
                yield value["content"]


def _store(writer: IncrementalPdfFileWriter, proofs: list[Proof]) -> None:
    """Write or extend the document security store; what it holds already is not written again."""
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,  # no entries for single signatures: the data are good for all of them
        certs=[certificate for proof in proofs for certificate in proof.certificates],
        crls=[each for proof in proofs for each in proof.crls],
        ocsps=[each for proof in proofs for each in proof.ocsps],
    )


def _free_field(reader: PdfFileReader) -> tuple[str, bool]:
    """The field for the next time stamp, and whether the file has it already."""
    fields = {name: value for name, value, _reference in enumerate_sig_fields(reader)}
    if fields.get(FIELD, "filled") is None:
        return FIELD, True
    return next(name for number in range(2, 1000) if (name := f"{FIELD}-{number}") not in fields), False
