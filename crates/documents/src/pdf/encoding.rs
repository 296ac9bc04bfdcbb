//! The characters of codes of one byte, by the encoding and the glyph names that a font gives.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};

use super::value::{Dict, Value};

/// A character for each code; `None` where nobody says which.
pub(super) type Table = Vec<Option<char>>;

/// Returns the characters of an encoding as a font gives it: a name, or a dictionary with differences.
pub(super) fn table(encoding: &Value) -> Table {
    match encoding {
        Value::Name(name) => base(Some(name)),
        Value::Dict(dict) => with_differences(dict),
        Value::Nothing | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Reference(_) => {
            base(None)
        }
    }
}

fn base(name: Option<&[u8]>) -> Table {
    let encoding: &'static Encoding = match name {
        Some(b"MacRomanEncoding") => MACINTOSH,
        // Standard, WinAnsi and PDFDoc have the same letters, digits and signs below 128, where the words are that count.
        Some(_) | None => WINDOWS_1252,
    };
    (0..=u8::MAX)
        .map(|code| encoding.decode_without_bom_handling(&[code]).0.chars().next())
        .collect()
}

fn with_differences(dict: &Dict) -> Table {
    let mut table = base(dict.get(b"BaseEncoding".as_slice()).and_then(Value::name));
    let differences = dict.get(b"Differences".as_slice());
    let mut code: usize = 0;
    for value in differences.map(Value::list).unwrap_or_default() {
        match value {
            Value::Number(_) => {
                code = value
                    .whole()
                    .and_then(|code| usize::try_from(code).ok())
                    .unwrap_or(256);
            }
            Value::Name(name) => {
                if let Some(slot) = table.get_mut(code) {
                    *slot = glyph(name);
                }
                code = code.saturating_add(1);
            }
            Value::Nothing | Value::Text(_) | Value::List(_) | Value::Dict(_) | Value::Reference(_) => {}
        }
    }
    table
}

/// Names of glyphs that are no single letter (Adobe Glyph List): digits, and the signs that stand in and around numbers.
const GLYPHS: [(&str, char); 40] = [
    ("space", ' '),
    ("nbspace", '\u{A0}'),
    ("nonbreakingspace", '\u{A0}'),
    ("zero", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'),
    ("period", '.'),
    ("comma", ','),
    ("colon", ':'),
    ("semicolon", ';'),
    ("hyphen", '-'),
    ("sfthyphen", '-'),
    ("minus", '-'),
    ("endash", '–'),
    ("emdash", '—'),
    ("slash", '/'),
    ("backslash", '\\'),
    ("parenleft", '('),
    ("parenright", ')'),
    ("numbersign", '#'),
    ("asterisk", '*'),
    ("plus", '+'),
    ("equal", '='),
    ("underscore", '_'),
    ("quotesingle", '\''),
    ("quotedbl", '"'),
    ("quoteright", '’'),
    ("quoteleft", '‘'),
    ("bullet", '•'),
    ("ampersand", '&'),
    ("at", '@'),
    ("percent", '%'),
    ("Euro", '€'),
];

/// The character of a glyph by its name.
fn glyph(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    // `one.tnum` is a one.
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    let mut characters = name.chars();
    if let (Some(letter), None) = (characters.next(), characters.next()) {
        return Some(letter);
    }
    if let Some((_, character)) = GLYPHS.iter().find(|(known, _)| *known == name) {
        return Some(*character);
    }
    let code = match name.strip_prefix("uni") {
        Some(code) if code.len() == 4 => Some(code),
        Some(_) | None => name
            .strip_prefix('u')
            .filter(|code| (4..=6).contains(&code.len())),
    };
    let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
    if let Some(code) = code {
        return char::from_u32(code);
    }
    // `eacute` is a letter with something on it: the letter is what a word needs.
    const MARKS: [&str; 9] = [
        "acute",
        "grave",
        "dieresis",
        "circumflex",
        "tilde",
        "cedilla",
        "ring",
        "caron",
        "slash",
    ];
    let letter = MARKS.iter().find_map(|mark| name.strip_suffix(mark))?;
    let mut letters = letter.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Some(letter),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_are_known_by_their_names() {
        for (name, character) in [
            ("one", '1'),
            ("one.tnum", '1'),
            ("B", 'B'),
            ("uni0032", '2'),
            ("u0033", '3'),
            ("eacute", 'e'),
        ] {
            assert_eq!(glyph(name.as_bytes()), Some(character), "{name}");
        }
        for unknown in ["g31", "", ".notdef", "uniD800", "\u{FFFD}x"] {
            assert_eq!(glyph(unknown.as_bytes()), None, "{unknown}");
        }
    }
}
