"""Facts and a template → one unsigned PDF/A-3u, the same bytes for the same facts.

Places of signatures, seal and late text fields are laid out by CSS (elements with id `field-…`) and become
PDF form fields here, so that nothing has to be added to the file after its first signature.
"""

import gc
import json
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

import pydyf
import qrcode
from django.template import Context, Engine
from django.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from weasyprint import CSS, HTML, Attachment
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from documents.formats import with_whole_numbers
from documents.kinds import KINDS, RANKER_BOXES
from documents.lettering import FONTS, STYLES, legible

TEMPLATES = FONTS.with_name("templates") / "documents"
POINTS = 0.75  # PDF points in a CSS pixel
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # attachments carry no clock: the same facts give the same bytes
PRINTED, LOCKED = 4, 128  # annotation flags
READ_ONLY, MULTILINE = 1, 4096  # field flags


class RenderError(Exception):
    """The document could not be rendered: unknown template, missing fact, or a forbidden address in it."""


@dataclass(frozen=True)
class TextField:
    """How a text field filled at a later signature is written: face, size in points, alignment 0 or 1."""

    style: str
    size: int
    align: int = 0
    lines: bool = False


TEXT_FIELDS = {
    "number": TextField("Regular", 13, align=1),
    "issued_on": TextField("Italic", 13, align=1),
    "reviewer_comment": TextField("Regular", 13, lines=True),
    "reviewed_on": TextField("Italic", 13, align=1),
    "reviewer_name": TextField("Bold", 13, align=1),
    **dict.fromkeys(RANKER_BOXES, TextField("Bold", 11, align=1)),
    "handling": TextField("Regular", 13, lines=True),
    "listed_in": TextField("Italic", 11, align=1, lines=True),
    "ranked_on": TextField("Italic", 13, align=1),
    "ranker_name": TextField("Bold", 13, align=1),
}
SIGNATURE_FIELDS = ("sig.", "seal", "timestamp")


def _locks() -> dict[str, tuple[str, ...]]:
    """What each signature locks: all that its role fills in any kind; in a sealed one the seal locks it."""
    locked: dict[str, tuple[str, ...]] = {"seal": ("number", "issued_on", "listed_in")}
    for kind in KINDS:
        for signer in kind.signers if not kind.sealed else ():
            locked[f"sig.{signer.role}"] = tuple(dict.fromkeys((*locked.get(f"sig.{signer.role}", ()), *signer.fill)))
    return locked


LOCKS = _locks()


class PinnedFetcher(URLFetcher):
    """Serves the four pinned faces and fails the whole render for any other address."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        name = url.removeprefix("pinned:")
        if url.startswith("pinned:") and name in {f"CongMinhSerif-{style}.ttf" for style in STYLES}:
            return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/ttf"})
        raise FatalURLFetchingError(f"address not allowed in a document: {url[:200]}")


class _Missing(str):
    """Makes a printed fact that is not there fail the render; facts only asked for with `if` may be absent."""

    def __mod__(self, name: object) -> str:
        raise LookupError(f"missing fact: {name}")


@lru_cache(maxsize=1)
def _engine() -> Engine:
    # An engine of its own: no site template, context processor or locale can change an official document.
    return Engine(
        dirs=[str(TEMPLATES)],
        string_if_invalid=_Missing("%s"),
        libraries={"official": "documents.templatetags.official"},
        builtins=["documents.templatetags.official"],
    )


_layout_lock = threading.Lock()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """The layout makes few cycles and many objects: walking over them again and again took a fifth of the render."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    # One for the process: each new one leaks about 0.3 MB.
    return FontConfiguration()


@lru_cache(maxsize=1)
def _style() -> CSS:
    return CSS(
        string=(TEMPLATES / "official.css").read_text("utf-8"), url_fetcher=PinnedFetcher(), font_config=_fonts()
    )


def render(template: str, facts: Mapping[str, Any], *, code: str) -> bytes:
    """The unsigned PDF/A-3u of `documents/<template>.html`, its facts attached as JSON (relationship Data).

    `code` is the document's internal code; facts hold plain JSON values. Raises RenderError.
    """
    if not template.replace("_", "").isalnum():
        raise RenderError(f"not a template name: {template!r}")
    source = json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1).encode()
    url = legible(str(facts.get("verify_url", "")).replace("{code}", code))
    context = _cleaned(dict(facts)) | {"code": legible(code), "verify_url": url, "qr": _qr(url)}
    try:
        page = _engine().get_template(f"{template}.html").render(Context(context, use_l10n=False, use_tz=False))
        with _layout_lock, _collector_paused():
            return _paint(with_whole_numbers(page), source, code)
    except (FatalURLFetchingError, TemplateDoesNotExist, TemplateSyntaxError, LookupError, ValueError) as error:
        raise RenderError(f"{template}: {error}") from error


