"""Mistakes that an author could make in the template, each with the rule that detects it."""

from collections.abc import Callable
from dataclasses import dataclass

Change = Callable[[dict], object]


@dataclass(frozen=True)
class Mutation:
    name: str
    change: Change
    """Applied to the source template."""
    detected_by: str
    """One of our rules, or a rule of cfn-lint on the expanded template."""


def properties(template: dict, name: str) -> dict:
    return template["Resources"][name]["Properties"]


def api(template: dict) -> dict:
    return properties(template, "WebhookApi")["DefinitionBody"]


def responses(template: dict) -> dict:
    return api(template)["x-amazon-apigateway-gateway-responses"]


def integration(template: dict) -> dict:
    method = api(template)["paths"]["/{integration}/code-pushed"]["x-amazon-apigateway-any-method"]
    return method["x-amazon-apigateway-integration"]


def statement(template: dict, role: str = "SetupRole", policy: int = 0, number: int = 0) -> dict:
    return properties(template, role)["Policies"][policy]["PolicyDocument"]["Statement"][number]


def policy(template: dict, name: str, number: int = 0) -> dict:
    return properties(template, name)["PolicyDocument"]["Statement"][number]


def proof(template: dict) -> dict:
    """The conditions on which setup proves who it is."""
    return statement(template, policy=2)["Condition"]


def edit_dashboard(template: dict, old: str, new: str) -> None:
    body = properties(template, "Dashboard")["DashboardBody"]["Fn::Sub"]
    assert old in body[0], old
    body[0] = body[0].replace(old, new, 1)


def edit_deliveries_graph(template: dict, old: str, new: str) -> None:
    graph = properties(template, "Dashboard")["DashboardBody"]["Fn::Sub"][1]["DeliveriesGraph"]["Fn::If"][1]
    assert old in graph["Fn::Sub"], old
    graph["Fn::Sub"] = graph["Fn::Sub"].replace(old, new)


def edit_description(template: dict, left_out: str) -> None:
    description = properties(template, "CodePushedFunction")["VersionDescription"]
    assert left_out in description["Fn::Sub"], left_out
    description["Fn::Sub"] = description["Fn::Sub"].replace(left_out, "")


def resource(template: dict, name: str, **changes: object) -> None:
    template["Resources"][name].update(changes)


