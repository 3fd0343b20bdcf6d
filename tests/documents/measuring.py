"""Reads positions, faces, sizes and rules out of a PDF, in millimetres from the top left and in points."""

import html
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdf

from documents.rendering import render
from documents.samples import facts_of

MM = 72 / 25.4
PX = 0.75 / MM  # millimetres in a pixel of the page renderer
CODE = "CM-2026-7F3K92QD"
OPERATORS = r"1 0 0 -1 (?P<place>\S+ \S+) Tm|(?P<font>/\S+) (?P<size>\S+) Tf|(?P<shown>\[[^]]*\]) TJ"


@dataclass(frozen=True)
class Run:
    """Letters drawn at once: where their baseline starts, in which face and size."""

    page: int
    text: str
    left: float
    baseline: float
    size: float
    face: str

    @property
    def bold(self) -> bool:
        return "Bold" in self.face

    @property
    def italic(self) -> bool:
        return "Italic" in self.face


@dataclass(frozen=True)
class Box:
    """A word or a field with its edges."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


@cache
def sample(kind: str) -> bytes:
    """The kind's sample before its first signature."""
    return render(kind, facts_of(kind), code=CODE)


@cache
def runs(pdf: bytes) -> tuple[Run, ...]:
    """Every run of letters in drawing order, decoded by the fonts' own maps to Unicode."""
    found: list[Run] = []
    for number, page in enumerate(pypdf.PdfReader(BytesIO(pdf)).pages, start=1):
        fonts = {name: font.get_object() for name, font in page["/Resources"]["/Font"].items()}
        letters = {name: _letters(font["/ToUnicode"].get_data().decode("latin-1")) for name, font in fonts.items()}
        left = baseline = size = 0.0
        name = ""
        for match in re.finditer(OPERATORS, _drawn(page), re.S):
            if match["place"]:
                left, baseline = (float(side) * PX for side in match["place"].split())
            elif match["font"]:
                name, size = match["font"], round(float(match["size"]) * 0.75, 2)
            else:
                glyphs = re.findall("[0-9a-f]{4}", "".join(re.findall(r"<([0-9a-f]*)>", match["shown"])))
                text = "".join(letters[name][glyph] for glyph in glyphs).strip()
                if text:
                    found.append(Run(number, text, left, baseline, size, str(fonts[name]["/BaseFont"])))
    return tuple(found)


def _letters(table: str) -> dict[str, str]:
    pairs = re.findall(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", table)
    return {glyph: bytes.fromhex(code).decode("utf-16-be") for glyph, code in pairs}


def _first_page(pdf: bytes) -> Any:
    return pypdf.PdfReader(BytesIO(pdf)).pages[0]


def _drawn(page: Any) -> str:
    return page.get_contents().get_data().decode("latin-1")


@cache
def words(pdf: bytes) -> tuple[Box, ...]:
    """Every word with its box."""
    found, page = [], 0
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.pdf")
        path.write_bytes(pdf)
        done = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        page += line.strip().startswith("<page")
        match = re.search(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*)</word>', line)
        if match:
            left, top, right, bottom = (float(side) / MM for side in match.groups()[:4])
            found.append(Box(page, html.unescape(match[5]), left, top, right, bottom))
    return tuple(found)


@cache
def fields(pdf: bytes) -> dict[str, Box]:
    """Every form field by its full name."""
    found = {}
    for number, page in enumerate(pypdf.PdfReader(BytesIO(pdf)).pages, start=1):
        height = float(page.mediabox.height)
        for reference in page.get("/Annots", []):
            widget = reference.get_object()
            parent = f"{widget['/Parent']['/T']}." if "/Parent" in widget else ""
            left, bottom, right, top = (float(side) for side in widget["/Rect"])
            name = f"{parent}{widget['/T']}"
            found[name] = Box(number, name, left / MM, (height - top) / MM, right / MM, (height - bottom) / MM)
    return found


@cache
def rules(pdf: bytes) -> tuple[Box, ...]:
    """Horizontal lines of page 1, thinner than half a millimetre."""
    point = r"(\S+) (\S+) "
    found = []
    for match in re.finditer(f"{point}m\\s+{point}l\\s+{point}l\\s+{point}l\\s+W", _drawn(_first_page(pdf))):
        sides = [float(side) * PX for side in match.groups()]
        left, right, top, bottom = min(sides[::2]), max(sides[::2]), min(sides[1::2]), max(sides[1::2])
        if bottom - top < 0.5:
            found.append(Box(1, "", left, top, right, bottom))
    return tuple(found)


def line_of(pdf: bytes, text: str, *, page: int = 1) -> Run:
    """The first run on this page that begins with `text`."""
    return next(run for run in runs(pdf) if run.page == page and run.text.startswith(text))


def width_of(pdf: bytes, run: Run) -> float:
    """How long the printed line of this run is, in millimetres."""
    on_line = [
        word
        for word in words(pdf)
        if word.page == run.page and word.top < run.baseline < word.bottom + 0.5 and word.left >= run.left - 1
    ]
    count = len(run.text.split())
    row = sorted(on_line, key=lambda word: word.left)[:count]
    return row[-1].right - row[0].left
