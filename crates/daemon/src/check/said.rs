//! What is said of checked files: to a person, as a sheet, as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use console::style;
use serde_json::{Value, json};
use subsidy_documents::Place;
use subsidy_documents::rules::{RuleSet, Severity};

use super::{Check, Checked, HeldAgainst, Outcome, Rank, Remark};
use crate::lang::Lang;
use crate::sheet::{Cell, Column, Sheet, Weight};

impl Check {
    /// Returns all of it as a person reads it: a file, what is wrong with it, where, and what to change.
    #[must_use]
    pub fn told(&self, lang: Lang) -> String {
        let mut told = String::new();
        for file in &self.files {
            told.push_str(&file.told(lang));
            if !file.remarks.is_empty() {
                told.push('\n');
            }
        }
        told.push_str(&self.in_short(lang));
        told
    }

    /// Returns how many files have which outcome.
    fn in_short(&self, lang: Lang) -> String {
        let mut outcomes: BTreeMap<Outcome, usize> = BTreeMap::new();
        for file in &self.files {
            *outcomes.entry(file.outcome).or_default() += 1;
        }
        let counts: Vec<String> = outcomes
            .into_iter()
            .map(|(outcome, count)| format!("  {} {}\n", number(count, lang), outcome.said(lang)))
            .collect();
        let files = counted(
            self.files.len(),
            lang,
            ("bestand", "bestanden"),
            ("file", "files"),
        );
        format!("{files}:\n{}", counts.concat())
    }

    /// Returns a row for each remark, and one for each file without.
    #[must_use]
    pub fn to_sheet(&self, lang: Lang) -> Sheet {
        let mut sheet = Sheet {
            title: lang.pick("Gecontroleerd", "Checked").to_owned(),
            columns: vec![
                Column::new("file", lang.pick("bestand", "file")),
                Column::new("kind", lang.pick("soort", "kind")),
                Column::new("outcome", lang.pick("uitkomst", "outcome")),
                Column::new("severity", lang.pick("ernst", "severity")),
                Column::new("rule_set", lang.pick("regelset", "rule set")),
                Column::new("rule", lang.pick("regel", "rule")),
                Column::new("term", lang.pick("gegeven", "term")),
                Column::new("line", lang.pick("regelnummer", "line")),
                Column::new("column", lang.pick("kolom", "column")),
                Column::new("path", lang.pick("plaats", "path")),
                Column::new("text", lang.pick("wat te doen", "what to change")),
                Column::new("found", lang.pick("gevonden", "found")),
                Column::new("expected", lang.pick("verwacht", "expected")),
            ],
            ..Sheet::default()
        };
        for file in &self.files {
            let start = [
                Cell::text(file.path.display().to_string()),
                file.kind.map_or(Cell::Empty, |kind| {
                    Cell::text(lang.pick(kind.list_name(), kind.as_str()))
                }),
                Cell::text(file.outcome.code()),
            ];
            if file.remarks.is_empty() {
                let nothing = std::iter::repeat_n(Cell::Empty, sheet.columns.len() - start.len());
                sheet.row(Weight::Normal, start.iter().cloned().chain(nothing).collect());
            }
            for remark in &file.remarks {
                sheet.row(
                    Weight::Normal,
                    start.iter().cloned().chain(remark.cells(lang)).collect(),
                );
            }
        }
        sheet
    }

    /// Returns each file with its remarks, for programs.
    #[must_use]
    pub fn to_json(&self, lang: Lang) -> Value {
        let files: Vec<Value> = self.files.iter().map(|file| file.to_json(lang)).collect();
        json!({ "title": lang.pick("Gecontroleerd", "Checked"), "files": files })
    }
}

impl Checked {
    fn told(&self, lang: Lang) -> String {
        let outcome = match self.outcome {
            Outcome::Sound => style(self.outcome.said(lang)).green(),
            Outcome::Faulty | Outcome::Unreadable => style(self.outcome.said(lang)).red().bold(),
            Outcome::Parked | Outcome::SetAside | Outcome::Personal => {
                style(self.outcome.said(lang)).yellow().bold()
            }
        };
        let held = self.held_against.as_ref().map(|held| {
            let kind = self
                .kind
                .map_or("", |kind| lang.pick(kind.list_name(), kind.as_str()));
            format!("{kind}; {}", held.said(lang))
        });
        let mut told = format!("{}: {outcome}{}", self.path.display(), self.counts(lang));
        if let Some(held) = held {
            told.push_str(if self.remarks.is_empty() { "; " } else { "\n  " });
            told.push_str(&held);
        }
        told.push('\n');
        let groups = self.grouped(lang);
        let mut own_follow = self.held_against.is_some();
        for (remark, places) in groups {
            if own_follow && remark.rank() == Rank::Own {
                own_follow = false;
                told.push_str(lang.pick(
                    "  wat het fonds daarnaast vraagt:\n",
                    "  what the fund asks beside those:\n",
                ));
            }
            told.push_str(&remark.told(lang, &places));
        }
        told
    }

