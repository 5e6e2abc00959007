"""Stacks that declare integrations, by the emulator's CloudFormation and the real functions."""

import copy
import unittest

from samtranslator.yaml_helper import yaml_parse

from account import TOKEN_SECRET, Account, account
from infra.local.build import ROOT

EXAMPLE = ROOT / "infra" / "integrations" / "template.yaml"
CONTOSO, FABRIKAM = ["contoso"] * 8, ["fabrikam"] * 8


class Stacks(unittest.TestCase):
    def setUp(self):
        self.account = self.enterContext(account())
        self.template = example(self.account)

    def test_the_example_is_created_updated_replaced_and_deleted(self):
        stack = self.change("create_stack", self.template)
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", self.account.failures())
        self.assertEqual(self.account.subscriptions(), CONTOSO + FABRIKAM)
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        self.assertEqual(outputs["FabrikamSubscriptions"], "8")
        self.assertTrue(outputs["ContosoWebhookUrl"].endswith("/contoso/"), outputs)
        ids = {"Contoso": "hookpost:contoso", "Fabrikam": "hookpost:fabrikam"}
        self.assertEqual(self.account.physical_ids(), ids)

        with self.subTest("an update keeps the id"):
            self.properties("Contoso")["Branch"] = "main"
            self.assertEqual(self.change("update_stack", self.template)["StackStatus"], "UPDATE_COMPLETE")
            self.assertEqual(self.account.physical_ids(), ids)
            self.assertEqual(self.account.subscriptions(), CONTOSO + FABRIKAM)

        with self.subTest("another name is a replacement"):
            self.properties("Contoso")["Integration"] = "shop"
            stack = self.change("update_stack", self.template)
            self.assertEqual(stack["StackStatus"], "UPDATE_COMPLETE", self.account.failures())
            self.assertEqual(self.account.physical_ids(), ids | {"Contoso": "hookpost:shop"})
            self.assertEqual(self.account.subscriptions(), FABRIKAM + ["shop"] * 8)

        with self.subTest("an update that fails is rolled back and changes nothing"):
            failing = copy.deepcopy(self.template)
            failing["Resources"]["Contoso"]["Properties"]["Projects"] = ["Nowhere"]
            stack = self.change("update_stack", failing)
            self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
            self.assertIn("Nowhere", self.account.failures())
            self.assertEqual(self.account.subscriptions(), FABRIKAM + ["shop"] * 8)

        with self.subTest("a delete unlinks one and keeps the other, as it says"):
            self.account.delete()
            self.assertEqual(self.account.subscriptions(), FABRIKAM)

    def test_a_create_of_a_name_that_is_taken_unlinks_nothing(self):
        fabrikam = self.properties("Fabrikam")
        request = {
            "action": "connect",
            "integration": "contoso",
            "organizationUrl": fabrikam["OrganizationUrl"],
            "pat": self.account.azure.token,
            "projects": fabrikam["Projects"],
        }
        report = self.account.invoke(request)
        self.assertNotIn("errorType", report)
        stack = self.change("create_stack", self.template)
        self.assertIn(stack["StackStatus"], ("ROLLBACK_COMPLETE", "CREATE_FAILED"))
        self.assertIn("IntegrationTaken", self.account.failures())
        self.account.delete()
        self.assertEqual(self.account.subscriptions()[:8], CONTOSO)

    def test_terraform_creates_renames_and_deletes(self):
        fabrikam = self.properties("Fabrikam")
        given = {
            "integration": "contoso",
            "organizationUrl": fabrikam["OrganizationUrl"],
            "patSecretId": TOKEN_SECRET,
            "projects": fabrikam["Projects"],
        }
        created = self.account.invoke(given | {"tf": {"action": "create", "prev_input": None}})
        self.assertEqual((created["integration"], created["subscriptions"]), ("contoso", 8), created)
        renamed = given | {"integration": "shop"}
        self.account.invoke(renamed | {"tf": {"action": "update", "prev_input": given}})
        self.assertEqual(self.account.subscriptions(), ["shop"] * 8)
        self.account.invoke(renamed | {"tf": {"action": "delete", "prev_input": renamed}})
        self.assertEqual(self.account.subscriptions(), [])

    def change(self, call: str, template: dict) -> dict:
        return self.account.change(call, template)

    def properties(self, resource: str) -> dict:
        return self.template["Resources"][resource]["Properties"]


def example(account: Account) -> dict:
    """The example for the stand-in's only organization. Its app in Entra is not there, so both have a token."""
    template = yaml_parse(EXAMPLE.read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        if properties.pop("Entra", None):
            properties["PatSecretId"] = {"Ref": "TokenSecret"}
        properties |= {"OrganizationUrl": account.azure.organization_url, "Projects": [account.azure.project]}
        properties.pop("Branch", None)
    return template


if __name__ == "__main__":
    unittest.main()
