"""Pre-placed text fields, written once: within a signature's own revision, or in a revision of their own."""

from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.form_tools import annot_width_height, find_existing_empty_field
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import FormFillingError, PdfError

from documents.lettering import STYLES, text_box
from documents.signing.appearances import Drawn


class FillingRefused(Exception):
    """The file has no such empty text field, or cannot be read."""


class _Repeatable(IncrementalPdfFileWriter):
    """The same bytes for the same revision: nothing in it is drawn by lot or by the clock.

    A signed list is shown before it is signed, with the hashes that it will hold.
    """

    def name_by(self, seed: bytes) -> None:
        """The identifier of this revision, by its content and not at random."""
        self._document_id[1] = generic.ByteStringObject(sha256(seed).digest()[:16])

    def _update_meta(self) -> None:
        """Who made the file and when was written at its rendering."""


def fill_pdf(pdf: bytes, fill: Mapping[str, str]) -> bytes:
    """The file with one more revision that fills these fields and signs nothing; P=2 allows it after signatures.

    The same file and texts give the same bytes. Raises FillingRefused, lettering.TextDoesNotFit.
    """
    try:
        writer = _Repeatable(BytesIO(pdf), strict=True)
        writer.name_by(pdf + repr(sorted(fill.items())).encode())
        for name, value in fill.items():
            fill_field(writer, name, value)
        target = BytesIO()
        writer.write(target)
    except (FormFillingError, PdfError) as error:
        raise FillingRefused(str(error)) from error
    return target.getvalue()


def fill_field(writer: IncrementalPdfFileWriter, name: str, value: str) -> None:
    """Write one empty text field: its value, and its appearance in an embedded font. FormFillingError, PdfError."""
    reference = find_existing_empty_field(writer, name, "/Tx")
    widget = reference.get_object()
    if not isinstance(widget, generic.DictionaryObject):
        raise FormFillingError(f"{name} is not a field")
    style, size = str(widget["/DA"]).removeprefix("/").split()[:2]
    width, height = (float(side) for side in annot_width_height(widget))
    drawing = text_box(
        value,
        style=style if style in STYLES else "Regular",
        size=float(size),
        width=width,
        height=height,
        align=int(widget.get("/Q", 0)),
        lines=bool(int(widget.get("/Ff", 0)) & 4096),
    )
    widget[pdf_name("/V")] = generic.TextStringObject(drawing.text)
    Drawn(writer, drawing).apply_appearance(widget)
    writer.mark_update(reference)
