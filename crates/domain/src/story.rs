//! A case told as a story: commands one after another, each through the test framework of cqrs-es, with what follows for budget lines
//! and packages taken in as the intake does.

use cqrs_es::Aggregate;
use cqrs_es::test::TestFramework;
use jiff::civil::{Date, date};

use crate::budget::{BudgetCommand, BudgetEvent, BudgetLine, BudgetLineId};
use crate::calendar::FiscalYear;
use crate::claim::{
    Act, Application, Approver, Award, Claim, ClaimCommand, ClaimEvent, ClaimRefusal, GrantDecision, Line,
    LineState, Presented, Release, Rule, Share, Verdict,
};
use crate::context::Context;
use crate::ids::{ApplicationNumber, PayeeId};
use crate::money::Euro;
use crate::reason::{Reason, ReleaseCause};
use crate::scheme::SchemeCode;
use crate::testkit::{self, euro};

/// The day on which a story is told, unless it says otherwise.
pub(crate) const TODAY: Date = date(2023, 6, 1);

pub(crate) type Told<R> = Result<Vec<ClaimEvent<<R as Rule>::Evidence>>, ClaimRefusal>;

pub(crate) struct Story<R: Rule> {
    pub(crate) context: Context,
    pub(crate) events: Vec<ClaimEvent<R::Evidence>>,
    pub(crate) booked: Vec<BudgetEvent>,
    pub(crate) today: Date,
}

impl<R: Rule> Story<R> {
    pub(crate) fn begin() -> Self {
        Self::within(testkit::context())
    }

    pub(crate) const fn within(context: Context) -> Self {
        Self {
            context,
            events: Vec::new(),
            booked: Vec::new(),
            today: TODAY,
        }
    }

    /// Tells one step; what is refused changes nothing.
    pub(crate) fn tell(&mut self, command: ClaimCommand<R::Evidence>) -> Told<R> {
        let told = TestFramework::<Claim<R>>::with(self.context.clone())
            .given(self.events.clone())
            .when(command)
            .inspect_result()?;
        for event in &told {
            for (line, booking) in event.bookings() {
                self.book(
                    line,
                    &BudgetCommand::Book {
                        booking,
                        source: testkit::source(),
                        on: self.today,
                    },
                );
            }
            if let Some(command) = event.package() {
                let package = self.context.packages.entry(package_of(&command)).or_default();
                for happened in package
                    .decide(&command)
                    .expect("the case saw room in the package")
                {
                    package.evolve(happened);
                }
            }
        }
        self.events.extend(told.iter().cloned());
        self.case().line_up(&told, self.today, &mut self.context.queues);
        Ok(told)
    }

    pub(crate) fn book(&mut self, line: BudgetLineId, command: &BudgetCommand) {
        let held: &mut BudgetLine = self.context.budgets.entry(line).or_default();
        for event in held.decide(line, command).expect("what was admitted is booked") {
            held.evolve(event.clone());
            self.booked.push(event);
        }
    }

    pub(crate) fn try_evidence(&mut self, id: &str, version: u32, proof: R::Evidence) -> Told<R> {
        let (source, on) = (testkit::source(), self.today);
        self.tell(ClaimCommand::RecordEvidence {
            id: id.parse().expect("a number"),
            version,
            proof,
            source,
            on,
        })
    }

    pub(crate) fn evidence(&mut self, id: &str, version: u32, proof: R::Evidence) -> &mut Self {
        self.try_evidence(id, version, proof).expect("taken");
        self
    }

    pub(crate) fn present(&mut self, line: &Presented) -> &mut Self {
        let (line, on) = (line.clone(), self.today);
        self.tell(ClaimCommand::Present { line, on })
            .expect("a line is never refused by an error");
        self
    }

    pub(crate) fn reassess(&mut self) -> &mut Self {
        self.tell(ClaimCommand::Reassess { on: self.today })
            .expect("judged again");
        self
    }

    pub(crate) fn settle(&mut self, line: &Presented, verdict: Verdict) -> Told<R> {
        self.tell(ClaimCommand::Settle {
            line: line.line.clone(),
            verdict,
            decision: "D-1".parse().expect("a reference"),
            by: "officer".parse().expect("a subject"),
            on: self.today,
        })
    }

    pub(crate) fn share(&mut self, line: &Presented, budget: BudgetLineId, amount: Euro) -> Told<R> {
        self.tell(ClaimCommand::Share {
            line: line.line.clone(),
            share: Share { budget, amount },
            decision: "B-2023-09".parse().expect("a reference"),
            on: self.today,
        })
    }

