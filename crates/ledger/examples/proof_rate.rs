//! Measures what proofs cost on this machine and disk: appending with and without checkpoints, and making and checking a proof of one
//! record among many. The first argument is how many, a million when left out.

use std::time::{Duration, Instant};

use subsidy_ledger::{Batch, Ledger, NewEvent, Opening, Sequence, StreamAppend, StreamId};
use subsidy_proof::{KeyKind, KeyName, LeafHash, SignerKey, Tree, check};

const EVENTS: u64 = 5_000;
/// A checkpoint at least every so many records, as the program does while it follows.
const CHECKPOINT: u64 = 10_000;
const PROOFS: u64 = 100_000;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn batch(number: u64) -> Outcome<Batch> {
    let append = |event: u64| StreamAppend {
        stream: StreamId::new("claim", format!("claim-{:012}", number * EVENTS + event)),
        expected: Sequence::NONE,
        events: vec![NewEvent {
            event_type: "ClaimPresented".to_owned(),
            event_version: "1.0".to_owned(),
            payload: format!(
                r#"{{"scheme":"MBO_EXAM","invoice":"2023-{event}","amount":"400.00","on":"2023-05-01"}}"#
            ),
        }],
    };
    Ok(Batch {
        key: None,
        recorded_at: "2023-05-01T12:00:00Z".parse()?,
        metadata: [("by".to_owned(), "measure".to_owned())].into(),
        appends: (0..EVENTS).map(append).collect(),
    })
}

/// Hundredths of a second of a processor that this program has had: on a busy machine the fairer measure. Nothing where it is not told.
fn processor() -> u64 {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = told.rsplit(") ").next().unwrap_or_default().split(' ');
    let ticks = fields.skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

/// What something took.
#[derive(Debug, Default)]
struct Took {
    time: Duration,
    /// In hundredths of a second.
    processor: u64,
}

impl Took {
    fn count(&mut self, work: impl FnOnce() -> Outcome) -> Outcome {
        let (begun, before) = (Instant::now(), processor());
        work()?;
        self.time += begun.elapsed();
        self.processor += processor().saturating_sub(before);
        Ok(())
    }
}

/// Appends stretches of records by turns to two ledgers, one of which signs; returns what each took.
fn side_by_side(plain: &Ledger, signing: &Ledger, keys: &[SignerKey], batches: u64) -> Outcome<(Took, Took)> {
    let (mut without, mut with) = (Took::default(), Took::default());
    for number in 0..batches {
        let one = batch(number)?;
        let same = one.clone();
        without.count(|| Ok(plain.append(same).map(drop)?))?;
        with.count(|| {
            signing.append(one)?;
            if ((number + 1) * EVENTS).is_multiple_of(CHECKPOINT) {
                signing.sign_checkpoint(keys)?;
            }
            Ok(())
        })?;
    }
    Ok((without, with))
}

fn main() -> Outcome {
    let records: u64 = match std::env::args().nth(1) {
        Some(records) => records.parse()?,
        None => 1_000_000,
    };
    let folder = tempfile::tempdir()?;
    let plain = Ledger::open(folder.path().join("plain.db"), Opening::Create)?;
    let ledger = Ledger::open(folder.path().join("signing.db"), Opening::Create)?;
    let name = KeyName::new("ledger.fund.example/1").ok_or("a name")?;
    let keys = [SignerKey::from_seed(name, KeyKind::Log, &[1; 32])];
    let (without, with) = side_by_side(&plain, &ledger, &keys, records.div_ceil(EVENTS))?;
    println!("append without checkpoints: {without:?}");
    println!("append with one every {CHECKPOINT} records: {with:?}");

    let checkpoint = ledger.sign_checkpoint(&keys)?.checkpoint;
    let size = checkpoint.size;
    let tiles = ledger.tiles();
    let tree = Tree::new(&tiles, size);
    // Places all over the tree, in no order.
    let places: Vec<u64> = (0..PROOFS)
        .map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % size)
        .collect();
    let mut times = Vec::with_capacity(places.len());
    let mut proofs = Vec::with_capacity(places.len());
    let before = processor();
    for index in &places {
        let begun = Instant::now();
        let proof = tree.inclusion(*index)?;
        times.push(begun.elapsed());
        proofs.push(proof);
    }
    let each = Duration::from_millis(10 * (processor() - before)) / u32::try_from(PROOFS)?;
    println!("inclusion of one among {size}: {each:?} of a processor each");
    let first = times.first().copied();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied();
    println!(
        "by the clock: first {first:?}, median {:?}, 99 of 100 within {:?}",
        at(50),
        at(99)
    );
    let mut leaves = Vec::with_capacity(places.len());
    for index in &places {
        leaves.push(LeafHash(tree.leaf(*index)?));
    }
    let begun = Instant::now();
    for ((index, proof), leaf) in places.iter().zip(&proofs).zip(leaves) {
        check::inclusion(leaf, *index, size, proof, checkpoint.root)?;
    }
    println!("checking each: {:?}", begun.elapsed() / u32::try_from(PROOFS)?);
    let begun = Instant::now();
    for old in &places {
        tree.consistency(*old)?;
    }
    println!(
        "consistency between two sizes: {:?}",
        begun.elapsed() / u32::try_from(PROOFS)?
    );
    let begun = Instant::now();
    let verified = ledger.verify(&mut |_, _| {})?;
    println!(
        "verify with {} checkpoints: {:?}",
        verified.checkpoints,
        begun.elapsed()
    );
    Ok(())
}
