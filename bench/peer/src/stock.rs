//! One stock framework for each aggregate type, as `sqlite_es::sqlite_cqrs` makes it.

use std::error::Error;

use cqrs_es::{Aggregate, Query};
use jiff::civil::Date;
use sqlite_es::{SqliteCqrs, sqlite_cqrs};
use sqlx::{Pool, Sqlite};
use subsidy_domain::budget::BudgetLine;
use subsidy_domain::claim::{Claim, ClaimCommand, Presented, Rule};
use subsidy_domain::context::Context;
use subsidy_domain::document::Document;
use subsidy_domain::invoice::Invoice;
use subsidy_domain::package::{PackageCommand, PackageEvent, PilotPackage};
use subsidy_domain::schemes::branch_exam::BranchExamRule;
use subsidy_domain::schemes::budget_coach::BudgetCoachRule;
use subsidy_domain::schemes::career_cheque::CareerChequeRule;
use subsidy_domain::schemes::cofinancing::CofinancingRule;
use subsidy_domain::schemes::ev_certification::EvCertificationRule;
use subsidy_domain::schemes::evc::EvcRule;
use subsidy_domain::schemes::mbo_exam::MboExamRule;
use subsidy_domain::schemes::programme::ProgrammeRule;
use subsidy_domain::schemes::training_day::TrainingDayRule;

use crate::view;

macro_rules! stock {
    ($($case:ident: $rule:ty),+ $(,)?) => {
        /// The frameworks. Those of cases hold the context as it was before the invoices; see [`Self::package`] for the exception.
        pub(crate) struct Stock {
            pool: Pool<Sqlite>,
            views: bool,
            context: Context,
            /// Invoices, by payee and number.
            pub(crate) invoices: SqliteCqrs<Invoice>,
            /// What became of documents.
            pub(crate) documents: SqliteCqrs<Document>,
            /// Budget lines.
            pub(crate) budgets: SqliteCqrs<BudgetLine>,
            packages: SqliteCqrs<PilotPackage>,
            $($case: SqliteCqrs<Claim<$rule>>),+
        }

        impl Stock {
            /// The aggregate types of cases.
            pub(crate) const CASES: &[&str] = &[$(<$rule as Rule>::AGGREGATE),+];

            pub(crate) fn new(pool: Pool<Sqlite>, context: Context, views: bool) -> Self {
                Self {
                    invoices: sqlite_cqrs(pool.clone(), vec![], ()),
                    documents: sqlite_cqrs(pool.clone(), vec![], ()),
                    budgets: sqlite_cqrs(pool.clone(), vec![], ()),
                    packages: sqlite_cqrs(pool.clone(), vec![], ()),
                    $($case: sqlite_cqrs(pool.clone(), queries(&pool, views), context.clone()),)+
                    pool,
                    views,
                    context,
                }
            }

            /// Presents a line to its case.
            pub(crate) async fn present(
                &self,
                kind: &str,
                id: &str,
                line: Presented,
                on: Date,
            ) -> Result<(), Box<dyn Error>> {
                match kind {
                    $(<$rule as Rule>::AGGREGATE => self.$case.execute(id, ClaimCommand::Present { line, on }).await?,)+
                    _ => return Err(format!("no scheme has cases of type {kind}").into()),
                }
                Ok(())
            }
        }
    };
}

stock! {
    mbo_exams: MboExamRule,
    evcs: EvcRule,
    training_days: TrainingDayRule,
    branch_exams: BranchExamRule,
    career_cheques: CareerChequeRule,
    budget_coaching: BudgetCoachRule,
    cofinancing: CofinancingRule,
    ev_certification: EvCertificationRule,
    programmes: ProgrammeRule,
}

impl Stock {
    /// Funds a pilot day, or gives it back.
    ///
    /// At most three days of a package are funded, so what follows is judged against the package as it now is. A stock framework
    /// owns what its aggregates are judged against, so the one for training days is made anew.
    pub(crate) async fn package(&mut self, id: &str, command: PackageCommand) -> Result<(), Box<dyn Error>> {
        self.packages.execute(id, command.clone()).await?;
        let event = match command {
            PackageCommand::Fund { package, line } => PackageEvent::PackageDayFunded { package, line },
            PackageCommand::GiveBack { package, line } => PackageEvent::PackageDayGivenBack { package, line },
        };
        self.context.packages.entry(id.parse()?).or_default().apply(event);
        self.training_days = sqlite_cqrs(
            self.pool.clone(),
            queries(&self.pool, self.views),
            self.context.clone(),
        );
        Ok(())
    }
}

fn queries<R: Rule>(pool: &Pool<Sqlite>, views: bool) -> Vec<Box<dyn Query<Claim<R>>>> {
    if views {
        vec![view::query(pool.clone())]
    } else {
        Vec::new()
    }
}
