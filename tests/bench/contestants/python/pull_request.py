"""Pull requests: opened, changed, merged, closed."""

from event import Message, actor, azure_devops, event_id, group, message, utc
from place import locate

VOTES = {10: "approved", 5: "approved_with_suggestions", 0: "none", -5: "waiting_for_author", -10: "rejected"}


def pull_request_messages(integration: str, notification: dict, activity_id: str | None) -> list[Message]:
    it = notification["resource"]
    place = locate(it["repository"])
    merged = it["status"] == "completed" and it.get("mergeStatus") == "succeeded"
    kind, action, action_source = what_happened(notification["eventType"], it["status"], merged)
    created_by, closed_by = actor(it.get("createdBy")), actor(it.get("closedBy"))
    repository, number = place["repository"], it["pullRequestId"]
    subject = f"pullrequest/{number}"
    event = {
        "specversion": "1.0",
        "id": event_id(f"pr-{kind}", integration, repository["id"], str(number), notification["id"]),
        "source": repository["webUrl"],
        "subject": subject,
        "time": utc(notification["createdDate"]),
        "datacontenttype": "application/json",
        "dataschema": "urn:hookpost:schema:pull-request:1",
        "integration": integration,
        "partitionkey": group(repository["id"], subject),
        "type": f"com.azure.dev.git.pullrequest.{kind}",
        "data": {
            "integration": integration,
            **place,
            "actor": {"created": created_by, "completed": closed_by, "abandoned": closed_by}.get(action),
            "azureDevOps": azure_devops(notification, activity_id),
            "number": number,
            "action": action,
            "actionSource": action_source,
            "status": it["status"],
            "mergeStatus": it.get("mergeStatus"),
            "merged": merged,
            "isDraft": it.get("isDraft"),
            "title": it.get("title"),
            "description": it.get("description") or None,
            "source": {
                "ref": it["sourceRefName"],
                "commit": commit_id(it, "lastMergeSourceCommit"),
                "repository": None,
            },
            "target": {"ref": it["targetRefName"], "commit": commit_id(it, "lastMergeTargetCommit")},
            "mergeCommit": commit_id(it, "lastMergeCommit"),
            "reviewers": [reviewer(wire) for wire in it.get("reviewers", [])],
            "createdBy": created_by,
            "closedBy": closed_by,
            "createdAt": utc(it["creationDate"]),
            "closedAt": utc(it.get("closedDate")),
            "url": f"{repository['webUrl']}/{subject}",
        },
    }
    return [message(event, it["targetRefName"], action)]


def what_happened(event_type: str, status: str, merged: bool) -> tuple[str, str, str]:
    match event_type:
        case "git.pullrequest.created":
            return "created", "created", "event"
        case "git.pullrequest.merged":
            return "merged", "completed" if merged else "merge_attempted", "event"
        case "git.pullrequest.updated" if status in ("completed", "abandoned"):
            return "updated", status, "state"
        case "git.pullrequest.updated":
            return "updated", "updated", "unknown"
    raise ValueError(f"event type {event_type} is not forwarded")


def commit_id(it: dict, name: str) -> str | None:
    return (it.get(name) or {}).get("commitId")


def reviewer(wire: dict) -> dict:
    return actor(wire) | {
        "vote": VOTES.get(wire["vote"], str(wire["vote"])),
        "isRequired": wire.get("isRequired", False),
        "isGroup": wire.get("isContainer", False),
        "hasDeclined": wire.get("hasDeclined", False),
    }
