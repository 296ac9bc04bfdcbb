//! Finds citizen service numbers (BSN) and education numbers, which the fund may not have (UAVG, article 46).
//!
//! One in eleven random numbers passes the test of a BSN. A number counts therefore only beside a word that says what
//! it is, or when it is all there is in a field about a learner.

pub(crate) mod scan;

/// A number of nine digits that passes the test of a BSN or of an education number.
pub(crate) type PersonNumber = u32;

/// Characters between a word and its number.
const BESIDE: usize = 40;

/// Bytes of the longest of the words.
const LONGEST_WORD: usize = 20;

/// Words that say that a number is personal, lower case; each counts wherever no letter stands before it.
const WORDS: [&str; 14] = [
    "bsn",
    "b.s.n",
    "burgerservicen",
    "burger service n",
    "burger-service-n",
    "burgerservice n",
    "sofinummer",
    "sofi-nummer",
    "sofi nummer",
    "sofinr",
    "sofi-nr",
    "onderwijsn",
    "pgn",
    "persoonsgebonden n",
];

/// The personal numbers that stand beside a word that says so.
pub(crate) fn beside_a_word(text: &str) -> Vec<PersonNumber> {
    let numbers = numbers(text);
    if numbers.is_empty() {
        return Vec::new();
    }
    let words = words(text);
    let near = |from: usize, to: usize| {
        text.get(from..to)
            .is_some_and(|gap| gap.chars().count() <= BESIDE)
    };
    // Beyond these bytes no word can be near, so that a long text takes no longer than its length.
    let reach = BESIDE * 4 + LONGEST_WORD;
    let is_beside_a_word = |number: &Number| {
        let from = words.partition_point(|word| word.start + reach < number.start);
        let until = words.partition_point(|word| word.start <= number.end + reach);
        let around = words.get(from..until).unwrap_or_default();
        around
            .iter()
            .any(|word| near(word.end, number.start) || near(number.end, word.start))
    };
    numbers
        .into_iter()
        .filter(is_beside_a_word)
        .map(|number| number.value)
        .collect()
}

/// The personal number that is all there is in a field, perhaps written with spaces, dots or hyphens.
pub(crate) fn bare(text: &str) -> Option<PersonNumber> {
    let is_number = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-'));
    let digits: Vec<u8> = text
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|b| b - b'0')
        .collect();
    if is_number && !is_shaped_as_date(text) {
        person_number(&digits)
    } else {
        None
    }
}

/// Whether a text is written as a date is: `DD-MM-YYYY` or `YYYY-MM-DD`, whether or not there is such a day.
fn is_shaped_as_date(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    matches!(lengths.as_slice(), [2, 2, 4] | [4, 2, 2])
}

/// Whether a text, mostly a heading, says that what stands under it is personal.
pub(crate) fn has_a_word(text: &str) -> bool {
    !words(text).is_empty()
}

struct Word {
    start: usize,
    end: usize,
}

/// Every such word, in the order of the text.
fn words(text: &str) -> Vec<Word> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for word in WORDS {
        for (start, _) in lower.match_indices(word) {
            let after_letter = lower
                .get(..start)
                .unwrap_or_default()
                .ends_with(char::is_alphabetic);
            if !after_letter {
                found.push(Word {
                    start,
                    end: start + word.len(),
                });
            }
        }
    }
    found.sort_by_key(|word| word.start);
    found
}

struct Number {
    start: usize,
    end: usize,
    value: PersonNumber,
}

/// Every run of eight or nine digits, perhaps in groups with a space, dot or hyphen between, that passes a test.
fn numbers(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    if text.bytes().filter(u8::is_ascii_digit).count() < 8 {
        return found;
    }
    let groups = digit_groups(text);
    for (index, first) in groups.iter().enumerate() {
        let mut digits: Vec<u8> = Vec::with_capacity(9);
        let mut end = first.0;
        for (start, stop) in groups.iter().skip(index) {
            let joined = end == *start || is_separator(text.get(end..*start));
            digits.extend(
                text.bytes()
                    .skip(*start)
                    .take(stop - start)
                    .take(10)
                    .map(|b| b - b'0'),
            );
            if !joined || digits.len() > 9 {
                break;
            }
            end = *stop;
            let is_date = text.get(first.0..end).is_some_and(is_shaped_as_date);
            if let (false, Some(value)) = (is_date, person_number(&digits)) {
                found.push(Number {
                    start: first.0,
                    end,
                    value,
                });
            }
        }
    }
    found
}

fn is_separator(between: Option<&str>) -> bool {
    matches!(between, Some(" " | "." | "-" | "\u{A0}"))
}

fn digit_groups(text: &str) -> Vec<(usize, usize)> {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for (index, _) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        match groups.last_mut() {
            Some((_, end)) if *end == index => *end = index + 1,
            Some(_) | None => groups.push((index, index + 1)),
        }
    }
    groups
}

/// The number with these eight or nine digits, when it passes the test of a BSN or of an education number.
///
/// Both weigh the digits by 9 to 2 and the last by -1. A BSN leaves no remainder after division by 11; an education
/// number starts with 10 and leaves 5.
fn person_number(digits: &[u8]) -> Option<PersonNumber> {
    let padding = match digits.len() {
        9 => 0,
        8 => 1,
        _ => return None,
    };
    let value = digits
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(*digit));
    let last = i32::from(*digits.last()?);
    let weighed: i32 = (2..=9 - padding)
        .rev()
        .zip(digits)
        .map(|(weight, digit)| weight * i32::from(*digit))
        .sum();
    let rest = (weighed - last).rem_euclid(11);
    let education = rest == 5 && digits.starts_with(&[1, 0]) && padding == 0;
    (value != 0 && (rest == 0 || education)).then_some(value)
}
