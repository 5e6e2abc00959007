"""The loop of a custom runtime. The managed runtime has a loop of its own, in part native."""

import http.client
import json
import os

from handler import handler


def main() -> None:
    runtime = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        headers, body = call(runtime, "GET", "invocation/next")
        os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        answer = json.dumps(handler(json.loads(body)))
        call(runtime, "POST", f"invocation/{headers['Lambda-Runtime-Aws-Request-Id']}/response", answer)


def call(runtime: http.client.HTTPConnection, method: str, path: str, body: str | None = None):
    runtime.request(method, f"/2018-06-01/runtime/{path}", body)
    response = runtime.getresponse()
    return response.headers, response.read()


if __name__ == "__main__":
    main()
