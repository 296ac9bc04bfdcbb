//! The corpus, read in place.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Where the corpus is.
pub(crate) struct Corpus {
    folder: PathBuf,
}

/// A case of its manifest.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) path: PathBuf,
    pub(crate) is_fragment: bool,
    pub(crate) rule_set: String,
    pub(crate) expected: Expected,
    pub(crate) rules: Vec<String>,
    oracle: Value,
}

/// What a case is there to show.
#[derive(PartialEq, Eq)]
pub(crate) enum Expected {
    Valid,
    Broken,
}

impl Corpus {
    /// The corpus, or `None`, which is said, when it is absent and nothing demands it.
    pub(crate) fn open() -> Option<Self> {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards");
        let standards = std::env::var_os("SUBSIDY_STANDARDS").map_or_else(beside, PathBuf::from);
        let folder = standards.join("einvoice");
        if folder.join("cases/manifest.jsonl").is_file() {
            return Some(Self { folder });
        }
        let message = "NOT RUN: there is no corpus of invoices; set SUBSIDY_STANDARDS to its folder";
        let required = std::env::var_os("SUBSIDY_STANDARDS_REQUIRED").is_some_and(|value| value == "1");
        assert!(!required, "{message}");
        eprintln!("{message}");
        None
    }

    /// Every case.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let cases = self.folder.join("cases");
        let manifest = std::fs::read_to_string(cases.join("manifest.jsonl")).expect("the manifest");
        let parse = |line: &str| {
            let case: Value = serde_json::from_str(line).expect("a line of JSON");
            let text = |name: &str| case[name].as_str().expect("a text").to_owned();
            let rules = case["expect_rules"].as_array().cloned().unwrap_or_default();
            Case {
                path: cases.join(text("id")),
                id: text("id"),
                is_fragment: case["fragment"].as_bool().expect("a truth"),
                rule_set: text("ruleset"),
                expected: if text("expected") == "valid" {
                    Expected::Valid
                } else {
                    Expected::Broken
                },
                rules: rules
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
                oracle: case["oracle"].clone(),
            }
        };
        manifest.lines().map(parse).collect()
    }

    /// The schemas of UBL 2.1.
    pub(crate) fn schemas(&self) -> PathBuf {
        self.folder.join("xsd/ubl-2.1")
    }

    /// The synthetic Dutch invoices, with what is expected of each.
    pub(crate) fn synthetic(&self) -> Vec<(PathBuf, String)> {
        let folder = self.folder.join("synthetic");
        let mut reader = csv::Reader::from_path(folder.join("expected.csv")).expect("the expectations");
        let row = |row: csv::Result<csv::StringRecord>| {
            let row = row.expect("a row");
            (folder.join(&row[0]), row[1].to_owned())
        };
        reader.records().map(row).collect()
    }
}

impl Case {
    /// Whether the document is valid under the schemas of UBL 2.1, as their side found.
    pub(crate) fn is_valid_ubl(&self) -> bool {
        self.oracle["xsd_ok"].as_bool().expect("a truth")
    }

    /// The fatal rules that the official side found under a rule set, or `None` when it stopped with an error.
    ///
    /// It has no number for the rule that BT-24 names NLCIUS; the number is ours.
    pub(crate) fn official(&self, set: &str) -> Option<Vec<String>> {
        let fatal = self.oracle[set]["fatal"].as_array()?;
        let named = |rule: &str| {
            if rule == "?" {
                "SI-V20-INV-R000".to_owned()
            } else {
                rule.to_owned()
            }
        };
        let mut rules: Vec<_> = fatal.iter().filter_map(Value::as_str).map(named).collect();
        rules.sort_unstable();
        rules.dedup();
        Some(rules)
    }

    /// The warnings that the official side gave, but for the rules of other countries, which are not in the tables here.
    ///
    /// It numbers the parts of some rules of NLCIUS: BR-NL-27-1 is of BR-NL-27.
    pub(crate) fn official_warnings(&self, set: &str) -> Vec<String> {
        let warnings = self.oracle[set]["warning"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let left_out = ["NO-R", "DE-R"];
        let warnings = warnings.iter().filter_map(Value::as_str);
        let warnings = warnings.filter(|rule| !left_out.iter().any(|start| rule.starts_with(start)));
        let whole = |rule: &str| match rule.strip_prefix("BR-NL-") {
            Some(number) => format!("BR-NL-{}", number.split('-').next().unwrap_or(number)),
            None => rule.to_owned(),
        };
        let mut rules: Vec<_> = warnings.map(whole).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}
