//! From a request to an answer.

use std::sync::Arc;

use hyper::Request;
use hyper::body::Bytes;

use super::answer::{Done, Reply};
use super::asked::Asked;
use super::call::Effect;
use super::fault::Fault;
use super::session::Session;
use super::world::{Shared, World};
use super::{door, router, touring};
use crate::server;
use crate::{Guid, Identity};

pub(super) async fn handle(shared: Arc<Shared>, request: Request<Bytes>) -> server::Reply {
    let asked = Asked::of(request);
    if let Some(reply) = touring::handle(&shared, &asked).await {
        return Some(reply.into_answer());
    }
    let operation = operation(&asked);
    let (number, fault) = {
        let mut world = shared.world();
        (world.note(&asked, &operation), world.script.take(&operation))
    };
    shared.turn();
    match &fault {
        Some(Fault::CloseBefore) => return None,
        Some(Fault::StallBefore(time)) => {
            tokio::time::sleep(*time).await;
            return None;
        }
        _ => {}
    }
    let done = match fault.as_ref().and_then(Fault::instead) {
        Some(reply) => Done::from(reply),
        None => answer(&mut shared.world(), &asked),
    };
    let reply = finish(&mut shared.world(), number, done.reply, done.effect, fault.as_ref());
    shared.turn();
    if let Some(sending) = done.sending {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move { sending.send(&shared).await });
    }
    if let Some(Fault::StallAfter(time)) = fault {
        tokio::time::sleep(time).await;
    }
    Some(reply?.into_answer())
}

/// A call that fits no route is named by its path.
fn operation(asked: &Asked) -> String {
    match router::find(asked) {
        Ok((route, _)) => route.operation(),
        Err(_) => format!("{} {}", asked.method, asked.resource.clone().unwrap_or_default().join("/")),
    }
}

fn answer(world: &mut World, asked: &Asked) -> Done {
    let Some(index) = world.accounts.iter().position(|account| account.within(&asked.place).is_some()) else {
        return Reply::html(404, "Azure DevOps Services | 404 - Page not found").into();
    };
    let found = router::find(asked);
    let needs = found.as_ref().map_or(&[][..], |(route, _)| route.needs);
    let organization = world.accounts[index].name();
    let caller = match door::admit(&world.tokens, &world.quirks, organization, asked, needs) {
        Ok(caller) => caller,
        Err(reply) => return reply.into(),
    };
    let now = world.now();
    let done = found.and_then(|(route, named)| {
        router::check_version(asked, route)?;
        (route.handler)(&mut Session {
            account: &mut world.accounts[index],
            caller: &caller,
            asked,
            named,
            quirks: &world.quirks,
            ids: &mut world.ids,
            now,
        })
    });
    let mut done = done.unwrap_or_else(|failure| failure.reply().into());
    done.reply = sign(done.reply, &caller, world.ids.guid());
    done
}

/// The headers of every answer to somebody known.
fn sign(reply: Reply, caller: &Identity, activity: Guid) -> Reply {
    reply
        .with("ActivityId", activity.to_string())
        .with("X-VSS-E2EID", activity.to_string())
        .with("X-VSS-UserData", format!("{}:{}", caller.id, caller.mail))
}

/// Remembers what became of the call. `None` when the connection is to be dropped.
fn finish(
    world: &mut World,
    number: usize,
    reply: Reply,
    effect: Effect,
    fault: Option<&Fault>,
) -> Option<Reply> {
    let reply = if world.quirks.byte_order_mark { reply.mark() } else { reply };
    let reply = match fault {
        Some(fault) => fault.spoil(reply),
        None => Some(reply),
    };
    if let Some(call) = world.call_mut(number) {
        call.effect = effect;
        call.status = reply.as_ref().map(|reply| reply.status);
    }
    reply
}
