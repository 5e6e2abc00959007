"""From the notification of a push to an event for each of its refs."""

import hashlib
import re

REPOSITORY = re.compile(r"https://(?:[^@/]+@)?dev\.azure\.com/([^/]+)/([^/]+)/_git/([^/]+)")


def push_events(integration: str, notification: dict, activity_id: str | None) -> list[dict]:
    push = notification["resource"]
    repository = describe_repository(push["repository"], notification["resourceContainers"]["collection"]["id"])
    common = {
        "integration": integration,
        **repository,
        "actor": {name: push["pushedBy"].get(name) for name in ("id", "displayName", "uniqueName")},
        "message": notification["message"]["text"],
        "detailedMessage": (notification.get("detailedMessage") or {}).get("text"),
        "azureDevOps": {
            "eventType": notification["eventType"],
            "eventId": notification["id"],
            "subscriptionId": notification["subscriptionId"],
            "notificationId": notification["notificationId"],
            "resourceVersion": notification["resourceVersion"],
            "activityId": activity_id,
        },
        "pushId": push["pushId"],
        "commits": [commit(wire, repository["repository"]["webUrl"]) for wire in push.get("commits", [])],
    }
    default_branch = push["repository"].get("defaultBranch")
    changes = [ref_change(update, default_branch) for update in push["refUpdates"]]
    return [envelope(common | change, utc(push["date"])) for change in changes]


def envelope(data: dict, time: str) -> dict:
    integration, repository, name = data["integration"], data["repository"], data["ref"]
    return {
        "specversion": "1.0",
        "id": event_id(integration, repository["id"], str(data["pushId"]), name),
        "source": repository["webUrl"],
        "subject": name,
        "time": time,
        "datacontenttype": "application/json",
        "dataschema": "urn:hookpost:schema:push:1",
        "integration": integration,
        "partitionkey": f"{repository['id']}:{name}",
        "sequence": f"{data['pushId']:020}",
        "type": "com.azure.dev.git.push",
        "data": data,
    }


def ref_change(update: dict, default_branch: str | None) -> dict:
    name = update["name"]
    before, after = (id if id.strip("0") else None for id in (update["oldObjectId"], update["newObjectId"]))
    kind, short_name = re.fullmatch(r"refs/(?:(heads|tags)/)?(.*)", name).groups()
    return {
        "ref": name,
        "refKind": {"heads": "branch", "tags": "tag"}.get(kind, "other"),
        "shortName": short_name,
        "change": "created" if before is None else "deleted" if after is None else "updated",
        "before": before,
        "after": after,
        "isDefaultBranch": default_branch and default_branch == name,
    }


def describe_repository(wire: dict, organization_id: str) -> dict:
    """With every URL a consumer may know the repository by."""
    display_name, project, name = REPOSITORY.fullmatch(wire.get("webUrl") or wire["remoteUrl"]).groups()
    organization = display_name.lower()
    home = f"https://dev.azure.com/{organization}"
    path = f"{project}/_git/{name}"
    return {
        "organization": {"id": organization_id, "name": organization, "displayName": display_name, "url": home},
        "project": {"id": wire["project"]["id"], "name": wire["project"]["name"]},
        "repository": {
            "id": wire["id"],
            "name": wire["name"],
            "webUrl": f"{home}/{path}",
            "httpsUrl": f"{home}/{path}",
            "sshUrl": f"git@ssh.dev.azure.com:v3/{organization}/{project}/{name}",
            "apiUrl": f"{home}/_apis/git/repositories/{wire['id']}",
            "alternateUrls": [
                f"https://{organization}@dev.azure.com/{organization}/{path}",
                f"https://{organization}.visualstudio.com/{path}",
                f"https://{organization}.visualstudio.com/DefaultCollection/{path}",
                f"ssh://git@ssh.dev.azure.com/v3/{organization}/{project}/{name}",
                f"{organization}@vs-ssh.visualstudio.com:v3/{organization}/{project}/{name}",
                f"ssh://{organization}@vs-ssh.visualstudio.com/v3/{organization}/{project}/{name}",
                f"ssh://{organization}@{organization}.visualstudio.com:22/{path}",
                f"ssh://{organization}@{organization}.visualstudio.com:22/DefaultCollection/{path}",
                f"ssh://{organization}@vs-ssh.visualstudio.com:22/{project}/_ssh/{name}",
                f"ssh://{organization}@vs-ssh.visualstudio.com:22/DefaultCollection/{project}/_ssh/{name}",
            ],
            "defaultBranch": wire.get("defaultBranch"),
        },
    }


def commit(wire: dict, web_url: str) -> dict:
    return {
        "id": wire["commitId"],
        "message": wire.get("comment") or None,
        "author": git_identity(wire["author"]),
        "committer": git_identity(wire["committer"]),
        "url": f"{web_url}/commit/{wire['commitId']}",
    }


def git_identity(wire: dict) -> dict:
    return {"name": wire.get("name"), "email": wire.get("email"), "date": utc(wire["date"])}


def utc(text: str) -> str:
    """Without zeros at the end of the fraction."""
    return re.sub(r"(\.\d*?)0+Z$", r"\1Z", text).replace(".Z", "Z")


def event_id(*parts: str) -> str:
    """A digest of the parts, each behind its length."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return f"push-{digest.hexdigest()[:32]}"
