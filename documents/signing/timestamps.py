"""The client of an RFC 3161 time-stamp service."""

import http.client
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from documents.signing.stampers import Stampers
from documents.timestamping import Response

TOKEN_BYTES = 16_000  # room for a token with its certificates, until one has been seen
TOKEN_MARGIN = 512  # tokens of one service differ by a few bytes


class TimestampUnavailable(Exception):
    """The time-stamp service does not answer, or not with a valid token: the document waits."""


class TimestampService(TimeStamper):
    """An RFC 3161 service over HTTP with short time-outs; keep one object for many signatures.

    `roots`: files of the authorities whose tokens count; None takes every token, for measuring alone.
    """

    def __init__(self, url: str, *, roots: Sequence[Path] | None, timeout: float = 5.0) -> None:
        super().__init__()
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"not an HTTP address: {url!r}")
        self.url, self.timeout = url, timeout
        self.stampers = None if roots is None else Stampers(roots)
        self.longest = 0
        """Bytes of the longest token seen."""
        local = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
        self._opener = urllib.request.build_opener(*[urllib.request.ProxyHandler({})] if local else [])

    @property
    def room(self) -> int:
        """Bytes to keep free for the next token: every byte too many is written and hashed for ever."""
        return self.longest + TOKEN_MARGIN if self.longest else TOKEN_BYTES

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask the service; anything but a granted, genuine, trusted token for exactly this digest is
        TimestampUnavailable.
        """
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        request = urllib.request.Request(self.url, req.dump(), headers)  # noqa: S310 - scheme checked
        try:
            with self._opener.open(request, timeout=self.timeout) as answer:
                data = answer.read(100_000)
            response = Response.load(data)
            if response["status"]["status"].native != "granted":
                raise TimestampUnavailable(f"refused: {response['status'].native}")
            info = response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
            same = all(info[part].dump() == req[part].dump() for part in ("message_imprint", "nonce"))
            if not same:
                raise TimestampUnavailable("the token answers another request")
            if self.stampers is not None:
                await self.stampers.require(response["time_stamp_token"], _imprint(req))
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
            raise TimestampUnavailable(f"{type(error).__name__}: {error}") from error
        self.longest = max(self.longest, len(data))
        return response


def _imprint(req: tsp.TimeStampReq) -> bytes:
    return req["message_imprint"]["hashed_message"].native
