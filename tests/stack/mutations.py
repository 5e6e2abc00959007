"""Mistakes that somebody could make in the template, and who notices each."""

from collections.abc import Callable
from dataclasses import dataclass

Change = Callable[[dict], object]


@dataclass(frozen=True)
class Mistake:
    what: str
    change: Change
    """Made in the source template."""
    noticed_by: str
    """A rule of ours, or a rule of cfn-lint on the expanded template."""


def of(template: dict, name: str) -> dict:
    return template["Resources"][name]["Properties"]


def api(template: dict) -> dict:
    return of(template, "WebhookApi")["DefinitionBody"]


def responses(template: dict) -> dict:
    return api(template)["x-amazon-apigateway-gateway-responses"]


def call(template: dict) -> dict:
    method = api(template)["paths"]["/{integration}/code-pushed"]["x-amazon-apigateway-any-method"]
    return method["x-amazon-apigateway-integration"]


def statement(template: dict, role: str = "SetupRole", policy: int = 0, number: int = 0) -> dict:
    return of(template, role)["Policies"][policy]["PolicyDocument"]["Statement"][number]


def in_dashboard(template: dict, old: str, new: str) -> None:
    body = of(template, "Dashboard")["DashboardBody"]
    assert old in body["Fn::Sub"], old
    body["Fn::Sub"] = body["Fn::Sub"].replace(old, new, 1)


def kind(template: dict, name: str, **changes: object) -> None:
    template["Resources"][name].update(changes)


def without(properties: dict, name: str) -> None:
    del properties[name]


