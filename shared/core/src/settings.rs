//! Reads settings from name and value pairs, and reports all problems at once.

use std::collections::BTreeMap;
use std::fmt;

/// The settings of a process, and the problems found while reading them.
pub struct Settings {
    values: BTreeMap<String, String>,
    problems: Vec<String>,
}

/// All problems of the settings, in the order they were found.
#[derive(Debug, thiserror::Error)]
pub struct SettingsError(pub Vec<String>);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values may be credentials.
        f.debug_struct("Settings").field("problems", &self.problems).finish_non_exhaustive()
    }
}

impl Settings {
    /// Takes the pairs. In `main`, these are the environment variables.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { values: pairs.into_iter().collect(), problems: Vec::new() }
    }

    /// Reads an optional value. An empty value counts as absent.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        self.values.remove(name).filter(|value| !value.is_empty())
    }

    /// Reads a required value. When it is absent, adds a problem that says what the value is.
    pub fn required(&mut self, name: &str, meaning: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.problems.push(format!("`{name}` is missing: {meaning}"));
            String::new()
        })
    }

    /// Reads a whole number within `range`; `default` when it is absent.
    pub fn number(&mut self, name: &str, range: std::ops::RangeInclusive<u64>, default: u64) -> u64 {
        let Some(text) = self.optional(name) else {
            return default;
        };
        match text.parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                let (low, high) = (range.start(), range.end());
                self.problems.push(format!("`{name}` must be a whole number from {low} to {high}"));
                default
            }
        }
    }

    /// Reads an optional value with `parse`, whose error becomes a problem.
    pub fn parsed<T, E: fmt::Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.optional(name)?;
        self.checked(name, parse(&text))
    }

    /// Adds the error of a value that was parsed before as a problem.
    pub fn checked<T, E: fmt::Display>(&mut self, name: &str, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.problems.push(format!("`{name}`: {error}"))).ok()
    }

    /// Adds a problem that the caller found.
    pub fn problem(&mut self, text: String) {
        self.problems.push(text);
    }

    /// Finishes reading. A name that begins with `prefix` and was not read is a problem: it is most likely a misspelled
    /// optional setting, which would otherwise be ignored silently.
    ///
    /// # Errors
    ///
    /// When there is any problem.
    pub fn finish(mut self, prefix: &str) -> Result<(), SettingsError> {
        for name in self.values.keys().filter(|name| name.starts_with(prefix)) {
            self.problems.push(format!("`{name}` is not a setting of this function"));
        }
        if self.problems.is_empty() { Ok(()) } else { Err(SettingsError(self.problems)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_reported_at_once() {
        let pairs = [("X_TTL", "soon"), ("X_TTTL", "5"), ("X_EMPTY", ""), ("OTHER", "y")];
        let mut settings = Settings::new(pairs.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(settings.number("X_TTL", 1..=9, 5), 5);
        settings.required("X_EMPTY", "the URL of the queue");
        let problems = settings.finish("X_").expect_err("three problems").0;
        assert_eq!(
            problems,
            [
                "`X_TTL` must be a whole number from 1 to 9",
                "`X_EMPTY` is missing: the URL of the queue",
                "`X_TTTL` is not a setting of this function",
            ]
        );
    }

    #[test]
    fn debug_shows_no_value() {
        let settings = Settings::new([("AWS_SECRET_ACCESS_KEY".to_owned(), "hunter2".to_owned())]);
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
