"""Draws infra/dashboard.svg. It resembles what CloudWatch draws, with made-up figures. A page is a box."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from infra.dashboard import sample
from infra.dashboard.widgets import lines, widgets
from infra.local.build import ROOT

FILE = ROOT / "infra" / "dashboard.svg"
COLUMNS = 24
ALARMS_PER_ROW = 8
PAGE = (
    "The page that setup returns: each integration with what needs attention,\n"
    "and buttons to connect an organization, check, rotate, replay and unlink."
)


def main() -> None:
    # Text stays text, and two runs draw the same file.
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "hookpost", "font.size": 8})
    rows = max(widget["y"] + widget["height"] for widget in widgets())
    figure = plt.figure(figsize=(COLUMNS * 0.7, rows * 0.55))
    for widget in widgets():
        axes = figure.add_axes(place(widget, rows))
        axes.set_title(widget["properties"]["title"], loc="left", fontweight="bold", fontsize=9)
        draw(axes, widget)
    figure.savefig(FILE, metadata={"Date": None})
    print(f"drew {FILE.relative_to(ROOT)}")


def place(widget: dict, rows: int) -> tuple[float, float, float, float]:
    """Left, bottom, width and height in fractions of the figure, with room for title, labels and legend."""
    below = 1.9 if widget["properties"].get("view") == "timeSeries" else 0
    left, bottom = widget["x"] + 1, rows - widget["y"] - widget["height"] + below
    width, height = widget["width"] - 2, widget["height"] - below - 0.7
    return left / COLUMNS, bottom / rows, width / COLUMNS, height / rows


def draw(axes: Axes, widget: dict) -> None:
    properties = widget["properties"]
    if properties.get("view") == "timeSeries":
        draw_graph(axes, properties)
        return
    if widget["type"] == "custom":
        axes.set(facecolor="#f2f3f3", xticks=[], yticks=[])
        axes.text(0.5, 0.5, PAGE, transform=axes.transAxes, ha="center", va="center", fontsize=12)
        return
    axes.axis("off")
    if widget["type"] == "alarm":
        draw_alarms(axes, properties["alarms"])
    elif properties["view"] == "table":
        columns, *rows = sample.TABLES[properties["title"]]
        table = axes.table([columns, *rows], edges="open", loc="upper left", cellLoc="left")
        table.auto_set_column_width(range(len(columns)))
    else:
        draw_totals(axes, [line["label"] for line in lines(properties)])


def draw_alarms(axes: Axes, names: list[str]) -> None:
    for number, name in enumerate(names):
        row, column = divmod(number, ALARMS_PER_ROW)
        place = ((column + 0.05) / ALARMS_PER_ROW, 0.75 - 0.45 * row)
        box = {"facecolor": "#e6f4ea", "edgecolor": "#2ca02c", "pad": 6}
        axes.text(*place, f"{name}\nOK", transform=axes.transAxes, bbox=box, va="center")


def draw_totals(axes: Axes, labels: list[str]) -> None:
    for number, label in enumerate(labels):
        x = (number + 0.05) / len(labels)
        axes.text(x, 0.6, sample.TOTALS.get(label, "0"), transform=axes.transAxes, fontsize=20)
        axes.text(x, 0.35, label, transform=axes.transAxes)


def draw_graph(axes: Axes, properties: dict) -> None:
    options, sides = lines(properties), properties.get("yAxis", {"left": {"label": "in 15 minutes"}})
    right = axes.twinx() if "right" in sides else None
    labels = [each["label"] for each in options]
    if properties.get("stacked"):
        axes.stackplot(sample.HOURS, *(sample.series(label) for label in labels), labels=labels)
    else:
        for number, option in enumerate(options):
            side = right if option.get("yAxis") == "right" else axes
            color = option.get("color", f"C{number}")
            side.plot(sample.HOURS, sample.series(option["label"]), label=option["label"], color=color)
    axes.set_ylabel(sides["left"]["label"])
    axes.set_xticks(range(0, 25, 6), [f"{hour:02}:00" for hour in range(0, 25, 6)])
    if right:
        right.set_ylabel(sides["right"]["label"])
    handles = [handle for side in (axes, right) if side for handle in side.get_legend_handles_labels()[0]]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=4, frameon=False)


if __name__ == "__main__":
    main()
