//! The objects of a PDF file, found by reading it from front to back, and the budget from which all reading is paid.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use encoding_rs::{UTF_16BE, WINDOWS_1252};
use memchr::memmem;

use super::lexer::{Lexer, Token, is_space};
use super::unpack::{Refusal, Rows, unpack};
use super::value::{Dict, Value, parse};

/// Why a file is not read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The budget is spent, or something is larger than it ever is.
    Spent,
    Encrypted,
}

/// Objects of a file.
const MOST_OBJECTS: usize = 200_000;
/// Bytes of one stream when it is unpacked.
const MOST_OF_STREAM: usize = 16 << 20;
/// Bytes of all streams of objects, which are kept.
const MOST_KEPT: usize = 32 << 20;
/// Filters of one stream.
const MOST_FILTERS: usize = 8;
/// References that point at references.
const LONGEST_CHAIN: usize = 8;
/// What finding a value costs beside its bytes.
const LOOKING_UP: usize = 32;

/// Where an object stands.
#[derive(Debug, Clone)]
enum Home {
    /// In the file, with its stream when it has one.
    File { at: usize, data: Option<Range<usize>> },
    /// In a stream of objects.
    Packed { stream: usize, at: usize },
}

/// An object: its value, and the bytes of its stream as they are packed.
pub(super) struct Object<'b> {
    pub(super) value: Value,
    pub(super) data: Option<&'b [u8]>,
}

/// A PDF file.
pub(super) struct File<'b> {
    bytes: &'b [u8],
    objects: BTreeMap<u32, Home>,
    packed: Vec<Rc<[u8]>>,
    kept: usize,
    /// Bytes that may still be read or unpacked.
    left: Cell<usize>,
    limit: usize,
    damaged: Cell<bool>,
    notable: RefCell<Notable>,
}

/// Objects that are looked at of themselves, by number.
#[derive(Default)]
pub(super) struct Notable {
    pub(super) catalog: Option<u32>,
    pub(super) pages: BTreeSet<u32>,
    metadata: BTreeSet<u32>,
    files: BTreeSet<u32>,
}

impl<'b> File<'b> {
    pub(super) fn new(bytes: &'b [u8], limit: usize) -> Self {
        Self {
            bytes,
            objects: BTreeMap::new(),
            packed: Vec::new(),
            kept: 0,
            left: Cell::new(limit),
            limit,
            damaged: Cell::new(false),
            notable: RefCell::new(Notable::default()),
        }
    }

    /// Bytes of the budget that were used.
    pub(super) fn used(&self) -> usize {
        self.limit - self.left.get()
    }

    pub(super) fn left(&self) -> usize {
        self.left.get()
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.damaged.get()
    }

    pub(super) fn damaged(&self) {
        self.damaged.set(true);
    }

    pub(super) fn catalog(&self) -> Option<u32> {
        self.notable.borrow().catalog
    }

    /// The objects that say that they are a page.
    pub(super) fn page_objects(&self) -> BTreeSet<u32> {
        self.notable.borrow().pages.clone()
    }

