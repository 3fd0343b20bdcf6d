"""What every test stands on: its own folders, its own database, Chromium, and a real worker when asked for."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import TransactionTestCase, testcases
from django.utils import translation
from django.utils.translation import trans_real
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from config.celery import app
from tests import fresh_database
from tests.worker import RealWorker

hypothesis_settings.register_profile(
    "here", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("here")

# A hundred logins a run: the slow hash is Django's business, not ours.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Counters of rate limits begin at nothing in every test process.
settings.CACHES["shared"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "shared"}
# Manifest names exist only after collectstatic; the live server reads the sources, as runserver does.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
testcases._StaticFilesHandler = StaticFilesHandler
# Committing tests end with the database they began with; a flush would meet the append-only triggers.
TransactionTestCase._fixture_teardown = fresh_database.restore_after


CATALOGUES = list(settings.LOCALE_PATHS)

# Papers, signatures, keys, arithmetic, spreadsheets, sources, the table of policies: nothing depends on the database.
ONCE = {
    "architecture": ["dependencies", "files", "imports", "matrix", "routes", "translations"],
    "approvals": ["quorum"],
    "deploy": ["backup", "settings"],
    "documents": [
        *["archive", "bench", "csc", "formats", "hostile", "keys", "kinds", "layout", "longterm", "pkcs11"],
        *["rendering", "signing", "tampering", "templates", "verification", "verify_sh"],
    ],
    "kpi": ["organisations", "quota", "scheme", "scoring", "scoring_properties", "worked_cases"],
    "organization": ["names", "spreadsheets", "working_days"],
    "workflows": ["templatetags", "verifier_page"],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what bin/test runs on the first database only."""
    once = {f"{folder}/test_{name}.py" for folder, names in ONCE.items() for name in names}
    for item in items:
        if "/".join(item.path.parts[-2:]) in once:
            item.add_marker(pytest.mark.once)


@pytest.fixture(autouse=True)
def language_of_messages(request: pytest.FixtureRequest) -> None:
    """Tests of code read the English messages as they stand in it; a browser's visitor reads the Vietnamese."""
    wanted = CATALOGUES if request.node.get_closest_marker("browser") else []
    if wanted != settings.LOCALE_PATHS:
        settings.LOCALE_PATHS = wanted
        trans_real._translations, trans_real._default = {}, None
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that stands for `var/`: nothing a test writes reaches the checkout's own."""
    folder = tmp_path_factory.mktemp("var")
    settings.VAR_DIR = folder
    settings.MEDIA_ROOT = folder / "media"
    settings.STATIC_ROOT = folder / "static"
    settings.STATIC_ROOT.mkdir()  # WhiteNoise warns of a folder that is not there
    settings.ARCHIVE_DIR = folder / "archive"
    settings.KEYS_DIR = folder / "keys"
    settings.TRUST_ROOTS = [folder / "keys" / "demo" / "root.pem"]
    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        for name in ("messages", "control"):
            (folder / "broker" / name).mkdir(parents=True)
        app.conf.broker_transport_options = {
            **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            "data_folder_in": str(folder / "broker" / "messages"),
            "data_folder_out": str(folder / "broker" / "messages"),
            "control_folder": str(folder / "broker" / "control"),
        }
    else:
        number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        # Celery asks its environment first; every test process gets a Redis database of its own.
        os.environ["CELERY_BROKER_URL"] = f"{settings.CELERY_BROKER_URL.rpartition('/')[0]}/{number}"
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """SQLite in a file, as in the product: in memory, all threads would share one connection."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test_cong_minh.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The migrated database, and a copy of it for the tests that commit."""
    with django_db_blocker.unblock():
        fresh_database.keep_copy()
    yield
    with django_db_blocker.unblock():
        fresh_database.drop_copy()


@pytest.fixture
def real_worker(transactional_db: None, var_dir: Path, tmp_path: Path) -> Iterator[RealWorker]:
    """A Celery worker with beat in a process of its own, on this test's database, broker and folders."""
    worker = RealWorker(folder=tmp_path, var_dir=var_dir)
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Debian's Chromium, quiet and without calls home."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("browser tests need Chromium: bin/setup --dev installs it")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs its event loop in the tests' own thread
    switches = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {**browser_type_launch_args, "executable_path": chromium, "args": switches}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """An office in Vietnam: its language, its clock, its common screen."""
    return {
        **browser_context_args,
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "viewport": {"width": 1366, "height": 768},
    }
