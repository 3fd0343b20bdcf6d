"""Files opened for one more revision."""

import re
from binascii import unhexlify
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

CONTENTS = re.compile(rb"/Contents\s*<((?:[0-9A-Fa-f]{2}){200,})>")
HEADER = re.compile(rb"\s*(\d+) (\d+) obj\s*<<")
END = re.compile(rb"\bendobj\b")


class Reader(PdfFileReader):
    """The library's reader, which reads the long hexadecimal strings of earlier signatures at once.

    The library goes letter by letter: with three signatures in the file that was half the time of a fourth.
    """

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        super().__init__(BytesIO(pdf), strict=True)

    def get_object(self, ref: generic.Reference, *revision: Any, **options: Any) -> Any:
        """As the library's; historical values, which name their revision, go its own way."""
        current = not revision and options.get("revision") is None
        if current and self.cache_get_indirect_object(ref.generation, ref.idnum) is None:
            self._read_signature(ref)
        return super().get_object(ref, *revision, **options)

    def _read_signature(self, ref: generic.Reference) -> None:
        start = self.xrefs[ref]
        if not isinstance(start, int) or self.encrypted:
            return
        header, end = HEADER.match(self._pdf, start), END.search(self._pdf, start)
        if not header or not end or (int(header[1]), int(header[2])) != (ref.idnum, ref.generation):
            return
        found = CONTENTS.search(self._pdf, header.end(), end.start())
        if not found:
            return
        short = self._pdf[header.end() - 2 : found.start(1)] + self._pdf[found.end(1) : end.start()]
        signature = generic.read_object(BytesIO(short), generic.Reference(ref.idnum, ref.generation, self))
        if isinstance(signature, generic.DictionaryObject) and signature.raw_get("/Contents") in (b"", ""):
            signature[pdf_name("/Contents")] = generic.ByteStringObject(unhexlify(found[1]))
            self.cache_indirect_object(ref.generation, ref.idnum, signature)


def open_to_extend(pdf: bytes) -> IncrementalPdfFileWriter:
    """A writer that appends one revision. PdfError for what is no PDF."""
    return IncrementalPdfFileWriter.from_reader(Reader(pdf))
