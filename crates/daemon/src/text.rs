//! What codes are called, in Dutch and English. The only place where a reason becomes prose.

mod codes;

use subsidy_documents::{Fault, Place};
use subsidy_domain::claim::UnpaidCause;
use subsidy_domain::document::DocumentFault;
use subsidy_domain::iban::Iban;
use subsidy_domain::payment::{BatchState, OrderState};
use subsidy_domain::reason::{Reason, ReleaseCause};
use subsidy_domain::scheme::{SchemeCode, Unit};
use subsidy_domain::view::{Basis, OrderRow};

pub use self::codes::{Code, codes};
use crate::intake::Refusal;
use crate::lang::Lang;

/// Returns the name of a scheme.
#[must_use]
pub fn scheme(scheme: SchemeCode, lang: Lang) -> String {
    let (dutch, english) = match scheme {
        SchemeCode::MboExam => ("Mbo-praktijkexamens", "MBO practical exams"),
        SchemeCode::Evc => ("EVC", "EVC (prior learning)"),
        SchemeCode::Rpt => ("RPT-dagen", "RPT days"),
        SchemeCode::RptPilot => ("RPT-interventie (pilot)", "RPT pilot"),
        SchemeCode::RptLm => ("RPT leermeesters", "RPT mentors"),
        SchemeCode::BmbFull => ("Branchemedewerker examen", "Branchemedewerker exam"),
        SchemeCode::BmbResit => ("Branchemedewerker herexamen", "Branchemedewerker resit"),
        SchemeCode::BsExam => ("Branchespecialist", "Branchespecialist"),
        SchemeCode::LmTraining => ("Leermeestertrainingen", "Mentor training"),
        SchemeCode::CareerCheque => ("Loopbaancheques", "Career cheques"),
        SchemeCode::BudgetCoach => ("Budgetcoaching", "Budget coaching"),
        SchemeCode::Sto => ("STO-cofinanciering", "STO cofinancing"),
        SchemeCode::EvCert => ("EV-certificering", "EV certification"),
        SchemeCode::TruckAcademy => ("TruckAcademy", "TruckAcademy"),
        SchemeCode::OnStage => ("On Stage", "On Stage"),
    };
    lang.pick(dutch, english).to_owned()
}

/// Returns what a scheme counts.
#[must_use]
pub const fn unit(unit: Unit, lang: Lang) -> &'static str {
    let (dutch, english) = match unit {
        Unit::Exam => ("examen", "exam"),
        Unit::Trajectory => ("traject", "trajectory"),
        Unit::Day => ("dag", "day"),
        Unit::Participant => ("deelnemer", "participant"),
        Unit::Resit => ("herexamen", "resit"),
        Unit::Cheque => ("cheque", "cheque"),
        Unit::RegionYear => ("regio", "region"),
        Unit::Certificate => ("certificaat", "certificate"),
        Unit::Project => ("project", "project"),
        Unit::SchoolYear => ("schooljaar", "school year"),
    };
    lang.pick(dutch, english)
}

/// Returns the name of a basis.
#[must_use]
pub const fn basis(basis: Basis, lang: Lang) -> &'static str {
    match basis {
        Basis::Performance => lang.pick("prestatie", "performance"),
        Basis::Decision => lang.pick("beslissing", "decision"),
        Basis::Invoice => lang.pick("factuur", "invoice"),
        Basis::Payment => lang.pick("betaling", "payment"),
    }
}

/// Returns where a batch stands.
#[must_use]
pub const fn batch_state(state: BatchState, lang: Lang) -> &'static str {
    match state {
        BatchState::Proposed => lang.pick("voorgesteld", "proposed"),
        BatchState::Released => lang.pick("vrijgegeven", "released"),
        BatchState::Withdrawn => lang.pick("ingetrokken", "withdrawn"),
    }
}

/// Returns where a payment order stands, and why it failed.
#[must_use]
pub fn order_state(order: &OrderRow, lang: Lang) -> String {
    match (order.state, &order.failed) {
        (OrderState::Placed, _) => lang.pick("onderweg", "on its way").to_owned(),
        (OrderState::Paid, _) => lang.pick("betaald", "paid").to_owned(),
        (OrderState::Failed, Some((_, UnpaidCause::Returned(code), _))) => {
            format!("{} ({code})", lang.pick("retour", "returned"))
        }
        (OrderState::Failed, Some((_, UnpaidCause::Rejected(code), _))) => {
            format!(
                "{} ({code})",
                lang.pick("geweigerd door de bank", "refused by the bank")
            )
        }
        (OrderState::Failed, Some((_, UnpaidCause::Withdrawn, _)) | None) => {
            lang.pick("ingetrokken", "withdrawn").to_owned()
        }
    }
}

