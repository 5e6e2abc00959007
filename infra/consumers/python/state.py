"""What the consumer remembers: a DynamoDB table with the key `id` and the time to live `expiration`."""

import os
import time

from aws import session

dynamodb = session.client("dynamodb")
table = os.environ["STATE_TABLE"]

KEPT_SECONDS = 60 * 24 * 60 * 60
"""14 days until a replay, 14 on the queue, 14 among the dead letters and 14 on the queue again."""


def is_late(partitionkey: str, sequence: str | None) -> bool:
    """Whether a newer event of the branch or pull request came before, as it may after a retry or an outage."""
    if sequence is None:  # Azure DevOps did not say.
        return False
    try:
        dynamodb.put_item(
            TableName=table,
            Item={"id": {"S": f"newest#{partitionkey}"}, "newest": {"S": sequence}, "expiration": expiration()},
            ConditionExpression="attribute_not_exists(newest) OR newest <= :this",
            ExpressionAttributeValues={":this": {"S": sequence}},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return True
    return False


def is_done(key: str) -> bool:
    """Whether `key` has been handled."""
    return "Item" in dynamodb.get_item(TableName=table, Key={"id": {"S": f"done#{key}"}}, ConsistentRead=True)


def mark_done(key: str) -> None:
    """Remembers that `key` has been handled."""
    dynamodb.put_item(TableName=table, Item={"id": {"S": f"done#{key}"}, "expiration": expiration()})


def expiration() -> dict[str, str]:
    return {"N": str(int(time.time()) + KEPT_SECONDS)}
