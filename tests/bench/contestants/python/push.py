"""Pushes: one message for each ref."""

from event import Message, actor, azure_devops, event_id, group, message, utc
from place import locate

COMMIT_COPIES_MAX = 5000


def push_messages(integration: str, notification: dict, activity_id: str | None) -> list[Message]:
    push = notification["resource"]
    place = locate(push["repository"])
    commits = [commit(wire, place["repository"]["webUrl"]) for wire in push.get("commits", [])]
    ids = {commit["id"] for commit in commits}
    updates = push["refUpdates"]
    holders = sum(update["newObjectId"] in ids for update in updates)
    sharing = holders or len(updates)
    share = COMMIT_COPIES_MAX // sharing if sharing > 1 else len(commits)
    common = {
        "integration": integration,
        **place,
        "actor": actor(push.get("pushedBy")),
        "azureDevOps": azure_devops(notification, activity_id),
    }
    messages = []
    for update in updates:
        held = commits if not holders or update["newObjectId"] in ids else []
        data = common | ref(update, place["repository"]["defaultBranch"])
        data |= {"pushId": push["pushId"], "commits": held[:share]}
        if len(held) > share:
            data["commitsComplete"] = False
        messages.append(message(envelope(data, utc(push["date"])), data["ref"], data["change"]))
    return messages


def commit(wire: dict, web_url: str) -> dict:
    return {
        "id": wire["commitId"],
        "message": wire.get("comment") or None,
        "author": git_identity(wire["author"]),
        "committer": git_identity(wire["committer"]),
        "url": f"{web_url}/commit/{wire['commitId']}",
    }


def git_identity(wire: dict) -> dict:
    return {"name": wire.get("name"), "email": wire.get("email"), "date": utc(wire.get("date"))}


def ref(update: dict, default_branch: str | None) -> dict:
    name = update["name"]
    before, after = (
        id if id.strip("0") else None for id in (update["oldObjectId"], update["newObjectId"])
    )
    kind, short_name = kind_of(name)
    return {
        "ref": name,
        "refKind": kind,
        "shortName": short_name,
        "change": "created" if before is None else "deleted" if after is None else "updated",
        "before": before,
        "after": after,
        "isDefaultBranch": default_branch and default_branch == name,
    }


def kind_of(name: str) -> tuple[str, str]:
    for prefix, kind in (("refs/heads/", "branch"), ("refs/tags/", "tag")):
        if name.startswith(prefix):
            return kind, name.removeprefix(prefix)
    return "other", name.removeprefix("refs/")


def envelope(data: dict, time: str | None) -> dict:
    integration, repository, name = data["integration"], data["repository"], data["ref"]
    return {
        "specversion": "1.0",
        "id": event_id("push", integration, repository["id"], str(data["pushId"]), name),
        "source": repository["webUrl"],
        "subject": name,
        "time": time,
        "datacontenttype": "application/json",
        "dataschema": "urn:hookpost:schema:push:1",
        "integration": integration,
        "partitionkey": group(repository["id"], name),
        "type": "com.azure.dev.git.push",
        "data": data,
    }
