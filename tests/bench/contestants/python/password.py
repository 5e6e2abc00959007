"""The webhook password: fetched once in five minutes, compared as digests."""

import base64
import hashlib
import hmac
import json
import os
import time

import boto3

TTL_SECONDS = 300

client = boto3.client("secretsmanager")
known: dict[str, tuple[bytes, float]] = {}


def is_admitted(integration: str, authorization: str) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        _, _, presented = base64.b64decode(encoded, validate=True).partition(b":")
    except ValueError:
        return False
    return hmac.compare_digest(hashlib.sha256(presented).digest(), expected(integration))


def expected(integration: str) -> bytes:
    digest, since = known.get(integration, (b"", -TTL_SECONDS))
    if digest and time.monotonic() - since < TTL_SECONDS:
        return digest
    secret = f"{os.environ['HOOKPOST_SECRET_PREFIX']}/{integration}/webhook"
    answer = client.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")
    digest = hashlib.sha256(json.loads(answer["SecretString"])["password"].encode()).digest()
    known[integration] = (digest, time.monotonic())
    return digest
