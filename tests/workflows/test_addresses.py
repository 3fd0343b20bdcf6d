"""Whose request it is behind a proxy, what the log keeps of it, and how much one may send."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from workflows.addresses import client_address
from workflows.middleware import RequestLogMiddleware, UploadLimitMiddleware
from workflows.policy.limits import RateLimit


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "<script>", "10.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_what_our_own_proxies_wrote_names_the_address(
    monkeypatch, proxies: int, forwarded: str, found: str
) -> None:
    monkeypatch.setattr(settings, "TRUSTED_PROXIES", proxies)
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **headers)) == found


def test_one_busy_visitor_behind_the_proxy_shuts_nobody_else_out(monkeypatch) -> None:
    monkeypatch.setattr(settings, "TRUSTED_PROXIES", 1)
    limit = RateLimit("test-behind-a-proxy", each=2, together=100)

    def asked(address: str) -> bool:
        return limit.exceeded(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=address))

    assert [asked("203.0.113.9") for _time in range(3)] == [False, False, True]
    assert not asked("203.0.113.10")


def test_a_line_of_the_log_names_no_one_who_was_searched_for() -> None:
    request = RequestFactory().get("/documents/", {"q": "Nguyễn Văn An"})
    assert RequestLogMiddleware.format_request(request) == "GET /documents/"


@pytest.mark.parametrize(("length", "status"), [("45000000", 200), ("45000001", 413), ("", 200), ("abc", 413)])
def test_more_than_the_largest_form_takes_is_refused_before_it_is_read(length: str, status: int) -> None:
    def reads(request: HttpRequest) -> HttpResponse:
        return HttpResponse("read")

    request = RequestFactory().post("/verify/", CONTENT_LENGTH=length)
    answer = UploadLimitMiddleware(reads)(request)
    assert answer.status_code == status
    assert (answer.content == b"read") is (status == 200)
