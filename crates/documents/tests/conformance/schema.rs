//! The table of UBL 2.1 in `data/ubl-2.1.txt`, held against the published schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::corpus::Corpus;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/ubl-2.1.txt");

/// The schemas, with the prefix of what each declares.
const SCHEMAS: [(&str, &str); 9] = [
    ("", "maindoc/UBL-Invoice-2.1.xsd"),
    ("", "maindoc/UBL-CreditNote-2.1.xsd"),
    ("cac", "common/UBL-CommonAggregateComponents-2.1.xsd"),
    ("cbc", "common/UBL-CommonBasicComponents-2.1.xsd"),
    ("ext", "common/UBL-CommonExtensionComponents-2.1.xsd"),
    ("ext", "common/UBL-ExtensionContentDataType-2.1.xsd"),
    ("udt", "common/UBL-UnqualifiedDataTypes-2.1.xsd"),
    ("qdt", "common/UBL-QualifiedDataTypes-2.1.xsd"),
    ("ccts-cct", "common/CCTS_CCT_SchemaModule-2.1.xsd"),
];

#[derive(Default)]
struct Schemas {
    /// The type of each element.
    elements: BTreeMap<String, String>,
    types: BTreeMap<String, Type>,
}

#[derive(Default)]
struct Type {
    /// The elements in it, in order, with how often.
    children: Vec<(String, char)>,
    /// What it is derived from.
    base: Option<String>,
    /// Its attributes, and whether they must be there.
    attributes: BTreeMap<String, bool>,
    any: bool,
}

impl Schemas {
    fn read(folder: &Path) -> Self {
        let mut schemas = Self::default();
        for (prefix, file) in SCHEMAS {
            let text = std::fs::read_to_string(folder.join(file)).expect("a schema");
            schemas.add(prefix, &text);
        }
        schemas
    }

    fn add(&mut self, prefix: &str, text: &str) {
        let mut reader = Reader::from_str(text);
        let mut current: Option<String> = None;
        loop {
            match reader.read_event().expect("XML") {
                Event::Eof => return,
                Event::Start(start) | Event::Empty(start) => self.open(prefix, &start, &mut current),
                Event::End(end) if end.name().0 == "xsd:complexType" => current = None,
                Event::End(_)
                | Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_) => {}
            }
        }
    }

    fn open(&mut self, prefix: &str, start: &BytesStart<'_>, current: &mut Option<String>) {
        let attribute = |name: &str| {
            let found = start
                .attributes()
                .flatten()
                .find(|attribute| attribute.key.0 == name);
            found.map(|attribute| attribute.value.into_owned())
        };
        let qualified = |name: String| match (name.contains(':'), prefix) {
            (true, _) | (false, "") => name,
            (false, prefix) => format!("{prefix}:{name}"),
        };
        let own = current.as_ref().and_then(|name| self.types.get_mut(name));
        match (start.name().0, own) {
            ("xsd:complexType", _) => {
                let name = qualified(attribute("name").expect("a name"));
                self.types.insert(name.clone(), Type::default());
                *current = Some(name);
            }
            ("xsd:element", None) => {
                let name = qualified(attribute("name").expect("a name"));
                self.elements
                    .insert(name, qualified(attribute("type").expect("a type")));
            }
            ("xsd:element", Some(own)) => {
                let least = attribute("minOccurs").is_none_or(|least| least != "0");
                let many = attribute("maxOccurs").is_some_and(|most| most == "unbounded");
                let often = match (least, many) {
                    (true, false) => '1',
                    (true, true) => '+',
                    (false, false) => '?',
                    (false, true) => '*',
                };
                own.children
                    .push((qualified(attribute("ref").expect("a reference")), often));
            }
            ("xsd:any", Some(own)) => own.any = true,
            ("xsd:extension" | "xsd:restriction", Some(own)) => own.base = attribute("base").map(qualified),
            ("xsd:attribute", Some(own)) => {
                let required = attribute("use").is_some_and(|usage| usage == "required");
                own.attributes
                    .insert(attribute("name").expect("a name"), required);
            }
            _ => {}
        }
    }

    /// What a value is: its data type in UBL, its primitive, and its attributes.
    fn value(&self, name: &str) -> (String, String, BTreeMap<String, bool>) {
        let own = &self.types[name];
        let base = own.base.as_deref().expect("a base");
        let short = |name: &str| {
            let name = name.rsplit(':').next().unwrap_or(name);
            name.trim_end_matches("Type").to_owned()
        };
        let (data_type, primitive, mut attributes) = match base.strip_prefix("xsd:") {
            Some(primitive) => (short(name), primitive.to_owned(), BTreeMap::new()),
            None => self.value(base),
        };
        attributes.extend(own.attributes.clone());
        let data_type = if name.starts_with("udt:") {
            short(name)
        } else {
            data_type
        };
        (data_type, primitive, attributes)
    }

    /// The table: what is within Invoice and CreditNote, at whatever depth.
    fn table(&self) -> String {
        let mut names: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        let (mut groups, mut values) = (BTreeMap::new(), BTreeMap::new());
        let mut waiting = vec!["CreditNote", "Invoice"];
        let mut seen: BTreeSet<&str> = waiting.iter().copied().collect();
        while let Some(element) = waiting.pop() {
            let name = &self.elements[element];
            let own = &self.types[name];
            if own.any || !own.children.is_empty() {
                names.entry(name.clone()).or_default().insert(element);
                let line: Vec<String> = own
                    .children
                    .iter()
                    .map(|(child, often)| format!("{child}{often}"))
                    .collect();
                groups.insert(
                    name.clone(),
                    if own.any { "any".to_owned() } else { line.join(" ") },
                );
                let new = own.children.iter().map(|(child, _)| child.as_str());
                waiting.extend(new.filter(|child| seen.insert(child)));
            } else {
                let (data_type, primitive, attributes) = self.value(name);
                let attributes = attributes.into_iter();
                let line: String = attributes
                    .map(|(name, required)| format!(" {name}{}", if required { "1" } else { "?" }))
                    .collect();
                let line = format!("{primitive}{line}");
                let before = values.insert(data_type.clone(), line.clone());
                assert!(
                    before.is_none_or(|before| before == line),
                    "{data_type} has two forms"
                );
                names.entry(data_type).or_default().insert(element);
            }
        }
        let mut table = String::new();
        for (kind, types) in [("group", &groups), ("value", &values)] {
            for (name, content) in types {
                let elements: Vec<&str> = names[name].iter().copied().collect();
                table.push_str(&format!("\n{kind} {}\n  {content}\n", elements.join(" ")));
            }
        }
        table
    }
}

#[test]
fn the_table_of_ubl_is_what_the_schemas_say() {
    let Some(corpus) = Corpus::open() else {
        return;
    };
    let found = Schemas::read(&corpus.schemas()).table();
    let table = std::fs::read_to_string(TABLE).expect("the table");
    let comment: String = table
        .lines()
        .take_while(|line| line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    if std::env::var_os("SUBSIDY_CONFORMANCE_WRITE").is_some() {
        std::fs::write(TABLE, [comment, found].concat()).expect("the table");
        return;
    }
    assert_eq!(
        table,
        [comment, found].concat(),
        "SUBSIDY_CONFORMANCE_WRITE=1 writes it"
    );
}
