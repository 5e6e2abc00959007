#!/usr/bin/env python3
"""A function that does as its event says, for the harness's own tests."""

import json
import os
import sys
import urllib.request

RUNTIME = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"


def post(path, body):
    data = json.dumps(body).encode()
    urllib.request.urlopen(urllib.request.Request(f"{RUNTIME}/{path}", data)).read()


if os.environ.get("FAIL_IN_INIT"):
    post("init/error", {"errorType": "Fake.Init", "errorMessage": "as told"})
    print("cannot start", file=sys.stderr, flush=True)
    sys.exit(9)

while True:
    with urllib.request.urlopen(f"{RUNTIME}/invocation/next") as response:
        event = json.load(response)
        request = response.headers["lambda-runtime-aws-request-id"]
    print(f"told to {event['do']}", flush=True)
    match event["do"]:
        case "show":
            post(f"invocation/{request}/response", dict(os.environ))
        case "fail":
            error = {"errorType": "Fake.Failure", "errorMessage": "as told"}
            post(f"invocation/{request}/error", error)
        case "exit":
            sys.exit(7)
        case "sleep":
            continue
