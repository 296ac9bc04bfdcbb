//! The forms and check digits of party identifiers that Peppol looks at.

/// A GLN (ISO/IEC 6523 scheme 0088): digits, the last one weighed 3 and 1 from the right.
pub(super) fn is_gln(text: &str) -> bool {
    let Some(digits) = digits(text) else {
        return false;
    };
    let Some((check, payload)) = digits.split_last() else {
        return false;
    };
    let sum = weighed_from_the_right(payload, [3, 1].into_iter());
    (10 - sum % 10) % 10 == *check
}

/// A Norwegian organisation number (0192): nine digits, modulo 11.
pub(super) fn is_norwegian(text: &str) -> bool {
    const LENGTH: usize = 9;
    let Some(digits) = digits(text).filter(|digits| digits.len() == LENGTH) else {
        return false;
    };
    let Some((check, payload)) = digits.split_last() else {
        return false;
    };
    let sum = weighed_from_the_right(payload, 2..=7);
    (11 - sum % 11) % 11 == *check && digits.iter().any(|digit| *digit > 0)
}

/// A Danish CVR number (0184): eight digits, with or without `DK`.
pub(super) fn is_danish(text: &str) -> bool {
    const LENGTH: usize = 8;
    let number = text.strip_prefix("DK").unwrap_or(text);
    digits(number).is_some_and(|digits| digits.len() == LENGTH)
}

/// A Belgian enterprise number (0208): ten digits, the last two modulo 97.
pub(super) fn is_belgian(text: &str) -> bool {
    const LENGTH: usize = 10;
    if digits(text).is_none_or(|digits| digits.len() != LENGTH) {
        return false;
    }
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
    number(0..8)
        .zip(number(8..LENGTH))
        .is_some_and(|(payload, check)| 97 - payload % 97 == check)
}

/// An Italian office code (0201): six letters or digits.
pub(super) fn is_italian_office(text: &str) -> bool {
    const LENGTH: usize = 6;
    text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// An Italian fiscal code (0210, 9907): eleven digits, or sixteen characters of which some are letters.
pub(super) fn is_italian_person(text: &str) -> bool {
    const OF_A_COMPANY: usize = 11;
    const PATTERN: &[u8] = b"AAAAAA99A99***9A";
    let fits = |(byte, kind): (u8, &u8)| match kind {
        b'A' => byte.is_ascii_alphabetic(),
        b'9' => byte.is_ascii_digit(),
        _ => true,
    };
    match text.len() {
        OF_A_COMPANY => digits(text).is_some(),
        length if length == PATTERN.len() => text.bytes().zip(PATTERN).all(fits),
        _ => false,
    }
}

/// An Italian VAT number (0211): `IT` and eleven digits, of which every second is doubled; other countries are not judged.
pub(super) fn is_italian_vat(text: &str) -> bool {
    const LENGTH: usize = 11;
    let Some(number) = text.strip_prefix("IT").or_else(|| text.strip_prefix("it")) else {
        return true;
    };
    digits(number).is_some_and(|digits| digits.len() == LENGTH && luhn(&digits, 1).is_multiple_of(10))
}

/// A Swedish organisation number (0007): ten digits, of which every second is doubled.
pub(super) fn is_swedish(text: &str) -> bool {
    const LENGTH: usize = 10;
    digits(text).is_some_and(|digits| digits.len() == LENGTH && luhn(&digits, 0).is_multiple_of(10))
}

/// An Australian business number (0151): eleven digits, modulo 89.
pub(super) fn is_australian(text: &str) -> bool {
    const WEIGHTS: [i64; 11] = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
    let Some(digits) = digits(text).filter(|digits| digits.len() == WEIGHTS.len()) else {
        return false;
    };
    let weighed: i64 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| i64::from(*digit) * weight)
        .sum();
    // The first digit counts one less.
    (weighed - 10) % 89 == 0
}

/// The digits of a text that has nothing else.
fn digits(text: &str) -> Option<Vec<u32>> {
    let digits: Option<Vec<u32>> = text.chars().map(|character| character.to_digit(10)).collect();
    digits.filter(|digits| !digits.is_empty())
}

/// The sum of the digits, each times its weight; the weights begin at the right and come again and again.
fn weighed_from_the_right(digits: &[u32], weights: impl Iterator<Item = u32> + Clone) -> u32 {
    let weighed = digits.iter().rev().zip(weights.cycle());
    weighed.map(|(digit, weight)| digit * weight).sum()
}

/// The sum of digits of which every second, from `first` on, is doubled and its own digits added.
fn luhn(digits: &[u32], first: usize) -> u32 {
    let value = |(place, digit): (usize, &u32)| {
        let digit = if place % 2 == first { digit * 2 } else { *digit };
        digit / 10 + digit % 10
    };
    digits.iter().enumerate().map(value).sum()
}
