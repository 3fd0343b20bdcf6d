#!/usr/bin/env python3
"""Build the pinned faces beside this file from Debian's fonts-liberation2 (Liberation Serif 2.x).

    python documents/fonts/build.py /usr/share/fonts/truetype/liberation2

Latin and Vietnamese only (precomposed letters and combining marks), no hinting, renamed as the font's licence
asks of modified versions. The result is deterministic: the same source gives the same bytes.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Cong Minh Serif"
FACES = {"Regular": "Regular", "Bold": "Bold", "Italic": "Italic", "BoldItalic": "Bold Italic"}
RANGES = [
    (0x20, 0x7E),  # basic Latin
    (0xA0, 0x17F),  # Latin-1, Latin Extended-A
    (0x1A0, 0x1A1),  # ơ
    (0x1AF, 0x1B0),  # ư
    (0x1EA0, 0x1EF9),  # Vietnamese letters with tone marks
    (0x2010, 0x2015),  # dashes
    (0x2018, 0x201E),  # quotation marks
    (0x2020, 0x2022),  # daggers, bullet
]
SINGLES = [
    *(0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x31B, 0x323),  # the marks of decomposed Vietnamese
    *(0x2026, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AB, 0x2116, 0x2122),
    *(0x2190, 0x2192, 0x2212, 0x2260, 0x2264, 0x2265, 0x25A1, 0x25CF),
]


def build(source: Path, target: Path, style: str) -> None:
    """Write one subset face under the project's own family name."""
    font = TTFont(source, recalcTimestamp=False)
    if not 2 <= font["head"].fontRevision < 3:
        raise SystemExit(f"{source} is not Liberation 2.x: version 1 lacks Vietnamese letters")
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_timestamp = False
    options.drop_tables += ["FFTM", "PfEd"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[*SINGLES, *(code for first, last in RANGES for code in range(first, last + 1))])
    subsetter.subset(font)
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in (0, 5, 13, 14)]
    postscript = f"{FAMILY.replace(' ', '')}-{style.replace(' ', '')}"
    for number, text in {
        1: FAMILY,
        2: style,
        3: postscript,
        4: f"{FAMILY} {style}",
        6: postscript,
        10: "Latin and Vietnamese subset of a font under the SIL Open Font License, renamed.",
    }.items():
        names.setName(text, number, 3, 1, 0x409)
    font.save(target)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for face, style in FACES.items():
        path = Path(__file__).with_name(f"CongMinhSerif-{face}.ttf")
        build(folder / f"LiberationSerif-{face}.ttf", path, style)
