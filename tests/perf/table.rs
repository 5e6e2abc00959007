//! Tables in Markdown, with columns aligned so that a terminal shows them too.

/// The first row is the head. The first column is aligned left, the others right.
pub fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(4);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cell = |(column, (cell, width)): (usize, (&String, &usize))| match column {
            0 => format!("| {cell:<width$} |"),
            _ => format!(" {cell:>width$} |"),
        };
        row.iter().zip(&widths).enumerate().map(cell).collect::<String>() + "\n"
    };
    let rule = |(column, width): (usize, &usize)| match column {
        0 => format!("| {} |", "-".repeat(*width)),
        _ => format!(" {}: |", "-".repeat(width - 1)),
    };
    let rule = widths.iter().enumerate().map(rule).collect::<String>() + "\n";
    let mut lines = rows.iter().map(line);
    lines.next().unwrap_or_default() + &rule + &lines.collect::<String>()
}
