//! What a subsidy is: money, schemes and their terms, claims, refusals, and views as folds. No IO, no clock, no randomness.
//!
//! An invoice line is a claim. It is judged against independent evidence, the terms of its scheme, a tariff version and a budget line, all
//! given as values, and the decision is an event:
//!
//! ```
//! use jiff::civil::date;
//! use subsidy_domain::claim::{ClaimCommand, ClaimEvent, Presented};
//! use subsidy_domain::schemes::evc::{Evc, EvcCertificate};
//! use subsidy_domain::testkit;
//!
//! // The certificate comes from the provider, the line from the employer.
//! let context = testkit::context();
//! let evidence = ClaimCommand::RecordEvidence {
//!     id: "C-1".parse()?,
//!     version: 1,
//!     proof: EvcCertificate {
//!         standard: "APK".to_owned(),
//!         issued_on: date(2023, 5, 1),
//!         provider_recognised: true,
//!         in_sector: true,
//!     },
//!     source: testkit::source(),
//!     on: date(2023, 5, 3),
//! };
//! let mut case = Evc::default();
//! for event in case.decide(evidence, &context)? {
//!     case.evolve(event);
//! }
//! let line: Presented = testkit::line("EVC/APK", "C-1", date(2023, 5, 1), "1350.00");
//! let decided = case.decide(ClaimCommand::Present { line, on: date(2023, 5, 10) }, &context)?;
//! let Some(ClaimEvent::LineMatched { award, .. }) = decided.last() else { panic!("{decided:?}") };
//! assert_eq!(award.amount.to_string(), "1350.00");
//! assert_eq!(award.tariff.as_ref().map(|tariff| tariff.version.as_str()), Some("2023"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Start reading at [`claim`], then [`schemes`].

pub mod aggregate;
pub mod bank;
pub mod budget;
pub mod calendar;
pub mod claim;
pub mod context;
pub mod counter;
pub mod document;
mod few;
pub mod fund;
pub mod iban;
pub mod ids;
pub mod invoice;
pub mod journal;
pub mod money;
pub mod package;
pub mod payee;
pub mod payment;
pub mod period;
pub mod pseudonym;
pub mod reason;
pub mod recorded;
pub mod sample;
pub mod scheme;
pub mod schemes;
#[cfg(test)]
mod story;
pub mod terms;
pub mod testkit;
pub mod view;
