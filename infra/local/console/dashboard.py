"""The custom widgets of the deployed dashboard, and the events that the console calls their functions with."""

import json
from dataclasses import asdict, dataclass

from infra.local.emulator import REGION

# Where an ARN has the account.
ACCOUNT_FIELD = 4
PERIOD_SECONDS = 300
# What the page says of itself with each call.
SHOWN = {"forms", "locale", "timezone", "timeRange", "theme", "width", "height"}
CUSTOM = "custom"


@dataclass(frozen=True)
class Widget:
    id: str
    title: str
    endpoint: str
    """The ARN of the function."""
    params: dict
    update_on_resize: bool
    width: int
    height: int
    """In units of the dashboard, which is 24 units wide."""


@dataclass(frozen=True)
class Dashboard:
    name: str
    widgets: tuple[Widget, ...]

    def widget(self, id: object) -> Widget | None:
        return next((widget for widget in self.widgets if widget.id == id), None)

    @property
    def endpoints(self) -> list[str]:
        return [widget.endpoint for widget in self.widgets]

    def as_json(self) -> dict:
        return asdict(self)

    def event(self, widget: Widget, parameters: dict, shown: dict) -> dict:
        """What the function gets. `shown` is what only the browser knows: size, theme, locale, forms."""
        context = {
            "dashboardName": self.name,
            "widgetId": widget.id,
            "accountId": widget.endpoint.split(":")[ACCOUNT_FIELD],
            "locale": shown["locale"],
            "timezone": shown["timezone"],
            "period": PERIOD_SECONDS,
            "isAutoPeriod": True,
            "timeRange": shown["timeRange"],
            "theme": shown["theme"],
            "linkCharts": True,
            "title": widget.title,
            "forms": {"all": shown["forms"]},
            "params": widget.params,
            "width": shown["width"],
            "height": shown["height"],
        }
        return parameters | {"widgetContext": context}


def read_dashboard(cloudwatch, stack: str) -> Dashboard:
    """The dashboard as it is deployed, so that the page shows what the template says."""
    name = f"{stack}-{REGION}"
    return parse(name, cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])


def parse(name: str, body: str) -> Dashboard:
    widgets = enumerate(json.loads(body)["widgets"], start=1)
    return Dashboard(name, tuple(parse_widget(f"widget-{n}", each) for n, each in widgets if each["type"] == CUSTOM))


def parse_widget(id: str, widget: dict) -> Widget:
    properties = widget["properties"]
    return Widget(
        id=id,
        title=properties["title"],
        endpoint=properties["endpoint"],
        params=properties.get("params", {}),
        update_on_resize=properties.get("updateOn", {}).get("resize", False),
        width=widget["width"],
        height=widget["height"],
    )
