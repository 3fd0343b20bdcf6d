"""What every page shows around its content: the menu by what the person does, the agency, the demo line."""

from django.conf import settings
from django.http import HttpRequest

from workflows.navigation import menu_of


def navigation(request: HttpRequest) -> dict:
    user = getattr(request, "user", None)
    shown = {
        "DEMO_AUTHORITY": settings.DEMO_AUTHORITY,
        "source_url": settings.SOURCE_URL,
        "nav": [],
        "more": [],
        "agency": "",
    }
    if user is None or not user.is_authenticated:
        return shown
    return shown | menu_of(user, request.path)
