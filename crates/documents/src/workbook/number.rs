//! What a number in a cell says: its exact digits, or the day that it stands for.

use jiff::ToSpan;
use jiff::civil::Date;

/// Digits that a number in a sheet has; what a program writes behind them is an artefact of binary fractions.
const SIGNIFICANT: usize = 15;
/// Zeros that a number may need before or after its digits; nothing that is counted here has more.
const WIDEST: i64 = 40;

/// A decimal number: its digits, and how many of them stand behind the comma.
pub(super) struct Number {
    negative: bool,
    /// Without zeros before or after them; empty for zero.
    digits: Vec<u8>,
    /// The power of ten of the last digit.
    exponent: i64,
}

impl Number {
    /// Reads a number as a sheet writes it: `79.5`, `1.2E-3`; rounded half up to 15 significant digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let bytes = || whole.bytes().chain(decimals.bytes());
        if whole.is_empty() && decimals.is_empty() || !bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut digits: Vec<u8> = bytes()
            .map(|byte| byte - b'0')
            .skip_while(|digit| *digit == 0)
            .collect();
        let decimals = i64::try_from(decimals.len()).ok()?;
        let mut exponent = i64::from(exponent) - decimals;
        if let Some(next) = digits.get(SIGNIFICANT).copied() {
            exponent += i64::try_from(digits.len() - SIGNIFICANT).ok()?;
            digits.truncate(SIGNIFICANT);
            if next >= 5 {
                round_up(&mut digits, &mut exponent);
            }
        }
        while digits.last() == Some(&0) {
            digits.pop();
            exponent += 1;
        }
        let small = digits.is_empty() || exponent.abs() <= WIDEST;
        small.then_some(Self {
            negative: negative && !digits.is_empty(),
            digits,
            exponent,
        })
    }

    /// The digits before and after the comma.
    fn parts(&self) -> (String, String) {
        let mut digits: String = self.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        if digits.is_empty() {
            return ("0".to_owned(), String::new());
        }
        let Ok(behind) = usize::try_from(-self.exponent) else {
            let zeros = usize::try_from(self.exponent).unwrap_or(0);
            digits.push_str(&"0".repeat(zeros));
            return (digits, String::new());
        };
        if digits.len() <= behind {
            let zeros = "0".repeat(behind + 1 - digits.len());
            digits.insert_str(0, &zeros);
        }
        let decimals = digits.split_off(digits.len() - behind);
        (digits, decimals)
    }

    /// The number with a comma, as a list has it.
    pub(super) fn text(&self) -> String {
        let (whole, decimals) = self.parts();
        let sign = if self.negative { "-" } else { "" };
        if decimals.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole},{decimals}")
        }
    }

    /// The day that the number stands for, whatever the time of that day; `None` when there is no such day.
    ///
    /// Day 1 is 1 January 1900, and day 60 a 29 February that never was; or day 0 is 1 January 1904.
    pub(super) fn day(&self, is_1904: bool) -> Option<Date> {
        let days: i64 = self.parts().0.parse().ok()?;
        let (start, days) = match (is_1904, days) {
            _ if self.negative || days > 200_000 => return None,
            (true, days) => (Date::new(1904, 1, 1).ok()?, days),
            (false, 0 | 60) => return None,
            (false, days @ 1..60) => (Date::new(1899, 12, 31).ok()?, days),
            (false, days) => (Date::new(1899, 12, 30).ok()?, days),
        };
        start.checked_add(days.days()).ok()
    }
}

/// Adds one to the last digit.
fn round_up(digits: &mut Vec<u8>, exponent: &mut i64) {
    loop {
        match digits.last_mut() {
            Some(digit) if *digit < 9 => {
                *digit += 1;
                return;
            }
            Some(_) => {
                digits.pop();
                *exponent += 1;
            }
            None => {
                digits.push(1);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: &str) -> Option<String> {
        Number::parse(number).map(|number| number.text())
    }

    #[test]
    fn a_number_keeps_its_digits() {
        for (written, read) in [
            ("0", "0"),
            ("-0", "0"),
            ("79.5", "79,5"),
            ("1.355", "1,355"),
            ("-1234.56", "-1234,56"),
            ("30012345", "30012345"),
            ("1E3", "1000"),
            ("1.2E-3", "0,0012"),
            (".5", "0,5"),
            ("5.", "5"),
            ("100", "100"),
            ("111222333", "111222333"),
        ] {
            assert_eq!(text(written).as_deref(), Some(read), "{written}");
        }
    }

    #[test]
    fn what_binary_fractions_leave_behind_is_rounded_off() {
        for (written, read) in [
            ("0.30000000000000004", "0,3"),
            ("179.55000000000001", "179,55"),
            ("79.499999999999986", "79,5"),
            ("0.99999999999999989", "1"),
            ("123456789012345678", "123456789012346000"),
        ] {
            assert_eq!(text(written).as_deref(), Some(read), "{written}");
        }
    }

    #[test]
    fn what_is_no_number_or_beyond_all_measure_is_none() {
        for written in [
            "",
            "-",
            "1e",
            "1e999999999999",
            "1e99",
            "1e-99",
            "NaN",
            "1,5",
            "0x1",
            ".",
        ] {
            assert_eq!(text(written), None, "{written}");
        }
    }

    #[test]
    fn a_day_is_exact_in_both_calendars() {
        let day = |number: &str, is_1904| {
            let day = Number::parse(number).and_then(|number| number.day(is_1904));
            day.map(|day| day.to_string())
        };
        assert_eq!(day("44967", false).as_deref(), Some("2023-02-10"));
        assert_eq!(day("44967.999988426", false).as_deref(), Some("2023-02-10"));
        assert_eq!(day("43505", true).as_deref(), Some("2023-02-10"));
        assert_eq!(day("1", false).as_deref(), Some("1900-01-01"));
        assert_eq!(day("59", false).as_deref(), Some("1900-02-28"));
        assert_eq!(day("61", false).as_deref(), Some("1900-03-01"));
        for nothing in ["0", "60", "-5", "2958466", "0.5"] {
            assert_eq!(day(nothing, false), None, "{nothing}");
        }
    }
}
