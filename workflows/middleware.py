"""Turns a refused act into a page for people: what is wrong, which rule, what to do next."""

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.template.loader import render_to_string
from django_structlog.middlewares import RequestMiddleware

from documents import keys
from workflows.addresses import client_address
from workflows.errors import REFUSALS, as_refused


class UploadLimitMiddleware:
    """A request of more than `UPLOAD_MAX_BYTES` is refused before its body is read; the forms say less per file."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if length.isdecimal() and int(length) <= settings.UPLOAD_MAX_BYTES:
            return self.get_response(request)
        return HttpResponse(render_to_string("413.html"), status=413)


class RequestLogMiddleware(RequestMiddleware):
    """Lines of the log name the path, never the query: people search by name."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=client_address(request))


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
        with keys.typed_at(client_address(request)):
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
