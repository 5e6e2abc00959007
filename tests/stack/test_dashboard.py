"""The picture of the dashboard that the documentation shows."""

import unittest

from infra.dashboard.body import widgets
from infra.dashboard.draw import picture
from infra.local.build import ROOT


class Picture(unittest.TestCase):
    def test_it_shows_the_dashboard_there_is(self):
        kept = (ROOT / "infra" / "dashboard.svg").read_text(encoding="utf-8")
        self.assertEqual(kept, picture(widgets()), "run `make dashboard`")


if __name__ == "__main__":
    unittest.main()
