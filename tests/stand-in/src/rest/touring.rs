//! The tour, one delivery at a time: whoever holds the command line steps through it.
//!
//! `POST /_stand-in/{organization}/tour` lets everything happen, `POST …/tour/next` delivers the
//! next notification and tells what came of it, as a line of the tour.

use super::answer::Reply;
use super::asked::Asked;
use super::world::Shared;
use crate::tour::Line;

/// `None` when the path is not one of these.
pub(super) async fn handle(shared: &Shared, asked: &Asked) -> Option<Reply> {
    let segments: Vec<&str> = asked.place.iter().map(String::as_str).collect();
    match (&*asked.method, segments.as_slice()) {
        ("POST", ["_stand-in", organization, "tour"]) => Some(start(shared, organization)),
        ("POST", ["_stand-in", organization, "tour", "next"]) => Some(next(shared, organization).await),
        _ => None,
    }
}

fn start(shared: &Shared, organization: &str) -> Reply {
    let mut world = shared.world();
    let now = world.now();
    let account = world.accounts.iter_mut().find(|account| account.name() == organization);
    let Some(account) = account else { return Reply::empty(404) };
    let Some(tour) = &mut account.tour else { return Reply::empty(404) };
    tour.happen(&mut account.organization, now);
    Reply::empty(204)
}

/// 204 when all has been delivered. What cannot be delivered any more is passed over.
async fn next(shared: &Shared, organization: &str) -> Reply {
    loop {
        let due = {
            let mut world = shared.world();
            let account = world.accounts.iter_mut().find(|account| account.name() == organization);
            let Some(tour) = account.and_then(|account| account.tour.as_mut()) else {
                return Reply::empty(404);
            };
            let Some((number, step)) = tour.next() else { return Reply::empty(204) };
            let sending = world.queue(&step.notification);
            (number, step, sending)
        };
        if let (number, step, Some(sending)) = due {
            let sent = sending.send(shared).await;
            let line = Line::new(number, &step, &sent.answer);
            // As text: the members keep their order.
            return Reply::text(200, serde_json::to_string(&line).unwrap_or_default());
        }
    }
}