    /// Pays for so many bytes.
    pub(super) fn pay(&self, bytes: usize) -> Result<(), Trouble> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.left.set(0);
                Err(Trouble::Spent)
            }
        }
    }

    /// Finds every object, and gives the texts that stand in each, joined.
    pub(super) fn index(&mut self, mut each: impl FnMut(&str)) -> Result<(), Trouble> {
        self.pay(self.bytes.len())?;
        let mut from = 0;
        while let Some(found) = memmem::find(self.bytes.get(from..).unwrap_or_default(), b"obj") {
            let at = from + found + 3;
            from = at;
            let Some(number) = number_before(self.bytes, at - 3) else {
                continue;
            };
            from = self.take(number, at, &mut each)?;
        }
        let mut from = 0;
        while let Some(found) = memmem::find(self.bytes.get(from..).unwrap_or_default(), b"trailer") {
            from += found + b"trailer".len();
            let mut lexer = Lexer::from(self.bytes, from);
            let value = parse(&mut lexer);
            self.pay(lexer.at() - from + LOOKING_UP)?;
            if value.as_ref().and_then(Value::dict).is_some_and(says_encrypted) {
                return Err(Trouble::Encrypted);
            }
        }
        Ok(())
    }

    /// Takes the object that stands at a place; returns where it ends.
    fn take(&mut self, number: u32, at: usize, each: &mut impl FnMut(&str)) -> Result<usize, Trouble> {
        let mut lexer = Lexer::from(self.bytes, at);
        let value = parse(&mut lexer);
        self.pay(lexer.at() - at + LOOKING_UP)?;
        let Some(value) = value else {
            self.damaged();
            return Ok(at);
        };
        let mut end = lexer.at();
        let mut data = None;
        if let (Value::Dict(dict), Some(Token::Word(b"stream"))) = (&value, lexer.next()) {
            let range = self.stream_at(lexer.at(), dict);
            end = range.end;
            data = Some(range);
        }
        self.note(number, &value, each);
        if let (Value::Dict(dict), Some(range)) = (&value, &data) {
            match dict.get(b"Type".as_slice()).and_then(Value::name) {
                Some(b"XRef") if says_encrypted(dict) => return Err(Trouble::Encrypted),
                Some(b"ObjStm") => self.take_packed(dict, range.clone(), each)?,
                Some(_) | None => {}
            }
        }
        self.keep(number, Home::File { at, data })?;
        Ok(end)
    }

    fn keep(&mut self, number: u32, home: Home) -> Result<(), Trouble> {
        self.objects.insert(number, home);
        if self.objects.len() > MOST_OBJECTS {
            return Err(Trouble::Spent);
        }
        Ok(())
    }

    /// Where the bytes of a stream are, from behind the word `stream`.
    fn stream_at(&self, at: usize, dict: &Dict) -> Range<usize> {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let start = match rest {
            [b'\r', b'\n', ..] => at + 2,
            [b'\n' | b'\r', ..] => at + 1,
            _ => at,
        };
        let length = dict.get(b"Length".as_slice()).and_then(Value::whole);
        let told = length
            .and_then(|length| usize::try_from(length).ok())
            .and_then(|length| {
                let end = start.checked_add(length)?;
                let behind = self.bytes.get(end..)?.trim_ascii_start();
                behind.starts_with(b"endstream").then_some(end)
            });
        let end = told.unwrap_or_else(|| {
            let rest = self.bytes.get(start..).unwrap_or_default();
            // Without an end it is all that is left, so that nobody looks for one again.
            start + memmem::find(rest, b"endstream").unwrap_or(rest.len())
        });
        start.min(end)..end
    }

    fn take_packed(
        &mut self,
        dict: &Dict,
        range: Range<usize>,
        each: &mut impl FnMut(&str),
    ) -> Result<(), Trouble> {
        let number = |key: &[u8]| {
            let number = dict.get(key).and_then(Value::whole);
            number.and_then(|number| usize::try_from(number).ok())
        };
        let (Some(count), Some(first)) = (number(b"N"), number(b"First")) else {
            self.damaged();
            return Ok(());
        };
        let Some(bytes) = self.unpacked(dict, self.bytes.get(range).unwrap_or_default())? else {
            return Ok(());
        };
        self.kept = self.kept.saturating_add(bytes.len());
        if self.kept > MOST_KEPT {
            return Err(Trouble::Spent);
        }
        let bytes: Rc<[u8]> = bytes.into();
        let stream = self.packed.len();
        self.packed.push(Rc::clone(&bytes));
        let mut head = Lexer::new(bytes.get(..first).unwrap_or_default());
        for _ in 0..count.min(MOST_OBJECTS) {
            let (Some(Token::Number(number)), Some(Token::Number(offset))) = (head.next(), head.next())
            else {
                break;
            };
            let number = number.as_whole().and_then(|number| u32::try_from(number).ok());
            let offset = offset.as_whole().and_then(|offset| usize::try_from(offset).ok());
            let (Some(number), Some(offset)) = (number, offset) else {
                continue;
            };
            let at = first.saturating_add(offset);
            let mut lexer = Lexer::from(&bytes, at);
            let value = parse(&mut lexer);
            self.pay(lexer.at().saturating_sub(at) + LOOKING_UP)?;
            match value {
                Some(value) => self.note(number, &value, each),
                None => self.damaged(),
            }
            self.keep(number, Home::Packed { stream, at })?;
        }
        Ok(())
    }

    /// Gives the texts of an object, and remembers it when it is looked at of itself.
    fn note(&self, number: u32, value: &Value, each: &mut impl FnMut(&str)) {
        let mut joined = String::new();
        value.texts(&mut |text| {
            if !joined.is_empty() {
                // Not a separator that joins groups of digits.
                joined.push_str(" | ");
            }
            joined.push_str(&readable(text));
        });
        if !joined.is_empty() {
            each(&joined);
        }
        let Some(dict) = value.dict() else { return };
        let mut notable = self.notable.borrow_mut();
        match dict.get(b"Type".as_slice()).and_then(Value::name) {
            Some(b"Catalog") => notable.catalog = Some(number),
            Some(b"Page") => drop(notable.pages.insert(number)),
            Some(b"Metadata") => drop(notable.metadata.insert(number)),
            Some(b"EmbeddedFile") => drop(notable.files.insert(number)),
            Some(_) | None => {}
        }
        if let Some(Value::Dict(files)) = dict.get(b"EF".as_slice()) {
            notable.files.extend(files.values().filter_map(Value::reference));
        }
        // The form of a field that is XML, in one stream or in parts.
        if let Some(form) = dict.get(b"XFA".as_slice()) {
            let parts = form.list().iter().chain([form]);
            notable.metadata.extend(parts.filter_map(Value::reference));
        }
    }

    /// Gives the texts that are streams of their own, and each file within the file with what is left of the budget; what the
    /// latter used is paid.
    pub(super) fn texts(
        &self,
        mut each: impl FnMut(&str),
        mut each_file: impl FnMut(&[u8], usize) -> usize,
    ) -> Result<(), Trouble> {
        let (metadata, files) = {
            let notable = self.notable.borrow();
            (notable.metadata.clone(), notable.files.clone())
        };
        for number in metadata {
            if let Some(text) = self.stream(number)? {
                each(&readable(&text));
            }
        }
        for number in files {
            if let Some(file) = self.stream(number)? {
                let used = each_file(&file, self.left());
                self.pay(used)?;
            }
        }
        Ok(())
    }

    /// The object with a number; nothing when there is none.
    pub(super) fn object(&self, number: u32) -> Result<Object<'b>, Trouble> {
        let (value, data, read) = match self.objects.get(&number) {
            None => (None, None, 0),
            Some(Home::File { at, data }) => {
                let mut lexer = Lexer::from(self.bytes, *at);
                let value = parse(&mut lexer);
                let data = data.clone().and_then(|range| self.bytes.get(range));
                (value, data, lexer.at() - at)
            }
            Some(Home::Packed { stream, at }) => {
                let bytes = self.packed.get(*stream).map(Rc::as_ref).unwrap_or_default();
                let mut lexer = Lexer::from(bytes, *at);
                let value = parse(&mut lexer);
                (value, None, lexer.at().saturating_sub(*at))
            }
        };
        self.pay(read + LOOKING_UP)?;
        Ok(Object {
            value: value.unwrap_or(Value::Nothing),
            data,
        })
    }

    /// The value itself, of a value that may point at it.
    pub(super) fn resolved(&self, value: Option<&Value>) -> Result<Value, Trouble> {
        let mut value = value.cloned().unwrap_or(Value::Nothing);
        for _ in 0..LONGEST_CHAIN {
            let Some(number) = value.reference() else {
                return Ok(value);
            };
            value = self.object(number)?.value;
        }
        Ok(Value::Nothing)
    }

    /// The value of a key, wherever it stands.
    pub(super) fn get(&self, dict: &Dict, key: &[u8]) -> Result<Value, Trouble> {
        self.resolved(dict.get(key))
    }

    /// What the stream of an object holds; `None` when it has none, or one that cannot be unpacked.
    pub(super) fn stream(&self, number: u32) -> Result<Option<Vec<u8>>, Trouble> {
        let object = self.object(number)?;
        match (object.value, object.data) {
            (Value::Dict(dict), Some(data)) => self.unpacked(&dict, data),
            _ => Ok(None),
        }
    }

    /// What a stream holds; `None`, and the file is damaged, when it cannot be unpacked.
    pub(super) fn unpacked(&self, dict: &Dict, data: &[u8]) -> Result<Option<Vec<u8>>, Trouble> {
        let several = |key: &[u8], short: &[u8]| -> Result<Vec<Value>, Trouble> {
            let value = match dict.get(key) {
                Some(value) => self.resolved(Some(value))?,
                None => self.get(dict, short)?,
            };
            match value {
                Value::List(values) => {
                    let values = values.iter().take(MOST_FILTERS + 1);
                    values.map(|value| self.resolved(Some(value))).collect()
                }
                Value::Nothing => Ok(Vec::new()),
                value @ (Value::Number(_)
                | Value::Name(_)
                | Value::Text(_)
                | Value::Dict(_)
                | Value::Reference(_)) => Ok(vec![value]),
            }
        };
        let filters = several(b"Filter", b"F")?;
        let parameters = several(b"DecodeParms", b"DP")?;
        let mut bytes = data.to_vec();
        self.pay(bytes.len())?;
        if filters.len() > MOST_FILTERS {
            self.damaged();
            return Ok(None);
        }
        for (index, filter) in filters.iter().enumerate() {
            let name = filter.name().unwrap_or_default();
            let rows = parameters.get(index).and_then(Value::dict).map_or(PLAIN, rows);
            let most = self.left().min(MOST_OF_STREAM);
            match unpack(name, &bytes, rows, most) {
                Ok(unpacked) => bytes = unpacked,
                Err(Refusal::Larger) => return Err(Trouble::Spent),
                Err(Refusal::Unknown) => {
                    self.damaged();
                    return Ok(None);
                }
            }
            self.pay(bytes.len())?;
        }
        Ok(Some(bytes))
    }
}

