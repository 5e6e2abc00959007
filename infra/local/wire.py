"""HTTP to this machine and nowhere else: no proxy, no redirect, and any status is an answer."""

import contextlib
import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> dict:
        """The JSON object in the body, or an empty one: a gateway may answer anything."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def request(method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    """One exchange. An `OSError` says that there was no answer."""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    with contextlib.closing(http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)) as connection:
        try:
            connection.request(method, target, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.read())
        except http.client.HTTPException as error:
            raise OSError(f"no proper HTTP answer: {error!r}") from error


TIMEOUT_SECONDS = 30
