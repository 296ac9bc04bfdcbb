//! How dates, amounts, counts, yes and no are written in a list.

use jiff::civil::{Date, date};
use subsidy_documents::{Amount, Document, Kind, Month, MonthDay, Table};

use crate::samples::{codes, list, reading, row_with};

fn document(kind: Kind, column: &str, value: &str) -> Document {
    reading(&list(kind, &[&row_with(kind, column, value)])).document
}

/// The value of the only row, or the faults that the list has instead.
fn only<T, V>(table: &Table<T>, value: impl Fn(&T) -> V) -> Result<V, String> {
    table
        .rows
        .first()
        .map(|row| value(&row.value))
        .ok_or_else(|| codes(&table.faults).join(" "))
}

fn amount(text: &str) -> Result<Amount, String> {
    let Document::Tariffs(table) = document(Kind::Tariffs, "bedrag", text) else {
        panic!("tariffs")
    };
    only(&table, |tariff| tariff.amount)
}

fn day(text: &str) -> Result<Date, String> {
    let Document::Tariffs(table) = document(Kind::Tariffs, "van", text) else {
        panic!("tariffs")
    };
    only(&table, |tariff| tariff.from)
}

fn count(text: &str) -> Result<u32, String> {
    let Document::ReferenceFigures(table) = document(Kind::ReferenceFigures, "aantal", text) else {
        panic!("figures")
    };
    only(&table, |figure| figure.units)
}

#[test]
fn amounts_are_read_as_they_are_written_here() {
    let cases = [
        ("1.234,56", 1_234_56),
        ("1234,56", 1_234_56),
        ("1.350,-", 1_350_00),
        ("1350,-", 1_350_00),
        ("1234.56", 1_234_56),
        ("1.35", 1_35),
        ("1.350", 1_350_00),
        ("1350", 1_350_00),
        ("12,5", 12_50),
        ("0", 0),
        ("0,01", 1),
        ("1.279.868,50", 1_279_868_50),
        (" 7,00 ", 7_00),
        ("999999999999,99", 99_999_999_999_999),
    ];
    for (text, cents) in cases {
        assert_eq!(amount(text), Ok(Amount::from_cents(cents)), "{text}");
    }
}

#[test]
fn other_amounts_are_refused() {
    for text in [
        "1,234.56",
        "1.234.56",
        "12.34,56",
        "1234.567",
        "1.2345",
        "1,234",
        "12,345",
        "1.5",
        "€ 5",
        "5 euro",
        "5,",
        ",50",
        "1e3",
        "--5",
        "5-",
        "1..000",
        "+5",
        "0x10",
        "1 000",
        "1000000000000",
        "５",
    ] {
        assert_eq!(amount(text), Err("INVALID_AMOUNT bedrag".into()), "{text}");
    }
    assert_eq!(amount("-5,00"), Err("NEGATIVE_AMOUNT bedrag".into()));
}

#[test]
fn dates_are_read_day_first_or_year_first() {
    for text in ["10-02-2023", "2023-02-10"] {
        assert_eq!(day(text), Ok(date(2023, 2, 10)));
    }
    assert_eq!(day("29-02-2020"), Ok(date(2020, 2, 29)));
    for text in [
        "30-02-2023",
        "29-02-2023",
        "10-13-2023",
        "10/02/2023",
        "10-2-2023",
        "10-02-23",
        "2023-2-10",
        "0023-02-10",
        "2200-01-01",
        "20230210",
        "10-02-2023 00:00",
        "+1-02-2023",
        "morgen",
    ] {
        assert_eq!(day(text), Err("INVALID_DATE van".into()), "{text}");
    }
}

#[test]
fn counts_may_have_thousand_dots_in_their_place() {
    for (text, number) in [
        ("1055", 1055),
        ("1.055", 1055),
        ("12.345.678", 12_345_678),
        ("0", 0),
    ] {
        assert_eq!(count(text), Ok(number), "{text}");
    }
    for text in [
        "1,055",
        "10.55",
        "1.0555",
        "1234.567",
        ".055",
        "-1",
        "een",
        "4294967296",
        "99999999999999999999",
    ] {
        assert_eq!(count(text), Err("INVALID_NUMBER aantal".into()), "{text}");
    }
}

#[test]
fn yes_and_no_are_written_in_three_ways() {
    for (text, yes) in [
        ("ja", true),
        ("J", true),
        ("1", true),
        ("nee", false),
        ("n", false),
        ("0", false),
    ] {
        let Document::EvCertificates(table) = document(Kind::EvCertificates, "geslaagd", text) else {
            panic!()
        };
        assert_eq!(table.rows[0].value.passed, yes, "{text}");
    }
    let refused = document(Kind::EvCertificates, "geslaagd", "misschien");
    assert_eq!(
        refused.faults()[0].to_string(),
        "row 2, column 7 (geslaagd): UNKNOWN_VALUE geslaagd, found \"misschien\", expected ja, nee"
    );
}

#[test]
fn months_and_days_of_the_year_are_read() {
    let Document::Deliveries(table) = document(Kind::Deliveries, "maand", "2023-12") else {
        panic!()
    };
    assert_eq!(
        table.rows[0].value.month,
        Month {
            year: 2023,
            month: 12
        }
    );
    for text in ["2023-13", "12-2023", "2023", "2023-1"] {
        assert_eq!(
            codes(document(Kind::Deliveries, "maand", text).faults()),
            ["INVALID_DATE maand"],
            "{text}"
        );
    }
    let Document::SchemeTerms(table) = document(Kind::SchemeTerms, "declareren_voor", "01-04") else {
        panic!()
    };
    assert_eq!(table.rows[0].value.late_from, Some(MonthDay { month: 4, day: 1 }));
    for text in ["31-04", "29-02", "04-13", "1-4"] {
        let faults = document(Kind::SchemeTerms, "declareren_voor", text);
        assert_eq!(codes(faults.faults()), ["INVALID_DATE declareren_voor"], "{text}");
    }
}

#[test]
fn years_have_four_digits() {
    for text in ["23", "02023", "1899", "abcd"] {
        assert_eq!(
            codes(document(Kind::Budgets, "jaar", text).faults()),
            ["INVALID_NUMBER jaar"],
            "{text}"
        );
    }
}

#[test]
fn texts_are_short_and_of_one_line() {
    let long = "x".repeat(251);
    assert_eq!(
        codes(document(Kind::Payees, "naam", &long).faults()),
        ["INVALID_TEXT naam"]
    );
    assert_eq!(document(Kind::Payees, "naam", &"é".repeat(250)).faults(), []);
    assert_eq!(
        codes(document(Kind::Payees, "naam", "a\u{7}b").faults()),
        ["INVALID_TEXT naam"]
    );
}

#[test]
fn an_account_is_checked_by_its_digits() {
    for good in [
        "NL44RABO0123456789",
        "nl44 rabo 0123 4567 89",
        "BE68539007547034",
        "DE89370400440532013000",
    ] {
        assert_eq!(document(Kind::Payees, "iban", good).faults(), [], "{good}");
    }
    let cases = [
        ("NL44RABO0123456788", "IBAN_CHECKSUM iban"),
        ("NL44RABO012345678", "INVALID_IBAN iban"),
        ("NLXXRABO0123456789", "INVALID_IBAN iban"),
        ("123456789", "INVALID_IBAN iban"),
        ("NL", "INVALID_IBAN iban"),
    ];
    for (text, fault) in cases {
        assert_eq!(
            codes(document(Kind::Payees, "iban", text).faults()),
            [fault],
            "{text}"
        );
    }
}
