//! Answers, all of one form.

/// A question and what a run found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The short name of the question, by which a run can be limited to it.
    pub key: &'static str,
    /// The question.
    pub question: &'static str,
    /// The answer in a few words; [`NOT_SETTLED`] when there is none.
    pub answer: String,
    /// What was seen, or why there is no answer.
    pub evidence: String,
}

/// The answer to a question that a run could not settle.
pub(crate) const NOT_SETTLED: &str = "not settled here";

/// What a question found.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) answer: String,
    pub(crate) evidence: String,
}

impl Finding {
    pub(crate) fn new(answer: impl Into<String>, evidence: impl Into<String>) -> Self {
        Self { answer: answer.into(), evidence: evidence.into() }
    }
}
