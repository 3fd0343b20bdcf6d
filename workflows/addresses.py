"""Whose request it is, by network address: what log-in lock-outs, PIN trials and rate limits count."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that the outermost of our own proxies saw, else of whoever connected.

    Each proxy appends whom it saw to X-Forwarded-For; what stands further left the client wrote himself. Text that is
    no address does not count.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    seen = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    if not 0 < settings.TRUSTED_PROXIES <= len(seen):
        return direct
    try:
        return str(ip_address(seen[-settings.TRUSTED_PROXIES]))
    except ValueError:
        return direct