/// Returns the name of an own service; a service without one keeps its code.
#[must_use]
pub fn service(code: &str, lang: Lang) -> String {
    let (dutch, english) = match code {
        "COACHING" => ("Coaching", "Coaching"),
        "COACHING_REMOTE" => ("Coaching op afstand", "Remote coaching"),
        "ADVICE" => ("Advies werkgeverschap", "Employership advice"),
        "VEERKRACHT_PROGRAMME" => ("Veerkracht: programma's", "Resilience: programmes"),
        "VEERKRACHT_ASSESSMENT" => ("Veerkracht: risicoassessments", "Resilience: risk assessments"),
        "VEERKRACHT_MEASUREMENT" => ("Veerkracht: metingen", "Resilience: measurements"),
        "VEERKRACHT_FEEDBACK" => ("Veerkracht: terugkoppelingen", "Resilience: feedback"),
        "HEALTH_CHECK" => ("GezondheidsChecks", "Health checks"),
        "HOSPITALITY_CHECK" => ("GastvrijheidsChecks", "Hospitality checks"),
        "WORKSHOP_CUSTOMER_EYES" => (
            "Workshop Door de ogen van de klant",
            "Workshop through the customer's eyes",
        ),
        "WORKSHOP_LEADERSHIP" => ("Workshop Leidinggeven", "Workshop leadership"),
        "WORKSHOP_GENERATION" => ("Workshop Generatiehelden", "Workshop generations"),
        "SAMEN_BETER_METER" => ("Samen-Beter-Meter", "Samen-Beter-Meter"),
        _ => return code.to_owned(),
    };
    lang.pick(dutch, english).to_owned()
}

/// Returns where a state of a line stands in words.
#[must_use]
pub fn state(name: &str, lang: Lang) -> String {
    let (dutch, english) = match name {
        "presented" => ("aangeboden", "presented"),
        "parked" => ("aangehouden", "parked"),
        "rejected" => ("afgekeurd", "rejected"),
        "matched" => ("toegewezen", "matched"),
        "approved_once" => ("eenmaal goedgekeurd", "approved once"),
        "approved" => ("goedgekeurd", "approved"),
        "held" => ("in beraad", "on hold"),
        "ordered" => ("in betaling", "being paid"),
        "paid" => ("betaald", "paid"),
        "reversed" => ("teruggenomen", "reversed"),
        "settled" => ("verwerkt", "settled"),
        _ => return name.to_owned(),
    };
    lang.pick(dutch, english).to_owned()
}

/// Returns where a fault stands in a document: its code, row and field.
#[must_use]
pub fn place(fault: &DocumentFault, lang: Lang) -> String {
    let mut text = fault.code.clone();
    if let Some(line) = fault.line {
        text.push_str(&format!(" {} {line}", lang.pick("rij", "row")));
    }
    if let Some(field) = &fault.field {
        text.push_str(&format!(" {field}"));
    }
    text
}

/// Returns where something stands in a document; nothing when it is the document as a whole.
fn position(place: &Place, lang: Lang) -> String {
    let (row, column, element) = (
        lang.pick("rij", "row"),
        lang.pick("kolom", "column"),
        lang.pick("regel", "line"),
    );
    match place {
        Place::Document => String::new(),
        Place::Element {
            line,
            column: at,
            path,
        } => format!("{element} {line}, {column} {at}, {path}"),
        Place::Page { page } => format!("{} {page}", lang.pick("pagina", "page")),
        Place::Row { row: at } => format!("{row} {at}"),
        Place::Cell {
            row: at,
            column: cell,
            name,
        } => format!("{row} {at}, {column} {cell} ({name})"),
        Place::Within { part, place } => match position(place, lang) {
            inside if inside.is_empty() => part.clone(),
            inside => format!("{part}, {inside}"),
        },
    }
}

/// Returns a fault as the sender of a document reads it: where, what is wrong, what was found and what should be there.
#[must_use]
pub fn fault(fault: &Fault, lang: Lang) -> String {
    let mut text = match position(&fault.place, lang) {
        place if place.is_empty() => place,
        place => format!("{place}: "),
    };
    text.push_str(&format!(
        "{} ({})",
        code(fault.code.as_str(), lang),
        fault.code.as_str()
    ));
    if let Some(found) = &fault.found {
        text.push_str(&format!("; {} \"{found}\"", lang.pick("gevonden", "found")));
    }
    if let Some(expected) = &fault.expected {
        text.push_str(&format!("; {} {expected}", lang.pick("verwacht", "expected")));
    }
    text
}

