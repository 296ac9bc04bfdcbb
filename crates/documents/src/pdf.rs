//! The text of a PDF file, to look through it for personal numbers; never shown, and kept no longer than that.
//!
//! The file is not drawn. Its objects are found by reading it from front to back (`file`), so that tables of positions that are damaged,
//! run in circles or lie are not needed; page by page the operators are walked (`content`), codes are turned into characters by the fonts
//! (`font`, `character_map`), and what is written on one line is put together again (`layout`). All reading and unpacking is paid from one
//! budget of bytes ([`Limits::max_unpacked`]); what is left of it when the file is done belongs to the next file.

mod character_map;
mod content;
mod encoding;
mod file;
mod fixed;
mod font;
mod layout;
mod lexer;
mod pages;
mod unpack;
mod value;

use std::collections::BTreeSet;

use crate::limits::Limits;
use crate::personal::beside_a_word;
use crate::personal::scan::PlacedNumber;
use crate::place::Place;
use content::Walk;
use file::{File, Trouble};

/// Why a file was not looked through, or not wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unsearched {
    /// It is encrypted.
    Encrypted,
    /// It has no pages that can be found, or a part that cannot be unpacked.
    Damaged,
    /// It asks for more work than is done for one invoice.
    TooMuch,
    /// A page has a picture and no text: a scan.
    NoText,
    /// A page has text of which the file does not tell the characters.
    NoCharacters,
    /// It is a picture.
    Picture,
    /// It is nothing that is known.
    Binary,
}

impl Unsearched {
    /// The stable word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Encrypted => "ENCRYPTED",
            Self::Damaged => "DAMAGED",
            Self::TooMuch => "TOO_MUCH",
            Self::NoText => "NO_TEXT",
            Self::NoCharacters => "NO_CHARACTERS",
            Self::Picture => "PICTURE",
            Self::Binary => "BINARY",
        }
    }
}

/// What was seen in a PDF file.
#[derive(Default)]
pub(crate) struct PdfSeen {
    /// The personal numbers in it.
    pub(crate) numbers: Vec<PlacedNumber>,
    /// Every reason for which some of it was not looked through.
    pub(crate) unsearched: BTreeSet<Unsearched>,
    /// Bytes of the budget that were used.
    pub(crate) used: usize,
}

/// Looks through a PDF file: its pages, annotations and fields, its other texts, its metadata. Each file within it is given with what is
/// left of the budget, and tells how much of it was used.
pub(crate) fn look(bytes: &[u8], limits: &Limits, each_file: impl FnMut(&[u8], usize) -> usize) -> PdfSeen {
    let mut seen = PdfSeen::default();
    let mut file = File::new(bytes, limits.max_unpacked);
    match read(&mut file, &mut seen, limits.max_faults, each_file) {
        Ok(()) => {}
        Err(Trouble::Spent) => drop(seen.unsearched.insert(Unsearched::TooMuch)),
        Err(Trouble::Encrypted) => {
            // What looked like text was ciphertext.
            seen.numbers.clear();
            seen.unsearched.insert(Unsearched::Encrypted);
        }
    }
    if file.is_damaged() {
        seen.unsearched.insert(Unsearched::Damaged);
    }
    seen.used = file.used();
    seen
}

fn read(
    file: &mut File<'_>,
    seen: &mut PdfSeen,
    most: usize,
    each_file: impl FnMut(&[u8], usize) -> usize,
) -> Result<(), Trouble> {
    let mut found = Found { most, seen };
    file.index(|text| found.search(text, &Place::Document))?;
    file.texts(|text| found.search(text, &Place::Document), each_file)?;
    let pages = pages::all(file)?;
    if pages.is_empty() {
        found.seen.unsearched.insert(Unsearched::Damaged);
    }
    let mut walk = Walk::new(file);
    for (number, page) in (1..).zip(pages) {
        let place = Place::Page { page: number };
        let shown = walk.page(page, |text, below| {
            found.search(text, &place);
            found.add(below, &place);
        })?;
        if shown.pictures && shown.characters == 0 {
            found.seen.unsearched.insert(Unsearched::NoText);
        }
        if shown.unknown >= FEWEST_DIGITS {
            found.seen.unsearched.insert(Unsearched::NoCharacters);
        }
    }
    Ok(())
}

/// Characters of a page that may be unknown before they could be a number.
const FEWEST_DIGITS: usize = 8;

struct Found<'s> {
    most: usize,
    seen: &'s mut PdfSeen,
}

impl Found<'_> {
    fn search(&mut self, text: &str, place: &Place) {
        self.add(beside_a_word(text), place);
    }

    fn add(&mut self, numbers: Vec<u32>, place: &Place) {
        for number in numbers {
            let known = self.seen.numbers.iter().rev().take(64);
            let again = known.filter(|known| known.number == number && known.place == *place);
            if again.count() == 0 && self.seen.numbers.len() < self.most {
                self.seen.numbers.push(PlacedNumber {
                    number,
                    place: place.clone(),
                });
            }
        }
    }
}
