//! Which formats of cells show a number as a day.

use std::collections::BTreeMap;

use super::package::limits_of_parts;
use crate::limits::Limits;
use crate::unreadable::Unreadable;
use crate::xml::{self, Element, Handler};

/// For each format of cells whether it shows a day.
#[derive(Default)]
pub(super) struct Formats {
    shows_day: Vec<bool>,
}

impl Formats {
    pub(super) fn read(text: Option<&str>, limits: &Limits) -> Result<Self, Unreadable> {
        let mut reader = Reader::default();
        if let Some(text) = text {
            xml::parse(text, &limits_of_parts(limits), &mut reader)?;
        }
        Ok(Self {
            shows_day: reader.shows_day,
        })
    }

    /// Whether the format with this number shows a day.
    pub(super) fn shows_day(&self, format: Option<&str>) -> bool {
        let index = format
            .and_then(|format| format.parse::<usize>().ok())
            .unwrap_or(0);
        self.shows_day.get(index).copied().unwrap_or(false)
    }
}

#[derive(Default)]
struct Reader {
    /// Whether the elements that open now are the formats of cells, and how deep the element is.
    in_cells: bool,
    custom: BTreeMap<String, bool>,
    shows_day: Vec<bool>,
    open: Vec<bool>,
}

impl Handler for Reader {
    fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        match element.name {
            "cellXfs" => self.in_cells = true,
            "numFmt" => {
                let code = element.attribute("formatCode").unwrap_or_default();
                let id = element.attribute("numFmtId").unwrap_or_default();
                self.custom.insert(id.to_owned(), is_day(code));
            }
            "xf" if self.in_cells => {
                let id = element.attribute("numFmtId").unwrap_or_default();
                let own = self.custom.get(id).copied();
                self.shows_day.push(own.unwrap_or_else(|| is_built_in_day(id)));
            }
            _ => {}
        }
        self.open.push(element.name == "cellXfs");
        Ok(())
    }

    fn text(&mut self, _: &str) {}

    fn close(&mut self) {
        if self.open.pop() == Some(true) {
            self.in_cells = false;
        }
    }
}

/// Whether one of the formats that every program knows shows a day (ECMA-376, part 1, 18.8.30).
fn is_built_in_day(id: &str) -> bool {
    matches!(
        id.parse::<u32>(),
        Ok(14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58)
    )
}

/// Whether a format code shows a year, month or day: a `y` or a `d`, or an `m` that is not minutes.
fn is_day(code: &str) -> bool {
    if code.eq_ignore_ascii_case("general") {
        return false;
    }
    let (mut month, mut time) = (false, false);
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter.to_ascii_lowercase() {
            '"' => drop(letters.find(|end| *end == '"')),
            // A colour, a language, or hours that count on: `[h]`.
            '[' => {
                let inside: String = letters.by_ref().take_while(|end| *end != ']').collect();
                time |= inside.eq_ignore_ascii_case("h");
            }
            '\\' | '_' | '*' => drop(letters.next()),
            ';' => break,
            'y' | 'd' => return true,
            'm' => month = true,
            'h' | 's' => time = true,
            _ => {}
        }
    }
    month && !time
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_with_a_day_is_told_from_amounts_and_times() {
        for day in [
            "dd-mm-yyyy",
            "yyyy\\-mm\\-dd",
            "d/m/yy h:mm",
            "[$-413]d mmmm yyyy;@",
            "mmm-yy",
            "mmmm",
        ] {
            assert!(is_day(day), "{day}");
        }
        for other in [
            "General",
            "0.00",
            "#,##0.00 \"dagdeel\"",
            "h:mm:ss",
            "[h]:mm",
            "mm:ss.0",
            "_ \u{20AC} * #,##0.00_ ",
            "[Red]-0;yyyy",
            "@",
        ] {
            assert!(!is_day(other), "{other}");
        }
    }
}
