//! From bytes to text: what a file is, how it is encoded, and the repair of characters spoiled on their way.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::limits::Limits;
use crate::place::Locator;
use crate::unreadable::Unreadable;

/// What kind of text a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Xml,
    Plain,
    Workbook,
}

/// What a text in UTF-8 may start with.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A format that is not read, and looked through in an attachment.
pub(crate) const PDF: &str = "a PDF file";
/// A format that is neither read nor looked through.
pub(crate) const IMAGE: &str = "an image";
/// Bytes that are no text.
pub(crate) const BINARY: &str = "a binary file";

/// Formats that are recognised by their first bytes and not read.
const OTHER_FORMATS: [(&[u8], &str); 6] = [
    (b"%PDF", PDF),
    (
        b"\xD0\xCF\x11\xE0",
        "an old Excel workbook (XLS), or one with a password",
    ),
    (b"\x1F\x8B", "a GZIP archive"),
    (b"{", "JSON"),
    (b"[", "JSON"),
    (b"\x89PNG", IMAGE),
];

/// Tells from the first bytes whether a file is XML, a workbook or plain text.
pub(crate) fn sniff(bytes: &[u8]) -> Result<Format, Unreadable> {
    if [b"\xFF\xFE", b"\xFE\xFF", b"<\0", b"\0<"]
        .iter()
        .any(|start| bytes.starts_with(*start))
    {
        return Err(Unreadable::Encoding {
            encoding: "UTF-16".to_owned(),
        });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Format::Workbook);
    }
    let content = without_mark(bytes).trim_ascii();
    if content.is_empty() {
        return Err(Unreadable::Empty);
    }
    if let Some((_, format)) = OTHER_FORMATS.iter().find(|(start, _)| content.starts_with(start)) {
        return Err(Unreadable::OtherFormat { format });
    }
    if content.starts_with(b"<") {
        return Ok(Format::Xml);
    }
    if content.contains(&0) {
        return Err(Unreadable::OtherFormat { format: BINARY });
    }
    Ok(Format::Plain)
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

/// The text of an XML document, which must be UTF-8 and may not say otherwise.
pub(crate) fn xml(bytes: &[u8]) -> Result<&str, Unreadable> {
    let bytes = without_mark(bytes);
    if let Some(encoding) = declared_encoding(bytes)
        && !encoding.eq_ignore_ascii_case("UTF-8")
    {
        return Err(Unreadable::Encoding { encoding });
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let (line, column) = Locator::new(&String::from_utf8_lossy(sound)).at(sound.len());
        Unreadable::NotUtf8 { line, column }
    })
}

/// The text of a file that can only be XML.
pub(crate) fn xml_within<'b>(bytes: &'b [u8], limits: &Limits) -> Result<&'b str, Unreadable> {
    if bytes.len() > limits.max_bytes {
        return Err(Unreadable::TooLarge {
            bytes: bytes.len(),
            limit: limits.max_bytes,
        });
    }
    match sniff(bytes)? {
        Format::Xml => xml(bytes),
        Format::Plain | Format::Workbook => Err(Unreadable::OtherFormat { format: "no XML" }),
    }
}

/// The text of an audit file, which may be ISO-8859-1 too.
pub(crate) fn latin_xml_within<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Cow<'b, str>, Unreadable> {
    match xml_within(bytes, limits) {
        Err(Unreadable::Encoding { .. }) if let Some(text) = latin(bytes) => Ok(text),
        text => text.map(Cow::Borrowed),
    }
}

/// The text of a file that says that it is ISO-8859-1, in which every byte means something.
pub(crate) fn latin(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let declared = declared_encoding(bytes)?;
    (Encoding::for_label(declared.as_bytes()) == Some(WINDOWS_1252))
        .then(|| WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

/// The encoding that the XML declaration names.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    const LONGEST_DECLARATION: usize = 256;
    let start = String::from_utf8_lossy(bytes.get(..LONGEST_DECLARATION).unwrap_or(bytes));
    match Reader::from_str(&start).read_event() {
        Ok(Event::Decl(declaration)) => Some(declaration.encoding()?.ok()?.into_owned()),
        Ok(_) | Err(_) => None,
    }
}

/// The text of a list, and what was done to it.
pub(crate) struct PlainText<'a> {
    /// The text, without byte order mark.
    pub(crate) text: Cow<'a, str>,
    /// Whether it was not UTF-8 and was read as Windows-1252.
    pub(crate) windows_1252: bool,
    /// The first line with spoiled characters and the number of such lines.
    pub(crate) repaired: Option<(u64, usize)>,
}

/// Decodes a list: UTF-8, or else Windows-1252, in which every byte means something.
pub(crate) fn plain(bytes: &[u8]) -> PlainText<'_> {
    let bytes = without_mark(bytes);
    let (text, windows_1252) = match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
    };
    let spoiled = spoiled(&text);
    let Some((first, _)) = spoiled.first() else {
        return PlainText {
            text,
            windows_1252,
            repaired: None,
        };
    };
    let (first_line, _) = Locator::new(&text).at(first.start);
    let mut lines = 0;
    let mut sound = String::with_capacity(text.len());
    let mut done = 0;
    for (range, repaired) in spoiled {
        let between = text.get(done..range.start).unwrap_or_default();
        if done == 0 || between.contains('\n') {
            lines += 1;
        }
        sound.push_str(between);
        sound.push_str(&repaired);
        done = range.end;
    }
    sound.push_str(text.get(done..).unwrap_or_default());
    PlainText {
        text: Cow::Owned(sound),
        windows_1252,
        repaired: Some((first_line, lines)),
    }
}

/// The runs of characters that are UTF-8 misread as Windows-1252 or Mac Roman, with what they were.
fn spoiled(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    if text.is_ascii() {
        return found;
    }
    let mut start = None;
    for (index, character) in text.char_indices().chain([(text.len(), ' ')]) {
        match (character.is_ascii(), start) {
            (false, None) => start = Some(index),
            (true, Some(from)) => {
                start = None;
                let run = text.get(from..index).unwrap_or_default();
                if let Some(repaired) = misread(run, WINDOWS_1252).or_else(|| misread(run, MACINTOSH)) {
                    found.push((from..index, repaired));
                }
            }
            (false, Some(_)) | (true, None) => {}
        }
    }
    found
}

/// What a run of characters was, when it is UTF-8 that was read as `encoding`.
fn misread(run: &str, encoding: &'static Encoding) -> Option<String> {
    let (bytes, _, unmappable) = encoding.encode(run);
    if unmappable {
        return None;
    }
    let was = std::str::from_utf8(&bytes).ok()?;
    was.chars().all(is_written_here).then(|| was.to_owned())
}

/// Letters of western and central Europe, their signs, and typographic punctuation.
fn is_written_here(character: char) -> bool {
    matches!(character, '\u{A0}'..='\u{24F}' | '\u{2010}'..='\u{2122}')
}

/// A text of one line and of sensible length, as it is kept; `None` when it is not.
pub(crate) fn short_line(text: &str) -> Option<String> {
    const LONGEST: usize = 250;
    let short = text.len() <= LONGEST || text.chars().count() <= LONGEST;
    (short && !text.contains(char::is_control)).then(|| text.to_owned())
}
