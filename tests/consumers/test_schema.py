"""The JSON Schema of the events fits every golden event and what a later version may write, and nothing else."""

import copy
import json
import unittest

from jsonschema import Draft202012Validator

from infra.local.build import ROOT
from workload import GOLDEN, read

LATER_WORDS = [
    ("push_branch.json", ["type"], "com.azure.dev.git.repo.created"),
    ("push_branch.json", ["data", "change"], "renamed"),
    ("push_branch.json", ["data", "refKind"], "replacement"),
    ("pull_request_voted.json", ["data", "action"], "retitled"),
    ("comment_edited.json", ["data", "comment", "change"], "resolved"),
]
NO_EVENTS = [
    (["type"], "com.azure.dev.git.pullrequest.created"),
    (["data", "change"], 7),
    (["data", "ref"], None),
    (["data", "repository"], "kettle"),
]


class Schema(unittest.TestCase):
    schema = json.loads((ROOT / "shared" / "events" / "schema" / "event.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)

    def test_the_schema_is_valid(self):
        self.assertEqual(self.schema["$schema"], Draft202012Validator.META_SCHEMA["$id"])
        Draft202012Validator.check_schema(self.schema)

    def test_every_golden_event_fits(self):
        for file in GOLDEN:
            with self.subTest(file.name):
                self.assertEqual([error.message for error in self.validator.iter_errors(read(file))], [])

    def test_words_and_types_of_later_versions_fit(self):
        for name, path, word in LATER_WORDS:
            with self.subTest(word):
                self.assertTrue(self.validator.is_valid(changed(golden(name), path, word)))

    def test_values_that_are_no_event_do_not_fit(self):
        push = golden("push_branch.json")
        for path, value in NO_EVENTS:
            with self.subTest(path=path):
                self.assertFalse(self.validator.is_valid(changed(push, path, value)))
        without_id = {name: value for name, value in push.items() if name != "id"}
        self.assertFalse(self.validator.is_valid(without_id))


def golden(name: str) -> dict:
    return read(next(file for file in GOLDEN if file.name == name))


def changed(event: dict, path: list[str], value: object) -> dict:
    event = copy.deepcopy(event)
    *parents, last = path
    place = event
    for name in parents:
        place = place[name]
    place[last] = value
    return event


if __name__ == "__main__":
    unittest.main()
