"""What is installed and pinned is what the decision records say."""

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]
LOCKS = sorted(BASE_DIR.glob("requirements*.lock"))


def test_exactly_one_distribution_provides_django_fsm():
    assert sorted(set(packages_distributions()["django_fsm"])) == ["django-fsm-2"]


def test_the_engine_is_django_viewflow_and_nothing_else_of_that_name():
    assert sorted(set(packages_distributions()["viewflow"])) == ["django-viewflow"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_index_or_download_address(lock):
    assert re.findall(r".*(?:://|--index|--extra-index|--find-links|--trusted-host).*", lock.read_text()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_every_package_with_its_hash(lock):
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text().strip())
    packages = [entry for entry in entries if not entry.startswith("#")]
    assert len(packages) > 30
    assert [entry.split()[0] for entry in packages if "--hash=sha256:" not in entry or "==" not in entry] == []


def test_both_locks_pin_the_same_versions_of_what_they_share():
    running, working = (
        dict(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", (BASE_DIR / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert {name: version for name, version in running.items() if working.get(name) != version} == {}
