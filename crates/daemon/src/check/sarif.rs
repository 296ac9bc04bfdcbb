//! What is wrong, as SARIF 2.1.0: the form in which editors and build servers take findings of any tool.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};
use subsidy_documents::Place;
use subsidy_documents::rules::{self, RuleSet, Severity};

use super::{Check, Checked, Remark};
use crate::lang::Lang;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

impl Check {
    /// Returns all of it as a SARIF log: the rules that are broken with their texts in this language, and in the other as a translation.
    #[must_use]
    pub fn to_sarif(&self, lang: Lang) -> Value {
        let rules = self.rules();
        let numbers: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(at, code)| (*code, at)).collect();
        let results: Vec<Value> = self
            .files
            .iter()
            .flat_map(|file| {
                file.remarks
                    .iter()
                    .map(|remark| result(file, remark, &numbers, lang))
            })
            .collect();
        let other = match lang {
            Lang::Nl => Lang::En,
            Lang::En => Lang::Nl,
        };
        let described = |lang| -> Vec<Value> {
            let rules = rules.iter();
            rules.map(|(code, rule)| rule.described(code, lang)).collect()
        };
        json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "subsidyd",
                    "version": env!("CARGO_PKG_VERSION"),
                    "language": tag(lang),
                    "rules": described(lang),
                } },
                "language": tag(lang),
                "translations": [{
                    "name": "subsidyd",
                    "version": env!("CARGO_PKG_VERSION"),
                    "language": tag(other),
                    "contents": ["localizedData"],
                    "rules": described(other),
                }],
                "columnKind": "unicodeCodePoints",
                "artifacts": self.files.iter().map(artifact).collect::<Vec<_>>(),
                "results": results,
            }],
        })
    }

    /// The rules that are broken, by number.
    fn rules(&self) -> BTreeMap<&'static str, Broken> {
        let mut broken: BTreeMap<&'static str, Broken> = BTreeMap::new();
        let remarks = self.files.iter().flat_map(|file| &file.remarks);
        for remark in remarks {
            broken.entry(remark.code()).or_insert_with(|| Broken::of(remark));
        }
        broken
    }
}

/// A rule that some file breaks.
struct Broken {
    severity: Severity,
    rule_set: Option<RuleSet>,
    texts: [String; 2],
    terms: Vec<&'static str>,
}

impl Broken {
    fn of(remark: &Remark) -> Self {
        let code = remark.code();
        let listed = remark.rule_set().into_iter().flat_map(rules::listed);
        let rule = listed.into_iter().find(|rule| rule.id == code);
        let text = |lang: Lang| match &rule {
            Some(rule) => rule.text(lang.into()),
            None => remark.general(lang),
        };
        Self {
            severity: remark.severity,
            rule_set: remark.rule_set(),
            texts: [text(Lang::Nl), text(Lang::En)],
            terms: rule.as_ref().map_or(Vec::new(), |rule| rule.terms.clone()),
        }
    }

    fn described(&self, code: &str, lang: Lang) -> Value {
        let [dutch, english] = &self.texts;
        json!({
            "id": code,
            "shortDescription": { "text": lang.pick(dutch, english) },
            "defaultConfiguration": { "level": level(self.severity) },
            "properties": {
                "ruleSet": self.rule_set.map(|set| set.to_string()),
                "terms": self.terms,
            },
        })
    }
}

fn result(file: &Checked, remark: &Remark, numbers: &BTreeMap<&str, usize>, lang: Lang) -> Value {
    let mut message = remark.text(lang);
    for (name, value) in [
        (lang.pick("Gevonden", "Found"), &remark.found),
        (lang.pick("Verwacht", "Expected"), &remark.expected),
    ] {
        if let Some(value) = value {
            message.push_str(&format!(" {name}: {value}."));
        }
    }
    let mut physical = Map::new();
    physical.insert("artifactLocation".to_owned(), json!({ "uri": uri(&file.path) }));
    if let Some((line, column)) = remark.position() {
        // A column of a list is a field, and not a character of the line.
        let region = match &remark.place {
            Place::Element { .. } => Some(json!({ "startLine": line, "startColumn": column })),
            Place::Row { .. } | Place::Cell { .. } => Some(json!({ "startLine": line })),
            // A row of a sheet or of an attachment is no line of the file.
            Place::Document | Place::Page { .. } | Place::Within { .. } => None,
        };
        physical.extend(region.map(|region| ("region".to_owned(), region)));
    }
    let mut location = Map::new();
    location.insert("physicalLocation".to_owned(), Value::Object(physical));
    if let Some(path) = remark.path() {
        location.insert(
            "logicalLocations".to_owned(),
            json!([{ "fullyQualifiedName": path, "kind": "element" }]),
        );
    }
    json!({
        "ruleId": remark.code(),
        "ruleIndex": numbers.get(remark.code()),
        "level": level(remark.severity),
        "message": { "text": message },
        "locations": [location],
        "properties": { "term": remark.term() },
    })
}

/// A file, with what would become of it and what it was held against.
fn artifact(file: &Checked) -> Value {
    let held = file.held_against.as_ref();
    let sets = held.map_or(Vec::new(), |held| {
        held.rule_sets.iter().map(ToString::to_string).collect()
    });
    json!({
        "location": { "uri": uri(&file.path) },
        "properties": {
            "outcome": file.outcome.code(),
            "specification": held.map(|held| held.specification.as_str()),
            "ruleSets": sets,
        },
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal => "error",
        Severity::Warning => "warning",
    }
}

const fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::Nl => "nl",
        Lang::En => "en",
    }
}

/// A path as a URI (RFC 3986): every byte that may not stand there by its number.
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    if path.is_absolute() {
        uri.push_str("file://");
    }
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
