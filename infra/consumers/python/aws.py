"""The AWS session. The loop works in the Region of its queue, the function in its own."""

import os
import re

import boto3

queue_region = re.match(r"https?://(?:[^/]*\.)?sqs[^./]*\.([^./]+)\.", os.environ.get("EVENTS_QUEUE_URL", ""))
session = boto3.Session(region_name=queue_region and queue_region[1])
