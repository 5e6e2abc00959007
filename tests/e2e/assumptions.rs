//! The tables of assumptions in ARCHITECTURE.md: every switch of the stand-in is there, and every test that they name
//! exists.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hookpost_stand_in::rest::ServiceBehavior;

/// The title of the column with switches and tests. Tables without it are about what the stand-in does not imitate: AWS, Entra and the relay's tools.
const COLUMN: &str = "switch and tests";

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The names in backquotes in the last column of the tables.
fn names_in_tables() -> BTreeSet<String> {
    let page = fs::read_to_string(Path::new(ROOT).join("shared/ARCHITECTURE.md")).expect("text");
    let (mut names, mut is_in_table) = (BTreeSet::new(), false);
    for line in page.lines() {
        let cell = line.strip_prefix('|').and_then(|row| row.strip_suffix('|')?.rsplit('|').next());
        match cell.map(str::trim) {
            None => is_in_table = false,
            Some(COLUMN) => is_in_table = true,
            Some(cell) if is_in_table => names.extend(cell.split('`').skip(1).step_by(2).map(str::to_owned)),
            Some(_) => {}
        }
    }
    names
}

/// The members of [`ServiceBehavior`], which its debug format shows at the first level of indentation.
fn switches() -> BTreeSet<String> {
    let shown = format!("{:#?}", ServiceBehavior::default());
    let members = shown.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(':'));
    members.map(|(name, _)| name.to_owned()).filter(|name| !name.starts_with(' ')).collect()
}

/// The names of all tests in the sources.
fn tests() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    let mut folders = Vec::from(["functions", "shared", "tests"].map(|folder| Path::new(ROOT).join(folder)));
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "target" && name != "node_modules") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                tests.extend(tests_of(&fs::read_to_string(path).expect("text")));
            }
        }
    }
    tests
}

/// The names of the tests in a source: the functions behind `#[test]` and `#[tokio::test]`.
fn tests_of(source: &str) -> impl Iterator<Item = String> {
    let behind_attributes = source.split("#[test]").skip(1).chain(source.split("#[tokio::test").skip(1));
    behind_attributes.filter_map(|behind| {
        let (_, function) = behind.split_once("fn ")?;
        Some(function.split('(').next()?.to_owned())
    })
}

#[test]
fn every_switch_of_the_stand_in_has_an_assumption() {
    let (switches, named) = (switches(), names_in_tables());
    assert!(!switches.is_empty());
    let without: Vec<_> = switches.difference(&named).collect();
    assert!(without.is_empty(), "not in a table of ARCHITECTURE.md: {without:?}");
}

#[test]
fn every_test_behind_an_assumption_exists() {
    let (switches, tests) = (switches(), tests());
    let named = names_in_tables();
    let unknown: Vec<_> =
        named.iter().filter(|name| !switches.contains(*name) && !tests.contains(*name)).collect();
    assert!(unknown.is_empty(), "neither a switch nor a test, in ARCHITECTURE.md: {unknown:?}");
}
