//! What is written holds under the schema of pain.001.001.09 and under our own rules, whatever it was made of.
//!
//! The schema is asked through `python3` with `lxml` (`SUBSIDY_PYTHON` names another interpreter).

use std::path::Path;
use std::process::Command;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use subsidy_documents::payment_file::{
    BatchDraft, PaymentFile, PaymentFileDraft, RemittanceDraft, TransferDraft, check,
};
use subsidy_documents::{Amount, Limits, PersonalText};

use crate::bank::samples;

/// Files that are made.
const FILES: usize = 200;

/// Prints the number of each file that is valid.
const VALIDATE: &str = "
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
for path in sys.argv[2:]:
    if schema.validate(etree.parse(path)): print(path)
    else: print(path, schema.error_log.last_error, file=sys.stderr)
";

fn python() -> Command {
    Command::new(std::env::var_os("SUBSIDY_PYTHON").unwrap_or_else(|| "python3".into()))
}

/// Whether there is something to ask the schema with; said when not.
fn can_validate() -> bool {
    let can = python()
        .args(["-c", "import lxml"])
        .output()
        .is_ok_and(|output| output.status.success());
    let message = "NOT RUN: python3 has no lxml to ask the schema with; install it, or set SUBSIDY_PYTHON";
    let required = std::env::var_os("SUBSIDY_STANDARDS_REQUIRED").is_some_and(|value| value == "1");
    assert!(can || !required, "{message}");
    if !can {
        eprintln!("{message}");
    }
    can
}

/// Those of the files that are valid under a schema.
fn valid(schema: &Path, paths: &[std::path::PathBuf]) -> usize {
    let output = python()
        .arg("-c")
        .arg(VALIDATE)
        .arg(schema)
        .args(paths)
        .output()
        .expect("python");
    let refused = String::from_utf8_lossy(&output.stderr);
    assert!(refused.is_empty(), "{refused}");
    String::from_utf8_lossy(&output.stdout).lines().count()
}

/// Names as people have them: also with accents, signs and much space.
fn text(longest: usize) -> impl Strategy<Value = PersonalText> {
    let piece = prop::sample::select(vec![
        "ROC", "Café", "Groß", "&", "Zn.", "Ĳssel", "€ 5", "<b>", "Ö", "'t", "12/34", "—", "…", "\t",
        "e\u{301}",
    ]);
    vec(piece, 1..6).prop_map(move |pieces| {
        let text = format!("A {}", pieces.join(" "));
        PersonalText::new(text.chars().take(longest).collect::<String>())
    })
}

fn remittance() -> impl Strategy<Value = RemittanceDraft> {
    let references = ["RF18539007547034", "RF18 5390 0754 7034"];
    prop_oneof![
        Just(RemittanceDraft::None),
        text(100).prop_map(RemittanceDraft::Text),
        prop::sample::select(references.to_vec())
            .prop_map(|reference| RemittanceDraft::Reference(PersonalText::new(reference))),
    ]
}

fn transfer() -> impl Strategy<Value = TransferDraft> {
    let iban = prop::sample::select(vec![
        "NL44RABO0123456789",
        "NL02 ABNA 0123 4567 89",
        "be68539007547034",
        "DE89370400440532013000",
    ]);
    let amount = prop_oneof![Just(1), Just(99_999_999_999), 1_i64..99_999_999_999];
    (text(35), iban, amount, remittance(), any::<bool>()).prop_map(
        |(name, iban, cents, remittance, has_instruction)| TransferDraft {
            end_to_end: String::new(),
            instruction: has_instruction.then(String::new),
            amount: Amount::from_cents(cents),
            creditor_name: name,
            creditor_iban: PersonalText::new(iban),
            remittance,
        },
    )
}

fn draft() -> impl Strategy<Value = PaymentFileDraft> {
    let bic = prop::option::of(prop::sample::select(vec!["ABNANL2A", "INGBNL2AXXX"]));
    let batch = (bic, any::<bool>(), vec(transfer(), 1..8), 0_i32..400);
    let batches = vec(batch, 1..4);
    (batches, "[A-Za-z0-9:(),.'+?-]{1,35}").prop_map(|(batches, message_id)| {
        let mut number = 0;
        let batches = batches.into_iter().enumerate();
        let batches = batches.map(|(index, (bic, is_booked_as_batch, mut transfers, days))| {
            for transfer in &mut transfers {
                number += 1;
                transfer.end_to_end = format!("E/{number}");
                transfer.instruction = transfer.instruction.take().map(|_| format!("I-{number}"));
            }
            BatchDraft {
                payment_information: format!("P-{index}"),
                execution_date: jiff::civil::date(2026, 11, 24)
                    .checked_add(jiff::Span::new().days(days))
                    .expect("a date"),
                debtor_name: "Stichting Fonds".to_owned(),
                debtor_iban: "NL91ABNA0417164300".to_owned(),
                debtor_bic: bic.map(str::to_owned),
                is_booked_as_batch,
                transfers,
            }
        });
        PaymentFileDraft {
            message_id,
            created: jiff::civil::date(2026, 11, 22).at(10, 0, 0, 0),
            initiating_party: "Stichting Fonds".to_owned(),
            batches: batches.collect(),
        }
    })
}

#[test]
fn whatever_is_written_holds_under_the_schema_and_our_own_rules() {
    let mut runner = TestRunner::deterministic();
    let strategy = draft();
    let files: Vec<Vec<u8>> = (0..FILES)
        .map(|_| {
            let draft = strategy.new_tree(&mut runner).expect("a draft").current();
            let file = PaymentFile::new(draft).expect("a file");
            let mut bytes = Vec::new();
            file.write(&mut bytes).expect("memory");
            bytes
        })
        .collect();
    for bytes in &files {
        let verdict = check(bytes, &Limits::default()).expect("a verdict");
        assert_eq!(verdict.findings, [], "{}", String::from_utf8_lossy(bytes));
    }
    let Some(folder) = samples() else {
        return;
    };
    if !can_validate() {
        return;
    }
    let schema = folder.join("xsd/pain.001.001.09.xsd");
    let made = std::env::temp_dir().join(format!("subsidy-payments-{}", std::process::id()));
    std::fs::create_dir_all(&made).expect("a folder");
    let paths: Vec<_> = (0..files.len())
        .map(|number| made.join(format!("{number}.xml")))
        .collect();
    for (path, bytes) in paths.iter().zip(&files) {
        std::fs::write(path, bytes).expect("a file");
    }
    let count = valid(&schema, &paths);
    std::fs::remove_dir_all(&made).expect("an end");
    assert_eq!(count, FILES);
}
