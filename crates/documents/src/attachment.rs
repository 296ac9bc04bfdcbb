//! What is attached to an invoice: taken out, looked through, and read when it specifies the lines.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::invoice::line_list::{self, LineList};
use crate::kind::Kind;
use crate::limits::Limits;
use crate::list::{Source, Text, rows_of};
use crate::pdf::{self, Unsearched};
use crate::personal::scan::{PlacedNumber, TableScan};
use crate::place::Place;
use crate::text::{self, Format};
use crate::unreadable::Unreadable;
use crate::workbook::Workbook;

/// A file that was attached to an invoice (BG-24).
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, as the invoice gives it.
    pub name: Option<String>,
    /// Its media type, as the invoice gives it.
    pub media_type: Option<String>,
    /// Where in the invoice it stands.
    pub place: Place,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Attachment {
    /// Shows how long it is and not what it holds.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Attachment")
            .field("name", &self.name)
            .field("media_type", &self.media_type)
            .field("place", &self.place)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// The bytes that a text in base64 stands for, whatever space is in it and however it ends.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let letters: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    LENIENT.decode(letters).ok()
}

/// What was seen in an attachment.
#[derive(Default)]
pub(crate) struct Seen {
    /// The personal numbers in it.
    pub(crate) numbers: Vec<PlacedNumber>,
    /// Where the field of a learner, in a file within it, holds nothing but such a number.
    pub(crate) learner_numbers: Vec<Place>,
    /// The lines that it specifies, when it has the header of a list of lines.
    pub(crate) lines: Option<LineList>,
    /// Why it could not be looked through, though it is a list or a workbook.
    pub(crate) refused: Option<Unreadable>,
    /// Why some of it was not looked through, or all of it.
    pub(crate) unsearched: BTreeSet<Unsearched>,
    /// Bytes that were unpacked to look.
    pub(crate) unpacked: usize,
}

impl Seen {
    fn refused(why: Unreadable) -> Self {
        Self {
            refused: Some(why),
            ..Self::default()
        }
    }

    fn unsearched(why: Unsearched) -> Self {
        Self {
            unsearched: BTreeSet::from([why]),
            ..Self::default()
        }
    }
}

/// Looks through an attachment: lists, workbooks, PDF files and other texts; of what cannot be looked through is told why.
pub(crate) fn look(bytes: &[u8], limits: &Limits) -> Seen {
    match text::sniff(bytes) {
        Ok(Format::Plain) => {
            let text = text::plain(bytes);
            let mut seen = look_at_rows(Text::Plain(&text), limits);
            seen.numbers = match numbers_in(Text::Plain(&text), limits) {
                Ok(numbers) => numbers,
                Err(why) => return Seen::refused(why),
            };
            seen
        }
        Ok(Format::Workbook) => match Workbook::read(bytes, limits) {
            Ok(workbook) => {
                let mut seen = look_at_rows(Text::Sheet(&workbook.sheet, workbook.others), limits);
                if let Some(lines) = &mut seen.lines {
                    lines.within(&workbook.sheet.name);
                }
                Seen {
                    numbers: workbook.personal,
                    unpacked: workbook.unpacked,
                    ..seen
                }
            }
            Err(why) => Seen::refused(why),
        },
        // XML and JSON are texts, whatever they mean.
        Ok(Format::Xml) | Err(Unreadable::OtherFormat { format: "JSON" }) => {
            match numbers_in(Text::Plain(&text::plain(bytes)), limits) {
                Ok(numbers) => Seen {
                    numbers,
                    ..Seen::default()
                },
                Err(why) => Seen::refused(why),
            }
        }
        Err(Unreadable::OtherFormat { format: text::PDF }) => look_at_pdf(bytes, limits),
        Err(Unreadable::OtherFormat { format: text::IMAGE }) => Seen::unsearched(Unsearched::Picture),
        Err(Unreadable::OtherFormat { format: text::BINARY }) => Seen::unsearched(match is_picture(bytes) {
            true => Unsearched::Picture,
            false => Unsearched::Binary,
        }),
        Err(Unreadable::Empty) => Seen::default(),
        Err(why) => Seen::refused(why),
    }
}

/// Whether it starts as a JPEG does, the other picture that an invoice may carry (BR-CL-24).
fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xFF\xD8\xFF")
}

/// Looks through a PDF file and the files within it; of those nothing is read but numbers.
fn look_at_pdf(bytes: &[u8], limits: &Limits) -> Seen {
    let mut numbers = Vec::new();
    let mut learner_numbers = Vec::new();
    let mut unsearched = BTreeSet::new();
    let mut count: usize = 0;
    let seen = pdf::look(bytes, limits, |file, left| {
        count += 1;
        // A PDF file in a PDF file, and so on for ever.
        if text::sniff(file) == Err(Unreadable::OtherFormat { format: text::PDF }) {
            unsearched.insert(Unsearched::TooMuch);
            return 0;
        }
        let inner = Limits {
            max_unpacked: left,
            ..limits.clone()
        };
        let seen = look(file, &inner);
        let part = format!("file {count}");
        let learners = seen.lines.into_iter().flat_map(|list| list.personal_data);
        learner_numbers.extend(learners.map(|place| place.within(&part)));
        numbers.extend(seen.numbers.into_iter().map(|found| found.within(&part)));
        unsearched.extend(seen.unsearched);
        unsearched.extend(seen.refused.map(|_| Unsearched::Damaged));
        seen.unpacked
    });
    numbers.splice(0..0, seen.numbers);
    unsearched.extend(seen.unsearched);
    Seen {
        numbers,
        learner_numbers,
        unsearched,
        unpacked: seen.used,
        ..Seen::default()
    }
}

/// Reads the lines, when this is a list of lines.
fn look_at_rows(text: Text<'_>, limits: &Limits) -> Seen {
    match Source::recognise(text, limits) {
        Ok(source) if source.kind() == Kind::Invoice => match line_list::read(&source, limits) {
            Ok(lines) => Seen {
                lines: Some(lines),
                ..Seen::default()
            },
            Err(why) => Seen::refused(why),
        },
        // It nearly is one: better asked than guessed.
        Err(
            why @ Unreadable::MissingColumns {
                kind: Kind::Invoice, ..
            },
        )
        | Err(
            why @ Unreadable::RepeatedColumn {
                kind: Kind::Invoice, ..
            },
        ) => Seen::refused(why),
        Ok(_) | Err(_) => Seen::default(),
    }
}

fn numbers_in(text: Text<'_>, limits: &Limits) -> Result<Vec<PlacedNumber>, Unreadable> {
    let mut scan = TableScan::new(limits.max_faults);
    rows_of(text, |line, cells| scan.row(line, cells))?;
    Ok(scan.found())
}
