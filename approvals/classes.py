"""Codes of the four rating classes (Decree 335/2025, Art 20), best first. Plain text wherever they are stored."""

CLASSES = ("HTXS", "HTT", "HTNV", "KHTNV")


def is_above(one: str, other: str) -> bool:
    """Whether class `one` is strictly better than class `other`. Raises ValueError on an unknown code."""
    return CLASSES.index(one) < CLASSES.index(other)


def classes_within(score_class: str) -> tuple[str, ...]:
    """The classes that may be proposed for this class by score: itself and every lower one, best first."""
    return CLASSES[CLASSES.index(score_class) :]
