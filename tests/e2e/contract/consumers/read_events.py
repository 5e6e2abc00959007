"""Reads events with the official CloudEvents SDK, as a consumer in Python would."""

import json
import sys
from datetime import datetime

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent


def read(file: str) -> None:
    with open(file, "rb") as opened:
        body = opened.read()
    event = JSONFormat().read(CloudEvent, body)
    sent = json.loads(body)
    extensions = ("integration", "partitionkey", "sequence", "traceparent")
    got = {
        "specversion": event.get_specversion(),
        "id": event.get_id(),
        "source": event.get_source(),
        "type": event.get_type(),
        "subject": event.get_subject(),
        "datacontenttype": event.get_datacontenttype(),
        "dataschema": event.get_dataschema(),
        "data": event.get_data(),
        **{name: event.get_extension(name) for name in extensions if name in sent},
    }
    # The SDK turns `time` into a datetime, which has microseconds.
    difference = event.get_time() - datetime.fromisoformat(sent.pop("time")[:26].rstrip("Z") + "+00:00")
    if abs(difference.total_seconds()) > 0.001:
        raise SystemExit(f"{file}: time was read as {event.get_time()}")
    for name, value in sent.items():
        if got[name] != value:
            raise SystemExit(f"{file}: {name} was sent as {value!r} and read as {got[name]!r}")


if __name__ == "__main__":
    files = sys.argv[1:]
    for file in files:
        read(file)
    print(f"{len(files)} events read")
