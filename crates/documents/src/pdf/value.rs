//! The values that objects of a PDF hold.

use std::collections::BTreeMap;

use super::fixed::Fixed;
use super::lexer::{Lexer, Token};

/// A dictionary.
pub(super) type Dict = BTreeMap<Vec<u8>, Value>;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing, true, false, or something that is no value.
    Nothing,
    Number(Fixed),
    Name(Vec<u8>),
    Text(Vec<u8>),
    List(Vec<Self>),
    Dict(Dict),
    /// The object with this number.
    Reference(u32),
}

/// Values within each other.
const DEEPEST: usize = 32;
/// Values of one object.
const MOST_VALUES: usize = 100_000;

/// Reads the value that comes next; `None` when there is none, or it is deeper or larger than values are.
pub(super) fn parse(lexer: &mut Lexer<'_>) -> Option<Value> {
    let mut left = MOST_VALUES;
    let token = lexer.next()?;
    value(token, lexer, DEEPEST, &mut left)
}

fn value(token: Token<'_>, lexer: &mut Lexer<'_>, deeper: usize, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    Some(match token {
        Token::Number(number) => match reference(number, lexer) {
            Some(object) => Value::Reference(object),
            None => Value::Number(number),
        },
        Token::Name(name) => Value::Name(name),
        Token::Text(text) => Value::Text(text),
        Token::ArrayOpen => {
            let deeper = deeper.checked_sub(1)?;
            let mut list = Vec::new();
            loop {
                match lexer.next() {
                    None | Some(Token::ArrayClose | Token::Word(b"endobj")) => break,
                    Some(token) => list.push(value(token, lexer, deeper, left)?),
                }
            }
            Value::List(list)
        }
        Token::DictOpen => {
            let deeper = deeper.checked_sub(1)?;
            let mut dict = Dict::new();
            loop {
                match lexer.next() {
                    None | Some(Token::DictClose | Token::Word(b"endobj")) => break,
                    Some(Token::Name(name)) => match lexer.next() {
                        None | Some(Token::DictClose) => break,
                        Some(token) => drop(dict.insert(name, value(token, lexer, deeper, left)?)),
                    },
                    // What is no name belongs to nothing.
                    Some(_) => *left = left.checked_sub(1)?,
                }
            }
            Value::Dict(dict)
        }
        Token::ArrayClose | Token::DictClose | Token::Word(_) => Value::Nothing,
    })
}

/// The object that `12 0 R` stands for, behind its first number.
fn reference(number: Fixed, lexer: &mut Lexer<'_>) -> Option<u32> {
    let object = u32::try_from(number.as_whole()?).ok()?;
    // Shorter than any reference is, and longer than any generation.
    let near = lexer.rest().get(..24).unwrap_or(lexer.rest());
    let mut ahead = Lexer::new(near);
    match (ahead.next(), ahead.next()) {
        (Some(Token::Number(_)), Some(Token::Word(b"R"))) => {
            lexer.pass(ahead.at());
            Some(object)
        }
        _ => None,
    }
}

impl Value {
    pub(super) fn dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) => Some(dict),
            Self::Nothing
            | Self::Number(_)
            | Self::Name(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Reference(_) => None,
        }
    }

    pub(super) fn list(&self) -> &[Self] {
        match self {
            Self::List(list) => list,
            Self::Nothing
            | Self::Number(_)
            | Self::Name(_)
            | Self::Text(_)
            | Self::Dict(_)
            | Self::Reference(_) => &[],
        }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            Self::Nothing
            | Self::Number(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Dict(_)
            | Self::Reference(_) => None,
        }
    }

    pub(super) fn number(&self) -> Option<Fixed> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Nothing
            | Self::Name(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Dict(_)
            | Self::Reference(_) => None,
        }
    }

    pub(super) fn whole(&self) -> Option<i64> {
        self.number().and_then(Fixed::as_whole)
    }

    pub(super) fn reference(&self) -> Option<u32> {
        match self {
            Self::Reference(object) => Some(*object),
            Self::Nothing
            | Self::Number(_)
            | Self::Name(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Dict(_) => None,
        }
    }

    /// Every text in it, in the order of its keys.
    pub(super) fn texts<'v>(&'v self, each: &mut impl FnMut(&'v [u8])) {
        match self {
            Self::Text(text) => each(text),
            Self::List(list) => list.iter().for_each(|value| value.texts(each)),
            Self::Dict(dict) => dict.values().for_each(|value| value.texts(each)),
            Self::Nothing | Self::Number(_) | Self::Name(_) | Self::Reference(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_numbers() {
        let read = parse(&mut Lexer::new(b"[1 0 R 2 3 4 0 R]")).expect("a list");
        let number = |number| Value::Number(Fixed::whole(number));
        assert_eq!(
            read.list(),
            [Value::Reference(1), number(2), number(3), Value::Reference(4)]
        );
    }

    #[test]
    fn values_too_deep_or_too_many_are_none() {
        assert_eq!(parse(&mut Lexer::new("[".repeat(1000).as_bytes())), None);
        assert_eq!(parse(&mut Lexer::new("<</A".repeat(1000).as_bytes())), None);
        assert_eq!(
            parse(&mut Lexer::new(format!("[{}", "1 ".repeat(200_000)).as_bytes())),
            None
        );
        assert_eq!(
            parse(&mut Lexer::new(format!("<<{}", "1 ".repeat(200_000)).as_bytes())),
            None
        );
    }
}
