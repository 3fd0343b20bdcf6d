"""One signature on a PDF: an incremental update on a pre-placed field, with the texts it answers for."""

from collections.abc import Container, Mapping

from PIL import UnidentifiedImageError
from pyhanko.pdf_utils.form_tools import enumerate_fields_in
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import FormFillingError, PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from documents.signing.appearances import Handwriting, Seal, Style
from documents.signing.filling import fill_field
from documents.signing.keys import Signer
from documents.signing.loops import finished
from documents.signing.reading import open_to_extend
from documents.signing.timestamps import TimestampService, TimestampUnavailable

CMS_BYTES = 2_000  # room for the rest of a signature, certificates apart


class SignatureRefused(Exception):
    """The document cannot be signed this way: wrong field, filled already, or the file forbids it."""


def sign_pdf(
    pdf: bytes,
    *,
    field: str,
    signer: Signer,
    timestamps: TimestampService,
    certify: bool = False,
    fill: Mapping[str, str] | None = None,
    name: str = "",
    reason: str = "",
    location: str = "",
    appearance: Handwriting | Seal | None = None,
) -> bytes:
    """The file with one more revision: `fill` written, then a PAdES B-T signature on the empty field `field`.

    `certify` for the first signature. Raises SignatureRefused, TimestampUnavailable, lettering.TextDoesNotFit.
    """
    name = name or signer.common_name
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        name=name,
        reason=reason or None,
        location=location or None,
    )
    try:
        writer = open_to_extend(pdf)
        for text_field, value in (fill or {}).items():
            fill_field(writer, text_field, value)
        _draw_again(writer, field, apart_from=fill or {})
        return _signed(writer, metadata, signer, timestamps, appearance or Handwriting(name))
    except TimestampRequestError as error:
        raise TimestampUnavailable(str(error)) from error
    except (SigningError, FormFillingError, PdfError, UnidentifiedImageError) as error:
        raise SignatureRefused(f"{field}: {error}") from error


def _draw_again(writer: IncrementalPdfFileWriter, field: str, *, apart_from: Container[str]) -> None:
    """Put the looks of the texts that this signature locks into its own revision, unchanged.

    A look older than the signature that locks its field counts as changed after it by the library's rules.
    """
    fields = writer.root.get("/AcroForm", {}).get("/Fields", ())
    for _name, _value, place in enumerate_sig_fields(writer, with_name=field):
        for locked in place.get_object().get("/Lock", {}).get("/Fields", ()):
            texts = enumerate_fields_in(fields, with_name=locked, refs_seen=set(), target_field_type="/Tx")
            for _name, _value, text in texts:
                if locked not in apart_from and "/N" in text.get_object().get("/AP", {}):
                    writer.mark_update(text.get_object()["/AP"].raw_get("/N").reference)


def _signed(
    writer: IncrementalPdfFileWriter,
    metadata: PdfSignatureMetadata,
    signer: Signer,
    timestamps: TimestampService | None,
    appearance: Handwriting | Seal,
) -> bytes:
    """The signature itself; without time stamps (B-B) only where it is measured."""
    cms = signer.cms_signer()
    chain = [each for each in cms.cert_registry if cms.embed_roots or each.self_signed == "no"]
    length = CMS_BYTES + sum(len(each.dump()) for each in [cms.signing_cert, *chain])
    length += timestamps.room if timestamps else 0
    pdf_signer = PdfSigner(metadata, signer=cms, timestamper=timestamps, stamp_style=Style(drawn=appearance))
    # With the room given, the library need not sign once more to measure it.
    signed = pdf_signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=2 * length)
    return finished(signed).getvalue()
