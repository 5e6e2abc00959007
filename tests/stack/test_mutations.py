"""The rules can fail: each mutation of the template is detected by the rule that is there for it."""

import json
import tempfile
import unittest
from pathlib import Path

from all_rules import RULES
from infra.local.template import load
from mutations import MUTATIONS
from sam_transform import expanded
from test_template import lint

OWN = {rule.__name__: rule for rule in RULES}


class Mutations(unittest.TestCase):
    def test_each_mutation_is_detected(self):
        with tempfile.TemporaryDirectory() as folder:
            for mutation in MUTATIONS:
                template = load()
                mutation.change(template)
                template = expanded(template)
                with self.subTest(mutation.name):
                    if mutation.detected_by in OWN:
                        self.assertNotEqual(OWN[mutation.detected_by](template), [])
                    else:
                        file = Path(folder) / "mutated.json"
                        file.write_text(json.dumps(template))
                        self.assertIn(mutation.detected_by, {rule for rule, _ in lint(file)})

    def test_each_rule_has_a_mutation(self):
        self.assertLessEqual(set(OWN), {mutation.detected_by for mutation in MUTATIONS})


if __name__ == "__main__":
    unittest.main()
