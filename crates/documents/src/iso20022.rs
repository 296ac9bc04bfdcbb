//! What the bank messages of ISO 20022 share: which message a root element begins, and a walk along paths of element names.

use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;

use crate::unreadable::Unreadable;
use crate::xml::{Element, Handler};

/// What a bank message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Message {
    /// A statement of an account.
    Statement,
    /// Payments to be made.
    Payment(PaymentVersion),
    /// What became of payments.
    Status,
}

/// The version of a file with payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaymentVersion {
    /// pain.001.001.03.
    V03,
    /// pain.001.001.09.
    V09,
}

impl Message {
    /// Returns the message that a root element begins; `None` when it begins none that is read here.
    pub(crate) fn of(namespace: &str, name: &str) -> Option<Self> {
        let message = namespace.strip_prefix("urn:iso:std:iso:20022:tech:xsd:")?;
        if name != "Document" {
            return None;
        }
        match message {
            "camt.053.001.02" | "camt.053.001.08" => Some(Self::Statement),
            "pain.001.001.03" => Some(Self::Payment(PaymentVersion::V03)),
            "pain.001.001.09" => Some(Self::Payment(PaymentVersion::V09)),
            "pain.002.001.03" | "pain.002.001.10" => Some(Self::Status),
            _ => None,
        }
    }

    /// The one element in the root.
    pub(crate) const fn element(self) -> &'static str {
        match self {
            Self::Statement => "BkToCstmrStmt",
            Self::Payment(_) => "CstmrCdtTrfInitn",
            Self::Status => "CstmrPmtStsRpt",
        }
    }
}

/// A text in a message.
pub(crate) struct Leaf<'t> {
    pub(crate) text: &'t str,
    /// Byte at which its element starts.
    pub(crate) offset: usize,
    /// The attribute `Ccy` of its element.
    pub(crate) currency: Option<&'t str>,
}

/// What takes a message, by the path of each element below the message: `Stmt/Ntry/Amt`.
///
/// An element of another namespace has a `?` before its name.
pub(crate) trait Taker {
    /// An element starts. An error ends the reading.
    fn open(&mut self, path: &str, offset: usize) -> Result<(), Unreadable>;
    /// An element has a text; what it means with an empty one is that it is not there.
    fn leaf(&mut self, path: &str, leaf: &Leaf<'_>);
    /// An element ends.
    fn close(&mut self, path: &str);
}

/// Walks through a message and hands over what is in it.
pub(crate) struct Walk<T> {
    message: Message,
    namespace: String,
    path: String,
    /// The length of the path before each element that is open below the message.
    open: Vec<usize>,
    depth: usize,
    offset: usize,
    currency: Option<String>,
    pub(crate) taker: T,
}

impl<T> Walk<T> {
    pub(crate) fn new(message: Message, taker: T) -> Self {
        Self {
            message,
            namespace: String::new(),
            path: String::with_capacity(128),
            open: Vec::with_capacity(16),
            depth: 0,
            offset: 0,
            currency: None,
            taker,
        }
    }
}

impl<T: Taker> Handler for Walk<T> {
    fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        self.depth += 1;
        self.offset = element.offset;
        self.currency = element.attribute("Ccy").map(str::to_owned);
        if self.depth == 1 {
            if Message::of(element.namespace, element.name) != Some(self.message) {
                return Err(Unreadable::UnknownRoot {
                    name: element.name.to_owned(),
                    namespace: element.namespace.to_owned(),
                });
            }
            element.namespace.clone_into(&mut self.namespace);
            return Ok(());
        }
        let is_own = element.namespace == self.namespace;
        if self.depth == 2 && is_own && element.name == self.message.element() {
            return Ok(());
        }
        self.open.push(self.path.len());
        if !self.path.is_empty() {
            self.path.push('/');
        }
        if !is_own || self.depth == 2 {
            self.path.push('?');
        }
        self.path.push_str(element.name);
        self.taker.open(&self.path, element.offset)
    }

    fn text(&mut self, text: &str) {
        let leaf = Leaf {
            text,
            offset: self.offset,
            currency: self.currency.as_deref(),
        };
        self.taker.leaf(&self.path, &leaf);
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if let Some(length) = self.open.pop() {
            self.taker.close(&self.path);
            self.path.truncate(length);
        }
    }
}

/// The namespace and name of the root element; `None` when the document does not come to one.
pub(crate) fn root(text: &str) -> Option<(String, String)> {
    let mut reader = NsReader::from_str(text);
    loop {
        match reader.read_resolved_event().ok()? {
            (namespace, Event::Start(start) | Event::Empty(start)) => {
                let namespace = match namespace {
                    ResolveResult::Bound(namespace) => namespace.0,
                    ResolveResult::Unbound | ResolveResult::Unknown(_) => "",
                };
                return Some((namespace.to_owned(), start.local_name().as_ref().to_owned()));
            }
            (_, Event::DocType(_) | Event::Eof) => return None,
            (
                _,
                Event::End(_)
                | Event::Text(_)
                | Event::CData(_)
                | Event::GeneralRef(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_),
            ) => {}
        }
    }
}
