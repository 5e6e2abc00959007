//! Keeps an overview within the size of a message: texts and lists are cut, then details are dropped, then integrations,
//! first of the integrations that nobody has to look at.

use crate::message::queue_message::MESSAGE_BYTES_MAX;
use crate::message::sanitize::escape_noncharacters;
use crate::overview::{FailedDelivery, IntegrationOverview, Overview};

/// Most failed deliveries of an integration.
pub(crate) const FAILED_DELIVERIES_MAX: usize = 5;

/// The last text of a list that was cut. The log of `watch`, and `status`, have more.
const MORE: &str = "and more";

/// What an overview has of an integration.
struct Limits {
    /// Most texts of a list.
    texts: usize,
    /// Most characters of a text.
    chars: usize,
    failed_deliveries: usize,
    /// Whether it says which organization it is, and when something was delivered or done last.
    with_context: bool,
    with_subscriptions: bool,
}

/// What every integration may have.
const FULL: Limits = Limits {
    texts: 10,
    chars: 400,
    failed_deliveries: FAILED_DELIVERIES_MAX,
    with_context: true,
    with_subscriptions: true,
};
const FEW: Limits = Limits { texts: 3, chars: 160, failed_deliveries: 2, ..FULL };
const BRIEF: Limits = Limits { texts: 1, chars: 120, failed_deliveries: 0, ..FULL };
const BARE: Limits = Limits { chars: 80, with_context: false, ..BRIEF };
const NAMED: Limits = Limits { chars: 30, with_subscriptions: false, ..BARE };

/// What is cut, in this order, while the overview is too long: of the integrations that are well (`true`) or of the
/// others.
const CUTS: [(bool, Limits); 8] = [
    (true, FEW),
    (false, FEW),
    (true, BRIEF),
    (true, BARE),
    (false, BRIEF),
    (false, BARE),
    (true, NAMED),
    (false, NAMED),
];

/// The body of a message with the overview, which SQS takes.
///
/// # Errors
///
/// When it cannot be written as JSON. No overview that causes this is known.
pub(crate) fn body(mut overview: Overview) -> Result<String, serde_json::Error> {
    for entry in &mut overview.integrations {
        entry.cut(&FULL);
    }
    let mut body = json(&overview)?;
    for (of_well, limits) in CUTS {
        if body.len() <= MESSAGE_BYTES_MAX {
            return Ok(body);
        }
        let concerned = overview.integrations.iter_mut().filter(|entry| entry.is_well() == of_well);
        if concerned.map(|entry| entry.cut(&limits)).count() > 0 {
            body = json(&overview)?;
        }
    }
    for of_well in [true, false] {
        let Some(excess @ 1..) = body.len().checked_sub(MESSAGE_BYTES_MAX) else { break };
        drop_last(&mut overview.integrations, of_well, excess)?;
        body = json(&overview)?;
    }
    Ok(body)
}

fn json(overview: &Overview) -> Result<String, serde_json::Error> {
    serde_json::to_string(overview).map(escape_noncharacters)
}

/// Drops integrations, the last ones first, until that takes `excess` bytes away.
fn drop_last(
    integrations: &mut Vec<IntegrationOverview>,
    of_well: bool,
    mut excess: usize,
) -> Result<(), serde_json::Error> {
    for index in (0..integrations.len()).rev() {
        if excess == 0 {
            break;
        }
        if integrations[index].is_well() == of_well {
            let dropped = serde_json::to_string(&integrations.remove(index))?;
            excess = excess.saturating_sub(dropped.len());
        }
    }
    Ok(())
}

impl IntegrationOverview {
    fn cut(&mut self, limits: &Limits) {
        if !limits.with_context {
            (self.organization_url, self.connected_by) = (None, None);
            (self.last_delivery, self.last_work, self.failing_since) = (None, None, None);
        }
        if !limits.with_subscriptions
            && let Some(subscriptions) = self.subscriptions.take()
            && self.remains.is_empty()
        {
            self.remains = subscriptions.not_delivering;
        }
        self.failed_deliveries.truncate(limits.failed_deliveries);
        for FailedDelivery { description, .. } in &mut self.failed_deliveries {
            cut_text(description, limits.chars);
        }
        cut_list(&mut self.remains, limits);
        if let Some(subscriptions) = &mut self.subscriptions {
            cut_list(&mut subscriptions.not_delivering, limits);
        }
        if let Some(work) = &mut self.last_work {
            cut_list(&mut work.done, limits);
        }
        if let Some(failure) = &mut self.failure {
            cut_text(&mut failure.message, limits.chars);
        }
    }
}

fn cut_list(list: &mut Vec<String>, limits: &Limits) {
    let was_cut = list.pop_if(|last| last == MORE).is_some();
    let is_cut = list.len() > limits.texts;
    list.truncate(limits.texts);
    for text in &mut *list {
        cut_text(text, limits.chars);
    }
    if was_cut || is_cut {
        list.push(MORE.to_owned());
    }
}

fn cut_text(text: &mut String, chars: usize) {
    // A text that was cut ends with an ellipsis, which does not count.
    let mut ends = text.char_indices().map(|(end, _)| end).skip(chars);
    if let (Some(end), Some(_)) = (ends.next(), ends.next()) {
        text.truncate(end);
        text.push('…');
    }
}

#[cfg(test)]
mod tests;
