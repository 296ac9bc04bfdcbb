//! The seam with cqrs-es: the only file that names it. Each aggregate decides and evolves in its own file; here it meets the framework.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

use crate::bank::{
    AccountCommand, AccountEvent, BankAccount, BankStatement, StatementCommand, StatementEvent,
    StatementRefusal,
};
use crate::budget::{BudgetCommand, BudgetEvent, BudgetLine, BudgetLineId, BudgetRefusal};
use crate::claim::{Claim, ClaimCommand, ClaimEvent, ClaimRefusal, Proof, Rule};
use crate::context::Context;
use crate::counter::{Counter, CounterCommand, CounterEvent};
use crate::document::{Document, DocumentCommand, DocumentEvent};
use crate::fund::{Fund, FundCommand, FundEvent, FundRefusal};
use crate::invoice::{Invoice, InvoiceCommand, InvoiceEvent};
use crate::package::{PackageCommand, PackageEvent, PackageRefusal, PilotPackage};
use crate::payee::{Payee, PayeeCommand, PayeeEvent, PayeeRefusal};
use crate::payment::{
    BatchCommand, BatchEvent, BatchRefusal, OrderCommand, OrderEvent, OrderRefusal, PaymentBatch,
    PaymentOrder,
};
use crate::period::{Period, PeriodCommand, PeriodEvent, PeriodRefusal};
use crate::sample::{AuditSample, SampleCommand, SampleEvent, SampleRefusal};
use crate::terms::{SchemeTerms, TermsCommand, TermsEvent, TermsRefusal};

/// The version of every stored event so far. A new form of an event gets a new version and an upcaster.
pub const EVENT_VERSION: &str = "1";

/// A command to a budget line, with the line it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetOrder {
    /// The line.
    pub line: BudgetLineId,
    /// What is asked of it.
    pub command: BudgetCommand,
}

impl<R: Rule> Aggregate for Claim<R> {
    const TYPE: &'static str = R::AGGREGATE;
    type Command = ClaimCommand<R::Evidence>;
    type Event = ClaimEvent<R::Evidence>;
    type Error = ClaimRefusal;
    type Services = Context;

    async fn handle(
        &mut self,
        command: Self::Command,
        context: &Context,
        sink: &EventSink<Self>,
    ) -> Result<(), ClaimRefusal> {
        for event in self.decide(command, context)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Self::Event) {
        self.evolve(event);
    }
}

impl<P: Proof> DomainEvent for ClaimEvent<P> {
    fn event_type(&self) -> String {
        self.name().to_owned()
    }

    fn event_version(&self) -> String {
        EVENT_VERSION.to_owned()
    }
}

macro_rules! plain_aggregate {
    ($aggregate:ty, $kind:literal, $command:ty, $event:ty, $error:ty, |$state:ident, $asked:ident| $decide:expr, |$held:ident, $happened:ident| $evolve:expr) => {
        impl Aggregate for $aggregate {
            const TYPE: &'static str = $kind;
            type Command = $command;
            type Event = $event;
            type Error = $error;
            type Services = ();

            async fn handle(
                &mut self,
                $asked: Self::Command,
                (): &(),
                sink: &EventSink<Self>,
            ) -> Result<(), Self::Error> {
                let events = {
                    let $state = &*self;
                    $decide
                };
                for event in events? {
                    sink.write(event, self).await;
                }
                Ok(())
            }

            fn apply(&mut self, $happened: Self::Event) {
                let $held = self;
                $evolve;
            }
        }
    };
}

plain_aggregate!(
    SchemeTerms,
    "SchemeTerms",
    TermsCommand,
    TermsEvent,
    TermsRefusal,
    |terms, command| terms.decide(&command),
    |terms, event| terms.evolve(event)
);
plain_aggregate!(
    BudgetLine,
    "BudgetLine",
    BudgetOrder,
    BudgetEvent,
    BudgetRefusal,
    |line, order| line.decide(order.line, &order.command),
    |line, event| line.evolve(event)
);
plain_aggregate!(
    Payee,
    "Payee",
    PayeeCommand,
    PayeeEvent,
    PayeeRefusal,
    |payee, command| payee.decide(&command),
    |payee, event| payee.evolve(event)
);
plain_aggregate!(
    PilotPackage,
    "PilotPackage",
    PackageCommand,
    PackageEvent,
    PackageRefusal,
    |package, command| package.decide(&command),
    |package, event| package.evolve(event)
);
plain_aggregate!(
    Invoice,
    "Invoice",
    InvoiceCommand,
    InvoiceEvent,
    Infallible,
    |invoice, command| Ok::<_, Infallible>(invoice.decide(&command)),
    |invoice, event| invoice.evolve(event)
);
plain_aggregate!(
    Document,
    "Document",
    DocumentCommand,
    DocumentEvent,
    Infallible,
    |document, command| Ok::<_, Infallible>(document.decide(&command)),
    |document, event| document.evolve(&event)
);
plain_aggregate!(
    Counter,
    "Counter",
    CounterCommand,
    CounterEvent,
    Infallible,
    |counter, command| Ok::<_, Infallible>(counter.decide(&command)),
    |counter, event| counter.evolve(&event)
);
plain_aggregate!(
    Fund,
    "Fund",
    FundCommand,
    FundEvent,
    FundRefusal,
    |fund, command| fund.decide(&command),
    |fund, event| fund.evolve(event)
);

