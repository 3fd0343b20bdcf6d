"""Finding documents by number, code, person or words: every typed word must match, at the beginning of a word.

Each lookup starts at an index (number, code, or one row a word), so that it stays short among many thousands.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from documents.models import Document, DocumentKind, DocumentWord
from organization.names import normal

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
LONGEST, MOST = 40, 8  # letters of a word that are kept; words of a question that are read
WORD = re.compile(r"[^\W_]+(?:[/.-][^\W_]+)*")


def folded(text: str) -> str:
    """Lower-case letters without marks: "Đặng" → "dang"."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(part for part in parts if not unicodedata.combining(part))


def words_in(*texts: str) -> set[str]:
    """The words of these texts as they are found: as written and without marks, in small letters."""
    words = {word[:LONGEST] for text in texts for word in WORD.findall(normal(str(text)).lower())}
    return words | {folded(word) for word in words}


def enter(document: Document) -> None:
    """Make a new document findable by its person and its subject; doing it again changes nothing."""
    person = document.subject.full_name if document.subject else ""
    words = words_in(person, document.facts.get("subject", ""), document.facts.get("period_words", ""))
    DocumentWord.objects.bulk_create(
        (DocumentWord(document=document, word=word) for word in sorted(words)), ignore_conflicts=True
    )


def found(
    documents: QuerySet[Document],
    query: str = "",
    *,
    kind: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Document]:
    """Those of `documents` that answer: words of number, code, person, title; kind; first and last archiving day."""
    asked = WORD.findall(normal(query).lower())[:MOST]
    if normal(query) and not asked:
        return documents.none()
    titles = list(DocumentKind.objects.values_list("pk", "title_vi")) if asked else []
    for word in asked:
        documents = documents.filter(pk__in=_holding(word, titles))
    if kind:
        documents = documents.filter(kind__code=kind)
    if since:
        documents = documents.filter(archived_at__gte=datetime.combine(since, time.min, LOCAL))
    if until:
        documents = documents.filter(archived_at__lt=datetime.combine(until, time.min, LOCAL) + timedelta(days=1))
    return documents


def _holding(word: str, titles: Iterable[tuple[int, str]]) -> QuerySet:
    """Keys of the documents with a word that begins like this one; each part of the union has its own index."""
    keys = DocumentWord.objects.filter(word__startswith=word[:LONGEST]).values_list("document_id")
    parts = []
    kinds = [key for key, title in titles if any(each.startswith(word) for each in words_in(title))]
    if kinds:
        parts.append(Document.objects.filter(kind__in=kinds).values_list("pk"))
    if word[0].isdigit():
        padded = re.sub(r"^\d(?=/|$)", r"0\g<0>", word)  # "5/BB" is printed as 05/BB
        parts += [
            Document.objects.filter(number_text__startswith=text.upper()).values_list("pk")
            for text in sorted({word, padded})
        ]
    if word.startswith("cm-"):
        parts.append(Document.objects.filter(code__startswith=word.upper()).values_list("pk"))
    return keys_of(keys, *parts)


def keys_of(*parts: QuerySet) -> QuerySet:
    """One query of keys out of several that each begin at an index of their own, to be used with `pk__in`."""
    first, *others = (part.order_by() for part in parts)  # a part of a union has no order
    return first.union(*others)
