//! An invoice as a tree of elements, each with its place, read once and walked by every rule.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;
use rust_decimal::Decimal;

use super::RuleSet;
use super::paths::{OUTSIDE, Paths};
use super::rule::Rule;
use crate::invoice::InvoiceKind;
use crate::limits::Limits;
use crate::namespace::{AGGREGATE, BASIC, EXTENSION, kind_of_root};
use crate::unreadable::Unreadable;
use crate::xml::{self, Element, Handler};

/// The elements of a document, in its order.
pub(super) struct Tree {
    pub(super) kind: InvoiceKind,
    elements: Vec<Stored>,
    paths: Paths,
    attributes: Vec<Attribute>,
    /// The texts of elements, and the names and values of attributes, one behind the other.
    texts: String,
}

/// Where an element stands in the tree; the root is 0.
type Index = usize;

struct Stored {
    path: usize,
    offset: usize,
    parent: Index,
    first_child: Option<Index>,
    next_sibling: Option<Index>,
    text: Range<usize>,
    attributes: Range<usize>,
}

struct Attribute {
    name: Range<usize>,
    value: Range<usize>,
}

impl Tree {
    /// Reads a document to its end.
    pub(super) fn read(text: &str, limits: &Limits) -> Result<Self, Unreadable> {
        let mut builder = Builder::default();
        xml::parse(text, limits, &mut builder)?;
        Ok(builder.finish())
    }

    /// Every element, parents before children.
    pub(super) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.elements.len()).map(|index| Node { tree: self, index })
    }

    /// The root element.
    pub(super) fn root(&self) -> Node<'_> {
        Node { tree: self, index: 0 }
    }
}

/// Takes the elements of a document as they are read.
#[derive(Default)]
pub(crate) struct Builder {
    kind: Option<InvoiceKind>,
    elements: Vec<Stored>,
    paths: Paths,
    attributes: Vec<Attribute>,
    texts: String,
    /// The open elements, each with its last child.
    open: Vec<(Index, Option<Index>)>,
    /// The name at hand.
    name: String,
}

impl Builder {
    /// The tree of what was taken.
    pub(super) fn finish(self) -> Tree {
        Tree {
            kind: self.kind.unwrap_or(InvoiceKind::Invoice),
            elements: self.elements,
            paths: self.paths,
            attributes: self.attributes,
            texts: self.texts,
        }
    }

    fn name_root(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        self.kind = Some(kind_of_root(element)?);
        self.name.push_str(element.name);
        Ok(())
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.texts.len();
        self.texts.push_str(text);
        start..self.texts.len()
    }

    /// Hangs an element behind its elder sibling, or as the first in its parent.
    fn hang(&mut self, index: Index) -> Option<Index> {
        let (parent, elder) = self
            .open
            .last_mut()
            .map(|(parent, last)| (*parent, last.replace(index)))?;
        let link = match elder {
            Some(elder) => self.elements.get_mut(elder).map(|elder| &mut elder.next_sibling),
            None => self
                .elements
                .get_mut(parent)
                .map(|parent| &mut parent.first_child),
        };
        if let Some(link) = link {
            *link = Some(index);
        }
        Some(parent)
    }
}

impl Handler for Builder {
    fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        let index = self.elements.len();
        self.name.clear();
        if index == 0 {
            self.name_root(element)?;
        } else {
            self.name.push_str(match element.namespace {
                AGGREGATE => "cac:",
                BASIC => "cbc:",
                EXTENSION => "ext:",
                _ => "?:",
            });
            self.name.push_str(element.name);
        }
        let parent = self.hang(index);
        let around = parent.and_then(|parent| self.elements.get(parent));
        let path = self
            .paths
            .below(around.map_or(OUTSIDE, |around| around.path), &self.name);
        let first_attribute = self.attributes.len();
        for (name, value) in element.attributes {
            let (name, value) = (self.keep(name), self.keep(value));
            self.attributes.push(Attribute { name, value });
        }
        self.elements.push(Stored {
            path,
            offset: element.offset,
            parent: parent.unwrap_or_default(),
            first_child: None,
            next_sibling: None,
            text: 0..0,
            attributes: first_attribute..self.attributes.len(),
        });
        self.open.push((index, None));
        Ok(())
    }

    fn text(&mut self, text: &str) {
        // What is inside an attachment is no concern of a rule: that there is something, is.
        const KEPT_OF_AN_ATTACHMENT: usize = 1;
        let Some((index, _)) = self.open.last().copied() else {
            return;
        };
        let path = self.elements.get(index).map_or(OUTSIDE, |element| element.path);
        let kept = if self.paths.name(path).ends_with("BinaryObject") {
            text.get(..KEPT_OF_AN_ATTACHMENT).unwrap_or("?")
        } else {
            text
        };
        let kept = self.keep(kept);
        if let Some(element) = self.elements.get_mut(index) {
            element.text = kept;
        }
    }

    fn close(&mut self) {
        self.open.pop();
    }
}

