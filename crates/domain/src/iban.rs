//! Account numbers: the check digits of an IBAN (ISO 13616, mod 97 of ISO 7064).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::reason::Reason;

/// An International Bank Account Number whose check digits are right.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban(String);

impl Iban {
    /// Returns the account when its form and check digits are right; spaces are allowed.
    ///
    /// # Errors
    /// [`Reason::IbanChecksum`] when they are not.
    pub fn new(text: &str) -> Result<Self, Reason> {
        let packed: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_uppercase)
            .collect();
        if has_form(&packed) && remainder_97(&packed) == Some(1) {
            Ok(Self(packed))
        } else {
            Err(Reason::IbanChecksum {})
        }
    }

    /// Returns the account without spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn has_form(text: &str) -> bool {
    let country_digits = match text.as_bytes() {
        [a, b, c, d, ..] => {
            a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit()
        }
        _ => false,
    };
    let length = if text.starts_with("NL") {
        text.len() == 18
    } else {
        (15..=34).contains(&text.len())
    };
    country_digits && length && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn remainder_97(text: &str) -> Option<u32> {
    let (head, tail) = text.split_at_checked(4)?;
    tail.chars().chain(head.chars()).try_fold(0_u32, |rest, c| {
        let value = c.to_digit(36)?;
        let width = if value > 9 { 100 } else { 10 };
        Some((rest * width + value) % 97)
    })
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Iban {
    /// Shows country and last four characters only: accounts do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let country = self.0.get(..2).unwrap_or_default();
        let last = self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default();
        write!(f, "Iban({country}…{last})")
    }
}

impl TryFrom<String> for Iban {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text).map_err(|reason| reason.code().to_owned())
    }
}

impl From<Iban> for String {
    fn from(iban: Iban) -> Self {
        iban.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e16_an_account_with_wrong_check_digits_is_refused() {
        assert!(Iban::new("NL44 RABO 0123 4567 89").is_ok());
        assert_eq!(Iban::new("NL45RABO0123456789"), Err(Reason::IbanChecksum {}));
        assert_eq!(Iban::new("NL44RABO012345678"), Err(Reason::IbanChecksum {}));
        assert_eq!(Iban::new(""), Err(Reason::IbanChecksum {}));
        assert_eq!(Iban::new("NL44RABO01234567é9"), Err(Reason::IbanChecksum {}));
    }

    #[test]
    fn a_log_line_shows_no_whole_account() {
        let iban = Iban::new("NL44RABO0123456789").expect("valid");
        assert_eq!(format!("{iban:?}"), "Iban(NL…6789)");
    }
}
