"""Turns a refused act into a page for people: what is wrong, which rule, what to do next."""

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render

from documents import keys
from workflows.errors import REFUSALS, as_refused


class VietnameseFirstMiddleware(LocaleMiddleware):
    """Vietnamese until the person chooses English himself; the browser's own language does not count."""

    def process_request(self, request: HttpRequest) -> None:
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        super().process_request(request)


class AddressMiddleware:
    """Wrong PINs count for the person at this network address: an office sits behind one, a guesser elsewhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with keys.typed_at(get_client_ip_address(request) or ""):
            return self.get_response(request)


class RefusalMiddleware:
    """A refusal that no view caught becomes its page (409, 403 …); nothing of the act is stored."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, REFUSALS):
            return None
        refusal = as_refused(exception)
        template = {403: "403.html", 409: "409.html"}.get(refusal.status, "400.html")
        return render(request, template, {"refusal": refusal}, status=refusal.status)
