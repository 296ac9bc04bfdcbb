//! The elements of a payment file, a part at a time: a transfer is held against the rules when it ends, and not kept.

use crate::iso20022::{Leaf, Message, PaymentVersion, Taker, Walk};
use crate::limits::Limits;
use crate::place::{Locator, Place};
use crate::unreadable::Unreadable;
use crate::xml;

/// An element with what is in it.
#[derive(Default)]
pub(super) struct Node {
    /// Its name; one of another namespace has a `?` before it.
    pub(super) name: String,
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) text: String,
    pub(super) currency: Option<String>,
    pub(super) children: Vec<Self>,
}

impl Node {
    /// The first element with this path below it.
    pub(super) fn find(&self, path: &str) -> Option<&Self> {
        let (name, rest) = path
            .split_once('/')
            .map_or((path, None), |(name, rest)| (name, Some(rest)));
        let mut named = self.children.iter().filter(|child| child.name == name);
        match rest {
            Some(rest) => named.find_map(|child| child.find(rest)),
            None => named.next(),
        }
    }

    /// The text at this path, empty when there is none.
    pub(super) fn value(&self, path: &str) -> &str {
        self.find(path).map_or("", |node| node.text.as_str())
    }

    /// Every element with this name directly in it.
    pub(super) fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(super) fn place(&self, path: &str) -> Place {
        Place::Element {
            line: self.line,
            column: self.column,
            path: path.to_owned(),
        }
    }
}

/// Elements that are kept at a time, outside transfers that ended.
const MOST_KEPT: usize = 100_000;

/// What takes the parts.
pub(super) trait Parts {
    /// A transfer ends.
    fn transfer(&mut self, node: &Node);
    /// A batch ends; its transfers were taken before, and only their places among its elements are left of them.
    fn batch(&mut self, node: &Node);
    /// The file ends, with all but its batches.
    fn file(&mut self, node: &Node);
    /// Something is written in an element.
    fn text(&mut self, node: &Node, path: &str);
    /// There are far more elements than any payment file has, and this one is not looked at.
    fn excess(&mut self, node: &Node, path: &str);
    /// Whether there is no more to tell than may be listed.
    fn enough(&self) -> Result<(), Unreadable>;
}

/// Reads a payment file and hands over its parts.
pub(super) fn read<P: Parts>(
    text: &str,
    version: PaymentVersion,
    limits: &Limits,
    parts: P,
) -> Result<P, Unreadable> {
    let builder = Builder {
        locator: Locator::new(text),
        open: vec![Node {
            name: "CstmrCdtTrfInitn".to_owned(),
            line: 1,
            column: 1,
            ..Node::default()
        }],
        kept: 0,
        kept_before: (0, 0),
        parts,
    };
    let mut walk = Walk::new(Message::Payment(version), builder);
    xml::parse(text, limits, &mut walk)?;
    let Builder { open, mut parts, .. } = walk.taker;
    for node in &open {
        parts.file(node);
    }
    parts.enough()?;
    Ok(parts)
}

struct Builder<'t, P> {
    locator: Locator<'t>,
    open: Vec<Node>,
    /// Elements that are kept.
    kept: usize,
    /// How many there were when the batch started, and the transfer.
    kept_before: (usize, usize),
    parts: P,
}

impl<P: Parts> Taker for Builder<'_, P> {
    fn open(&mut self, path: &str, offset: usize) -> Result<(), Unreadable> {
        let (line, column) = self.locator.at(offset);
        match path {
            "PmtInf" => self.kept_before.0 = self.kept,
            "PmtInf/CdtTrfTxInf" => self.kept_before.1 = self.kept,
            _ => {}
        }
        self.open.push(Node {
            name: path.rsplit('/').next().unwrap_or_default().to_owned(),
            line,
            column,
            ..Node::default()
        });
        self.parts.enough()
    }

    fn leaf(&mut self, path: &str, leaf: &Leaf<'_>) {
        if let Some(node) = self.open.last_mut() {
            leaf.text.clone_into(&mut node.text);
            node.currency = leaf.currency.map(str::to_owned);
            self.parts.text(node, path);
        }
    }

    fn close(&mut self, path: &str) {
        let Some(mut node) = self.open.pop() else {
            return;
        };
        match path {
            "PmtInf/CdtTrfTxInf" => {
                self.parts.transfer(&node);
                node.children = Vec::new();
                self.kept = self.kept_before.1;
            }
            "PmtInf" => {
                self.parts.batch(&node);
                node.children = Vec::new();
                self.kept = self.kept_before.0;
            }
            _ => {}
        }
        let Some(parent) = self.open.last_mut() else {
            return;
        };
        // Of transfers in a row one tells where they stand.
        let is_next = parent.children.last().is_some_and(|last| last.name == node.name);
        if is_next && matches!(path, "PmtInf/CdtTrfTxInf" | "PmtInf") {
            return;
        }
        if self.kept < MOST_KEPT {
            self.kept += 1;
            parent.children.push(node);
        } else {
            self.parts.excess(&node, path);
        }
    }
}
