//! The pages of a file, in their order.

use std::collections::BTreeSet;

use super::file::{File, Trouble};
use super::value::{Dict, Value};

/// Nodes above a page.
const HIGHEST: usize = 64;

/// Returns the objects that are pages: those of the tree in its order, then those that no tree names.
pub(super) fn all(file: &File<'_>) -> Result<Vec<u32>, Trouble> {
    let said = file.page_objects();
    let mut pages = Vec::with_capacity(said.len());
    let mut seen = BTreeSet::new();
    let catalog = match file.catalog() {
        Some(catalog) => file.object(catalog)?.value,
        None => Value::Nothing,
    };
    let root = catalog
        .dict()
        .and_then(|catalog| catalog.get(b"Pages".as_slice()))
        .and_then(Value::reference);
    // What is still to be looked at, the last first.
    let mut ahead: Vec<u32> = root.into_iter().collect();
    while let Some(node) = ahead.pop() {
        if !seen.insert(node) {
            continue;
        }
        let value = file.object(node)?.value;
        let Some(dict) = value.dict() else { continue };
        let kids = file.get(dict, b"Kids")?;
        let kids: Vec<u32> = kids.list().iter().rev().filter_map(Value::reference).collect();
        if kids.is_empty() {
            pages.push(node);
        }
        file.pay(kids.len().saturating_mul(4))?;
        ahead.extend(kids.into_iter().filter(|kid| !seen.contains(kid)));
    }
    pages.extend(said.into_iter().filter(|page| !seen.contains(page)));
    Ok(pages)
}

/// The resources of a page, its own or those of a node above it.
pub(super) fn resources(page: &Dict, file: &File<'_>) -> Result<Dict, Trouble> {
    let mut node = page.clone();
    for _ in 0..HIGHEST {
        if let Value::Dict(resources) = file.get(&node, b"Resources")? {
            return Ok(resources);
        }
        match file.get(&node, b"Parent")? {
            Value::Dict(parent) => node = parent,
            Value::Nothing
            | Value::Number(_)
            | Value::Name(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Reference(_) => break,
        }
    }
    Ok(Dict::new())
}
