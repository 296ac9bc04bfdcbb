//! `key`, `checkpoint`, `tiles`, `prove` and `verify`: what proves the ledger.

pub(super) mod args;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use subsidy_ledger::{Ledger, Opening, Position, ReadError, Scope, Signed, Verification, Verified};
use subsidy_proof::{Checkpoint, Note, Policy, RecordProof, Signature, Unbelieved, VerifierKey};

use self::args::{CheckpointStep, KeyStep, Prove, TilesStep, VerifyArgs};
use super::opening::Place;
use super::output::{Bar, Failure, print, say};
use super::{Exit, unverified};
use crate::lang::Lang;
use crate::proof::hand_out;
use crate::proof::keys::{self, KeyFile};
use crate::sheet::{Cell, Column, Format, Sheet, Weight};

fn key_file(place: &Place) -> Result<&KeyFile, Failure> {
    place.keys.as_ref().ok_or(Failure::NoKeyFile)
}

pub(super) fn key(place: &Place, step: KeyStep, lang: Lang) -> Result<Exit, Failure> {
    let file = key_file(place)?;
    match step {
        KeyStep::Generate { origin } => {
            file.generate(&origin)?;
            let (key, policy) = (file.path().display(), file.policy_path());
            say(&match lang {
                Lang::Nl => format!(
                    "Sleutel gemaakt in {key}: bewaar hem apart van het register en zijn reservekopieën.\nGepubliceerd wordt {}.",
                    policy.display()
                ),
                Lang::En => format!(
                    "Key made in {key}: keep it apart from the ledger and its backups.\nWhat is published is {}.",
                    policy.display()
                ),
            })?;
        }
        KeyStep::Show => {}
        KeyStep::Rotate => {
            file.rotate()?;
            say(lang.pick(
                "Beide sleutels tekenen voortaan. Publiceer de nieuwe; hebben alle controleurs hem, dan `subsidyd key retire`.",
                "Both keys sign from now on. Publish the new one; when everybody who checks has it, `subsidyd key retire`.",
            ))?;
        }
        KeyStep::Retire => {
            file.retire()?;
            say(lang.pick(
                "De oude sleutel tekent niet meer. Vernietig hem ook in reservekopieën; het beleid blijft hem noemen.",
                "The old key signs no more. Destroy it in backups too; the policy goes on to name it.",
            ))?;
        }
    }
    for key in file.keys()? {
        say(&key.verifier().to_string())?;
    }
    Ok(Exit::Fine)
}

pub(super) fn checkpoint(
    place: &Place,
    step: CheckpointStep,
    lang: Lang,
    format: Format,
) -> Result<Exit, Failure> {
    match step {
        CheckpointStep::Sign => {
            let keys = key_file(place)?.keys()?;
            let ledger = place.open(Opening::Existing)?;
            let signed = ledger.sign_checkpoint(&keys)?;
            // Kept outside before anybody sees it.
            place.raise_head(&ledger)?;
            show(&signed)?;
        }
        CheckpointStep::Cosign { answer, size, policy } => {
            let policy = policy_of(place, policy.as_deref())?.ok_or(Failure::NoPolicy)?;
            return cosign(place, &answer, size, &policy, lang);
        }
        CheckpointStep::List => list(&place.open_read_only()?, lang, format)?,
        CheckpointStep::Show { size } => show(&hand_out::signed(&place.open_read_only()?, size)?)?,
    }
    Ok(Exit::Fine)
}

/// Keeps the signatures of known witnesses; those of others say nothing to us.
fn cosign(
    place: &Place,
    answer: &Path,
    size: Option<u64>,
    policy: &Policy,
    lang: Lang,
) -> Result<Exit, Failure> {
    let refused = |why: String| Failure::NotCosigned { why };
    let text = match answer.to_str() {
        Some("-") => std::io::read_to_string(std::io::stdin())?,
        Some(_) | None => fs::read_to_string(answer)?,
    };
    let given: Vec<Signature> = text
        .lines()
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|error| refused(format!("{error}: {}", text.trim())))?;
    let is_known = |signature: &Signature| {
        policy
            .witnesses
            .iter()
            .any(|witness| witness.key.claims(signature))
    };
    let known: Vec<Signature> = given.into_iter().filter(is_known).collect();
    if known.is_empty() {
        let why = lang.pick(
            "geen getuige van het beleid tekende",
            "no witness of the policy signed",
        );
        return Err(refused(why.to_owned()));
    }
    let ledger = place.open(Opening::Existing)?;
    let size = hand_out::signed(&ledger, size)?.checkpoint.size;
    let signed = ledger.add_signatures(size, &known, &policy.keys())?;
    show(&signed)?;
    match policy.believe(&signed.note) {
        Ok(_) => Ok(Exit::Fine),
        Err(Unbelieved::Quorum(_)) => {
            eprintln!(
                "{}",
                lang.pick(
                    "Er tekenden nog niet zo veel getuigen als het beleid wil.",
                    "Not as many witnesses signed yet as the policy wants."
                )
            );
            Ok(Exit::Findings)
        }
        Err(Unbelieved::Checkpoint(error)) => Err(refused(error.to_string())),
    }
}

