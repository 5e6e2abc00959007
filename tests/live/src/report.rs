//! The report, as Markdown for an issue.

use std::fmt;

use crate::answer::Answer;

/// The answers of a run, and what it could not clean up.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Which tokens, "first" or "second", are access tokens of Entra.
    pub apps: Vec<&'static str>,
    /// One for each question.
    pub answers: Vec<Answer>,
    /// Whether the run was stopped before it had asked everything.
    pub is_stopped: bool,
    /// What is left in the project, and what to do about it.
    pub left: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for which in &self.apps {
            writeln!(
                f,
                "The {which} token is one of Entra: it asks as an app, unless a person got it for themselves.\n"
            )?;
        }
        writeln!(f, "| question | answer | evidence |")?;
        writeln!(f, "| --- | --- | --- |")?;
        for answer in &self.answers {
            let cells = [answer.question, &answer.answer, &answer.evidence].map(cell);
            writeln!(f, "| {} |", cells.join(" | "))?;
        }
        if self.is_stopped {
            writeln!(f, "\nThe run was stopped before it had asked everything.")?;
        }
        for left in &self.left {
            writeln!(f, "\nLeft behind: {left}")?;
        }
        Ok(())
    }
}

/// A bar would begin the next cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_is_a_row_of_three_cells() {
        let answers = vec![Answer {
            key: "a",
            question: "Why?",
            answer: "So".to_owned(),
            evidence: "a | b".to_owned(),
        }];
        let left = vec!["the subscription 7".to_owned()];
        let report = Report { apps: Vec::new(), answers, is_stopped: true, left }.to_string();
        let lines: Vec<_> = report.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines[2], "| Why? | So | a \\| b |");
        assert_eq!(lines[3], "The run was stopped before it had asked everything.");
        assert_eq!(lines[4], "Left behind: the subscription 7");
    }
}
