use std::path::Path;

use hookpost_stand_in::rest::ServiceBehavior;

#[test]
fn the_readme_has_every_switch() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let rows: Vec<_> =
        readme.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let fields = format!("{:#?}", ServiceBehavior::default());
    let fields = fields.lines().filter_map(|line| line.strip_prefix("    "));
    let names: Vec<_> =
        fields.filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_once(':')).collect();
    assert_eq!(rows, names.into_iter().map(|(name, _)| name).collect::<Vec<_>>());
}