const PLAIN: Rows = Rows {
    predictor: 1,
    sample: 1,
    row: 1,
};

fn rows(dict: &Dict) -> Rows {
    let number = |key: &[u8], usual: i64| {
        dict.get(key)
            .and_then(Value::whole)
            .unwrap_or(usual)
            .clamp(0, 1 << 16)
    };
    let bits = number(b"Colors", 1).saturating_mul(number(b"BitsPerComponent", 8));
    let bytes = |bits: i64| {
        usize::try_from(bits.saturating_add(7) / 8)
            .unwrap_or(0)
            .min(1 << 20)
    };
    Rows {
        predictor: number(b"Predictor", 1),
        sample: bytes(bits),
        row: bytes(bits.saturating_mul(number(b"Columns", 1))),
    }
}

fn says_encrypted(dict: &Dict) -> bool {
    dict.get(b"Encrypt".as_slice())
        .is_some_and(|value| *value != Value::Nothing)
}

/// The number of the object whose word `obj` stands at a place, behind its number and generation.
fn number_before(bytes: &[u8], at: usize) -> Option<u32> {
    const LONGEST: usize = 24;
    let before = bytes.get(at.saturating_sub(LONGEST)..at)?;
    let spaced =
        |bytes: &'_ [u8]| -> usize { bytes.iter().rev().take_while(|byte| is_space(**byte)).count() };
    let digits = |bytes: &'_ [u8]| -> usize {
        bytes
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let cut = |bytes: &'_ [u8], count: usize| bytes.len() - count;
    let before = before.get(..cut(before, spaced(before)))?;
    let generation = digits(before);
    let before = before.get(..cut(before, generation))?;
    let gap = spaced(before);
    let before = before.get(..cut(before, gap))?;
    let number = before.get(cut(before, digits(before))..)?;
    if generation == 0 || gap == 0 {
        return None;
    }
    std::str::from_utf8(number).ok()?.parse().ok()
}

/// The characters of a text outside the pages.
pub(super) fn readable(text: &[u8]) -> String {
    match text {
        [0xFE, 0xFF, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        },
    }
}
