//! A small fund to which steps are told, and what its bank knows of it.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use subsidy_domain::bank::EntryFate;
use subsidy_domain::ids::BatchNumber;
use subsidy_domain::payment::{OrderState, OrderTerms};
use subsidy_domain::view::{Bank, BankRow, Batches, Claims, OrderRow, Orders};
use subsidy_ledger::Position;
use subsidyd::intake::{Became, FileReport};
use subsidyd::payment_export;
use subsidyd::projection::AsAt;
use subsidyd::report::{Lens, money};

use super::papers::{self, SCHOOLS, euros, person};
use super::{Asked, Booked, Step};
use crate::support::camt::{self, Entry};
use crate::support::figures::rows;
use crate::support::fund::Fund;
use crate::support::office::OWN;
use crate::support::papers::{Bill, exam_type, list, payee, tariff, terms};

/// The policies of the budget of exams.
const POLICIES: [&str; 4] = ["waarschuwen", "blokkeren", "wachtrij", "pro_rata"];
const SCHEMES: [&str; 3] = ["MBO_EXAM", "STO", "RPT"];

/// A file that was sent: whether it may be sent again without any effect.
struct Sent {
    name: &'static str,
    bytes: Vec<u8>,
    stands: bool,
}

/// A statement of the bank: what it books, and whether the fund took it.
struct Statement {
    xml: Vec<u8>,
    booked: Vec<(Date, i64)>,
    taken: bool,
}

/// A report as it was, with how much was recorded then.
pub(super) struct Then {
    pub(super) position: Position,
    pub(super) day: Date,
    pub(super) told: String,
}

/// The fund, its bank, and what was seen of both on the way.
pub(super) struct World {
    pub(super) fund: Fund,
    pub(super) day: Date,
    /// What went wrong while a step was told.
    pub(super) broken: Vec<String>,
    /// The payment file of each batch, as it was first.
    files: std::collections::BTreeMap<String, Vec<u8>>,
    pub(super) then: Vec<Then>,
    sent: Vec<Sent>,
    bills: Vec<Bill>,
    statements: Vec<Statement>,
    balance: i64,
    papers: u32,
}

impl World {
    pub(super) fn open(policy: usize) -> Self {
        let mut fund = Fund::quick();
        let policy = POLICIES[policy % POLICIES.len()];
        let exams = String::from_utf8(terms("MBO_EXAM")).expect("text");
        let budget =
            |scheme, amount| format!("2023;{scheme};vaststelling;;;{amount};BB-3;2022-12-01;fixture");
        let payees = SCHOOLS
            .iter()
            .zip(0..)
            .map(|((kvk, brin), school)| payee(kvk, brin, &papers::account(school, 0)));
        let mut files = vec![
            ("terms-1.csv", exams.replace("waarschuwen", policy).into_bytes()),
            ("terms-2.csv", terms("STO")),
            ("terms-3.csv", terms("RPT")),
            ("terms-4.csv", terms("RPT_LM")),
            (
                "tariff-1.csv",
                tariff("MBO_EXAM;A;oud;123,50;173,00;01-01-2023;28-02-2023;BB-2;01-12-2022;fixture;"),
            ),
            (
                "tariff-2.csv",
                tariff("MBO_EXAM;A;nieuw;130,00;182,00;01-03-2023;;BB-4;01-02-2023;fixture;"),
            ),
            (
                "tariff-3.csv",
                tariff("RPT;TW-N2;2023;110,00;260,00;01-01-2023;;BB-2;01-12-2022;fixture;"),
            ),
            (
                "tariff-4.csv",
                tariff("RPT_LM;*;2023;115,00;260,00;01-01-2023;;BB-2;01-12-2022;fixture;"),
            ),
            ("type-1.csv", exam_type("PA-1", "")),
            ("type-2.csv", exam_type("PA-2", "")),
            (
                "budget.csv",
                list(
                    "jaar;regeling;soort;naar;aantal;bedrag;besluit;besloten_op;herkomst",
                    &[
                        budget("MBO_EXAM", "450,00"),
                        budget("STO", "900,00"),
                        budget("RPT", "300,00"),
                    ],
                ),
            ),
            (
                "account.csv",
                list(
                    "naam;iban;bic;besluit;datum;herkomst",
                    &[format!("Fonds;{OWN};;BB-9;2023-01-02;fixture")],
                ),
            ),
        ];
        files.extend(["payee-1.csv", "payee-2.csv"].into_iter().zip(payees));
        let summary = fund.take(&files);
        for report in &summary.files {
            assert_eq!(
                (&report.became, report.refused_rows.len(), report.faults.len()),
                (&Became::Taken, 0, 0),
                "{report:?}"
            );
        }
        for learner in 0..3 {
            for exam in 0..2 {
                fund.send(
                    "passed.csv",
                    papers::result(learner, exam, 1, true, exam == 0, learner % 2),
                );
            }
        }
        for (learner, day) in [(0, 0), (0, 1), (1, 0)] {
            for scheme in 0..2 {
                fund.send("attended.csv", papers::day(learner, day, scheme, true));
            }
        }
        fund.send("granted.csv", papers::grant(0, 1, 50_000, false));
        Self {
            fund,
            day: date(2023, 5, 1),
            broken: Vec::new(),
            files: std::collections::BTreeMap::new(),
            then: Vec::new(),
            sent: Vec::new(),
            bills: Vec::new(),
            statements: Vec::new(),
            balance: 10_000_000,
            papers: 0,
        }
    }

