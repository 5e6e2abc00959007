//! Which deliveries a target wants.

use crate::raw_delivery::read::RawDelivery;
use crate::raw_delivery::record::NamedId;

/// The deliveries that a target wants. `None` is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Azure DevOps's event types.
    pub(crate) event_types: Option<Vec<String>>,
    /// Names or ids of projects.
    pub(crate) projects: Option<Vec<String>>,
    /// Names or ids of repositories.
    pub(crate) repositories: Option<Vec<String>>,
}

impl Filter {
    pub(crate) fn wants(&self, delivery: &RawDelivery) -> bool {
        let is_type = |types: &Vec<String>| types.contains(&delivery.event_type);
        self.event_types.as_ref().is_none_or(is_type)
            && is_among(delivery.project.as_ref(), self.projects.as_deref())
            && is_among(delivery.repository.as_ref(), self.repositories.as_deref())
    }
}

/// Azure DevOps ignores the case of names.
fn is_among(named: Option<&NamedId>, wanted: Option<&[String]>) -> bool {
    let Some(wanted) = wanted else { return true };
    let texts = named.into_iter().flat_map(|named| [&named.id, &named.name]).flatten();
    let texts: Vec<String> = texts.map(|text| text.to_lowercase()).collect();
    wanted.iter().any(|wanted| texts.contains(&wanted.to_lowercase()))
}
