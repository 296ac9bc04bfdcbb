//! An invoice as a tree of elements, each with its place, read once and walked by every rule.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::invoice::InvoiceKind;
use crate::limits::Limits;
use crate::unreadable::Unreadable;
use crate::xml::{self, Element, Handler};

const INVOICE: &str = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
const CREDIT_NOTE: &str = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2";
const AGGREGATE: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const BASIC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

/// The elements of a document, in its order.
pub(super) struct Tree {
    pub(super) kind: InvoiceKind,
    elements: Vec<Stored>,
    names: Vec<String>,
    attributes: Vec<(String, String)>,
}

/// Where an element stands in the tree; the root is 0.
type Index = usize;

struct Stored {
    name: usize,
    offset: usize,
    parent: Index,
    first_child: Option<Index>,
    next_sibling: Option<Index>,
    text: Box<str>,
    attributes: std::ops::Range<usize>,
}

impl Tree {
    /// Reads a document to its end.
    pub(super) fn read(text: &str, limits: &Limits) -> Result<Self, Unreadable> {
        let mut builder = Builder::default();
        xml::parse(text, limits, &mut builder)?;
        Ok(Self {
            kind: builder.kind.unwrap_or(InvoiceKind::Invoice),
            elements: builder.elements,
            names: builder.names,
            attributes: builder.attributes,
        })
    }

    /// Every element, parents before children.
    pub(super) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.elements.len()).map(|index| Node { tree: self, index })
    }

    /// The root element.
    pub(super) fn root(&self) -> Node<'_> {
        Node { tree: self, index: 0 }
    }

    /// The names that occur, by number.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}

#[derive(Default)]
struct Builder {
    kind: Option<InvoiceKind>,
    elements: Vec<Stored>,
    names: Vec<String>,
    numbers: BTreeMap<String, usize>,
    attributes: Vec<(String, String)>,
    /// The open elements, each with its last child.
    open: Vec<(Index, Option<Index>)>,
}

impl Builder {
    fn number(&mut self, name: Cow<'_, str>) -> usize {
        if let Some(number) = self.numbers.get(name.as_ref()) {
            return *number;
        }
        let number = self.names.len();
        self.names.push(name.as_ref().to_owned());
        self.numbers.insert(name.into_owned(), number);
        number
    }
}

impl Handler for Builder {
    fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        let index = self.elements.len();
        let name = match (element.namespace, element.name) {
            _ if index > 0 => match element.namespace {
                AGGREGATE => Cow::Owned(["cac:", element.name].concat()),
                BASIC => Cow::Owned(["cbc:", element.name].concat()),
                _ => Cow::Owned(["?:", element.name].concat()),
            },
            (INVOICE, "Invoice") => {
                self.kind = Some(InvoiceKind::Invoice);
                Cow::Borrowed(element.name)
            }
            (CREDIT_NOTE, "CreditNote") => {
                self.kind = Some(InvoiceKind::CreditNote);
                Cow::Borrowed(element.name)
            }
            (namespace, name) => {
                return Err(Unreadable::UnknownRoot {
                    name: name.to_owned(),
                    namespace: namespace.to_owned(),
                });
            }
        };
        let name = self.number(name);
        let first_attribute = self.attributes.len();
        self.attributes.extend(
            element
                .attributes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone().into_owned())),
        );
        let (parent, elder) = match self.open.last_mut() {
            Some((parent, last)) => (*parent, last.replace(index)),
            None => (0, None),
        };
        let link = match elder {
            Some(elder) => self.elements.get_mut(elder).map(|elder| &mut elder.next_sibling),
            None if index > 0 => self
                .elements
                .get_mut(parent)
                .map(|parent| &mut parent.first_child),
            None => None,
        };
        if let Some(link) = link {
            *link = Some(index);
        }
        self.elements.push(Stored {
            name,
            offset: element.offset,
            parent,
            first_child: None,
            next_sibling: None,
            text: Box::default(),
            attributes: first_attribute..self.attributes.len(),
        });
        self.open.push((index, None));
        Ok(())
    }

    fn text(&mut self, text: &str) {
        // What is inside an attachment is no concern of a rule: that there is something, is.
        const KEPT_OF_AN_ATTACHMENT: usize = 1;
        let Some(element) = self
            .open
            .last()
            .and_then(|(index, _)| self.elements.get_mut(*index))
        else {
            return;
        };
        let name = self.names.get(element.name).map_or("", String::as_str);
        element.text = if name.ends_with("BinaryObject") {
            text.get(..KEPT_OF_AN_ATTACHMENT).unwrap_or("?").into()
        } else {
            text.into()
        };
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
        let number = self.stored().map(|stored| stored.name);
        number
            .and_then(|number| self.tree.names.get(number))
            .map_or("", String::as_str)
    }

    /// The number of its name in [`Tree::names`].
    pub(super) fn name_number(self) -> usize {
        self.stored().map_or(0, |stored| stored.name)
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
        self.stored().map_or("", |stored| stored.text.trim())
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
        let range = self.stored()?.attributes.clone();
        let attributes = self.tree.attributes.get(range)?;
        let (_, value) = attributes.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The names of its attributes, with their prefix.
    pub(super) fn attribute_names(self) -> impl Iterator<Item = &'t str> {
        let range = self.stored().map_or(0..0, |stored| stored.attributes.clone());
        let attributes = self.tree.attributes.get(range).unwrap_or_default();
        attributes.iter().map(|(name, _)| name.as_str())
    }

    /// All elements at a path below it, for instance `cac:Party/cbc:ID`; an empty path is the element itself.
    pub(super) fn all(self, path: &str) -> Vec<Self> {
        let mut found = Vec::new();
        self.collect(path, &mut found);
        found
    }

    fn collect(self, path: &str, found: &mut Vec<Self>) {
        if path.is_empty() {
            found.push(self);
            return;
        }
        let (step, rest) = path.split_once('/').unwrap_or((path, ""));
        for child in self.children().filter(|child| is_named(step, child.name())) {
            child.collect(rest, found);
        }
    }

    /// The first element at a path below it.
    pub(super) fn first(self, path: &str) -> Option<Self> {
        if path.is_empty() {
            return Some(self);
        }
        let (step, rest) = path.split_once('/').unwrap_or((path, ""));
        self.children()
            .filter(|child| is_named(step, child.name()))
            .find_map(|child| child.first(rest))
    }

    /// Whether there is an element at a path below it.
    pub(super) fn has(self, path: &str) -> bool {
        self.first(path).is_some()
    }

    /// Whether an element at a path below it has a text.
    pub(super) fn filled(self, path: &str) -> bool {
        self.all(path).iter().any(|node| !node.text().is_empty())
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
        self.all("cac:TaxScheme/cbc:ID")
            .iter()
            .any(|id| id.text().eq_ignore_ascii_case("VAT"))
    }
}

/// Whether an element's name is what a step of a path asks for. Invoice and credit note call the same thing differently:
/// `line`, `quantity` and `type` stand for both names. `amount`, `date`, `identifier` and `binary object` are every element
/// of that data type that EN 16931 knows; the empty step is the root.
pub(super) fn is_named(step: &str, name: &str) -> bool {
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
