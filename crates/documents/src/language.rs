//! The two languages in which a sender is told what to change.

/// A language of texts.
#[doc(alias = "taal")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Dutch.
    Dutch,
    /// English.
    English,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Dutch, Self::English];

    /// The one of two that is in this language.
    pub const fn pick<'a>(self, dutch: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Dutch => dutch,
            Self::English => english,
        }
    }
}
