//! Reads XML as a stream of elements: no DTD, no entities of its own, within limits, well-formed to the end.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::{EscapeError, resolve_predefined_entity};
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{NamespaceResolver, ResolveResult};

use crate::limits::Limits;
use crate::place::Locator;
use crate::unreadable::{Excess, Malformation, Unreadable};

/// What takes the elements of a document, in their order.
pub(crate) trait Handler {
    /// Whether space around a text belongs to it.
    const KEEPS_SPACE: bool = false;

    /// An element starts.
    fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable>;

    /// Text that stands directly in the element that is open: all of it, unless other elements stand between. Never empty, and never blank unless space is kept.
    fn text(&mut self, text: &str);

    /// The element that is open ends.
    fn close(&mut self);
}

/// Two that take the same document, read once.
impl<A: Handler, B: Handler> Handler for (A, B) {
    fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        self.0.open(element)?;
        self.1.open(element)
    }

    fn text(&mut self, text: &str) {
        self.0.text(text);
        self.1.text(text);
    }

    fn close(&mut self) {
        self.0.close();
        self.1.close();
    }
}

/// The start of an element.
pub(crate) struct Element<'e> {
    /// Its namespace, empty when it has none.
    pub(crate) namespace: &'e str,
    /// Its name without prefix.
    pub(crate) name: &'e str,
    /// Its attributes, names with their prefix; namespace declarations are left out.
    pub(crate) attributes: &'e [(&'e str, Cow<'e, str>)],
    /// Byte at which it starts.
    pub(crate) offset: usize,
}

impl Element<'_> {
    /// The value of the attribute with this name, which has no prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| value.as_ref())
    }
}

/// Reads a document to its end.
pub(crate) fn parse(text: &str, limits: &Limits, handler: &mut impl Handler) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut walk = Walk {
        text,
        limits,
        namespaces: NamespaceResolver::default(),
        declaring: Vec::new(),
        depth: 0,
        elements: 0,
        content: Cow::Borrowed(""),
    };
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event();
        match event.map_err(|error| walk.refusal(&error, offset))? {
            Event::Start(start) => walk.open(&start, offset, handler)?,
            Event::Empty(start) => {
                walk.open(&start, offset, handler)?;
                walk.close(handler);
            }
            Event::End(_) => walk.close(handler),
            Event::Text(piece) => walk.content(piece.into_inner(), offset)?,
            Event::CData(piece) => walk.content(piece.into_inner(), offset)?,
            Event::GeneralRef(reference) => {
                let character = walk.character(&reference, offset)?;
                walk.content(Cow::Owned(character), offset)?;
            }
            Event::DocType(_) => {
                let (line, column) = walk.place(offset);
                return Err(Unreadable::Doctype { line, column });
            }
            Event::Comment(_) | Event::PI(_) => {}
            Event::Decl(_) if offset == 0 => {}
            Event::Decl(_) => return Err(walk.malformed(offset, Malformation::Syntax)),
            Event::Eof => return walk.end(offset),
        }
    }
}

struct Walk<'a> {
    text: &'a str,
    limits: &'a Limits,
    /// What the prefixes of names stand for.
    namespaces: NamespaceResolver,
    /// The depths of the open elements that declare a prefix.
    declaring: Vec<usize>,
    depth: usize,
    elements: usize,
    /// The text of the open element since its start or its last child.
    content: Cow<'a, str>,
}

impl<'a> Walk<'a> {
    fn open(
        &mut self,
        start: &BytesStart<'_>,
        offset: usize,
        handler: &mut impl Handler,
    ) -> Result<(), Unreadable> {
        self.flush(handler);
        if self.depth == 0 && self.elements > 0 {
            return Err(self.malformed(offset, Malformation::OutsideRoot));
        }
        self.depth += 1;
        self.elements += 1;
        self.within(self.depth, self.limits.max_depth, Excess::Depth, offset)?;
        self.within(self.elements, self.limits.max_elements, Excess::Elements, offset)?;
        // Most elements declare nothing, so they are not looked through twice.
        if start.attributes_raw().contains("xmlns") {
            let declared = self.namespaces.push(start);
            declared.map_err(|error| self.refusal(&error.into(), offset))?;
            self.declaring.push(self.depth);
        }
        let (namespace, name) = self.namespaces.resolve_element(start.name());
        let namespace = match namespace {
            ResolveResult::Bound(namespace) => namespace.0,
            ResolveResult::Unbound => "",
            ResolveResult::Unknown(_) => return Err(self.malformed(offset, Malformation::Namespace)),
        };
        let attributes = self.attributes(start, offset)?;
        handler.open(&Element {
            namespace,
            name: name.as_ref(),
            attributes: &attributes,
            offset,
        })
    }

