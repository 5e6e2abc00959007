"""A parameter of the template as a variable of the module."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

# Terraform's regular expressions have neither. CloudFormation checks such a pattern before it creates anything.
LOOKAROUND = re.compile(r"\(\?<?[=!]")


@dataclass(frozen=True)
class Variable:
    parameter: str
    """The name of the parameter."""
    definition: dict

    names: frozenset[str]
    """The names of all parameters and outputs, which descriptions mention."""

    @property
    def name(self) -> str:
        return snake_case(self.parameter)

    @property
    def description(self) -> str:
        """With the names of Terraform."""
        mentioned = re.compile(rf"\b({'|'.join(self.names)})\b")
        return mentioned.sub(lambda match: f"`{snake_case(match[0])}`", self.definition["Description"].strip())

    @property
    def type(self) -> str:
        if self.definition.get("AllowedValues") == ["true", "false"]:
            return "bool"
        if self.definition["Type"] == "Number":
            return "number"
        is_list = self.definition["Type"] == "CommaDelimitedList" or self.definition["Type"].startswith("List<")
        return "list(string)" if is_list or self.is_text_of_a_list else "string"

    @property
    def is_text_of_a_list(self) -> bool:
        """Whether its pattern has the commas of a list: a list in CloudFormation's own sense cannot be empty."""
        return self.definition["Type"] == "String" and "(," in self.definition.get("AllowedPattern", "")

    @property
    def default(self) -> str:
        """In HCL, as the next ones."""
        default = str(self.definition["Default"])
        if self.type == "list(string)":
            return f"[{', '.join(quoted(item) for item in default.split(',') if item)}]"
        return quoted(default) if self.type == "string" else default

    @property
    def value(self) -> str:
        """The value as CloudFormation takes it."""
        return f'join(",", var.{self.name})' if self.type == "list(string)" else f"tostring(var.{self.name})"

    @property
    def condition(self) -> str | None:
        """What a value must fulfill, as far as Terraform can check it."""
        pattern = self.definition.get("AllowedPattern", "")
        checks = []
        if "AllowedValues" in self.definition and self.type != "bool":
            literal = str if self.type == "number" else quoted
            values = ", ".join(literal(value) for value in self.definition["AllowedValues"])
            checks.append(f"contains([{values}], var.{self.name})")
        if "MinValue" in self.definition:
            checks.append(f"var.{self.name} >= {self.definition['MinValue']}")
        if "MaxValue" in self.definition:
            checks.append(f"var.{self.name} <= {self.definition['MaxValue']}")
        if "MaxLength" in self.definition:
            checks.append(f"length(var.{self.name}) <= {self.definition['MaxLength']}")
        if pattern and not LOOKAROUND.search(pattern):
            matches = f"can(regex({quoted(pattern)}, %s))"
            if self.is_text_of_a_list:
                checks.append(matches % self.value)
            elif self.type == "list(string)":
                checks.append(f"alltrue([for item in var.{self.name} : {matches % 'item'}])")
            else:
                checks.append(matches % f"var.{self.name}")
        return " && ".join(checks) or None

    def block(self) -> str:
        lines = [
            f"description = {quoted(self.description)}",
            f"type        = {self.type}",
            f"default     = {self.default}",
            "nullable    = false",
        ]
        if self.condition:
            expected = f"{self.name}: expected {self.definition['ConstraintDescription']}."
            lines += [
                "",
                "validation {",
                f"  condition     = {self.condition}",
                f"  error_message = {quoted(expected)}",
                "}",
            ]
        body = "\n".join(f"  {line}" if line else "" for line in lines)
        return f'variable "{self.name}" {{\n{body}\n}}\n'


def variables(of_template: Iterable[Variable]) -> str:
    return "\n".join(variable.block() for variable in of_template)


def parameters(of_template: list[Variable]) -> str:
    """The file that turns variables into parameters."""
    width = max(len(variable.parameter) for variable in of_template)
    lines = "\n".join(f"    {variable.parameter:{width}} = {variable.value}" for variable in of_template)
    return f"""# Made from the template by `make terraform`.

locals {{
  # All of them, also where the default holds: while planning, Terraform may not know yet whether a value is null.
  parameters = {{
{lines}
  }}
}}
"""


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def quoted(text: str) -> str:
    """A string in HCL."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
