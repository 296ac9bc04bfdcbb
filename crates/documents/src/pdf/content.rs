//! What a page draws: its operators, one after the other, as far as they show text.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::file::{File, Trouble, readable};
use super::fixed::{Fixed, Matrix};
use super::font::Font;
use super::layout::Layout;
use super::lexer::{Lexer, Token, is_space};
use super::pages;
use super::value::{Dict, Value};
use crate::personal::PersonNumber;

/// Operands of one operator.
const MOST_OPERANDS: usize = 20_000;
/// States that are kept to go back to.
const MOST_STATES: usize = 256;
/// Forms within each other.
const DEEPEST: usize = 12;
/// Entries of fonts that are kept, whatever page they were read for.
const MOST_ENTRIES: usize = 300_000;
/// Bytes of the content of one page.
const MOST_OF_PAGE: usize = 16 << 20;

/// What a page showed.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Shown {
    /// Characters that are known.
    pub(super) characters: usize,
    /// Codes of which nobody says what they are.
    pub(super) unknown: usize,
    pub(super) pictures: bool,
}

/// Walks page after page.
pub(super) struct Walk<'f, 'b> {
    file: &'f File<'b>,
    fonts: BTreeMap<u32, Rc<Font>>,
    entries: usize,
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: Fixed,
    /// Between characters.
    spacing: Fixed,
    /// At spaces.
    word_spacing: Fixed,
    leading: Fixed,
}

/// Fonts and forms by the names that a content gives them.
struct Resources {
    fonts: Dict,
    forms: Dict,
}

/// What is seen of a page while it is walked.
struct Page<'e, E> {
    layout: Layout,
    shown: Shown,
    each: &'e mut E,
}

impl<E: FnMut(&str, Vec<PersonNumber>)> Page<'_, E> {
    fn look(&mut self) {
        self.layout.look(&mut *self.each);
    }
}

impl<'f, 'b> Walk<'f, 'b> {
    pub(super) fn new(file: &'f File<'b>) -> Self {
        Self {
            file,
            fonts: BTreeMap::new(),
            entries: 0,
        }
    }

    /// Walks a page; gives its texts, and the numbers that stand by themselves below a heading.
    pub(super) fn page(
        &mut self,
        number: u32,
        mut each: impl FnMut(&str, Vec<PersonNumber>),
    ) -> Result<Shown, Trouble> {
        let value = self.file.object(number)?.value;
        let Some(dict) = value.dict() else {
            return Ok(Shown::default());
        };
        let resources = pages::resources(dict, self.file)?;
        let resources = self.resources(&resources)?;
        let mut page = Page {
            layout: Layout::default(),
            shown: Shown::default(),
            each: &mut each,
        };
        let mut content = Vec::new();
        let contents = match dict.get(b"Contents".as_slice()) {
            // A list of streams, or the one of them.
            Some(Value::Reference(one)) => match self.file.object(*one)?.value {
                Value::List(list) => list,
                Value::Nothing
                | Value::Number(_)
                | Value::Name(_)
                | Value::Text(_)
                | Value::Dict(_)
                | Value::Reference(_) => vec![Value::Reference(*one)],
            },
            Some(list) => list.list().to_vec(),
            None => Vec::new(),
        };
        for stream in contents.iter().filter_map(Value::reference) {
            if let Some(bytes) = self.file.stream(stream)? {
                content.extend_from_slice(&bytes);
                content.push(b'\n');
            }
            if content.len() > MOST_OF_PAGE {
                return Err(Trouble::Spent);
            }
        }
        self.content(&content, &resources, Matrix::SAME, DEEPEST, &mut page)?;
        for annotation in self.file.get(dict, b"Annots")?.list() {
            self.annotation(annotation, &resources, &mut page)?;
        }
        page.look();
        Ok(page.shown)
    }

    /// Walks what an annotation or a field shows.
    fn annotation<E: FnMut(&str, Vec<PersonNumber>)>(
        &mut self,
        annotation: &Value,
        resources: &Resources,
        page: &mut Page<'_, E>,
    ) -> Result<(), Trouble> {
        let value = self.file.resolved(Some(annotation))?;
        let Some(dict) = value.dict() else { return Ok(()) };
        let appearance = self.file.get(dict, b"AP")?;
        let Some(normal) = appearance
            .dict()
            .and_then(|appearance| appearance.get(b"N".as_slice()))
        else {
            return Ok(());
        };
        let corner = |dict: &Dict, key: &[u8]| -> Result<(Fixed, Fixed), Trouble> {
            let rectangle = self.file.get(dict, key)?;
            let numbers: Vec<Fixed> = rectangle.list().iter().filter_map(Value::number).collect();
            Ok(match *numbers.as_slice() {
                [x1, y1, x2, y2] => (x1.min(x2), y1.min(y2)),
                _ => (Fixed::ZERO, Fixed::ZERO),
            })
        };
        let (x, y) = corner(dict, b"Rect")?;
        // One form, or one for each state.
        let forms: Vec<u32> = match normal.reference() {
            Some(form) => match self.file.object(form)?.data {
                Some(_) => vec![form],
                None => Vec::new(),
            },
            None => {
                let states = normal.dict().into_iter().flat_map(Dict::values);
                states.filter_map(Value::reference).take(16).collect()
            }
        };
        for form in forms {
            let value = self.file.object(form)?.value;
            let Some(dict) = value.dict() else { continue };
            let (left, bottom) = corner(dict, b"BBox")?;
            let at = Matrix::shift(x.minus(left), y.minus(bottom));
            self.form(form, resources, at, DEEPEST, page)?;
        }
        Ok(())
    }

