"""Stand-ins for tools that read Azure DevOps's webhooks: HTTP servers with basic auth."""

import base64
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USER = "azure-devops"
SECONDS = 30


@dataclass(frozen=True)
class Delivery:
    path: str
    headers: dict[str, str]
    """By their names in lower case."""
    body: bytes
    status: int


class Tool:
    """Serves on a loopback port until it is closed."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.deliveries: queue.Queue[Delivery] = queue.Queue()
        tool = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers["content-length"]))
                status = 200 if headers.get("authorization") == tool.authorization() else 401
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                tool.deliveries.put(Delivery(self.path, headers, body, status))

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def authorization(self) -> str:
        return "Basic " + base64.b64encode(f"{USER}:{self.password}".encode()).decode()

    def next(self) -> Delivery:
        return self.deliveries.get(timeout=SECONDS)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
