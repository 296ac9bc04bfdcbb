//! What codes are called, in Dutch and English. The only place where a reason becomes prose.

use subsidy_documents::{Fault, Place};
use subsidy_domain::document::DocumentFault;
use subsidy_domain::reason::{Reason, ReleaseCause};
use subsidy_domain::scheme::{SchemeCode, Unit};
use subsidy_domain::view::Basis;

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

/// Returns a fault as the sender of a document reads it: where, what is wrong, what was found and what should be there.
#[must_use]
pub fn fault(fault: &Fault, lang: Lang) -> String {
    let (row, column, element) = (
        lang.pick("rij", "row"),
        lang.pick("kolom", "column"),
        lang.pick("regel", "line"),
    );
    let mut text = match &fault.place {
        Place::Document => String::new(),
        Place::Element {
            line,
            column: at,
            path,
        } => format!("{element} {line}, {column} {at}, {path}: "),
        Place::Row { row: at } => format!("{row} {at}: "),
        Place::Cell {
            row: at,
            column: cell,
            name,
        } => format!("{row} {at}, {column} {cell} ({name}): "),
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

const fn release_cause(cause: ReleaseCause, lang: Lang) -> &'static str {
    match cause {
        ReleaseCause::Stopped => lang.pick("vrijgevallen: gestopt", "released: stopped"),
        ReleaseCause::NotClaimed => lang.pick("vrijgevallen: niet gedeclareerd", "released: not claimed"),
        ReleaseCause::Remainder => lang.pick("vrijgevallen: restant", "released: remainder"),
        ReleaseCause::OutsideSector => {
            lang.pick("vrijgevallen: niet in de sector", "released: outside the sector")
        }
        ReleaseCause::TooLate => lang.pick("vrijgevallen: te laat", "released: too late"),
    }
}

/// Returns what a code means, without figures, and what to do. Codes of reasons, of faults in documents and of refused rows.
#[must_use]
pub fn code(code: &str, lang: Lang) -> &'static str {
    let (dutch, english) = CODES
        .iter()
        .find(|(known, _, _)| *known == code)
        .map_or(("zie de code", "see the code"), |(_, dutch, english)| {
            (*dutch, *english)
        });
    lang.pick(dutch, english)
}

