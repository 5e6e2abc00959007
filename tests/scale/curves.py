"""Draws curves.svg from figures.json: one picture for each figure of each scenario below, by its size."""

import json
from pathlib import Path

import matplotlib.pyplot as plt

FOLDER = Path(__file__).parent

# Scenario, figure, and what the horizontal axis counts.
CURVES = [
    ("watch, all well", "calls of Azure DevOps", "integrations"),
    ("watch, all well", "bytes from Azure DevOps", "integrations"),
    ("watch, all well", "seconds", "integrations"),
    ("outage", "passes", "failures"),
    ("outage", "bytes of the largest checkpoint", "failures"),
    ("the creator leaves", "bytes of the largest checkpoint", "subscriptions"),
    ("connect", "calls of Azure DevOps", "projects"),
    ("replay", "calls of Azure DevOps", "projects"),
    ("status", "bytes of the answer", "projects"),
]
COLUMNS = 3


def main() -> None:
    # Text stays text, and two runs draw the same file.
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "hookpost", "font.size": 8})
    rows = json.loads((FOLDER / "figures.json").read_text())
    figure, axes = plt.subplots(len(CURVES) // COLUMNS, COLUMNS, figsize=(11, 8), layout="constrained")
    for (scenario, name, extent), plot in zip(CURVES, axes.flat, strict=True):
        points = sorted(
            (row["extent"], row["figures"][name])
            for row in rows
            if row["scenario"] == scenario and name in row["figures"]
        )
        plot.plot([x for x, _ in points], [y for _, y in points], marker="o")
        plot.set(title=f"{scenario}\n{name}", xlabel=extent)
        plot.set_xlim(left=0)
        plot.set_ylim(0, 1.15 * max(y for _, y in points))
        plot.locator_params(nbins=5)
        for axis in (plot.xaxis, plot.yaxis):
            axis.set_major_formatter("{x:,.0f}")
    figure.savefig(FOLDER / "curves.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