    pub(crate) fn act(&mut self, line: &Presented, act: Act) -> Told<R> {
        let (line, on) = (line.line.clone(), self.today);
        self.tell(ClaimCommand::Act { line, act, on })
    }

    pub(crate) fn approve(&mut self, line: &Presented, subject: &str, account: &str) -> Told<R> {
        let by = Approver {
            subject: subject.parse().expect("a subject"),
            account: account.to_owned(),
        };
        self.act(
            line,
            Act::Approve {
                invoice_total: Euro::from_cents(1_000_000),
                by,
            },
        )
    }

    pub(crate) fn try_application(&mut self, application: Application) -> Told<R> {
        self.tell(ClaimCommand::RecordApplication {
            application,
            source: testkit::source(),
            on: self.today,
        })
    }

    pub(crate) fn application(&mut self, application: Application) -> &mut Self {
        self.try_application(application).expect("taken");
        self
    }

    pub(crate) fn case(&self) -> Claim<R> {
        let mut case = Claim::<R>::default();
        for event in self.events.clone() {
            case.apply(event);
        }
        case
    }

    pub(crate) fn line(&self, line: &Presented) -> Line {
        self.case().line(&line.line).cloned().expect("presented")
    }

    pub(crate) fn state(&self, line: &Presented) -> LineState {
        self.line(line).state
    }

    pub(crate) fn award(&self, line: &Presented) -> Award {
        let state = self.state(line);
        state
            .award()
            .cloned()
            .unwrap_or_else(|| panic!("no award: {state:?}"))
    }

    pub(crate) fn earned(&self, line: &Presented) -> Euro {
        self.award(line).amount
    }

    /// Why the line waits.
    pub(crate) fn waits_for(&self, line: &Presented) -> Reason {
        let state = self.state(line);
        let LineState::Parked { reason } = state else {
            panic!("it does not wait: {state:?}")
        };
        reason
    }

    /// Why the line was rejected.
    pub(crate) fn rejected_for(&self, line: &Presented) -> Reason {
        let state = self.state(line);
        let LineState::Rejected { reason } = state else {
            panic!("it was not rejected: {state:?}")
        };
        reason
    }

    /// Why the line was taken back.
    pub(crate) fn reversed_for(&self, line: &Presented) -> Reason {
        let state = self.state(line);
        let LineState::Reversed { reason } = state else {
            panic!("it was not taken back: {state:?}")
        };
        reason
    }

    pub(crate) fn budget(&self, year: i16, scheme: SchemeCode) -> BudgetLine {
        self.context
            .budgets
            .get(&budget_line(year, scheme))
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn open(&self, number: &str) -> Euro {
        let number: ApplicationNumber = number.parse().expect("a number");
        self.case().application(&number).expect("applied").open
    }
}

fn package_of(command: &crate::package::PackageCommand) -> crate::ids::PackageNumber {
    let (crate::package::PackageCommand::Fund { package, .. }
    | crate::package::PackageCommand::GiveBack { package, .. }) = command;
    package.clone()
}

pub(crate) fn budget_line(year: i16, scheme: SchemeCode) -> BudgetLineId {
    BudgetLineId {
        year: FiscalYear::new(year),
        scheme,
    }
}

/// The same line on another invoice, of another payee, or under another line id.
pub(crate) fn again(line: &Presented, payee: &str, invoice: &str, id: &str) -> Presented {
    Presented {
        line: testkit::line_ref(payee, invoice, id),
        ..line.clone()
    }
}

/// A credit of a line, on credit note `C-1` unless said otherwise.
pub(crate) fn credit(of: &Presented, note: &str, amount: &str) -> Presented {
    let mut credit = again(of, of.line.payee.as_str(), note, "1");
    credit.claimed = euro(amount);
    credit.credits = Some(of.line.clone());
    credit
}

/// An application without a decision.
pub(crate) fn application(number: &str, scheme: SchemeCode, applicant: &str) -> Application {
    Application {
        number: number.parse().expect("a number"),
        scheme,
        applicant: PayeeId::new(applicant).expect("a payee"),
        applied_on: date(2023, 2, 1),
        year: FiscalYear::new(2023),
        valid_until: None,
        decision: None,
        release: None,
    }
}

pub(crate) fn granted(application: Application, amount: &str) -> Application {
    let decision = Some(GrantDecision::Granted {
        amount: euro(amount),
        on: date(2023, 3, 1),
    });
    Application {
        decision,
        ..application
    }
}

pub(crate) fn released(application: Application, amount: &str, cause: ReleaseCause, on: Date) -> Application {
    Application {
        release: Some(Release {
            amount: euro(amount),
            cause,
            on,
        }),
        ..application
    }
}