/// Returns why a file was refused, and what to do.
#[must_use]
pub fn refusal(why: &Refusal, lang: Lang) -> String {
    match lang {
        Lang::Nl => format!("{} ({})", code(why.code(), lang), why.code()),
        Lang::En => format!("{why} ({})", why.code()),
    }
}

/// Returns a reason as a sender or officer reads it, with its figures and what to do.
#[must_use]
pub fn reason(reason: &Reason, lang: Lang) -> String {
    let nl = lang == Lang::Nl;
    match reason {
        Reason::NotPassed { examined_on } if nl => {
            format!("het examen van {} is niet gehaald", lang.date(*examined_on))
        }
        Reason::NotPassed { examined_on } => {
            format!("the exam of {} was not passed", lang.date(*examined_on))
        }
        Reason::NotOurAccount {} if nl => {
            "het afschrift is van een andere rekening dan die van het fonds".to_owned()
        }
        Reason::NotOurAccount {} => "the statement is of another account than the fund's".to_owned(),
        Reason::PeriodClosed { through } if nl => {
            format!("de periode tot en met {} is afgesloten", lang.date(*through))
        }
        Reason::PeriodClosed { through } => format!("the period through {} is closed", lang.date(*through)),
        Reason::Refused { decision } if nl => format!("afgewezen bij besluit {decision}"),
        Reason::Refused { decision } => format!("refused by decision {decision}"),
        Reason::ToBeCorrected { decision } if nl => {
            format!(
                "terug naar de afzender bij besluit {decision}; stuur een verbeterde factuur onder een nieuw nummer"
            )
        }
        Reason::ToBeCorrected { decision } => {
            format!("sent back by decision {decision}; send a corrected invoice under a new number")
        }
        Reason::NotPerformed { planned_on } if nl => {
            format!(
                "op {} niet verschenen, afgemeld of geannuleerd",
                lang.date(*planned_on)
            )
        }
        Reason::NotPerformed { planned_on } => {
            format!("absent, excused or cancelled on {}", lang.date(*planned_on))
        }
        Reason::DuplicateLine { first } if nl => format!("staat al op deze factuur, regel {}", first.line),
        Reason::DuplicateLine { first } => format!("is on this invoice already, line {}", first.line),
        Reason::DuplicateInvoice { first } if nl => {
            format!("al toegewezen op factuur {}, regel {}", first.invoice, first.line)
        }
        Reason::DuplicateInvoice { first } => {
            format!(
                "already matched on invoice {}, line {}",
                first.invoice, first.line
            )
        }
        Reason::DuplicateOtherPayee {
            booked_by: Some(brin),
            ..
        } if nl => {
            format!("de aanspraak is van de school die boekte, {brin}")
        }
        Reason::DuplicateOtherPayee {
            booked_by: Some(brin),
            ..
        } => {
            format!("the entitlement is that of the school that booked, {brin}")
        }
        Reason::Cumulation { first, scheme: other } if nl => {
            format!(
                "al toegewezen als {} (factuur {}, regel {})",
                scheme(*other, lang),
                first.invoice,
                first.line
            )
        }
        Reason::Cumulation { first, scheme: other } => {
            format!(
                "already matched as {} (invoice {}, line {})",
                scheme(*other, lang),
                first.invoice,
                first.line
            )
        }
        Reason::SameContent { first } if nl => {
            format!(
                "een examen met dezelfde inhoud is toegewezen op factuur {}, regel {}",
                first.invoice, first.line
            )
        }
        Reason::SameContent { first } => {
            format!(
                "an exam of the same content was matched on invoice {}, line {}",
                first.invoice, first.line
            )
        }
        Reason::Late {
            late_from,
            received_on,
        } if nl => {
            format!(
                "ontvangen op {}; vanaf {} is een declaratie te laat",
                lang.date(*received_on),
                lang.date(*late_from)
            )
        }
        Reason::Late {
            late_from,
            received_on,
        } => {
            format!(
                "received on {}; a claim is late from {}",
                lang.date(*received_on),
                lang.date(*late_from)
            )
        }
        Reason::TariffDiff { claimed, tariff } if nl => {
            format!("gevraagd {}, tarief {}", lang.euro(*claimed), lang.euro(*tariff))
        }
        Reason::TariffDiff { claimed, tariff } => {
            format!("asked {}, tariff {}", lang.euro(*claimed), lang.euro(*tariff))
        }
        Reason::CreditTooLarge { credited, stands } if nl => {
            format!(
                "gecrediteerd {}, er staat {}",
                lang.euro(*credited),
                lang.euro(*stands)
            )
        }
        Reason::CreditTooLarge { credited, stands } => {
            format!("credited {}, {} stands", lang.euro(*credited), lang.euro(*stands))
        }
        Reason::CreditOtherDate { stated, known } if nl => {
            format!(
                "noemt {}, de factuur is van {}",
                lang.date(*stated),
                lang.date(*known)
            )
        }
        Reason::CreditOtherDate { stated, known } => {
            format!(
                "gives {}, the invoice is of {}",
                lang.date(*stated),
                lang.date(*known)
            )
        }
        Reason::Budget { available, asked, .. } => {
            let (available_text, asked_text) = (lang.euro(*available), lang.euro(*asked));
            let why = if asked <= available {
                lang.pick(
                    "; wacht op zijn beurt of op de verdeling",
                    "; waits for its turn or the division",
                )
            } else {
                ""
            };
            if nl {
                format!("beschikbaar {available_text}, gevraagd {asked_text}{why}")
            } else {
                format!("available {available_text}, asked {asked_text}{why}")
            }
        }
        Reason::Shared { asked, share } if nl => {
            format!("gevraagd {}, naar rato {}", lang.euro(*asked), lang.euro(*share))
        }
        Reason::Shared { asked, share } => {
            format!("asked {}, pro rata {}", lang.euro(*asked), lang.euro(*share))
        }
        Reason::VatUnexpected { vat } if nl => format!("btw van {} wordt niet vergoed", lang.euro(*vat)),
        Reason::VatUnexpected { vat } => format!("VAT of {} is not borne", lang.euro(*vat)),
        Reason::Released { cause } => release_cause(*cause, lang).to_owned(),
        Reason::Credited { by } if nl => format!("gecrediteerd met {}, regel {}", by.invoice, by.line),
        Reason::Credited { by } => format!("credited by {}, line {}", by.invoice, by.line),
        Reason::UnknownType { item } if nl => format!("code {item} is niet bekend"),
        Reason::UnknownType { item } => format!("code {item} is not known"),
        Reason::SchemeNotOpen {
            opens_on: Some(opens),
            basis_date,
        } if nl => {
            format!(
                "de regeling was op {} niet open (open vanaf {})",
                lang.date(*basis_date),
                lang.date(*opens)
            )
        }
        Reason::SchemeNotOpen {
            opens_on: Some(opens),
            basis_date,
        } => {
            format!(
                "the scheme was not open on {} (open from {})",
                lang.date(*basis_date),
                lang.date(*opens)
            )
        }
        Reason::NoTariff { basis_date } if nl => format!("geen tarief voor {}", lang.date(*basis_date)),
        Reason::NoTariff { basis_date } => format!("no tariff for {}", lang.date(*basis_date)),
        Reason::GrantRefused { application } if nl => format!("aanvraag {application} is afgewezen"),
        Reason::GrantRefused { application } => format!("application {application} was refused"),
        Reason::MoreThanGranted { open, asked } if nl => {
            format!(
                "gevraagd {}, van de toekenning is {} open",
                lang.euro(*asked),
                lang.euro(*open)
            )
        }
        Reason::MoreThanGranted { open, asked } => {
            format!(
                "asked {}, {} of the grant is open",
                lang.euro(*asked),
                lang.euro(*open)
            )
        }
        Reason::PayeeMismatch { entitled } if nl => format!("de aanspraak is van {entitled}"),
        Reason::PayeeMismatch { entitled } => format!("the entitlement is that of {entitled}"),
        Reason::NumberReused { earlier } if nl => {
            format!(
                "het nummer is eerder gebruikt, op {}, met andere bedragen",
                lang.date(*earlier)
            )
        }
        Reason::NumberReused { earlier } => {
            format!(
                "the number was used before, on {}, with other amounts",
                lang.date(*earlier)
            )
        }
        Reason::IbanChanged { account } if nl => {
            format!(
                "betaling gevraagd op een andere rekening dan de ingeschreven, {}; bel de begunstigde op een bekend nummer",
                in_groups(account)
            )
        }
        Reason::IbanChanged { account } => {
            format!(
                "asks to be paid on another account than the registered one, {}; call the payee on a known number",
                in_groups(account)
            )
        }
        Reason::RulesBroken { rules } if nl => {
            format!("voldoet niet aan {}; stuur een juiste factuur", rules.join(", "))
        }
        Reason::RulesBroken { rules } => format!("breaks {}; send a right invoice", rules.join(", ")),
        Reason::UnknownSpecification { specification } if nl => {
            format!("de regels \"{specification}\" (BT-24) zijn hier niet bekend")
        }
        Reason::UnknownSpecification { specification } => {
            format!("the rules \"{specification}\" (BT-24) are not known here")
        }
        Reason::FutureDate { date, received_on } if nl => {
            format!(
                "noemt {} en is ontvangen op {}",
                lang.date(*date),
                lang.date(*received_on)
            )
        }
        Reason::FutureDate { date, received_on } => {
            format!(
                "names {} and was received on {}",
                lang.date(*date),
                lang.date(*received_on)
            )
        }
        Reason::PackageFull { package } if nl => format!("van pakket {package} zijn drie dagen vergoed"),
        Reason::PackageFull { package } => format!("three days of package {package} are funded"),
        Reason::Expired { last_day } if nl => {
            format!("de cheque was geldig tot en met {}", lang.date(*last_day))
        }
        Reason::Expired { last_day } => format!("the cheque was valid up to {}", lang.date(*last_day)),
        Reason::DuplicateOtherPayee { booked_by: None, .. }
        | Reason::NotBookedBySchool {}
        | Reason::NotIbki {}
        | Reason::CreditNoRef {}
        | Reason::IbanChecksum {}
        | Reason::ResultRevoked {}
        | Reason::NotAffiliated {}
        | Reason::TotalMismatch {}
        | Reason::Currency {}
        | Reason::Unreadable {}
        | Reason::PersonalData {}
        | Reason::SelfApproval { .. }
        | Reason::SchemeNotOpen { opens_on: None, .. }
        | Reason::NoEvidence {}
        | Reason::NoTerms {}
        | Reason::NoGrant {}
        | Reason::PayeeUnknown {}
        | Reason::NotALearner {}
        | Reason::ModuleMissing {}
        | Reason::NoFullExam {}
        | Reason::NoJobGuarantee {}
        | Reason::NotEligible {}
        | Reason::NotIdentified {} => code(reason.code(), lang).to_owned(),
    }
}

