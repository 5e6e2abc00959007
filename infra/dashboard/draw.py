"""From widgets to a picture."""

from html import escape

from infra.dashboard import sample

COLUMN, ROW, MARGIN = 56, 44, 6
ALARMS_IN_A_ROW = 7
COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f")


def picture(widgets: list[dict]) -> str:
    """An SVG."""
    width = 24 * COLUMN
    height = max(one["y"] + one["height"] for one in widgets) * ROW
    parts = "".join(placed(widget) for widget in widgets)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">'
        f'<rect width="{width}" height="{height}" fill="#f2f3f3"/>{parts}</svg>\n'
    )


def placed(widget: dict) -> str:
    """A card at its place, with its title."""
    width, height = widget["width"] * COLUMN - MARGIN, widget["height"] * ROW - MARGIN
    title = text(12, 22, widget["properties"]["title"], 14, weight="bold")
    x, y = widget["x"] * COLUMN + MARGIN / 2, widget["y"] * ROW + MARGIN / 2
    card = f'<rect width="{width}" height="{height}" rx="4" fill="white" stroke="#d5dbdb"/>'
    return f'<g transform="translate({x},{y})">{card}{title}{inside(widget, width, height)}</g>'


def inside(widget: dict, width: float, height: float) -> str:
    properties = widget["properties"]
    if widget["type"] == "alarm":
        return alarms(properties["alarms"], width)
    if widget["type"] == "log":
        return log(width)
    if properties["view"] == "singleValue":
        return figures(properties["metrics"], width)
    return graph(properties, width, height)


def alarms(names: list[str], width: float) -> str:
    """In rows of seven, as many as fit."""
    each = (width - 24) / ALARMS_IN_A_ROW
    tiles = []
    for number, name in enumerate(names):
        row, column = divmod(number, ALARMS_IN_A_ROW)
        x, y = 12 + column * each, 36 + row * 66
        tiles.append(f'<rect x="{x}" y="{y}" width="{each - 6}" height="58" rx="3" fill="#e6f4ea" stroke="#2ca02c"/>')
        tiles.append(text(x + 8, y + 24, name.removeprefix("hookpost-"), 11))
        tiles.append(text(x + 8, y + 46, "OK", 12, colour="#1d8102", weight="bold"))
    return "".join(tiles)


def figures(metrics: list[list], width: float) -> str:
    each = width / len(metrics)
    shown = []
    for number, metric in enumerate(metrics):
        label = metric[-1]["label"]
        shown.append(text(number * each + 20, 96, sample.figure(label), 40))
        shown.append(text(number * each + 20, 128, label, 13, colour="#545b64"))
    return "".join(shown)


def graph(properties: dict, width: float, height: float) -> str:
    top, bottom, left, right = 40, height - 70, 48, width - (52 if "right" in properties["yAxis"] else 16)
    options = [metric[-1] for metric in properties["metrics"]]
    lines = {one["label"]: sample.series(one["label"]) for one in options}
    if properties.get("stacked"):
        lines = stacked(lines)
    highest = {side: max((max(lines[one["label"]]) for one in options if one.get("yAxis", "left") == side), default=1) for side in ("left", "right")}
    drawn = [f'<line x1="{left}" y1="{bottom}" x2="{right}" y2="{bottom}" stroke="#aab7b8"/>']
    drawn.append(text(8, top, f"{highest['left']:.0f}", 11, colour="#545b64") + text(8, bottom, "0", 11, colour="#545b64"))
    if "right" in properties["yAxis"]:
        drawn.append(text(right + 6, top, f"{highest['right']:.0f} s", 11, colour="#545b64"))
    drawn += [text(left + hour / 24 * (right - left) - 14, bottom + 14, f"{hour:02}:00", 10, colour="#545b64") for hour in range(0, 24, 6)]
    # What is stacked is drawn from the top down, so that each lies before the sum of those up to it.
    for number, one in reversed(list(enumerate(options))):
        colour = one.get("color", COLOURS[number % len(COLOURS)])
        scale = (bottom - top) / (highest[one.get("yAxis", "left")] or 1)
        step = (right - left) / (sample.STEPS - 1)
        points = " ".join(f"{left + i * step:.1f},{bottom - v * scale:.1f}" for i, v in enumerate(lines[one["label"]]))
        if properties.get("stacked"):
            drawn.append(f'<polygon points="{left},{bottom} {points} {right},{bottom}" fill="{colour}"/>')
        else:
            drawn.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
    return "".join(drawn) + legend(options, height, width)


def stacked(lines: dict[str, list[float]]) -> dict[str, list[float]]:
    sums, below = {}, [0.0] * sample.STEPS
    for label, values in lines.items():
        below = [low + value for low, value in zip(below, values, strict=True)]
        sums[label] = below
    return sums


def legend(options: list[dict], height: float, width: float) -> str:
    shown, x, y = [], 16.0, height - 34
    for number, one in enumerate(options):
        if x + 30 + 6.2 * len(one["label"]) > width:
            x, y = 16.0, y + 18
        colour = one.get("color", COLOURS[number % len(COLOURS)])
        shown.append(f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{colour}"/>')
        shown.append(text(x + 14, y, one["label"], 11, colour="#545b64"))
        x += 30 + 6.2 * len(one["label"])
    return "".join(shown)


def log(width: float) -> str:
    share = (0.07, 0.08, 0.1, 0.07, 0.16, 0.36, 0.06, 0.1)
    rows = []
    for number, row in enumerate([sample.LOG_HEAD, *sample.LOG]):
        x = 16.0
        for cell, part in zip(row, share, strict=True):
            rows.append(text(x, 52 + number * 24, cell, 12, weight="bold" if number == 0 else "normal"))
            x += part * (width - 32)
    return "".join(rows)


def text(x: float, y: float, content: str, size: int, colour: str = "#16191f", weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" font-weight="{weight}">{escape(content)}</text>'
