//! What the text of a term means.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::draft::{Category, Wrong};
use super::{InvoiceKind, Specification};
use crate::amount::Amount;
use crate::fault::FaultCode;
use crate::identifier::{Iban, PartyId, parse_kvk, parse_oin};
use crate::personal::{self, PersonNumber};
use crate::rules;
use crate::text::short_line;

pub(super) fn specification(text: &str) -> Result<Specification, Wrong> {
    rules::specification(text).ok_or_else(|| Wrong::found(FaultCode::UnknownSpecification, &text))
}

pub(super) fn type_code(text: &str, kind: InvoiceKind) -> Result<u16, Wrong> {
    match (kind, text) {
        (InvoiceKind::Invoice, "380") => Ok(380),
        (InvoiceKind::Invoice, "384") => Ok(384),
        (InvoiceKind::CreditNote, "381") => Ok(381),
        (InvoiceKind::Invoice, _) => Err(Wrong::found(FaultCode::InvalidField, &text).expected(&"380, 384")),
        (InvoiceKind::CreditNote, _) => Err(Wrong::found(FaultCode::InvalidField, &text).expected(&"381")),
    }
}

pub(super) fn euro(text: &str) -> Result<(), Wrong> {
    if text == "EUR" {
        Ok(())
    } else {
        Err(Wrong::found(FaultCode::Currency, &text).expected(&"EUR"))
    }
}

pub(super) fn line_of_text(text: &str) -> Result<String, Wrong> {
    short_line(text).ok_or_else(|| FaultCode::InvalidText.into())
}

/// `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<Date, Wrong> {
    let shaped = text.len() == 10;
    shaped
        .then(|| text.parse().ok())
        .flatten()
        .filter(|date: &Date| (1900..=2199).contains(&date.year()))
        .ok_or_else(|| Wrong::found(FaultCode::InvalidDate, &text))
}

/// An amount in euro; of one in another currency the fault is reported with its currency.
pub(super) fn amount(text: &str, has_currency: bool) -> Result<Amount, Wrong> {
    if !has_currency {
        return Err(Wrong::from(FaultCode::Currency).expected(&"EUR"));
    }
    Amount::parse_plain(text).ok_or_else(|| Wrong::found(FaultCode::InvalidAmount, &text))
}

/// A number with at most 14 digits, so that the product of two of them is exact.
pub(super) fn decimal(text: &str) -> Result<Decimal, Wrong> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    (plain && digits <= 14)
        .then(|| Decimal::from_str_exact(text).ok())
        .flatten()
        .ok_or_else(|| Wrong::found(FaultCode::InvalidNumber, &text))
}

/// A price in euro, which may have more decimals than an amount.
pub(super) fn price(text: &str, has_currency: bool) -> Result<Decimal, Wrong> {
    if has_currency {
        decimal(text)
    } else {
        Err(Wrong::from(FaultCode::Currency).expected(&"EUR"))
    }
}

pub(super) fn indicator(text: &str) -> Result<bool, Wrong> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Wrong::found(FaultCode::InvalidField, &text).expected(&"true, false")),
    }
}

pub(super) fn category(text: &str) -> Result<Category, Wrong> {
    match text {
        "E" => Ok(Category::Exempt),
        "Z" => Ok(Category::Zero),
        "O" => Ok(Category::OutsideScope),
        "S" => Ok(Category::Rated),
        _ => Err(Wrong::found(FaultCode::InvalidField, &text).expected(&"E, O, S, Z")),
    }
}

/// A KVK number (scheme 0106) or an OIN (0190), as NLCIUS has it (BR-NL-1).
pub(super) fn party(text: &str, scheme: Option<&str>) -> Result<PartyId, Wrong> {
    match scheme {
        Some("0106") => parse_kvk(text)
            .map(PartyId::Kvk)
            .ok_or_else(|| Wrong::found(FaultCode::InvalidKvk, &text)),
        Some("0190") => parse_oin(text)
            .map(PartyId::Oin)
            .ok_or_else(|| Wrong::found(FaultCode::InvalidOin, &text)),
        Some(other) => Err(Wrong::found(FaultCode::PartyScheme, &other).expected(&"0106, 0190")),
        None => Err(Wrong::from(FaultCode::PartyScheme).expected(&"0106, 0190")),
    }
}

/// A VAT number: the letters of a country and 2 to 13 letters, digits, `+` or `*`; a Dutch one has 9 digits, `B` and 2.
pub(super) fn tax_id(text: &str) -> Result<String, Wrong> {
    let (country, number) = text.split_at_checked(2).unwrap_or((text, ""));
    let shaped = country.bytes().all(|b| b.is_ascii_uppercase())
        && (2..=13).contains(&number.len())
        && number
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'*'))
        && (country != "NL" || number_in_tax_id(text).is_some() || is_dutch_number(number));
    if shaped {
        Ok(text.to_owned())
    } else {
        Err(FaultCode::InvalidField.into())
    }
}

fn is_dutch_number(number: &str) -> bool {
    let digits = |part: Option<&str>| part.is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()));
    number.len() == 12
        && digits(number.get(..9))
        && number.get(9..10) == Some("B")
        && digits(number.get(10..))
}

/// The nine digits in a Dutch VAT number, when they could be taken for a BSN.
pub(super) fn number_in_tax_id(text: &str) -> Option<PersonNumber> {
    let number = text.strip_prefix("NL").filter(|number| is_dutch_number(number))?;
    personal::bare(number.get(..9)?)
}

/// The digits in a KVK number, or the RSIN in an OIN, when they could be taken for a BSN.
pub(super) fn number_in_party_id(text: &str) -> Option<PersonNumber> {
    match PartyId::parse(text)? {
        PartyId::Kvk(number) => personal::bare(&number),
        PartyId::Oin(number) => personal::bare(number.get(8..17)?),
    }
}

pub(super) fn iban(text: &str) -> Result<Iban, Wrong> {
    Iban::parse(text).map_err(|no| Wrong::found(no.into(), &text))
}
