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


def policy(template: dict, name: str, number: int = 0) -> dict:
    return of(template, name)["PolicyDocument"]["Statement"][number]


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
    Mistake("a queue that goes with the stack", lambda t: kind(t, "EventsQueue", DeletionPolicy="Delete"), "queues_are_kept"),
    Mistake("a queue that goes with an update", lambda t: t["Resources"]["QuarantineQueue"].pop("UpdateReplacePolicy"), "queues_are_kept"),
    Mistake("a FIFO queue without .fifo", lambda t: of(t, "EventsQueue").update(QueueName="events"), "queues_are_kept"),
    Mistake("FIFO throughput without its scope", lambda t: of(t, "EventsQueue").pop("DeduplicationScope"), "queues_are_kept"),
    Mistake("messages kept for four days", lambda t: of(t, "EventsDeadLetterQueue").pop("MessageRetentionPeriod"), "queues_are_kept"),
    Mistake("a queue without encryption", lambda t: of(t, "QuarantineQueue").pop("SqsManagedSseEnabled"), "queues_are_kept"),
    Mistake("a queue open to plain text", lambda t: t["Resources"].pop("QuarantineQueuePolicy"), "queues_are_closed"),
    Mistake("a message shown again too soon", lambda t: of(t, "EventsQueue").update(VisibilityTimeout=30), "queues_are_kept"),
    Mistake("an action with a wildcard", lambda t: statement(t).update(Action="secretsmanager:*"), "roles_are_narrow"),
    Mistake("every secret of the account", lambda t: statement(t).update(Resource="*"), "roles_are_narrow"),
    Mistake("a managed policy", lambda t: of(t, "CodePushedRole").update(ManagedPolicyArns=["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]), "roles_are_narrow"),
    Mistake("a permission for any account", lambda t: of(t, "CodePushedPermission").pop("SourceArn"), "policies_are_narrow"),
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
    Mistake("consumers that may do anything", lambda t: policy(t, "ConsumerPolicy").update(Action="sqs:*"), "policies_are_narrow"),
    Mistake("consumers of any queue", lambda t: policy(t, "ConsumerPolicy").update(Resource="*"), "policies_are_narrow"),
    Mistake("events for anybody", lambda t: policy(t, "EventsQueuePolicy").update(Effect="Allow", Condition={}), "policies_are_narrow"),
    Mistake("other accounts that may do anything", lambda t: policy(t, "EventsQueuePolicy", 1)["Fn::If"][1].update(Action="sqs:*"), "policies_are_narrow"),
    Mistake("an alarm topic for every account", lambda t: policy(t, "AlarmTopicPolicy").pop("Condition"), "policies_are_narrow"),
    Mistake("a permission for any API", lambda t: of(t, "CodePushedPermission").update(SourceArn={"Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:*"}), "policies_are_narrow"),
    Mistake("a role for anybody", lambda t: of(t, "SetupRole").update(AssumeRolePolicyDocument={"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}), "roles_are_narrow"),
    Mistake("a key that opens more than queues and secrets", lambda t: of(t, "SetupRole")["Policies"][2]["Fn::If"][1]["PolicyDocument"]["Statement"][0].pop("Condition"), "keys_are_used_through_services"),
    Mistake("a policy that goes before its queue", lambda t: kind(t, "EventsQueuePolicy", DeletionPolicy="Delete"), "queues_are_closed"),
    Mistake("execution logs", lambda t: of(t, "WebhookApi")["MethodSettings"][0].update(LoggingLevel="INFO", DataTraceEnabled=True), "the_gateway_is_closed"),
    Mistake("any flood", lambda t: of(t, "WebhookApi")["MethodSettings"][0].pop("ThrottlingRateLimit"), "the_gateway_is_closed"),
    Mistake("old TLS", lambda t: of(t, "WebhookApi").pop("SecurityPolicy"), "the_gateway_is_closed"),
    Mistake("old TLS at a domain", lambda t: of(t, "Domain").update(SecurityPolicy="TLS_1_0"), "the_gateway_is_closed"),
    Mistake("an edge-optimised API", lambda t: of(t, "WebhookApi").update(EndpointConfiguration={"Type": "EDGE"}), "the_gateway_is_closed"),
    Mistake("addresses that are let in instead of barred", lambda t: api(t)["x-amazon-apigateway-policy"]["Statement"][1].update(Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), "the_gateway_is_closed"),
    Mistake("the Region's logging role goes with the stack", lambda t: kind(t, "ApiGatewayAccount", DeletionPolicy="Delete"), "the_region_keeps_its_logging_role"),
    Mistake("concurrency that a new account does not have", lambda t: t["Parameters"]["ReservedConcurrency"].update(Default=10), "defaults_fit_any_account"),
    Mistake("one processor whatever is chosen", lambda t: t["Globals"]["Function"].update(Architectures=["arm64"]), "defaults_fit_any_account"),
    Mistake("events that no consumer can take stay", lambda t: of(t, "EventsQueue").pop("RedrivePolicy"), "queues_are_kept"),
    Mistake("a schedule that is switched off", lambda t: of(t, "WatchSchedule").update(State="DISABLED"), "watch_is_called"),
    Mistake("a pass that goes on while the next begins", lambda t: of(t, "WatchFunction").update(Timeout=900), "watch_is_called"),
    Mistake("a right to watch that comes back too soon", lambda t: of(t, "CheckpointQueue").update(VisibilityTimeout=30), "watch_is_called"),
    Mistake("a failed pass that Lambda repeats", lambda t: of(t, "WatchFunction").pop("EventInvokeConfig"), "watch_is_called"),
    Mistake("an alarm without its dimension", lambda t: of(t, "ReceiversSlowAlarm")["Metrics"][1]["MetricStat"]["Metric"].pop("Dimensions"), "alarms_watch_what_there_is"),
    Mistake("an alarm with a dimension too many", lambda t: of(t, "TokenAlarm").update(Dimensions=[{"Name": "Endpoint", "Value": "code-pushed"}]), "alarms_watch_what_there_is"),
    Mistake("an alarm on another queue", lambda t: of(t, "EventsDeadAlarm").update(Dimensions=[{"Name": "QueueName", "Value": {"Fn::GetAtt": ["EventsQueue", "QueueName"]}}]), "alarms_watch_what_there_is"),
    Mistake("silence that is not noticed", lambda t: of(t, "SilenceAlarm").update(TreatMissingData="notBreaching"), "alarms_watch_what_there_is"),
    Mistake("an alarm that goes off when nothing happens", lambda t: of(t, "ServerErrorsAlarm").update(TreatMissingData="breaching"), "alarms_watch_what_there_is"),
    Mistake("an alarm the wrong way round", lambda t: of(t, "EventsDeadAlarm").update(ComparisonOperator="LessThanThreshold"), "alarms_watch_what_there_is"),
    Mistake("a sum of one receiver and nothing", lambda t: of(t, "ReceiversFailingAlarm")["Metrics"][0].update(Expression="codePushed + pullRequest"), "alarms_watch_what_there_is"),
)
