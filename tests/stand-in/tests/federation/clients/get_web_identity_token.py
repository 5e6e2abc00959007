"""AWS's own client asks the stand-in STS, whose address is the only argument, and prints what it read as JSON."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

sts = boto3.client(
    "sts",
    endpoint_url=sys.argv[1],
    region_name="eu-west-1",
    aws_access_key_id="ASIAEXAMPLE",
    aws_secret_access_key="example",
    aws_session_token="example",
    config=Config(proxies={}, retries={"total_max_attempts": 1}),
)
try:
    answer = sts.get_web_identity_token(
        Audience=["api://AzureADTokenExchange"], SigningAlgorithm="RS256", DurationSeconds=300
    )
    print(json.dumps({"token": answer["WebIdentityToken"], "expiration": answer["Expiration"].isoformat()}))
except ClientError as error:
    metadata = error.response["ResponseMetadata"]
    print(json.dumps({"error": error.response["Error"], "status": metadata["HTTPStatusCode"], "type": type(error).__name__}))