def _paint(page: str, facts: bytes, code: str) -> bytes:
    document = HTML(string=page, base_url="pinned:", url_fetcher=PinnedFetcher()).render(
        font_config=_fonts(), stylesheets=[_style()]
    )
    places: list[tuple[int, str, tuple[float, float, float, float]]] = []
    for number, sheet in enumerate(document.pages):
        for anchor in [name for name in sheet.anchors if name.startswith("field-")]:
            left, top, right, bottom = (value * POINTS for value in sheet.anchors.pop(anchor))
            height = sheet.height * POINTS
            places.append((number, anchor.removeprefix("field-"), (left, height - bottom, right, height - top)))
    attachment = Attachment(
        string=facts,
        name="facts.json",
        description=f"Facts of document {code}",
        relationship="Data",
        created=EPOCH,
        modified=EPOCH,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the library does not close its own colour profile
        return document.write_pdf(
            pdf_variant="pdf/a-3u",
            attachments=[attachment],
            finisher=lambda done, pdf: _place_fields(done, pdf, places),
        )


def _place_fields(document: Document, pdf: pydyf.PDF, places: list) -> None:
    """Turn the places into form fields with empty appearances; sig.* hang under one parent field `sig`."""
    names = [name for _page, name, _box in places]
    unknown = [name for name in names if name not in TEXT_FIELDS and not name.startswith(SIGNATURE_FIELDS)]
    if unknown or len(set(names)) != len(names):
        raise ValueError(f"unknown or repeated fields: {unknown or names}")
    pages = [reference.split()[0] for reference in pdf.page_references]
    signers = pydyf.Dictionary({"T": pydyf.String("sig"), "Kids": pydyf.Array()})
    if any(name.startswith("sig.") for name in names):
        pdf.add_object(signers)
    fields = pydyf.Array([signers.reference] if signers.number is not None else [])
    places = [*places, (len(pages) - 1, "timestamp", (0, 0, 0, 0))]
    for number, name, (left, bottom, right, top) in places:
        page = pdf.objects[int(pages[number])]
        empty = pydyf.Stream(
            extra={
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array([0, 0, round(right - left, 3), round(top - bottom, 3)]),
                "Resources": pydyf.Dictionary({}),
            }
        )
        pdf.add_object(empty)
        widget = pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "Rect": pydyf.Array([round(value, 3) for value in (left, bottom, right, top)]),
                "P": page.reference,
                "F": PRINTED | LOCKED,
                "AP": pydyf.Dictionary({"N": empty.reference}),
            }
        )
        widget.update(_field(name, names))
        pdf.add_object(widget)
        if name.startswith("sig."):
            widget["Parent"] = signers.reference
            signers["Kids"].append(widget.reference)
        else:
            fields.append(widget.reference)
        page.setdefault("Annots", pydyf.Array()).append(widget.reference)
    pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))  # the library names the attachment twice
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": fields, "SigFlags": 3, "DR": pydyf.Dictionary({"Font": _font_resources(document, pdf)})}
    )


def _field(name: str, names: list[str]) -> dict[str, Any]:
    """The field's own entries; text fields are read-only for people, signatures lock what they fill."""
    if name in TEXT_FIELDS:
        text = TEXT_FIELDS[name]
        return {
            "FT": "/Tx",
            "T": pydyf.String(name),
            "Ff": READ_ONLY | (MULTILINE if text.lines else 0),
            "Q": text.align,
            "DA": pydyf.String(f"/{text.style} {text.size} Tf 0 g"),
        }
    entries: dict[str, Any] = {"FT": "/Sig", "T": pydyf.String(name.removeprefix("sig."))}
    locked = [other for other in LOCKS.get(name, ()) if other in names]
    if locked:
        entries["Lock"] = pydyf.Dictionary(
            {
                "Type": "/SigFieldLock",
                "Action": "/Include",
                "Fields": pydyf.Array([pydyf.String(other) for other in locked]),
            }
        )
    return entries


def _font_resources(document: Document, pdf: pydyf.PDF) -> pydyf.Dictionary:
    """The page's own embedded fonts under the style names that the fields' default appearances use."""
    used = {_style_of(font): font.hash for font in document.fonts.values()}
    foreign = {font.family for font in document.fonts.values() if font.family != "Cong Minh Serif"}
    if foreign:
        raise ValueError(f"fonts other than the pinned ones were used: {sorted(foreign)}")
    table = next(each for each in pdf.objects if isinstance(each, dict) and set(used.values()) <= set(each))
    first = next(iter(used.values()))
    return pydyf.Dictionary({style: table[used.get(style, first)] for style in ("Regular", "Italic")})


def _style_of(font: Any) -> str:
    return ("Bold" if font.weight >= 600 else "") + ("Italic" if font.style else "") or "Regular"


def _cleaned(value: Any) -> Any:
    """Facts with every text made printable."""
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(item) for item in value]
    return value


def _qr(url: str) -> SafeString:
    """The address as an inline SVG of one path, 1 unit a module; empty without an address.

    Dark modules side by side are one stroke: a square each took a sixth of the whole render.
    """
    if not url:
        return SafeString("")
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(url)
    rows = code.get_matrix()
    path = ""
    for y, row in enumerate(rows):
        x = 0
        for dark, modules in groupby(row):
            length = len(list(modules))
            path += f"M{x} {y}.5h{length}" if dark else ""
            x += length
    size = len(rows)
    return format_html('<svg class="qr" viewBox="0 0 {0} {0}"><path stroke="#000" d="{1}"/></svg>', size, path)
