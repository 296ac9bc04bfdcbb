//! A font, as far as it tells which characters its codes are and how wide they stand.

use std::collections::BTreeMap;

use encoding_rs::UTF_16BE;

use super::character_map::{CharacterMap, number};
use super::encoding::{self, Table};
use super::file::{File, Trouble};
use super::fixed::Fixed;
use super::value::{Dict, Value};

/// A font.
pub(super) struct Font {
    codes: Codes,
    map: Option<CharacterMap>,
    widths: Widths,
    /// Whether it has codes of its own of which nobody says what they are; they mostly are letters all the same.
    is_guessed: bool,
}

enum Codes {
    /// Of one byte.
    Bytes(Table),
    /// Of more bytes; `true` when they are UTF-16.
    Wide { utf_16: bool },
}

struct Widths {
    each: BTreeMap<u32, Fixed>,
    /// First and last code.
    ranges: Vec<(u32, u32, Fixed)>,
    other: Fixed,
}

/// One code of a text that is shown.
pub(super) struct Glyph {
    /// How far it goes, in units of the size of the font.
    pub(super) width: Fixed,
    pub(super) is_known: bool,
    pub(super) is_space: bool,
}

/// The width of what has none: that of a digit, about.
const USUAL_WIDTH: i64 = 550;
/// Widths that are kept of one font.
const MOST_WIDTHS: usize = 70_000;

impl Font {
    pub(super) fn read(dict: &Dict, file: &File<'_>) -> Result<Self, Trouble> {
        let map = match dict.get(b"ToUnicode".as_slice()).and_then(Value::reference) {
            Some(stream) => file.stream(stream)?.map(|bytes| CharacterMap::parse(&bytes)),
            None => None,
        };
        let subtype = dict.get(b"Subtype".as_slice()).and_then(Value::name);
        if subtype == Some(b"Type0".as_slice()) {
            let encoding = file.get(dict, b"Encoding")?;
            let name = encoding.name().unwrap_or_default();
            let has = |part: &[u8]| name.windows(part.len()).any(|window| window == part);
            let utf_16 = has(b"UCS2") || has(b"UTF16");
            let below = file.get(dict, b"DescendantFonts")?;
            let below = file.resolved(below.list().first())?;
            let widths = match below.dict() {
                Some(below) => wide_widths(below, file)?,
                None => Widths::none(1000),
            };
            return Ok(Self {
                codes: Codes::Wide { utf_16 },
                is_guessed: false,
                map,
                widths,
            });
        }
        let encoding = match file.get(dict, b"Encoding")? {
            // The names in it may stand elsewhere too.
            Value::Dict(mut encoding) => {
                let differences = file.get(&encoding, b"Differences")?;
                encoding.insert(b"Differences".to_vec(), differences);
                Value::Dict(encoding)
            }
            encoding @ (Value::Nothing
            | Value::Number(_)
            | Value::Name(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Reference(_)) => encoding,
        };
        Ok(Self {
            is_guessed: map.is_none() && encoding == Value::Nothing && has_codes_of_its_own(dict, file)?,
            codes: Codes::Bytes(encoding::table(&encoding)),
            widths: simple_widths(dict, file, subtype == Some(b"Type3".as_slice()))?,
            map,
        })
    }

    /// What it takes, in entries.
    pub(super) fn entries(&self) -> usize {
        let map = self.map.as_ref().map_or(0, CharacterMap::entries);
        map + self.widths.each.len() + self.widths.ranges.len() + 256
    }

    /// Takes the next code off a text: writes its characters, returns how it stands; `None` at the end.
    pub(super) fn next(&self, bytes: &mut &[u8], out: &mut String) -> Option<Glyph> {
        let length = match (&self.codes, &self.map) {
            (Codes::Bytes(_), _) => 1,
            (Codes::Wide { .. }, Some(map)) => map.length(bytes),
            (Codes::Wide { .. }, None) => 2,
        };
        if bytes.is_empty() {
            return None;
        }
        let (taken, rest) = bytes.split_at(length.min(bytes.len()));
        *bytes = rest;
        let code = number(taken);
        let mapped = self
            .map
            .as_ref()
            .is_some_and(|map| map.each(code, |character| out.push(character)));
        let is_known = mapped
            || match &self.codes {
                Codes::Bytes(table) => {
                    let known = usize::try_from(code)
                        .ok()
                        .and_then(|code| table.get(code).copied().flatten());
                    out.extend(known);
                    known.is_some() && !self.is_guessed
                }
                Codes::Wide { utf_16: true } => {
                    out.push_str(&UTF_16BE.decode_without_bom_handling(taken).0);
                    true
                }
                Codes::Wide { utf_16: false } => false,
            };
        Some(Glyph {
            width: self.widths.of(code),
            is_known,
            is_space: taken == b" ",
        })
    }
}

impl Widths {
    fn none(other: i64) -> Self {
        Self {
            each: BTreeMap::new(),
            ranges: Vec::new(),
            other: Fixed::ONE.per_mille(other),
        }
    }

