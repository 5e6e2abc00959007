"""Which receiver gets a recorded body, and how a wrong folder is reported."""

import tempfile
import unittest
from pathlib import Path

from infra.local.deliver import bodies, receiver
from infra.local.errors import UserError


class Receiver(unittest.TestCase):
    def check(self, expected: str, *raw: bytes) -> None:
        for body in raw:
            with self.subTest(body):
                self.assertEqual(receiver(body), expected)

    def test_pull_request_events_and_comments_belong_to_pull_request(self):
        self.check(
            "pull-request",
            b'{"eventType": "git.pullrequest.created"}',
            b'{"eventType": "git.pullrequest.merged"}',
            b'{"eventType": "ms.vss-code.git-pullrequest-comment-event"}',
        )

    def test_a_byte_order_mark_is_ignored(self):
        self.check("pull-request", b'\xef\xbb\xbf{"eventType": "git.pullrequest.updated"}')

    def test_every_other_event_belongs_to_code_pushed(self):
        others = (b'{"eventType": "git.push"}', b'{"eventType": "workitem.created"}', b'{"eventType": 1}')
        self.check("code-pushed", *others)

    def test_an_unreadable_body_belongs_to_code_pushed(self):
        self.check("code-pushed", b"", b"\xff", b"[]", b"null", b"{}", b'{"eventType"', b"[" * 100_000)


class Bodies(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_only_json_files_are_posted_in_the_order_of_their_names(self):
        for name in ("b.json", "a.json", "INDEX.md"):
            (self.folder / name).touch()
        self.assertEqual([file.name for file in bodies(str(self.folder))], ["a.json", "b.json"])

    def test_an_unusable_folder_is_reported_with_the_right_command(self):
        for folder in ("", str(self.folder / "missing"), str(self.folder)):
            with self.subTest(folder), self.assertRaisesRegex(UserError, "make deliver DIR=path/to/folder"):
                bodies(folder)


if __name__ == "__main__":
    unittest.main()
