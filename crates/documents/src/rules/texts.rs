//! What to change, in words: from `data/texts`, where the form of the files is explained.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Demand;
use crate::language::Language;

static TERMS: LazyLock<BTreeMap<&'static str, Words>> = LazyLock::new(|| {
    let lines = lines(include_str!("../../data/texts/terms.txt"));
    lines.filter_map(Words::keyed).collect()
});

static TEXTS: LazyLock<BTreeMap<String, Text>> =
    LazyLock::new(|| parse(include_str!("../../data/texts/rules.txt")));

/// The same in both languages.
#[derive(Clone, Copy)]
struct Words {
    dutch: &'static str,
    english: &'static str,
}

impl Words {
    /// A line of three parts: what it is about, Dutch, English.
    fn keyed(line: &'static str) -> Option<(&'static str, Self)> {
        let mut parts = line.split(" | ");
        let (key, dutch, english) = (parts.next()?, parts.next()?, parts.next()?);
        Some((key.trim(), Self { dutch, english }))
    }

    const fn of(self, language: Language) -> &'static str {
        language.pick(self.dutch, self.english)
    }
}

/// The text of a rule, with the words for the braces in its number.
struct Text {
    pattern: Words,
    words: Vec<Words>,
}

/// What a text is about.
pub(super) struct About<'a> {
    pub(super) rule: &'a str,
    pub(super) demand: Demand,
    /// The terms that it may be about.
    pub(super) terms: &'a [&'a str],
    /// The element or attribute, when it is about a single one.
    pub(super) element: Option<&'a str>,
}

/// The plain name of a business term or group, for instance "the total with VAT" for `BT-112`.
pub(super) fn term_name(term: &str, language: Language) -> Option<&'static str> {
    TERMS.get(term).map(|name| name.of(language))
}

/// What to change; empty for a rule that is not known.
pub(super) fn text(about: &About<'_>, language: Language) -> String {
    let text = TEXTS.get(about.rule).or_else(|| TEXTS.get(common(about.demand)?));
    let Some(text) = text else {
        return String::new();
    };
    let mut filled = String::new();
    let mut rest = text.pattern.of(language);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(before);
        filled.push_str(&filling(name, text, about, language));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// The text of what many rules demand.
const fn common(demand: Demand) -> Option<&'static str> {
    match demand {
        Demand::Present => Some("present"),
        Demand::Once => Some("once"),
        Demand::Cents => Some("cents"),
        Demand::Absent => Some("absent"),
        Demand::Either | Demand::Code | Demand::Rule => None,
    }
}

/// What stands in a text in the place of `{name}`.
fn filling(name: &str, text: &Text, about: &About<'_>, language: Language) -> String {
    match name {
        "term" => {
            let names: Vec<_> = about.terms.iter().map(|term| named(term, language)).collect();
            names.join(language.pick(" of ", " or "))
        }
        "element" => about.element.map_or_else(
            || language.pick("het element", "the element").to_owned(),
            str::to_owned,
        ),
        "attribute" => {
            let attribute = language.pick("het attribuut", "the attribute");
            let name = about.element.and_then(|element| element.strip_prefix('@'));
            name.map_or_else(|| attribute.to_owned(), |name| format!("{attribute} {name}"))
        }
        number => {
            let words = number
                .parse::<usize>()
                .ok()
                .and_then(|number| number.checked_sub(1));
            let words = words.and_then(|index| text.words.get(index));
            words.map_or_else(|| named(number, language), |words| words.of(language).to_owned())
        }
    }
}

/// A term by its name and number.
fn named(term: &str, language: Language) -> String {
    let name = term_name(term, language).unwrap_or_default();
    format!("{name} ({term})")
}

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn parse(file: &'static str) -> BTreeMap<String, Text> {
    let (mut texts, mut words) = (BTreeMap::new(), BTreeMap::new());
    let (mut rules, mut dutch) = ("", "");
    for line in lines(file) {
        match line.split_once(' ') {
            Some(("word", word)) => words.extend(Words::keyed(word)),
            Some(("nl", text)) => dutch = text,
            Some(("en", english)) => {
                let pattern = Words { dutch, english };
                let named = rules.split(' ').flat_map(|rules| rules_of(rules, &words));
                texts.extend(named.map(|(rule, words)| (rule, Text { pattern, words })));
            }
            Some(_) | None => rules = line,
        }
    }
    texts
}

