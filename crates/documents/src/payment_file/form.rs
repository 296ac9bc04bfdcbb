//! The form that each field of a payment file has, for what is written as for what is checked.

use super::characters::are_sepa;
use super::rule::PaymentRule;
use crate::identifier::Iban;

/// Characters of a reference.
const LONGEST_IDENTIFIER: usize = 35;
/// Characters of a name.
const LONGEST_NAME: usize = 70;
/// Characters of a description.
const LONGEST_REMITTANCE: usize = 140;
/// The largest amount of a transfer, in cents.
const LARGEST_AMOUNT: i64 = 99_999_999_999;
/// The countries of the European Economic Area, as an IBAN begins with them: with an account there no address is asked.
const EEA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Holds a reference against its form: at least one character and 35 at most, in the SEPA set, no slash at an end, no two in a row.
pub(super) fn identifier(text: &str) -> Result<(), PaymentRule> {
    if text.trim().is_empty() {
        Err(PaymentRule::Missing)
    } else if !are_sepa(text) || text.trim() != text {
        Err(PaymentRule::Characters)
    } else if text.len() > LONGEST_IDENTIFIER {
        Err(PaymentRule::IdentifierLength)
    } else if text.starts_with('/') || text.ends_with('/') || text.contains("//") {
        Err(PaymentRule::IdentifierSlash)
    } else {
        Ok(())
    }
}

/// Holds the length of a name against its form.
pub(super) fn name_length(text: &str) -> Result<(), PaymentRule> {
    within(text, LONGEST_NAME, PaymentRule::Name)
}

/// Holds the length of a description against its form.
pub(super) fn remittance_length(text: &str) -> Result<(), PaymentRule> {
    within(text, LONGEST_REMITTANCE, PaymentRule::Remittance)
}

fn within(text: &str, longest: usize, rule: PaymentRule) -> Result<(), PaymentRule> {
    if text.trim().is_empty() {
        Err(PaymentRule::Missing)
    } else if text.chars().count() > longest {
        Err(rule)
    } else {
        Ok(())
    }
}

/// Holds an amount in cents against its bounds.
pub(super) const fn amount(cents: i64) -> Result<(), PaymentRule> {
    if cents >= 1 && cents <= LARGEST_AMOUNT {
        Ok(())
    } else {
        Err(PaymentRule::Amount)
    }
}

/// Reads an IBAN.
pub(super) fn iban(text: &str) -> Result<Iban, PaymentRule> {
    Iban::parse(text).map_err(|_| PaymentRule::Iban)
}

/// Whether an account is in the European Economic Area.
pub(super) fn is_in_eea(iban: &Iban) -> bool {
    iban.as_str()
        .get(..2)
        .is_some_and(|country| EEA.contains(&country))
}

/// Holds a BIC against its form: four letters or digits, a country, two, and perhaps three more (ISO 9362).
pub(super) fn bic(text: &str) -> Result<(), PaymentRule> {
    let country = text.get(4..6).unwrap_or_default();
    let shaped = matches!(text.len(), 8 | 11)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && country.bytes().all(|byte| byte.is_ascii_uppercase());
    if shaped { Ok(()) } else { Err(PaymentRule::Bic) }
}

/// Holds a creditor reference against ISO 11649: `RF`, two check digits, 1 to 21 letters or digits, mod 97.
pub(super) fn reference(text: &str) -> Result<(), PaymentRule> {
    let shaped = text.starts_with("RF")
        && (5..=25).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit());
    let (head, tail) = text.split_at_checked(4).unwrap_or((text, ""));
    let rest = tail.chars().chain(head.chars()).fold(0u32, |rest, character| {
        let digit = character.to_digit(36).unwrap_or(0);
        let shift = if digit > 9 { 100 } else { 10 };
        (rest * shift + digit) % 97
    });
    if shaped && rest == 1 {
        Ok(())
    } else {
        Err(PaymentRule::Reference)
    }
}
