//! From bytes to a document: what the file is, and what it says.

use std::collections::BTreeSet;

use crate::attachment::Attachment;
use crate::audit_file::{self, AuditVerdict};
use crate::fault::Fault;
use crate::invoice::line_list::{self, LineList};
use crate::invoice::{self, InvoiceDocument, InvoiceKind};
use crate::iso20022::{self, Message};
use crate::kind::Kind;
use crate::limits::Limits;
use crate::list::{self, Column, Table};
use crate::payment_file::{self, PaymentVerdict};
use crate::payment_status::{self, PaymentStatus};
use crate::place::Place;
use crate::rules::Verdict;
use crate::statement::{self, StatementFile};
use crate::text;
use crate::unreadable::Unreadable;
use crate::workbook::Workbook;

/// What was read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What the file says.
    pub document: Document,
    /// What the published rules say of it; of an invoice or credit note.
    pub verdict: Option<Verdict>,
    /// Where a citizen service number (BSN) or education number stands.
    ///
    /// When there is one, the whole document is to be set aside and nothing of it recorded (UAVG, article 46).
    pub personal_data: Vec<Place>,
    /// What is attached to it, in the order of the document.
    pub attachments: Vec<Attachment>,
}

impl From<LineList> for Reading {
    fn from(list: LineList) -> Self {
        Self {
            document: Document::Invoice(Box::new(list.document)),
            verdict: None,
            personal_data: list.personal_data,
            attachments: Vec::new(),
        }
    }
}

impl Reading {
    /// What was read of the first sheet of a workbook, as the workbook has it.
    fn of_workbook(mut self, workbook: Workbook) -> Self {
        let name = &workbook.sheet.name;
        for place in self.document.places() {
            *place = std::mem::replace(place, Place::Document).within(name);
        }
        let places = std::mem::take(&mut self.personal_data);
        self.personal_data = places.into_iter().map(|place| place.within(name)).collect();
        let known: BTreeSet<Place> = self.personal_data.iter().map(Place::unnamed).collect();
        let more = workbook.personal.into_iter().map(|found| found.place);
        self.personal_data
            .extend(more.filter(|place| !known.contains(&place.unnamed())));
        self
    }
}

