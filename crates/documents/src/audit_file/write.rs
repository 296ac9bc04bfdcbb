//! Writes XAF 4.0, element by element, in the order of the schema.

use std::collections::BTreeSet;
use std::io::{self, Write};

use quick_xml::escape::escape;

use super::{AuditHead, AuditLine, AuditTransaction, Journal, JournalKind, NAMESPACE};
use crate::amount::{Amount, Cents};

/// Why what was written is no audit file.
#[derive(Debug, thiserror::Error)]
pub enum AuditWriteError {
    /// The output does not take it.
    #[error("the audit file could not be written")]
    Output(#[from] io::Error),
    /// What was written is not what its head announced: `0007`, `0008` of the standard.
    #[error(
        "{lines} lines of {debit} debit and {credit} credit were written, and others were announced; the books changed meanwhile, make the file again"
    )]
    Announced {
        /// How many lines were written.
        lines: u64,
        /// Their debits, in euro.
        debit: String,
        /// Their credits, in euro.
        credit: String,
    },
    /// The opening balance does not balance: `0006`.
    #[error("the opening balance does not balance")]
    Opening,
    /// A transaction does not balance: `0010`.
    #[error("transaction {number} does not balance")]
    OutOfBalance {
        /// Its number.
        number: u64,
    },
    /// A transaction is of another year, or before any journal.
    #[error("transaction {number} is of another year, or of no journal")]
    Misplaced {
        /// Its number.
        number: u64,
    },
    /// An account or relation is not in the head, or is there twice: `0001`, `0002`, `0003`.
    #[error("`{id}` is not defined once in the head of the audit file")]
    Undefined {
        /// Its id.
        id: String,
    },
    /// An id is longer than the schema allows.
    #[error("`{id}` is longer than {most} characters")]
    TooLong {
        /// The id.
        id: String,
        /// How many it may have.
        most: usize,
    },
}

/// Writes an audit file as a stream.
#[derive(Debug)]
pub struct AuditWriter<W> {
    out: W,
    year: i16,
    accounts: BTreeSet<String>,
    relations: BTreeSet<String>,
    announced: (u64, i128, i128),
    written: (u64, i128, i128),
    has_journal: bool,
}

/// How many characters an id may have.
const ID: usize = 35;

impl<W: Write> AuditWriter<W> {
    /// Writes all that comes before the transactions.
    ///
    /// # Errors
    ///
    /// When an id is there twice or too long, the opening balance does not balance, or `out` does not take it.
    pub fn begin(out: W, head: &AuditHead) -> Result<Self, AuditWriteError> {
        let mut file = Self {
            out,
            year: head.fiscal_year,
            accounts: BTreeSet::new(),
            relations: BTreeSet::new(),
            announced: (head.lines, head.debit, head.credit),
            written: (0, 0, 0),
            has_journal: false,
        };
        file.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        file.line(&format!("<auditfile xmlns=\"{NAMESPACE}\">"))?;
        file.header(head)?;
        file.line("<company>")?;
        if let Some(kvk) = &head.company_kvk {
            file.text("Commercenr", kvk, 100)?;
        }
        file.text("companyName", &head.company, 255)?;
        file.text("taxRegistrationCountry", "NL", 2)?;
        file.text("taxRegIdent", &head.fiscal_number, 30)?;
        file.parties(head)?;
        file.ledger(head)?;
        file.periods()?;
        file.opening(head)?;
        file.line("<transactions>")?;
        file.sums(head.lines, head.debit, head.credit)?;
        Ok(file)
    }

    fn header(&mut self, head: &AuditHead) -> Result<(), AuditWriteError> {
        let year = head.fiscal_year;
        self.line("<header>")?;
        self.text("fiscalYear", &format!("{year:04}"), 9)?;
        self.text("startDate", &format!("{year:04}-01-01"), 10)?;
        self.text("endDate", &format!("{year:04}-12-31"), 10)?;
        self.text("curCode", "EUR", 3)?;
        self.text("dateCreated", &head.created.to_string(), 10)?;
        self.text("softwareDesc", &head.software, 50)?;
        self.text("softwareVersion", &head.software_version, 20)?;
        if let Some(version) = &head.rgs_version {
            self.text("RGSVersion", version, 20)?;
        }
        self.line("</header>")
    }

