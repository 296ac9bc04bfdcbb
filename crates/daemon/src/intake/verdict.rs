//! What an invoice is judged to be before it is received: by its reader and by the published rules.

use std::collections::BTreeSet;

use subsidy_documents::rules::{Finding, Severity, Verdict};
use subsidy_documents::{Fault, FaultCode, InvoiceDocument};
use subsidy_domain::document::DocumentFault;
use subsidy_domain::invoice::{AppliedRules, Conformance};
use subsidy_domain::reason::Reason;

use super::{fault_at, kept};

/// How much is kept of what a document says to follow.
const LONGEST_SPECIFICATION: usize = 200;

/// Returns what the published rules said, as the ledger keeps it, after what was not looked through of what is attached.
pub(super) fn conformance(warnings: &[Fault], verdict: &Verdict) -> Conformance {
    let unsearched = warnings
        .iter()
        .filter(|warning| warning.code == FaultCode::AttachmentNotSearched);
    Conformance {
        rule_sets: verdict
            .rule_sets
            .iter()
            .map(|rules| AppliedRules {
                name: rules.name().to_owned(),
                version: rules.version().to_owned(),
            })
            .collect(),
        warnings: unsearched
            .map(because)
            .chain(of_severity(Some(verdict), Severity::Warning).map(found))
            .collect(),
    }
}

/// Returns every fault, the reader's and the fatal ones of the rules, each once, in the order of the document.
pub(super) fn faults(invoice: &InvoiceDocument, verdict: Option<&Verdict>) -> Vec<DocumentFault> {
    let read = invoice.faults().iter().map(kept);
    let mut faults: Vec<DocumentFault> = read
        .chain(of_severity(verdict, Severity::Fatal).map(found))
        .collect();
    faults.sort_by(|a, b| (a.line, a.column, &a.code, &a.field).cmp(&(b.line, b.column, &b.code, &b.field)));
    faults.dedup();
    faults
}

/// Returns why a document is parked, as its sender is told: that it cannot be read only when nothing says more.
pub(super) fn reasons(invoice: &InvoiceDocument, verdict: Option<&Verdict>) -> Vec<Reason> {
    let codes: BTreeSet<FaultCode> = invoice.faults().iter().map(|fault| fault.code).collect();
    let rules: BTreeSet<&str> = of_severity(verdict, Severity::Fatal)
        .map(|finding| finding.rule)
        .collect();
    let named = [
        (
            codes.iter().any(|code| code.is_total_mismatch()),
            Reason::TotalMismatch {},
        ),
        (codes.contains(&FaultCode::Currency), Reason::Currency {}),
        (codes.contains(&FaultCode::IbanChecksum), Reason::IbanChecksum {}),
        (codes.contains(&FaultCode::CreditNoRef), Reason::CreditNoRef {}),
        (
            !rules.is_empty(),
            Reason::RulesBroken {
                rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
            },
        ),
    ];
    let reasons: Vec<Reason> = named
        .into_iter()
        .filter_map(|(holds, reason)| holds.then_some(reason))
        .collect();
    if reasons.is_empty() {
        return vec![Reason::Unreadable {}];
    }
    reasons
}

/// Returns why a document that was not judged is set apart, and where it says what it follows.
pub(super) fn unjudged(invoice: &InvoiceDocument, verdict: &Verdict) -> (Reason, Vec<DocumentFault>) {
    let specification = verdict
        .specification
        .chars()
        .take(LONGEST_SPECIFICATION)
        .collect();
    let says = invoice
        .faults()
        .iter()
        .filter(|fault| fault.code == FaultCode::UnknownSpecification);
    (
        Reason::UnknownSpecification { specification },
        says.map(kept).collect(),
    )
}

fn of_severity(verdict: Option<&Verdict>, severity: Severity) -> impl Iterator<Item = &Finding> {
    verdict
        .into_iter()
        .flat_map(|verdict| &verdict.findings)
        .filter(move |finding| finding.severity == severity)
}

/// What was not looked through, with the word that says why beside its business term.
fn because(warning: &Fault) -> DocumentFault {
    let term = warning.field.as_deref().unwrap_or_default();
    let why = warning.found.as_deref().unwrap_or_default();
    fault_at(
        warning.code.as_str(),
        &warning.place,
        Some(&format!("{term} {why}")),
    )
}

/// A finding as the ledger keeps it: the rule, the place, and the business term or, when it is about none, the element.
fn found(finding: &Finding) -> DocumentFault {
    let path = match &finding.place {
        subsidy_documents::Place::Element { path, .. } => Some(path.as_str()),
        subsidy_documents::Place::Document
        | subsidy_documents::Place::Page { .. }
        | subsidy_documents::Place::Row { .. }
        | subsidy_documents::Place::Cell { .. }
        | subsidy_documents::Place::Within { .. } => None,
    };
    fault_at(finding.rule, &finding.place, finding.term.or(path))
}
