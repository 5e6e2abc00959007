"""The command `relay`: the relay posts the raw deliveries of the stack that another terminal runs."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infra.local.build import RELAY, executables
from infra.local.consume import environment
from infra.local.errors import UserError
from infra.local.processes import child
from infra.local.stack import running
from infra.local.terminal import Terminal


def relay(targets: str, profile: str, output: Terminal) -> int:
    """Runs the relay as a loop until Ctrl-C. `targets` is a file; without one, it posts to two stand-ins."""
    stack = running()
    if stack is None:
        raise UserError("No local stack runs. Start one in another terminal: make run")
    output.line("Building the relay")
    binary = executables(["cargo", "build"], "--workspace", "--bin", RELAY, "--profile", profile)[RELAY]
    with stand_ins(output) as config, contextlib.suppress(KeyboardInterrupt):
        if targets:
            config = {"HOOKPOST_RELAY_CONFIG_FILE": str(Path(targets).expanduser().resolve())}
        aws = environment(stack.endpoint) | {"AWS_ENDPOINT_URL_SECRETS_MANAGER": stack.secrets_endpoint}
        settings = {"HOOKPOST_DELIVERIES_QUEUE_URL": stack.deliveries_queue} | config
        output.line(f"Posting the deliveries of {stack.deliveries_queue} until Ctrl-C")
        with child([binary], env=aws | settings) as process:
            process.wait()
        raise UserError("The relay has ended. Its messages are above.")
    return 0


@contextlib.contextmanager
def stand_ins(output: Terminal) -> Iterator[dict[str, str]]:
    """A server in place of Atlantis and of Argo CD, which accepts everything, and the setting with both as targets."""

    class Tool(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            output.line(f"  POST {self.path:<14} {body['eventType']}")
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Tool) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        at = f"http://127.0.0.1:{server.server_port}"
        paths = {"atlantis": "/events", "argocd": "/api/webhook"}
        targets = [{"url": at + path, "preset": preset} for preset, path in paths.items()]
        try:
            yield {"HOOKPOST_RELAY_CONFIG": json.dumps({"targets": targets})}
        finally:
            server.shutdown()