    /// What the bank booked on each day of the statements that were taken.
    pub(super) fn booked(&self) -> impl Iterator<Item = (Date, i64)> {
        let taken = self.statements.iter().filter(|statement| statement.taken);
        taken.flat_map(|statement| statement.booked.iter().copied())
    }

    /// Keeps what reports say now, to be asked again later.
    pub(super) fn remember(&mut self) {
        let position = self.fund.ledger.head().expect("a head").position();
        let told = self.reports(AsAt::Now, self.day);
        let day = self.day;
        self.then.push(Then { position, day, told });
    }

    /// What some reports say.
    pub(super) fn reports(&self, as_at: AsAt, day: Date) -> String {
        let lens = Lens {
            ledger: &self.fund.ledger,
            as_at,
            lang: subsidyd::lang::Lang::En,
        };
        let open = money::open_items(lens, day).expect("open items");
        let (bank, _) = money::bank(lens).expect("the bank");
        format!("{:?}\n{:?}", open.rows, bank.rows)
    }

    pub(super) fn tell(&mut self, step: Step) {
        match step {
            Step::Result {
                learner,
                exam,
                version,
                passed,
                early,
                school,
            } => {
                self.send(
                    "results.csv",
                    papers::result(learner, exam, version, passed, early, school),
                );
            }
            Step::Day {
                learner,
                day,
                scheme,
                present,
            } => {
                self.send("days.csv", papers::day(learner, day, scheme, present));
            }
            Step::Grant {
                region,
                version,
                cents,
                release,
            } => {
                self.send("grants.csv", papers::grant(region, version, cents, release));
            }
            Step::Invoice {
                school,
                number,
                lines,
                other_account,
            } => {
                let other = "NL64FIXT0097000303";
                let lines = lines.into_iter().map(bill_line).collect();
                let bill = papers::bill(school, number, lines, other_account.then_some(other));
                self.send("invoice.xml", bill.xml());
                self.bills.push(bill);
            }
            Step::Credit { number, line, cents } => {
                if let Some(bill) = self.bills.get(line % self.bills.len().max(1)) {
                    let note = papers::note(bill, number, line, cents);
                    self.send("note.xml", note.xml());
                }
            }
            Step::Again { file } => self.again(file),
            Step::Rule {
                by,
                line,
                whole,
                ruling,
                cents,
            } => self.rule(by, line, whole, ruling, cents),
            Step::Approve { first, second, line } => {
                self.rule(first, line, true, 0, 0);
                self.rule(second, line, true, 0, 0);
            }
            Step::Run {
                first,
                second,
                payer,
                releaser,
            } => self.run(first, second, payer, releaser),
            Step::Propose { by } => {
                self.papers += 1;
                let number = format!("2023-{:04}", self.papers);
                self.step_of_batch(&number, "voorstel", by);
            }
            Step::Decide { batch, by, release } => {
                if let Some(number) = picked(rows(&self.fund.ledger, Batches).into_keys(), batch) {
                    self.step_of_batch(&number, if release { "vrijgave" } else { "intrekking" }, by);
                }
            }
            Step::Book { bookings, lost } => self.book(&bookings, lost),
            Step::Found { statement } => {
                let lost = (0..self.statements.len()).filter(|at| !self.statements[*at].taken);
                if let Some(at) = picked(lost, statement) {
                    self.deliver(at);
                }
            }
            Step::Refuse { order } => {
                if let Some(order) = self.order(order) {
                    let terms = &order.terms;
                    let xml =
                        camt::refusal(terms.batch.as_str(), terms.end_to_end.as_str(), "AC01", self.day);
                    self.send("status.xml", xml);
                }
            }
            Step::Resolve {
                open,
                fate,
                about,
                by,
            } => self.resolve(open, fate, about, by),
            Step::AskBack {
                line,
                manner,
                reference,
                by,
                second,
            } => self.ask_back(line, manner, reference, (by, second)),
            Step::Account {
                school,
                step,
                account,
                by,
            } => self.change_account(school, step, account, by),
            Step::Amend {
                scheme,
                cents,
                transfer,
            } => self.amend(scheme, cents, transfer),
            Step::Policy { cents } => {
                self.papers += 1;
                let (number, day) = (self.papers, self.day);
                let row = format!("{};BB-{number};{day}", euros(cents));
                self.send("policy.csv", list("een_tot_en_met;besluit;datum", &[row]));
            }
            Step::Close {
                months,
                year,
                by,
                second,
            } => self.close(months, year, by, second),
            Step::Wait { days } => {
                self.day = self.day.checked_add(i64::from(days).days()).expect("a day");
                self.fund.on(self.day);
            }
            Step::Restart => {
                self.fund.start_again();
                self.fund.on(self.day);
            }
        }
        self.export();
    }

