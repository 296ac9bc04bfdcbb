//! Random batches against a naive model.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::views::{decode, rows, sums};
use super::*;

/// What a batch is made of: for each append a stream, how far off the expectation is, and the events' numbers.
#[derive(Debug, Clone)]
struct Plan {
    key: Option<(u8, u8)>,
    second: i64,
    appends: Vec<(u8, u64, Vec<u8>)>,
}

fn plan() -> impl Strategy<Value = Plan> {
    let off = prop_oneof![9 => Just(0_u64), 1 => 1_u64..3];
    let append = (0_u8..5, off, prop::collection::vec(0_u8..10, 0..4));
    let key = prop::option::weighted(0.4, (0_u8..6, prop_oneof![9 => Just(0_u8), 1 => Just(1)]));
    (key, 0_i64..50, prop::collection::vec(append, 0..4)).prop_map(|(key, second, appends)| Plan {
        key,
        second,
        appends,
    })
}

#[derive(Default)]
struct Model {
    records: Vec<(String, u64, String, i64)>,
    keys: BTreeMap<u8, (u8, u64, u64)>,
}

impl Model {
    fn length(&self, id: &str) -> u64 {
        u64::try_from(self.records.iter().filter(|record| record.0 == id).count()).unwrap()
    }

    /// The batch that a plan means now, and what should come of it.
    fn expect(&mut self, plan: &Plan) -> (Batch, Result<Appended, &'static str>) {
        let mut lengths = BTreeMap::new();
        let mut stale = false;
        let mut new = Vec::new();
        let mut appends = Vec::new();
        let last = self.records.last().map_or(i64::MIN, |record| record.3);
        for (stream, off, numbers) in &plan.appends {
            let id = format!("s{stream}");
            let length = lengths.entry(id.clone()).or_insert_with(|| self.length(&id));
            stale |= *off > 0;
            let mut append = append(&id, *length + off, 0);
            for n in numbers {
                let payload = format!(r#"{{"n":{n}}}"#);
                *length += 1;
                append.events.push(event(&payload));
                new.push((id.clone(), *length, payload, plan.second.max(last)));
            }
            appends.push(append);
        }
        let batch = match plan.key {
            Some((key, content)) => keyed(&key.to_string(), content, appends),
            None => batch(appends),
        };
        let batch = Batch {
            recorded_at: at(plan.second),
            ..batch
        };
        (batch, self.outcome(plan, new, stale))
    }

    fn outcome(
        &mut self,
        plan: &Plan,
        new: Vec<(String, u64, String, i64)>,
        stale: bool,
    ) -> Result<Appended, &'static str> {
        if new.is_empty() {
            return Err("empty");
        }
        if let Some((key, content)) = plan.key
            && let Some((known, first, last)) = self.keys.get(&key)
        {
            return if *known == content {
                Ok(Appended {
                    first: Position(*first),
                    last: Position(*last),
                    repeated: true,
                })
            } else {
                Err("key")
            };
        }
        if stale {
            return Err("conflict");
        }
        let first = u64::try_from(self.records.len()).unwrap() + 1;
        self.records.extend(new);
        let last = u64::try_from(self.records.len()).unwrap();
        if let Some((key, content)) = plan.key {
            self.keys.insert(key, (content, first, last));
        }
        Ok(Appended {
            first: Position(first),
            last: Position(last),
            repeated: false,
        })
    }
}

fn told(outcome: Result<Appended, AppendError>) -> Result<Appended, &'static str> {
    outcome.map_err(|error| match error {
        AppendError::Conflict { .. } => "conflict",
        AppendError::KeyReused { .. } => "key",
        AppendError::Empty => "empty",
        other => panic!("{other}"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_groups_does_what_the_model_does(groups in groups()) {
        like_the_model(groups)?;
    }

    #[test]
    fn any_sequence_of_groups_gives_the_same_bytes_on_both_stores(groups in groups()) {
        let first = fixture::on(Kind::Sqlite, || like_the_model(groups.clone()))?;
        let second = fixture::on(Kind::Postgres, || like_the_model(groups))?;
        // Positions, moments, streams, sequences, texts, metadata and hashes, and the root over them.
        prop_assert_eq!(first, second);
    }
}

type Groups = Vec<(Vec<Plan>, bool)>;

fn groups() -> impl Strategy<Value = Groups> {
    prop::collection::vec((prop::collection::vec(plan(), 1..5), any::<bool>()), 1..10)
}

/// Does to a ledger what is done to the model, compares them, and returns all that was recorded, with its root.
fn like_the_model(groups: Groups) -> Result<(Vec<Record>, RootHash), TestCaseError> {
    let fresh = fresh();
    let mut model = Model::default();
    for (plans, followed) in groups {
        let (batches, expected): (Vec<_>, Vec<_>) = plans.iter().map(|plan| model.expect(plan)).unzip();
        let outcomes: Vec<_> = fresh.ledger.append_all(batches).into_iter().map(told).collect();
        prop_assert_eq!(outcomes, expected);
        if followed {
            follow(&fresh.ledger, &decode, &[Box::new(sums())]).unwrap();
        }
    }
    let stored: Vec<_> = fresh
        .ledger
        .records(..)
        .unwrap()
        .map(|record| record.unwrap())
        .map(|r| {
            (
                r.stream.id,
                r.sequence.0,
                r.payload,
                r.recorded_at.as_second() - 1_700_000_000,
            )
        })
        .collect();
    prop_assert_eq!(stored, model.records);

    let leaves: Vec<_> = fresh
        .ledger
        .records(..)
        .unwrap()
        .map(|record| record.unwrap().leaf)
        .collect();
    prop_assert_eq!(verified(&fresh.ledger).root, merkle::root_of(&leaves));

    follow(&fresh.ledger, &decode, &[Box::new(sums())]).unwrap();
    let incremental = rows(&fresh.ledger, "sums", &Keys::All);
    prop_assert_eq!(
        rebuild(&fresh.ledger, &decode, &sums()).unwrap().differing,
        Some(0)
    );
    prop_assert_eq!(rows(&fresh.ledger, "sums", &Keys::All), incremental);
    let records: Vec<Record> = fresh
        .ledger
        .records(..)
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    Ok((records, verified(&fresh.ledger).root))
}