macro_rules! documents {
    ($($(#[$doc:meta])+ $name:ident($record:ident),)+) => {
        /// What a file says.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Document {
            /// An invoice or credit note.
            Invoice(Box<InvoiceDocument>),
            /// Statements of an account.
            BankStatement(Box<StatementFile>),
            /// Payments for the bank, with what the rules of a SEPA credit transfer say of them.
            PaymentFile(Box<PaymentVerdict>),
            /// An audit file, with what the rules of its standard say of it.
            AuditFile(Box<AuditVerdict>),
            /// What became of payments.
            PaymentStatus(Box<PaymentStatus>),
            $($(#[$doc])+ $name(Table<list::$record>),)+
        }

        impl Document {
            /// What the document is.
            pub fn kind(&self) -> Kind {
                match self {
                    Self::Invoice(document) => match document.kind() {
                        InvoiceKind::Invoice => Kind::Invoice,
                        InvoiceKind::CreditNote => Kind::CreditNote,
                    },
                    Self::BankStatement(_) => Kind::BankStatement,
                    Self::PaymentFile(_) => Kind::PaymentFile,
                    Self::AuditFile(_) => Kind::AuditFile,
                    Self::PaymentStatus(_) => Kind::PaymentStatus,
                    $(Self::$name(_) => Kind::$name,)+
                }
            }

            /// Every fault, in the order of the file. A payment file and an audit file have findings instead.
            pub fn faults(&self) -> &[Fault] {
                match self {
                    Self::Invoice(document) => document.faults(),
                    Self::BankStatement(file) => &file.faults,
                    Self::PaymentFile(_) | Self::AuditFile(_) => &[],
                    Self::PaymentStatus(status) => &status.faults,
                    $(Self::$name(table) => &table.faults,)+
                }
            }

            /// What was put right or ignored.
            pub fn warnings(&self) -> &[Fault] {
                match self {
                    Self::Invoice(document) => document.warnings(),
                    Self::BankStatement(_)
                    | Self::PaymentFile(_)
                    | Self::AuditFile(_)
                    | Self::PaymentStatus(_) => &[],
                    $(Self::$name(table) => &table.warnings,)+
                }
            }
        }

        impl Document {
            /// Every place in what a workbook may hold.
            fn places(&mut self) -> Vec<&mut Place> {
                match self {
                    Self::Invoice(document) => document.places(),
                    Self::BankStatement(_)
                    | Self::PaymentFile(_)
                    | Self::AuditFile(_)
                    | Self::PaymentStatus(_) => Vec::new(),
                    $(Self::$name(table) => {
                        let faults = table.faults.iter_mut().chain(&mut table.warnings);
                        faults.map(|fault| &mut fault.place).collect()
                    })+
                }
            }
        }

        /// The columns of a list, in the order of `docs/formats.md`: those of an invoice as a list of its lines, which a
        /// credit note shares; `None` for a credit note and for files of the bank.
        pub fn columns(kind: Kind) -> Option<&'static [Column]> {
            match kind {
                Kind::Invoice => Some(line_list::COLUMNS),
                Kind::CreditNote
                | Kind::BankStatement
                | Kind::PaymentFile
                | Kind::AuditFile
                | Kind::PaymentStatus => None,
                $(Kind::$name => Some(list::columns_of::<list::$record>()),)+
            }
        }

        fn read_list(source: &list::Source<'_>, limits: &Limits) -> Result<Option<Reading>, Unreadable> {
            Ok(match source.kind() {
                Kind::Invoice => Some(line_list::read(source, limits)?.into()),
                Kind::CreditNote
                | Kind::BankStatement
                | Kind::PaymentFile
                | Kind::AuditFile
                | Kind::PaymentStatus => None,
                $(Kind::$name => {
                    let (table, personal_data) = list::read(source, limits)?;
                    Some(Reading { document: Document::$name(table), verdict: None, personal_data, attachments: Vec::new() })
                })+
            })
        }
    };
}

documents! {
    /// Exam results of the examiner.
    ExamResults(ExamResult),
    /// Attendance at training days.
    Attendance(Attendance),
    /// Certificates of recognised prior learning.
    EvcCertificates(EvcCertificate),
    /// Protocols of branch exams.
    ExamProtocols(ExamProtocol),
    /// Career cheques issued.
    ChequesIssued(ChequeIssued),
    /// Career cheques redeemed.
    ChequesRedeemed(ChequeRedeemed),
    /// Cases of budget coaching.
    BudgetCoaching(BudgetCoachingCase),
    /// Applications for a grant and their decisions.
    Grants(Grant),
    /// Agreements with schools, projects and partners.
    Agreements(Agreement),
    /// Certificates for work on electric vehicles.
    EvCertificates(EvCertificate),
    /// Payees.
    Payees(Payee),
    /// Exam types.
    ExamTypes(ExamType),
    /// Terms of schemes.
    SchemeTerms(SchemeTerms),
    /// Tariffs.
    Tariffs(Tariff),
    /// Budget entries.
    Budgets(BudgetEntry),
    /// Deliveries of own services.
    Deliveries(Delivery),
    /// Reference figures.
    ReferenceFigures(ReferenceFigure),
    /// Decisions of an officer.
    OfficerDecisions(OfficerDecision),
    /// Rulings of approvers.
    Approvals(Approval),
    /// Steps of payment batches.
    PaymentSteps(PaymentStep),
    /// What is asked back of payees.
    Recourses(Recourse),
    /// Changes of payees' accounts.
    AccountChanges(AccountChange),
    /// Accounts of the fund itself.
    OwnAccounts(OwnAccount),
    /// Closing of periods.
    PeriodSteps(PeriodStep),
    /// What transactions of the bank turned out to be.
    BankRulings(BankRuling),
    /// When one approval is enough.
    ApprovalPolicies(ApprovalPolicy),
    /// Steps of audit samples.
    SampleSteps(SampleStep),
}

/// Reads a file and reports every fault in it at once; an invoice or credit note is held against the published rules too.
///
/// What kind of file it is shows from its content: XML is an invoice, a credit note, a file of the bank or an audit file, as its root
/// element says; anything else is a list, in a text or a workbook, whose header tells which one.
///
/// # Errors
///
/// When nothing can be taken from the file: see [`Unreadable`]. Faults of an invoice or of single rows are no error;
/// they are in the document.
///
/// ```
/// use subsidy_documents::{Limits, Unreadable, read};
/// let refused = read(b"%PDF-1.7 ...", &Limits::default());
/// assert_eq!(refused, Err(Unreadable::OtherFormat { format: "a PDF file" }));
/// ```
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Reading, Unreadable> {
    if bytes.len() > limits.max_bytes {
        return Err(Unreadable::TooLarge {
            bytes: bytes.len(),
            limit: limits.max_bytes,
        });
    }
    match text::sniff(bytes)? {
        text::Format::Xml => match (text::xml(bytes), text::latin(bytes)) {
            // Of what may be in ISO-8859-1 there is one kind.
            (Err(Unreadable::Encoding { .. }), Some(text)) if is_audit_file(&text) => read_xml(&text, limits),
            (text, _) => read_xml(text?, limits),
        },
        text::Format::Plain => {
            let text = text::plain(bytes);
            let source = list::Source::recognise(list::Text::Plain(&text), limits)?;
            read_list(&source, limits)?.ok_or_else(|| source.unknown())
        }
        text::Format::Workbook => {
            let workbook = Workbook::read(bytes, limits)?;
            let text = list::Text::Sheet(&workbook.sheet, workbook.others);
            let source = list::Source::recognise(text, limits)?;
            let reading = read_list(&source, limits)?.ok_or_else(|| source.unknown())?;
            Ok(reading.of_workbook(workbook))
        }
    }
}

fn is_audit_file(text: &str) -> bool {
    iso20022::root(text).is_some_and(|(_, name)| audit_file::is_root(&name))
}

/// Reads an XML document, by its root element.
fn read_xml(text: &str, limits: &Limits) -> Result<Reading, Unreadable> {
    let root = iso20022::root(text);
    if root.as_ref().is_some_and(|(_, name)| audit_file::is_root(name)) {
        let verdict = audit_file::check_text(text, limits)?;
        return Ok(Reading {
            document: Document::AuditFile(Box::new(verdict)),
            verdict: None,
            personal_data: Vec::new(),
            attachments: Vec::new(),
        });
    }
    let message = root.and_then(|(namespace, name)| Message::of(&namespace, &name));
    let (document, personal_data) = match message {
        None => {
            let read = invoice::read(text, limits)?;
            return Ok(Reading {
                document: Document::Invoice(Box::new(read.document)),
                verdict: Some(read.verdict),
                personal_data: read.personal_data,
                attachments: read.attachments,
            });
        }
        Some(Message::Statement) => {
            let file = statement::read_text(text, limits)?;
            let personal_data = file.personal_data.clone();
            (Document::BankStatement(Box::new(file)), personal_data)
        }
        Some(Message::Payment(_)) => {
            let verdict = payment_file::check_text(text, limits)?;
            let personal_data = verdict.personal_data.clone();
            (Document::PaymentFile(Box::new(verdict)), personal_data)
        }
        Some(Message::Status) => {
            let status = payment_status::read_text(text, limits)?;
            let personal_data = status.personal_data.clone();
            (Document::PaymentStatus(Box::new(status)), personal_data)
        }
    };
    Ok(Reading {
        document,
        verdict: None,
        personal_data,
        attachments: Vec::new(),
    })
}
