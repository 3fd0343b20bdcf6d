"""Letters drawn by ourselves: what is written into a PDF after its first signature, in an embedded font.

A field filled in a signature's own revision cannot be laid out by the page renderer again, so its appearance
is drawn here, with a subset of the same pinned faces. No PDF library: plain bytes and font programs.
"""

import hashlib
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).with_name("fonts")
STYLES = ("Regular", "Bold", "Italic", "BoldItalic")
FIELD_LIMIT = 4000  # characters of one user-written text
UNKNOWN = "□"
INITIALS = 70.0  # points
SMALLEST, LEADING = 8.0, 1.25  # points; line height in letter sizes
CONTINUED = " … (xem tiếp tại biên bản xem xét, đánh giá)"
BLACK, BLUE, RED = (0.0, 0.0, 0.0), (0.06, 0.16, 0.55), (0.80, 0.05, 0.09)


class TextDoesNotFit(ValueError):
    """A line is too long for its reserved place, even in the smallest letters."""


@dataclass(frozen=True)
class Subset:
    """A font program holding only the letters of one drawing; widths in 1/1000 em by glyph."""

    name: str
    program: bytes
    glyphs: Mapping[str, int]
    widths: tuple[int, ...]
    ascent: int
    descent: int
    box: tuple[int, int, int, int]
    italic: bool

    def show(self, text: str) -> str:
        """The text as a PDF hexadecimal string of glyph numbers."""
        return "<" + "".join(f"{self.glyphs[letter]:04x}" for letter in text) + ">"


@dataclass(frozen=True)
class Drawing:
    """One appearance: PDF operators in a box of width × height points, with the fonts (and image) it uses."""

    width: float
    height: float
    content: str
    fonts: Mapping[str, Subset] = field(default_factory=dict)
    image: bytes = b""
    text: str = ""


class Face:
    """One pinned face: measures texts and cuts subsets."""

    def __init__(self, style: str) -> None:
        self.style = style
        self.program = (FONTS / f"CongMinhSerif-{style}.ttf").read_bytes()
        font = TTFont(BytesIO(self.program))
        scale = 1000 / font["head"].unitsPerEm
        self.advances = {chr(code): font["hmtx"][name][0] * scale for code, name in font.getBestCmap().items()}
        self.ascent, self.descent = font["hhea"].ascent * scale, -font["hhea"].descent * scale

    def width(self, text: str, size: float) -> float:
        """Length of a line in points."""
        return sum(self.advances[letter] for letter in text) * size / 1000

    def baseline(self, height: float, size: float) -> float:
        """Where a line stands that is centred in a box of this height, as CSS half-leading puts it."""
        return (height - (self.ascent + self.descent) * size / 1000) / 2 + self.descent * size / 1000

    def cut(self, text: str) -> Subset:
        """The subset holding the letters of this text."""
        return _cut(self.style, frozenset(text) | {" "})


@lru_cache(maxsize=len(STYLES))
def face(style: str) -> Face:
    """The pinned face of this style."""
    return Face(style)


@lru_cache(maxsize=256)
def _cut(style: str, letters: frozenset[str]) -> Subset:
    font = TTFont(BytesIO(face(style).program), recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False)
    options.recalc_timestamp = False
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "gasp"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(letter) for letter in letters])
    cutter.subset(font)
    scale = 1000 / font["head"].unitsPerEm
    order = font.getGlyphOrder()
    glyphs = {chr(code): font.getGlyphID(name) for code, name in sorted(font.getBestCmap().items())}
    widths = tuple(round(font["hmtx"][name][0] * scale) for name in order)
    head = font["head"]
    box = tuple(round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax))
    target = BytesIO()
    font.save(target)
    program = target.getvalue()
    tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
    whole = face(style)
    return Subset(
        name=f"{tag}+CongMinhSerif-{style}",
        program=program,
        glyphs=glyphs,
        widths=widths,
        ascent=round(whole.ascent),
        descent=-round(whole.descent),
        box=(box[0], box[1], box[2], box[3]),
        italic="Italic" in style,
    )


