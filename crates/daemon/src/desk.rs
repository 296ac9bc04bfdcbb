//! The desk: a unit of work over many aggregates, appended as one.
//!
//! It loads what a document touches in one read, lets each aggregate decide in memory against what the others have become, and hands the
//! events of the whole document to the ledger as one batch. Several documents may be decided before they are appended together; when another
//! writer was faster, all that was decided is forgotten and decided again.

mod cases;
mod held;
mod landing;
mod load;
mod news;
mod recent;
mod set_down;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cqrs_es::Aggregate;
use subsidy_domain::aggregate::BudgetOrder;
use subsidy_domain::bank::{
    AccountCommand, AccountEvent, BankAccount, BankStatement, StatementCommand, StatementRefusal,
};
use subsidy_domain::budget::{Booking, BudgetCommand, BudgetEvent, BudgetLine, BudgetLineId};
use subsidy_domain::claim::{ClaimCommand, ClaimEvent, ClaimRefusal, Line, Rule};
use subsidy_domain::context::Context;
use subsidy_domain::counter::{Counter, CounterCommand};
use subsidy_domain::document::{Document, DocumentCommand};
use subsidy_domain::fund::{Fund, FundCommand, OwnAccount};
use subsidy_domain::ids::{BatchNumber, DocumentHash, EndToEndId, LineRef, PayeeId, SampleNumber, Source};
use subsidy_domain::invoice::{Invoice, InvoiceCommand, InvoiceEvent};
use subsidy_domain::money::Euro;
use subsidy_domain::package::{PackageCommand, PilotPackage};
use subsidy_domain::payee::{Payee, PayeeCommand, PayeeFacts};
use subsidy_domain::payment::{
    BatchCommand, BatchRefusal, OrderCommand, OrderRefusal, PaymentBatch, PaymentOrder,
};
use subsidy_domain::period::{Period, PeriodCommand, PeriodRefusal};
use subsidy_domain::sample::{AuditSample, SampleCommand, SampleRefusal};
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::schemes::branch_exam::BranchExamRule;
use subsidy_domain::schemes::budget_coach::BudgetCoachRule;
use subsidy_domain::schemes::career_cheque::CareerChequeRule;
use subsidy_domain::schemes::cofinancing::CofinancingRule;
use subsidy_domain::schemes::ev_certification::EvCertificationRule;
use subsidy_domain::schemes::evc::EvcRule;
use subsidy_domain::schemes::mbo_exam::MboExamRule;
use subsidy_domain::schemes::programme::ProgrammeRule;
use subsidy_domain::schemes::training_day::TrainingDayRule;
use subsidy_domain::terms::{BudgetPolicy, SchemeTerms, TermsCommand};
use subsidy_ledger::{AppendError, Batch, Ledger, Pending, ReadError, Sequence, StreamAppend, StreamId};

pub(crate) use self::cases::{CaseRef, evidence_case};
pub(crate) use self::cases::{Cases, Shelved};
use self::held::{Held, ask_on_shelf, decide, load, next, on_shelf};
pub(crate) use self::news::LineCommand;
pub use self::news::News;
use self::recent::Recent;
use self::set_down::SetDown;
pub(crate) use self::waiting::{Waiting, waiting};
use crate::clock::Moment;
use crate::projection::RowsError;

