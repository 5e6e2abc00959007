//! Answers without a network, for `tests/fuzz` alone: there is no such module in what is deployed.

use std::cell::RefCell;

use hookpost_core::azure_devops::error::RestError;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::answer::Answer;

/// An answer that is made up.
#[derive(Clone, Debug)]
pub struct Canned {
    /// The HTTP status.
    pub status: u16,
    /// Names and values; those no HTTP message can have are left out.
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whatever bytes.
    pub body: Vec<u8>,
}

thread_local! {
    /// The next answer last.
    static CANNED: RefCell<Option<Vec<Canned>>> = const { RefCell::new(None) };
}

/// From now on, calls on this thread are answered with these, in this order; those after find nobody there.
pub fn answer_with(mut answers: Vec<Canned>) {
    answers.reverse();
    CANNED.set(Some(answers));
}

/// The answer to a call; `None` before anything was canned.
pub(crate) fn answer() -> Option<Result<Answer, RestError>> {
    let next = CANNED.with_borrow_mut(|canned| canned.as_mut().map(Vec::pop))?;
    let nobody = || RestError::Unreachable { detail: "nobody is there".to_owned() };
    Some(next.map(Canned::into_answer).ok_or_else(nobody))
}

impl Canned {
    fn into_answer(self) -> Answer {
        let headers: HeaderMap =
            self.headers.iter().filter_map(|(name, value)| header(name, value)).collect();
        Answer { status: self.status, headers, body: self.body }
    }
}

fn header(name: &[u8], value: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    HeaderName::from_bytes(name).ok().zip(HeaderValue::from_bytes(value).ok())
}