    fn send(&mut self, name: &'static str, bytes: Vec<u8>) -> FileReport {
        let report = self.fund.send(name, bytes.clone());
        let refused = !report.refused_rows.is_empty() || !report.faults.is_empty();
        let stands = report.became != Became::Taken || !refused;
        self.sent.push(Sent { name, bytes, stands });
        report
    }

    /// What was taken before changes nothing, whatever happened since (I4).
    fn again(&mut self, file: usize) {
        let Some(at) = picked(0..self.sent.len(), file) else {
            return;
        };
        let Sent { name, bytes, stands } = &self.sent[at];
        let before = self.fund.size();
        self.fund.send(name, bytes.clone());
        if *stands && self.fund.size() != before {
            self.broken
                .push(format!("I4: {name} came again and changed something"));
        }
    }

    fn rule(&mut self, by: u8, line: usize, whole: bool, ruling: u8, cents: i64) {
        let claims = rows(&self.fund.ledger, Claims);
        let Some(row) = picked(claims.into_values(), line) else {
            return;
        };
        let of = &row.presented.line;
        let ruling = [
            "akkoord",
            "deels",
            "afwijzen",
            "terugsturen",
            "aanhouden",
            "hervatten",
        ][usize::from(ruling) % 6];
        let partly = ruling == "deels";
        let only = if whole && !partly { "" } else { of.line.as_str() };
        let amount = if partly { euros(cents) } else { String::new() };
        let reason = if matches!(ruling, "akkoord" | "hervatten") {
            ""
        } else {
            "D-7"
        };
        self.papers += 1;
        let (kvk, by) = (digits(of.payee.as_str()), person(by));
        let row = format!(
            "G-{};{};{kvk};{};{only};{ruling};{amount};{reason};{by};{by}-{}",
            self.papers, self.day, of.invoice, self.papers
        );
        self.send(
            "approvals.csv",
            list(
                "goedkeuring;datum;begunstigde;factuur;regel;uitkomst;bedrag;reden;door;account",
                &[row],
            ),
        );
    }

    /// All that is invoiced is approved and paid, as far as these persons may.
    fn run(&mut self, first: u8, second: u8, payer: u8, releaser: u8) {
        let mut seen = std::collections::BTreeSet::new();
        let claims = rows(&self.fund.ledger, Claims).into_values().enumerate();
        let invoices: Vec<usize> = claims
            .filter(|(_, row)| {
                let line = &row.presented.line;
                seen.insert((line.payee.clone(), line.invoice.clone()))
            })
            .map(|(at, _)| at)
            .collect();
        for by in [first, second] {
            for at in &invoices {
                self.rule(by, *at, true, 0, 0);
            }
        }
        self.papers += 1;
        let number = format!("2023-{:04}", self.papers);
        self.step_of_batch(&number, "voorstel", payer);
        self.step_of_batch(&number, "vrijgave", releaser);
    }

    fn step_of_batch(&mut self, number: &str, step: &str, by: u8) {
        let execute_on = if step == "voorstel" {
            self.day.to_string()
        } else {
            String::new()
        };
        let row = format!("{number};{step};{};{execute_on};{}", self.day, person(by));
        self.send("run.csv", list("batch;stap;datum;uitvoeren_op;door", &[row]));
    }

    fn order(&self, order: usize) -> Option<OrderRow> {
        let orders = rows(&self.fund.ledger, Orders).into_values();
        picked(orders.filter(|row| !row.terms.amount.is_zero()), order)
    }

