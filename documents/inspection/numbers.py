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
        # On a busy system numbers are given while they are read: those that the counter had reached before must all
        # be there, and none lies above where it stands afterwards. In between nothing can be said yet.
        reached, faults = _problems(spans(*key), counters.get(key, 0))
        problems = [*faults, *_below(reached, *key)]
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


def _problems(used: Iterator[Span], stood: int) -> tuple[int, list[str]]:
    """The last number used, and what is wrong up to where the counter stood before they were read."""
    reached, found = 0, []
    for first, last in used:
        if first > reached + 1 and reached < stood:
            found.append(f"{_words(reached + 1, min(first - 1, stood))}: nobody has it")
        if first <= reached:
            found.append(f"{_words(first, min(last, reached))}: used twice")
        reached = max(reached, last)
    if reached < stood:
        found.append(f"{_words(reached + 1, stood)}: nobody has it")
    return reached, found


def _below(reached: int, unit: int, book: str, year: int) -> Iterator[str]:
    """Whether the counter, read after the numbers, stands below one of them."""
    stands = NumberBook.objects.filter(unit_id=unit, book=book, year=year).values_list("last", flat=True).first() or 0
    if reached > stands:
        yield f"the counter stands at {stands}, below {reached}"


def _words(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}..{last}"
