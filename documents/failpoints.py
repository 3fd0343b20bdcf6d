"""Named places where a test may kill this process, as a power cut would. Without FAILPOINTS they do nothing.

FAILPOINTS="pipeline.render.stored" kills at the first visit; "pipeline.*:0.2,sign.*:0.1" with some probability
at each visit, repeatable by FAILPOINTS_SEED.
"""

import os
import random
import signal
from fnmatch import fnmatchcase
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NAMES = frozenset(
    {
        "request.written",
        "pipeline.claimed",
        "pipeline.render.made",
        "pipeline.render.stored",
        "pipeline.render.finishing",
        "pipeline.render.committed",
        "pipeline.present.finishing",
        "pipeline.present.committed",
        "sign.made",
        "sign.stored",
        "sign.finishing",
        "sign.committed",
        "issue.numbered",
        "issue.committed",
        "pipeline.seal.made",
        "pipeline.seal.stored",
        "pipeline.seal.finishing",
        "pipeline.seal.committed",
        "pipeline.archive.finishing",
        "pipeline.archive.committed",
        "archive.written",
        "archive.renamed",
        "register.sheet_stored",
    }
)
# The places of signing by one list, killed by a test of their own.
LISTS = frozenset({"list.filled", "list.made", "list.stored", "list.finishing", "list.committed"})


def hit(name: str) -> None:
    """Die here by SIGKILL when the environment asks for it. KeyError for a name that is not listed."""
    if name not in NAMES | LISTS:
        raise KeyError(name)
    wanted = os.environ.get("FAILPOINTS")
    if not wanted:
        return
    if settings.PRODUCTION:
        raise ImproperlyConfigured("FAILPOINTS kills processes: PRODUCTION refuses it.")
    for entry in wanted.split(","):
        pattern, _, chance = entry.strip().partition(":")
        if fnmatchcase(name, pattern) and (not chance or _dice().random() < float(chance)):
            os.kill(os.getpid(), signal.SIGKILL)


@lru_cache(maxsize=1)
def _dice() -> random.Random:
    return random.Random(os.environ.get("FAILPOINTS_SEED"))  # noqa: S311 - a repeatable dice, no secret
