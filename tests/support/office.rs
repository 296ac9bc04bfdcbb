//! The finance office of a small fund: what approvers, payers and officers send, and what the bank does.

use jiff::civil::{Date, date};
use subsidy_domain::money::Euro;
use subsidy_domain::payment::OrderState;
use subsidy_domain::view::{Bank, BankRow, Orders};
use subsidyd::intake::{Became, FileReport};

use super::camt;
use super::figures::rows;
use super::fund::{BRIN, Fund, IBAN};
use super::papers::{SCHOOL, exam, invoice, list, pass, results};

/// The account from which the fund pays.
pub(crate) const OWN: &str = "NL25FIXT1000000001";
/// What an exam earns, in cents.
pub(crate) const EXAM: i64 = 12_350;

/// A fund with an office: three learners have passed, and nothing is invoiced yet.
pub(crate) struct Office {
    pub(crate) fund: Fund,
    day: Date,
    balance: i64,
    statements: u32,
    papers: u32,
}

/// A booking on the fund's account.
pub(crate) enum Booking<'a> {
    /// It pays an order.
    Out(&'a str, i64),
    /// The bank gives an order back, with its reason.
    Back(&'a str, i64, &'a str),
    /// Somebody pays in, with a text.
    In(&'a str, i64, &'a str),
}

impl Office {
    /// A fund of its own.
    pub(crate) fn open() -> Self {
        Self::of(Fund::open())
    }

    /// The office of a fund.
    pub(crate) fn of(mut fund: Fund) -> Self {
        let passes: Vec<String> = (1..=3)
            .map(|n| pass(&format!("R-{n}"), &format!("K-{n}"), "PA-1", "2023-03-15", BRIN))
            .collect();
        fund.take(&[
            (
                "account.csv",
                list(
                    "naam;iban;bic;besluit;datum;herkomst",
                    &[format!("Fonds;{OWN};;BB-9;2023-01-02;fixture")],
                ),
            ),
            ("results.csv", results(&passes)),
        ]);
        Self {
            fund,
            day: date(2023, 5, 1),
            balance: 10_000_000,
            statements: 0,
            papers: 0,
        }
    }

    /// Lets a day pass.
    pub(crate) fn next_day(&mut self) -> Date {
        self.on(self.day.tomorrow().expect("a day"))
    }

    /// Lets it be a day.
    pub(crate) fn on(&mut self, day: Date) -> Date {
        self.day = day;
        self.fund.on(day);
        day
    }

    /// The school asks for the exams of these learners.
    pub(crate) fn invoiced(&mut self, number: &'static str, learners: &[u8]) {
        let lines: Vec<_> = learners
            .iter()
            .map(|n| exam("PA-1", &format!("K-{n}"), &format!("R-{n}"), "2023-03-15"))
            .collect();
        self.fund.send("invoice.xml", invoice(number, lines).xml());
    }

    /// The examiner corrects the result of a learner: it was no pass.
    pub(crate) fn revoked(&mut self, learner: u8) {
        let header = "uitslagnummer;versie;kandidaatnummer;examencode;boekingsdatum;examendatum;uitslag;geboekt_door;soort_boeker;afgenomen_door";
        let row = format!("R-{learner};2;K-{learner};PA-1;2023-01-02;2023-03-15;gezakt;{BRIN};school;IBKI");
        taken(&self.fund.send("corrected.csv", list(header, &[row])));
    }

    /// A ruling on an invoice of the school, or on one line of it.
    pub(crate) fn rules(
        &mut self,
        by: &str,
        invoice: &str,
        line: &str,
        ruling: &str,
        amount: &str,
    ) -> FileReport {
        self.papers += 1;
        let (number, day) = (self.papers, self.day);
        let reason = if matches!(ruling, "akkoord" | "hervatten") {
            ""
        } else {
            "D-7"
        };
        let header = "goedkeuring;datum;begunstigde;factuur;regel;uitkomst;bedrag;reden;door;account";
        let row = format!("G-{number};{day};{SCHOOL};{invoice};{line};{ruling};{amount};{reason};{by};{by}");
        self.fund.send("approvals.csv", list(header, &[row]))
    }

    /// Two persons approve an invoice.
    pub(crate) fn approved(&mut self, invoice: &str) {
        for by in ["approver-1", "approver-2"] {
            taken(&self.rules(by, invoice, "", "akkoord", ""));
        }
    }

    /// A step of a batch.
    pub(crate) fn batch(&mut self, number: &str, step: &str, by: &str) -> FileReport {
        let day = self.day;
        let execute_on = if step == "voorstel" {
            day.to_string()
        } else {
            String::new()
        };
        let row = format!("{number};{step};{day};{execute_on};{by}");
        self.fund
            .send("run.csv", list("batch;stap;datum;uitvoeren_op;door", &[row]))
    }

