"""The scoring schemes shipped with the product."""

import json
from importlib.resources import files
from typing import Any

NATIONAL, LOCAL_QUARTER = "decree_335", "decree_335_local_quarter"
PRESETS = (NATIONAL, LOCAL_QUARTER)
ORGANISATIONS = "organisations_335"  # its own shape: kpi.organisations


def preset(name: str) -> dict[str, Any]:
    """The data of a shipped scheme, ready for `parse_scheme`."""
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
