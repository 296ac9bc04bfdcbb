//! Dutch and English: the two languages of everything people read, and how each writes numbers and dates.

use jiff::civil::Date;
use rust_decimal::Decimal;
use subsidy_documents::Language;
use subsidy_domain::money::Euro;

/// A language of texts and numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// Dutch.
    #[default]
    Nl,
    /// English.
    En,
}

impl Lang {
    /// Returns the text in this language.
    #[must_use]
    pub const fn pick<'a>(self, dutch: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Nl => dutch,
            Self::En => english,
        }
    }

    /// Returns a whole number with its thousands apart: `2.552`, `2,552`.
    #[must_use]
    pub fn number(self, number: i64) -> String {
        let sign = if number < 0 { "-" } else { "" };
        format!("{sign}{}", self.grouped(number.unsigned_abs()))
    }

    /// Returns an amount: `€ 1.279.868,50`, `EUR 1,279,868.50`.
    #[must_use]
    pub fn euro(self, amount: Euro) -> String {
        let sign = if amount.is_negative() { "-" } else { "" };
        let cents = amount.cents().unsigned_abs();
        let whole = self.grouped(cents / 100);
        match self {
            Self::Nl => format!("€\u{a0}{sign}{whole},{:02}", cents % 100),
            Self::En => format!("EUR\u{a0}{sign}{whole}.{:02}", cents % 100),
        }
    }

    /// Returns an amount without its currency, for a column that names it: `1.279.868,50`.
    #[must_use]
    pub fn amount(self, amount: Euro) -> String {
        let with_currency = self.euro(amount);
        with_currency
            .split_once('\u{a0}')
            .map_or_else(|| with_currency.clone(), |(_, figures)| figures.to_owned())
    }

    /// Returns an amount without its currency and grouping, as a cell of a list has it: `1279868,50`, `1279868.50`.
    #[must_use]
    pub fn plain_amount(self, amount: Euro) -> String {
        let text = amount.to_string();
        match self {
            Self::Nl => text.replace('.', ","),
            Self::En => text,
        }
    }

    /// Returns a percentage as it stands: `35,0%`, `35.0%`.
    #[must_use]
    pub fn percent(self, share: Decimal) -> String {
        format!("{}%", self.decimal(share))
    }

    /// Returns a decimal number with this language's sign.
    #[must_use]
    pub fn decimal(self, number: Decimal) -> String {
        match self {
            Self::Nl => number.to_string().replace('.', ","),
            Self::En => number.to_string(),
        }
    }

    /// Returns a date: `05-03-2023`, `2023-03-05`.
    #[must_use]
    pub fn date(self, day: Date) -> String {
        match self {
            Self::Nl => format!("{:02}-{:02}-{:04}", day.day(), day.month(), day.year()),
            Self::En => day.to_string(),
        }
    }

    fn grouped(self, number: u64) -> String {
        let digits = number.to_string();
        let separator = match self {
            Self::Nl => '.',
            Self::En => ',',
        };
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Nl => Self::Dutch,
            Lang::En => Self::English,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn amounts_and_numbers_are_written_as_each_language_does() {
        let amount = Euro::from_cents(127_986_850);
        assert_eq!(Lang::Nl.euro(amount), "€\u{a0}1.279.868,50");
        assert_eq!(Lang::En.euro(amount), "EUR\u{a0}1,279,868.50");
        assert_eq!(Lang::Nl.euro(Euro::from_cents(-1)), "€\u{a0}-0,01");
        assert_eq!(Lang::Nl.number(2552), "2.552");
        assert_eq!(Lang::Nl.number(999), "999");
        assert_eq!(Lang::En.number(-1_234_567), "-1,234,567");
        assert_eq!(Lang::Nl.percent(Decimal::new(356, 1)), "35,6%");
        assert_eq!(Lang::Nl.date(date(2023, 3, 5)), "05-03-2023");
    }
}
