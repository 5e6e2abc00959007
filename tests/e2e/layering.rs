//! Which crate may depend on which. A new crate fails the test until it is in the table.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// For each of our crates: those of ours it may depend on, and external crates it may not depend on, even indirectly.
const ALLOWED_DEPENDENCIES: [(&str, &[&str], &[&str]); 19] = [
    ("hookpost-events", &[], &["tokio", "aws-*", "lambda*", "hyper"]),
    ("hookpost-core", &["hookpost-events"], &["tokio", "aws-*", "lambda*", "hyper", "reqwest", "tracing"]),
    ("hookpost-aws", &["hookpost-core"], &["lambda*", "reqwest"]),
    ("hookpost-azure-devops", &["hookpost-core"], &["aws-*", "lambda*"]),
    ("hookpost-lambda", &["hookpost-core"], &["aws-sdk-*", "aws-config", "reqwest"]),
    ("hookpost-code-pushed", RECEIVER, &["hookpost-azure-devops", "reqwest", "aws-config"]),
    ("hookpost-pull-request", RECEIVER, &["hookpost-azure-devops", "reqwest", "aws-config"]),
    ("hookpost-setup", ALL, &["aws-config"]),
    ("hookpost-watch", ALL, &["aws-config"]),
    ("hookpost-relay", RECEIVER, &["hookpost-azure-devops"]),
    ("hookpost-consumer", &["hookpost-events"], &["reqwest"]),
    ("hookpost-stand-in", &[], &["aws-*", "lambda*"]),
    ("hookpost-harness", &["hookpost-stand-in"], &["aws-sdk-*", "lambda*"]),
    (
        "hookpost-e2e",
        &["hookpost-core", "hookpost-events", "hookpost-harness", "hookpost-stand-in"],
        &["aws-sdk-*", "lambda*"],
    ),
    ("hookpost-fuzz", &["hookpost-azure-devops", "hookpost-core", "hookpost-events"], &["aws-*", "lambda*"]),
    ("hookpost-live", &["hookpost-azure-devops", "hookpost-core"], &["aws-*", "lambda*"]),
    ("hookpost-perf", &["hookpost-harness", "hookpost-stand-in"], &[]),
    ("hookpost-scale", &["hookpost-harness", "hookpost-stand-in"], &["aws-*", "lambda*"]),
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
        // Packages of other platforms may not be downloaded.
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

    /// All direct and indirect dependencies of `package`.
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
fn every_crate_keeps_to_its_allowed_dependencies() {
    let graph = Graph::read();
    for package in graph.ours() {
        let row = ALLOWED_DEPENDENCIES.iter().find(|(crate_name, ..)| *crate_name == name(package));
        let (_, allowed, never) = row.unwrap_or_else(|| panic!("{package} is not in the dependency table"));
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

/// All dependencies of the two crates that must stay small, so that one more is a decision.
const NOTHING_BUT: [(&str, &str); 2] = [
    ("hookpost-events", "schemars serde serde_json"),
    (
        "hookpost-core",
        "base64 flate2 futures-util hex hookpost-events jiff memchr percent-encoding serde serde_json serde_path_to_error \
         sha2 subtle thiserror url uuid zeroize",
    ),
];

#[test]
fn events_and_core_have_no_new_dependency() {
    let graph = Graph::read();
    for (crate_name, allowed) in NOTHING_BUT {
        let package = graph.ours().find(|package| name(package) == crate_name).expect("one of ours");
        for dependency in &graph.direct[package] {
            let is_allowed = allowed.split(' ').any(|allowed| allowed == name(dependency));
            assert!(is_allowed, "{crate_name} must not depend on {dependency}");
        }
    }
}

/// The modules of `hookpost-core` by their paths, with the modules whose items they name.
fn modules_of_core() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/core/src"));
    let mut sources = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "tests.rs" && name != "lib.rs") {
                let module = path.strip_prefix(root).expect("below the root").with_extension("");
                let source = fs::read_to_string(&path).expect("text");
                let source = source.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
                sources.insert(module.to_str().expect("text").replace('/', "::"), source);
            }
        }
    }
    let defining = |path: &str| {
        let mut module = path;
        while let Some((parent, _)) = module.rsplit_once("::") {
            if sources.contains_key(parent) {
                return Some(parent.to_owned());
            }
            module = parent;
        }
        None
    };
    let named = |source: &str| {
        let paths = source.split("crate::").skip(1);
        let ends = |c: char| c != ':' && c != '_' && !c.is_ascii_alphanumeric();
        paths.filter_map(|rest| defining(&format!("{}::", rest.split(ends).next()?))).collect::<BTreeSet<_>>()
    };
    sources.iter().map(|(module, source)| (module.clone(), named(source))).collect()
}

#[test]
fn modules_of_the_core_import_each_other_in_one_direction_only() {
    let mut open = modules_of_core();
    for (module, named) in &mut open {
        named.remove(module);
    }
    // What names no open module is done; what remains in the end is a circle.
    while let Some(done) = open.iter().find(|(_, named)| named.is_empty()).map(|(module, _)| module.clone()) {
        open.remove(&done);
        for named in open.values_mut() {
            named.remove(&done);
        }
    }
    assert!(open.is_empty(), "a circle of imports: {open:#?}");
}
