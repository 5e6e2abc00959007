//! Lists and reads pull requests and their threads, each once, with a bounded number of calls.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::error::{Concerns, RestError};
use crate::azure_devops::port::{AzureDevOps, ListedPullRequest, PullRequestPlace, PullRequestTransition};
use crate::azure_devops::threads::Thread;
use crate::recovery::{NOTIFICATION_DELAY_MAX, USUAL_NOTIFICATION_DELAY, earlier, later};

/// Most pull requests whose threads one pass or one action reads for an integration.
const THREADS_MAX: usize = 200;

/// Most pull requests of a repository whose threads are read, those with the highest numbers.
const CANDIDATES_MAX: usize = 2000;

/// A list of pull requests: those with this transition since the reader's time, or, for `None`, those that are active.
type ReadList = Option<PullRequestTransition>;

/// Pull requests and threads that were read. Several kinds of events, and the repositories of a project, share them.
#[derive(Debug)]
pub(crate) struct PullRequestReader {
    /// What ended before this time is not needed.
    since: Timestamp,
    /// What happened later is not needed.
    until: Timestamp,
    calls_left: usize,
    /// Whether the repositories of a project are listed together.
    by_project: bool,
    /// The lists that were read, by list and by the id of the project or repository.
    lists: BTreeMap<(ReadList, String), Vec<ListedPullRequest>>,
    /// Projects that could not be listed together: their repositories are listed one by one.
    apart: BTreeSet<String>,
    /// The pull requests that may have changed, by repository.
    candidates: BTreeMap<String, Vec<ListedPullRequest>>,
    /// The threads, by repository and number of the pull request.
    threads: BTreeMap<(String, u64), Vec<Thread>>,
    /// The pull request that was requested last.
    last: Option<(String, u64, String)>,
    /// Repositories with more pull requests than are read, and how many were left out.
    left_out: BTreeMap<String, usize>,
}

impl PullRequestReader {
    /// A reader for changes from shortly before `since` to `now`, and for what happens while they are read.
    pub(crate) fn new(since: Timestamp, now: Timestamp) -> Self {
        Self {
            since: earlier(since, USUAL_NOTIFICATION_DELAY),
            until: later(now, NOTIFICATION_DELAY_MAX),
            calls_left: THREADS_MAX,
            by_project: false,
            lists: BTreeMap::new(),
            apart: BTreeSet::new(),
            candidates: BTreeMap::new(),
            threads: BTreeMap::new(),
            last: None,
            left_out: BTreeMap::new(),
        }
    }

    /// Lists the repositories of a project together, which takes one call instead of one for each repository.
    pub(crate) fn by_project(self) -> Self {
        Self { by_project: true, ..self }
    }

    /// The pull requests of the repository with this transition since the reader's time.
    pub(super) async fn pull_requests(
        &mut self,
        organization: &impl AzureDevOps,
        repository: &RepositoryInfo,
        transition: PullRequestTransition,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        self.list(organization, repository, Some(transition)).await
    }

    async fn list(
        &mut self,
        organization: &impl AzureDevOps,
        repository: &RepositoryInfo,
        list: ReadList,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        let project_id = &repository.project.id;
        if self.by_project && !self.apart.contains(project_id) {
            match self.read_list(organization, list, PullRequestPlace::Project(project_id)).await {
                Ok(listed) => {
                    let of_repository = listed.iter().filter(|listed| listed.repository_id == repository.id);
                    return Ok(of_repository.cloned().collect());
                }
                Err(error) if error.concerns() == Concerns::EveryCall => return Err(error),
                // One of the repositories may be the reason. The call for each shows which.
                Err(_) => drop(self.apart.insert(project_id.clone())),
            }
        }
        let place = PullRequestPlace::Repository(&repository.id);
        Ok(self.read_list(organization, list, place).await?.to_vec())
    }

    async fn read_list(
        &mut self,
        organization: &impl AzureDevOps,
        list: ReadList,
        place: PullRequestPlace<'_>,
    ) -> Result<&[ListedPullRequest], RestError> {
        let (PullRequestPlace::Repository(id) | PullRequestPlace::Project(id)) = place;
        let key = (list, id.to_owned());
        if !self.lists.contains_key(&key) {
            let listed = match list {
                Some(transition) => {
                    organization.pull_requests(place, transition, self.since, self.until).await?
                }
                None => organization.active_pull_requests(place).await?,
            };
            self.lists.insert(key.clone(), listed);
        }
        Ok(self.lists.get(&key).map_or(&[], Vec::as_slice))
    }

    /// Whether threads of another pull request may be read.
    pub(crate) fn has_calls_left(&self) -> bool {
        self.calls_left > 0
    }

    /// Names the repositories with more pull requests than are read.
    pub(crate) fn describe_left_out(&self) -> impl Iterator<Item = String> {
        self.left_out.iter().map(|(name, count)| {
            format!(
                "repository {name}: {count} pull requests with lower numbers were left out of the search for changes \
                 that were not delivered; only the newest {CANDIDATES_MAX} are searched"
            )
        })
    }

    /// The pull requests of the repository that may have changed: those that are active, and those that were closed since.
    /// The highest numbers come first.
    pub(super) async fn candidates(
        &mut self,
        organization: &impl AzureDevOps,
        repository: &RepositoryInfo,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        if let Some(candidates) = self.candidates.get(&repository.id) {
            return Ok(candidates.clone());
        }
        let mut candidates = self.list(organization, repository, None).await?;
        let closed = self.pull_requests(organization, repository, PullRequestTransition::Closed).await?;
        candidates.extend(closed);
        // A pull request that was closed between the two calls is in both lists.
        candidates.sort_by_key(|candidate| (std::cmp::Reverse(candidate.number), candidate.closed.is_none()));
        candidates.dedup_by_key(|candidate| candidate.number);
        if candidates.len() > CANDIDATES_MAX {
            self.left_out.insert(repository.name.clone(), candidates.len() - CANDIDATES_MAX);
            candidates.truncate(CANDIDATES_MAX);
        }
        self.candidates.insert(repository.id.clone(), candidates.clone());
        Ok(candidates)
    }

    /// The threads of a pull request that may have changed; `None` when no calls are left.
    pub(super) async fn threads(
        &mut self,
        organization: &impl AzureDevOps,
        repository_id: &str,
        number: u64,
    ) -> Result<Option<&[Thread]>, RestError> {
        let key = (repository_id.to_owned(), number);
        if !self.threads.contains_key(&key) {
            let Some(left) = self.calls_left.checked_sub(1) else { return Ok(None) };
            self.calls_left = left;
            let mut threads = organization.threads(repository_id, number).await?;
            threads.retain(|thread| {
                thread.published.max(thread.updated).is_none_or(|changed| changed >= self.since)
            });
            self.threads.insert(key.clone(), threads);
        }
        Ok(self.threads.get(&key).map(Vec::as_slice))
    }

    /// A pull request in its present state, as JSON.
    pub(super) async fn pull_request(
        &mut self,
        organization: &impl AzureDevOps,
        repository_id: &str,
        number: u64,
    ) -> Result<&str, RestError> {
        let is_last = self.last.as_ref().is_some_and(|(id, last, _)| id == repository_id && *last == number);
        if !is_last {
            let json = organization.pull_request(repository_id, number).await?;
            self.last = Some((repository_id.to_owned(), number, json));
        }
        Ok(self.last.as_ref().map_or("", |(_, _, json)| json))
    }
}
