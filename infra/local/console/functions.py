"""Calls the function of a widget, as the console does in the name of whoever looks at the dashboard."""

import json
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.emulator import Emulator

# How long the real console waits is unknown. A minute is safe.
TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What a function returned, or why it returned nothing."""

    result: object = None
    error: str | None = None

    def as_json(self) -> dict:
        return {"result": self.result} if self.error is None else {"error": self.error}


class Functions:
    def __init__(self, aws: Emulator) -> None:
        once = {"mode": "standard", "total_max_attempts": 1}
        self._lambda = aws.client("lambda", read_timeout=TIMEOUT_SECONDS, retries=once)

    def call(self, endpoint: str, event: dict) -> Answer:
        """Invokes a function once. A second attempt would press a button twice."""
        try:
            answer = self._lambda.invoke(FunctionName=endpoint, Payload=json.dumps(event))
        except ClientError as error:  # Such as a refused permission.
            return Answer(error=error.response["Error"]["Message"])
        except BotoCoreError as error:  # Such as no answer in time.
            return Answer(error=str(error))
        result = json.loads(answer["Payload"].read() or "null")
        if "FunctionError" in answer:
            message = result.get("errorMessage") if isinstance(result, dict) else None
            return Answer(error=message or "The function failed without a message.")
        return Answer(result)
