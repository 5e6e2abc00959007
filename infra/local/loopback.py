"""HTTP to this machine: no proxy, no redirect, no retry, and every status is an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import urllib3


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes

    def json(self) -> dict:
        """The JSON object in the body, or an empty one: a gateway may answer anything."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def request(method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """Sends one request. Raises `OSError` when there is no HTTP response."""
    try:
        with urllib3.PoolManager(timeout=TIMEOUT_SECONDS, retries=False) as pool:
            response = pool.request(method, url, body=body, headers=headers)
            return Response(response.status, response.data)
    except urllib3.exceptions.HTTPError as error:
        raise OSError(f"no HTTP response: {error}") from error


TIMEOUT_SECONDS = 30