/// An account as it is read aloud: in groups of four.
fn in_groups(account: &Iban) -> String {
    let digits: Vec<char> = account.as_str().chars().collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

const fn release_cause(cause: ReleaseCause, lang: Lang) -> &'static str {
    match cause {
        ReleaseCause::Stopped => lang.pick("vrijgevallen: gestopt", "released: stopped"),
        ReleaseCause::NotClaimed => lang.pick("vrijgevallen: niet gedeclareerd", "released: not claimed"),
        ReleaseCause::Remainder => lang.pick("vrijgevallen: restant", "released: remainder"),
        ReleaseCause::OutsideSector => {
            lang.pick("vrijgevallen: niet in de sector", "released: outside the sector")
        }
        ReleaseCause::ClaimedBefore => {
            lang.pick("vrijgevallen: eerder gedeclareerd", "released: claimed before")
        }
        ReleaseCause::TooLate => lang.pick("vrijgevallen: te laat", "released: too late"),
    }
}

/// Returns what a code means, without figures, and what to do. Codes of reasons, of faults in documents and of refused rows.
#[must_use]
pub fn code(code: &str, lang: Lang) -> &'static str {
    let (dutch, english) = codes()
        .find(|(known, _, _)| *known == code)
        .map_or(("zie de code", "see the code"), |(_, dutch, english)| {
            (*dutch, *english)
        });
    lang.pick(dutch, english)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use subsidy_documents::FaultCode;

    use super::*;

    #[test]
    fn every_code_has_a_text_in_both_languages_once() {
        let known: BTreeSet<&str> = codes().map(|(code, _, _)| *code).collect();
        assert_eq!(known.len(), codes().count(), "a code stands there twice");
        for code in Reason::CODES
            .iter()
            .copied()
            .chain(FaultCode::ALL.iter().map(|code| code.as_str()))
        {
            assert!(known.contains(code), "{code} has no text: add it to text::codes");
        }
        for (code, dutch, english) in codes() {
            assert!(
                !dutch.is_empty() && !english.is_empty(),
                "{code} lacks a language"
            );
        }
    }
}
