"""What a list of signed documents says, read from the facts attached to its first revision."""

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

END_OF_REVISION = re.compile(rb"startxref\s+\d+\s+%%EOF(\r?\n)?")


class NoFacts(ValueError):
    """The file carries no readable facts."""


def attached_facts(pdf: bytes) -> dict[str, Any]:
    """The JSON facts that the file was rendered from; later revisions cannot change what is read. Raises NoFacts."""
    try:
        root = PdfFileReader(BytesIO(pdf)).get_historical_root(0)
        facts = json.loads(root["/AF"][0]["/EF"]["/F"].data)
    except (PdfError, ValueError, LookupError, TypeError, AttributeError, zlib.error, RecursionError) as error:
        raise NoFacts(str(error)) from error
    if not isinstance(facts, dict):
        raise NoFacts("the attached facts are no object")
    return facts


def listed_hashes(pdf: bytes) -> dict[str, Mapping[str, Any]]:
    """SHA-256 → row (code, kind, name, role) of each document that this list signs. NoFacts for any other file.

    Says nothing about the list's own signature: judge the list first.
    """
    rows = attached_facts(pdf).get("documents")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "sha256" in row for row in rows):
        raise NoFacts("not a list of signed documents")
    return {str(row["sha256"]): row for row in rows}


def revision_hashes(pdf: bytes) -> Iterator[str]:
    """SHA-256 of the file as it was after each of its revisions: a list names one of them, seals may follow it."""
    hashed, done = sha256(), 0
    for match in END_OF_REVISION.finditer(pdf):
        bare = match.end() - len(match[1] or b"")
        for end in sorted({bare, match.end()}):  # the line end may belong to the revision that follows
            hashed.update(pdf[done:end])
            done = end
            yield hashed.hexdigest()
