"""What PRODUCTION refuses to start with: found out later, it could not be mended in papers that stand."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

INSECURE_KEY = "insecure-embedded-default-never-for-production"


def require_safe(settings: Mapping[str, Any]) -> None:
    """Raises ImproperlyConfigured naming the first setting that is missing or unsafe."""
    public = urlsplit(settings["PUBLIC_URL"])
    roots = settings["TRUST_ROOTS"]
    refusals = {
        "PRODUCTION needs its own SECRET_KEY.": settings["SECRET_KEY"] == INSECURE_KEY,
        "PRODUCTION and DEBUG exclude each other.": settings["DEBUG"],
        "PRODUCTION needs DATABASE_URL to name PostgreSQL.": settings["DATABASES"]["default"]["ENGINE"].endswith(
            "sqlite3"
        ),
        "DEMO_AUTHORITY has no legal value: PRODUCTION refuses it.": settings["DEMO_AUTHORITY"],
        "PRODUCTION needs PUBLIC_URL, the https:// address that QR codes lead to.": public.scheme != "https"
        or public.hostname in {None, "localhost", "127.0.0.1"},
        "PRODUCTION needs TIMESTAMP_URL, a time-stamp service the agency trusts.": not settings["TIMESTAMP_URL"]
        or settings["TIMESTAMP_URL"].startswith("http://127.0.0.1:3180"),
        "PRODUCTION needs TRUST_ROOTS: PEM files that can be read, parted by commas.": not roots
        or not all(os.access(path, os.R_OK) for path in roots),
        "CSC_URL carries PINs: PRODUCTION wants https://.": settings["CSC_URL"]
        and not settings["CSC_URL"].startswith("https://"),
    }
    for words, refused in refusals.items():
        if refused:
            raise ImproperlyConfigured(words)