    /// The numbers of what must and what may be changed.
    fn counts(&self, lang: Lang) -> String {
        let (fatal, warnings) = (self.count(Severity::Fatal), self.count(Severity::Warning));
        let mut counts = Vec::new();
        if fatal > 0 {
            counts.push(counted(fatal, lang, ("fout", "fouten"), ("fault", "faults")));
        }
        if warnings > 0 {
            let dutch = ("waarschuwing", "waarschuwingen");
            counts.push(counted(warnings, lang, dutch, ("warning", "warnings")));
        }
        if counts.is_empty() {
            String::new()
        } else {
            format!(" ({})", counts.join(", "))
        }
    }

    /// What is wrong once, with every place where it is; what must be changed comes first.
    fn grouped(&self, lang: Lang) -> Vec<(&Remark, Vec<&Remark>)> {
        let mut groups: Vec<(&Remark, Vec<&Remark>)> = Vec::new();
        let mut known: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for remark in &self.remarks {
            let at = *known
                .entry((remark.code(), remark.text(lang)))
                .or_insert(groups.len());
            match groups.get_mut(at) {
                Some((_, places)) => places.push(remark),
                None => groups.push((remark, vec![remark])),
            }
        }
        groups.sort_by_key(|(remark, _)| remark.rank());
        groups
    }

    fn to_json(&self, lang: Lang) -> Value {
        let rule_set = |set: &RuleSet| json!({ "name": set.name(), "version": set.version() });
        let held = self.held_against.as_ref();
        json!({
            "file": self.path.display().to_string(),
            "kind": self.kind.map(|kind| kind.as_str()),
            "outcome": self.outcome.code(),
            "specification": held.map(|held| held.specification.as_str()),
            "rule_sets": held.map_or(Vec::new(), |held| held.rule_sets.iter().map(rule_set).collect()),
            "remarks": self.remarks.iter().map(|remark| remark.to_json(lang)).collect::<Vec<_>>(),
        })
    }
}

impl HeldAgainst {
    fn said(&self, lang: Lang) -> String {
        if self.rule_sets.is_empty() {
            return format!(
                "{} {:?}; {}",
                lang.pick("zegt te volgen (BT-24):", "says it follows (BT-24):"),
                self.specification,
                lang.pick(
                    "die regels zijn hier niet bekend: een mens kijkt ernaar, en geweigerd is het niet",
                    "those rules are not known here: a person looks at it, and it is not refused",
                )
            );
        }
        let sets: Vec<String> = self.rule_sets.iter().map(ToString::to_string).collect();
        format!(
            "{} {}",
            lang.pick("gehouden tegen", "held against"),
            sets.join(", ")
        )
    }
}

/// How many places of one remark are shown; the rest is counted.
const SHOWN: usize = 5;

impl Remark {
    /// The remark, and the places where it holds.
    fn told(&self, lang: Lang, places: &[&Self]) -> String {
        let severity = match self.severity {
            Severity::Fatal => style(lang.pick("fout", "fault")).red(),
            Severity::Warning => style(lang.pick("waarschuwing", "warning")).yellow(),
        };
        let mut told = format!("  {severity} {}", style(self.code()).bold());
        if let Some(term) = self.term() {
            told.push_str(&format!(" {term}"));
        }
        told.push_str(&format!(": {}\n", self.text(lang)));
        for place in places.iter().take(SHOWN) {
            let at = place.at(lang);
            if !at.is_empty() {
                told.push_str(&format!("      {at}\n"));
            }
        }
        if places.len() > SHOWN {
            let more = number(places.len() - SHOWN, lang);
            told.push_str(&match lang {
                Lang::Nl => format!("      en nog {more} keer\n"),
                Lang::En => format!("      and {more} times more\n"),
            });
        }
        told
    }

