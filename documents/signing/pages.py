"""How many pages a PDF of the archive has: a figure on the cover of its file."""

from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader


def page_count(data: bytes) -> int:
    """The number of pages as the newest revision's page tree says it."""
    return int(PdfFileReader(BytesIO(data), strict=False).root["/Pages"]["/Count"])
