//! The claims: what the rules say is what the official artefacts say.

use crate::corpus::{Case, Corpus, Expected};
use subsidy_documents::rules::{self, Finding, RuleSet, Severity};
use subsidy_documents::{Limits, rules::Outcome};

/// What was found over the cases of one rule set.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) fragments: usize,
    pub(crate) fragments_agree: usize,
    pub(crate) documents: usize,
    pub(crate) documents_agree: usize,
    pub(crate) warnings_agree: usize,
    pub(crate) differences: Vec<String>,
}

/// The rule sets that the official side names so.
fn rule_sets(name: &str) -> &'static [RuleSet] {
    match name {
        "en16931" => &[RuleSet::En16931],
        "nlcius" => &[RuleSet::En16931, RuleSet::Nlcius],
        "nlcius-gacc" => &[RuleSet::En16931, RuleSet::Nlcius, RuleSet::GAccount],
        "peppol" => &[RuleSet::PeppolBis3],
        other => panic!("no rule set is called {other}"),
    }
}

fn findings(case: &Case, sets: &[RuleSet]) -> Vec<Finding> {
    let bytes = std::fs::read(&case.path).expect("a file of the corpus");
    let verdict = rules::check_against(&bytes, sets, &Limits::default());
    verdict
        .unwrap_or_else(|error| panic!("{}: {error}", case.id))
        .findings
}

fn rules_broken(findings: &[Finding], severity: Severity) -> Vec<&'static str> {
    let broken = findings.iter().filter(|finding| finding.severity == severity);
    let mut rules: Vec<_> = broken.map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// A fragment is about one rule: it fires or stays silent.
fn judge_fragment(case: &Case, tally: &mut Tally) {
    let findings = findings(case, rule_sets(&case.rule_set));
    for rule in &case.rules {
        let fires = findings.iter().any(|finding| finding.rule == rule);
        tally.fragments += 1;
        if fires == (case.expected != Expected::Valid) {
            tally.fragments_agree += 1;
        } else {
            let says = if fires {
                "fires here and should not"
            } else {
                "is silent here and should fire"
            };
            tally.differences.push(format!("`{}`: {rule} {says}", case.id));
        }
    }
}

/// Of a whole document the fatal rules are those of the official side.
fn judge_document(case: &Case, set: &str, tally: &mut Tally) {
    let Some(official) = case.official(set) else {
        tally
            .differences
            .push(format!("`{}`: the official rules stop with an error", case.id));
        return;
    };
    let findings = findings(case, rule_sets(set));
    tally.documents += 1;
    let only = |one: &[&str], other: &[&str]| {
        let only: Vec<_> = one.iter().filter(|rule| !other.contains(rule)).copied().collect();
        if only.is_empty() {
            "none".to_owned()
        } else {
            only.join(", ")
        }
    };
    let mut compare = |severity, official: Vec<String>, what| {
        let ours = rules_broken(&findings, severity);
        let official: Vec<&str> = official.iter().map(String::as_str).collect();
        if ours == official {
            return true;
        }
        tally.differences.push(format!(
            "`{}` under {set}{what}: only here {}; only there {}",
            case.id,
            only(&ours, &official),
            only(&official, &ours)
        ));
        false
    };
    let same_fatal = compare(Severity::Fatal, official, "");
    let same_warnings = compare(Severity::Warning, case.official_warnings(set), ", warnings");
    tally.documents_agree += usize::from(same_fatal);
    tally.warnings_agree += usize::from(same_warnings);
}

#[test]
fn the_rules_agree_with_the_official_ones_over_the_corpus() {
    let Some(corpus) = Corpus::open() else {
        return;
    };
    let mut tallies: Vec<(&str, Tally)> = ["en16931", "nlcius", "nlcius-gacc", "peppol"]
        .map(|set| (set, Tally::default()))
        .into();
    for case in corpus.cases() {
        for (set, tally) in &mut tallies {
            if case.is_fragment {
                if case.rule_set == *set {
                    judge_fragment(&case, tally);
                }
            } else {
                judge_document(&case, set, tally);
            }
        }
    }
    crate::document::compare(&tallies);
}

#[test]
fn the_synthetic_invoices_end_as_they_should() {
    let Some(corpus) = Corpus::open() else {
        return;
    };
    for (path, expected) in corpus.synthetic() {
        let bytes = std::fs::read(&path).expect("a file of the corpus");
        let verdict = rules::check(&bytes, &Limits::default()).expect("an invoice");
        let outcome = if expected == "invalid" {
            Outcome::Refused
        } else {
            Outcome::Accepted
        };
        assert_eq!(
            verdict.outcome(),
            outcome,
            "{}: {:?}",
            path.display(),
            verdict.findings
        );
    }
}