    fn of(&self, code: u32) -> Fixed {
        if let Some(width) = self.each.get(&code) {
            return *width;
        }
        let after = self.ranges.partition_point(|(low, _, _)| *low <= code);
        let range = after.checked_sub(1).and_then(|last| self.ranges.get(last));
        range
            .filter(|(_, high, _)| code <= *high)
            .map_or(self.other, |(_, _, width)| *width)
    }

    fn keep(&mut self, code: u32, width: Fixed) {
        if self.each.len() < MOST_WIDTHS {
            self.each.insert(code, width);
        }
    }
}

/// Whether a font is in the file, with codes of its own.
fn has_codes_of_its_own(dict: &Dict, file: &File<'_>) -> Result<bool, Trouble> {
    const SYMBOLIC: i64 = 4;
    let descriptor = file.get(dict, b"FontDescriptor")?;
    let Some(descriptor) = descriptor.dict() else {
        return Ok(false);
    };
    let flags = descriptor
        .get(b"Flags".as_slice())
        .and_then(Value::whole)
        .unwrap_or(0);
    let embedded = [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"];
    Ok(flags & SYMBOLIC != 0 && embedded.iter().any(|key| descriptor.contains_key(*key)))
}

fn simple_widths(dict: &Dict, file: &File<'_>, own_matrix: bool) -> Result<Widths, Trouble> {
    let mut widths = Widths::none(USUAL_WIDTH);
    let unit = match file
        .get(dict, b"FontMatrix")?
        .list()
        .first()
        .and_then(Value::number)
    {
        Some(unit) if own_matrix => unit,
        Some(_) | None => Fixed::ONE.per_mille(1),
    };
    let first = file
        .get(dict, b"FirstChar")?
        .whole()
        .and_then(|first| u32::try_from(first).ok());
    let list = file.get(dict, b"Widths")?;
    for (code, width) in (first.unwrap_or(0)..=255).zip(list.list()) {
        if let Some(width) = width.number().filter(|width| *width > Fixed::ZERO) {
            widths.keep(code, width.times(unit));
        }
    }
    Ok(widths)
}

fn wide_widths(dict: &Dict, file: &File<'_>) -> Result<Widths, Trouble> {
    let usual = dict.get(b"DW".as_slice()).and_then(Value::whole).unwrap_or(1000);
    let mut widths = Widths::none(usual);
    let list = file.get(dict, b"W")?;
    let mut values = list.list().iter();
    let code = |value: &Value| value.whole().and_then(|code| u32::try_from(code).ok());
    let em = |value: &Value| value.number().map(|width| width.per_mille(1));
    while let (Some(first), Some(next)) = (values.next(), values.next()) {
        let Some(first) = code(first) else { break };
        match next {
            Value::List(each) => {
                for (code, width) in (first..).zip(each) {
                    if let Some(width) = em(width) {
                        widths.keep(code, width);
                    }
                }
            }
            last @ (Value::Nothing
            | Value::Number(_)
            | Value::Name(_)
            | Value::Text(_)
            | Value::Dict(_)
            | Value::Reference(_)) => {
                let (Some(last), Some(width)) = (code(last), values.next().and_then(em)) else {
                    break;
                };
                if widths.ranges.len() < MOST_WIDTHS {
                    widths.ranges.push((first, last, width));
                }
            }
        }
    }
    widths.ranges.sort_unstable();
    Ok(widths)
}
