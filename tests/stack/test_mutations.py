"""The rules can fail: each mutation of the template is detected by the rule that is there for it."""

import json
import unittest

from all_rules import RULES
from infra.local.template import load
from mutations import MUTATIONS
from sam_transform import expanded
from test_template import lint

OWN = {rule.__name__: rule for rule in RULES}


class Mutations(unittest.TestCase):
    def test_each_mutation_is_detected(self):
        to_lint = {}
        for mutation in MUTATIONS:
            template = load()
            mutation.change(template)
            template = expanded(template)
            if mutation.detected_by in OWN:
                with self.subTest(mutation.name):
                    self.assertNotEqual(OWN[mutation.detected_by](template), [])
            else:
                to_lint[mutation] = json.dumps(template)
        for mutation, findings in lint(to_lint).items():
            with self.subTest(mutation.name):
                self.assertIn(mutation.detected_by, {rule for rule, _ in findings})

    def test_each_rule_has_a_mutation(self):
        self.assertLessEqual(set(OWN), {mutation.detected_by for mutation in MUTATIONS})


if __name__ == "__main__":
    unittest.main()
