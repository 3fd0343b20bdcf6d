"""Seconds per document: the naive use of the same libraries against the product, side by side in one run.

A document is the two-page minutes of a ballot on 25 people: rendered to PDF/A-3u, signed by two tellers
(B-T), numbered, dated and sealed at B-LTA, every state on disk. Keys are RSA-2048; time stamps come from the demo
authority in a process of its own. The last line is one JSON object.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from bench.minutes import LINES, plain_minutes  # noqa: E402 (the repository's folder comes first on the path)
from bench.people import People  # noqa: E402
from bench.ways import STEPS, Clock, Naive, Product  # noqa: E402


def prepared(folder: Path) -> None:
    """Settings, archive and authority in a folder of this run's own."""
    os.environ |= {"VAR_DIR": str(folder), "DEBUG": "0", "SECRET_KEY": "bench", "ALLOWED_HOSTS": "localhost"}
    import django

    django.setup()


def proved(made: bytes, authority: Path) -> None:
    """Both ways must end with a document that the product itself finds faultless at B-LTA."""
    from documents.verification import verify_pdf

    report = verify_pdf(made, trust_roots=[(authority / "root.pem").read_bytes()])
    if not report.ok or [each.kind for each in report.signatures] != ["signature"] * 3 + ["timestamp"]:
        raise SystemExit(f"the measured document is not what it should be: {report.problems}")


def measured(documents: int, folder: Path, url: str) -> dict:
    """Naive and tuned in turn, so that whatever else the machine does meets both; medians."""
    from django.conf import settings

    from documents import demo_authority

    authority = settings.KEYS_DIR / "demo"
    demo_authority.create(authority)
    people = People(authority)
    naive, product = Naive(authority, people, url), Product(authority, people, url)
    ways = {"naive": naive.document, "tuned": product.document}
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    for number in range(documents + 1):
        facts = plain_minutes(number)
        for name in list(ways) if number % 2 else list(ways)[::-1]:
            runs[name].append(ways[name](facts))
    for way in (naive, product):
        proved(way.made, authority)
    unsigned = naive.render(plain_minutes(0))
    signing: dict[str, list[float]] = {"naive": [], "tuned": []}
    for _number in range(documents + 1):
        for name, work in (
            ("naive", lambda: naive.sign(unsigned, "sig.teller_head", "teller_head", level="B-B")),
            ("tuned", lambda: product.sign_unstamped(unsigned)),
        ):
            clock = Clock()
            clock("B-B", work)
            signing[name].append(clock.seconds["B-B"])
    # The first of each way warms up.
    steps = {
        name: {step: statistics.median(run.get(step, 0.0) for run in done[1:]) for step in STEPS}
        for name, done in runs.items()
    }
    whole = {name: statistics.median(sum(run.values()) for run in done[1:]) for name, done in runs.items()}
    once = {name: statistics.median(done[1:]) for name, done in signing.items()}
    return {"steps": steps, "whole": whole, "signing": once, "pages": pages(product.made)}


def pages(pdf: bytes) -> int:
    """How many pages a file has."""
    from documents.signing.reading import Reader

    return int(Reader(pdf).root["/Pages"]["/Count"])


def told(found: dict, documents: int) -> None:
    """A table for people, then one line for machines."""
    print(f"{'milliseconds a document':<34}{'naive':>10}{'tuned':>10}{'ratio':>8}")
    rows = [(step, found["steps"]["naive"][step], found["steps"]["tuned"][step]) for step in STEPS]
    rows.append(("whole document, B-LTA", found["whole"]["naive"], found["whole"]["tuned"]))
    rows.append(("one signature, RSA-2048, B-B", found["signing"]["naive"], found["signing"]["tuned"]))
    for name, naive, tuned in rows:
        ratio = f"{naive / tuned:>8.2f}" if naive and tuned else f"{'':>8}"
        print(f"{name:<34}{naive * 1000:>10.1f}{tuned * 1000:>10.1f}{ratio}")
    conditions = {
        "documents": documents,
        "document": f"minutes of a ballot, {LINES} people, PDF/A-3u, 3 signatures and an archive time stamp, on disk",
        "pages": found["pages"],
        "level": "B-LTA",
        "key": "RSA-2048",
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{name: version(name) for name in ("weasyprint", "pyHanko", "cryptography")},
    }
    line = {
        "ratio": round(found["whole"]["naive"] / found["whole"]["tuned"], 2),
        "ratio_signing": round(found["signing"]["naive"] / found["signing"]["tuned"], 2),
        "naive_seconds": round(found["whole"]["naive"], 4),
        "tuned_seconds": round(found["whole"]["tuned"], 4),
        "conditions": conditions,
    }
    print(json.dumps(line, ensure_ascii=False))


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=15, help="documents measured each way (default 15)")
    documents = max(parser.parse_args().documents, 1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        prepared(folder)
        from django.conf import settings

        service = [sys.executable, str(ROOT / "manage.py"), "timestamp_server", "--folder"]
        with subprocess.Popen(
            [*service, str(settings.KEYS_DIR / "demo")], stdout=subprocess.PIPE, text=True, cwd=ROOT
        ) as server:
            try:
                url = server.stdout.readline().strip()
                told(measured(documents, folder, url), documents)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
