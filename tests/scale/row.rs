//! What a scenario found.

use std::collections::BTreeMap;

/// Figures of one scenario at one size.
#[derive(Clone, Debug)]
pub struct Row {
    /// The scenario, as in the table.
    pub scenario: &'static str,
    /// How large, in words.
    pub size: String,
    /// The number that the curves have on their horizontal axis.
    pub extent: u64,
    /// The figures by their names, with units.
    pub figures: BTreeMap<&'static str, u64>,
}

impl Row {
    /// A row without figures.
    pub fn new(scenario: &'static str, size: impl Into<String>, extent: usize) -> Self {
        Self { scenario, size: size.into(), extent: extent as u64, figures: BTreeMap::new() }
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, figure: &'static str, value: u64) -> Self {
        self.figures.insert(figure, value);
        self
    }
}
