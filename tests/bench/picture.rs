//! The comparison as a picture for the README: readable on light and on dark pages.

use std::fmt::Write as _;
use std::time::Duration;

use crate::contestant::{CODE_PUSHED, LIMIT, NODE, PYTHON};
use crate::measured::{Figures, named};
use crate::table::{megabytes, micros, millis};

/// What every picture begins with. Colours are middling, so that they stand out from white and from black.
pub(crate) const STYLE: &str = "<style>\
text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#6e7781}\
.title{font-weight:600;font-size:13px}.ours{fill:#2188ff}.bar{fill:#959da5}.line{stroke:#2188ff;fill:none;stroke-width:2}\
.linear{stroke:#959da5;fill:none;stroke-dasharray:4 3}.axis{stroke:#959da5;fill:none;stroke-opacity:.5}\
@media (prefers-color-scheme:dark){text{fill:#adbac7}}\
</style>\n";

/// One group of bars.
struct Panel {
    title: &'static str,
    of: fn(&Figures) -> f64,
    label: fn(&Figures) -> String,
}

const PANELS: [Panel; 3] = [
    Panel {
        title: "CPU of a cold start, until its first 202, in ms (less is better)",
        of: |figures| figures.cold.cpu.as_secs_f64(),
        label: |figures| millis(figures.cold.cpu),
    },
    Panel {
        title: "CPU of a warm delivery of 3 KB, in µs",
        of: |figures| warm(figures).as_secs_f64(),
        label: |figures| micros(warm(figures)),
    },
    Panel {
        title: "Peak memory, in MB",
        of: |figures| Duration::from_micros(figures.peak_memory()).as_secs_f64(),
        label: |figures| megabytes(figures.peak_memory()),
    },
];

const BARS: [(&str, &str); 4] = [
    (CODE_PUSHED, "Hookpost"),
    (LIMIT, "by hand: no SDK, no retries, no log"),
    (NODE, "Node, AWS SDK v3"),
    (PYTHON, "Python, boto3"),
];

/// Panels below each other, bars drawn to scale.
pub(crate) fn svg(figures: &[Figures]) -> String {
    let height = PANELS.len() * PANEL_HEIGHT + 10;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <title>What a delivery costs: Hookpost beside the same receiver in Node and in Python</title>\n{STYLE}"
    );
    for (number, panel) in PANELS.iter().enumerate() {
        let top = number * PANEL_HEIGHT + 18;
        let _ = writeln!(svg, "<text class=\"title\" x=\"8\" y=\"{top}\">{}</text>", panel.title);
        bars(&mut svg, figures, panel, top + 8);
    }
    svg + "</svg>\n"
}

fn bars(svg: &mut String, figures: &[Figures], panel: &Panel, top: usize) {
    let present = || BARS.iter().filter_map(|(name, label)| Some((named(figures, name)?, *label)));
    let longest = present().map(|(figures, _)| (panel.of)(figures)).fold(f64::MIN_POSITIVE, f64::max);
    for (number, (figures, label)) in present().enumerate() {
        let y = top + number * BAR_HEIGHT;
        let length = ((panel.of)(figures) / longest * f64::from(BAR_LENGTH)).max(1.0);
        let class = if figures.contestant.name == CODE_PUSHED { "ours" } else { "bar" };
        let (text, inside) = (y + 13, y + 3);
        let behind = f64::from(BAR_LEFT) + length + 6.0;
        let value = (panel.label)(figures);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{text}\" text-anchor=\"end\">{label}</text>\
             <rect class=\"{class}\" x=\"{BAR_LEFT}\" y=\"{inside}\" width=\"{length:.1}\" height=\"13\" rx=\"2\"/>\
             <text x=\"{behind:.1}\" y=\"{text}\">{value}</text>",
            BAR_LEFT - 8
        );
    }
}

fn warm(figures: &Figures) -> Duration {
    figures.small().map_or(Duration::ZERO, |calls| calls.cpu)
}

const WIDTH: usize = 720;
const PANEL_HEIGHT: usize = 116;
const BAR_HEIGHT: usize = 21;
const BAR_LEFT: u32 = 232;
const BAR_LENGTH: u32 = 410;
