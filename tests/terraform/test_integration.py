"""The submodule for one integration sends `setup` what it reads, and refuses while planning what it would refuse."""

import json
import shutil
import unittest

from infra.generate_terraform.files import MODULE
from terraform_cli import Configuration, needs_terraform

INTEGRATION = MODULE / "modules" / "integration"
ENTRA = {"tenant_id": "72f988bf-86f1-41af-91ab-2d7cd011db47", "client_id": "83d5a9b8-0f3a-4f43-9a52-8b3c1d6e7f20"}
GIVEN = {
    "setup_function_name": "hookpost-setup",
    "integration": "contoso",
    "organization_url": "https://dev.azure.com/contoso",
}
DEFAULTS = {"unfiltered": False, "adopt": False, "onDelete": "unlink", "recoveryDays": 30}
NAMED = {"integration": "contoso", "organizationUrl": "https://dev.azure.com/contoso"}


@needs_terraform(otherwise="the input of setup is not evaluated")
class Integration(Configuration):
    def setUp(self):
        super().setUp()
        shutil.copy2(INTEGRATION / "variables.tf", self.folder)
        main = (INTEGRATION / "main.tf").read_text(encoding="utf-8")
        # The provider cannot be loaded here, so a resource of Terraform itself takes the place of the invocation.
        main = main.replace('"aws_lambda_invocation" "integration"', '"terraform_data" "integration"')
        for argument in ("function_name ", "lifecycle_scope"):
            main = "\n".join(line for line in main.splitlines() if not line.strip().startswith(argument))
        (self.folder / "main.tf").write_text(main + "\n")
        self.terraform("init")

    def test_an_app_is_sent_as_setup_reads_it(self):
        app = {"tenantId": ENTRA["tenant_id"], "clientId": ENTRA["client_id"]}
        self.assertEqual(self.input({"entra": ENTRA}), NAMED | DEFAULTS | {"entra": app})

    def test_everything_else_is_sent_as_setup_reads_it(self):
        given = {
            "pat_secret_id": "azure-devops-pat",
            "pat_expires_on": "2027-05-31",
            "projects": ["Shop"],
            "repository": "web",
            "branch": "main",
            "unfiltered": True,
            "adopt": True,
            "on_delete": "keep",
            "recovery_days": 7,
            "run": "2",
        }
        expected = {
            "patSecretId": "azure-devops-pat",
            "patExpiresOn": "2027-05-31",
            "projects": ["Shop"],
            "repository": "web",
            "branch": "main",
            "unfiltered": True,
            "adopt": True,
            "onDelete": "keep",
            "recoveryDays": 7,
            "run": "2",
        }
        self.assertEqual(self.input(given), NAMED | expected)

    def test_what_setup_would_refuse_is_refused_while_planning(self):
        token = {"pat_secret_id": "azure-devops-pat"}
        for given, expected in (
            ({}, "Give entra or pat_secret_id"),
            ({"entra": ENTRA, **token}, "Give entra or pat_secret_id"),
            ({"repository": "web", **token}, "exactly one project"),
            ({"integration": "Contoso", **token}, "integration: expected"),
            ({"on_delete": "retain", **token}, "on_delete: expected"),
            ({"recovery_days": 3, **token}, "recovery_days: expected"),
        ):
            with self.subTest(given):
                planned = self.plan(GIVEN | given)
                self.assertNotEqual(planned.returncode, 0)
                self.assertIn(expected, " ".join(planned.stderr.split()))

    def test_no_token_can_be_given(self):
        """Input and result of an invocation stand in the state."""
        text = (INTEGRATION / "variables.tf").read_text(encoding="utf-8")
        self.assertNotIn('variable "pat"', text)

    def input(self, variables: dict[str, object]) -> dict[str, object]:
        (resource,) = self.planned_values(GIVEN | variables)["root_module"]["resources"]
        return json.loads(resource["values"]["input"])


if __name__ == "__main__":
    unittest.main()
