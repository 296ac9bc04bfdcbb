//! Over a corpus of published invoices the rules say what the official artefacts say; samples of banks are read as they say, and what is
//! written for a bank holds under the official schema.
//!
//! The corpus is read in place, from `SUBSIDY_STANDARDS` or from the folder `shared/standards` beside the repository. Where
//! it is absent nothing is run, and that is said; `SUBSIDY_STANDARDS_REQUIRED=1` makes it a failure.

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod bank;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod document;
#[cfg(test)]
mod payments_schema;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod structure;
