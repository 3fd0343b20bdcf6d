"""Files of a backup: each lies once in the store under its own SHA-256, and a list says what stood where.

files.py store STORE LIST NAME=FOLDER…     copy what is new; exit code 1 when a source or a copy is damaged
files.py check STORE LIST                  whether every file of the list is whole; exit code 1 when not
files.py restore STORE LIST NAME=FOLDER…   put the files of the list back
"""

import hashlib
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

HASH = re.compile(r"[0-9a-f]{64}")
PASSING = {"staging", "quarantine", "marks"}  # the archive's work in hand; its marks a restore makes anew


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def placed(store: Path, digest: str) -> Path:
    return store / digest[:2] / digest


def listed(path: Path) -> Iterator[tuple[str, str]]:
    """(SHA-256, name/path) of each line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield line[:64], line[66:]


def store(target: Path, listing: Path, folders: dict[str, Path]) -> int:
    damaged = 0
    with listing.open("w", encoding="utf-8") as lines:
        for name, folder in folders.items():
            for path in sorted(each for each in folder.rglob("*") if each.is_file()):
                inner = path.relative_to(folder)
                if inner.parts[0] in PASSING or inner.suffix == ".part":
                    continue
                digest = digest_of(path)
                if HASH.fullmatch(path.name) and path.name != digest:
                    print(f"damaged, not what its name says: {path}", file=sys.stderr)
                    damaged += 1
                copy = placed(target, digest)
                if not copy.exists() or digest_of(copy) != digest:
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    part = copy.with_suffix(".part")
                    shutil.copy2(path, part)
                    if digest_of(part) != digest:
                        print(f"changed or damaged while it was copied: {path}", file=sys.stderr)
                        damaged += 1
                        continue
                    part.replace(copy)
                print(f"{digest}  {name}/{inner.as_posix()}", file=lines)
    return damaged


def check(target: Path, listing: Path) -> int:
    damaged = 0
    for digest, name in listed(listing):
        copy = placed(target, digest)
        if not copy.exists() or digest_of(copy) != digest:
            print(f"missing or damaged: {name}", file=sys.stderr)
            damaged += 1
    return damaged


def restore(target: Path, listing: Path, folders: dict[str, Path]) -> int:
    for digest, name in listed(listing):
        folder, _slash, inner = name.partition("/")
        place = folders[folder] / inner
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(placed(target, digest), place)
    return 0


def main(act: str, target: str, listing: str, *places: str) -> int:
    """Number of damaged files."""
    folders = {name: Path(folder) for name, _sign, folder in (place.partition("=") for place in places)}
    if act == "check":
        return check(Path(target), Path(listing))
    return {"store": store, "restore": restore}[act](Path(target), Path(listing), folders)


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)
