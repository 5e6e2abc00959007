//! A tour on an organization of its own.

use std::io;
use std::process::ExitCode;

use hookpost_stand_in::Organization;
use hookpost_stand_in::delivery::Delivery;
use hookpost_stand_in::tour::{Line, Tour};

use crate::arguments;

/// Delivers one after the other, in order; each line is out before the next delivery starts.
pub(crate) async fn run(settings: &arguments::Tour) -> io::Result<ExitCode> {
    let end = crate::now();
    let mut organization = Organization::services("northwind-brewery", crate::seed(settings.seed));
    let mut tour = Tour::prepare(&mut organization, end);
    for subscription in settings.webhook().standard_set() {
        organization.subscribe(subscription);
    }
    tour.happen(&mut organization, end);
    let mut all_accepted = true;
    for (number, step) in tour {
        let answer = Delivery::of(&step.notification, &settings.password).send().await;
        let line = Line::new(number, &step, &answer);
        all_accepted &= line.accepted();
        crate::print(&line)?;
    }
    Ok(if all_accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
