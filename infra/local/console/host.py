"""Serves the dashboard page to a browser on this machine, and calls the functions that its widgets name.

The page can act on the stack, so no other page in the browser may use it: it answers to its own host name only, and
calls a function only for a request of its own origin that has the token of this run.
"""

import contextlib
import hmac
import json
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infra.local.console.dashboard import SHOWN, Dashboard, read_dashboard
from infra.local.console.functions import Answer, Functions
from infra.local.emulator import Emulator

FOLDER = Path(__file__).parent
FILES = {
    "/": ("console.html", "text/html; charset=utf-8"),
    "/console.css": ("console.css", "text/css; charset=utf-8"),
    "/console.js": ("console.js", "text/javascript; charset=utf-8"),
}
TOKEN_PLACE = "{{token}}"
TOKEN_HEADER = "X-Console-Token"
MAX_BODY_BYTES = 1024 * 1024
HEADERS = {
    # No script but that of the page can run, whatever a widget contains. Nothing is loaded from elsewhere.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; "
    "style-src 'self' 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class ConsoleServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, dashboard: Callable[[], Dashboard], call: Callable[[str, dict], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.dashboard = dashboard
        self.call = call
        self.token = secrets.token_urlsafe(32)

    def handle_error(self, *request: object) -> None:
        """Prints what went wrong here, and nothing about a browser that has closed its page."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(*request)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    @property
    def names(self) -> tuple[str, str]:
        return f"127.0.0.1:{self.server_port}", f"localhost:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: ConsoleServer
    timeout = 70
    """Seconds until a browser that sends nothing is disconnected."""

    def do_GET(self) -> None:
        file = FILES.get(self.path)
        if not self.is_of_this_page():
            self.refuse(HTTPStatus.FORBIDDEN, "This page answers to nobody but itself.")
        elif file:
            name, media_type = file
            text = (FOLDER / name).read_text(encoding="utf-8").replace(TOKEN_PLACE, self.server.token)
            self.answer(HTTPStatus.OK, media_type, text)
        else:
            self.refuse(HTTPStatus.NOT_FOUND, "There is no such page.")

    def do_POST(self) -> None:
        action = {"/dashboard": self.show_dashboard, "/call": self.call}.get(self.path)
        # Read also when it is refused: a connection that is closed before may lose the answer.
        request = self.body()
        if not self.is_of_this_page() or not self.has_token():
            self.refuse(HTTPStatus.FORBIDDEN, "This page answers to nobody but itself. Open it again.")
        elif action is None:
            self.refuse(HTTPStatus.NOT_FOUND, "There is no such action.")
        elif request is None:
            self.refuse(HTTPStatus.BAD_REQUEST, "The body is no JSON object, or too large.")
        else:
            action(request)

    def show_dashboard(self, _request: dict) -> None:
        self.answer_json(HTTPStatus.OK, self.server.dashboard().as_json())

    def call(self, request: dict) -> None:
        """Calls a function, of those only that the dashboard names."""
        dashboard = self.server.dashboard()
        widget = dashboard.widget(request.get("widget"))
        if widget is None:
            self.refuse(HTTPStatus.NOT_FOUND, "The dashboard has no such widget.")
            return
        endpoint = request.get("endpoint", widget.endpoint)
        parameters, shown = request.get("parameters"), request.get("shown")
        if endpoint not in dashboard.endpoints:
            self.refuse(HTTPStatus.FORBIDDEN, "The dashboard names no such function.")
        elif request.get("describe") is True:
            self.answer_json(HTTPStatus.OK, self.server.call(endpoint, {"describe": True}).as_json())
        elif not isinstance(parameters, dict):
            self.refuse(HTTPStatus.BAD_REQUEST, "The parameters of a call are a JSON object.")
        elif not isinstance(shown, dict) or not shown.keys() >= SHOWN:
            self.refuse(HTTPStatus.BAD_REQUEST, "The page does not say what it shows. Open it again.")
        else:
            event = dashboard.event(widget, parameters, shown)
            self.answer_json(HTTPStatus.OK, self.server.call(endpoint, event).as_json())

    def is_of_this_page(self) -> bool:
        """Whether the request comes from the page, or from the address bar. A page elsewhere that makes the browser
        resolve its own name to this machine sends that name as the host.
        """
        host = self.headers.get_all("Host", [])
        own_host = len(host) == 1 and host[0] in self.server.names
        own_site = self.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
        return own_host and own_site

    def has_token(self) -> bool:
        own_origin = self.headers.get("Origin") == f"http://{self.headers['Host']}"
        sent = self.headers.get(TOKEN_HEADER, "").encode(errors="replace")
        return own_origin and hmac.compare_digest(sent, self.server.token.encode())

    def body(self) -> dict | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return None
        try:
            value = json.loads(self.rfile.read(int(length)))
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    def refuse(self, status: HTTPStatus, why: str) -> None:
        self.answer_json(status, {"error": why})

    def answer_json(self, status: HTTPStatus, value: dict) -> None:
        self.answer(status, "application/json", json.dumps(value))

    def answer(self, status: HTTPStatus, media_type: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Writes nothing: the terminal belongs to the live view."""


@contextlib.contextmanager
def serve(dashboard: Callable[[], Dashboard], call: Callable[[str, dict], Answer]) -> Iterator[ConsoleServer]:
    """Serves until the block is left."""
    with ConsoleServer(dashboard, call) as host:
        thread = threading.Thread(target=host.serve_forever, daemon=True)
        thread.start()
        try:
            yield host
        finally:
            host.shutdown()
            thread.join()


@contextlib.contextmanager
def console(aws: Emulator, stack: str) -> Iterator[ConsoleServer]:
    """Serves the dashboard of a deployed stack."""
    cloudwatch = aws.client("cloudwatch")
    with serve(lambda: read_dashboard(cloudwatch, stack), Functions(aws).call) as host:
        yield host
