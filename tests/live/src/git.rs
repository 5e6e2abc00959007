//! Makes things happen in repositories of the run.

use hookpost_core::ports::Clock;
use serde_json::{Value, json};

use crate::raw_client::{Call, Method};
use crate::run::Run;
use crate::subscribing::no_id;
use crate::unsettled::Unsettled;

/// "No object".
const ZERO: &str = "0000000000000000000000000000000000000000";

pub(crate) const MAIN: &str = "refs/heads/main";
const TOPIC: &str = "refs/heads/topic";

/// Seconds until the events of what was just made are past, so that a new subscription is not told of them.
const PAST: u64 = 10;

/// Most looks for the branch of a fork.
const LOOKS_FOR_FORK: usize = 12;

/// A repository of the run.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The commit of `main`.
    pub(crate) tip: String,
}

/// A pull request from `topic` into `main`.
#[derive(Clone, Debug)]
pub(crate) struct PullRequest {
    pub(crate) repository: Repository,
    pub(crate) number: u64,
    /// The commit of `topic`.
    pub(crate) source: String,
}

impl<C: Clock> Run<C> {
    /// A new, empty repository.
    async fn create(&self, name: &str, parent: Option<&str>) -> Result<Repository, Unsettled> {
        let name = self.repository_name(name);
        let path = [&self.project.id, "_apis", "git", "repositories"];
        let project = json!({"id": self.project.id});
        let mut body = json!({"name": name, "project": project});
        if let Some(parent) = parent {
            body["parentRepository"] = json!({"id": parent, "project": project});
        }
        let made = self.first.raw.call(Call::with_body(Method::POST, &path, body)).await?.success()?;
        let id = made["id"].as_str().ok_or_else(|| no_id("repository"))?;
        self.made.repository(id);
        Ok(Repository { id: id.to_owned(), name, tip: ZERO.to_owned() })
    }

    /// A new repository with one commit on `main`. Each question has its own, so that no question sees the events of
    /// another.
    pub(crate) async fn repository(&self, purpose: &str) -> Result<Repository, Unsettled> {
        let mut repository = self.create(purpose, None).await?;
        repository.tip = self.push(&repository, MAIN, ZERO, &["Begin".to_owned()]).await?;
        self.pause(PAST).await?;
        Ok(repository)
    }

    /// A fork of a repository of the run, once it has the branch of its parent.
    pub(crate) async fn fork(&self, parent: &Repository) -> Result<Repository, Unsettled> {
        let fork = self.create("fork", Some(&parent.id)).await?;
        for _ in 0..LOOKS_FOR_FORK {
            let found = self.git(&fork, Method::GET, &[], Value::Null).await?;
            if found["defaultBranch"].is_string() {
                return Ok(Repository { tip: parent.tip.clone(), ..fork });
            }
            self.pause(PAST).await?;
        }
        Err(Unsettled::NotSeen("the fork got no branch".to_owned()))
    }

    /// A call below a repository; the body of the answer.
    pub(crate) async fn git(
        &self,
        repository: &Repository,
        method: Method,
        path: &[&str],
        body: Value,
    ) -> Result<Value, Unsettled> {
        let base = [&self.project.id, "_apis", "git", "repositories", &repository.id];
        let path = [&base, path].concat();
        let call = Call { body: Some(body).filter(|body| !body.is_null()), ..Call::get(&path, &[]) };
        self.first.raw.call(Call { method, ..call }).await?.success()
    }

    /// Pushes one commit with a new file for each comment; the new commit of the ref.
    pub(crate) async fn push(
        &self,
        repository: &Repository,
        name: &str,
        old: &str,
        comments: &[String],
    ) -> Result<String, Unsettled> {
        let commits = comments.iter().enumerate().map(|(nth, comment)| {
            let path = format!("/{}-{nth}.txt", old.get(..8).unwrap_or_default());
            json!({"comment": comment, "changes": [{
                "changeType": "add", "item": {"path": path},
                "newContent": {"content": "Made by verify-live.\n", "contentType": "rawtext"},
            }]})
        });
        let body = json!({
            "refUpdates": [{"name": name, "oldObjectId": old}],
            "commits": commits.collect::<Vec<_>>(),
        });
        let pushed = self.git(repository, Method::POST, &["pushes"], body).await?;
        let tip = pushed["refUpdates"][0]["newObjectId"].as_str();
        tip.map(str::to_owned).ok_or_else(|| no_id("push"))
    }

