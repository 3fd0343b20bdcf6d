"""What a signature looks like on the page, as PDF objects with embedded fonts."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AppearanceContent, ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.images import pil_image
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.stamp import BaseStampStyle

from documents.lettering import Drawing, Subset, handwriting, seal


@dataclass(frozen=True)
class Handwriting:
    """Appearance of a personal signature: the person's image (PNG or JPEG), else the name in blue."""

    name: str
    image: bytes = b""

    def draw(self, width: float, height: float) -> Drawing:
        """The drawing for a field of this size in points."""
        return handwriting(self.name, width=width, height=height, image=self.image)


@dataclass(frozen=True)
class Seal:
    """Appearance of an agency's seal: its image, else a red stamp; `ring` names the parent agency."""

    agency: str
    ring: str = ""
    image: bytes = b""

    def draw(self, width: float, height: float) -> Drawing:
        """The drawing for a field of this size in points."""
        return seal(self.agency, ring=self.ring, width=width, height=height, image=self.image)


@dataclass(frozen=True)
class Style(BaseStampStyle):
    """Hands our drawing to the library as the look of the signature being made."""

    drawn: Handwriting | Seal | None = None

    def create_stamp(self, writer: Any, box: BoxConstraints, text_params: dict) -> Any:
        return Drawn(writer, self.drawn.draw(box.width, box.height)) if self.drawn else None


class Drawn(AppearanceContent):
    """A drawing as a form XObject with its own embedded fonts."""

    def __init__(self, writer: Any, drawing: Drawing) -> None:
        super().__init__(writer=writer, box=BoxConstraints(width=drawing.width, height=drawing.height))
        self.drawing = drawing

    def render(self) -> bytes:
        for name, font in self.drawing.fonts.items():
            self.set_resource(ResourceType.FONT, pdf_name(f"/{name}"), _embed(self.writer, font))
        if not self.drawing.image:
            return self.drawing.content.encode()
        picture = Image.open(BytesIO(self.drawing.image))
        scale = min(self.drawing.width / picture.width, self.drawing.height / picture.height)
        width, height = picture.width * scale, picture.height * scale
        left, bottom = (self.drawing.width - width) / 2, (self.drawing.height - height) / 2
        self.set_resource(ResourceType.XOBJECT, pdf_name("/Image"), pil_image(picture, self._ensure_writer))
        return f"q {width:.2f} 0 0 {height:.2f} {left:.2f} {bottom:.2f} cm /Image Do Q".encode()


def _embed(writer: Any, font: Subset) -> generic.IndirectObject:
    """A composite font with its program, widths and the map back to Unicode, as PDF/A-3u asks."""

    def names(**entries: Any) -> generic.DictionaryObject:
        return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})

    def stream(data: bytes, **entries: Any) -> generic.IndirectObject:
        body = generic.StreamObject(names(**entries), stream_data=data)
        body.compress()
        return writer.add_object(body)

    numbers = generic.NumberObject
    letters = {glyph: letter for letter, glyph in font.glyphs.items()}
    pairs = [f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for glyph, letter in sorted(letters.items())]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    mapping = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        + "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        + "\nendcmap CMapName currentdict /CMap defineresource pop end end"
    )
    descriptor = names(
        Type=pdf_name("/FontDescriptor"),
        FontName=pdf_name(f"/{font.name}"),
        Flags=numbers(4 + 2 + (64 if font.italic else 0)),
        FontBBox=generic.ArrayObject(numbers(side) for side in font.box),
        ItalicAngle=numbers(-16 if font.italic else 0),
        Ascent=numbers(font.ascent),
        Descent=numbers(font.descent),
        CapHeight=numbers(662),
        StemV=numbers(80),
        FontFile2=stream(font.program, Length1=numbers(len(font.program))),
    )
    system = names(
        Registry=generic.pdf_string("Adobe"), Ordering=generic.pdf_string("Identity"), Supplement=numbers(0)
    )
    descendant = names(
        Type=pdf_name("/Font"),
        Subtype=pdf_name("/CIDFontType2"),
        BaseFont=pdf_name(f"/{font.name}"),
        CIDSystemInfo=system,
        CIDToGIDMap=pdf_name("/Identity"),
        W=generic.ArrayObject([numbers(0), generic.ArrayObject(numbers(width) for width in font.widths)]),
        FontDescriptor=writer.add_object(descriptor),
    )
    return writer.add_object(
        names(
            Type=pdf_name("/Font"),
            Subtype=pdf_name("/Type0"),
            BaseFont=pdf_name(f"/{font.name}"),
            Encoding=pdf_name("/Identity-H"),
            DescendantFonts=generic.ArrayObject([writer.add_object(descendant)]),
            ToUnicode=stream(mapping.encode()),
        )
    )