/// Why work at the desk stopped. Nothing of the document was appended.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The ledger could not be read.
    #[error("the ledger could not be read")]
    Read(#[from] ReadError),
    /// The rows of a view could not be read.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// A stored event is not what this program knows.
    #[error("the record at position {position} cannot be read by this program")]
    Unknown {
        /// The record's position.
        position: u64,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// An event has no JSON form.
    #[error("an event could not be written")]
    Write(#[from] serde_json::Error),
    /// A budget line refused what was decided.
    #[error("a budget line refused the booking")]
    Budget(#[from] subsidy_domain::budget::BudgetRefusal),
    /// A package refused a day that was matched.
    #[error("a package refused a day that was matched")]
    Package(#[from] subsidy_domain::package::PackageRefusal),
    /// The batch was refused.
    #[error("the ledger refused the batch")]
    Append(#[source] AppendError),
}

impl DeskError {
    /// Whether another writer was faster, so that deciding again may succeed: the ledger says so, or a budget line that the
    /// desk holds has fewer commitments than the case, loaded later, draws from it.
    #[must_use]
    pub(crate) const fn is_conflict(&self) -> bool {
        matches!(
            self,
            Self::Append(AppendError::Conflict { .. })
                | Self::Budget(subsidy_domain::budget::BudgetRefusal::CommitmentBelowZero { .. })
        )
    }
}

/// A unit of work over many aggregates.
pub(crate) struct Desk {
    ledger: Arc<Ledger>,
    moment: Moment,
    context: Context,
    cases: Cases,
    invoices: Recent<String, Held<Invoice>>,
    documents: Recent<String, Held<Document>>,
    counters: Recent<String, Held<Counter>>,
    batches_of_payment: Recent<String, Held<PaymentBatch>>,
    orders: Recent<String, Held<PaymentOrder>>,
    statements: Recent<String, Held<BankStatement>>,
    accounts: Recent<String, Held<BankAccount>>,
    periods: Recent<String, Held<Period>>,
    samples: Recent<String, Held<AuditSample>>,
    fund: Option<Held<Fund>>,
    /// The budget lines as the batches so far leave them; the context's are ahead by what the document at hand has booked.
    lines: BTreeMap<BudgetLineId, BudgetLine>,
    bookings: BTreeMap<(BudgetLineId, DocumentHash), Booking>,
    /// How far the streams of terms, budget lines, payees and packages are, those that wait to be appended included.
    at: BTreeMap<StreamId, Sequence>,
    appends: Vec<StreamAppend>,
    /// Which of them are about what was set down.
    set_down: SetDown,
    batches: Vec<Batch>,
    /// What was handed over to the ledger and has not been answered.
    landing: Option<Pending>,
    /// The size that the ledger has when nobody else has written since the desk was opened, and all has landed.
    size: u64,
    /// Whether a budget line for which lines wait got something back.
    freed: bool,
}

impl Desk {
    /// Returns an empty desk over a ledger.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn open(ledger: Arc<Ledger>, moment: Moment) -> Result<Self, DeskError> {
        let mut desk = Self {
            ledger,
            moment,
            context: Context::default(),
            cases: Cases::default(),
            invoices: Recent::default(),
            documents: Recent::default(),
            counters: Recent::default(),
            batches_of_payment: Recent::default(),
            orders: Recent::default(),
            statements: Recent::default(),
            accounts: Recent::default(),
            periods: Recent::default(),
            samples: Recent::default(),
            fund: None,
            lines: BTreeMap::new(),
            bookings: BTreeMap::new(),
            at: BTreeMap::new(),
            appends: Vec::new(),
            set_down: SetDown::default(),
            batches: Vec::new(),
            landing: None,
            size: 0,
            freed: false,
        };
        desk.size = desk.ledger.head()?.size;
        desk.load_terms_and_budgets()?;
        desk.load_queues()?;
        Ok(desk)
    }

    /// Returns the moment of the work.
    #[must_use]
    pub(crate) const fn moment(&self) -> Moment {
        self.moment
    }

    /// Sets the moment of the work that follows.
    pub(crate) const fn set_moment(&mut self, moment: Moment) {
        self.moment = moment;
    }

    /// Whether it is the turn of a line that waits for a budget line.
    pub(crate) fn has_turn(&self, budget: BudgetLineId, line: &LineRef) -> bool {
        self.context.queues.is_first(budget, line)
    }

    /// Whether a line waits for a budget line.
    pub(crate) fn is_queued(&self, budget: BudgetLineId, line: &LineRef) -> bool {
        self.context.queues.place(budget, line).is_some()
    }

    /// Returns under which policy a scheme spends its budgets, when it has terms.
    pub(crate) fn policy(&self, scheme: SchemeCode) -> Option<BudgetPolicy> {
        let terms = self.context.scheme(scheme).and_then(SchemeTerms::terms);
        terms.map(|terms| terms.budget_policy)
    }

    /// Returns what is available of a budget line, less what the document at hand has booked.
    pub(crate) fn available(&self, budget: BudgetLineId) -> Option<Euro> {
        self.context.budget(budget).and_then(BudgetLine::available)
    }

    /// Tells whether a budget line for which lines wait has got something back since this was asked last.
    pub(crate) const fn take_freed(&mut self) -> bool {
        std::mem::replace(&mut self.freed, false)
    }

    /// Asks a case, which must have been loaded, and takes what follows for budget lines and packages.
    ///
    /// # Errors
    /// The outer error when the desk stops; the inner one when the command is refused.
    pub(crate) fn ask_case<R: Shelved>(
        &mut self,
        id: &String,
        command: ClaimCommand<R::Evidence>,
        cause: &DocumentHash,
    ) -> Result<Result<News, ClaimRefusal>, DeskError> {
        let case = R::shelf(&mut self.cases).get_or_default(id);
        let events = match case.ask(id, command, &self.context, &mut self.appends)? {
            Ok(events) => events,
            Err(refusal) => return Ok(Err(refusal)),
        };
        case.state
            .line_up(&events, self.moment.day, &mut self.context.queues);
        for event in &events {
            self.follow_up(event, cause)?;
        }
        Ok(Ok(News::of(&events)))
    }

    /// Asks a case of any kind something about its lines.
    ///
    /// # Errors
    /// As [`Self::ask_case`].
    pub(crate) fn ask_line(
        &mut self,
        case: &CaseRef,
        command: LineCommand,
        cause: &DocumentHash,
    ) -> Result<Result<News, ClaimRefusal>, DeskError> {
        match case.kind {
            MboExamRule::AGGREGATE => self.ask_case::<MboExamRule>(&case.id, command.into(), cause),
            EvcRule::AGGREGATE => self.ask_case::<EvcRule>(&case.id, command.into(), cause),
            TrainingDayRule::AGGREGATE => self.ask_case::<TrainingDayRule>(&case.id, command.into(), cause),
            BranchExamRule::AGGREGATE => self.ask_case::<BranchExamRule>(&case.id, command.into(), cause),
            CareerChequeRule::AGGREGATE => self.ask_case::<CareerChequeRule>(&case.id, command.into(), cause),
            BudgetCoachRule::AGGREGATE => self.ask_case::<BudgetCoachRule>(&case.id, command.into(), cause),
            CofinancingRule::AGGREGATE => self.ask_case::<CofinancingRule>(&case.id, command.into(), cause),
            EvCertificationRule::AGGREGATE => {
                self.ask_case::<EvCertificationRule>(&case.id, command.into(), cause)
            }
            _ => self.ask_case::<ProgrammeRule>(&case.id, command.into(), cause),
        }
    }

    /// What a case decides moves budget lines and packages: in the same batch.
    fn follow_up<P>(&mut self, event: &ClaimEvent<P>, cause: &DocumentHash) -> Result<(), DeskError> {
        for (line, booking) in event.bookings() {
            self.load_line(line)?;
            *self.bookings.entry((line, cause.clone())).or_default() += booking;
            let spent = booking.committed.amount + booking.realised.amount;
            self.freed |= spent.is_negative() && self.context.queues.of(line).next().is_some();
            if let Some(ahead) = self.context.budgets.get_mut(&line) {
                ahead.evolve(provisional(line, booking, cause, self.moment));
            }
        }
        if let Some(command) = event.package() {
            let (PackageCommand::Fund { package, .. } | PackageCommand::GiveBack { package, .. }) = &command;
            let number = package.clone();
            self.load_package(&number)?;
            let state = self.context.packages.entry(number.clone()).or_default();
            let events = decide(state, command, &())?;
            self.push::<PilotPackage>(number.as_str(), &events)?;
        }
        Ok(())
    }

    /// Adopts terms, a tariff or an exam type.
    ///
    /// # Errors
    /// As [`Self::ask_case`].
    pub(crate) fn ask_terms(
        &mut self,
        scheme: SchemeCode,
        command: TermsCommand,
    ) -> Result<Result<usize, subsidy_domain::terms::TermsRefusal>, DeskError> {
        let state = self.context.schemes.entry(scheme).or_default();
        match decide(state, command, &()) {
            Ok(events) => self.push::<SchemeTerms>(scheme.as_str(), &events).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Asks a budget line.
    ///
    /// # Errors
    /// As [`Self::ask_case`].
    pub(crate) fn ask_budget(
        &mut self,
        line: BudgetLineId,
        command: BudgetCommand,
    ) -> Result<Result<usize, subsidy_domain::budget::BudgetRefusal>, DeskError> {
        let events = match self.decide_line(line, command)? {
            Ok(events) => events,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let ahead = self.context.budgets.entry(line).or_default();
        let count = events.len();
        for event in events {
            ahead.evolve(event);
        }
        Ok(Ok(count))
    }

    fn decide_line(
        &mut self,
        line: BudgetLineId,
        command: BudgetCommand,
    ) -> Result<Result<Vec<BudgetEvent>, subsidy_domain::budget::BudgetRefusal>, DeskError> {
        self.load_line(line)?;
        let state = self.lines.entry(line).or_default();
        let events = match decide(state, BudgetOrder { line, command }, &()) {
            Ok(events) => events,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.push::<BudgetLine>(&line.to_string(), &events)?;
        Ok(Ok(events))
    }

    /// Tells whether a budget line would refuse a command, and changes nothing.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn would_budget(
        &mut self,
        line: BudgetLineId,
        command: &BudgetCommand,
    ) -> Result<Result<(), subsidy_domain::budget::BudgetRefusal>, DeskError> {
        self.load_line(line)?;
        let state = self.lines.entry(line).or_default();
        Ok(state.decide(line, command).map(|_| ()))
    }

    /// Registers a payee.
    ///
    /// # Errors
    /// As [`Self::ask_case`].
    pub(crate) fn ask_payee(
        &mut self,
        id: &PayeeId,
        command: PayeeCommand,
    ) -> Result<Result<usize, subsidy_domain::payee::PayeeRefusal>, DeskError> {
        self.load(&BTreeSet::new(), &BTreeSet::from([id.clone()]))?;
        let state = self.context.payees.entry(id.clone()).or_default();
        match decide(state, command, &()) {
            Ok(events) => self.push::<Payee>(id.as_str(), &events).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Receives or parks an invoice under its payee and number; returns what happened.
    ///
    /// # Errors
    /// When the desk stops.
    pub(crate) fn ask_invoice(
        &mut self,
        id: &str,
        command: InvoiceCommand,
    ) -> Result<Vec<InvoiceEvent>, DeskError> {
        match ask_on_shelf(&mut self.invoices, id, command, &self.ledger, &mut self.appends)? {
            Ok(events) => Ok(events),
            Err(never) => match never {},
        }
    }

    /// Returns an invoice as it stands under its payee and number.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn invoice(&mut self, id: &str) -> Result<&Invoice, DeskError> {
        let invoice = on_shelf(&mut self.invoices, id, &self.ledger)?;
        Ok(&invoice.state)
    }

    /// Returns how much of the document at hand was decided: the same number later means that nothing was since.
    pub(crate) const fn decided(&self) -> usize {
        self.appends.len()
    }

    /// Returns what is registered of a payee, which must have been loaded.
    pub(crate) fn payee(&self, payee: &PayeeId) -> Option<&PayeeFacts> {
        self.context.payee(payee)
    }

    /// Records what became of a document.
    ///
    /// # Errors
    /// When the desk stops.
    pub(crate) fn ask_document(
        &mut self,
        document: &DocumentHash,
        command: DocumentCommand,
    ) -> Result<usize, DeskError> {
        let (ledger, appends) = (&self.ledger, &mut self.appends);
        match ask_on_shelf(&mut self.documents, document.as_str(), command, ledger, appends)? {
            Ok(events) => Ok(events.len()),
            Err(never) => match never {},
        }
    }

    /// Counts a delivery or records a reference figure.
    ///
    /// # Errors
    /// When the desk stops.
    pub(crate) fn ask_counter(&mut self, id: &str, command: CounterCommand) -> Result<usize, DeskError> {
        match ask_on_shelf(&mut self.counters, id, command, &self.ledger, &mut self.appends)? {
            Ok(events) => Ok(events.len()),
            Err(never) => match never {},
        }
    }

    /// Asks the fund.
    ///
    /// # Errors
    /// As [`Self::ask_case`].
    pub(crate) fn ask_fund(
        &mut self,
        command: FundCommand,
    ) -> Result<Result<usize, subsidy_domain::fund::FundRefusal>, DeskError> {
        let fund = fund_of(&mut self.fund, &self.ledger)?;
        let decided = fund.ask(FUND, command, &(), &mut self.appends)?;
        Ok(decided.map(|events| events.len()))
    }

    /// Returns the account from which the fund pays, and takes its policy of approvals into account from now on.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn own_account(&mut self) -> Result<Option<OwnAccount>, DeskError> {
        let fund = fund_of(&mut self.fund, &self.ledger)?;
        self.context.one_approval_up_to = fund.state.one_approval_up_to();
        Ok(fund.state.account().cloned())
    }

    /// Asks a payment batch.
    ///
    /// # Errors
    /// As [`Self::ask_case`].
    pub(crate) fn ask_batch(
        &mut self,
        id: &BatchNumber,
        command: BatchCommand,
    ) -> Result<Result<usize, BatchRefusal>, DeskError> {
        let (ledger, appends) = (&self.ledger, &mut self.appends);
        let decided = ask_on_shelf(
            &mut self.batches_of_payment,
            id.as_str(),
            command,
            ledger,
            appends,
        )?;
        Ok(decided.map(|events| events.len()))
    }

    /// Returns a payment batch as it stands.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn batch(&mut self, id: &BatchNumber) -> Result<&PaymentBatch, DeskError> {
        Ok(&on_shelf(&mut self.batches_of_payment, id.as_str(), &self.ledger)?.state)
    }

    /// Asks a payment order.
    ///
    /// # Errors
    /// As [`Self::ask_case`].
    pub(crate) fn ask_order(
        &mut self,
        id: &EndToEndId,
        command: OrderCommand,
    ) -> Result<Result<usize, OrderRefusal>, DeskError> {
        if !self.orders.has(&id.to_string()) {
            self.load_orders(&[id])?;
        }
        let (ledger, appends) = (&self.ledger, &mut self.appends);
        let decided = ask_on_shelf(&mut self.orders, id.as_str(), command, ledger, appends)?;
        Ok(decided.map(|events| events.len()))
    }

    /// Asks a bank statement.
    ///
    /// # Errors
    /// As [`Self::ask_case`].
    pub(crate) fn ask_statement(
        &mut self,
        id: &str,
        command: StatementCommand,
    ) -> Result<Result<usize, StatementRefusal>, DeskError> {
        let (ledger, appends) = (&self.ledger, &mut self.appends);
        let decided = ask_on_shelf(&mut self.statements, id, command, ledger, appends)?;
        Ok(decided.map(|events| events.len()))
    }

    /// Returns a bank statement as it stands.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn statement(&mut self, id: &str) -> Result<&BankStatement, DeskError> {
        Ok(&on_shelf(&mut self.statements, id, &self.ledger)?.state)
    }

    /// Joins a statement to those around it; returns what was told.
    ///
    /// # Errors
    /// When the desk stops.
    pub(crate) fn ask_account(
        &mut self,
        id: &str,
        command: AccountCommand,
    ) -> Result<Vec<AccountEvent>, DeskError> {
        match ask_on_shelf(&mut self.accounts, id, command, &self.ledger, &mut self.appends)? {
            Ok(events) => Ok(events),
            Err(never) => match never {},
        }
    }

    /// Asks a period.
    ///
    /// # Errors
    /// As [`Self::ask_case`].
    pub(crate) fn ask_period(
        &mut self,
        id: &str,
        command: PeriodCommand,
    ) -> Result<Result<usize, PeriodRefusal>, DeskError> {
        let (ledger, appends) = (&self.ledger, &mut self.appends);
        let decided = ask_on_shelf(&mut self.periods, id, command, ledger, appends)?;
        Ok(decided.map(|events| events.len()))
    }

    /// Asks an audit sample.
    ///
    /// # Errors
    /// As [`Self::ask_case`].
    pub(crate) fn ask_sample(
        &mut self,
        id: &SampleNumber,
        command: SampleCommand,
    ) -> Result<Result<usize, SampleRefusal>, DeskError> {
        let (ledger, appends) = (&self.ledger, &mut self.appends);
        let decided = ask_on_shelf(&mut self.samples, id.as_str(), command, ledger, appends)?;
        Ok(decided.map(|events| events.len()))
    }

    /// Returns an audit sample as it stands.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn sample(&mut self, id: &SampleNumber) -> Result<&AuditSample, DeskError> {
        Ok(&on_shelf(&mut self.samples, id.as_str(), &self.ledger)?.state)
    }

    /// Returns a line of a case, which must have been loaded.
    pub(crate) fn line(&self, case: &CaseRef, line: &LineRef) -> Option<&Line> {
        self.cases.line(case, line)
    }

    /// Whether nothing is paid to a payee, which must have been loaded.
    pub(crate) fn is_blocked(&self, payee: &PayeeId) -> bool {
        self.context.payees.get(payee).is_some_and(Payee::is_blocked)
    }

    fn push<A: Aggregate>(&mut self, id: &str, events: &[A::Event]) -> Result<usize, DeskError> {
        let at = self.at.entry(StreamId::new(A::TYPE, id)).or_default();
        self.appends.extend(next::<A>(id, at, events)?);
        Ok(events.len())
    }
}

const FUND: &str = "fund";

/// Returns the fund, which is loaded when it is asked for first.
fn fund_of<'a>(fund: &'a mut Option<Held<Fund>>, ledger: &Ledger) -> Result<&'a mut Held<Fund>, DeskError> {
    Ok(match fund {
        Some(fund) => fund,
        None => fund.insert(load(ledger, FUND)?),
    })
}

/// The source of the keys of documents.
pub(crate) const INTAKE: &str = "intake";

fn provisional(line: BudgetLineId, booking: Booking, cause: &DocumentHash, moment: Moment) -> BudgetEvent {
    use subsidy_domain::budget::Quantity;
    BudgetEvent::BudgetBooked {
        line,
        booking,
        against_accrual: Quantity::ZERO,
        prior_period: Quantity::ZERO,
        source: Source {
            document: cause.clone(),
            row: None,
        },
        on: moment.day,
    }
}
