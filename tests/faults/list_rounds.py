"""A reviewer who signs by one list, killed in the middle: forked children sign what waits until nothing does.

    python -m tests.faults.list_rounds FOLDER

A child dies at every failpoint of the act in turn, the last one finishes in peace. After each death the forms are
either all as they were or all signed. Prints one JSON object: deaths by failpoint, and what stood after each.
"""

import json
import os
import signal
import sys
from pathlib import Path

import django


def main(folder: Path) -> None:
    """Run the rounds; raises when a child neither dies as told nor ends well."""
    django.setup()
    from documents import failpoints

    deaths, stood = {}, {}
    # What dies after the commit comes last: the forms are signed then.
    for name in [*sorted(failpoints.LISTS, key=lambda point: (point == "list.committed", point)), ""]:
        child = os.fork()
        if not child:
            _sign_in_child(folder, name)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code not in (0, -signal.SIGKILL):
            raise RuntimeError(f"a child ended with {code}")
        deaths[name], stood[name] = code == -signal.SIGKILL, _standing()
    print(json.dumps({"deaths": deaths, "stood": stood}))


def _sign_in_child(folder: Path, failpoint: str) -> None:
    os.environ["FAILPOINTS"] = failpoint
    signal.alarm(60)
    code = 1
    try:
        _sign(folder)
        code = 0
    finally:
        os._exit(code)


def _sign(folder: Path) -> None:
    from documents.actions import ListToSign, documents_waiting_for, sign_lists
    from organization.models import Person
    from tests.documents.office import NOON, PIN

    reviewer = Person.objects.get(username="reviewer")
    waiting = list(documents_waiting_for(reviewer).order_by("pk"))
    if waiting:
        facts = json.loads((folder / "signing_list.json").read_text())
        wanted = ListToSign(tuple(document.uuid for document in waiting), facts)
        results = sign_lists(lists=[wanted], signer=reviewer, pin=PIN, at=NOON)
        if not all(result.ok for result in results):
            raise RuntimeError([result.reason for result in results])


def _standing() -> list[int]:
    """(forms signed by a list, lists) as they stand now."""
    from django.db import connection

    from documents.models import Document, SignatureSlot

    found = [
        SignatureSlot.objects.filter(listed_in__isnull=False).count(),
        Document.objects.filter(kind__code="signing_list").count(),
    ]
    connection.close()  # the next child opens its own
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
