//! Every code that a sender or officer meets, in both languages.

mod faults;
mod office;
mod reasons;
mod rows;

/// A code with its Dutch and English text.
pub type Code = (&'static str, &'static str, &'static str);

/// Returns every code with its texts; a test keeps them complete.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let all = [reasons::CODES, rows::CODES, office::CODES, faults::CODES];
    all.into_iter().flatten()
}
