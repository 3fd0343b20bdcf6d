"""Per agency, book and year: 1..N, no gap, no repeat, and N is where the counter stands."""

from collections.abc import Iterator
from heapq import merge

from documents.inspection.faults import WHOLE, Fault, Scope
from documents.models import Document, NumberBook, NumberUse
from documents.numbering import LINES, SHEETS
from organization.models import Unit

Book = tuple[int, str, int]
Span = tuple[int, int]


def check_numbers(scope: Scope = WHOLE) -> Iterator[Fault | str]:
    """Each number belongs to one document, or is reserved, used on paper, lost or cancelled; to one of them only."""
    counters: dict[Book, int] = {
        (unit, book, year): last
        for unit, book, year, last in NumberBook.objects.exclude(book__in=[LINES, SHEETS]).values_list(
            "unit_id", "book", "year", "last"
        )
    }
    numbered = Document.objects.filter(number__isnull=False)
    of_documents = numbered.order_by().values_list("unit_id", "book", "number_year").distinct()
    books = {*counters, *((unit, book, year or 0) for unit, book, year in of_documents)}
    uses = NumberUse.objects.exclude(book__in=[LINES, SHEETS]).order_by()
    books |= set(uses.values_list("unit_id", "book", "year").distinct())
    codes = dict(Unit.objects.filter(pk__in={book[0] for book in books}).values_list("pk", "code"))
    for key in sorted(books):
        problems = list(_problems(spans(*key), counters.get(key, 0)))
        name = f"{codes[key[0]]} {key[1]} {key[2]}"
        yield from (Fault("numbers", name, problem) for problem in problems)
        if not problems:
            yield name


def spans(unit: int, book: str, year: int) -> Iterator[Span]:
    """The used numbers of one book in their order, as first and last."""
    documents = Document.objects.filter(unit_id=unit, book=book, number_year=year, number__isnull=False)
    uses = NumberUse.objects.filter(unit_id=unit, book=book, year=year, follows__isnull=True).order_by("first")
    numbers = documents.order_by("number").values_list("number", flat=True).iterator(5000)
    ranges = uses.values_list("first", "last").iterator(5000)
    yield from merge(((number, number) for number in numbers if number), ranges)


def _problems(used: Iterator[Span], stands: int) -> Iterator[str]:
    reached = 0
    for first, last in used:
        if first > reached + 1:
            yield f"{_words(reached + 1, first - 1)}: nobody has it"
        if first <= reached:
            yield f"{_words(first, min(last, reached))}: used twice"
        reached = max(reached, last)
    if reached < stands:
        yield f"{_words(reached + 1, stands)}: nobody has it"
    if reached > stands:
        yield f"the counter stands at {stands}, below {reached}"


def _words(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}..{last}"