/// The rules that `BR-{S,Z}-{02,03}` stands for, each with the words for its braces.
fn rules_of(shape: &'static str, known: &BTreeMap<&'static str, Words>) -> Vec<(String, Vec<Words>)> {
    let mut rules = vec![(String::new(), Vec::new())];
    let mut rest = shape;
    while let Some((before, after)) = rest.split_once('{') {
        let (items, after) = after.split_once('}').unwrap_or((after, ""));
        let items = items.split(',').map(|item| match item.split_once(':') {
            Some((item, word)) => {
                let word = Words {
                    dutch: word,
                    english: word,
                };
                (item, Some(word))
            }
            None => (item, known.get(item).copied()),
        });
        let items: Vec<_> = items.collect();
        let longer = rules.iter().flat_map(|(rule, words): &(String, Vec<Words>)| {
            items.iter().map(move |(item, word)| {
                let words = words.iter().copied().chain(*word).collect();
                ([rule, before, item].concat(), words)
            })
        });
        rules = longer.collect();
        rest = after;
    }
    for (rule, _) in &mut rules {
        rule.push_str(rest);
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use crate::rules::{ListedRule, RuleSet, listed};

    fn every_rule() -> Vec<ListedRule> {
        RuleSet::ALL.into_iter().flat_map(listed).collect()
    }

    #[test]
    fn every_rule_says_what_to_change_in_both_languages() {
        for rule in every_rule() {
            let texts = Language::ALL.map(|language| rule.text(language));
            for text in &texts {
                assert!(text.ends_with('.') && text.len() > 20, "{}: {text:?}", rule.id);
                assert!(!text.contains(['{', '}']), "{}: {text}", rule.id);
                assert!(
                    !text.contains(" ()") && !text.contains("  "),
                    "{}: {text}",
                    rule.id
                );
            }
            assert_ne!(texts[0], texts[1], "{} in one language only", rule.id);
        }
    }

    #[test]
    fn every_term_that_a_rule_or_text_names_has_a_name() {
        let of_rules = every_rule().into_iter().flat_map(|rule| rule.terms);
        let mut terms: BTreeSet<String> = of_rules.map(str::to_owned).collect();
        for text in TEXTS.values() {
            for pattern in Language::ALL.map(|language| text.pattern.of(language)) {
                let names = pattern.split('{').skip(1);
                let names = names.filter_map(|rest| rest.split_once('}'));
                let terms_only = names.map(|(name, _)| name).filter(|name| name.contains('-'));
                terms.extend(terms_only.map(str::to_owned));
            }
        }
        assert!(terms.len() > 90, "{} terms", terms.len());
        for term in terms {
            for language in Language::ALL {
                assert!(
                    term_name(&term, language).is_some_and(|name| name.len() > 5),
                    "{term}"
                );
            }
        }
    }

    #[test]
    fn there_is_no_text_without_a_rule() {
        let mut known: BTreeSet<&str> = every_rule().iter().map(|rule| rule.id).collect();
        known.extend(["present", "once", "cents", "absent"]);
        let orphans: Vec<_> = TEXTS
            .keys()
            .filter(|rule| !known.contains(rule.as_str()))
            .collect();
        assert_eq!(orphans, Vec::<&String>::new());
    }

    #[test]
    fn a_rule_has_one_text_and_a_text_one_meaning() {
        let file = include_str!("../../data/texts/rules.txt");
        let headers = lines(file).filter(|line| {
            let first = line.split(' ').next().unwrap_or_default();
            !["word", "nl", "en"].contains(&first)
        });
        let mut seen = BTreeSet::new();
        for header in headers {
            for (rule, _) in header
                .split(' ')
                .flat_map(|rules| rules_of(rules, &BTreeMap::new()))
            {
                assert!(seen.insert(rule.clone()), "{rule} has two texts");
            }
        }
        // What many rules share stands in one entry: two entries that say the same are one too many.
        for language in ["nl ", "en "] {
            let texts: Vec<_> = lines(file).filter(|line| line.starts_with(language)).collect();
            let different: BTreeSet<_> = texts.iter().collect();
            assert_eq!(texts.len(), different.len(), "a text stands there twice");
        }
    }

    #[test]
    fn every_word_and_every_place_for_one_is_used() {
        for (rule, text) in TEXTS.iter() {
            for (index, _) in text.words.iter().enumerate() {
                let place = format!("{{{}}}", index + 1);
                let fixed =
                    rule.starts_with("BR-NL") || rule.starts_with("NL-R") || rule.starts_with("UBL-SR");
                let used = Language::ALL.map(|language| text.pattern.of(language).contains(&place));
                assert!(used[0] == used[1], "{rule}: {place} in one language only");
                assert!(
                    used[0] || fixed || text.words.len() > 1 || rule.contains("-O-"),
                    "{rule}: no {place}"
                );
            }
        }
    }
}
