//! What an audit file says of its accounts, relations and sums, and what of that contradicts.

use std::collections::BTreeSet;

use super::super::rule::AuditRule;
use crate::amount::Cents;

/// A rule that a part breaks, the child that is meant, and what is found and expected.
pub(super) type Broken = (AuditRule, Option<&'static str>, Option<(String, String)>);

/// Lines with an amount each, and what they are said to be.
#[derive(Default)]
struct Sums {
    lines: u64,
    debit: i128,
    credit: i128,
    said: [Option<i128>; 3],
    /// Whether an amount could not be read: then the sums say nothing.
    is_unknown: bool,
}

/// What is said and was read until here.
#[derive(Default)]
pub(super) struct Books {
    relations: BTreeSet<String>,
    accounts: BTreeSet<String>,
    codes: BTreeSet<String>,
    vat: BTreeSet<String>,
    periods: BTreeSet<String>,
    journals: BTreeSet<String>,
    opening: Sums,
    all: Sums,
    transaction: Sums,
    transactions: u64,
    amount: Option<i128>,
    is_debit: Option<bool>,
}

impl Books {
    pub(super) const fn transactions(&self) -> u64 {
        self.transactions
    }

    pub(super) const fn lines(&self) -> u64 {
        self.all.lines
    }

    pub(super) fn open(&mut self, name: &str) {
        match name {
            "transaction" => {
                self.transactions += 1;
                self.transaction = Sums::default();
            }
            "trLine" | "obLine" => (self.amount, self.is_debit) = (None, None),
            _ => {}
        }
    }

    /// Takes in a text, and returns the rule that it breaks.
    pub(super) fn take(&mut self, parent: &str, name: &str, text: &str) -> Option<AuditRule> {
        let twice = |set: &mut BTreeSet<String>, rule| (!set.insert(text.to_owned())).then_some(rule);
        let unknown = |set: &BTreeSet<String>, rule| (!set.contains(text)).then_some(rule);
        match (parent, name) {
            ("customerSupplier", "custSupID") => twice(&mut self.relations, AuditRule::RelationTwice),
            ("ledgerAccount", "accID") => twice(&mut self.accounts, AuditRule::AccountTwice),
            ("ledgerAccount", "RGScode") => twice(&mut self.codes, AuditRule::CodeTwice),
            ("journal", "jrnID") => twice(&mut self.journals, AuditRule::JournalTwice),
            ("vatCode", "vatID") => {
                self.vat.insert(text.to_owned());
                None
            }
            ("period", "periodNumber") => {
                self.periods.insert(number(text).to_owned());
                (number(text) == "0").then_some(AuditRule::PeriodZero)
            }
            ("obLine" | "trLine", "accID") => unknown(&self.accounts, AuditRule::Account),
            ("trLine", "custSupID") => unknown(&self.relations, AuditRule::Relation),
            ("journal", "offsetAccID") | ("vatCode", "vatToPayAccID" | "vatToClaimAccID") => {
                unknown(&self.accounts, AuditRule::Reference)
            }
            ("vat", "vatID") => unknown(&self.vat, AuditRule::Reference),
            ("transaction", "periodNumber") if number(text) == "0" => Some(AuditRule::PeriodZero),
            ("transaction", "periodNumber") => {
                (!self.periods.contains(number(text))).then_some(AuditRule::Period)
            }
            ("obLine" | "trLine", "amnt") => {
                self.amount = cents(text).ok();
                None
            }
            ("obLine" | "trLine", "amntTp") => {
                self.is_debit = match text {
                    "D" => Some(true),
                    "C" => Some(false),
                    _ => None,
                };
                None
            }
            ("openingBalance" | "transactions", "linesCount" | "totalDebit" | "totalCredit") => {
                let sums = if parent == "transactions" {
                    &mut self.all
                } else {
                    &mut self.opening
                };
                let [lines, debit, credit] = &mut sums.said;
                match name {
                    "linesCount" => *lines = text.parse().ok(),
                    "totalDebit" => *debit = cents(text).ok(),
                    _ => *credit = cents(text).ok(),
                }
                None
            }
            (_, _) => None,
        }
    }

    /// Ends a part, and adds what of it contradicts.
    pub(super) fn close(&mut self, name: &str, broken: &mut Vec<Broken>) {
        let line = self.amount.zip(self.is_debit);
        match name {
            "obLine" => self.opening.add(line),
            "trLine" => {
                self.transaction.add(line);
                self.all.add(line);
            }
            "transaction" => {
                let Sums {
                    debit,
                    credit,
                    is_unknown,
                    ..
                } = self.transaction;
                if debit != credit && !is_unknown {
                    broken.push((AuditRule::Transaction, None, Some(said(debit, credit))));
                }
            }
            "openingBalance" => self.opening.end(
                [
                    AuditRule::OpeningDebit,
                    AuditRule::OpeningCredit,
                    AuditRule::OpeningBalance,
                ],
                broken,
            ),
            "transactions" => {
                self.all
                    .end([AuditRule::Debit, AuditRule::Credit, AuditRule::Balance], broken);
            }
            _ => {}
        }
    }
}

impl Sums {
    fn add(&mut self, line: Option<(i128, bool)>) {
        self.lines += 1;
        match line {
            Some((cents, true)) => self.debit += cents,
            Some((cents, false)) => self.credit += cents,
            None => self.is_unknown = true,
        }
    }

    fn end(&self, [on_debit, on_credit, on_both]: [AuditRule; 3], broken: &mut Vec<Broken>) {
        let [lines, debit, credit] = self.said;
        if let Some(lines) = lines.filter(|lines| *lines != i128::from(self.lines)) {
            let sums = (lines.to_string(), self.lines.to_string());
            broken.push((AuditRule::Lines, Some("linesCount"), Some(sums)));
        }
        if let Some((debit, credit)) = debit.zip(credit).filter(|(debit, credit)| debit != credit) {
            broken.push((on_both, None, Some(said(debit, credit))));
        }
        if self.is_unknown {
            return;
        }
        let both = [
            (on_debit, "totalDebit", debit, self.debit),
            (on_credit, "totalCredit", credit, self.credit),
        ];
        for (rule, child, total, sum) in both {
            if let Some(total) = total.filter(|total| *total != sum) {
                broken.push((rule, Some(child), Some(said(total, sum))));
            }
        }
    }
}

fn said(found: i128, expected: i128) -> (String, String) {
    (Cents(found).to_string(), Cents(expected).to_string())
}

/// A number without leading zeros: `01` is period 1.
fn number(text: &str) -> &str {
    match text.trim_start_matches('0') {
        "" if !text.is_empty() => "0",
        number => number,
    }
}

/// The cents of an amount of at most twenty digits.
pub(super) fn cents(text: &str) -> Result<i128, AuditRule> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_empty = whole.is_empty() && decimals.is_empty();
    if is_empty || !all_digits(whole) || !all_digits(decimals) || whole.len() + decimals.len() > 20 {
        return Err(AuditRule::Amount);
    }
    if decimals.len() > 2 {
        return Err(AuditRule::Cents);
    }
    let cents: i128 = format!("{whole}{decimals:0<2}")
        .parse()
        .map_err(|_| AuditRule::Amount)?;
    Ok(if is_negative { -cents } else { cents })
}