# One mutation per line reads as a table.
# fmt: off
MUTATIONS = (
    Mutation("a throttled delivery is answered 429", lambda t: responses(t).pop("THROTTLED"), "gateway_answers_503"),
    Mutation("a crashed receiver is answered 500", lambda t: responses(t)["INTEGRATION_FAILURE"].update(statusCode=500), "gateway_answers_503"),
    Mutation("a misspelled gateway response", lambda t: responses(t).update(INTEGRATION_TIMEOUTS=responses(t)["THROTTLED"]), "gateway_answers_503"),
    Mutation("503 without Retry-After", lambda t: responses(t)["DEFAULT_5XX"].update(responseParameters={}), "gateway_answers_503"),
    Mutation("a deadline above Lambda's", lambda t: t["Parameters"]["DeadlineMilliseconds"].update(MaxValue=12000), "timeouts_nest"),
    Mutation("the gateway gives up before Lambda", lambda t: integration(t).update(timeoutInMillis=9000), "timeouts_nest"),
    Mutation("the gateway calls the function, not its alias", lambda t: integration(t).update(uri={"Fn::Sub": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${CodePushedFunction.Arn}/invocations"}), "gateway_invokes_the_alias"),
    Mutation("a parameter that makes no new version", lambda t: properties(t, "CodePushedFunction").update(VersionDescription={"Fn::Sub": "${Architecture}"}), "versions_follow_parameters"),
    Mutation("a role's path that makes no new version", lambda t: edit_description(t, ", RolePath ${RolePath}"), "versions_follow_parameters"),
    Mutation("a version that a changed parameter deletes", lambda t: t["Resources"]["PullRequestFunction"].pop("UpdateReplacePolicy"), "versions_are_kept"),
    Mutation("a parameter that changes a version and no function", lambda t: properties(t, "CodePushedFunction").update(VersionDescription={"Fn::Sub": "${Architecture}, ${MemoryMegabytes} MB, ${DeadlineMilliseconds} ms, ${SecretPrefix}, ${WatchMinutes}"}), "versions_follow_nothing_else"),
    Mutation("a queue that is deleted with the stack", lambda t: resource(t, "EventsQueue", DeletionPolicy="Delete"), "queues_are_durable"),
    Mutation("a queue that an update deletes", lambda t: t["Resources"]["QuarantineQueue"].pop("UpdateReplacePolicy"), "queues_are_durable"),
    Mutation("a FIFO queue without .fifo", lambda t: properties(t, "EventsQueue").update(QueueName="events"), "fifo_queues_are_consistent"),
    Mutation("FIFO throughput without its scope", lambda t: properties(t, "EventsQueue").pop("DeduplicationScope"), "fifo_queues_are_consistent"),
    Mutation("messages kept for four days", lambda t: properties(t, "EventsDeadLetterQueue").pop("MessageRetentionPeriod"), "queues_are_durable"),
    Mutation("a queue without encryption", lambda t: properties(t, "QuarantineQueue").pop("SqsManagedSseEnabled"), "queues_are_encrypted"),
    Mutation("a key that SQS's own encryption stands against", lambda t: properties(t, "EventsQueue").update(SqsManagedSseEnabled={"Fn::If": ["HasKey", {"Ref": "AWS::NoValue"}, True]}), "queues_are_encrypted"),
    Mutation("a queue that ignores the operator's key", lambda t: properties(t, "CheckpointQueue").pop("KmsMasterKeyId"), "queues_are_encrypted"),
    Mutation("a queue for the dead letters of any queue", lambda t: properties(t, "QuarantineQueue").pop("RedriveAllowPolicy"), "queues_are_not_dead_letter_queues"),
    Mutation("a queue without TLS", lambda t: t["Resources"].pop("QuarantineQueuePolicy"), "queues_require_tls"),
    Mutation("a visibility timeout shorter than a consumer needs", lambda t: properties(t, "EventsQueue").update(VisibilityTimeout=30), "fifo_queues_are_consistent"),
    Mutation("a deliveries queue for small messages", lambda t: properties(t, "DeliveriesQueue").pop("MaximumMessageSize"), "raw_deliveries_fit"),
    Mutation("a deliveries queue that nobody asked for", lambda t: t["Resources"]["DeliveriesQueue"].pop("Condition"), "raw_deliveries_cost_nothing_by_default"),
    Mutation("a checkpoint queue for small messages", lambda t: properties(t, "CheckpointQueue").update(MaximumMessageSize=262144), "checkpoints_fit"),
    Mutation("an action with a wildcard", lambda t: statement(t).update(Action="secretsmanager:*"), "roles_are_narrow"),
    Mutation("every secret of the account", lambda t: statement(t).update(Resource="*"), "roles_are_narrow"),
    Mutation("a managed policy", lambda t: properties(t, "CodePushedRole").update(ManagedPolicyArns=["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]), "roles_are_narrow"),
    Mutation("a function that any account may invoke", lambda t: properties(t, "CodePushedPermission").pop("SourceArn"), "policies_are_narrow"),
    Mutation("a log group without a retention period", lambda t: properties(t, "SetupLogs").pop("RetentionInDays"), "logs_expire"),
    Mutation("a function whose log group Lambda creates", lambda t: properties(t, "SetupFunction").pop("LoggingConfig"), "logs_expire"),
    Mutation("a password in a variable", lambda t: properties(t, "SetupFunction")["Environment"]["Variables"].update(WEBHOOK_PASSWORD="x"), "template_contains_no_secrets"),
    Mutation("a token in a variable", lambda t: properties(t, "SetupFunction")["Environment"]["Variables"].update(SETTING="q2x7vfzk3mwn5bd6tgyr4hsjlpuoc4e7ai2wxkqzv9m5nb3t6d"), "template_contains_no_secrets"),
    Mutation("a token as a parameter", lambda t: t["Parameters"].update(PersonalAccessToken={"Type": "String", "Default": ""}), "template_contains_no_secrets"),
    Mutation("an alarm on a misspelt metric", lambda t: properties(t, "ServerErrorsAlarm").update(MetricName="5xxErrors"), "alarms_can_fire"),
    Mutation("an alarm on a metric that no filter makes", lambda t: properties(t, "WatchFailingAlarm").update(MetricName="WatchAge"), "alarms_can_fire"),
    Mutation("an alarm on another API", lambda t: properties(t, "ServerErrorsAlarm").update(Dimensions=[{"Name": "ApiId", "Value": {"Ref": "WebhookApi"}}]), "alarms_can_fire"),
    Mutation("an alarm that notifies nobody", lambda t: properties(t, "EventsDeadAlarm").pop("AlarmActions"), "an_outage_is_one_mail"),
    Mutation("an alarm that does not say what to do", lambda t: properties(t, "EventsDeadAlarm").update(AlarmDescription="There are dead letters."), "alarms_can_fire"),
    Mutation("no alarm before events expire", lambda t: t["Resources"].pop("EventsExpireAlarm"), "expiry_is_announced"),
    Mutation("dead letters of a relay that nobody hears of", lambda t: t["Resources"].pop("DeliveriesDeadAlarm"), "dead_letters_are_announced"),
    Mutation("an alarm when events have expired", lambda t: properties(t, "EventsExpireAlarm").update(Threshold=1209600), "expiry_is_announced"),
    Mutation("a backlog that may last until events expire", lambda t: t["Parameters"]["BacklogMinutes"].update(MaxValue=20160), "expiry_is_announced"),
    Mutation("metrics by integration that nobody asked for", lambda t: t["Resources"]["PushesByIntegration"].pop("Condition"), "metrics_are_counted_once"),
    Mutation("metrics by integration as the default", lambda t: t["Parameters"]["Metrics"].update(Default="full"), "metrics_are_counted_once"),
    Mutation("a metric of the stack that is counted again by integration", lambda t: properties(t, "NotDeliveringByIntegration")["MetricTransformations"][0].pop("Dimensions"), "metrics_are_counted_once"),
    Mutation("a dashboard that is not JSON", lambda t: edit_dashboard(t, '"widgets": [', '"widgets": [,'), "dashboard_is_valid"),
    Mutation("a widget that covers another", lambda t: edit_dashboard(t, '"x": 12, "y": 17', '"x": 10, "y": 17'), "dashboard_is_valid"),
    Mutation("a graph of a metric that only Metrics: full makes", lambda t: edit_dashboard(t, '"WatchFailureAge"', '"DeliveriesMissed"'), "dashboard_is_valid"),
    Mutation("an alarm that the dashboard does not show", lambda t: edit_dashboard(t, '"${EventsDeadAlarm.Arn}", ', ""), "dashboard_is_valid"),
    Mutation("a parameter that accepts any value", lambda t: t["Parameters"]["KmsKeyArn"].pop("AllowedPattern"), "parameters_are_documented"),
    Mutation("a parameter in no group of the form", lambda t: t["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"].pop(), "parameters_are_documented"),
    Mutation("a parameter with AWS's generic message", lambda t: t["Parameters"]["AllowedCidrs"].pop("ConstraintDescription"), "parameters_are_documented"),
    Mutation("a runtime that does not exist", lambda t: t["Globals"]["Function"].update(Runtime="provided.al2024"), "E3030"),
    Mutation("a misspelled action", lambda t: statement(t, "CodePushedRole").update(Action="sqs:SendMessages"), "W3037"),
    Mutation("a reference to nothing", lambda t: properties(t, "SetupFunction")["Environment"]["Variables"].update(HOOKPOST_STACK={"Ref": "Stak"}), "E1020"),
    Mutation("a visibility timeout over the maximum", lambda t: properties(t, "EventsQueue").update(VisibilityTimeout=99999), "E3034"),
    Mutation("a property that SQS does not have", lambda t: properties(t, "EventsQueue").update(Visibility=180), "E3002"),
    Mutation("a dead-letter queue that is not FIFO", lambda t: properties(t, "EventsDeadLetterQueue").update(FifoQueue=False), "E3502"),
    Mutation("an unused parameter", lambda t: t["Parameters"].update(Color={"Type": "String", "Default": "red"}), "W2001"),
    Mutation("an invalid rate", lambda t: properties(t, "WatchSchedule").update(ScheduleExpression="rate(1 minutes)"), "watch_is_scheduled"),
    Mutation("a schedule that may call any function", lambda t: statement(t, "WatchScheduleRole").update(Resource={"Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:x"}), "watch_is_scheduled"),
    Mutation("a misspelled canary deployment", lambda t: properties(t, "CodePushedFunction").update(DeploymentPreference=properties(t, "CodePushedFunction")["DeploymentPreference"] | {"Enabled": True, "Type": "Canary10Percent5Minute"}), "deployment_configurations_exist"),
    Mutation("consumers with every SQS action", lambda t: policy(t, "ConsumerPolicy").update(Action="sqs:*"), "policies_are_narrow"),
    Mutation("consumers of every queue", lambda t: policy(t, "ConsumerPolicy").update(Resource="*"), "policies_are_narrow"),
    Mutation("events that anyone may read", lambda t: policy(t, "EventsQueuePolicy").update(Effect="Allow", Condition={}), "policies_are_narrow"),
    Mutation("other accounts with every SQS action", lambda t: policy(t, "EventsQueuePolicy", 1)["Fn::If"][1].update(Action="sqs:*"), "policies_are_narrow"),
    Mutation("events for every organization", lambda t: policy(t, "EventsQueuePolicy", 3)["Fn::If"][1]["Condition"].pop("StringEquals"), "policies_are_narrow"),
    Mutation("events for every role of this account", lambda t: policy(t, "EventsQueuePolicy", 3)["Fn::If"][1]["Condition"].pop("StringNotEquals"), "policies_are_narrow"),
    Mutation("consumers that cannot find the queue by its name", lambda t: policy(t, "ConsumerPolicy").update(Action=["sqs:ReceiveMessage", "sqs:DeleteMessage"]), "consumers_may_do_the_same_everywhere"),
    Mutation("operators who read metrics and secrets", lambda t: policy(t, "OperatorPolicy", 3)["Action"].append("secretsmanager:GetSecretValue"), "operators_may_look_and_press"),
    Mutation("operators who invoke receivers", lambda t: policy(t, "OperatorPolicy", 1)["Resource"].append({"Fn::GetAtt": ["CodePushedFunction", "Arn"]}), "operators_may_look_and_press"),
    Mutation("operators who invoke every function", lambda t: policy(t, "OperatorPolicy", 1).update(Resource="*"), "policies_are_narrow"),
    Mutation("operators who cannot see the alarms", lambda t: policy(t, "OperatorPolicy", 3)["Action"].remove("cloudwatch:DescribeAlarms"), "operators_may_look_and_press"),
    Mutation("other accounts that cannot delete what they have read", lambda t: policy(t, "EventsQueuePolicy", 2)["Fn::If"][1].update(Action=["sqs:ReceiveMessage"]), "consumers_may_do_the_same_everywhere"),
    Mutation("an alarm topic open to every account", lambda t: policy(t, "AlarmTopicPolicy").pop("Condition"), "policies_are_narrow"),
    Mutation("a receiver that can prove who it is", lambda t: properties(t, "CodePushedRole")["Policies"].append(properties(t, "SetupRole")["Policies"][2]), "only_setup_and_watch_prove_who_they_are"),
    Mutation("a receiver that can become another role", lambda t: statement(t, "PullRequestRole").update(Action="sts:AssumeRole"), "only_setup_and_watch_prove_who_they_are"),
    Mutation("watch that cannot prove who it is", lambda t: properties(t, "WatchRole")["Policies"].pop(2), "only_setup_and_watch_prove_who_they_are"),
    Mutation("an identity for any audience", lambda t: proof(t).pop("ForAllValues:StringEquals"), "only_setup_and_watch_prove_who_they_are"),
    Mutation("an identity for a second audience", lambda t: proof(t)["ForAllValues:StringEquals"].update({"sts:IdentityTokenAudience": [{"Ref": "EntraAudience"}, "sts.amazonaws.com"]}), "only_setup_and_watch_prove_who_they_are"),
    Mutation("an identity for no audience", lambda t: proof(t).pop("Null"), "only_setup_and_watch_prove_who_they_are"),
    Mutation("an identity by any algorithm", lambda t: proof(t).pop("StringEquals"), "only_setup_and_watch_prove_who_they_are"),
    Mutation("an identity by an algorithm that Entra does not accept", lambda t: proof(t)["StringEquals"].update({"sts:SigningAlgorithm": "ES384"}), "only_setup_and_watch_prove_who_they_are"),
    Mutation("an identity for an hour", lambda t: proof(t)["NumericLessThanEquals"].update({"sts:DurationSeconds": 3600}), "only_setup_and_watch_prove_who_they_are"),
    Mutation("an identity for any time", lambda t: proof(t).pop("NumericLessThanEquals"), "only_setup_and_watch_prove_who_they_are"),
    Mutation("an identity with tags", lambda t: statement(t, policy=2).update(Action=["sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"]), "only_setup_and_watch_prove_who_they_are"),
    Mutation("setup that does not know the subject of watch", lambda t: properties(t, "SetupFunction")["Environment"]["Variables"].pop("HOOKPOST_WATCH_ROLE_ARN"), "the_operator_learns_the_subjects"),
    Mutation("subjects the wrong way around", lambda t: t["Outputs"]["WatchRoleArn"].update(Value={"Fn::GetAtt": ["SetupRole", "Arn"]}), "the_operator_learns_the_subjects"),
    Mutation("a receiver that knows of Entra", lambda t: properties(t, "PullRequestFunction").update(Environment={"Variables": {"HOOKPOST_ENTRA_AUDIENCE": {"Ref": "EntraAudience"}}}), "the_operator_learns_the_subjects"),
    Mutation("days left of a token where there is none", lambda t: properties(t, "TokenDaysLeft")["MetricTransformations"][0].update(DefaultValue=0), "no_token_raises_no_alarm"),
    Mutation("every pass counts as one with a token", lambda t: properties(t, "TokenDaysLeft").update(FilterPattern='{ $.event = "pass_completed" }'), "no_token_raises_no_alarm"),
    Mutation("an alarm where no token can expire", lambda t: properties(t, "TokenAlarm").update(TreatMissingData="breaching"), "no_token_raises_no_alarm"),
    Mutation("a function that any API may invoke", lambda t: properties(t, "CodePushedPermission").update(SourceArn={"Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:*"}), "policies_are_narrow"),
    Mutation("a role that anyone may assume", lambda t: properties(t, "SetupRole").update(AssumeRolePolicyDocument={"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}), "roles_are_narrow"),
    Mutation("a key that a function may use directly", lambda t: properties(t, "SetupRole")["Policies"][3]["Fn::If"][1]["PolicyDocument"]["Statement"][0].pop("Condition"), "key_is_used_through_services"),
    Mutation("a key that works in one partition only", lambda t: policy(t, "ConsumerPolicy", 1)["Fn::If"][1].update(Condition={"StringEquals": {"kms:ViaService": {"Fn::Sub": "sqs.${AWS::Region}.${AWS::URLSuffix}"}}}), "key_is_used_through_services"),
    Mutation("a queue policy that is deleted before its queue", lambda t: resource(t, "EventsQueuePolicy", DeletionPolicy="Delete"), "queues_require_tls"),
    Mutation("execution logs", lambda t: properties(t, "WebhookApi")["MethodSettings"][0].update(LoggingLevel="INFO", DataTraceEnabled=True), "gateway_is_restricted"),
    Mutation("an API without a throttling limit", lambda t: properties(t, "WebhookApi")["MethodSettings"][0].pop("ThrottlingRateLimit"), "gateway_is_restricted"),
    Mutation("TLS older than 1.2", lambda t: properties(t, "WebhookApi").pop("SecurityPolicy"), "gateway_is_restricted"),
    Mutation("TLS older than 1.2 on the custom domain", lambda t: properties(t, "Domain").update(SecurityPolicy="TLS_1_0"), "gateway_is_restricted"),
    Mutation("an edge-optimized API", lambda t: properties(t, "WebhookApi").update(EndpointConfiguration={"Type": "EDGE"}), "gateway_is_restricted"),
    Mutation("AllowedCidrs as a deny list", lambda t: api(t)["x-amazon-apigateway-policy"]["Statement"][1].update(Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), "gateway_is_restricted"),
    Mutation("the Region's logging role is deleted with the stack", lambda t: resource(t, "ApiGatewayAccount", DeletionPolicy="Delete"), "logging_role_is_shared"),
    Mutation("a logging role before the first API of the account", lambda t: t["Resources"]["ApiGatewayAccount"].pop("DependsOn"), "logging_role_is_shared"),
    Mutation("a logging role that replaces another without a word", lambda t: t["Parameters"]["CreateApiGatewayAccountRole"].update(Description="Whether to create the role."), "logging_role_is_shared"),
    Mutation("a default endpoint that stays", lambda t: properties(t, "WebhookApi").pop("DisableExecuteApiEndpoint"), "default_endpoint_can_be_disabled"),
    Mutation("an API that nothing can reach", lambda t: t["Rules"].pop("DefaultEndpointAndDomain"), "default_endpoint_can_be_disabled"),
    Mutation("an import that resets the TLS policy", lambda t: api(t).pop("x-amazon-apigateway-security-policy"), "api_is_imported_as_it_is_declared"),
    Mutation("a role without the permissions boundary", lambda t: properties(t, "WatchScheduleRole").pop("PermissionsBoundary"), "roles_fit_an_enterprise"),
    Mutation("a policy outside of the path", lambda t: properties(t, "ConsumerPolicy").pop("Path"), "roles_fit_an_enterprise"),
    Mutation("a role that CodeDeploy assumes for anyone", lambda t: properties(t, "DeploymentRole")["AssumeRolePolicyDocument"]["Statement"][0].pop("Condition"), "roles_are_narrow"),
    Mutation("stacks that share a prefix", lambda t: t["Globals"]["Function"]["Environment"]["Variables"].update(HOOKPOST_SECRET_PREFIX={"Ref": "SecretPrefix"}), "secrets_belong_to_one_stack"),
    Mutation("secrets of other stacks", lambda t: statement(t, "WatchRole", number=1).pop("Condition"), "secrets_belong_to_one_stack"),
    Mutation("tokens of another product", lambda t: statement(t, number=5).update(Resource=[{"Fn::Sub": ["arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${Prefix}-pat*", {"Prefix": {"Fn::If": ["HasSecretPrefix", {"Ref": "SecretPrefix"}, {"Ref": "AWS::StackName"}]}}]}]), "secrets_belong_to_one_stack"),
    Mutation("a secret that is deleted for good", lambda t: statement(t, number=2)["Condition"].pop("BoolIfExists"), "deleted_secrets_can_be_restored"),
    Mutation("a function that may create network interfaces", lambda t: properties(t, "SetupRole")["Policies"][4]["Fn::If"][1]["PolicyDocument"]["Statement"].pop(), "network_is_for_lambda_only"),
    Mutation("a receiver with permissions for the network", lambda t: properties(t, "PullRequestRole")["Policies"].append(properties(t, "SetupRole")["Policies"][4]), "network_is_for_lambda_only"),
    Mutation("a receiver in a VPC", lambda t: properties(t, "PullRequestFunction").update(VpcConfig=properties(t, "SetupFunction")["VpcConfig"]), "only_setup_and_watch_join_a_vpc"),
    Mutation("a private server that watch cannot reach", lambda t: properties(t, "WatchFunction").pop("VpcConfig"), "only_setup_and_watch_join_a_vpc"),
    Mutation("a private authority that watch does not trust", lambda t: properties(t, "WatchFunction").pop("Layers"), "only_setup_and_watch_join_a_vpc"),
    Mutation("a function that ignores FIPS", lambda t: t["Globals"]["Function"]["Environment"]["Variables"].pop("AWS_USE_FIPS_ENDPOINT"), "endpoints_can_be_fips_or_dual_stack"),
    Mutation("FIPS in a Region without its endpoints", lambda t: t["Rules"]["FipsRegions"]["Assertions"][0]["Assert"]["Fn::Contains"][0].append("eu-west-1"), "endpoints_can_be_fips_or_dual_stack"),
    Mutation("a console link of one partition", lambda t: t["Outputs"]["DashboardUrl"].update(Value={"Fn::Sub": "https://${AWS::Region}.console.aws.amazon.com/cloudwatch"}), "nothing_is_of_one_partition"),
    Mutation("an ARN of one partition", lambda t: properties(t, "SetupRotationPermission").update(SourceArn={"Fn::Sub": "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:x"}), "nothing_is_of_one_partition"),
    Mutation("reserved concurrency that a new account does not have", lambda t: t["Parameters"]["ReservedConcurrency"].update(Default=10), "defaults_fit_any_account"),
    Mutation("a fixed architecture", lambda t: t["Globals"]["Function"].update(Architectures=["arm64"]), "defaults_fit_any_account"),
    Mutation("an events queue without a dead-letter queue", lambda t: properties(t, "EventsQueue").pop("RedrivePolicy"), "fifo_queues_are_consistent"),
    Mutation("a disabled schedule", lambda t: properties(t, "WatchSchedule").update(State="DISABLED"), "watch_is_scheduled"),
    Mutation("passes of watch that overlap", lambda t: properties(t, "WatchFunction").update(Timeout=900), "watch_is_scheduled"),
    Mutation("a lease shorter than a pass", lambda t: properties(t, "CheckpointQueue").update(VisibilityTimeout=30), "watch_is_scheduled"),
    Mutation("a failed pass that Lambda retries", lambda t: properties(t, "WatchFunction").pop("EventInvokeConfig"), "watch_is_scheduled"),
    Mutation("an alarm without its dimension", lambda t: properties(t, "ReceiversSlowAlarm")["Metrics"][1]["MetricStat"]["Metric"].pop("Dimensions"), "alarms_can_fire"),
    Mutation("an alarm with a dimension too many", lambda t: properties(t, "TokenAlarm").update(Dimensions=[{"Name": "Integration", "Value": "contoso"}]), "alarms_can_fire"),
    Mutation("an alarm on another queue", lambda t: properties(t, "EventsDeadAlarm").update(Dimensions=[{"Name": "QueueName", "Value": {"Fn::GetAtt": ["EventsQueue", "QueueName"]}}]), "alarms_can_fire"),
    Mutation("a silence alarm that ignores missing data", lambda t: properties(t, "SilenceAlarm").update(TreatMissingData="notBreaching"), "alarms_can_fire"),
    Mutation("an alarm that fires without data", lambda t: properties(t, "ServerErrorsAlarm").update(TreatMissingData="breaching"), "alarms_can_fire"),
    Mutation("an alarm that compares in the wrong direction", lambda t: properties(t, "EventsDeadAlarm").update(ComparisonOperator="LessThanThreshold"), "alarms_can_fire"),
    Mutation("a sum that is missing when one part is", lambda t: properties(t, "ReceiversFailingAlarm")["Metrics"][0].update(Expression="codePushed + pullRequest"), "alarms_can_fire"),
    Mutation("a filled period that decides alone", lambda t: properties(t, "WatchStoppedAlarm").update(DatapointsToAlarm=1), "alarms_are_prompt"),
    Mutation("one period that decides alone", lambda t: properties(t, "ReceiversFailingAlarm").update(EvaluationPeriods=1), "alarms_are_prompt"),
    Mutation("a period of a day", lambda t: properties(t, "RotationFailedAlarm").update(Period=86400), "alarms_are_prompt"),
    Mutation("periods with no pass of watch in them", lambda t: properties(t, "SubscriptionsAlarm").update(EvaluationPeriods=3), "alarms_are_prompt"),
    Mutation("an alarm on a new stack", lambda t: properties(t, "WatchStoppedAlarm").pop("WarmUpConfiguration"), "a_new_stack_is_quiet"),
    Mutation("a warm-up that ends before the first hour", lambda t: properties(t, "WatchStoppedAlarm")["WarmUpConfiguration"].update(WarmUpPeriodDurationInMinutes=30), "a_new_stack_is_quiet"),
    Mutation("a warm-up that filled periods end", lambda t: properties(t, "WatchStoppedAlarm")["WarmUpConfiguration"].pop("OnlyStartEvaluatingAfterWarmUpPeriodEnds"), "a_new_stack_is_quiet"),
    Mutation("silence on a new stack", lambda t: properties(t, "SilenceAlarm").pop("WarmUpConfiguration"), "a_new_stack_is_quiet"),
    Mutation("an outage that sends two mails", lambda t: properties(t, "ServerErrorsAlarm").update(AlarmActions=[{"Ref": "AlarmTopic"}]), "an_outage_is_one_mail"),
    Mutation("an outage that no composite alarm has", lambda t: properties(t, "DeliveriesAtRiskAlarm").update(AlarmRule={"Fn::Sub": 'ALARM("${ServerErrorsAlarm}")'}), "an_outage_is_one_mail"),
    Mutation("an outage that nobody hears of", lambda t: properties(t, "DeliveriesAtRiskAlarm").pop("AlarmActions"), "an_outage_is_one_mail"),
    Mutation("a mail that a refusal is over", lambda t: properties(t, "RefusedAlarm").update(OKActions=[{"Ref": "AlarmTopic"}]), "an_outage_is_one_mail"),
    Mutation("an alarm for refused requests", lambda t: properties(t, "RefusedPushes").update(FilterPattern='{ $.outcome = "refused" }'), "refusals_are_of_known_integrations"),
    Mutation("a metric of a line that no function writes", lambda t: properties(t, "WatchFailureAge").update(FilterPattern='{ $.event = "passed" }'), "metrics_are_logged"),
    Mutation("a metric of a figure that no line has", lambda t: properties(t, "WatchFailureAge")["MetricTransformations"][0].update(MetricValue="$.FailureAge"), "metrics_are_logged"),
    Mutation("a log of which no metrics are made", lambda t: properties(t, "WatchLogs").update(LogGroupClass="INFREQUENT_ACCESS"), "logs_can_be_counted"),
    Mutation("a metric by default for each integration", lambda t: properties(t, "TokenDaysLeft")["MetricTransformations"][0].update(Dimensions=[{"Key": "Integration", "Value": "$.integration"}]), "metrics_are_counted_once"),
    Mutation("a dashboard for two Regions", lambda t: properties(t, "Dashboard").update(DashboardName={"Ref": "AWS::StackName"}), "dashboard_is_of_one_region"),
    Mutation("a link to another dashboard", lambda t: t["Outputs"]["DashboardUrl"]["Value"]["Fn::Sub"].__setitem__(0, "https://${AWS::Region}.${Console}/cloudwatch/home#dashboards/dashboard/${AWS::StackName}"), "dashboard_is_of_one_region"),
    Mutation("a page of another function", lambda t: edit_dashboard(t, "${SetupFunction.Arn}", "${WatchFunction.Arn}"), "dashboard_begins_with_the_page"),
    Mutation("a page under the alarms", lambda t: edit_dashboard(t, '"y": 0', '"y": 60'), "dashboard_begins_with_the_page"),
    Mutation("a graph of raw deliveries that covers another", lambda t: edit_deliveries_graph(t, '"y": 39', '"y": 38'), "dashboard_is_valid"),
    Mutation("a graph of raw deliveries that nobody asked for", lambda t: edit_dashboard(t, '"${EventsQueue.QueueName}"', '"${DeliveriesQueue.QueueName}"'), "dashboard_shows_raw_deliveries_on_request"),
    Mutation("raw deliveries without their dead letters", lambda t: edit_deliveries_graph(t, "${DeliveriesDeadLetterQueue", "${DeliveriesQueue"), "dashboard_shows_raw_deliveries_on_request"),
    Mutation("a dashboard that costs money", lambda t: edit_dashboard(t, '"metrics": [', '"metrics": [' + '["AWS/Lambda", "ClaimedAccountConcurrency"], ' * 40), "dashboard_is_valid"),
)
# fmt: on
