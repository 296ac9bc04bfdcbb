//! The words of a PDF: of its objects, of what its pages draw, of its character maps.

use super::fixed::Fixed;

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'b> {
    Number(Fixed),
    /// A name, without its slash.
    Name(Vec<u8>),
    /// A text, as bytes of which a font or an encoding tells the characters.
    Text(Vec<u8>),
    ArrayOpen,
    ArrayClose,
    DictOpen,
    DictClose,
    /// Anything else: `obj`, `R`, `Tj`.
    Word(&'b [u8]),
}

/// Reads words from front to back, and always comes to an end.
#[derive(Clone)]
pub(super) struct Lexer<'b> {
    bytes: &'b [u8],
    at: usize,
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

const fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

impl<'b> Lexer<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn from(bytes: &'b [u8], at: usize) -> Self {
        Self {
            bytes,
            at: at.min(bytes.len()),
        }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn pass(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.bytes.len());
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.at += 1;
            } else if byte == b'%' {
                let line = self.rest();
                let end = line.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                self.pass(end.unwrap_or(line.len()));
            } else {
                return;
            }
        }
    }

    fn text(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut open: usize = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    text.extend(self.escaped());
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(0x0C),
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
                None
            }
            b'\n' => None,
            b'0'..=b'7' => {
                let mut code = byte - b'0';
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else {
                        break;
                    };
                    code = code.wrapping_mul(8).wrapping_add(digit - b'0');
                    self.at += 1;
                }
                Some(code)
            }
            other => Some(other),
        }
    }

    fn hex_text(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut half: Option<u8> = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex(byte) else { continue };
            half = match half {
                None => Some(digit),
                Some(first) => {
                    text.push(first << 4 | digit);
                    None
                }
            };
        }
        text.extend(half.map(|first| first << 4));
        text
    }

    fn plain(&mut self) -> &'b [u8] {
        let rest = self.rest();
        let end = rest
            .iter()
            .position(|byte| is_space(*byte) || is_delimiter(*byte));
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.pass(word.len());
        word
    }

    fn name(&mut self) -> Vec<u8> {
        let written = self.plain();
        if !written.contains(&b'#') {
            return written.to_vec();
        }
        let mut name = Vec::with_capacity(written.len());
        let mut bytes = written;
        while let Some((first, rest)) = bytes.split_first() {
            bytes = rest;
            let code = match (first, rest) {
                (b'#', [high, low, ..]) => hex(*high).zip(hex(*low)),
                _ => None,
            };
            match code {
                Some((high, low)) => {
                    name.push(high << 4 | low);
                    bytes = rest.get(2..).unwrap_or_default();
                }
                None => name.push(*first),
            }
        }
        name
    }
}

impl<'b> Iterator for Lexer<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        self.skip_space();
        let byte = self.peek()?;
        if !is_delimiter(byte) {
            let word = self.plain();
            return Some(match Fixed::parse(word) {
                Some(number) => Token::Number(number),
                None => Token::Word(word),
            });
        }
        let start = self.at;
        self.at += 1;
        Some(match (byte, self.peek()) {
            (b'(', _) => Token::Text(self.text()),
            (b'<', Some(b'<')) => {
                self.at += 1;
                Token::DictOpen
            }
            (b'<', _) => Token::Text(self.hex_text()),
            (b'>', Some(b'>')) => {
                self.at += 1;
                Token::DictClose
            }
            (b'[', _) => Token::ArrayOpen,
            (b']', _) => Token::ArrayClose,
            (b'/', _) => Token::Name(self.name()),
            _ => Token::Word(self.bytes.get(start..self.at).unwrap_or_default()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_names_are_read_with_their_escapes() {
        let words: Vec<Token<'_>> =
            Lexer::new(b"(a\\(b\\051 (c)\\\n\\61)/A#20B <3132 3>[1 -2.5]<</K true>>%x\nTj").collect();
        let name = |name: &[u8]| Token::Name(name.to_vec());
        assert_eq!(
            words,
            [
                Token::Text(b"a(b) (c)1".to_vec()),
                name(b"A B"),
                Token::Text(b"120".to_vec()),
                Token::ArrayOpen,
                Token::Number(Fixed::whole(1)),
                Token::Number(Fixed::millionths(-2_500_000)),
                Token::ArrayClose,
                Token::DictOpen,
                name(b"K"),
                Token::Word(b"true"),
                Token::DictClose,
                Token::Word(b"Tj"),
            ]
        );
    }

    #[test]
    fn what_is_not_closed_ends_with_the_file() {
        for open in ["(", "(\\", "<", "<4", "/", "<<", ")", ">", "{", "%", "(\\0"] {
            assert!(Lexer::new(open.as_bytes()).count() <= 1, "{open}");
        }
    }
}