    /// Where it is, with what stands there and what should.
    fn at(&self, lang: Lang) -> String {
        let mut at = place(&self.place, lang);
        let values = [
            (lang.pick("gevonden", "found"), &self.found),
            (lang.pick("verwacht", "expected"), &self.expected),
        ];
        for (name, value) in values {
            if let Some(value) = value {
                let apart = if at.is_empty() { "" } else { "; " };
                // Writing into a text does not fail.
                let _ = write!(at, "{apart}{name} {value}");
            }
        }
        at.trim_end().to_owned()
    }

    /// The element, or the column of a list.
    pub(super) fn path(&self) -> Option<&str> {
        path(&self.place)
    }

    fn cells(&self, lang: Lang) -> Vec<Cell> {
        let text = |text: Option<&str>| text.map_or(Cell::Empty, Cell::text);
        let count = |number: u64| Cell::Units(i64::try_from(number).unwrap_or(i64::MAX));
        let position = self.position();
        let set = self.rule_set().map(|set| set.to_string());
        vec![
            Cell::text(code_of(self.severity)),
            text(set.as_deref()),
            Cell::text(self.code()),
            text(self.term()),
            position.map_or(Cell::Empty, |(line, _)| count(line)),
            position.map_or(Cell::Empty, |(_, column)| count(column)),
            text(self.path()),
            Cell::text(self.text(lang)),
            text(self.found.as_deref()),
            text(self.expected.as_deref()),
        ]
    }

    fn to_json(&self, lang: Lang) -> Value {
        let position = self.position();
        json!({
            "severity": code_of(self.severity),
            "rule_set": self.rule_set().map(|set| set.to_string()),
            "rule": self.code(),
            "term": self.term(),
            "line": position.map(|(line, _)| line),
            "column": position.map(|(_, column)| column),
            "path": self.path(),
            "text": self.text(lang),
            "found": self.found,
            "expected": self.expected,
        })
    }
}

impl Outcome {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Parked => "parked",
            Self::Faulty => "faulty",
            Self::SetAside => "set_aside",
            Self::Personal => "personal_data",
            Self::Unreadable => "unreadable",
        }
    }

    const fn said(self, lang: Lang) -> &'static str {
        match self {
            Self::Sound => lang.pick("in orde", "in order"),
            Self::Parked => lang.pick(
                "volgt de regels, mist wat het fonds vraagt",
                "follows the rules, lacks what the fund asks",
            ),
            Self::Faulty => lang.pick("niet in orde", "not in order"),
            Self::SetAside => lang.pick("voor een mens apart te zetten", "to be set aside for a person"),
            Self::Personal => lang.pick(
                "met persoonsgegevens, apart te zetten",
                "with personal data, to be set aside",
            ),
            Self::Unreadable => lang.pick("niet te lezen", "unreadable"),
        }
    }
}

/// The stable code of a severity.
pub(super) const fn code_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal => "fatal",
        Severity::Warning => "warning",
    }
}

fn number(count: usize, lang: Lang) -> String {
    lang.number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A number with the word for one or for more of it.
fn counted(count: usize, lang: Lang, dutch: (&str, &str), english: (&str, &str)) -> String {
    let (one, more) = match lang {
        Lang::Nl => dutch,
        Lang::En => english,
    };
    format!("{} {}", number(count, lang), if count == 1 { one } else { more })
}

fn place(at: &Place, lang: Lang) -> String {
    let (row, line, column) = (
        lang.pick("rij", "row"),
        lang.pick("regel", "line"),
        lang.pick("kolom", "column"),
    );
    match at {
        Place::Document => String::new(),
        Place::Element {
            line: number,
            column: character,
            path,
        } => format!("{line} {number}, {column} {character}  {path}"),
        Place::Page { page } => format!("{} {page}", lang.pick("pagina", "page")),
        Place::Row { row: number } => format!("{row} {number}"),
        Place::Cell {
            row: number,
            column: field,
            name,
        } => format!("{row} {number}, {column} {field}  {name}"),
        Place::Within { part, place: at } => {
            let inner = place(at, lang);
            let apart = if inner.is_empty() { "" } else { ": " };
            format!("{part}{apart}{inner}")
        }
    }
}

fn path(at: &Place) -> Option<&str> {
    match at {
        Place::Element { path, .. } if !path.is_empty() => Some(path),
        Place::Cell { name, .. } => Some(name),
        Place::Within { place, .. } => path(place),
        Place::Element { .. } | Place::Document | Place::Page { .. } | Place::Row { .. } => None,
    }
}
