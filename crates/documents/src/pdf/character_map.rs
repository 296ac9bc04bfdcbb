//! The character map of a font (ToUnicode): which characters its codes stand for.

use std::collections::BTreeMap;

use encoding_rs::UTF_16BE;

use super::lexer::{Lexer, Token};

/// Entries of one map; a font has no more codes.
const MOST_ENTRIES: usize = 70_000;
/// Bytes of the longest code.
const LONGEST_CODE: usize = 4;
/// Bytes of the characters of one code.
const LONGEST_TEXT: usize = 64;

/// A map from codes to characters.
#[derive(Debug, Default)]
pub(super) struct CharacterMap {
    /// Codes one by one.
    texts: BTreeMap<u32, Box<str>>,
    /// First and last code, and the character of the first.
    ranges: Vec<(u32, u32, u32)>,
    /// Bytes, first and last code of each space of codes.
    spaces: Vec<(usize, u32, u32)>,
}

impl CharacterMap {
    /// Reads a map; what is no entry is passed over.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(bytes);
        while let Some(token) = lexer.next() {
            match token {
                Token::Word(b"begincodespacerange") => map.spaces(&mut lexer),
                Token::Word(b"beginbfchar") => map.single(&mut lexer),
                Token::Word(b"beginbfrange") => map.several(&mut lexer),
                Token::Number(_)
                | Token::Name(_)
                | Token::Text(_)
                | Token::ArrayOpen
                | Token::ArrayClose
                | Token::DictOpen
                | Token::DictClose
                | Token::Word(_) => {}
            }
        }
        map.ranges.sort_unstable();
        map
    }

    /// How many entries it has, which is what it takes.
    pub(super) fn entries(&self) -> usize {
        self.texts.len() + self.ranges.len() + self.spaces.len()
    }

    fn is_full(&self) -> bool {
        self.entries() >= MOST_ENTRIES
    }

    fn spaces(&mut self, lexer: &mut Lexer<'_>) {
        while let (Some(Token::Text(first)), Some(Token::Text(last))) = (lexer.next(), lexer.next()) {
            if let (Some(low), Some(high), false) = (code(&first), code(&last), self.is_full()) {
                self.spaces.push((first.len(), low, high));
            }
        }
    }

    fn single(&mut self, lexer: &mut Lexer<'_>) {
        while let Some(Token::Text(from)) = lexer.next() {
            let Some(to) = lexer.next() else { return };
            if let (Some(code), Token::Text(to), false) = (code(&from), to, self.is_full()) {
                self.texts.insert(code, text(&to));
            }
        }
    }

    fn several(&mut self, lexer: &mut Lexer<'_>) {
        while let Some(Token::Text(first)) = lexer.next() {
            let (Some(Token::Text(last)), Some(to)) = (lexer.next(), lexer.next()) else {
                return;
            };
            let (low, high) = (code(&first), code(&last));
            match to {
                Token::Text(to) => {
                    let start = text(&to);
                    let mut characters = start.chars();
                    let (Some(low), Some(high), false) = (low, high, self.is_full()) else {
                        continue;
                    };
                    match (characters.next(), characters.next()) {
                        (Some(character), None) => self.ranges.push((low, high, u32::from(character))),
                        // More than one: of the others of the range only the last character differs, which no word or number needs.
                        _ => drop(self.texts.insert(low, start)),
                    }
                }
                Token::ArrayOpen => {
                    let mut next = low;
                    while let Some(Token::Text(to)) = lexer.next() {
                        if let (Some(code), false) = (next, self.is_full()) {
                            self.texts.insert(code, text(&to));
                            next = code.checked_add(1);
                        }
                    }
                }
                Token::Number(_)
                | Token::Name(_)
                | Token::ArrayClose
                | Token::DictOpen
                | Token::DictClose
                | Token::Word(_) => return,
            }
        }
    }

    /// The bytes of the code with which a text starts.
    pub(super) fn length(&self, bytes: &[u8]) -> usize {
        const USUAL: usize = 2;
        let fits = |length: usize| {
            let start = bytes.get(..length).and_then(code);
            start.is_some_and(|start| {
                let mut spaces = self.spaces.iter().take(64);
                spaces.any(|(bytes, low, high)| *bytes == length && (*low..=*high).contains(&start))
            })
        };
        let known = (1..=LONGEST_CODE).find(|length| fits(*length));
        known
            .or(self.spaces.first().map(|space| space.0))
            .unwrap_or(USUAL)
            .max(1)
    }

    /// Gives the characters of a code, one by one; returns whether there are any.
    pub(super) fn each(&self, code: u32, mut each: impl FnMut(char)) -> bool {
        if let Some(text) = self.texts.get(&code) {
            text.chars().for_each(each);
            return true;
        }
        let after = self.ranges.partition_point(|(low, _, _)| *low <= code);
        let range = after.checked_sub(1).and_then(|last| self.ranges.get(last));
        let character = range
            .filter(|(_, high, _)| code <= *high)
            .and_then(|(low, _, first)| first.checked_add(code - low))
            .and_then(char::from_u32);
        character.map(&mut each).is_some()
    }
}

fn code(bytes: &[u8]) -> Option<u32> {
    if bytes.is_empty() || bytes.len() > LONGEST_CODE {
        return None;
    }
    Some(bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte)))
}

/// The number that a code is.
pub(super) fn number(bytes: &[u8]) -> u32 {
    code(bytes).unwrap_or(0)
}

fn text(bytes: &[u8]) -> Box<str> {
    let short = bytes.get(..LONGEST_TEXT).unwrap_or(bytes);
    UTF_16BE.decode_without_bom_handling(short).0.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_mapped_one_by_one_and_in_ranges() {
        let map = CharacterMap::parse(
            b"1 begincodespacerange <0000><FFFF> endcodespacerange 2 beginbfchar <0003><0020><0004><00660069> endbfchar \
              2 beginbfrange <0010><0019><0030> <0020><0021>[<0041><0042>] endbfrange",
        );
        let read = |code| {
            let mut text = String::new();
            map.each(code, |character| text.push(character)).then_some(text)
        };
        let texts = [3, 4, 0x10, 0x19, 0x21].map(|code| read(code).unwrap_or_default());
        assert_eq!(texts, [" ", "fi", "0", "9", "B"]);
        assert_eq!((read(0x1A), read(0)), (None, None));
        assert_eq!(map.length(b"\x00\x10"), 2);
    }
}
