"""Draws infra/page.png for the README: the overview above the form of *Connect an organization*, with made-up names.

Run by `make page-picture`.
"""

import base64
import unittest
from datetime import UTC, datetime, timedelta

from infra.local.build import ROOT
from page_test import PageTest

FILE = ROOT / "infra" / "page.png"
SIZE = {"width": 1040, "height": 900}
SUBJECTS = ("contoso", "fabrikam", "northwind", "tailspin")


class Picture(PageTest):
    def test_draw(self):
        """It is a test so that it begins and ends as they do."""
        page = self.page
        page.page.set_viewport_size(SIZE)
        self.show(list(SUBJECTS), integrations(datetime.now(UTC)))
        page.open()
        overview = self.shot()
        page.press("Connect an organization")
        page.fill(organizationUrl="https://dev.azure.com/wingtip", patSecretId="hookpost-pat-wingtip")
        page.page.keyboard.press("Shift+Tab")
        page.page.evaluate("document.activeElement.shadowRoot?.activeElement.blur()")
        form = self.shot(height=405)
        page.page.set_content(f'<body style="margin:0;display:inline-block;background:#f2f3f3">{overview}{form}</body>')
        page.page.locator("body").screenshot(path=FILE)
        print(f"drew {FILE.relative_to(ROOT)}, {FILE.stat().st_size // 1024} KB")

    def shot(self, height: int | None = None) -> str:
        content = self.page.content
        content.evaluate("(element, height) => { element.style.height = height; }", f"{height}px" if height else "auto")
        image = base64.b64encode(self.page.widget.screenshot()).decode()
        return f'<img style="display:block;margin:12px 0" src="data:image/png;base64,{image}">'


def integrations(now: datetime) -> list[dict]:
    def ago(**time: float) -> str:
        return (now - timedelta(**time)).isoformat()

    def one(name: str, expires_in: int, wanted: int, delivering: int, **seen: object) -> dict:
        expires_on = (now + timedelta(days=expires_in)).date().isoformat()
        return {
            "integration": name,
            "organizationUrl": f"https://dev.azure.com/{name}",
            "connectedBy": {"token": {"expiresOn": expires_on}},
            "subscriptions": {
                "listedAt": ago(minutes=2),
                "wanted": wanted,
                "delivering": delivering,
                "notDelivering": [],
            },
            "lastDelivery": ago(minutes=3),
            **seen,
        }

    contoso, fabrikam, northwind, tailspin = SUBJECTS
    ids = {"tenantId": "0a1b2c3d-0000-4000-8000-000000000001", "clientId": "0a1b2c3d-0000-4000-8000-000000000002"}
    healed = {"at": ago(hours=5), "healed": 2, "replayed": 14, "reconstructed": 0, "done": []}
    refused = {"code": "TokenRefused", "message": "the token has expired or was revoked: replace it with a new one"}
    disabled = "subscription to pushes in `Storefront`: somebody disabled it: run `connect` again"
    return [
        one(contoso, 200, 24, 24, connectedBy={"entra": ids}, lastWork=healed),
        one(fabrikam, 9, 8, 8, lastDelivery=ago(minutes=41)),
        one(northwind, -1, 16, 16, failure=refused, lastDelivery=ago(hours=7)),
        one(tailspin, 150, 16, 15, remains=[disabled]),
    ]


if __name__ == "__main__":
    unittest.main()
