#!/usr/bin/env python3
"""A receiver that takes everything, or ends without an answer, for the harness's own tests."""

import json
import os
import sys
import urllib.request

RUNTIME = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"

while True:
    with urllib.request.urlopen(f"{RUNTIME}/invocation/next") as response:
        request = response.headers["lambda-runtime-aws-request-id"]
    if os.environ.get("FAIL"):
        sys.exit(7)
    print("answered", flush=True)
    answer = json.dumps({"statusCode": 202, "body": "{}"}).encode()
    urllib.request.urlopen(f"{RUNTIME}/invocation/{request}/response", answer).read()
