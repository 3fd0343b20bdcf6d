from django.conf import settings
from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict:
    """What every page shows around its content."""
    return {"DEMO_AUTHORITY": settings.DEMO_AUTHORITY, "nav": []}
