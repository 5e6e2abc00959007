//! One golden file for each event, for Azure DevOps Services and for a server.

use hookpost_events::Event;
use hookpost_stand_in::Organization;

use crate::blessed::{check, events_crate};
use crate::happenings::all;
use crate::receiver::receive;

#[track_caller]
fn check_golden(folder: &str, organization: Organization) {
    for (name, notification) in all(organization, |subscription| subscription) {
        // Through the type, which keeps the fields in their order.
        let event: Event = serde_json::from_value(receive(&notification).event()).expect(&name);
        let text = serde_json::to_string_pretty(&event).expect("JSON") + "\n";
        check(&events_crate().join(folder).join(format!("{name}.json")), &text);
    }
}

#[test]
fn events_of_azure_devops_services() {
    check_golden("golden", Organization::services("northwind", 1));
}

#[test]
fn events_of_a_server() {
    check_golden("golden/server", Organization::server("https://tfs.northwind.example:8443/tfs", "Main", 1));
}