MISTAKES = (
    Mistake("a throttled delivery is answered 429", lambda t: responses(t).pop("THROTTLED"), "gateway_answers_503"),
    Mistake("a crashed receiver is answered 500", lambda t: responses(t)["INTEGRATION_FAILURE"].update(statusCode=500), "gateway_answers_503"),
    Mistake("a misspelt gateway response", lambda t: responses(t).update(INTEGRATION_TIMEOUTS=responses(t)["THROTTLED"]), "gateway_answers_503"),
    Mistake("503 without Retry-After", lambda t: responses(t)["DEFAULT_5XX"].update(responseParameters={}), "gateway_answers_503"),
    Mistake("a deadline above Lambda's", lambda t: t["Parameters"]["DeadlineMilliseconds"].update(MaxValue=12000), "limits_leave_time_to_answer"),
    Mistake("the gateway gives up before Lambda", lambda t: call(t).update(timeoutInMillis=9000), "limits_leave_time_to_answer"),
    Mistake("the gateway calls the function, not its alias", lambda t: call(t).update(uri={"Fn::Sub": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${CodePushedFunction.Arn}/invocations"}), "gateway_calls_the_alias"),
    Mistake("a parameter that makes no new version", lambda t: of(t, "CodePushedFunction").update(VersionDescription={"Fn::Sub": "${Architecture}"}), "versions_follow_parameters"),
    Mistake("a queue that goes with the stack", lambda t: kind(t, "EventsQueue", DeletionPolicy="Delete"), "queues_are_kept_and_closed"),
    Mistake("a queue that goes with an update", lambda t: t["Resources"]["QuarantineQueue"].pop("UpdateReplacePolicy"), "queues_are_kept_and_closed"),
    Mistake("a FIFO queue without .fifo", lambda t: of(t, "EventsQueue").update(QueueName="events"), "queues_are_kept_and_closed"),
    Mistake("FIFO throughput without its scope", lambda t: of(t, "EventsQueue").pop("DeduplicationScope"), "queues_are_kept_and_closed"),
    Mistake("messages kept for four days", lambda t: of(t, "EventsDeadLetterQueue").pop("MessageRetentionPeriod"), "queues_are_kept_and_closed"),
    Mistake("a queue without encryption", lambda t: of(t, "QuarantineQueue").pop("SqsManagedSseEnabled"), "queues_are_kept_and_closed"),
    Mistake("a queue open to plain text", lambda t: t["Resources"].pop("QuarantineQueuePolicy"), "queues_are_kept_and_closed"),
    Mistake("a message shown again too soon", lambda t: of(t, "EventsQueue").update(VisibilityTimeout=30), "queues_are_kept_and_closed"),
    Mistake("an action with a wildcard", lambda t: statement(t).update(Action="secretsmanager:*"), "roles_are_narrow"),
    Mistake("every secret of the account", lambda t: statement(t).update(Resource="*"), "roles_are_narrow"),
    Mistake("a managed policy", lambda t: of(t, "CodePushedRole").update(ManagedPolicyArns=["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]), "roles_are_narrow"),
    Mistake("a permission for any account", lambda t: of(t, "CodePushedPermission").pop("SourceArn"), "roles_are_narrow"),
    Mistake("a log kept for ever", lambda t: of(t, "SetupLogs").pop("RetentionInDays"), "logs_end"),
    Mistake("a function with a log group of Lambda's", lambda t: of(t, "SetupFunction").pop("LoggingConfig"), "logs_end"),
    Mistake("a password in a variable", lambda t: of(t, "SetupFunction")["Environment"]["Variables"].update(WEBHOOK_PASSWORD="x"), "no_secret_is_written_down"),
    Mistake("a token in a variable", lambda t: of(t, "SetupFunction")["Environment"]["Variables"].update(SETTING="q2x7vfzk3mwn5bd6tgyr4hsjlpuoc4e7ai2wxkqzv9m5nb3t6d"), "no_secret_is_written_down"),
    Mistake("a token as a parameter", lambda t: t["Parameters"].update(PersonalAccessToken={"Type": "String", "Default": ""}), "no_secret_is_written_down"),
    Mistake("an alarm on a misspelt metric", lambda t: of(t, "ServerErrorsAlarm").update(MetricName="5xxErrors"), "alarms_watch_what_there_is"),
    Mistake("an alarm on a metric nobody makes", lambda t: of(t, "ReceiversSlowAlarm")["Metrics"][1]["MetricStat"]["Metric"].update(MetricName="Latency"), "alarms_watch_what_there_is"),
    Mistake("an alarm on another API", lambda t: of(t, "ClientErrorsAlarm").update(Dimensions=[{"Name": "ApiId", "Value": {"Ref": "WebhookApi"}}]), "alarms_watch_what_there_is"),
    Mistake("an alarm that tells nobody", lambda t: of(t, "EventsDeadAlarm").pop("AlarmActions"), "alarms_watch_what_there_is"),
    Mistake("an alarm that does not say what to do", lambda t: of(t, "EventsDeadAlarm").update(AlarmDescription="There are dead letters."), "alarms_watch_what_there_is"),
    Mistake("a dashboard that is not JSON", lambda t: in_dashboard(t, '"widgets": [', '"widgets": [,'), "dashboard_is_drawn"),
    Mistake("a widget over another", lambda t: in_dashboard(t, '"x": 12, "y": 8', '"x": 10, "y": 8'), "dashboard_is_drawn"),
    Mistake("a graph of a metric nobody makes", lambda t: in_dashboard(t, '"Quarantined"', '"Quarantine"'), "dashboard_is_drawn"),
    Mistake("an alarm that the dashboard leaves out", lambda t: in_dashboard(t, '"${EventsDeadAlarm.Arn}", ', ""), "dashboard_is_drawn"),
    Mistake("a parameter that takes anything", lambda t: t["Parameters"]["KmsKeyArn"].pop("AllowedPattern"), "parameters_are_a_form"),
    Mistake("a parameter that is not in the form", lambda t: t["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"].pop(), "parameters_are_a_form"),
    Mistake("a refusal that does not help", lambda t: t["Parameters"]["AllowedCidrs"].pop("ConstraintDescription"), "parameters_are_a_form"),
    Mistake("a runtime that does not exist", lambda t: t["Globals"]["Function"].update(Runtime="provided.al2024"), "E3030"),
    Mistake("a misspelt action", lambda t: statement(t, "CodePushedRole").update(Action="sqs:SendMessages"), "W3037"),
    Mistake("a reference to nothing", lambda t: of(t, "SetupFunction")["Environment"]["Variables"].update(HOOKPOST_STACK={"Ref": "Stak"}), "E1020"),
    Mistake("a visibility beyond what SQS has", lambda t: of(t, "EventsQueue").update(VisibilityTimeout=99999), "E3034"),
    Mistake("a property that SQS does not have", lambda t: of(t, "EventsQueue").update(Visibility=180), "E3002"),
    Mistake("a dead-letter queue of the other kind", lambda t: of(t, "EventsDeadLetterQueue").update(FifoQueue=False), "E3502"),
    Mistake("a parameter that nobody uses", lambda t: t["Parameters"].update(Colour={"Type": "String", "Default": "red"}), "W2001"),
    Mistake("a rate that is none", lambda t: of(t, "WatchSchedule").update(ScheduleExpression="rate(1 minutes)"), "watch_is_called"),
    Mistake("a schedule that may call any function", lambda t: statement(t, "WatchScheduleRole").update(Resource={"Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:x"}), "watch_is_called"),
    Mistake("a misspelt kind of canary", lambda t: of(t, "CodePushedFunction").update(DeploymentPreference=of(t, "CodePushedFunction")["DeploymentPreference"] | {"Enabled": True, "Type": "Canary10Percent5Minute"}), "canaries_exist"),
)