/// Every code with its Dutch and English text; a test keeps it complete.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        "NOT_PASSED",
        "het examen is niet gehaald",
        "the exam was not passed",
    ),
    (
        "NOT_PERFORMED",
        "niet verschenen, afgemeld of geannuleerd",
        "absent, excused or cancelled",
    ),
    (
        "DUPLICATE_LINE",
        "staat al op deze factuur",
        "is on this invoice already",
    ),
    (
        "DUPLICATE_INVOICE",
        "al toegewezen op een eerdere factuur",
        "already matched on an earlier invoice",
    ),
    (
        "DUPLICATE_OTHER_PAYEE",
        "de aanspraak is van een andere begunstigde",
        "the entitlement is that of another payee",
    ),
    (
        "CUMULATION",
        "al toegewezen onder een andere regeling",
        "already matched under another scheme",
    ),
    (
        "SAME_CONTENT",
        "een examen met dezelfde inhoud is al toegewezen",
        "an exam of the same content was matched",
    ),
    (
        "NOT_BOOKED_BY_SCHOOL",
        "niet door de school geboekt: geen aanspraak",
        "not booked by the school: no entitlement",
    ),
    (
        "NOT_IBKI",
        "door de school zelf afgenomen: geen aanspraak",
        "held by the school itself: no entitlement",
    ),
    (
        "LATE",
        "te laat gedeclareerd; een medewerker beslist",
        "claimed too late; an officer decides",
    ),
    (
        "TARIFF_DIFF",
        "gevraagd bedrag wijkt af van het tarief",
        "the amount asked is not the tariff's",
    ),
    (
        "CREDIT_NO_REF",
        "creditnota zonder de factuurregel die zij terugneemt; vermeld factuur en regel",
        "credit note without the invoice line that it takes back; state invoice and line",
    ),
    (
        "CREDIT_TOO_LARGE",
        "er wordt meer gecrediteerd dan er staat",
        "more is credited than stands",
    ),
    (
        "BUDGET",
        "de begroting laat het niet toe",
        "the budget has no room",
    ),
    (
        "SHARED",
        "de begroting is naar rato verdeeld",
        "the budget was divided pro rata",
    ),
    (
        "IBAN_CHECKSUM",
        "het controlegetal van de IBAN klopt niet; stuur de juiste",
        "the check digits of the IBAN are wrong; send the right one",
    ),
    ("VAT_UNEXPECTED", "btw wordt niet vergoed", "VAT is not borne"),
    (
        "RELEASED",
        "de verplichting is vrijgevallen",
        "the commitment was released",
    ),
    (
        "RESULT_REVOKED",
        "de uitslag is ingetrokken",
        "the result was withdrawn",
    ),
    ("CREDITED", "gecrediteerd", "credited"),
    (
        "NOT_AFFILIATED",
        "het leerbedrijf is niet aangesloten; stuur een nieuwe versie van de presentie met aansluitnummer",
        "the training company is not affiliated; send a later version of the attendance with its number",
    ),
    (
        "UNKNOWN_TYPE",
        "de code is niet bekend; wacht op een besluit over de code",
        "the code is not known; waits for a decision on the code",
    ),
    (
        "TOTAL_MISMATCH",
        "de totalen kloppen niet op de cent; stuur een juiste factuur",
        "the totals do not agree to the cent; send a right invoice",
    ),
    (
        "UNREADABLE",
        "het document kan niet worden gelezen als wat het is",
        "the document cannot be read as what it is",
    ),
    (
        "PERSONAL_DATA",
        "er staat een burgerservicenummer in; er is niets vastgelegd, stuur het document zonder",
        "there is a citizen service number in it; nothing was recorded, send it without",
    ),
    (
        "SELF_APPROVAL",
        "een persoon handelt twee keer waar twee personen nodig zijn",
        "one person acts twice where two must act",
    ),
    (
        "SCHEME_NOT_OPEN",
        "de regeling was toen niet open",
        "the scheme was not open then",
    ),
    (
        "NO_EVIDENCE",
        "het bewijs is er nog niet; hervat vanzelf",
        "the evidence has not come; resumes by itself",
    ),
    (
        "NO_TERMS",
        "de regeling is niet vastgesteld; hervat vanzelf",
        "the scheme has no adopted terms; resumes by itself",
    ),
    (
        "NO_TARIFF",
        "er is geen tarief voor die dag; hervat vanzelf",
        "there is no tariff for that day; resumes by itself",
    ),
    (
        "NO_GRANT",
        "er is geen toekenning; hervat vanzelf",
        "there is no grant; resumes by itself",
    ),
    (
        "GRANT_REFUSED",
        "de aanvraag is afgewezen",
        "the application was refused",
    ),
    (
        "MORE_THAN_GRANTED",
        "er wordt meer gevraagd dan van de toekenning open is",
        "more is asked than is open of the grant",
    ),
    (
        "PAYEE_UNKNOWN",
        "de begunstigde is niet ingeschreven; hervat vanzelf",
        "the payee is not registered; resumes by itself",
    ),
    (
        "PAYEE_MISMATCH",
        "een ander dan de rechthebbende declareert",
        "another than the entitled party claims",
    ),
    (
        "NUMBER_REUSED",
        "het factuurnummer is eerder gebruikt met een andere datum of een ander bedrag",
        "the invoice number was used before with another date or amount",
    ),
    (
        "NOT_A_LEARNER",
        "de deelnemer hoort niet bij deze regeling",
        "the participant is outside this scheme",
    ),
    (
        "PACKAGE_FULL",
        "van dit pakket zijn drie dagen vergoed",
        "three days of this package are funded",
    ),
    (
        "MODULE_MISSING",
        "de didactische module is niet gevolgd; hervat vanzelf",
        "the didactic module was not followed; resumes by itself",
    ),
    (
        "NO_FULL_EXAM",
        "geen volledig examen voor dit herexamen",
        "no full exam before this resit",
    ),
    (
        "NO_JOB_GUARANTEE",
        "geen getekende baangarantie; hervat vanzelf",
        "no signed job guarantee; resumes by itself",
    ),
    (
        "NOT_ELIGIBLE",
        "persoon of aanbieder valt buiten de regeling",
        "person or provider is outside the scheme",
    ),
    ("EXPIRED", "de cheque was verlopen", "the cheque had expired"),
    (
        "NOT_IDENTIFIED",
        "de regel noemt geen kandidaat of bewijs",
        "the line names no learner or evidence",
    ),
    ("ROWS_NOT_TAKEN", "rijen niet verwerkt", "rows not taken"),
    (
        "SAME_VERSION_OTHER_CONTENT",
        "dezelfde versie met een andere inhoud; stuur een hogere versie",
        "the same version with another content; send a higher version",
    ),
    (
        "DECIDED_OTHERWISE",
        "de aanvraag is anders beslist; vraag de afzender wat geldt",
        "the application was decided otherwise; ask its sender which holds",
    ),
    (
        "RELEASED_TOO_MUCH",
        "er valt meer vrij dan open is",
        "more is released than is open",
    ),
    (
        "NO_SUCH_LINE",
        "de factuurregel is niet bekend",
        "the invoice line is not known",
    ),
    (
        "WRONG_STATE",
        "de regel is al beslist",
        "the line was decided already",
    ),
    (
        "OTHER_REASON",
        "de regel wacht om een andere reden",
        "the line waits for another reason",
    ),
    (
        "CANNOT_BE_ALLOWED",
        "dit kan geen medewerker toestaan",
        "no officer can allow this",
    ),
    (
        "UNKNOWN_SCHEME",
        "de regeling bestaat niet",
        "there is no such scheme",
    ),
    (
        "INVALID_NUMBER",
        "het nummer heeft niet de juiste vorm",
        "the number does not have the right form",
    ),
    (
        "DATE_ORDER",
        "het einde ligt voor het begin",
        "the end lies before the beginning",
    ),
    (
        "INVALID_DATE",
        "geen bestaande datum; schrijf DD-MM-JJJJ",
        "not an existing date; write DD-MM-YYYY",
    ),
    (
        "TARIFF_OVERLAP",
        "er geldt al een tarief op die dagen; beëindig dat eerst",
        "a tariff holds on those days; end it first",
    ),
    (
        "TARIFF_CHANGED",
        "een vastgesteld tarief verandert niet; stel een nieuwe versie vast",
        "an adopted tariff does not change; adopt a new version",
    ),
    (
        "SHARE_OUT_OF_BAND",
        "het tarief is geen 65 tot 80 procent van de prijs",
        "the tariff is not 65 to 80 percent of the price",
    ),
    (
        "BUDGET_ADOPTED_BEFORE",
        "de begroting is al vastgesteld; stuur een wijziging",
        "the budget was adopted; send an amendment",
    ),
    (
        "BUDGET_NOT_ADOPTED",
        "er is geen begroting om te wijzigen",
        "there is no budget to amend",
    ),
    (
        "NOT_PRO_RATA",
        "de regeling verdeelt haar begroting niet naar rato; stel eerst die voorwaarde vast",
        "the scheme does not divide its budget pro rata; adopt that term first",
    ),
    (
        "NOTHING_TO_DIVIDE",
        "er is niets beschikbaar om te verdelen; stuur eerst een begroting of wijziging",
        "nothing is available to divide; send a budget or an amendment first",
    ),
    (
        "ACCRUED_BEFORE",
        "het nog te ontvangen bedrag is al vastgesteld",
        "the accrual was recorded before",
    ),
    (
        "COMMITMENT_BELOW_ZERO",
        "er zou meer vrijvallen dan verplicht is",
        "more would be released than is committed",
    ),
    (
        "PAYEE_CHANGED",
        "de begunstigde is anders ingeschreven; een wijziging vraagt een eigen goedkeuring",
        "the payee is registered otherwise; a change needs its own approval",
    ),
    (
        "MISSING_FIELD",
        "een verplicht veld ontbreekt; vul het in",
        "a required field is absent; fill it in",
    ),
    (
        "INVALID_FIELD",
        "het veld heeft een waarde die het niet kan hebben",
        "the field has a value that it cannot have",
    ),
    (
        "REPEATED_FIELD",
        "het veld staat er meer dan eens",
        "the field is there more than once",
    ),
    (
        "CONTRADICTING_FIELDS",
        "twee velden spreken elkaar tegen",
        "two fields contradict each other",
    ),
    (
        "INVALID_AMOUNT",
        "geen bedrag; schrijf 1.234,56",
        "not an amount; write 1234.56",
    ),
    (
        "NEGATIVE_AMOUNT",
        "een negatief bedrag kan hier niet",
        "a negative amount cannot be here",
    ),
    (
        "INVALID_TEXT",
        "de tekst is te lang of heeft stuurtekens",
        "the text is too long or has control characters",
    ),
    (
        "UNKNOWN_VALUE",
        "geen van de woorden die hier kunnen staan",
        "none of the words that can be here",
    ),
    (
        "INVALID_KVK",
        "geen KVK-nummer: acht cijfers",
        "not a KVK number: eight digits",
    ),
    (
        "INVALID_OIN",
        "geen OIN: twintig cijfers",
        "not an OIN: twenty digits",
    ),
    (
        "INVALID_PARTY",
        "geen KVK-nummer of OIN",
        "neither a KVK number nor an OIN",
    ),
    (
        "INVALID_BRIN",
        "geen BRIN: twee cijfers en twee letters",
        "not a BRIN: two digits and two letters",
    ),
    ("INVALID_IBAN", "geen IBAN", "not an IBAN"),
    (
        "PARTY_SCHEME",
        "de leverancier heeft geen KVK-nummer (0106) of OIN (0190)",
        "the seller has no KVK number (0106) or OIN (0190)",
    ),
    (
        "UNKNOWN_SPECIFICATION",
        "de factuur volgt regels die hier niet worden gelezen (BT-24)",
        "the invoice follows rules that are not read here (BT-24)",
    ),
    (
        "CURRENCY",
        "een andere munt dan de euro",
        "a currency other than the euro",
    ),
    (
        "DUPLICATE_LINE_ID",
        "twee regels hebben hetzelfde nummer",
        "two lines have one id",
    ),
    (
        "TOTAL_MISMATCH_LINE",
        "aantal × prijs is niet het regelbedrag",
        "quantity × price is not the line's amount",
    ),
    (
        "TOTAL_MISMATCH_LINES",
        "de regels tellen niet op tot het totaal (BT-106)",
        "the lines do not add up to BT-106",
    ),
    (
        "TOTAL_MISMATCH_ALLOWANCES",
        "de kortingen tellen niet op (BT-107)",
        "the allowances do not add up to BT-107",
    ),
    (
        "TOTAL_MISMATCH_CHARGES",
        "de toeslagen tellen niet op (BT-108)",
        "the charges do not add up to BT-108",
    ),
    (
        "TOTAL_MISMATCH_EXCLUSIVE",
        "het totaal zonder btw klopt niet (BT-109)",
        "the total without VAT is wrong (BT-109)",
    ),
    (
        "TOTAL_MISMATCH_TAXABLE",
        "de grondslag van een btw-tarief klopt niet (BT-116)",
        "the taxable amount of a rate is wrong (BT-116)",
    ),
    (
        "TOTAL_MISMATCH_TAXABLE_SUM",
        "de grondslagen tellen niet op tot BT-109",
        "the taxable amounts do not add up to BT-109",
    ),
    (
        "TOTAL_MISMATCH_TAX",
        "de btw van een tarief klopt niet op de cent (BT-117)",
        "the VAT of a rate is wrong to the cent (BT-117)",
    ),
    (
        "TOTAL_MISMATCH_TAX_SUM",
        "de btw telt niet op tot BT-110",
        "the VAT does not add up to BT-110",
    ),
    (
        "TOTAL_MISMATCH_INCLUSIVE",
        "het totaal met btw klopt niet (BT-112)",
        "the total with VAT is wrong (BT-112)",
    ),
    (
        "TOTAL_MISMATCH_PAYABLE",
        "het te betalen bedrag klopt niet (BT-115)",
        "the amount to pay is wrong (BT-115)",
    ),
    (
        "FIELD_COUNT",
        "de rij heeft meer of minder velden dan de kop",
        "the row has more or fewer fields than the header",
    ),
    (
        "LINE_BREAK",
        "er staat een regeleinde in een veld",
        "there is a line break in a field",
    ),
    (
        "UNKNOWN_COLUMN",
        "onbekende kolom, overgeslagen",
        "unknown column, skipped",
    ),
    (
        "READ_AS_WINDOWS_1252",
        "geen UTF-8; gelezen als Windows-1252",
        "not UTF-8; read as Windows-1252",
    ),
    (
        "MOJIBAKE_REPAIRED",
        "verhaspelde letters hersteld",
        "garbled letters repaired",
    ),
    (
        "EMPTY",
        "het bestand is leeg; stuur het opnieuw",
        "the file is empty; send it again",
    ),
    (
        "TOO_LARGE",
        "het bestand is te groot; splits het",
        "the file is too large; split it",
    ),
    (
        "OTHER_FORMAT",
        "dit is geen UBL of CSV; stuur een factuur als UBL 2.1 (XML), een lijst als CSV",
        "this is neither UBL nor CSV; send an invoice as UBL 2.1 (XML), a list as CSV",
    ),
    (
        "UNKNOWN_COLUMNS",
        "geen lijst heeft deze kolommen; docs/formats.md heeft de kolommen van elke lijst",
        "no list has these columns; docs/formats.md has the columns of every list",
    ),
    (
        "MISSING_COLUMNS",
        "een verplichte kolom ontbreekt; voeg haar toe",
        "a required column is missing; add it",
    ),
    (
        "REPEATED_COLUMN",
        "een kolom staat er twee keer; verwijder er een",
        "a column is there twice; remove one",
    ),
    (
        "NO_HEADER",
        "de eerste rij is geen kop; zet de kolomnamen erboven",
        "the first row is no header; put the column names above it",
    ),
    (
        "NO_ROWS",
        "er staat geen rij onder de kop",
        "there is no row below the header",
    ),
    (
        "ENCODING",
        "een andere codering dan UTF-8; sla het bestand op als UTF-8",
        "an encoding other than UTF-8; save the file as UTF-8",
    ),
    (
        "NOT_UTF8",
        "geen geldige UTF-8; sla het bestand op als UTF-8",
        "not valid UTF-8; save the file as UTF-8",
    ),
    (
        "DOCTYPE",
        "een DOCTYPE wordt geweigerd; stuur het document zonder",
        "a DOCTYPE is refused; send the document without it",
    ),
    (
        "ENTITY",
        "een eigen entiteit wordt geweigerd; schrijf het teken zelf",
        "an entity of its own is refused; write the character itself",
    ),
    (
        "MALFORMED",
        "het bestand is beschadigd of geen XML; stuur het opnieuw",
        "the file is damaged or no XML; send it again",
    ),
    (
        "LIMIT_EXCEEDED",
        "het document is groter of dieper dan gelezen wordt",
        "the document is larger or deeper than is read",
    ),
    (
        "TOO_MANY_FAULTS",
        "te veel gebreken; dit is niet de lijst die het lijkt",
        "too many faults; this is not the list that it looks like",
    ),
    (
        "UNKNOWN_ROOT",
        "geen UBL-factuur of -creditnota; stuur UBL 2.1",
        "no UBL invoice or credit note; send UBL 2.1",
    ),
    (
        "IO",
        "het bestand kan niet van schijf worden gelezen",
        "the file cannot be read from disk",
    ),
    (
        "CHANGED",
        "het bestand veranderde tijdens het lezen; stuur het opnieuw",
        "the file changed while it was read; send it again",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use subsidy_documents::FaultCode;

    use super::*;

    #[test]
    fn every_code_has_a_text_in_both_languages_once() {
        let known: BTreeSet<&str> = CODES.iter().map(|(code, _, _)| *code).collect();
        assert_eq!(known.len(), CODES.len(), "a code stands there twice");
        for code in Reason::CODES
            .iter()
            .copied()
            .chain(FaultCode::ALL.iter().map(|code| code.as_str()))
        {
            assert!(known.contains(code), "{code} has no text: add it to CODES");
        }
        for (code, dutch, english) in CODES {
            assert!(
                !dutch.is_empty() && !english.is_empty(),
                "{code} lacks a language"
            );
        }
    }
}
