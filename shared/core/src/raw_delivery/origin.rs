//! Where a delivery comes from, as its first event says.

use hookpost_events::Event;

use crate::raw_delivery::record::NamedId;

/// Where a delivery comes from.
#[derive(Debug)]
pub(crate) struct Origin {
    /// The message group of the delivery's first event: its repository and its ref or pull request.
    pub(crate) group_id: String,
    pub(crate) project: Option<NamedId>,
    pub(crate) repository: Option<NamedId>,
}

impl Origin {
    pub(crate) fn of(event: &Event) -> Self {
        let common = event.payload.common();
        Self {
            group_id: event.partitionkey.clone(),
            project: common
                .map(|common| NamedId { id: common.project.id.clone(), name: common.project.name.clone() }),
            repository: common.map(|common| NamedId {
                id: common.repository.id.clone(),
                name: common.repository.name.clone(),
            }),
        }
    }
}