    /// Pushes one commit to `main`.
    pub(crate) async fn push_to_main(&self, repository: &Repository) -> Result<String, Unsettled> {
        self.push(repository, MAIN, &repository.tip, &["Go on".to_owned()]).await
    }

    /// Creates refs at the commit of `main`, in one call.
    pub(crate) async fn create_refs(&self, repository: &Repository, names: &[&str]) -> Result<(), Unsettled> {
        let updates = names
            .iter()
            .map(|name| json!({"name": name, "oldObjectId": ZERO, "newObjectId": repository.tip}));
        let body = updates.collect::<Value>();
        let results = self.git(repository, Method::POST, &["refs"], body).await?;
        let results = results["value"].as_array().map(Vec::as_slice).unwrap_or_default();
        match results.iter().find(|result| result["success"] != true) {
            None => Ok(()),
            Some(failed) => {
                Err(Unsettled::Call(format!("a ref was not created: {}", failed["updateStatus"])))
            }
        }
    }

    /// A new repository with a branch `topic`, which has one commit more than `main`.
    pub(crate) async fn topic(&self, purpose: &str) -> Result<(Repository, String), Unsettled> {
        let repository = self.repository(purpose).await?;
        self.create_refs(&repository, &[TOPIC]).await?;
        let source = self.push(&repository, TOPIC, &repository.tip, &["Propose".to_owned()]).await?;
        Ok((repository, source))
    }

    /// Opens a pull request from `topic` into `main`.
    pub(crate) async fn open(
        &self,
        repository: Repository,
        source: String,
        description: &str,
    ) -> Result<PullRequest, Unsettled> {
        let body = json!({
            "sourceRefName": TOPIC, "targetRefName": MAIN, "title": "A proposal", "description": description,
        });
        let made = self.git(&repository, Method::POST, &["pullrequests"], body).await?;
        let number = made["pullRequestId"].as_u64().ok_or_else(|| no_id("pull request"))?;
        Ok(PullRequest { repository, number, source })
    }

    /// Opens a pull request from `main` of a fork into `main` of its parent.
    pub(crate) async fn open_from_fork(
        &self,
        parent: &Repository,
        fork: &Repository,
    ) -> Result<(), Unsettled> {
        let body = json!({
            "sourceRefName": MAIN, "targetRefName": MAIN, "title": "A proposal from a fork",
            "forkSource": {"repository": {"id": fork.id}},
        });
        self.git(parent, Method::POST, &["pullrequests"], body).await.map(drop)
    }

    /// A new repository with an open pull request.
    pub(crate) async fn pull_request(&self, purpose: &str) -> Result<PullRequest, Unsettled> {
        let (repository, source) = self.topic(purpose).await?;
        let pull_request = self.open(repository, source, "").await?;
        self.pause(PAST).await?;
        Ok(pull_request)
    }

    /// A call below a pull request.
    async fn review(
        &self,
        on: &PullRequest,
        method: Method,
        path: &[&str],
        body: Value,
    ) -> Result<Value, Unsettled> {
        let number = on.number.to_string();
        self.git(&on.repository, method, &[&["pullrequests", &number], path].concat(), body).await
    }

    /// Changes members of a pull request.
    pub(crate) async fn change(&self, on: &PullRequest, body: Value) -> Result<(), Unsettled> {
        self.review(on, Method::PATCH, &[], body).await.map(drop)
    }

    /// Votes as the owner of the token. The vote 0 makes the owner a reviewer.
    pub(crate) async fn vote(&self, on: &PullRequest, vote: i8) -> Result<(), Unsettled> {
        let owner = &self.owner.owner.id;
        let body = json!({"id": owner, "vote": vote});
        self.review(on, Method::PUT, &["reviewers", owner], body).await.map(drop)
    }

    /// Starts a thread.
    pub(crate) async fn comment(&self, on: &PullRequest, text: &str) -> Result<(), Unsettled> {
        let body = json!({
            "comments": [{"parentCommentId": 0, "content": text, "commentType": 1}], "status": "active",
        });
        self.review(on, Method::POST, &["threads"], body).await.map(drop)
    }

    /// Pushes one more commit to `topic`.
    pub(crate) async fn push_to_topic(&self, on: &PullRequest) -> Result<(), Unsettled> {
        self.push(&on.repository, TOPIC, &on.source, &["Go on".to_owned()]).await.map(drop)
    }
}
