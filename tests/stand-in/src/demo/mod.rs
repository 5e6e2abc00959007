//! Hookpost's demo: an hour of a small team that contains every kind of event.
//!
//! It knows Hookpost's event contract ([`crate::hookpost`]): each line that it prints has the events
//! that should be queued. Tests of another receiver need only [`crate::rest`] or [`crate::Organization`].

mod report_line;
mod scenario;

use std::collections::VecDeque;

use crate::{Notification, Organization, Timestamp};

pub(crate) use report_line::ReportLine;
use scenario::{Participants, Scenario};

/// The people and the repository of the demo, and the deliveries that are left.
#[derive(Clone, Debug)]
pub(crate) struct Demo {
    pub(crate) participants: Participants,
    delivered: usize,
    due: VecDeque<DemoStep>,
}

/// An event in words, and a notification of it.
#[derive(Clone, Debug)]
pub(crate) struct DemoStep {
    /// Such as "push to main".
    pub(crate) description: String,
    /// One notification of the event.
    pub(crate) notification: Notification,
}

impl Demo {
    /// Adds the people, and two projects with a repository and some commits each, to an organization.
    pub(crate) fn prepare(organization: &mut Organization, at: Timestamp) -> Self {
        Self { participants: Participants::add(organization, at), delivered: 0, due: VecDeque::new() }
    }

    /// Makes every event happen, from about an hour before `end` until shortly before it, for the
    /// subscriptions of now. It can run again, and counts from 1 then.
    pub(crate) fn run(&mut self, organization: &mut Organization, end: Timestamp) {
        self.delivered = 0;
        self.due.extend(Scenario::run(organization, &self.participants, end));
    }
}

/// The deliveries that are left, in their order, each with its number, from 1.
impl Iterator for Demo {
    type Item = (usize, DemoStep);

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.due.pop_front()?;
        self.delivered += 1;
        Some((self.delivered, step))
    }
}