/// An element.
#[derive(Clone, Copy)]
pub(super) struct Node<'t> {
    tree: &'t Tree,
    index: Index,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl<'t> Node<'t> {
    fn stored(self) -> Option<&'t Stored> {
        self.tree.elements.get(self.index)
    }

    fn at(self, index: Index) -> Self {
        Self { index, ..self }
    }

    /// Its name with the usual prefix: `cac:Party`, `cbc:ID`; the root has none.
    pub(super) fn name(self) -> &'t str {
        self.tree.paths.name(self.path())
    }

    /// The number of its path: elements with the same are of one kind.
    pub(super) fn path(self) -> usize {
        self.stored().map_or(OUTSIDE, |stored| stored.path)
    }

    /// The rules that may judge it, in the order of their sets.
    pub(super) fn rules(self) -> &'t [(RuleSet, &'static Rule)] {
        self.tree.paths.rules(self.path())
    }

    /// Its position in the document.
    pub(super) fn index(self) -> usize {
        self.index
    }

    /// Byte at which it starts.
    pub(super) fn offset(self) -> usize {
        self.stored().map_or(0, |stored| stored.offset)
    }

    /// Invoice or credit note.
    pub(super) fn kind(self) -> InvoiceKind {
        self.tree.kind
    }

    /// The document's root element.
    pub(super) fn root(self) -> Self {
        self.at(0)
    }

    /// The element around it; `None` for the root.
    pub(super) fn parent(self) -> Option<Self> {
        (self.index > 0).then(|| self.at(self.stored().map_or(0, |stored| stored.parent)))
    }

    /// The elements around it, from the inside out.
    pub(super) fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// The elements directly in it.
    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        let first = self.stored().and_then(|stored| stored.first_child);
        std::iter::successors(first.map(|index| self.at(index)), |node| {
            let next = node.stored().and_then(|stored| stored.next_sibling);
            next.map(|index| node.at(index))
        })
    }

    /// Its text, trimmed at both ends.
    pub(super) fn text(self) -> &'t str {
        let range = self.stored().map_or(0..0, |stored| stored.text.clone());
        self.tree.texts.get(range).unwrap_or_default().trim()
    }

    /// Its text as the standard compares codes: runs of blanks are one.
    pub(super) fn normalised(self) -> Cow<'t, str> {
        normalise(self.text())
    }

    /// Its text as an exact number; `None` when it is none.
    pub(super) fn decimal(self) -> Option<Decimal> {
        decimal(self.text())
    }

    /// The value of an attribute.
    pub(super) fn attribute(self, name: &str) -> Option<&'t str> {
        let mut attributes = self.attributes();
        attributes.find_map(|(known, value)| (known == name).then_some(value))
    }

    /// Its attributes, names with their prefix.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let range = self.stored().map_or(0..0, |stored| stored.attributes.clone());
        let tree = self.tree;
        let attributes = tree.attributes.get(range).unwrap_or_default();
        attributes.iter().map(|attribute| {
            let text = |range: &Range<usize>| tree.texts.get(range.clone()).unwrap_or_default();
            (text(&attribute.name), text(&attribute.value))
        })
    }

    /// All elements at a path below it, for instance `cac:Party/cbc:ID`; an empty path is the element itself.
    pub(super) fn all(self, path: &str) -> Vec<Self> {
        let mut all = Vec::new();
        self.find(path, &mut |node| {
            all.push(node);
            false
        });
        all
    }

    /// The first element at a path below it for which something holds.
    pub(super) fn find(self, path: &str, holds: &mut impl FnMut(Self) -> bool) -> Option<Self> {
        if path.is_empty() {
            return holds(self).then_some(self);
        }
        let end = memchr(b'/', path.as_bytes()).unwrap_or(path.len());
        let (step, rest) = path.split_at_checked(end)?;
        let rest = rest.get(1..).unwrap_or_default();
        let mut children = self.children().filter(|child| is_named(step, child.name()));
        children.find_map(|child| child.find(rest, holds))
    }

    /// The first element at a path below it.
    pub(super) fn first(self, path: &str) -> Option<Self> {
        self.find(path, &mut |_| true)
    }

    /// Whether there is an element at a path below it.
    pub(super) fn has(self, path: &str) -> bool {
        self.first(path).is_some()
    }

    /// Whether there is one element at a path below it at most.
    pub(super) fn has_one_at_most(self, path: &str) -> bool {
        let mut count = 0;
        let second = self.find(path, &mut |_| {
            count += 1;
            count > 1
        });
        second.is_none()
    }

    /// Whether something holds for every element at a path below it.
    pub(super) fn every(self, path: &str, holds: impl Fn(Self) -> bool) -> bool {
        self.find(path, &mut |node| !holds(node)).is_none()
    }

    /// Whether an element at a path below it has a text.
    pub(super) fn filled(self, path: &str) -> bool {
        self.find(path, &mut |node| !node.text().is_empty()).is_some()
    }

    /// The number at a path below it.
    pub(super) fn number(self, path: &str) -> Option<Decimal> {
        self.first(path)?.decimal()
    }

    /// The text at a path below it, empty when there is none.
    pub(super) fn value(self, path: &str) -> Cow<'t, str> {
        self.first(path).map_or(Cow::Borrowed(""), Self::normalised)
    }

    /// Whether an element is a charge (`true`), an allowance (`false`) or does not say so.
    pub(super) fn charge_indicator(self) -> Option<bool> {
        match self.first("cbc:ChargeIndicator")?.text() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// Whether a tax category or party tax scheme is of value added tax.
    pub(super) fn is_vat(self) -> bool {
        let is_vat = &mut |id: Self| id.text().eq_ignore_ascii_case("VAT");
        self.find("cac:TaxScheme/cbc:ID", is_vat).is_some()
    }
}