def legible(text: str, limit: int = FIELD_LIMIT) -> str:
    """The text as it may be printed: NFC, capped, no control or bidi characters, unknown letters as □."""
    known = face("Regular").advances
    letters = []
    for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))[:limit]:
        if letter == "\n" or letter in known:
            letters.append(letter)
        elif unicodedata.category(letter) in ("Zs", "Zl", "Zp"):
            letters.append(" ")
        elif unicodedata.category(letter)[0] not in "CM":
            letters.append(UNKNOWN)
    return "".join(letters)


def broken(text: str, style: str, size: float, width: float) -> list[str]:
    """The text in lines no longer than `width` points; a word longer than a line is split."""
    lines, letters = [], face(style)
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            *whole, word = _pieces(word, letters, size, width)
            if whole:
                lines += [line, *whole] if line else whole
                line = ""
            longer = f"{line} {word}".strip()
            if letters.width(longer, size) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _pieces(word: str, letters: Face, size: float, width: float) -> list[str]:
    """A word cut where it passes `width`, in one walk: a user may send thousands of letters without a space."""
    found, start, length = [], 0, 0.0
    for place, letter in enumerate(word):
        advance = letters.advances[letter]
        if place > start and (length + advance) * size / 1000 > width:
            found.append(word[start:place])
            start, length = place, 0.0
        length += advance
    return [*found, word[start:]]


def text_box(
    text: str, *, style: str, size: float, width: float, height: float, align: int = 0, lines: bool = False
) -> Drawing:
    """A filled text field, its final text in `text`; `align` is 0 left, 1 centre, 2 right.

    Letters shrink to 8 points; then several lines are cut with CONTINUED and a single line raises TextDoesNotFit.
    """
    text, letters = legible(text), face(style)
    if not lines:
        text = " ".join(text.split())
        rows = [text]
        while letters.width(rows[0], size) > width:
            size -= 0.5
            if size < SMALLEST:
                raise TextDoesNotFit(f"{rows[0]!r} does not fit in {width:.0f} points")
    else:
        size, text = _fitted(text, style, size, width, height)
        rows = broken(text, style, size, width)
    cut, leading = letters.cut("".join(rows)), LEADING * size
    top = height - leading + letters.baseline(leading, size) if lines else letters.baseline(height, size)
    shown = []
    for number, row in enumerate(rows):
        left = (width - letters.width(row, size)) * align / 2
        shown.append(f"1 0 0 1 {left:.2f} {top - number * leading:.2f} Tm {cut.show(row)} Tj")
    content = f"/Tx BMC q {_rgb(BLACK)} BT /F1 {size:g} Tf {' '.join(shown)} ET Q EMC"
    return Drawing(width, height, content, {"F1": cut}, text=text)


def _fitted(text: str, style: str, size: float, width: float, height: float) -> tuple[float, str]:
    """Letter size and text that fit the box; in the smallest letters the end gives way to CONTINUED."""

    def fits(part: str) -> bool:
        return len(broken(part, style, size, width)) * LEADING * size <= height

    while not fits(text):
        if size <= SMALLEST:
            break
        size -= 0.5
    else:
        return size, text
    fewest, most = 0, len(text)
    while fewest < most:
        middle = (fewest + most + 1) // 2
        fewest, most = (middle, most) if fits(text[:middle].rstrip() + CONTINUED) else (fewest, middle - 1)
    return size, text[:fewest].rstrip() + CONTINUED


def handwriting(name: str, *, width: float, height: float, image: bytes = b"") -> Drawing:
    """A personal signature: the person's own image, else the name in blue as if written by hand; no other text.

    Initials, in a place narrower than INITIALS points, are the given name alone.
    """
    if image:
        return Drawing(width, height, "", image=image)
    words, letters = legible(name).split() or [""], face("Italic")
    text = words[-1] if width < INITIALS else " ".join(words)
    size = min(22.0, height * 0.6, 22.0 * 0.9 * width / max(letters.width(text, 22.0), 1))
    cut = letters.cut(text)
    left, bottom = (width - letters.width(text, size)) / 2, letters.baseline(height, size) - size * 0.15
    slope, stroke = 0.07, bottom - size * 0.28
    content = (
        f"q {_rgb(BLUE)} {_rgb(BLUE, stroke=True)} 0.9 w 1 J BT /F1 {size:.2f} Tf "
        f"1 {slope} 0.18 1 {left:.2f} {bottom:.2f} Tm {cut.show(text)} Tj ET "
        f"{width * 0.22:.2f} {stroke:.2f} m {width * 0.4:.2f} {stroke - 5:.2f} {width * 0.6:.2f} {stroke + 9:.2f} "
        f"{width * 0.86:.2f} {stroke + 3:.2f} c S Q"
    )
    return Drawing(width, height, content, {"F1": cut})