    fn parties(&mut self, head: &AuditHead) -> Result<(), AuditWriteError> {
        if head.relations.is_empty() {
            return Ok(());
        }
        self.line("<customersSuppliers>")?;
        for relation in &head.relations {
            if !self.relations.insert(relation.id.clone()) {
                return Err(undefined(&relation.id));
            }
            self.line("<customerSupplier>")?;
            self.id("custSupID", &relation.id)?;
            self.text("custSupName", &relation.name, 50)?;
            if let Some(kvk) = &relation.kvk {
                self.text("commerceNr", kvk, 100)?;
            }
            self.text("custSupTp", "S", 1)?;
            self.line("</customerSupplier>")?;
        }
        self.line("</customersSuppliers>")
    }

    fn ledger(&mut self, head: &AuditHead) -> Result<(), AuditWriteError> {
        let mut codes = BTreeSet::new();
        self.line("<generalLedger>")?;
        for account in &head.accounts {
            if !self.accounts.insert(account.id.clone()) {
                return Err(undefined(&account.id));
            }
            self.line("<ledgerAccount>")?;
            self.id("accID", &account.id)?;
            self.text("accDesc", &account.name, 255)?;
            self.text("accTp", if account.is_balance { "B" } else { "P" }, 1)?;
            if let Some(rgs) = &account.rgs {
                if !codes.insert(rgs) {
                    return Err(undefined(rgs));
                }
                self.text("RGScode", rgs, 255)?;
            }
            self.line("</ledgerAccount>")?;
        }
        self.line("</generalLedger>")
    }

    /// The months of the year.
    fn periods(&mut self) -> Result<(), AuditWriteError> {
        self.line("<periods>")?;
        for month in 1..=12 {
            let first = jiff::civil::Date::new(self.year, month, 1).unwrap_or_default();
            let last = first.last_of_month();
            self.line(&format!(
                "<period><periodNumber>{month}</periodNumber><startDatePeriod>{first}</startDatePeriod>\
                 <endDatePeriod>{last}</endDatePeriod></period>"
            ))?;
        }
        self.line("</periods>")
    }

    fn opening(&mut self, head: &AuditHead) -> Result<(), AuditWriteError> {
        if head.opening.is_empty() {
            return Ok(());
        }
        let side = |is_debit: bool| -> i128 {
            let cents = head.opening.iter().map(|(_, amount)| i128::from(amount.cents()));
            let of_side = cents.filter(|cents| (*cents > 0) == is_debit);
            of_side.map(i128::abs).sum()
        };
        let (debit, credit) = (side(true), side(false));
        if debit != credit {
            return Err(AuditWriteError::Opening);
        }
        self.line("<openingBalance>")?;
        let lines = u64::try_from(head.opening.len()).unwrap_or(u64::MAX);
        self.sums(lines, debit, credit)?;
        for (nr, (account, amount)) in (1..).zip(&head.opening) {
            self.known_account(account)?;
            let (size, side) = sided(*amount);
            self.out.write_all(b"<obLine>")?;
            write!(self.out, "<nr>{nr}</nr>")?;
            self.id("accID", account)?;
            write!(self.out, "<amnt>{size}</amnt><amntTp>{side}</amntTp>")?;
            self.line("</obLine>")?;
        }
        self.line("</openingBalance>")
    }

    fn sums(&mut self, lines: u64, debit: i128, credit: i128) -> Result<(), AuditWriteError> {
        let (debit, credit) = (Cents(debit), Cents(credit));
        self.line(&format!(
            "<linesCount>{lines}</linesCount><totalDebit>{debit}</totalDebit><totalCredit>{credit}</totalCredit>"
        ))
    }

    /// Begins a journal; the one before it ends.
    ///
    /// # Errors
    ///
    /// When an id is too long or its account is not in the head, or `out` does not take it.
    pub fn journal(&mut self, journal: &Journal) -> Result<(), AuditWriteError> {
        if self.has_journal {
            self.line("</journal>")?;
        }
        self.has_journal = true;
        self.line("<journal>")?;
        self.id("jrnID", &journal.id)?;
        self.text("desc", &journal.name, 9999)?;
        let kind = match journal.kind {
            JournalKind::Bank => "B",
            JournalKind::Purchase => "P",
            JournalKind::Memorial => "M",
        };
        self.text("jrnTp", kind, 1)?;
        if let Some(offset) = &journal.offset {
            self.known_account(offset)?;
            self.id("offsetAccID", offset)?;
        }
        Ok(())
    }

