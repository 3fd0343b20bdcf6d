"""Every URL declares its policy by name; a test walks the routes and fails for one without."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required


def declares(policy: str) -> Callable[[Callable], Callable]:
    """Name the policy that decides who gets an answer from this view: see tests/architecture/matrix.csv."""

    def mark(view: Callable) -> Callable:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return mark


def open_to_everybody(view: Callable) -> Callable:
    """A page without login; each use stands in the list of open routes."""
    return login_not_required(declares("anonymous")(view))
