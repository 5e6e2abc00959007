//! A day of a small team, told in an order that holds every kind of event.

mod line;
mod story;

use std::collections::VecDeque;

use jiff::Timestamp;

use super::{Notification, Organization, ProjectId, RepositoryId};

pub use line::Line;
use story::{Cast, Story};

/// The people and the repository, and what is still to be delivered of what happened to them.
#[derive(Clone, Debug)]
pub struct Tour {
    cast: Cast,
    told: usize,
    due: VecDeque<Step>,
}

/// A happening in words, and the notification it led to.
#[derive(Clone, Debug)]
pub struct Step {
    /// Such as "push to main".
    pub what: String,
    /// One of those it led to.
    pub notification: Notification,
}

impl Tour {
    /// Adds the people, a project and a repository with some history to an organization.
    pub fn prepare(organization: &mut Organization, at: Timestamp) -> Self {
        Self { cast: Cast::assemble(organization, at), told: 0, due: VecDeque::new() }
    }

    /// Lets everything happen, from about an hour before `end` until shortly before it, and tells
    /// the subscriptions that are there now. It can happen again, and is
    /// counted anew then.
    pub fn happen(&mut self, organization: &mut Organization, end: Timestamp) {
        self.told = 0;
        self.due.extend(Story::tell(organization, &self.cast, end));
    }

    /// The project it plays in.
    pub fn project(&self) -> ProjectId {
        self.cast.project
    }

    /// The repository it plays in.
    pub fn repository(&self) -> RepositoryId {
        self.cast.repository
    }
}

/// What is due, in the order of delivery, each with its number, from 1.
impl Iterator for Tour {
    type Item = (usize, Step);

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.due.pop_front()?;
        self.told += 1;
        Some((self.told, step))
    }
}
