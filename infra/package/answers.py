"""The operator's answers, in the form in which the SAM CLI keeps them, and the account that they were used in."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

import tomlkit

from infra.local.errors import UserError


@dataclass
class Answers:
    file: Path
    account: str | None = None
    """The account of the last deployment, in a table of our own, which the SAM CLI ignores."""
    architecture: str | None = None
    """The processor that was asked for, in the same table: the template is made for one and has no parameter."""
    stack: str | None = None
    region: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    document: tomlkit.TOMLDocument = field(default_factory=lambda: tomlkit.parse("version = 0.1\n"))

    @staticmethod
    def read(file: Path) -> "Answers":
        """Without the file, as before the first deployment, there are no answers."""
        answers = Answers(file)
        if file.exists():
            answers.document = tomlkit.parse(file.read_text(encoding="utf-8"))
            own = answers.document.get("hookpost", {})
            answers.account, answers.architecture = own.get("account"), own.get("architecture")
            given = answers.parameters_of_deploy()
            answers.stack, answers.region = given.get("stack_name"), given.get("region")
            answers.parameters = parsed(given.get("parameter_overrides", ""))
        return answers

    def parameters_of_deploy(self) -> dict:
        return self.document.get("default", {}).get("deploy", {}).get("parameters", {})

    def check(self, declared: dict) -> None:
        """Fails if there is an answer to a parameter that the template does not have."""
        unknown = self.parameters.keys() - declared.keys()
        if unknown:
            raise UserError(
                f"The template has no parameter {', '.join(sorted(unknown))}. Correct the name in "
                f"parameter_overrides of {self.file}, or delete it there, if this release does not have it any more. "
                "The processor is no parameter here: `make deploy ARCHITECTURE=…` chooses and remembers it."
            )

    def changed(self, declared: dict) -> dict[str, str]:
        """The parameters that differ from today's defaults. A release may change a default, so no other is kept."""
        defaults = {name: str(parameter.get("Default")) for name, parameter in declared.items()}
        return {name: value for name, value in self.parameters.items() if value != defaults.get(name)}

    def use_bucket(self, bucket: str, region: str | None) -> None:
        """Answers for those who may not create a bucket: the SAM CLI asks nothing when it is given one."""
        given = self.document.setdefault("default", {}).setdefault("deploy", {}).setdefault("parameters", {})
        given.pop("resolve_s3", None)
        given |= {"s3_bucket": bucket}
        given.setdefault("stack_name", "hookpost")
        given.setdefault("capabilities", "CAPABILITY_IAM")
        if region:
            given.setdefault("region", region)
        self.stack, self.region = given["stack_name"], given.get("region")
        self.write()

    def write(self) -> None:
        given = self.parameters_of_deploy()
        given.pop("parameter_overrides", None)
        if self.parameters:
            given["parameter_overrides"] = quoted(self.parameters)
        own = {"account": self.account, "architecture": self.architecture}
        if any(own.values()):
            self.document["hookpost"] = {name: value for name, value in own.items() if value}
        self.file.write_text(tomlkit.dumps(self.document), encoding="utf-8")


def parsed(overrides: str | list[str]) -> dict[str, str]:
    """`Name="value" …`, as the SAM CLI writes it, or a list of such."""
    words = shlex.split(overrides if isinstance(overrides, str) else " ".join(overrides))
    return dict(word.split("=", 1) for word in words)


def quoted(parameters: dict[str, str]) -> str:
    return " ".join('{}="{}"'.format(name, value.replace('"', r"\"")) for name, value in parameters.items())