    /// A batch is proposed by one and released by another.
    pub(crate) fn run(&mut self, number: &str) {
        taken(&self.batch(number, "voorstel", "payer-1"));
        taken(&self.batch(number, "vrijgave", "payer-2"));
    }

    /// How clawbacks of a line come back.
    pub(crate) fn asks_back(
        &mut self,
        reference: &str,
        invoice: &str,
        manner: &str,
        second: &str,
    ) -> FileReport {
        let day = self.day;
        let row = format!("{reference};{day};{SCHOOL};{invoice};1;{manner};officer-1;{second}");
        self.fund.send(
            "recourse.csv",
            list(
                "kenmerk;datum;begunstigde;factuur;regel;wijze;door;tweede",
                &[row],
            ),
        )
    }

    /// The school's account is verified by two others than who proposes it.
    pub(crate) fn account_verified(&mut self) {
        let day = self.day;
        let rows = [
            format!("{SCHOOL};voorstel;{IBAN};School {SCHOOL};{day};officer-1"),
            format!("{SCHOOL};akkoord;;;{day};approver-1"),
            format!("{SCHOOL};akkoord;;;{day};approver-2"),
        ];
        taken(&self.fund.send(
            "accounts.csv",
            list("begunstigde;stap;iban;naam;datum;door", &rows),
        ));
    }

    /// The bank sends the next statement, of today.
    pub(crate) fn banked(&mut self, bookings: &[Booking<'_>]) -> FileReport {
        let xml = self.statement(OWN, bookings);
        self.fund.send("statement.xml", xml)
    }

    /// The next statement of an account, of today.
    pub(crate) fn statement(&mut self, account: &str, bookings: &[Booking<'_>]) -> Vec<u8> {
        self.statements += 1;
        let head = camt::Head {
            account,
            number: self.statements,
            on: self.day,
            opening: self.balance,
        };
        let entries: Vec<camt::Entry> = bookings.iter().map(Booking::entry).collect();
        let (xml, closing) = camt::statement(&head, &entries);
        self.balance = closing;
        xml
    }

    /// A statement gets lost on its way.
    pub(crate) fn statement_lost(&mut self) {
        self.statements += 1;
    }

    /// The bank refuses an order of a batch, with its reason.
    pub(crate) fn refused_by_bank(&mut self, batch: &str, order: &str, reason: &str) -> FileReport {
        self.fund
            .send("status.xml", camt::refusal(batch, order, reason, self.day))
    }

    /// Where an order stands, and what it pays, in cents.
    pub(crate) fn order(&self, id: &str) -> (OrderState, i64) {
        let orders = rows(&self.fund.ledger, Orders);
        let row = orders
            .get(id)
            .unwrap_or_else(|| panic!("no order {id}: {:?}", orders.keys()));
        (row.state, row.terms.amount.cents())
    }

    /// What must still come back of a line of the school, in cents.
    pub(crate) fn owed(&self, line: &str) -> i64 {
        self.fund.line(line).payments.open().cents()
    }

    /// What the bank moved by all statements taken in, in cents: what came in less what went out.
    pub(crate) fn moved(&self) -> i64 {
        let moved: Euro = rows(&self.fund.ledger, Bank)
            .values()
            .filter_map(|row| match row {
                BankRow::Transaction { transaction, .. } => Some(transaction.signed()),
                BankRow::Statement { .. } => None,
            })
            .sum();
        moved.cents()
    }
}

/// Every row of a file was taken.
pub(crate) fn taken(report: &FileReport) {
    assert_eq!(report.became, Became::Taken, "{:?}", report.faults);
    assert_eq!(refusals(report), Vec::<String>::new());
    assert!(report.taken > 0, "nothing was taken");
}

/// Why rows of a file were refused.
pub(crate) fn refusals(report: &FileReport) -> Vec<String> {
    report.refused_rows.iter().map(|row| row.code.clone()).collect()
}

impl Booking<'_> {
    fn entry(&self) -> camt::Entry {
        let own = |text: &str| Some(text.to_owned());
        match self {
            Self::Out(order, cents) => camt::Entry {
                cents: -cents,
                end_to_end: own(order),
                account: own(IBAN),
                ..camt::Entry::default()
            },
            Self::Back(order, cents, reason) => camt::Entry {
                cents: *cents,
                end_to_end: own(order),
                returned: own(reason),
                ..camt::Entry::default()
            },
            Self::In(iban, cents, text) => camt::Entry {
                cents: *cents,
                account: own(iban),
                text: own(text),
                ..camt::Entry::default()
            },
        }
    }
}