plain_aggregate!(
    PaymentBatch,
    "PaymentBatch",
    BatchCommand,
    BatchEvent,
    BatchRefusal,
    |held, command| held.decide(&command),
    |held, event| held.evolve(event)
);
plain_aggregate!(
    PaymentOrder,
    "PaymentOrder",
    OrderCommand,
    OrderEvent,
    OrderRefusal,
    |held, command| held.decide(&command),
    |held, event| held.evolve(event)
);
plain_aggregate!(
    BankStatement,
    "BankStatement",
    StatementCommand,
    StatementEvent,
    StatementRefusal,
    |held, command| held.decide(&command),
    |held, event| held.evolve(event)
);
plain_aggregate!(
    BankAccount,
    "BankAccount",
    AccountCommand,
    AccountEvent,
    Infallible,
    |held, command| held.decide(&command),
    |held, event| held.evolve(&event)
);
plain_aggregate!(
    Period,
    "Period",
    PeriodCommand,
    PeriodEvent,
    PeriodRefusal,
    |held, command| held.decide(&command),
    |held, event| held.evolve(event)
);

plain_aggregate!(
    AuditSample,
    "AuditSample",
    SampleCommand,
    SampleEvent,
    SampleRefusal,
    |held, command| held.decide(&command),
    |held, event| held.evolve(event)
);

macro_rules! event_names {
    ($($event:ty { $($variant:ident $shape:tt),+ $(,)? })+) => {$(
        impl DomainEvent for $event {
            fn event_type(&self) -> String {
                match self { $(Self::$variant $shape => stringify!($variant)),+ }.to_owned()
            }

            fn event_version(&self) -> String {
                EVENT_VERSION.to_owned()
            }
        }
    )+};
}

event_names! {
    TermsEvent {
        TermsAdopted { .. }, TermsAmended { .. }, TariffAdopted { .. }, ExamTypeAdopted { .. }, ExamTypeAmended { .. },
    }
    BudgetEvent {
        BudgetAdopted { .. }, BudgetAmended { .. }, BudgetDivided { .. }, AccrualRecorded { .. }, BudgetBooked { .. }, BudgetExceeded { .. },
    }
    PayeeEvent {
        PayeeRegistered { .. }, AccountProposed { .. }, AccountApproved { .. }, AccountChanged { .. }, AccountRejected { .. }, PayeeBlocked { .. },
    }
    PackageEvent { PackageDayFunded { .. }, PackageDayGivenBack { .. } }
    InvoiceEvent { InvoiceReceived { .. }, InvoiceRepeated { .. }, InvoiceParked { .. }, InvoiceCredited { .. } }
    DocumentEvent { DocumentTaken { .. }, DocumentQuarantined { .. }, OriginalsRead { .. }, OriginalsDestroyed { .. } }
    CounterEvent { ServiceDelivered(_), ReferenceRecorded(_) }
    FundEvent { LearnerSecretAdopted { .. }, AccountAdopted { .. }, ApprovalsSet { .. } }
    BatchEvent { BatchProposed { .. }, ReleaseBarred { .. }, BatchReleased { .. }, BatchWithdrawn { .. } }
    OrderEvent { OrderPlaced { .. }, OrderPaid { .. }, OrderFailed { .. } }
    StatementEvent {
        StatementTaken { .. }, TransactionMatched { .. }, TransactionResolved { .. }, TransactionSetAside { .. },
    }
    AccountEvent { StatementJoined { .. }, StatementRejoined { .. } }
    PeriodEvent { CloseProposed { .. }, PeriodClosed { .. } }
    SampleEvent { SamplePlanned { .. }, SampleDrawn { .. }, ItemDrawn { .. }, ItemExamined { .. }, SampleEvaluated { .. } }
}
