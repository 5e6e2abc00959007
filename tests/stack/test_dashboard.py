"""The picture of the dashboard in the documentation."""

import unittest
from html import unescape

from infra.dashboard.widgets import texts
from infra.local.build import ROOT


class Dashboard(unittest.TestCase):
    def test_the_picture_shows_every_title_label_and_alarm(self):
        picture = unescape((ROOT / "infra" / "dashboard.svg").read_text(encoding="utf-8"))
        self.assertEqual([text for text in texts() if text not in picture], [], "run `make dashboard`")


if __name__ == "__main__":
    unittest.main()
