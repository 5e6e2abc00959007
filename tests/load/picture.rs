//! An SVG of lines and words.

use std::fmt::{Display, Write as _};

/// A picture under way. Numbers are in its own units, from the upper left.
#[derive(Debug)]
pub(crate) struct Picture(String);

impl Picture {
    /// An empty one. Lines are of the classes `grid` and `fine`, or `line` with one of `a` to `d`; words, `tick` or `name`.
    pub(crate) fn of(width: f64, height: f64, title: &str) -> Self {
        let mut picture = Self(String::new());
        picture.put(format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif">"#
        ));
        picture.put(format_args!("<title>{title}</title>"));
        picture.put(format_args!("<style>{STYLE}</style>"));
        picture.put(format_args!(r#"<rect class="paper" width="{width}" height="{height}" rx="6"/>"#));
        picture
    }

    pub(crate) fn across(&mut self, class: &str, from: f64, to: f64, y: f64) {
        self.put(format_args!(r#"<path class="{class}" d="M{from:.1} {y:.1}H{to:.1}"/>"#));
    }

    pub(crate) fn down(&mut self, class: &str, x: f64, from: f64, to: f64) {
        self.put(format_args!(r#"<path class="{class}" d="M{x:.1} {from:.1}V{to:.1}"/>"#));
    }

    pub(crate) fn through(&mut self, class: &str, points: impl IntoIterator<Item = (f64, f64)>) {
        let points: Vec<String> = points.into_iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        self.put(format_args!(r#"<polyline class="{class}" points="{}"/>"#, points.join(" ")));
    }

    /// `anchor` is which part of the words is at `x`: `start`, `middle` or `end`.
    pub(crate) fn words(&mut self, class: &str, anchor: &str, (x, y): (f64, f64), words: &str) {
        self.put(format_args!(
            r#"<text class="{class}" text-anchor="{anchor}" x="{x:.1}" y="{y:.1}">{words}</text>"#
        ));
    }

    /// Words from the bottom to the top, with their middle at the point.
    pub(crate) fn upwards(&mut self, class: &str, (x, y): (f64, f64), words: &str) {
        self.put(format_args!(
            r#"<text class="{class}" text-anchor="middle" transform="translate({x:.1} {y:.1}) rotate(-90)">{words}</text>"#
        ));
    }

    pub(crate) fn finish(mut self) -> String {
        self.put("</svg>");
        self.0
    }

    fn put(&mut self, element: impl Display) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.0, "{element}");
    }
}

/// With a paper of its own, so that it is clear on a page of either colour.
const STYLE: &str = "\
.paper{fill:#fff;stroke:#d0d7de}.grid{fill:none;stroke:#c4ccd4}.fine{fill:none;stroke:#edf0f2}\
.line{fill:none;stroke-width:2.2;stroke-linejoin:round}.a,.c{stroke:#0b62c4}.b,.d{stroke:#c2410c}\
.c,.d{stroke-dasharray:5 4}.tick{fill:#57606a;font-size:12px}.name{fill:#1f2328;font-size:13px}\
@media(prefers-color-scheme:dark){.paper{fill:#0d1117;stroke:#30363d}.grid{stroke:#3d444d}.fine{stroke:#1c2128}\
.tick{fill:#9198a1}.name{fill:#e6edf3}.a,.c{stroke:#58a6ff}.b,.d{stroke:#ff9d5c}}";