    fn book(&mut self, bookings: &[Booked], lost: bool) {
        let entries: Vec<Entry> = bookings.iter().flat_map(|booked| self.entries(*booked)).collect();
        if entries.is_empty() {
            return;
        }
        let number = u32::try_from(self.statements.len() + 1).expect("few");
        let head = camt::Head {
            account: OWN,
            number,
            on: self.day,
            opening: self.balance,
        };
        let (xml, closing) = camt::statement(&head, &entries);
        self.balance = closing;
        let booked = entries.iter().map(|entry| (self.day, entry.cents)).collect();
        self.statements.push(Statement {
            xml,
            booked,
            taken: false,
        });
        if !lost {
            self.deliver(self.statements.len() - 1);
        }
    }

    fn deliver(&mut self, at: usize) {
        let xml = self.statements[at].xml.clone();
        let report = self.send("statement.xml", xml);
        self.statements[at].taken = report.became == Became::Taken;
        for row in &report.refused_rows {
            self.broken.push(format!("a statement was refused: {}", row.code));
        }
    }

    fn entries(&self, booked: Booked) -> Vec<Entry> {
        if let Booked::All = booked {
            let orders = rows(&self.fund.ledger, Orders).into_values();
            let away = orders.filter(|row| row.state == OrderState::Placed && !row.terms.amount.is_zero());
            return away.map(|row| paying(&row.terms)).collect();
        }
        self.entry(booked).into_iter().collect()
    }

    fn entry(&self, booked: Booked) -> Option<Entry> {
        let entry = match booked {
            Booked::All => return None,
            Booked::Order { order, named, off } => {
                let entry = paying(&self.order(order)?.terms);
                Entry {
                    cents: entry.cents - off,
                    end_to_end: entry.end_to_end.filter(|_| named),
                    ..entry
                }
            }
            Booked::Batch { batch } => {
                let batch = picked(rows(&self.fund.ledger, Batches).into_values(), batch)?;
                let payments = usize::try_from(batch.proposal.orders).expect("few");
                Entry {
                    cents: -batch.proposal.total.cents(),
                    batch: Some((batch.proposal.number.to_string(), payments)),
                    ..Entry::default()
                }
            }
            Booked::Back { order, told } => {
                let terms = self.order(order)?.terms;
                Entry {
                    cents: terms.amount.cents(),
                    end_to_end: Some(terms.end_to_end.to_string()),
                    returned: told.then(|| "AC04".to_owned()),
                    ..Entry::default()
                }
            }
            Booked::Repaid {
                reference,
                school,
                off,
            } => {
                let name = format!("TV-{reference}");
                let owed: i64 = rows(&self.fund.ledger, Claims)
                    .values()
                    .flat_map(|row| row.payments.owed().into_iter().cloned().collect::<Vec<_>>())
                    .filter(|payment| {
                        let recourse = payment.recourse.as_ref();
                        recourse.is_some_and(|recourse| recourse.reference.as_str() == name)
                    })
                    .map(|payment| payment.open.cents())
                    .sum();
                Entry {
                    cents: owed + off,
                    account: Some(papers::account(school, 0)),
                    text: Some(name),
                    ..Entry::default()
                }
            }
            Booked::Other { cents } => Entry {
                cents,
                text: Some("iets anders".to_owned()),
                ..Entry::default()
            },
        };
        Some(entry).filter(|entry| entry.cents != 0)
    }

    fn resolve(&mut self, open: usize, fate: u8, about: usize, by: u8) {
        let transactions = rows(&self.fund.ledger, Bank).into_values();
        let waits = transactions.filter_map(|row| match row {
            BankRow::Transaction {
                statement,
                transaction,
                fate: Some(EntryFate::Open { .. }),
                ..
            } => Some((statement, transaction.number)),
            BankRow::Transaction { .. } | BankRow::Statement { .. } => None,
        });
        let Some((statement, number)) = picked(waits, open) else {
            return;
        };
        let order = self.order(about).map(|row| row.terms.end_to_end.to_string());
        let (fate, reference) = match fate {
            0 => ("opdracht", order.unwrap_or_default()),
            1 => ("retour", order.unwrap_or_default()),
            2 => ("terugontvangst", format!("TV-{}", about % 3)),
            _ => ("geen-subsidie", String::new()),
        };
        let row = format!(
            "D-8;{};{statement};{number};{fate};{reference};{}",
            self.day,
            person(by)
        );
        self.send(
            "rulings.csv",
            list("besluit;datum;afschrift;mutatie;uitkomst;kenmerk;door", &[row]),
        );
    }

