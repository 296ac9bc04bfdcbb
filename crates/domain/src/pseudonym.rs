//! Learners are known by a keyed pseudonym, never by a number or a name.
//!
//! A pseudonym is HMAC-SHA-256 under the fund's secret over the examiner's candidate number, cut to 128 bits. Whoever lacks
//! the secret cannot go from pseudonym to number or test a guess; destroying the secret leaves every amount, count and
//! proof of the ledger as it was (GDPR art. 4(5); a keyed hash is pseudonymous while its key exists).

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::ids::{IdError, LearnerKey};

/// The fund's secret for pseudonyms: 32 bytes.
#[derive(Clone)]
pub struct LearnerSecret([u8; 32]);

impl LearnerSecret {
    /// Returns the secret of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the secret from 64 hexadecimal digits; space around them is allowed.
    ///
    /// # Errors
    /// When the text is anything else; the error does not repeat it.
    pub fn from_hex(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError {
            kind: "learner secret",
            why: "it is not 64 hexadecimal digits",
        };
        let text = text.trim();
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0_u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }

    /// Returns the pseudonym of a candidate number, trimmed and compared without case.
    #[must_use]
    pub fn pseudonym(&self, candidate: &str) -> LearnerKey {
        let digest = self.mac(&["learner", &candidate.trim().to_uppercase()]);
        let mut half = [0_u8; 16];
        for (byte, from) in half.iter_mut().zip(digest) {
            *byte = from;
        }
        LearnerKey::from_bytes(half)
    }

    /// Returns a value that tells two secrets apart without telling what they are.
    ///
    /// It is recorded once in a ledger, so that a wrong secret, which would make one learner two and pay twice, is refused.
    #[must_use]
    pub fn check_value(&self) -> String {
        self.mac(&["check"])
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn mac(&self, parts: &[&str]) -> [u8; 32] {
        // A key shorter than the block of 64 bytes is filled up with zeros (RFC 2104).
        let mut block = [0_u8; 64];
        for (byte, secret) in block.iter_mut().zip(self.0) {
            *byte = secret;
        }
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
        for part in parts {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for LearnerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LearnerSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_learner_has_one_pseudonym_under_one_secret() {
        let secret = LearnerSecret::new([7; 32]);
        assert_eq!(secret.pseudonym("FXK-0000001"), secret.pseudonym(" fxk-0000001 "));
        assert_ne!(secret.pseudonym("FXK-0000001"), secret.pseudonym("FXK-0000002"));
        assert_ne!(
            secret.pseudonym("FXK-0000001"),
            LearnerSecret::new([8; 32]).pseudonym("FXK-0000001")
        );
        assert_ne!(secret.check_value(), LearnerSecret::new([8; 32]).check_value());
    }

    #[test]
    fn the_secret_is_never_shown() {
        let text = "07".repeat(32);
        let secret = LearnerSecret::from_hex(&text).expect("64 digits");
        assert!(!format!("{secret:?}").contains("07"));
        let refused = LearnerSecret::from_hex("0123").expect_err("too short");
        assert!(!refused.to_string().contains("0123"));
    }
}
