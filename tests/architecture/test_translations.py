"""The Vietnamese catalogue has every text that the code marks, and each says the same with the same gaps to fill."""

import ast
import gettext
import io
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]
CATALOGUE = BASE_DIR / "locale/vi/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
# One spelling and one address for everybody: docs/glossary.md.
OTHER_WORDS = re.compile(r"\b(?:[Bb]ạn|[Uu]ỷ|[Hh]uỷ|hội đồng|[Nn]gười chấm|[Tt]ỷ lệ trần)\b")


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue as it would be after gathering every text anew."""
    path = tmp_path_factory.mktemp("messages") / "django.po"
    subprocess.run(
        ["sh", BASE_DIR / "bin/messages", path], cwd=BASE_DIR, check=True, capture_output=True, timeout=120
    )
    return path


def entries(path: Path, *chosen: str) -> list[str]:
    """The msgids of the chosen entries, as `msgattrib` prints them."""
    command = ["msgattrib", *chosen, "--no-obsolete", "--no-wrap", path]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line[7:-1] for line in listing.splitlines() if line.startswith('msgid "') and line != 'msgid ""']


def texts() -> dict[str, str]:
    """Each text (its context before \\x04, if any) with its Vietnamese; of a plural its singular."""
    compiled = subprocess.run(
        ["msgfmt", "--check-format", "-o", "-", CATALOGUE], check=True, capture_output=True
    ).stdout
    with_plurals = gettext.GNUTranslations(io.BytesIO(compiled))._catalog
    return {key if isinstance(key, str) else key[0]: text for key, text in with_plurals.items() if key}


def test_every_text_of_the_code_is_in_the_catalogue(gathered: Path):
    found = entries(gathered)
    assert len(found) > 1500
    assert "Remember Me" in found, "texts of libraries come from locale/borrowed.py"
    assert entries(gathered, "--untranslated") == []
    assert entries(gathered, "--only-fuzzy") == []


def test_no_text_is_marked_within_an_f_string_where_the_gathering_does_not_look():
    marks = {"_", "gettext", "ngettext", "pgettext"}
    found = []
    for app in ("approvals", "config", "documents", "kpi", "organization", "workflows"):
        for path in sorted((BASE_DIR / app).rglob("*.py")):
            strings = (each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.JoinedStr))
            calls = (each for string in strings for each in ast.walk(string) if isinstance(each, ast.Call))
            found += [
                f"{path.relative_to(BASE_DIR)}:{call.lineno}"
                for call in calls
                if isinstance(call.func, ast.Name) and call.func.id in marks
            ]
    assert found == []


def test_texts_are_marked_by_names_that_the_gathering_knows():
    other = re.compile(r"import n?p?n?gettext(?:_lazy)? as (?!_$)\w+", re.M)
    apps = ("approvals", "config", "documents", "kpi", "organization", "workflows")
    paths = (path for app in apps for path in sorted((BASE_DIR / app).rglob("*.py")))
    assert [str(path.relative_to(BASE_DIR)) for path in paths if other.search(path.read_text())] == []


def test_a_constant_that_is_translated_is_marked_where_it_stands():
    found = []
    for app in ("approvals", "config", "documents", "kpi", "organization", "workflows"):
        for path in sorted((BASE_DIR / app).rglob("*.py")):
            tree = ast.parse(path.read_text())
            plain = {
                target.id
                for each in tree.body
                if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)
                for target in each.targets
                if isinstance(target, ast.Name)
            }
            found += [
                f"{path.relative_to(BASE_DIR)}:{call.lineno}"
                for call in ast.walk(tree)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "gettext")
                if call.args and isinstance(call.args[0], ast.Name) and call.args[0].id in plain
            ]
    assert found == [], "gettext_noop around the constant lets the gathering find it"


def test_no_entry_of_the_catalogue_is_empty_or_guessed():
    assert entries(CATALOGUE, "--untranslated") == []
    assert entries(CATALOGUE, "--only-fuzzy") == []


def test_every_translation_has_the_gaps_of_its_text():
    differing = {
        text: vietnamese
        for text, vietnamese in texts().items()
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(vietnamese))
    }
    assert differing == {}


def test_the_catalogue_keeps_one_word_for_one_thing_in_composed_letters():
    vietnamese = texts().values()
    assert [text for text in vietnamese if unicodedata.normalize("NFC", text) != text] == []
    assert [text for text in vietnamese if OTHER_WORDS.search(text)] == []
