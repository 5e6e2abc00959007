"""The commands of AWS in the operator's guides exist, with their options, and so do the checks that they name."""

import re
import unittest

import botocore.session
from botocore import xform_name

from infra.local.build import ROOT
from infra.verify.__main__ import CHECKS

GUIDE = (ROOT / "infra" / "README.md").read_text(encoding="utf-8")
RUNBOOK = GUIDE[GUIDE.index("\n## Checks in a live account") :]
ENTRA = (ROOT / "infra" / "ENTRA.md").read_text(encoding="utf-8")
# Commands of the CLI that are no operations of the API, and its options for all commands.
OF_THE_CLI = {("cloudformation", "deploy"), ("logs", "tail"), ("s3", "cp"), ("s3", "sync")}
EVERYWHERE = {"query", "output", "max-items", "cli-read-timeout", "cli-binary-format"}


class Runbook(unittest.TestCase):
    def test_every_command_exists_with_its_options(self):
        commands = [*shell_commands(RUNBOOK), *shell_commands(ENTRA)]
        self.assertGreater(len(commands), 25)
        session = botocore.session.Session()
        for service, command, options in commands:
            with self.subTest(f"aws {service} {command}"):
                model = session.get_service_model(service)
                operations = {xform_name(name, "-"): name for name in model.operation_names}
                shape = model.operation_model(operations[command]).input_shape
                members = shape.members if shape else ()
                self.assertLessEqual(options, EVERYWHERE | {xform_name(member, "-") for member in members})

    def test_every_check_that_it_names_exists(self):
        named = set(re.findall(r"(?<!\*)\*([A-Z][^*]+\?)\*(?!\*)", RUNBOOK + ENTRA))
        self.assertLessEqual(named, {check.question for check in CHECKS})
        self.assertGreater(len(named), 4)

    def test_there_are_thirteen(self):
        self.assertEqual(re.findall(r"^\*\*(\d+)\. ", RUNBOOK, re.MULTILINE), [str(number) for number in range(1, 14)])


def shell_commands(guide: str):
    """Service, command and options of each `aws …` in a guide."""
    blocks = re.findall(r"```sh\n(.*?)```|`(aws [^`]*)`", guide, re.DOTALL)
    text = "\n".join(block or inline for block, inline in blocks).replace("\\\n", " ").replace('\\"', "")
    unquoted = re.sub(r"'[^']*'|\"[^\"]*\"", "", text)
    for part in re.split(r"\$\(|[)|;&\n]", unquoted):
        if (found := re.search(r"\baws ([a-z0-9-]+) ([a-z-]+)(.*)", part)) and found.group(1, 2) not in OF_THE_CLI:
            yield *found.group(1, 2), set(re.findall(r"--([a-z-]+)", found[3]))


if __name__ == "__main__":
    unittest.main()
