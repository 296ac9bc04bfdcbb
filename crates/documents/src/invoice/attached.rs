//! The files that are attached to an invoice, and the lines that one of them may specify (`docs/formats.md`, section 1.4).

use std::collections::BTreeSet;

use super::InvoiceDocument;
use super::check::Lines;
use super::draft::Faults;
use crate::attachment::{Attachment, Seen, decode, look};
use crate::fault::{Fault, FaultCode};
use crate::limits::Limits;
use crate::personal::PersonNumber;
use crate::place::{Locator, Place, Places};
use crate::unreadable::{Excess, Unreadable};
use crate::xml::Element;

/// The files as they were found.
#[derive(Default)]
pub(super) struct Attached {
    files: Vec<File>,
}

struct File {
    offset: usize,
    path: String,
    name: Option<String>,
    media_type: Option<String>,
    /// What it holds; `None` when it is not written in base64.
    bytes: Option<Vec<u8>>,
}

/// What came of the files.
pub(super) struct Looked {
    pub(super) attachments: Vec<Attachment>,
    pub(super) personal_data: Vec<Place>,
    pub(super) lines: Lines,
    /// What was not looked through.
    pub(super) warnings: Vec<Fault>,
}

impl Attached {
    /// An element that holds a file starts.
    pub(super) fn begin(
        &mut self,
        element: &Element<'_>,
        path: String,
        limits: &Limits,
    ) -> Result<(), Unreadable> {
        if self.files.len() >= limits.max_attachments {
            return Err(Unreadable::LimitExceeded {
                line: 1,
                column: 1,
                what: Excess::Attachments,
                limit: limits.max_attachments,
            });
        }
        let attribute = |name| element.attribute(name).map(|value| shortened(value.trim()));
        self.files.push(File {
            offset: element.offset,
            path,
            name: attribute("filename"),
            media_type: attribute("mimeCode"),
            bytes: Some(Vec::new()),
        });
        Ok(())
    }

    /// The text in the element.
    pub(super) fn take(&mut self, text: &str) {
        if let Some(file) = self.files.last_mut() {
            file.bytes = decode(text);
        }
    }

    /// Looks through each file, reports what cannot be read, and finds the one that specifies the lines.
    pub(super) fn look(
        self,
        parties: &BTreeSet<PersonNumber>,
        faults: &mut Faults,
        locator: &mut Locator<'_>,
        limits: &Limits,
    ) -> Looked {
        let mut looked = Looked {
            attachments: Vec::with_capacity(self.files.len()),
            personal_data: Vec::new(),
            lines: Lines::Own,
            warnings: Vec::new(),
        };
        let mut limits = limits.clone();
        for (index, file) in self.files.into_iter().enumerate() {
            let place = locator.place(file.offset, file.path);
            let site = |code| Fault::new(code, place.clone()).field("BT-125");
            let Some(bytes) = file.bytes else {
                faults.note(file.offset, site(FaultCode::AttachmentEncoding));
                continue;
            };
            let part = file
                .name
                .clone()
                .unwrap_or_else(|| format!("attachment {}", index + 1));
            let Seen {
                numbers,
                learner_numbers,
                lines,
                refused,
                unsearched,
                unpacked,
            } = look(&bytes, &limits);
            limits.max_unpacked = limits.max_unpacked.saturating_sub(unpacked);
            if let Some(why) = refused {
                faults.note(
                    file.offset,
                    site(FaultCode::AttachmentUnreadable).found(why.code()),
                );
            }
            let told = unsearched.into_iter();
            looked
                .warnings
                .extend(told.map(|why| site(FaultCode::AttachmentNotSearched).found(why.as_str())));
            let mut places: Vec<Place> = learner_numbers;
            if let Some(mut list) = lines {
                places.append(&mut list.personal_data.clone());
                list.within(&part);
                looked.lines = match (looked.lines, list.document) {
                    (Lines::Own, InvoiceDocument::Sound(invoice)) => {
                        Lines::Specified(Box::new(invoice), place.clone(), file.offset)
                    }
                    (Lines::Own, InvoiceDocument::Faulty(invoice)) => {
                        for fault in invoice.faults {
                            faults.note(file.offset, fault);
                        }
                        Lines::Unknown
                    }
                    (Lines::Specified(..) | Lines::Unknown, _) => {
                        faults.note(file.offset, site(FaultCode::SeveralSpecifications));
                        Lines::Unknown
                    }
                };
            }
            let known: BTreeSet<Place> = places.iter().map(Place::unnamed).collect();
            let more = numbers
                .into_iter()
                .filter(|found| !parties.contains(&found.number));
            let more = more.map(|found| found.place);
            places.extend(more.filter(|place| !known.contains(&place.unnamed())));
            looked
                .personal_data
                .extend(places.into_iter().map(|place| place.within(&part)));
            looked.attachments.push(Attachment {
                name: file.name,
                media_type: file.media_type,
                place,
                bytes,
            });
        }
        looked
    }
}

/// A name as it is told, without control characters and not longer than a file name is.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 255;
    name.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}
