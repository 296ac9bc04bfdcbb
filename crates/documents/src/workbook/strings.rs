//! The texts that cells of a workbook share.

use super::package::limits_of_parts;
use crate::limits::Limits;
use crate::unreadable::Unreadable;
use crate::xml::{self, Element, Handler};

/// The texts, one after the other.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Strings {
    pub(super) fn read(text: Option<&str>, limits: &Limits) -> Result<Self, Unreadable> {
        let mut reader = Reader::default();
        if let Some(text) = text {
            xml::parse(text, &limits_of_parts(limits), &mut reader)?;
        }
        Ok(reader.strings)
    }

    /// The text with this number.
    pub(super) fn get(&self, index: &str) -> Option<&str> {
        let index: usize = index.parse().ok()?;
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..end)
    }
}

/// What an element of a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// Letters: `t`.
    Letters,
    /// How it is said in another script, which is not part of the text.
    Phonetic,
    /// Anything else.
    Other,
}

impl Piece {
    /// What the element is that opens within these.
    pub(super) fn of(name: &str, around: Option<Self>) -> Self {
        match (name, around) {
            ("rPh", _) | (_, Some(Self::Phonetic)) => Self::Phonetic,
            ("t", _) => Self::Letters,
            _ => Self::Other,
        }
    }
}

#[derive(Default)]
struct Reader {
    strings: Strings,
    /// The elements that are open, and whether each is a text of its own.
    open: Vec<(Piece, bool)>,
}

impl Handler for Reader {
    const KEEPS_SPACE: bool = true;

    fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        let around = self.open.last().map(|(piece, _)| *piece);
        let is_item = element.name == "si" && self.open.len() == 1;
        self.open.push((Piece::of(element.name, around), is_item));
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if matches!(self.open.last(), Some((Piece::Letters, _))) {
            self.strings.text.push_str(text);
        }
    }

    fn close(&mut self) {
        if matches!(self.open.pop(), Some((_, true))) {
            self.strings.ends.push(self.strings.text.len());
        }
    }
}
