"""Goes through the life of a subscription with Microsoft's Python client.

    python subscriptions.py ORGANIZATION_URL WEBHOOK_URL

The personal access token and the webhook's password come in the environment.
"""

import os
import sys
import tempfile
import time

# The client keeps what it learns of a server for hours; this server lives for seconds.
cache = tempfile.TemporaryDirectory()
os.environ["AZURE_DEVOPS_CACHE_DIR"] = cache.name

from azure.devops.connection import Connection  # noqa: E402
from azure.devops.exceptions import AzureDevOpsServiceError  # noqa: E402
from azure.devops.v7_1.git.models import GitPullRequest  # noqa: E402
from azure.devops.v7_1.service_hooks.models import (  # noqa: E402
    InputFilter,
    InputFilterCondition,
    Notification,
    NotificationsQuery,
    Subscription,
    SubscriptionsQuery,
)
from msrest.authentication import BasicAuthentication  # noqa: E402

SERVICE_HOOKS = "cb594ebe-87dd-4fc9-ac2c-6a10a4c92046"
EDIT = 2


def main(organization: str, webhook: str) -> None:
    connection = Connection(base_url=organization, creds=BasicAuthentication("", os.environ["AZURE_DEVOPS_PAT"]))
    project = look_around(connection)
    hooks = connection.clients_v7_1.get_service_hooks_client()
    made = create(hooks, project, webhook)
    check("one is listed", [one.id for one in hooks.list_subscriptions(consumer_id="webHooks")], [made.id])
    check("it is read as it was made", hooks.get_subscription(made.id).as_dict(), made.as_dict())
    check("the query finds it", [one.id for one in query(hooks, webhook)], [made.id])
    check("the query finds nothing else", query(hooks, webhook + "/other"), [])
    replaced = replace(hooks, made, webhook)
    check("the test is delivered", test(hooks, replaced), "succeeded")
    hooks.delete_subscription(made.id)
    check("it is gone", hooks.list_subscriptions(), [])
    refusal(lambda: hooks.get_subscription(made.id), made.id)
    refusal(lambda: hooks.delete_subscription(made.id), made.id)
    print("all is as this client expects")


def look_around(connection: Connection):
    clients = connection.clients_v7_1
    user = clients.get_location_client().get_connection_data().authenticated_user
    check("the user", user.provider_display_name, "Ada Okafor")
    core = clients.get_core_client()
    names = [project.name for project in core.get_projects(top=1)]
    check("the first page of projects", names, ["Boat House"])
    names = [project.name for project in core.get_projects(continuation_token=1)]
    check("the second page of projects", names, ["Pier"])
    project = core.get_project("Boat House")
    git = clients.get_git_client()
    check("repositories", [one.name for one in git.get_repositories()], ["oars"])
    repository = git.get_repositories(project=project.id)[0]
    refusal(lambda: git.update_pull_request(GitPullRequest(), repository.id, 2147483647, project.id), "TF401180")
    token = f"PublisherSecurity/{project.id}"
    check("permission", clients.get_security_client().has_permissions(SERVICE_HOOKS, EDIT, token), [True])
    refusal(lambda: core.get_project("Nowhere"), "TF200016")
    return project


def wanted(project_id: str, webhook: str) -> Subscription:
    return Subscription(
        publisher_id="tfs",
        event_type="git.push",
        resource_version="1.0",
        consumer_id="webHooks",
        consumer_action_id="httpRequest",
        publisher_inputs={"projectId": project_id},
        consumer_inputs={"url": webhook, "basicAuthPassword": os.environ["WEBHOOK_PASSWORD"]},
    )


def create(hooks, project, webhook: str) -> Subscription:
    made = hooks.create_subscription(wanted(project.id, webhook))
    check("status", made.status, "enabled")
    check("mask", made.consumer_inputs["basicAuthPassword"], "********")
    check("maker", made.created_by.display_name, "Ada Okafor")
    check("publisher inputs", sorted(made.publisher_inputs), ["hostId", "projectId", "tfsSubscriptionId"])
    refusal(lambda: hooks.create_subscription(wanted(project.id, "")), "ConsumerInput.Value")
    return made


def query(hooks, webhook: str) -> list[Subscription]:
    condition = InputFilterCondition(input_id="url", operator="equals", input_value=webhook, case_sensitive=False)
    asked = SubscriptionsQuery(publisher_id="tfs", consumer_input_filters=[InputFilter(conditions=[condition])])
    return hooks.create_subscriptions_query(asked).results


def replace(hooks, made: Subscription, webhook: str) -> Subscription:
    other = wanted(made.publisher_inputs["projectId"], webhook)
    other.consumer_inputs["messagesToSend"] = "text"
    replaced = hooks.replace_subscription(other, made.id)
    check("the same subscription", replaced.id, made.id)
    check("other inputs", replaced.consumer_inputs["messagesToSend"], "text")
    return replaced


def test(hooks, saved: Subscription) -> str:
    """The result of a test, once there is one."""
    queued = hooks.create_test_notification(Notification(subscription_id=saved.id))
    deadline = time.monotonic() + 10
    while (read := hooks.get_notification(saved.id, queued.id)).status != "completed":
        if time.monotonic() > deadline:
            raise SystemExit("the test never settled")
    check("the event", read.details.event.event_type, "git.push")
    check("the list", [one.id for one in hooks.get_notifications(saved.id)], [queued.id])
    summary = hooks.query_notifications(NotificationsQuery(subscription_ids=[saved.id])).summary
    counts = [(one.result, one.notification_count) for one in summary[0].results]
    check("the summary", counts, [(read.result, 1)])
    return read.result


def refusal(call, words: str) -> None:
    try:
        call()
    except AzureDevOpsServiceError as error:
        if words not in error.message:
            raise SystemExit(f"refused with {error.message!r}, without {words!r}") from error
    else:
        raise SystemExit(f"not refused: {words}")


def check(what: str, got: object, expected: object) -> None:
    if got != expected:
        raise SystemExit(f"{what}: {got!r}, and not {expected!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
