"""The plain template against every rule and against AWS's linter, as the SAM template is."""

import json
import unittest

from all_rules import RULES
from infra.local.template import load
from infra.package.plain import plain_for_any_account
from infra.package.template import from_a_bucket
from releases import zips
from test_template import accepted, lint


class Plain(unittest.TestCase):
    template = plain_for_any_account(from_a_bucket(load(), zips()))

    def test_every_rule_holds(self):
        for rule in RULES:
            with self.subTest(rule=rule.__name__):
                self.assertEqual(rule(self.template), [])

    def test_cfn_lint_finds_nothing(self):
        of_one_processor = plain_for_any_account(from_a_bucket(load(), zips("x86_64")))
        for title, findings in lint(
            {"both architectures": json.dumps(self.template), "one": json.dumps(of_one_processor)}
        ).items():
            with self.subTest(title):
                self.assertEqual([finding for finding in findings if not accepted(*finding)], [])

    def test_aws_takes_it_from_a_bucket(self):
        self.assertLess(len(json.dumps(self.template, indent=2)), TEMPLATE_BYTES_MAX)


# CloudFormation's limit for a template in S3. One in the request may have 51,200 bytes.
TEMPLATE_BYTES_MAX = 1_000_000

if __name__ == "__main__":
    unittest.main()
