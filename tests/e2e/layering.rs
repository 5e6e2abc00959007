//! Who may depend on whom. A crate that is not in the table fails: where it belongs is to be decided, here.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What each of our crates may depend on of our own, and crates of others it must not have anywhere below it.
const WALLS: [(&str, &[&str], &[&str]); 14] = [
    ("hookpost-events", &[], &["tokio", "aws-*", "lambda*", "hyper"]),
    ("hookpost-core", &["hookpost-events"], &["tokio", "aws-*", "lambda*", "hyper", "reqwest", "tracing"]),
    ("hookpost-aws", &["hookpost-core"], &["lambda*", "reqwest"]),
    ("hookpost-azure-devops", &["hookpost-core"], &["aws-*", "lambda*"]),
    ("hookpost-lambda", &["hookpost-core"], &["aws-sdk-*", "aws-config", "reqwest"]),
    ("hookpost-code-pushed", RECEIVER, &["reqwest", "aws-config"]),
    ("hookpost-pull-request", RECEIVER, &["reqwest", "aws-config"]),
    ("hookpost-setup", ALL, &["aws-config"]),
    ("hookpost-watch", ALL, &["aws-config"]),
    ("hookpost-stand-in", &[], &["aws-*", "lambda*"]),
    ("hookpost-harness", &["hookpost-stand-in"], &["aws-sdk-*", "lambda*"]),
    ("hookpost-e2e", &[], &[]),
    ("hookpost-perf", &[], &[]),
    ("hookpost-simulation", &[], &[]),
];

const RECEIVER: &[&str] = &["hookpost-core", "hookpost-aws", "hookpost-lambda"];
const ALL: &[&str] = &["hookpost-core", "hookpost-aws", "hookpost-azure-devops", "hookpost-lambda"];

/// For each package, as `name@version`, its direct normal dependencies.
struct Graph {
    direct: BTreeMap<String, Vec<String>>,
}

impl Graph {
    fn read() -> Self {
        // What other platforms need has not been downloaded by building for this one.
        let version = cargo(&["-vV"]);
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
        let metadata =
            cargo(&["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host]);
        let metadata: Value = serde_json::from_str(&metadata).expect("JSON");
        let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
        let is_normal = |dep: &&Value| {
            dep["dep_kinds"].as_array().expect("kinds").iter().any(|kind| kind["kind"].is_null())
        };
        let direct = nodes.iter().map(|node| {
            let deps = node["deps"].as_array().expect("deps").iter().filter(is_normal);
            (package(&node["id"]), deps.map(|dep| package(&dep["pkg"])).collect())
        });
        Self { direct: direct.collect() }
    }

    /// Our own packages.
    fn ours(&self) -> impl Iterator<Item = &str> {
        self.direct.keys().map(String::as_str).filter(|package| package.starts_with("hookpost-"))
    }

    /// Everything that ends up in a binary with `package`.
    fn below(&self, package: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open = vec![package];
        while let Some(next) = open.pop() {
            let fresh = self.direct[next].iter().map(String::as_str).filter(|below| found.insert(*below));
            open.extend(fresh.collect::<Vec<_>>());
        }
        found
    }
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// `name@version` out of a package id such as `registry+…#serde@1.0.0`.
fn package(id: &Value) -> String {
    id.as_str().and_then(|id| id.rsplit('#').next()).expect("an id").to_owned()
}

fn name(package: &str) -> &str {
    package.split('@').next().expect("a name")
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

#[test]
fn every_crate_is_behind_its_wall() {
    let graph = Graph::read();
    for package in graph.ours() {
        let row = WALLS.iter().find(|(crate_name, ..)| *crate_name == name(package));
        let (_, allowed, never) = row.unwrap_or_else(|| panic!("{package} is not in the table of walls"));
        let direct = graph.direct[package].iter().map(|dependency| name(dependency));
        for dependency in direct.filter(|dependency| dependency.starts_with("hookpost-")) {
            assert!(allowed.contains(&dependency), "{package} must not depend on {dependency}");
        }
        for below in graph.below(package) {
            let broken = never.iter().find(|pattern| matches(pattern, name(below)));
            assert_eq!(broken, None, "{package} must never have {below} below it");
        }
    }
}

/// The two crates that must stay small: everything they may name, so that one more is a decision.
const NOTHING_BUT: [(&str, &[&str]); 2] = [
    ("hookpost-events", &["schemars", "serde", "serde_json"]),
    (
        "hookpost-core",
        &[
            "base64",
            "flate2",
            "hookpost-events",
            "jiff",
            "memchr",
            "percent-encoding",
            "serde",
            "serde_json",
            "serde_path_to_error",
            "sha2",
            "subtle",
            "thiserror",
            "url",
            "zeroize",
        ],
    ),
];

#[test]
fn the_contract_and_the_core_name_nothing_new() {
    let graph = Graph::read();
    for (crate_name, allowed) in NOTHING_BUT {
        let package = graph.ours().find(|package| name(package) == crate_name).expect("one of ours");
        for dependency in &graph.direct[package] {
            assert!(allowed.contains(&name(dependency)), "{crate_name} must not depend on {dependency}");
        }
    }
}

#[test]
fn there_is_one_http_stack_and_one_tls_stack() {
    let graph = Graph::read();
    let tops = ["hookpost-code-pushed", "hookpost-pull-request", "hookpost-azure-devops"];
    for top in tops {
        let top = graph.ours().find(|package| name(package) == top).expect("one of ours");
        let below = graph.below(top);
        for only in ["hyper", "http", "rustls", "ring"] {
            let versions: Vec<&&str> = below.iter().filter(|package| name(package) == only).collect();
            assert_eq!(versions.len(), 1, "{only}: {versions:?}");
        }
        for rival in ["aws-lc-rs", "native-tls", "openssl", "aws-config"] {
            assert!(!below.iter().any(|package| name(package) == rival), "{rival} came in");
        }
    }
}
