"""What was changed between a signed revision and the present file, in words for a person."""

from collections.abc import Iterator
from hashlib import sha256

from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

View = PdfFileReader | HistoricalResolver
DEEPEST = 12
MOST_PAGES = 500


def changes_since(reader: PdfFileReader, revision: int) -> tuple[str, ...]:
    """The parts of the document that are not what they were in this revision."""
    try:
        return tuple(_differences(reader.get_historical_resolver(revision), reader))
    except (PdfError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return (_("the structure of the file, in a way that cannot be followed"),)


def _differences(before: View, after: View) -> Iterator[str]:
    old, new = list(_pages(before)), list(_pages(after))
    if len(old) != len(new):
        yield _("the number of pages: %(before)d, now %(after)d") % {"before": len(old), "after": len(new)}
    for number, (one, other) in enumerate(zip(old, new, strict=False), start=1):
        page = {"page": number}
        if _print(one, "/Contents") != _print(other, "/Contents"):
            yield _("what is written on page %(page)d") % page
        if _print(one, "/Resources") != _print(other, "/Resources"):
            yield _("fonts or pictures of page %(page)d") % page
        if _notes(one) != _notes(other):
            yield _("notes, stamps or fields laid over page %(page)d") % page
        elif _print(one, "/Annots") != _print(other, "/Annots"):
            yield _("the look or value of fields on page %(page)d") % page
    for key, words in (
        ("/AF", _("the attached files")),
        ("/Names", _("the attached files or names in the document")),
    ):
        if _print(before.root, key) != _print(after.root, key):
            yield words
            break
    if _print(before.root, "/OpenAction") != _print(after.root, "/OpenAction"):
        yield _("what happens when the file is opened")
    if _names(before) != _names(after):
        yield _("the fields of the form: %(names)s") % {"names": ", ".join(sorted(_names(before) ^ _names(after)))}


def _pages(view: View) -> Iterator[generic.DictionaryObject]:
    waiting, seen = [view.root["/Pages"]], 0
    while waiting and seen < MOST_PAGES:
        node = waiting.pop(0)
        if "/Kids" in node:
            kids = node["/Kids"]
            waiting = [*(kids[index] for index in range(len(kids))), *waiting]
            seen += not len(kids)
        else:
            seen += 1
            yield node


def _notes(page: generic.DictionaryObject) -> int:
    return len(page.get("/Annots", ()))


def _names(view: View) -> set[str]:
    fields = view.root.get("/AcroForm", {}).get("/Fields", generic.ArrayObject())
    return {str(fields[index].get("/T", "")) for index in range(len(fields))}


def _print(holder: generic.DictionaryObject, key: str) -> bytes:
    """A fingerprint of everything that hangs under one entry, parents left out."""
    digest = sha256()
    if key in holder:
        _feed(digest, holder[key], 0)
    return digest.digest()


def _feed(digest, value, depth: int) -> None:
    if depth > DEEPEST:
        return
    if isinstance(value, generic.IndirectObject):
        value = value.get_object()
    if isinstance(value, generic.StreamObject):
        digest.update(value.encoded_data)
    if isinstance(value, generic.DictionaryObject):
        for key in sorted(value):
            if key not in ("/Parent", "/P", "/V", "/Length"):
                digest.update(key.encode())
                _feed(digest, value.raw_get(key), depth + 1)
    elif isinstance(value, generic.ArrayObject):
        for index in range(len(value)):
            _feed(digest, value.raw_get(index), depth + 1)
    else:
        digest.update(repr(value).encode())