    fn resources(&self, dict: &Dict) -> Result<Resources, Trouble> {
        let group = |key: &[u8]| -> Result<Dict, Trouble> {
            Ok(match self.file.get(dict, key)? {
                Value::Dict(dict) => dict,
                Value::Nothing
                | Value::Number(_)
                | Value::Name(_)
                | Value::Text(_)
                | Value::List(_)
                | Value::Reference(_) => Dict::new(),
            })
        };
        Ok(Resources {
            fonts: group(b"Font")?,
            forms: group(b"XObject")?,
        })
    }

    /// Walks a form, or sees that it is a picture.
    fn form<E: FnMut(&str, Vec<PersonNumber>)>(
        &mut self,
        number: u32,
        around: &Resources,
        matrix: Matrix,
        deeper: usize,
        page: &mut Page<'_, E>,
    ) -> Result<(), Trouble> {
        let object = self.file.object(number)?;
        let (Some(dict), Some(data)) = (object.value.dict(), object.data) else {
            return Ok(());
        };
        if dict.get(b"Subtype".as_slice()).and_then(Value::name) == Some(b"Image") {
            page.shown.pictures = true;
            return Ok(());
        }
        let Some(deeper) = deeper.checked_sub(1) else {
            return Ok(());
        };
        let own = self.file.get(dict, b"Matrix")?;
        let own: Vec<Fixed> = own.list().iter().filter_map(Value::number).collect();
        let matrix = Matrix::of(&own).unwrap_or(Matrix::SAME).then(matrix);
        let Some(content) = self.file.unpacked(dict, data)? else {
            return Ok(());
        };
        match self.file.get(dict, b"Resources")? {
            Value::Dict(own) => {
                let own = self.resources(&own)?;
                self.content(&content, &own, matrix, deeper, page)
            }
            Value::Nothing
            | Value::Number(_)
            | Value::Name(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Reference(_) => self.content(&content, around, matrix, deeper, page),
        }
    }

    fn font(&mut self, resources: &Resources, name: &[u8]) -> Result<Option<Rc<Font>>, Trouble> {
        let named = resources.fonts.get(name);
        let number = named.and_then(Value::reference);
        if let Some(known) = number.and_then(|number| self.fonts.get(&number)) {
            return Ok(Some(Rc::clone(known)));
        }
        let value = self.file.resolved(named)?;
        let Some(dict) = value.dict() else { return Ok(None) };
        let font = Rc::new(Font::read(dict, self.file)?);
        if let Some(number) = number {
            self.entries += font.entries();
            if self.entries > MOST_ENTRIES {
                self.fonts.clear();
                self.entries = font.entries();
            }
            self.fonts.insert(number, Rc::clone(&font));
        }
        Ok(Some(font))
    }

    /// Walks the operators of a content.
    fn content<E: FnMut(&str, Vec<PersonNumber>)>(
        &mut self,
        content: &[u8],
        resources: &Resources,
        matrix: Matrix,
        deeper: usize,
        page: &mut Page<'_, E>,
    ) -> Result<(), Trouble> {
        self.file.pay(content.len())?;
        let mut lexer = Lexer::new(content);
        let mut operands: Vec<Token<'_>> = Vec::new();
        let mut states: Vec<State> = Vec::new();
        // States that were not kept, because there were too many.
        let mut unkept: usize = 0;
        let mut state = State {
            matrix,
            font: None,
            size: Fixed::ONE,
            spacing: Fixed::ZERO,
            word_spacing: Fixed::ZERO,
            leading: Fixed::ZERO,
        };
        let mut line = Matrix::SAME;
        let mut at = Matrix::SAME;
        while let Some(token) = lexer.next() {
            let Token::Word(operator) = token else {
                if operands.len() >= MOST_OPERANDS {
                    return Err(Trouble::Spent);
                }
                operands.push(token);
                continue;
            };
            let mut next_line = |x: Fixed, y: Fixed, at: &mut Matrix| {
                line = Matrix::shift(x, y).then(line);
                *at = line;
            };
            match operator {
                b"q" if states.len() < MOST_STATES => states.push(state.clone()),
                b"q" => unkept += 1,
                b"Q" if unkept > 0 => unkept -= 1,
                b"Q" => state = states.pop().unwrap_or(state),
                b"cm" => {
                    if let Some(change) = Matrix::of(&numbers(&operands)) {
                        state.matrix = change.then(state.matrix);
                    }
                }
                b"BT" => {
                    line = Matrix::SAME;
                    at = line;
                }
                b"Tf" => {
                    if let Some(Token::Name(name)) = operands.first() {
                        state.font = self.font(resources, name)?;
                    }
                    state.size = last(&operands).unwrap_or(Fixed::ONE);
                }
                b"Tc" => state.spacing = last(&operands).unwrap_or(Fixed::ZERO),
                b"Tw" => state.word_spacing = last(&operands).unwrap_or(Fixed::ZERO),
                b"TL" => state.leading = last(&operands).unwrap_or(Fixed::ZERO),
                b"Td" | b"TD" => {
                    if let [x, y] = *numbers(&operands) {
                        if operator == b"TD" {
                            state.leading = y.negated();
                        }
                        next_line(x, y, &mut at);
                    }
                }
                b"Tm" => {
                    if let Some(matrix) = Matrix::of(&numbers(&operands)) {
                        line = matrix;
                        at = line;
                    }
                }
                b"T*" => next_line(Fixed::ZERO, state.leading.negated(), &mut at),
                b"Tj" | b"TJ" => show(&operands, &state, &mut at, page),
                b"'" => {
                    next_line(Fixed::ZERO, state.leading.negated(), &mut at);
                    show(&operands, &state, &mut at, page);
                }
                b"\"" => {
                    if let [word, character, ..] = *numbers(&operands) {
                        state.word_spacing = word;
                        state.spacing = character;
                    }
                    next_line(Fixed::ZERO, state.leading.negated(), &mut at);
                    let text = operands
                        .iter()
                        .rposition(|operand| matches!(operand, Token::Text(_)));
                    let text = text.and_then(|text| operands.get(text..)).unwrap_or_default();
                    show(text, &state, &mut at, page);
                }
                b"Do" => {
                    let form = match operands.first() {
                        Some(Token::Name(name)) => resources.forms.get(name).and_then(Value::reference),
                        Some(_) | None => None,
                    };
                    if let Some(form) = form {
                        self.form(form, resources, state.matrix, deeper, page)?;
                    }
                }
                // What a marked text is, beside how it looks.
                b"BDC" | b"DP" => {
                    for operand in &operands {
                        if let Token::Text(text) = operand {
                            (page.each)(&readable(text), Vec::new());
                        }
                    }
                }
                b"ID" => {
                    page.shown.pictures = true;
                    lexer.pass(picture(lexer.rest()));
                }
                _ => {}
            }
            operands.clear();
        }
        Ok(())
    }
}

/// Shows texts, with what lies between them.
fn show<E: FnMut(&str, Vec<PersonNumber>)>(
    operands: &[Token<'_>],
    state: &State,
    at: &mut Matrix,
    page: &mut Page<'_, E>,
) {
    for operand in operands {
        match operand {
            Token::Number(number) => {
                let back = number.per_mille(1).times(state.size);
                *at = Matrix::shift(back.negated(), Fixed::ZERO).then(*at);
            }
            Token::Text(bytes) => {
                let mut text = String::new();
                let mut width = Fixed::ZERO;
                let mut rest = bytes.as_slice();
                match &state.font {
                    Some(font) => {
                        while let Some(glyph) = font.next(&mut rest, &mut text) {
                            width = width.plus(glyph.width.times(state.size)).plus(state.spacing);
                            if glyph.is_space {
                                width = width.plus(state.word_spacing);
                            }
                            if !glyph.is_known {
                                page.shown.unknown += 1;
                            } else {
                                page.shown.characters += 1;
                            }
                        }
                    }
                    // No font at all: as it stands, and told.
                    None => {
                        text = readable(bytes);
                        page.shown.unknown += bytes.len();
                        let count = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
                        width = state.size.per_mille(550).times(Fixed::whole(count));
                    }
                }
                if !text.is_empty() && page.layout.add(text, at.then(state.matrix), state.size, width) {
                    page.look();
                }
                *at = Matrix::shift(width, Fixed::ZERO).then(*at);
            }
            Token::Name(_)
            | Token::ArrayOpen
            | Token::ArrayClose
            | Token::DictOpen
            | Token::DictClose
            | Token::Word(_) => {}
        }
    }
}

fn numbers(operands: &[Token<'_>]) -> Box<[Fixed]> {
    let number = |operand: &Token<'_>| match operand {
        Token::Number(number) => Some(*number),
        Token::Name(_)
        | Token::Text(_)
        | Token::ArrayOpen
        | Token::ArrayClose
        | Token::DictOpen
        | Token::DictClose
        | Token::Word(_) => None,
    };
    operands.iter().filter_map(number).take(6).collect()
}

fn last(operands: &[Token<'_>]) -> Option<Fixed> {
    numbers(operands).last().copied()
}

/// The bytes of a picture that stands among the operators, from behind the word `ID` up to its end.
fn picture(rest: &[u8]) -> usize {
    let ends = rest.windows(4).position(|window| match *window {
        [before, b'E', b'I', after] => is_space(before) && is_space(after),
        _ => false,
    });
    ends.map_or(rest.len(), |ends| ends + 3)
}