/// The length of the usual prefixes, `cac` and `cbc`.
const PREFIX: usize = 3;

/// Whether an element's name is what a step of a path asks for. Invoice and credit note call the same thing differently:
/// `line`, `quantity` and `type` stand for both names. `amount`, `date`, `identifier` and `binary object` are every element
/// of that data type that EN 16931 knows; the empty step is the root.
pub(super) fn is_named(step: &str, name: &str) -> bool {
    if step.as_bytes().get(PREFIX) == Some(&b':') {
        return step == name;
    }
    match step {
        "" => !name.contains(':'),
        "amount" => name.ends_with("Amount"),
        "any element" => true,
        "date" => matches!(
            name,
            "cbc:IssueDate"
                | "cbc:DueDate"
                | "cbc:TaxPointDate"
                | "cbc:StartDate"
                | "cbc:EndDate"
                | "cbc:ActualDeliveryDate"
        ),
        "identifier" => matches!(name, "cbc:EndpointID" | "cbc:CompanyID" | "cbc:ID"),
        "binary object" => name.ends_with("BinaryObject"),
        "line" => matches!(name, "cac:InvoiceLine" | "cac:CreditNoteLine"),
        "quantity" => matches!(name, "cbc:InvoicedQuantity" | "cbc:CreditedQuantity"),
        "type" => matches!(name, "cbc:InvoiceTypeCode" | "cbc:CreditNoteTypeCode"),
        _ => step == name,
    }
}

/// A text with every run of blanks as one space.
pub(super) fn normalise(text: &str) -> Cow<'_, str> {
    let blank = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r');
    if !text.bytes().any(blank) && !text.contains("  ") && text.trim().len() == text.len() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
}

/// A number as XML writes one: digits with at most one point, and a sign; no exponent and no grouping.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let some = digits.bytes().any(|byte| byte.is_ascii_digit());
    if !plain || !some {
        return None;
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    text.parse().ok()
}
