"""Turns a refused act into a page for people: what is wrong, which rule, what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workflows.errors import Refused


class RefusalMiddleware:
    """A `Refused` that no view caught becomes its page (409, 403 …); nothing of the act is stored."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            template = {403: "403.html", 409: "409.html"}.get(exception.status, "400.html")
            return render(request, template, {"refusal": exception}, status=exception.status)
        return None
