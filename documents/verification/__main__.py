"""The child that judges a stranger's PDF: a line of JSON and the bytes in, JSON out, under CPU and memory limits.

It knows no database, no key and no address: what it is given is all it can lose.
"""

import json
import logging
import resource
import sys

import django
from django.conf import settings
from django.utils import translation

MEMORY = 1024**3
CPU_SECONDS = 30


def limit() -> None:
    """Bind this process: memory, CPU seconds, no core file, nothing written to any file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Judge what comes in by stdin."""
    limit()
    head = json.loads(sys.stdin.buffer.readline())
    parts = [sys.stdin.buffer.read(size) for size in head["sizes"]]
    logging.disable(logging.CRITICAL)  # the parent says what became of the file
    settings.configure(
        USE_I18N=True, LANGUAGE_CODE=head["language"], LOCALE_PATHS=head["words"], TIME_ZONE="Asia/Ho_Chi_Minh"
    )
    django.setup(set_prefix=False)
    from documents.verification import verify_pdf
    from documents.verification.transport import as_json

    with translation.override(head["language"]):
        roots = [root.encode("latin-1") for root in head["roots"]]
        report = verify_pdf(parts[0], trust_roots=roots, lists=parts[1:], house_rules=False)
        json.dump(as_json(report), sys.stdout, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
