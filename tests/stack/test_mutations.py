"""The checks of the template can fail: each mistake of the table is noticed by the check that is there for it."""

import json
import tempfile
import unittest
from pathlib import Path

from every_rule import RULES
from expand import expanded, source
from mutations import MISTAKES
from test_template import linted

OWN = {rule.__name__: rule for rule in RULES}


class Mutations(unittest.TestCase):
    def test_each_mistake_is_noticed(self):
        with tempfile.TemporaryDirectory() as folder:
            for mistake in MISTAKES:
                template = json.loads(json.dumps(source()))
                mistake.change(template)
                template = expanded(template)
                with self.subTest(mistake.what):
                    if mistake.noticed_by in OWN:
                        self.assertNotEqual(OWN[mistake.noticed_by](template), [])
                    else:
                        file = Path(folder) / "mistaken.json"
                        file.write_text(json.dumps(template))
                        self.assertIn(mistake.noticed_by, {rule for rule, _ in linted(file)})

    def test_every_rule_has_a_mistake(self):
        self.assertLessEqual(set(OWN), {mistake.noticed_by for mistake in MISTAKES})


if __name__ == "__main__":
    unittest.main()
