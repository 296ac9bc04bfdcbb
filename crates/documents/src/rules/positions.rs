//! Which of its like an element is: what a path needs to name one of several.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::tree::{Node, is_named};

/// Tells which of its like each element is among its siblings.
#[derive(Default)]
pub(super) struct Positions {
    /// By element: its position from 1, or 0 when it is the only one of its name. Found out for all siblings at once.
    of: BTreeMap<usize, u32>,
}

impl Positions {
    /// The path of an element, for instance `/Invoice/cac:InvoiceLine[2]/cbc:ID`.
    pub(super) fn path(&mut self, node: Node<'_>) -> String {
        let mut steps: Vec<_> = std::iter::once(node).chain(node.ancestors()).collect();
        steps.reverse();
        let mut path = String::new();
        for step in steps {
            path.push('/');
            path.push_str(step.name());
            let position = self.position(step);
            if position > 0 {
                // Writing to a string cannot fail.
                write!(path, "[{position}]").unwrap_or_default();
            }
        }
        path
    }

    fn position(&mut self, node: Node<'_>) -> u32 {
        let Some(parent) = node.parent() else { return 0 };
        if !self.of.contains_key(&node.index()) {
            self.count(parent);
        }
        self.of.get(&node.index()).copied().unwrap_or_default()
    }

    fn count(&mut self, parent: Node<'_>) {
        let mut counts: BTreeMap<usize, (u32, usize)> = BTreeMap::new();
        for child in parent.children() {
            let (count, first) = counts.entry(child.path()).or_insert((0, child.index()));
            *count += 1;
            if *count == 2 {
                self.of.insert(*first, 1);
            }
            let is_only = *count == 1 && !is_named("line", child.name());
            self.of.insert(child.index(), if is_only { 0 } else { *count });
        }
    }
}
