"""AWS's own client asks the stand-in STS (address, number of calls) and prints a line of JSON for each answer."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def ask(sts) -> dict:
    try:
        answer = sts.get_web_identity_token(
            Audience=["api://AzureADTokenExchange"], SigningAlgorithm="RS256", DurationSeconds=300
        )
    except ClientError as error:
        return {"error": type(error).__name__, "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}
    return {"token": answer["WebIdentityToken"], "expiration": answer["Expiration"].isoformat()}


client = boto3.client(
    "sts",
    endpoint_url=sys.argv[1],
    region_name="eu-west-1",
    aws_access_key_id="ASIAEXAMPLE",
    aws_secret_access_key="example",
    aws_session_token="example",
    config=Config(proxies={}, retries={"total_max_attempts": 1}),
)
for _ in range(int(sys.argv[2])):
    print(json.dumps(ask(client)))