    fn attributes<'s>(
        &self,
        start: &'s BytesStart<'_>,
        offset: usize,
    ) -> Result<Vec<(&'s str, Cow<'s, str>)>, Unreadable> {
        let mut attributes = Vec::new();
        for (index, attribute) in start.attributes().enumerate() {
            self.within(index + 1, self.limits.max_attributes, Excess::Attributes, offset)?;
            let attribute = attribute.map_err(|error| self.refusal(&error.into(), offset))?;
            let name = attribute.key.0;
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| self.refusal(&error, offset))?;
            self.within(value.len(), self.limits.max_text, Excess::Text, offset)?;
            self.check_characters(&value, offset)?;
            if name != "xmlns" && !name.starts_with("xmlns:") {
                attributes.push((name, value));
            }
        }
        Ok(attributes)
    }

    fn close(&mut self, handler: &mut impl Handler) {
        self.flush(handler);
        if self.declaring.pop_if(|depth| *depth == self.depth).is_some() {
            self.namespaces.pop();
        }
        self.depth = self.depth.saturating_sub(1);
        handler.close();
    }

    fn content(&mut self, piece: Cow<'a, str>, offset: usize) -> Result<(), Unreadable> {
        self.check_characters(&piece, offset)?;
        if self.depth == 0 {
            let blank = piece.bytes().all(|byte| byte.is_ascii_whitespace());
            return if blank {
                Ok(())
            } else {
                Err(self.malformed(offset, Malformation::OutsideRoot))
            };
        }
        if self.content.is_empty() {
            self.content = piece;
        } else {
            self.content.to_mut().push_str(&piece);
        }
        self.within(self.content.len(), self.limits.max_text, Excess::Text, offset)
    }

    /// Hands over the text of the open element.
    fn flush<H: Handler>(&mut self, handler: &mut H) {
        let content = std::mem::take(&mut self.content);
        let content = if H::KEEPS_SPACE {
            content.as_ref()
        } else {
            content.trim_ascii()
        };
        if !content.is_empty() {
            handler.text(content);
        }
    }

    /// The character that a reference stands for: one of XML's own five, or a numeric one.
    fn character(&self, reference: &BytesRef<'_>, offset: usize) -> Result<String, Unreadable> {
        match reference.resolve_char_ref() {
            Ok(Some(character)) => Ok(character.to_string()),
            Ok(None) => resolve_predefined_entity(reference)
                .map(str::to_owned)
                .ok_or_else(|| self.entity(offset)),
            Err(_) => Err(self.malformed(offset, Malformation::Character)),
        }
    }

    fn check_characters(&self, text: &str, offset: usize) -> Result<(), Unreadable> {
        // Without a branch for each byte: an attachment is a megabyte of them.
        let control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
        let controls = text.bytes().fold(false, |found, byte| found | control(byte));
        if controls || (!text.is_ascii() && text.contains(['\u{FFFE}', '\u{FFFF}'])) {
            Err(self.malformed(offset, Malformation::Character))
        } else {
            Ok(())
        }
    }

    fn within(&self, count: usize, limit: usize, what: Excess, offset: usize) -> Result<(), Unreadable> {
        if count <= limit {
            return Ok(());
        }
        let (line, column) = self.place(offset);
        Err(Unreadable::LimitExceeded {
            line,
            column,
            what,
            limit,
        })
    }

    fn end(&self, offset: usize) -> Result<(), Unreadable> {
        if self.depth == 0 && self.elements > 0 {
            Ok(())
        } else {
            Err(self.malformed(offset, Malformation::Truncated))
        }
    }

    fn place(&self, offset: usize) -> (u64, u64) {
        Locator::new(self.text).at(offset.min(self.text.len()))
    }

    fn malformed(&self, offset: usize, problem: Malformation) -> Unreadable {
        let (line, column) = self.place(offset);
        Unreadable::Malformed {
            line,
            column,
            problem,
        }
    }

    fn entity(&self, offset: usize) -> Unreadable {
        let (line, column) = self.place(offset);
        Unreadable::Entity { line, column }
    }

    fn refusal(&self, error: &Error, offset: usize) -> Unreadable {
        let problem = match error {
            Error::Escape(EscapeError::UnrecognizedEntity(..)) => return self.entity(offset),
            Error::Syntax(_) | Error::IllFormed(IllFormedError::UnclosedReference) => Malformation::Truncated,
            Error::IllFormed(
                IllFormedError::MismatchedEndTag { .. } | IllFormedError::UnmatchedEndTag(_),
            ) => Malformation::EndTag,
            Error::InvalidAttr(AttrError::Duplicated(..)) => Malformation::RepeatedAttribute,
            Error::InvalidAttr(_) => Malformation::Attribute,
            Error::Namespace(_) => Malformation::Namespace,
            Error::Escape(_) => Malformation::Character,
            Error::IllFormed(_) | Error::Io(_) | Error::Encoding(_) => Malformation::Syntax,
        };
        self.malformed(offset, problem)
    }
}
