//! The stored form of the gaps. An outage opens a gap for every kind of event in every project at once, so equal gaps are
//! stored together: their progress, the kinds and the projects.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::watch::checkpoint::gap::GapProgress;

/// Gaps with the same progress: of each of the kinds in each of the projects.
#[derive(Serialize, Deserialize)]
struct Group<P> {
    #[serde(flatten)]
    progress: P,
    /// The beginnings of keys, up to the project.
    kinds: BTreeSet<String>,
    projects: Vec<String>,
}

pub(super) fn serialize<S: Serializer>(
    gaps: &BTreeMap<String, GapProgress>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut by_progress: BTreeMap<&GapProgress, BTreeMap<&str, BTreeSet<String>>> = BTreeMap::new();
    for (key, progress) in gaps {
        let (kind, project) = key.rsplit_once('/').unwrap_or((key, ""));
        by_progress.entry(progress).or_default().entry(project).or_default().insert(kind.to_owned());
    }
    let groups = by_progress.into_iter().flat_map(|(progress, projects)| {
        let mut by_kinds: BTreeMap<BTreeSet<String>, Vec<String>> = BTreeMap::new();
        for (project, kinds) in projects {
            by_kinds.entry(kinds).or_default().push(project.to_owned());
        }
        by_kinds.into_iter().map(move |(kinds, projects)| Group { progress, kinds, projects })
    });
    serializer.collect_seq(groups)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, GapProgress>, D::Error> {
    let groups = Vec::<Group<GapProgress>>::deserialize(deserializer)?;
    let mut gaps = BTreeMap::new();
    for Group { progress, kinds, projects } in groups {
        for kind in &kinds {
            gaps.extend(projects.iter().map(|project| (format!("{kind}/{project}"), progress.clone())));
        }
    }
    Ok(gaps)
}