    fn ask_back(&mut self, line: usize, manner: u8, reference: u8, (by, second): (u8, u8)) {
        let claims = rows(&self.fund.ledger, Claims).into_values();
        let owing = claims.filter(|row| !row.payments.owed().is_empty());
        let Some(row) = picked(owing, line) else {
            return;
        };
        let of = &row.presented.line;
        let (manner, second) = match manner {
            0 | 1 => ("verrekenen", ""),
            2 => ("terugbetalen", ""),
            _ => ("afboeken", person(second)),
        };
        let row = format!(
            "TV-{reference};{};{};{};{};{manner};{};{second}",
            self.day,
            digits(of.payee.as_str()),
            of.invoice,
            of.line,
            person(by)
        );
        self.send(
            "recourse.csv",
            list(
                "kenmerk;datum;begunstigde;factuur;regel;wijze;door;tweede",
                &[row],
            ),
        );
    }

    fn change_account(&mut self, school: u8, step: u8, account: u8, by: u8) {
        let (kvk, _) = SCHOOLS[usize::from(school) % SCHOOLS.len()];
        let (step, iban, name) = match step {
            0 => (
                "voorstel",
                papers::account(school, account),
                format!("School {kvk}"),
            ),
            1 | 2 => ("akkoord", String::new(), String::new()),
            _ => ("afwijzen", String::new(), String::new()),
        };
        let row = format!("{kvk};{step};{iban};{name};{};{}", self.day, person(by));
        self.send(
            "accounts.csv",
            list("begunstigde;stap;iban;naam;datum;door", &[row]),
        );
    }

    fn amend(&mut self, scheme: u8, cents: i64, transfer: bool) {
        self.papers += 1;
        let (scheme, to) = (
            SCHEMES[usize::from(scheme) % 3],
            SCHEMES[usize::from(scheme + 1) % 3],
        );
        let row = if transfer {
            let (amount, number) = (euros(cents.abs()), self.papers);
            format!(
                "2023;{scheme};overheveling;{to};;{amount};BB-{number};{};fixture",
                self.day
            )
        } else {
            let (amount, number) = (euros(cents), self.papers);
            format!(
                "2023;{scheme};wijziging;;;{amount};BB-{number};{};fixture",
                self.day
            )
        };
        self.send(
            "budget.csv",
            list(
                "jaar;regeling;soort;naar;aantal;bedrag;besluit;besloten_op;herkomst",
                &[row],
            ),
        );
    }

    fn close(&mut self, months: u8, year: bool, by: u8, second: u8) {
        // A period can be closed once it has ended.
        self.day = self.day.last_of_month().checked_add(3.days()).expect("a day");
        self.fund.on(self.day);
        let ended = self.day.checked_sub(i64::from(months).months()).expect("a day");
        let period = if year {
            (self.day.year() - 1).to_string()
        } else {
            format!("{:04}-{:02}", ended.year(), ended.month())
        };
        for (step, by) in [("voorstel", by), ("akkoord", second)] {
            let row = format!("{period};{step};{};{}", self.day, person(by));
            self.send("close.csv", list("periode;stap;datum;door", &[row]));
        }
    }

    /// The payment file of each released batch is the same bytes whenever it is asked for (I5: a later change of account does not touch it).
    fn export(&mut self) {
        for number in rows(&self.fund.ledger, Batches).into_keys() {
            let batch: BatchNumber = number.parse().expect("a number");
            let mut bytes = Vec::new();
            if payment_export::write(&self.fund.ledger, &batch, &mut bytes).is_err() {
                continue;
            }
            let first = self.files.entry(number.clone()).or_insert_with(|| bytes.clone());
            if *first != bytes {
                self.broken
                    .push(format!("I5: the payment file of {number} changed"));
            }
        }
    }
}

/// The entry that pays an order as it was asked.
fn paying(terms: &OrderTerms) -> Entry {
    Entry {
        cents: -terms.amount.cents(),
        end_to_end: Some(terms.end_to_end.to_string()),
        account: Some(terms.iban.as_str().to_owned()),
        ..Entry::default()
    }
}

fn bill_line(asked: Asked) -> crate::support::papers::BillLine {
    match asked {
        Asked::Exam {
            learner,
            exam,
            named,
            cents,
        } => papers::exam_line(learner, exam, named, cents),
        Asked::Day { learner, day, scheme } => papers::day_line(learner, day, scheme),
        Asked::Region { region, cents } => papers::region_line(region, cents),
    }
}

/// The register number of a payee.
fn digits(payee: &str) -> &str {
    payee.split_once(':').map_or(payee, |(_, digits)| digits)
}

fn picked<T>(all: impl Iterator<Item = T>, at: usize) -> Option<T> {
    let mut all: Vec<T> = all.collect();
    let at = at.checked_rem(all.len())?;
    Some(all.swap_remove(at))
}
