"""Rules about the parameters, which the console shows as a form."""

from queries import Rule


def parameters_are_documented(template: dict) -> list[str]:
    """Each is described, restricted, rejected with a helpful message, and in exactly one group of the form."""
    found = []
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    for name, parameter in template["Parameters"].items():
        if grouped.count(name) != 1:
            found.append(f"{name}: is in {grouped.count(name)} groups")
        if not parameter.get("Description", "").endswith("."):
            found.append(f"{name}: has no description")
        if not {"AllowedPattern", "AllowedValues", "MaxValue"} & set(parameter):
            found.append(f"{name}: accepts any value")
        if not parameter.get("ConstraintDescription"):
            found.append(f"{name}: a bad value gets AWS's generic message")
    return found


RULES: tuple[Rule, ...] = (parameters_are_documented,)
