//! What one field of a list says: the Dutch ways to write dates, amounts, counts, yes and no.

use jiff::civil::Date;

use crate::amount::{Amount, DIGITS};
use crate::fault::FaultCode;
use crate::identifier::{Iban, LearnerNumber, NoIban, PartyId, parse_brin, parse_kvk, parse_oin};
use crate::text::short_line;

/// A value that is written in one field.
pub(crate) trait Cell: Sized {
    /// Whether the field tells something about a learner.
    const PERSONAL: bool = false;

    /// Reads the field, which is not empty and has no surrounding space.
    fn parse(text: &str) -> Result<Self, Wrong>;
}

/// What is wrong with a field.
pub(crate) struct Wrong {
    pub(crate) code: FaultCode,
    pub(crate) expected: Option<String>,
}

impl Wrong {
    /// The word is none of these.
    pub(crate) fn none_of<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words: Vec<&str> = words.into_iter().collect();
        Self {
            code: FaultCode::UnknownValue,
            expected: Some(words.join(", ")),
        }
    }
}

impl From<FaultCode> for Wrong {
    fn from(code: FaultCode) -> Self {
        Self { code, expected: None }
    }
}

impl Cell for String {
    fn parse(text: &str) -> Result<Self, Wrong> {
        short_line(text).ok_or_else(|| FaultCode::InvalidText.into())
    }
}

impl Cell for LearnerNumber {
    const PERSONAL: bool = true;

    fn parse(text: &str) -> Result<Self, Wrong> {
        String::parse(text).map(Self::new)
    }
}

impl Cell for Date {
    /// `DD-MM-YYYY` or `YYYY-MM-DD`, from 1900 to 2199.
    fn parse(text: &str) -> Result<Self, Wrong> {
        let parts = || {
            let (first, rest) = text.split_once('-')?;
            let (second, third) = rest.split_once('-')?;
            let (year, month, day) = match first.len() {
                2 => (third, second, first),
                _ => (first, second, third),
            };
            date(year, month, day)
        };
        parts().ok_or_else(|| FaultCode::InvalidDate.into())
    }
}

/// A date of a plausible year, from its digits: four, two and two.
pub(crate) fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let year: i16 = number_of(year, 4)?;
    (1900..=2199).contains(&year).then_some(())?;
    Date::new(year, number_of(month, 2)?, number_of(day, 2)?).ok()
}

/// The number written with exactly so many digits.
fn number_of<N: std::str::FromStr>(text: &str, digits: usize) -> Option<N> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// Calendar year.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
}

impl Cell for Month {
    /// `YYYY-MM`.
    fn parse(text: &str) -> Result<Self, Wrong> {
        text.split_once('-')
            .and_then(|(year, month)| date(year, month, "01"))
            .map(|first| Self {
                year: first.year(),
                month: first.month(),
            })
            .ok_or_else(|| FaultCode::InvalidDate.into())
    }
}

/// A day of any year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthDay {
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month; never 29 February, which most years lack.
    pub day: i8,
}

impl Cell for MonthDay {
    /// `DD-MM`, a day that every year has.
    fn parse(text: &str) -> Result<Self, Wrong> {
        text.split_once('-')
            .and_then(|(day, month)| date("2001", month, day))
            .map(|day| Self {
                month: day.month(),
                day: day.day(),
            })
            .ok_or_else(|| FaultCode::InvalidDate.into())
    }
}

/// An amount that may be below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signed(pub(crate) Amount);

impl Cell for Signed {
    /// `1.234,56`, `1234,56`, `1.350,-`, or `1234.56`: with a dot and no comma, exactly two digits follow the dot.
    fn parse(text: &str) -> Result<Self, Wrong> {
        dutch_amount(text)
            .map(Self)
            .ok_or_else(|| FaultCode::InvalidAmount.into())
    }
}

impl Cell for Amount {
    fn parse(text: &str) -> Result<Self, Wrong> {
        let Signed(amount) = Signed::parse(text)?;
        if amount.is_negative() {
            Err(FaultCode::NegativeAmount.into())
        } else {
            Ok(amount)
        }
    }
}

fn dutch_amount(text: &str) -> Option<Amount> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if let Some((whole, decimals)) = text.split_once(',') {
        let decimals = if decimals == "-" {
            ""
        } else {
            (!decimals.is_empty()).then_some(decimals)?
        };
        return Amount::from_parts(negative, &ungrouped(whole)?, decimals);
    }
    match text.split_once('.') {
        Some((whole, decimals)) if decimals.len() == 2 => Amount::from_parts(negative, whole, decimals),
        _ => Amount::from_parts(negative, &ungrouped(text)?, ""),
    }
}

