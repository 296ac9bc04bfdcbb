//! What differs between schemes: the evidence, and when it gives entitlement.

use std::fmt::Debug;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Claim, Earned, Presented};
use crate::context::Context;
use crate::ids::Brin;
use crate::reason::Obstacle;
use crate::scheme::SchemeCode;

/// How far a piece of evidence is that goes through stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "fase")]
pub struct Stage {
    /// The stage.
    pub name: String,
    /// The kind, once known.
    pub kind: Option<String>,
}

/// A piece of independent evidence.
pub trait Proof: Serialize + DeserializeOwned + Clone + PartialEq + Debug + Send + Sync + 'static {
    /// The scheme under which it can be claimed.
    fn scheme(&self) -> SchemeCode;
    /// The date of performance, when there was one.
    fn performed_on(&self) -> Option<Date>;
    /// Whether it gives entitlement by itself, so that it is missing an invoice until claimed.
    fn entitles(&self) -> bool;
    /// The school that it entitles, when it names one.
    fn school(&self) -> Option<&Brin> {
        None
    }
    /// How far it is, when it goes through stages before it entitles.
    fn stage(&self) -> Option<Stage> {
        None
    }
}

/// The rule of a scheme, or of schemes that share a natural key.
pub trait Rule: Clone + Default + Debug + PartialEq + Send + Sync + 'static {
    /// The aggregate type under which cases are stored.
    const AGGREGATE: &'static str;
    /// The evidence.
    type Evidence: Proof;

    /// Finds what a line has earned by the evidence of its case.
    ///
    /// # Errors
    /// What stands in the way: something still to come, or something that bars it.
    fn assess(case: &Claim<Self>, line: &Presented, context: &Context) -> Result<Earned, Obstacle>;

    /// Whether a standing award excludes what is earned now. By default: the same entitlement, once.
    fn excludes(standing: &super::Award, earned: &Earned, _context: &Context) -> bool {
        standing.entitlement == earned.entitlement
    }
}
