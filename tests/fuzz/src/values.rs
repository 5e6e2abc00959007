//! Random JSON, with names and words that Hookpost looks for. Every function fails when the random input runs out.

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value};

/// Names of the fields that are read, and of some that are not, separated by spaces.
const FIELDS: &str = "\
    account author baseUrl closedBy closedDate collection comment commentType commitId commits committer \
    content createdBy createdDate creationDate date defaultBranch description detailedMessage \
    displayName email eventType forkSource hasDeclined href id isContainer isDeleted isDraft isRequired \
    lastMergeCommit lastMergeSourceCommit lastMergeTargetCommit lastUpdatedDate _links mergeStatus \
    message name newObjectId notificationId oldObjectId parentCommentId project publishedDate \
    publisherId pullRequest pullRequestId pullRequests pushId pushedBy refUpdates remoteUrl repository \
    resource resourceContainers resourceVersion reviewers self sourceRefName sshUrl status \
    subscriptionId targetRefName text threads title uniqueName url vote webUrl";

/// Texts that some code looks for, and some that are often handled wrongly.
const WORDS: [&str; 44] = [
    "",
    "0",
    "-1",
    "true",
    "False",
    "9223372036854775807",
    "18446744073709551616",
    "0000000000000000000000000000000000000000",
    "00000000-0000-0000-0000-000000000000",
    "4bc14d40-c903-45e2-872e-0462c7748079",
    "03c164c2-8912-4d5e-8009-3707d5f83734",
    "491718de-357e-4da8-8b43-5c8e74616796",
    "git.push",
    "git.pullrequest.created",
    "git.pullrequest.updated",
    "git.pullrequest.merged",
    "ms.vss-code.git-pullrequest-comment-event",
    "workitem.created",
    "refs/heads/main",
    "refs/tags/",
    "refs/",
    "completed",
    "abandoned",
    "succeeded",
    "Ada marked the pull request as a draft",
    "Ada approved pull request 7",
    "2026-03-02T15:59:00.1234567Z",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:60-23:59",
    "2026-03-02",
    "https://dev.azure.com/northwind/Brew%20House/_git/kettle",
    "https://northwind.visualstudio.com/_git/kettle",
    "https://dev.azure.com/northwind/_apis/git/repositories/x/pullRequests/1/threads/2",
    "https://tfs.example:8443/tfs/Main/_apis/git/repositories/y",
    "https://dev.azure.com/",
    "https://u:p@h/%2e%2e/%00",
    "file:///etc",
    "mailto:ada",
    "https://[::1]/a/_git/b",
    "a b",
    "gr\u{fc}n \u{1f332}",
    "\u{fffe}\u{ffff}",
    "\0\u{1b}\u{85}",
    "\u{fdd0}\u{202e}",
];

/// A name: mostly one that is read.
pub(crate) fn name(u: &mut Unstructured<'_>) -> Result<String> {
    if u.ratio(1, 16)? {
        return Ok(u.arbitrary::<&str>()?.to_owned());
    }
    let fields: Vec<&str> = FIELDS.split(' ').collect();
    Ok((*u.choose(&fields)?).to_owned())
}

/// A text: a word, anything, or something long.
pub(crate) fn text(u: &mut Unstructured<'_>) -> Result<String> {
    match u.int_in_range(0..=15)? {
        0..=8 => Ok((*u.choose(&WORDS)?).to_owned()),
        9..=13 => Ok(u.arbitrary::<&str>()?.to_owned()),
        14 => Ok(format!("{}{}", u.choose(&WORDS)?, u.arbitrary::<&str>()?)),
        _ => long(u),
    }
}

/// Something that may not fit a message.
fn long(u: &mut Unstructured<'_>) -> Result<String> {
    let unit = *u.choose(&["x", "\"", "\0", "\u{fffe}", "\u{e9}", "\u{1f332}", "a b "])?;
    let bytes = *u.choose(&[60, 130, 130, 300, 300, 5000, 90_000, 263_000])?;
    Ok(unit.repeat(bytes / unit.len()))
}

/// A value, to a depth of `depth`.
pub(crate) fn value(u: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    let kinds = if depth == 0 { 6 } else { 9 };
    Ok(match u.int_in_range(0..=kinds)? {
        0 => Value::Null,
        1 => Value::Bool(u.arbitrary()?),
        2 => u.arbitrary::<i64>()?.into(),
        3 => u.arbitrary::<u64>()?.into(),
        4 => u.arbitrary::<f64>()?.into(),
        5 | 6 => text(u)?.into(),
        7 => (0..u.int_in_range(0..=4)?).map(|_| value(u, depth - 1)).collect::<Result<_>>()?,
        _ => Value::Object(
            (0..u.int_in_range(0..=6)?)
                .map(|_| Ok((name(u)?, value(u, depth - 1)?)))
                .collect::<Result<Map<_, _>>>()?,
        ),
    })
}
