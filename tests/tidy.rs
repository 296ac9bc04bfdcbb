//! The workspace keeps its own rules. Each failure says what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{files_below, read, root, rust_below};
use serde_json::Value;

/// What each package may use directly. A new line here comes with a decision record in docs/adr.
const ALLOWED: [(&str, &[&str]); 5] = [
    ("subsidy-proof", &["base64", "ed25519-dalek", "sha2", "thiserror"]),
    (
        "subsidy-domain",
        &[
            "cqrs-es",
            "hmac",
            "jiff",
            "rust_decimal",
            "serde",
            "serde_json",
            "sha2",
            "statrs",
            "thiserror",
        ],
    ),
    (
        "subsidy-documents",
        &[
            "base64",
            "csv",
            "encoding_rs",
            "flate2",
            "jiff",
            "memchr",
            "quick-xml",
            "rust_decimal",
            "serde",
            "thiserror",
            "zip",
        ],
    ),
    (
        "subsidy-ledger",
        &[
            "cqrs-es",
            "jiff",
            "postgres-es",
            "rusqlite",
            "serde",
            "serde_json",
            "sqlx",
            "subsidy-proof",
            "thiserror",
            "tokio",
        ],
    ),
    (
        "subsidyd",
        &[
            "chacha20poly1305",
            "clap",
            "comfy-table",
            "console",
            "cqrs-es",
            "csv",
            "getrandom",
            "hmac",
            "indicatif",
            "jiff",
            "rust_decimal",
            "serde",
            "serde_json",
            "sha2",
            "subsidy-documents",
            "subsidy-domain",
            "subsidy-ledger",
            "subsidy-proof",
            "thiserror",
        ],
    ),
];

/// The files that may name the framework: the seams.
const SEAMS: [&str; 3] = [
    "crates/domain/src/aggregate.rs",
    "crates/ledger/src/cqrs.rs",
    "crates/daemon/src/desk",
];

/// Tests beside the code, which drive aggregates as the framework does.
const TEST_SUPPORT: [&str; 2] = ["/tests.rs", "/story.rs"];

/// No file is longer: one idea a file.
const LONGEST: usize = 700;

fn packages() -> BTreeMap<String, Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--offline", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages").clone();
    packages
        .into_iter()
        .map(|package| (package["name"].as_str().expect("a name").to_owned(), package))
        .collect()
}

/// The direct dependencies of a package of one sort: none for its own, `dev` for those of its tests.
fn dependencies(package: &Value, kind: Option<&str>) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().expect("dependencies");
    all.iter()
        .filter(|dependency| dependency["kind"].as_str() == kind)
        .map(|dependency| dependency["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    for (name, allowed) in ALLOWED {
        let used = dependencies(&packages[name], None);
        let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        let new: Vec<_> = used.difference(&allowed).collect();
        assert!(
            new.is_empty(),
            "{name} uses {new:?}: say why in docs/adr, then add it to ALLOWED in tests/tidy.rs"
        );
        let gone: Vec<_> = allowed.difference(&used).collect();
        assert!(
            gone.is_empty(),
            "{name} no longer uses {gone:?}: take it out of ALLOWED in tests/tidy.rs"
        );
        if name != "subsidyd" {
            let own = dependencies(&packages[name], Some("dev"));
            let own: Vec<_> = own.iter().filter(|name| name.starts_with("subsid")).collect();
            assert!(
                own.is_empty(),
                "the tests of {name} use {own:?}: move such a test to tests/"
            );
        }
    }
    let generator = dependencies(&packages["fixture-generator"], None);
    let ours: Vec<_> = generator
        .iter()
        .filter(|name| name.starts_with("subsid"))
        .collect();
    assert!(
        ours.is_empty(),
        "the generator is an oracle only while it shares no code: take {ours:?} out"
    );
}

#[test]
fn only_the_seams_name_the_framework() {
    for (path, text) in rust_below(&root().join("crates")) {
        let relative = relative(&path);
        let is_seam = SEAMS.iter().any(|seam| relative.starts_with(seam));
        let is_test = TEST_SUPPORT.iter().any(|name| relative.ends_with(name));
        if relative.contains("/src/") && !is_seam && !is_test {
            assert!(
                !text.contains("cqrs_es"),
                "{relative} names cqrs_es: go through a seam, one of {SEAMS:?}"
            );
        }
    }
}

fn relative(path: &Path) -> String {
    let relative = path.strip_prefix(root()).expect("a path of the workspace");
    relative.to_str().expect("text").replace('\\', "/")
}

#[test]
fn the_map_names_every_crate_and_no_ghost() {
    let map = read(&root().join("ARCHITECTURE.md"));
    let named: BTreeSet<&str> = map.split('`').skip(1).step_by(2).collect();
    for (name, package) in packages() {
        let manifest = PathBuf::from(package["manifest_path"].as_str().expect("a path"));
        let folder = relative(manifest.parent().expect("a folder"));
        assert!(
            named.contains(folder.as_str()),
            "ARCHITECTURE.md does not name `{folder}` ({name}): say what it is"
        );
    }
    let is_path = |name: &&&str| !name.contains([' ', ':']) && (name.contains('/') || name.ends_with(".md"));
    for path in named.iter().filter(is_path) {
        assert!(
            root().join(path).exists(),
            "ARCHITECTURE.md names `{path}`, which is not there: mend the map"
        );
    }
}

#[test]
fn no_test_file_is_forgotten() {
    let tests = files_below(&root().join("tests"));
    let of_crates = files_below(&root().join("crates"));
    let mains = tests.iter().chain(&of_crates).filter(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        let relative = relative(path);
        let in_tests = relative.starts_with("tests/") || relative.contains("/tests/");
        in_tests && matches!(name, Some("main.rs" | "mod.rs"))
    });
    for main in mains {
        let text = read(main);
        let folder = main.parent().expect("a folder");
        for file in std::fs::read_dir(folder).expect("a folder") {
            let path = file.expect("an entry").path();
            let stem = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .unwrap_or_default()
                .to_owned();
            let is_module = path.extension().is_some_and(|end| end == "rs")
                && !["main", "mod", "lib"].contains(&stem.as_str());
            let named = text.contains(&format!("mod {stem};"));
            assert!(
                !is_module || named,
                "{} is not run: add `mod {stem};` to {}",
                relative(&path),
                relative(main)
            );
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let marks = [
        ["to", "do!("],
        ["unimple", "mented!("],
        ["#[ig", "nore"],
        ["TO", "DO"],
        ["FIX", "ME"],
    ]
    .map(|parts| parts.concat());
    for folder in ["crates", "tests", "fixtures/generator"] {
        for (path, text) in rust_below(&root().join(folder)) {
            for mark in &marks {
                assert!(
                    !text.contains(mark.as_str()),
                    "{} has {mark}: finish it or take it out",
                    relative(&path)
                );
            }
        }
    }
}

#[test]
fn no_file_is_longer_than_one_idea() {
    let too_long: Vec<String> = ["crates", "tests", "fixtures/generator"]
        .iter()
        .flat_map(|folder| rust_below(&root().join(folder)))
        .filter(|(_, text)| text.lines().count() > LONGEST)
        .map(|(path, text)| format!("{} has {} lines", relative(&path), text.lines().count()))
        .collect();
    assert!(
        too_long.is_empty(),
        "more than {LONGEST} lines, split into files with names that a stranger would look for: {too_long:?}"
    );
}
