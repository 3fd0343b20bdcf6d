"""How many pages a PDF of the archive has: a figure on the cover of its file."""

from io import BytesIO

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader


class NoPages(ValueError):
    """The file is no PDF whose pages can be counted."""


def page_count(data: bytes) -> int:
    """The number of pages as the newest revision's page tree says it. NoPages."""
    try:
        return int(PdfFileReader(BytesIO(data), strict=False).root["/Pages"]["/Count"])
    except (PdfError, LookupError, TypeError) as error:
        raise NoPages(type(error).__name__) from error