fn show(signed: &Signed) -> Result<(), Failure> {
    say(signed.note.to_string().trim_end_matches('\n'))
}

fn count(number: u64) -> Cell {
    Cell::Units(i64::try_from(number).unwrap_or(i64::MAX))
}

fn list(ledger: &Ledger, lang: Lang, format: Format) -> Result<(), Failure> {
    let mut sheet = Sheet {
        title: lang.pick("Getekende ijkpunten", "Signed checkpoints").to_owned(),
        columns: vec![
            Column::new("size", lang.pick("records", "records")),
            Column::new("root", lang.pick("wortel", "root")),
            Column::new("signatures", lang.pick("handtekeningen", "signatures")),
        ],
        ..Sheet::default()
    };
    ledger.each_checkpoint(0, |signed| {
        let names: Vec<&str> = signed
            .note
            .signatures
            .iter()
            .map(|signature| signature.name.as_str())
            .collect();
        sheet.row(
            Weight::Normal,
            vec![
                count(signed.checkpoint.size),
                Cell::text(signed.checkpoint.root.to_string()),
                Cell::text(names.join(", ")),
            ],
        );
        Ok::<_, ReadError>(())
    })?;
    print(&sheet, format, lang)
}

/// A checkpoint is signed at least every so many records while a program follows.
const RECORDS: u64 = 10_000;

/// And at least this often, when something was recorded.
const INTERVAL: Duration = Duration::from_secs(60);

/// Signs for a program that goes on: at every quiet moment, and when much or long was recorded without one.
pub(super) struct Signing<'a> {
    place: &'a Place,
    ledger: &'a Ledger,
    /// How many records are signed.
    signed: u64,
    /// How many there were when it was last asked.
    seen: u64,
    since: Instant,
}

impl<'a> Signing<'a> {
    pub(super) fn of(place: &'a Place, ledger: &'a Ledger) -> Result<Self, Failure> {
        let signed = ledger.last_checkpoint()?.map_or(0, |last| last.checkpoint.size);
        Ok(Self {
            place,
            ledger,
            signed,
            seen: 0,
            since: Instant::now(),
        })
    }

    /// Signs, if it is time, now that there are so many records.
    pub(super) fn at(&mut self, Position(size): Position) -> Result<(), Failure> {
        let is_quiet = std::mem::replace(&mut self.seen, size) == size;
        let unsigned = size.saturating_sub(self.signed);
        if unsigned == 0 {
            self.since = Instant::now();
        } else if is_quiet || unsigned >= RECORDS || self.since.elapsed() >= INTERVAL {
            self.place.keep_head(self.ledger)?;
            (self.signed, self.since) = (size, Instant::now());
        }
        Ok(())
    }
}

pub(super) fn tiles(place: &Place, step: &TilesStep, lang: Lang) -> Result<Exit, Failure> {
    let TilesStep::Export {
        folder,
        without_entries,
    } = step;
    let ledger = place.open_read_only()?;
    let signed = hand_out::signed(&ledger, None)?;
    let written = hand_out::tiles(&ledger, &signed, folder, !without_entries)?;
    let (size, folder) = (signed.checkpoint.size, folder.display());
    say(&match lang {
        Lang::Nl => format!(
            "{} van {} bestanden geschreven in {folder}, over {size} records.",
            written.new, written.files
        ),
        Lang::En => format!(
            "{} of {} files written in {folder}, over {size} records.",
            written.new, written.files
        ),
    })?;
    Ok(Exit::Fine)
}

pub(super) fn prove(place: &Place, what: &Prove, lang: Lang) -> Result<Exit, Failure> {
    match what {
        Prove::Inclusion {
            position,
            at,
            out,
            entry,
        } => {
            let ledger = place.open_read_only()?;
            let signed = hand_out::signed(&ledger, *at)?;
            let (proof, bytes) = hand_out::record(&ledger, Position(*position), &signed)?;
            if let Some(path) = entry {
                fs::write(path, bytes)?;
            }
            to(out.as_deref(), &proof.to_string())?;
        }
        Prove::Consistency { old, new, out } => {
            let ledger = place.open_read_only()?;
            let new = hand_out::signed(&ledger, *new)?;
            let proof = match old {
                0 => hand_out::beginning(&new),
                old => hand_out::growth(&ledger, &hand_out::signed(&ledger, Some(*old))?, &new)?,
            };
            to(out.as_deref(), &proof.to_string())?;
        }
        Prove::Check { proof, entry, policy } => {
            let policy = keys::policy(policy)?;
            let refused = |why: String| Failure::NotProven { why };
            let proof: RecordProof = fs::read_to_string(proof)?
                .parse()
                .map_err(|error| refused(format!("{error}")))?;
            let (checkpoint, witnesses) = policy
                .believe(&proof.checkpoint)
                .map_err(|error| refused(error.to_string()))?;
            proof
                .check(&fs::read(entry)?, &checkpoint)
                .map_err(|error| refused(error.to_string()))?;
            let (position, size) = (proof.index.saturating_add(1), checkpoint.size);
            let origin = checkpoint.origin;
            say(&match lang {
                Lang::Nl => format!(
                    "Bewezen: dit is record {position} van de {size} van {origin}, medeondertekend door {}.",
                    said(&witnesses, "niemand")
                ),
                Lang::En => format!(
                    "Proven: this is record {position} of the {size} of {origin}, cosigned by {}.",
                    said(&witnesses, "nobody")
                ),
            })?;
        }
    }
    Ok(Exit::Fine)
}

