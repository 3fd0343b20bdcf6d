"""One signature on a PDF: an incremental update on a pre-placed field, with the texts it answers for."""

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, TypeVar

from PIL import UnidentifiedImageError
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import FormFillingError, PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from documents.signing.appearances import Handwriting, Seal, Style
from documents.signing.filling import fill_field
from documents.signing.keys import Signer
from documents.signing.timestamps import TimestampService, TimestampUnavailable

TOKEN_BYTES = 6_000  # room for a time-stamp token with its certificates
CMS_BYTES = 2_000  # room for the rest of a signature, certificates apart
T = TypeVar("T")


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
    cms = signer.cms_signer()
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
        for text_field, value in (fill or {}).items():
            fill_field(writer, text_field, value)
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
        style = Style(drawn=appearance or Handwriting(name))
        pdf_signer = PdfSigner(metadata, signer=cms, timestamper=timestamps, stamp_style=style)
        certificates = [cms.signing_cert, *cms.cert_registry]
        room = 2 * (TOKEN_BYTES + CMS_BYTES + sum(len(each.dump()) for each in certificates))
        signed = pdf_signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=room)
        return _finished(signed).getvalue()
    except TimestampRequestError as error:
        raise TimestampUnavailable(str(error)) from error
    except (SigningError, FormFillingError, PdfError, UnidentifiedImageError) as error:
        raise SignatureRefused(f"{field}: {error}") from error


def _finished(work: Coroutine[Any, Any, T]) -> T:
    """Run the library's coroutine to its end, also where the calling thread already has an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
