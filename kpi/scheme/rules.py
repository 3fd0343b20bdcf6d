"""A rule is never a bare value: it carries its article and its legal standing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeVar

T = TypeVar("T")

MANDATORY, GUIDANCE, LOCAL, UNDER_REVIEW = "mandatory", "guidance", "local", "under_review"
STANDINGS = (MANDATORY, GUIDANCE, LOCAL, UNDER_REVIEW)


class SchemeError(ValueError):
    """The data cannot be read as a scoring scheme; `path` says where."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class Rule(Generic[T]):
    """A value with the article it rests on and its standing (see STANDINGS)."""

    value: T
    basis: str
    standing: str
    note: str = ""


def number(value: Any, path: str) -> Fraction:
    """An exact number from "2.5", "1/3", "25%" or an integer; floats are refused."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise SchemeError(path, f"not an exact number: {value!r}")
    text = str(value).strip()
    try:
        return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise SchemeError(path, f"not an exact number: {value!r}") from error


def text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise SchemeError(path, f"not a text: {value!r}")
    return value


def texts(value: Any, path: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SchemeError(path, f"not a list: {value!r}")
    return tuple(text(entry, path) for entry in value)


def truth(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise SchemeError(path, f"neither true nor false: {value!r}")
    return value


def table(data: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise SchemeError(path, "not a table of rules")
    return data


def at(data: Mapping[str, Any], key: str, path: str) -> Any:
    """The entry under `key`; SchemeError when it is absent."""
    if key not in data:
        raise SchemeError(f"{path}.{key}" if path else key, "missing")
    return data[key]


def rule(data: Mapping[str, Any], key: str, path: str, convert: Callable[[Any, str], T]) -> Rule[T]:
    """Read one rule; an empty basis or unknown standing is left for `scheme_problems` to name."""
    where = f"{path}.{key}" if path else key
    entry = table(at(data, key, path), where)
    return Rule(
        value=convert(at(entry, "value", where), where),
        basis=text(entry.get("basis", ""), where),
        standing=text(entry.get("standing", ""), where),
        note=text(entry.get("note", ""), where),
    )