    /// Writes a transaction in the journal that was begun last.
    ///
    /// # Errors
    ///
    /// When it does not balance, is of another year or of no journal, names what is not in the head, or `out` does not take it.
    pub fn transaction(&mut self, transaction: &AuditTransaction) -> Result<(), AuditWriteError> {
        let number = transaction.number;
        if !self.has_journal || transaction.on.year() != self.year {
            return Err(AuditWriteError::Misplaced { number });
        }
        let cents = transaction
            .lines
            .iter()
            .map(|line| i128::from(line.amount.cents()));
        if cents.sum::<i128>() != 0 {
            return Err(AuditWriteError::OutOfBalance { number });
        }
        write!(self.out, "<transaction><nr>{number}</nr>")?;
        self.text("desc", &transaction.description, 9999)?;
        let (on, period) = (transaction.on, transaction.on.month());
        write!(self.out, "<periodNumber>{period}</periodNumber><trDt>{on}</trDt>")?;
        if let Some(source) = &transaction.source {
            self.text("Source", source, 999)?;
        }
        if let Some(user) = &transaction.user {
            self.text("User", user, 999)?;
        }
        for (nr, line) in (1..).zip(&transaction.lines) {
            self.entry_line(nr, transaction, line)?;
        }
        self.line("</transaction>")
    }

    fn entry_line(
        &mut self,
        nr: u64,
        transaction: &AuditTransaction,
        line: &AuditLine,
    ) -> Result<(), AuditWriteError> {
        self.known_account(&line.account)?;
        write!(self.out, "<trLine><nr>{nr}</nr>")?;
        self.id("accID", &line.account)?;
        self.text("docRef", &line.document, 255)?;
        write!(self.out, "<effDate>{}</effDate>", transaction.on)?;
        let (size, side) = sided(line.amount);
        write!(self.out, "<amnt>{size}</amnt><amntTp>{side}</amntTp>")?;
        if let Some(relation) = &line.relation {
            if !self.relations.contains(relation) {
                return Err(undefined(relation));
            }
            self.id("custSupID", relation)?;
        }
        let told = [
            ("invRef", &line.invoice, 255),
            ("cost", &line.cost, 999),
            ("project", &line.project, 999),
        ];
        for (name, text, most) in told {
            if let Some(text) = text {
                self.text(name, text, most)?;
            }
        }
        self.out.write_all(b"</trLine>\n")?;
        let cents = i128::from(line.amount.cents());
        self.written.0 += 1;
        self.written.1 += cents.max(0);
        self.written.2 -= cents.min(0);
        Ok(())
    }

    /// Ends the file, and returns what it was written to.
    ///
    /// # Errors
    ///
    /// When other lines were written than were announced, or `out` does not take it.
    pub fn finish(mut self) -> Result<W, AuditWriteError> {
        if self.written != self.announced {
            let (lines, debit, credit) = self.written;
            let (debit, credit) = (Cents(debit).to_string(), Cents(credit).to_string());
            return Err(AuditWriteError::Announced { lines, debit, credit });
        }
        if self.has_journal {
            self.line("</journal>")?;
        }
        self.line("</transactions>\n</company>\n</auditfile>")?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn known_account(&self, account: &str) -> Result<(), AuditWriteError> {
        if self.accounts.contains(account) {
            Ok(())
        } else {
            Err(undefined(account))
        }
    }

    fn line(&mut self, text: &str) -> Result<(), AuditWriteError> {
        Ok(writeln!(self.out, "{text}")?)
    }

    /// An id is never cut: it would be another.
    fn id(&mut self, name: &str, id: &str) -> Result<(), AuditWriteError> {
        if id.chars().count() > ID {
            let id = id.to_owned();
            return Err(AuditWriteError::TooLong { id, most: ID });
        }
        self.text(name, id, ID)
    }

    /// A text is cut to what the schema allows; what XML cannot have becomes a space.
    fn text(&mut self, name: &str, text: &str, most: usize) -> Result<(), AuditWriteError> {
        let allowed = |c: char| {
            if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') {
                ' '
            } else {
                c
            }
        };
        let text: String = text.chars().map(allowed).take(most).collect();
        write!(self.out, "<{name}>{}</{name}>", escape(text.as_str()))?;
        Ok(())
    }
}

fn undefined(id: &str) -> AuditWriteError {
    AuditWriteError::Undefined { id: id.to_owned() }
}

/// An amount without its sign, and its side.
fn sided(amount: Amount) -> (Cents, &'static str) {
    let cents = i128::from(amount.cents());
    (Cents(cents.abs()), if cents < 0 { "C" } else { "D" })
}
