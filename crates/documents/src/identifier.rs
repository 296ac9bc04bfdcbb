//! Numbers that identify parties, accounts and people.

use std::fmt;

/// Who a party is: its number in the trade register, or as a public body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyId {
    /// KVK number, eight digits (scheme 0106).
    Kvk(String),
    /// OIN, twenty digits (scheme 0190).
    Oin(String),
}

impl PartyId {
    /// The number itself.
    pub fn number(&self) -> &str {
        match self {
            Self::Kvk(number) | Self::Oin(number) => number,
        }
    }

    /// Reads eight digits as a KVK number and twenty as an OIN.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        parse_kvk(text)
            .map(Self::Kvk)
            .or_else(|| parse_oin(text).map(Self::Oin))
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kvk(number) => write!(out, "KVK {number}"),
            Self::Oin(number) => write!(out, "OIN {number}"),
        }
    }
}

/// An international bank account number whose check digits fit, without spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(String);

/// Why a text is not an IBAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoIban {
    Shape,
    Checksum,
}

impl Iban {
    /// The number, upper case, without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads an IBAN, with or without spaces (ISO 13616: two letters, two digits, 11 to 30 letters or digits, mod 97).
    pub(crate) fn parse(text: &str) -> Result<Self, NoIban> {
        let number: String = text
            .chars()
            .filter(|c| *c != ' ')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let (country, rest) = number.split_at_checked(2).ok_or(NoIban::Shape)?;
        let (check, account) = rest.split_at_checked(2).ok_or(NoIban::Shape)?;
        let shaped = country.bytes().all(|b| b.is_ascii_uppercase())
            && check.bytes().all(|b| b.is_ascii_digit())
            && account.bytes().all(|b| b.is_ascii_alphanumeric())
            && (11..=30).contains(&account.len())
            && (country != "NL" || account.len() == 14);
        if !shaped {
            return Err(NoIban::Shape);
        }
        let rest = [account, country, check]
            .into_iter()
            .flat_map(str::chars)
            .fold(0u32, |rest, c| {
                let digit = c.to_digit(36).unwrap_or(0);
                let shift = if digit > 9 { 100 } else { 10 };
                (rest * shift + digit) % 97
            });
        if rest == 1 {
            Ok(Self(number))
        } else {
            Err(NoIban::Checksum)
        }
    }
}

impl fmt::Display for Iban {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The number by which an examiner or provider knows a learner.
///
/// Personal: it is to be turned into a pseudonym before anything is recorded, so debug output does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LearnerNumber(String);

impl LearnerNumber {
    pub(crate) fn new(number: impl Into<String>) -> Self {
        Self(number.into())
    }

    /// The number itself, for the one place that makes a pseudonym of it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LearnerNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("LearnerNumber(..)")
    }
}

fn digits(text: &str, count: usize) -> Option<String> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned())
}

/// A KVK number: eight digits, no check digit, leading zeros kept.
pub(crate) fn parse_kvk(text: &str) -> Option<String> {
    digits(text, 8)
}

/// An OIN: twenty digits.
pub(crate) fn parse_oin(text: &str) -> Option<String> {
    digits(text, 20)
}

/// A BRIN: two digits and two letters or digits, for instance `25LX`; read in upper case.
pub(crate) fn parse_brin(text: &str) -> Option<String> {
    let (number, letters) = text.split_at_checked(2)?;
    let fits = number.bytes().all(|b| b.is_ascii_digit())
        && letters.len() == 2
        && letters.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| text.to_ascii_uppercase())
}