fn said(names: &[String], nobody: &str) -> String {
    if names.is_empty() {
        nobody.to_owned()
    } else {
        names.join(", ")
    }
}

fn to(path: Option<&Path>, text: &str) -> Result<(), Failure> {
    match path {
        Some(path) => Ok(keys::write_whole(path, text, false)?),
        None => say(text.trim_end_matches('\n')),
    }
}

/// The policy that was named, or the one beside the key.
fn policy_of(place: &Place, named: Option<&Path>) -> Result<Option<Policy>, Failure> {
    let path = match (named, &place.keys) {
        (Some(path), _) => path.to_owned(),
        (None, Some(keys)) => keys.policy_path(),
        (None, None) => return Ok(None),
    };
    Ok(Some(keys::policy(&path)?))
}

pub(super) fn verify(place: &Place, asked: &VerifyArgs, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let ledger = place.open_read_only()?;
    let policy = policy_of(place, asked.policy.as_deref())?;
    let keys = policy.as_ref().map(Policy::keys).unwrap_or_default();
    let scope = match (&asked.since, asked.subset) {
        (Some(path), _) => Scope::Since(held(&ledger, path, &keys)?.size),
        (None, Some(subset)) => Scope::Part {
            part: subset.part,
            of: subset.of,
        },
        (None, None) => Scope::All,
    };
    let bar = Bar::new(lang.pick("records", "records"));
    let outcome = ledger.verify_as(&Verification { keys: &keys, scope }, &mut |done, of| {
        bar.at_count(done, of);
    });
    bar.finish();
    let verified = outcome.map_err(unverified)?;
    print(&verdict(&verified, scope, keys.is_empty(), lang), format, lang)?;
    Ok(Exit::Fine)
}

/// Reads a checkpoint that somebody kept, and holds the ledger against it.
fn held(ledger: &Ledger, path: &Path, keys: &[VerifierKey]) -> Result<Checkpoint, Failure> {
    let refused = |why: String| Failure::NoCheckpoint {
        path: path.to_owned(),
        why,
    };
    if keys.is_empty() {
        return Err(Failure::NoPolicy);
    }
    let note: Note = fs::read_to_string(path)?
        .parse()
        .map_err(|error| refused(format!("{error}")))?;
    let held = Checkpoint::of_log(&note, keys).map_err(|error| refused(error.to_string()))?;
    ledger.check_checkpoint(&held).map_err(|source| Failure::Held {
        path: path.to_owned(),
        source,
    })?;
    Ok(held)
}

fn verdict(verified: &Verified, scope: Scope, is_unsigned: bool, lang: Lang) -> Sheet {
    let mut sheet = Sheet {
        title: lang
            .pick(
                "Het subsidieregister is met zichzelf in overeenstemming",
                "The register agrees with itself",
            )
            .to_owned(),
        columns: vec![
            Column::new("size", lang.pick("records", "records")),
            Column::new("root", lang.pick("wortel", "root")),
            Column::new("read", lang.pick("gelezen", "read")),
            Column::new("checkpoints", lang.pick("ijkpunten", "checkpoints")),
        ],
        ..Sheet::default()
    };
    sheet.row(
        Weight::Normal,
        vec![
            count(verified.size),
            Cell::text(verified.root.to_string()),
            count(verified.records),
            count(verified.checkpoints),
        ],
    );
    let note = match (scope, verified.checkpoints, is_unsigned) {
        (Scope::Since(_), _, _) => lang.pick(
            "Het begint met de records van het ijkpunt dat u bewaarde: het is hetzelfde register.",
            "It begins with the records of the checkpoint that you kept: it is the same register.",
        ),
        (Scope::All | Scope::Part { .. }, 1.., true) => lang.pick(
            "De handtekeningen zijn niet gecontroleerd: noem met --policy wiens handtekening geldt.",
            "The signatures were not checked: name with --policy whose signature counts.",
        ),
        (Scope::All | Scope::Part { .. }, _, _) => lang.pick(
            "Alleen een wortel die elders is bewaard bewijst dat het hetzelfde register is; noteer hem.",
            "Only a root kept elsewhere proves that it is the same register; write it down.",
        ),
    };
    sheet.notes.push(note.to_owned());
    sheet
}