def seal(agency: str, *, ring: str = "", width: float, height: float, image: bytes = b"") -> Drawing:
    """An agency's round red seal at the size of its field: the parent on the ring, the agency inside, a star."""
    if image:
        return Drawing(width, height, "", image=image)
    radius = min(width, height) / 2 - 0.8
    agency, ring = " ".join(legible(agency).upper().split()), " ".join(legible(ring).upper().split())
    inner, letters = radius * 0.72, face("Bold")
    cut = letters.cut(agency + ring)
    rings = _circle(radius, 1.6), _circle(radius - 2.6, 0.5), _circle(inner, 0.7)
    parts = [*rings, _star(0, -inner * 0.62, inner * 0.2)]
    size = 9.0
    while size > 4:
        rows = broken(agency, "Bold", size, inner * 1.55)
        if len(rows) * size * 1.15 <= inner * 1.15:
            break
        size -= 0.5
    top = (len(rows) - 1) * size * 1.15 / 2 + inner * 0.12 - size * 0.3
    shown = [f"/F1 {size:g} Tf"]
    for number, row in enumerate(rows):
        left, line = -letters.width(row, size) / 2, top - number * size * 1.15
        shown.append(f"1 0 0 1 {left:.2f} {line:.2f} Tm {cut.show(row)} Tj")
    shown.append(_arc(ring, cut, letters, (radius + inner) / 2 - 3.2, radius))
    centre = f"1 0 0 1 {width / 2:.2f} {height / 2:.2f} cm"
    content = f"q {centre} {_rgb(RED)} {_rgb(RED, stroke=True)} {' '.join(parts)} BT {' '.join(shown)} ET Q"
    return Drawing(width, height, content, {"F1": cut})


def _arc(text: str, cut: Subset, letters: Face, radius: float, outer: float) -> str:
    """The ring's text on the upper arc, letter by letter."""
    size = outer * 0.155
    size = min(size, size * radius * 1.45 * math.pi / max(letters.width(text, size), 1))
    angle = letters.width(text, size) / radius / 2
    shown = [f"/F1 {size:.2f} Tf"]
    for letter in text:
        step = letters.width(letter, size) / radius
        middle = angle - step / 2
        cos, sin = math.cos(middle), math.sin(middle)
        half = letters.width(letter, size) / 2
        x, y = -radius * sin - half * cos, radius * cos - half * sin
        shown.append(f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x:.2f} {y:.2f} Tm {cut.show(letter)} Tj")
        angle -= step
    return " ".join(shown)


def _circle(radius: float, line: float) -> str:
    r, k = radius, radius * 0.5523  # four Bézier quarters
    quarters = [(r, k, k, r, 0, r), (-k, r, -r, k, -r, 0), (-r, -k, -k, -r, 0, -r), (k, -r, r, -k, r, 0)]
    curves = " ".join(" ".join(f"{value:.2f}" for value in quarter) + " c" for quarter in quarters)
    return f"{line:g} w {r:.2f} 0 m {curves} S"


def _star(x: float, y: float, radius: float) -> str:
    corners = []
    for number in range(10):
        length = radius if number % 2 == 0 else radius * 0.382
        angle = math.pi / 2 + number * math.pi / 5
        corners.append(f"{x + length * math.cos(angle):.2f} {y + length * math.sin(angle):.2f}")
    return f"{corners[0]} m " + " ".join(f"{corner} l" for corner in corners[1:]) + " h f"


def _rgb(colour: tuple[float, float, float], *, stroke: bool = False) -> str:
    return f"{colour[0]:g} {colour[1]:g} {colour[2]:g} {'RG' if stroke else 'rg'}"
