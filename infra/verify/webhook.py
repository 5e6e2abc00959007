"""Requests to the webhooks that no password admits: the integration and the password are random."""

import json
import secrets
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes = b""

    def __str__(self) -> str:
        """The status, and the `code` if the answer is one of Hookpost's."""
        try:
            return f"{self.status} {json.loads(self.body)['code']}"
        except (ValueError, LookupError, TypeError):
            return str(self.status)


Send = Callable[[str, str, dict[str, str]], Response]
"""Sends a request: method, URL, headers. Raises `OSError` when there is no answer."""


def send(method: str, url: str, headers: dict[str, str]) -> Response:
    request = urllib.request.Request(url, b"{}" if method == "POST" else None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return Response(response.status, response.read())
    except urllib.error.HTTPError as error:
        return Response(error.code, error.read())


def url(base: str, receiver: str) -> str:
    return f"{base}/verify-{secrets.token_hex(8)}/{receiver}"


def headers(has_password: bool = True) -> dict[str, str]:
    basic = b64encode(f":{secrets.token_urlsafe()}".encode()).decode()
    return {"Content-Type": "application/json"} | ({"Authorization": f"Basic {basic}"} if has_password else {})


RECEIVERS = ("code-pushed", "pull-request")
