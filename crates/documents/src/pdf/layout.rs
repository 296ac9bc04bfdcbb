//! What stands on a page, put together again: pieces of text by where they are, lines from top to bottom.

use super::fixed::{Fixed, Matrix};
use crate::personal::{PersonNumber, bare, has_a_word};

/// Pieces of one page that are put together at a time; a page with more is looked through in parts.
const MOST_PIECES: usize = 50_000;
/// Bytes of those pieces.
const MOST_TEXT: usize = 2 << 20;
/// Headings that are remembered of a page.
const MOST_HEADINGS: usize = 64;

/// The way a line goes: to the right, to the left, up, down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Right,
    Left,
    Up,
    Down,
}

/// A piece of text: its way, how far across and along that it stands, and its size.
#[derive(Debug)]
struct Piece {
    way: Way,
    across: Fixed,
    from: Fixed,
    to: Fixed,
    size: Fixed,
    text: String,
}

/// What stands between two pieces of a line.
enum Gap {
    None,
    Space,
    Wide,
}

/// The gap behind a place, before a piece.
fn gap(to: Fixed, from: Fixed, size: Fixed) -> Gap {
    let gap = from.minus(to);
    if gap < size.per_mille(-500) || gap > size.per_mille(1500) {
        Gap::Wide
    } else if gap > size.per_mille(250) {
        Gap::Space
    } else {
        Gap::None
    }
}

/// The pieces of a page so far.
#[derive(Default)]
pub(super) struct Layout {
    pieces: Vec<Piece>,
    bytes: usize,
    /// Where the last text began and what it was: bold letters are drawn twice.
    last: Option<(Fixed, Fixed, String)>,
}

impl Layout {
    /// Adds a text that starts at a place and goes so far, in units of text, and tells whether it is time to look through.
    pub(super) fn add(&mut self, text: String, at: Matrix, size: Fixed, width: Fixed) -> bool {
        let (way, across, from, scale) = if at.a.abs() >= at.b.abs() {
            if at.a >= Fixed::ZERO {
                (Way::Right, at.f.negated(), at.e, at.a)
            } else {
                (Way::Left, at.f, at.e.negated(), at.a.negated())
            }
        } else if at.b > Fixed::ZERO {
            (Way::Up, at.e, at.f, at.b)
        } else {
            (Way::Down, at.e.negated(), at.f.negated(), at.b.negated())
        };
        let size = size.abs().times(scale);
        let to = from.plus(width.times(scale));
        let twice = self.last.as_ref().is_some_and(|(last_from, last_across, last)| {
            let near = |a: Fixed, b: Fixed| a.minus(b).abs() <= size.per_mille(100);
            *last == text && near(*last_from, from) && near(*last_across, across)
        });
        if twice {
            return false;
        }
        self.bytes += text.len();
        self.last = Some((from, across, text.clone()));
        if let Some(last) = self.pieces.last_mut()
            && last.way == way
            && last.across.minus(across).abs() <= size.per_mille(100)
        {
            let space = match gap(last.to, from, size) {
                Gap::None => Some(""),
                Gap::Space => Some(" "),
                Gap::Wide => None,
            };
            if let Some(space) = space {
                last.text.push_str(space);
                last.text.push_str(&text);
                last.to = last.to.max(to);
                last.size = last.size.max(size);
                return self.bytes > MOST_TEXT;
            }
        }
        self.pieces.push(Piece {
            way,
            across,
            from,
            to,
            size,
            text,
        });
        self.bytes > MOST_TEXT || self.pieces.len() >= MOST_PIECES
    }

    /// Gives what was added, line by line, and the numbers that stand by themselves below a heading that says what they are.
    pub(super) fn look(&mut self, mut each: impl FnMut(&str, Vec<PersonNumber>)) {
        let mut pieces = std::mem::take(&mut self.pieces);
        self.bytes = 0;
        self.last = None;
        pieces.sort_by_key(|piece| (piece.way, piece.across, piece.from));
        let mut text = String::new();
        let mut below = Vec::new();
        let mut headings: Vec<(Way, Fixed, Fixed)> = Vec::new();
        let mut line: Vec<Piece> = Vec::new();
        let mut end = |line: &mut Vec<Piece>| {
            line.sort_by_key(|piece| piece.from);
            for cell in cells(std::mem::take(line)) {
                let over = |(way, from, to): &(Way, Fixed, Fixed)| {
                    *way == cell.way && *from < cell.to && cell.from < *to
                };
                if headings.iter().any(over) {
                    below.extend(bare(cell.text.trim()));
                }
                if headings.len() < MOST_HEADINGS && has_a_word(&cell.text) {
                    headings.push((cell.way, cell.from, cell.to));
                }
                text.push_str(&cell.text);
                // Not a separator that joins groups of digits.
                text.push_str(" | ");
            }
            text.push('\n');
        };
        for piece in pieces {
            let goes_on = line.first().is_none_or(|first| {
                first.way == piece.way
                    && piece.across.minus(first.across) <= first.size.max(piece.size).per_mille(400)
            });
            if !goes_on {
                end(&mut line);
            }
            line.push(piece);
        }
        end(&mut line);
        each(&text, below);
    }
}

/// The pieces of a line as far as they belong together.
fn cells(line: Vec<Piece>) -> Vec<Piece> {
    let mut cells: Vec<Piece> = Vec::new();
    for piece in line {
        let space = cells
            .last()
            .map(|last| gap(last.to, piece.from, last.size.max(piece.size)));
        match (cells.last_mut(), space) {
            (Some(last), Some(space @ (Gap::None | Gap::Space))) => {
                if matches!(space, Gap::Space) {
                    last.text.push(' ');
                }
                last.text.push_str(&piece.text);
                last.to = last.to.max(piece.to);
            }
            (Some(_), Some(Gap::Wide)) | (None, _) | (_, None) => cells.push(piece),
        }
    }
    cells
}
