"""A relay that runs as a loop in another account, or outside AWS, reads the queue as a role of the stack's account."""

import contextlib
import json
import queue
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infra.local.build import DEFAULT_PROFILE, RELAY, executables
from infra.local.emulator import REGION

SECONDS = 10
ROLE = "role_arn = arn:aws:iam::111122223333:role/hookpost-relay"
OWN = {"AccessKeyId": "OWN", "SecretAccessKey": "x", "Token": "x", "Expiration": "2099-01-01T00:00:00Z"}
ASSUMED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
ASSUMES, RECEIVES = "Action=AssumeRole", "AmazonSQS.ReceiveMessage"
# As infra/relay/LOOP.md describes them, each with the calls that it leads to.
PROFILES = {
    "of a task or a pod": (f"{ROLE}\ncredential_source = EcsContainer", [("OWN", ASSUMES), ("ASSUMED", RECEIVES)]),
    "of a profile with access keys": (
        f"{ROLE}\nsource_profile = own\n[profile own]\naws_access_key_id = OWN\naws_secret_access_key = x",
        [("OWN", ASSUMES), ("ASSUMED", RECEIVES)],
    ),
    "of a program, as IAM Roles Anywhere has one": ("credential_process = PROGRAM", [("OWN", RECEIVES)]),
}


class Aws(BaseHTTPRequestHandler):
    """STS and SQS, and the endpoint for the credentials of a container. Notes who calls what."""

    calls: queue.Queue[tuple[str, str]] = queue.Queue()

    def do_GET(self) -> None:
        self.answer(json.dumps(OWN))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        caller = self.headers["authorization"].split("Credential=")[1].split("/")[0]
        if operation := self.headers.get("x-amz-target"):
            self.calls.put((caller, operation))
            self.answer("{}")
        else:
            self.calls.put((caller, body.split("&")[0]))
            self.answer(ASSUMED)

    def answer(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        # A relay that has shown whose credentials it has is killed.
        with contextlib.suppress(ConnectionError):
            self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


class Credentials(unittest.TestCase):
    def setUp(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Aws)
        self.addCleanup(self.server.server_close)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.shutdown)
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_a_loop_finds_the_credentials_of_its_profile(self):
        relay = executables(["cargo", "build"], "--workspace", "--bin", RELAY, "--profile", DEFAULT_PROFILE)[RELAY]
        program = self.folder / "program"
        program.write_text(f"#!/bin/sh\necho '{json.dumps(OWN | {'Version': 1, 'SessionToken': 'x'})}'\n")
        program.chmod(0o700)
        for title, (profile, expected) in PROFILES.items():
            with self.subTest(title):
                Aws.calls = queue.Queue()
                config = self.folder / "config"
                config.write_text("[default]\n" + profile.replace("PROGRAM", str(program)))
                with subprocess.Popen([relay], env=self.environment(config), stdout=subprocess.DEVNULL) as process:
                    try:
                        calls = [Aws.calls.get(timeout=SECONDS) for _ in expected]
                    finally:
                        process.kill()
                self.assertEqual(calls, expected)

    def environment(self, config: Path) -> dict[str, str]:
        aws = f"http://127.0.0.1:{self.server.server_port}"
        return {
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": str(config),
            "AWS_ENDPOINT_URL": aws,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{aws}/credentials",
            "HOOKPOST_DELIVERIES_QUEUE_URL": f"{aws}/111122223333/deliveries.fifo",
            "HOOKPOST_RELAY_CONFIG": '{"targets": [{"url": "http://127.0.0.1:9/", "preset": "plain"}]}',
        }


if __name__ == "__main__":
    unittest.main()