/// The digits of a whole number that may have dots, which then stand before every three digits.
pub(crate) fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split('.');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    let mut grouped = false;
    for group in groups {
        grouped = true;
        (group.len() == 3).then_some(())?;
        digits.push_str(group);
    }
    let fits = !first.is_empty() && (!grouped || first.len() <= 3) && digits.len() <= DIGITS;
    (fits && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

impl Cell for i64 {
    /// A whole number, perhaps below zero, perhaps with thousand dots.
    fn parse(text: &str) -> Result<Self, Wrong> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        ungrouped(digits)
            .and_then(|digits| digits.parse::<Self>().ok())
            .and_then(|number| number.checked_mul(sign))
            .ok_or_else(|| FaultCode::InvalidNumber.into())
    }
}

impl Cell for u32 {
    fn parse(text: &str) -> Result<Self, Wrong> {
        i64::parse(text)?
            .try_into()
            .map_err(|_| FaultCode::InvalidNumber.into())
    }
}

/// A calendar year, written with four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Year(pub(crate) i16);

impl Cell for Year {
    fn parse(text: &str) -> Result<Self, Wrong> {
        date(text, "01", "01")
            .map(|first| Self(first.year()))
            .ok_or_else(|| FaultCode::InvalidNumber.into())
    }
}

/// A percentage of at most three decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percentage(u32);

impl Percentage {
    /// Returns it in thousandths of a percent: 3,5 is 3,500.
    #[must_use]
    pub const fn thousandths(self) -> u32 {
        self.0
    }
}

impl Cell for Percentage {
    /// `3`, `3,5` or `3.5`, perhaps with a percent sign behind it; from 0 to 100.
    fn parse(text: &str) -> Result<Self, Wrong> {
        let read = || {
            let digits = text.strip_suffix('%').unwrap_or(text).trim_end();
            let (whole, decimals) = digits.split_once([',', '.']).unwrap_or((digits, "0"));
            let is_number = |text: &str, most| {
                (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
            };
            (is_number(whole, 3) && is_number(decimals, 3)).then_some(())?;
            let thousandths: u32 = format!("{whole}{decimals:0<3}").parse().ok()?;
            (thousandths <= 100_000).then_some(Self(thousandths))
        };
        read().ok_or_else(|| FaultCode::InvalidNumber.into())
    }
}

impl Cell for bool {
    /// `ja`, `j`, `1`; `nee`, `n`, `0`.
    fn parse(text: &str) -> Result<Self, Wrong> {
        let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        if is(["ja", "j", "1"]) {
            Ok(true)
        } else if is(["nee", "n", "0"]) {
            Ok(false)
        } else {
            Err(Wrong::none_of(["ja", "nee"]))
        }
    }
}

/// A KVK number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kvk(pub(crate) String);

impl Cell for Kvk {
    fn parse(text: &str) -> Result<Self, Wrong> {
        parse_kvk(text)
            .map(Self)
            .ok_or_else(|| FaultCode::InvalidKvk.into())
    }
}

/// An OIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Oin(pub(crate) String);

impl Cell for Oin {
    fn parse(text: &str) -> Result<Self, Wrong> {
        parse_oin(text)
            .map(Self)
            .ok_or_else(|| FaultCode::InvalidOin.into())
    }
}

/// A BRIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Brin(pub(crate) String);

impl Cell for Brin {
    fn parse(text: &str) -> Result<Self, Wrong> {
        parse_brin(text)
            .map(Self)
            .ok_or_else(|| FaultCode::InvalidBrin.into())
    }
}

impl Cell for PartyId {
    fn parse(text: &str) -> Result<Self, Wrong> {
        Self::parse(text).ok_or_else(|| FaultCode::InvalidParty.into())
    }
}

impl Cell for Iban {
    fn parse(text: &str) -> Result<Self, Wrong> {
        Self::parse(text).map_err(|no| Wrong::from(FaultCode::from(no)))
    }
}

impl From<NoIban> for FaultCode {
    fn from(no: NoIban) -> Self {
        match no {
            NoIban::Shape => Self::InvalidIban,
            NoIban::Checksum => Self::IbanChecksum,
        }
    }
}
