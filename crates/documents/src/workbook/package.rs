//! The archive that a workbook is: its parts, unpacked no further than the limits allow.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::limits::Limits;
use crate::text;
use crate::unreadable::{Excess, Unreadable, WorkbookProblem};
use crate::xml::{self, Element, Handler};

/// Parts of an archive; a workbook has some ten, and one a sheet and a picture.
const MOST_PARTS: usize = 10_000;
/// How many times larger a part becomes at most; sheets of one word a million times over stay below it.
const TIGHTEST: u64 = 500;
/// Parts that are smaller than this are unpacked however tight they are.
const SMALL: u64 = 1 << 20;

/// The parts of a workbook.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// The index of each part, by its name in lower case.
    parts: BTreeMap<String, usize>,
    /// Bytes that may still be unpacked.
    left: usize,
    limit: usize,
    part_limits: Limits,
}

/// The limits of a part: its elements are bounded by its bytes alone.
pub(super) fn limits_of_parts(limits: &Limits) -> Limits {
    Limits {
        max_elements: usize::MAX,
        ..limits.clone()
    }
}

/// The name of a part in the folder of another.
pub(super) fn beside(part: &str, name: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}

const fn wrong(problem: WorkbookProblem) -> Unreadable {
    Unreadable::Workbook { problem }
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, Unreadable> {
        // Every part that the archive lists costs memory before it is read: count them first.
        let listed = bytes
            .windows(4)
            .filter(|four| *four == b"PK\x01\x02")
            .take(MOST_PARTS + 1);
        if listed.count() > MOST_PARTS {
            return Err(wrong(WorkbookProblem::Archive));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| wrong(WorkbookProblem::Archive))?;
        let mut parts = BTreeMap::new();
        for (index, name) in archive.file_names().enumerate() {
            let name = name.map_err(|_| wrong(WorkbookProblem::Archive))?;
            parts.insert(name.replace('\\', "/").to_lowercase(), index);
        }
        Ok(Self {
            archive,
            parts,
            left: limits.max_unpacked,
            limit: limits.max_unpacked,
            part_limits: limits_of_parts(limits),
        })
    }

    /// The name of the part that lists the sheets.
    pub(super) fn main_part(&mut self) -> Result<String, Unreadable> {
        const USUAL: &str = "xl/workbook.xml";
        if self.parts.contains_key(USUAL) {
            return Ok(USUAL.to_owned());
        }
        let Some(text) = self.optional("_rels/.rels")? else {
            return Err(Unreadable::OtherFormat {
                format: "a ZIP archive that is no workbook",
            });
        };
        let relations = relations(&text, &self.part_limits)?;
        relations
            .into_iter()
            .find(|relation| relation.kind.ends_with("/officeDocument"))
            .map(|relation| resolve("", &relation.target))
            .filter(|part| self.parts.contains_key(&part.to_lowercase()) && part.ends_with(".xml"))
            .ok_or(Unreadable::OtherFormat {
                format: "a ZIP archive that is no workbook",
            })
    }

    /// The parts that a part points at, by the ids under which it does.
    pub(super) fn relations(&mut self, part: &str) -> Result<BTreeMap<String, String>, Unreadable> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let file = resolve(folder, &format!("_rels/{name}.rels"));
        let text = self.required(&file)?;
        let relations = relations(&text, &self.part_limits)?;
        Ok(relations
            .into_iter()
            .map(|relation| (relation.id, resolve(folder, &relation.target)))
            .collect())
    }

    /// Bytes that were unpacked so far.
    pub(super) fn unpacked(&self) -> usize {
        self.limit - self.left
    }

    /// The text of a part that must be there.
    pub(super) fn required(&mut self, part: &str) -> Result<String, Unreadable> {
        self.optional(part)?.ok_or(wrong(WorkbookProblem::MissingPart))
    }

    /// The text of a part, when it is there.
    pub(super) fn optional(&mut self, part: &str) -> Result<Option<String>, Unreadable> {
        let Some(index) = self.parts.get(&part.to_lowercase()) else {
            return Ok(None);
        };
        let damaged = |_| wrong(WorkbookProblem::Archive);
        let file = self
            .archive
            .by_index(*index)
            .map_err(|_| wrong(WorkbookProblem::Archive))?;
        let packed = file.compressed_size().max(1);
        let left = u64::try_from(self.left).unwrap_or(u64::MAX);
        let most = left.min(packed.saturating_mul(TIGHTEST).max(SMALL));
        let mut bytes = Vec::new();
        let read = file
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(damaged)?;
        if read > self.left {
            return Err(Unreadable::LimitExceeded {
                line: 1,
                column: 1,
                what: Excess::Unpacked,
                limit: self.limit,
            });
        }
        if u64::try_from(read).unwrap_or(u64::MAX) > most {
            return Err(wrong(WorkbookProblem::Bomb));
        }
        self.left -= read;
        // What XML must be UTF-8 for, a part must be too.
        text::xml(&bytes)?;
        let bytes = bytes
            .strip_prefix(text::BYTE_ORDER_MARK)
            .map(<[u8]>::to_vec)
            .unwrap_or(bytes);
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| wrong(WorkbookProblem::Part))
    }
}

/// A part that another points at.
struct Relation {
    id: String,
    kind: String,
    target: String,
}

fn relations(text: &str, limits: &Limits) -> Result<Vec<Relation>, Unreadable> {
    struct Reader(Vec<Relation>);
    impl Handler for Reader {
        fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
            if element.name == "Relationship" {
                let attribute = |name| element.attribute(name).unwrap_or_default().to_owned();
                self.0.push(Relation {
                    id: attribute("Id"),
                    kind: attribute("Type"),
                    target: attribute("Target"),
                });
            }
            Ok(())
        }

        fn text(&mut self, _: &str) {}

        fn close(&mut self) {}
    }
    let mut reader = Reader(Vec::new());
    xml::parse(text, limits, &mut reader)?;
    Ok(reader.0)
}

/// The name of a part, from the folder of the part that points at it.
fn resolve(folder: &str, target: &str) -> String {
    let path = match target.strip_prefix('/') {
        Some(from_the_root) => from_the_root.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.join("/")
}
