"""Rules about connecting without a token: who may prove who it is to Entra, and what an operator registers there."""

from metrics import filters
from queries import Rule, as_list, of_type, plain, statements


def only_setup_and_watch_prove_who_they_are(template: dict) -> list[str]:
    """To one audience, by one algorithm, for five minutes. No other role has any permission of STS."""
    found = []
    for name, role in of_type(template, "AWS::IAM::Role").items():
        allowed = [
            {part: value for part, value in statement.items() if part != "Sid"}
            for statement in statements(role.get("Policies", []))
            if any(action == "*" or action.startswith("sts:") for action in as_list(statement.get("Action", "*")))
        ]
        if allowed != ([PROVES_IDENTITY] if name in SUBJECTS else []):
            found.append(f"{name}: may ask STS for {allowed}")
    return found


def the_operator_learns_the_subjects(template: dict) -> list[str]:
    """From the outputs, and from both functions, which compare them. Receivers know nothing of Entra."""
    found = []
    for name, output in SUBJECTS.items():
        if template["Outputs"].get(output, {}).get("Value") != arn(name):
            found.append(f"{output}: is not the ARN of {name}")
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        variables = function["Environment"]["Variables"]
        known = {variable: variables[variable] for variable in VARIABLES if variable in variables}
        if known != (VARIABLES if name in CONNECT else {}):
            found.append(f"{name}: knows {known}")
    return found


def no_token_raises_no_alarm(template: dict) -> list[str]:
    """A line without days left makes no value, and no value raises no alarm."""
    found = []
    for name, each in (filters(template, by_default=True) | filters(template, by_default=False)).items():
        for part in each["MetricTransformations"]:
            if part["MetricName"] != "TokenDaysLeft":
                continue
            if not plain(each["FilterPattern"]).endswith(("&& $.TokenDaysLeft < (TokenWarningDays) }", LOGGED)):
                found.append(f"{name}: counts lines without the days left of a token")
            if "DefaultValue" in part or part["MetricValue"] != "$.TokenDaysLeft":
                found.append(f"{name}: makes a value where there is no token")
    alarm = of_type(template, "AWS::CloudWatch::Alarm")["TokenAlarm"]
    if alarm.get("TreatMissingData") != "notBreaching" or alarm.get("Metrics"):
        found.append("TokenAlarm: is raised where there is no token")
    return found


def arn(role: str) -> dict:
    return {"Fn::GetAtt": [role, "Arn"]}


# The roles that may, with the outputs that name them.
SUBJECTS = {"SetupRole": "SetupRoleArn", "WatchRole": "WatchRoleArn"}
CONNECT = ("SetupFunction", "WatchFunction")
VARIABLES = {
    "HOOKPOST_ENTRA_AUDIENCE": {"Ref": "EntraAudience"},
    "HOOKPOST_SETUP_ROLE_ARN": arn("SetupRole"),
    "HOOKPOST_WATCH_ROLE_ARN": arn("WatchRole"),
}
PROVES_IDENTITY = {
    "Effect": "Allow",
    "Action": "sts:GetWebIdentityToken",
    "Resource": "*",
    "Condition": {
        # The key has several values, which StringEquals alone never matches.
        "ForAllValues:StringEquals": {"sts:IdentityTokenAudience": [{"Ref": "EntraAudience"}]},
        "Null": {"sts:IdentityTokenAudience": "false"},
        "StringEquals": {"sts:SigningAlgorithm": "RS256"},
        "NumericLessThanEquals": {"sts:DurationSeconds": 300},
    },
}
LOGGED = "&& $.TokenDaysLeft = * }"

RULES: tuple[Rule, ...] = (
    only_setup_and_watch_prove_who_they_are,
    the_operator_learns_the_subjects,
    no_token_raises_no_alarm,
)
