//! The curves of growth as a picture, both axes logarithmic: a straight line up to the right is linear.

use std::fmt::Write as _;

use crate::growth::Curve;
use crate::picture::STYLE;

pub(crate) fn svg(curves: &[Curve]) -> String {
    let height = curves.len().div_ceil(2) * HEIGHT + LEGEND;
    let width = 2 * WIDTH;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>How the CPU time of a delivery grows with what is in it</title>\n{STYLE}"
    );
    for (number, curve) in curves.iter().enumerate() {
        let (x, y) = (number % 2 * WIDTH, number / 2 * HEIGHT);
        let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">");
        panel(&mut svg, curve);
        svg.push_str("</g>\n");
    }
    let legend = height - 6;
    let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"{legend}\">dashed: as steep as linear growth</text>");
    svg + "</svg>\n"
}

fn panel(svg: &mut String, curve: &Curve) {
    #[expect(clippy::cast_precision_loss, reason = "sizes of deliveries")]
    let points: Vec<(f64, f64)> =
        curve.points.iter().map(|(size, cpu)| (*size as f64, cpu.as_secs_f64() * 1e6)).collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
    let x = |size: f64| LEFT + (size / first.0).ln() / (last.0 / first.0).ln().max(1e-9) * ACROSS;
    let y =
        |micros: f64| TOP + DOWN - ((micros.ln() - LEAST.ln()) / (MOST / LEAST).ln()).clamp(0.0, 1.0) * DOWN;
    let _ = writeln!(svg, "<text class=\"title\" x=\"{LEFT}\" y=\"18\">CPU by {}</text>", curve.name);
    for (micros, label) in [(100.0, "100 µs"), (1_000.0, "1 ms"), (10_000.0, "10 ms"), (100_000.0, "100 ms")]
    {
        let at = y(micros);
        let (right, text) = (LEFT + ACROSS, at + 4.0);
        let _ = writeln!(
            svg,
            "<path class=\"axis\" d=\"M{LEFT} {at:.1}H{right}\"/>\
             <text x=\"{:.1}\" y=\"{text:.1}\" text-anchor=\"end\">{label}</text>",
            LEFT - 6.0
        );
    }
    // Through the last point, as steep as linear growth.
    let begin = first.0.max(last.0 * LEAST / last.1);
    let _ = writeln!(
        svg,
        "<path class=\"linear\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
        x(begin),
        y(last.1 * begin / last.0),
        x(last.0),
        y(last.1)
    );
    let path: Vec<String> =
        points.iter().map(|(size, micros)| format!("{:.1} {:.1}", x(*size), y(*micros))).collect();
    let _ = writeln!(svg, "<path class=\"line\" d=\"M{}\"/>", path.join("L"));
    for (at, (size, micros)) in points.iter().enumerate() {
        let (x, y) = (x(*size), y(*micros));
        let _ = write!(svg, "<circle class=\"ours\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>");
        if at % 2 == 0 {
            let below = TOP + DOWN + 16.0;
            let _ = writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{below}\" text-anchor=\"middle\">{}</text>",
                thousands(*size)
            );
        }
    }
}

fn thousands(number: f64) -> String {
    match number {
        number if number >= 1e6 => format!("{:.0} M", number / 1e6),
        number if number >= 1e4 => format!("{:.0} k", number / 1e3),
        number => format!("{number:.0}"),
    }
}

const WIDTH: usize = 380;
const HEIGHT: usize = 220;
const LEGEND: usize = 20;
const LEFT: f64 = 62.0;
const TOP: f64 = 30.0;
const ACROSS: f64 = 290.0;
const DOWN: f64 = 150.0;
/// Microseconds at the lower and at the upper end.
const LEAST: f64 = 50.0;
const MOST: f64 = 300_000.0;
