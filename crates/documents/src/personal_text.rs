//! Text that may tell who a person is.

use std::fmt;

/// A text that may be about a person: a name, an account, what somebody wrote with a payment.
///
/// Debug output does not show it, and it has no other output than [`PersonalText::reveal`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonalText(Box<str>);

impl PersonalText {
    /// A text that is personal from here on.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the place that compares or shows it to whoever may see it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonalText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PersonalText(..)")
    }
}
