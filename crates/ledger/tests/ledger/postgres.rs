//! What only a server can do to a ledger: roles, other writers, cut connections, restarts, several followers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use cqrs_es::persist::{PersistedEventStore, PersistenceError, ViewRepository};
use cqrs_es::{AggregateError, EventStore};
use postgres_es::{PostgresEventRepository, PostgresViewRepository, postgres_cqrs};
use sqlx::postgres::{PgPool, PgPoolOptions};
use subsidy_ledger::cqrs::LedgerRepository;
use throwaway_cluster::Cluster;

use super::cqrs::{Pot, PotEvent};
use super::fixture::{alone, cluster, database, on};
use super::views::{rows, sums};
use super::*;

fn on_server() -> Fresh {
    on(Kind::Postgres, fresh)
}

fn name(fresh: &Fresh) -> &str {
    name_of(&fresh.place)
}

/// What SQL as the superuser prints.
fn told(fresh: &Fresh, sql: &str) -> String {
    cluster().sql(name(fresh), sql).unwrap()
}

/// The connections of the stock writer: a login with the rights of the daemon, and the ledger's tables on its path.
async fn stock(url: String) -> PgPool {
    PgPoolOptions::new()
        .max_connections(10)
        .after_connect(|connection, _| {
            Box::pin(async {
                let set = "SET ROLE subsidy_daemon; SET search_path = subsidy";
                sqlx::Executor::execute(connection, set).await.map(drop)
            })
        })
        .connect(&url)
        .await
        .unwrap()
}

#[test]
fn the_catalogue_says_that_every_table_of_the_ledger_refuses_change() {
    let fresh = on_server();
    // Of each table but the views' own, each statement that changes is refused by a trigger that is always enabled.
    let unguarded = told(
        &fresh,
        "SELECT string_agg(t.relname || ' ' || s.statement, ', ')
         FROM pg_class AS t, (VALUES ('DELETE', 8), ('UPDATE', 16), ('TRUNCATE', 32)) AS s (statement, bit)
         WHERE t.relnamespace = 'subsidy'::regnamespace AND t.relkind IN ('r', 'p')
           AND t.relname NOT IN ('view', 'view_row')
           AND NOT EXISTS (SELECT 1 FROM pg_trigger AS g WHERE g.tgrelid = t.oid AND g.tgenabled = 'A'
                           AND g.tgtype & s.bit <> 0 AND g.tgtype & 2 <> 0)",
    );
    assert_eq!(unguarded, "");
    // Neither role of the daemon nor of readers may ask, nor act as the owner.
    let allowed = told(
        &fresh,
        "SELECT string_agg(r.role || ' ' || p.privilege || ' ' || t.relname, ', ' ORDER BY r.role, p.privilege, t.relname)
         FROM pg_class AS t, (VALUES ('subsidy_daemon'), ('subsidy_reader'), ('public')) AS r (role),
              (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER')) AS p (privilege)
         WHERE t.relnamespace = 'subsidy'::regnamespace AND t.relkind IN ('r', 'p', 'v')
           AND has_table_privilege(r.role, t.oid, p.privilege)",
    );
    assert_eq!(
        allowed,
        "subsidy_daemon DELETE view, subsidy_daemon DELETE view_row, subsidy_daemon INSERT view, \
         subsidy_daemon INSERT view_row, subsidy_daemon UPDATE view, subsidy_daemon UPDATE view_row"
    );
    let columns = told(
        &fresh,
        "SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute
         WHERE attrelid = 'subsidy.events'::regclass AND attnum > 0
           AND has_column_privilege('subsidy_daemon', attrelid, attnum, 'INSERT')",
    );
    assert_eq!(
        columns,
        "aggregate_id aggregate_type event_type event_version metadata payload sequence"
    );
    assert_eq!(
        told(
            &fresh,
            "SELECT bool_or(pg_has_role(r, 'subsidy_owner', 'MEMBER'))
             FROM unnest(ARRAY['subsidy_daemon', 'subsidy_reader']) AS r"
        ),
        "f"
    );
    // The functions that write run as the owner and are for the daemon alone.
    assert_eq!(
        told(
            &fresh,
            "SELECT string_agg(proname || ' ' || has_function_privilege('subsidy_daemon', oid, 'EXECUTE')
                               || ' ' || has_function_privilege('subsidy_reader', oid, 'EXECUTE'), ', ' ORDER BY proname)
             FROM pg_proc WHERE pronamespace = 'subsidy'::regnamespace AND prosecdef"
        ),
        "end_is_head false false, fill false false, ledger_append true false, publish_view true false"
    );
    assert_eq!(
        told(
            &fresh,
            "SELECT string_agg(format_type(atttypid, atttypmod), ' ' ORDER BY attnum) FROM pg_attribute
                      WHERE attrelid = 'subsidy.events'::regclass AND attnum BETWEEN 1 AND 7"
        ),
        "text text bigint text text json json",
        "the columns of postgres-es"
    );
}

#[test]
fn each_login_can_do_what_its_role_may_and_no_more() {
    let fresh = on_server();
    cluster()
        .sql(
            "postgres",
            "CREATE ROLE the_daemon LOGIN IN ROLE subsidy_daemon; CREATE ROLE the_auditor LOGIN IN ROLE subsidy_reader;
             CREATE ROLE a_stranger LOGIN",
        )
        .unwrap();
    let at = |login| -> Location { cluster().url_as(login, name(&fresh)).parse().unwrap() };
    let daemon = Ledger::open_at(&at("the_daemon"), Opening::Existing).unwrap();
    daemon.append(batch(vec![append("a", 0, 2)])).unwrap();
    follow(&daemon, &super::views::decode, &[Box::new(sums())]).unwrap();
    let auditor = Ledger::open_read_only_at(&at("the_auditor")).unwrap();
    assert_eq!(verified(&auditor).size, 2);
    assert_eq!(rows(&auditor, "sums", &Keys::All).len(), 2);
    let refused = Ledger::open_at(&at("the_auditor"), Opening::Existing).unwrap_err();
    assert!(
        matches!(
            refused,
            OpenError::NotMember {
                role: "subsidy_daemon"
            }
        ),
        "{refused:?}"
    );
    assert!(matches!(
        Ledger::open_read_only_at(&at("a_stranger")),
        Err(OpenError::NotMember { .. })
    ));
}

#[test]
fn an_empty_database_is_no_ledger_until_it_is_made_one() {
    let location: Location = cluster().url(&database("template1")).parse().unwrap();
    for opened in [
        Ledger::open_at(&location, Opening::Existing),
        Ledger::open_read_only_at(&location),
    ] {
        assert!(matches!(opened, Err(OpenError::Absent { .. })), "{opened:?}");
    }
    assert_eq!(Ledger::schema(&location).unwrap(), (None, 1));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(Ledger::migrate(&location).unwrap(), 1));
        }
    });
    assert_eq!(Ledger::schema(&location).unwrap(), (Some(1), 1));
    assert_eq!(
        verified(&Ledger::open_at(&location, Opening::Existing).unwrap()).size,
        0
    );
}

#[test]
fn a_server_that_does_not_sync_is_refused() {
    let cluster = Cluster::start(&["fsync = off"]).unwrap();
    let location: Location = cluster.url("postgres").parse().unwrap();
    let refused = Ledger::open_at(&location, Opening::Create).unwrap_err();
    assert!(
        matches!(refused, OpenError::Unsafe { setting: "fsync", .. }),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("fsync = off"), "{refused}");
}

#[test]
fn a_commit_is_synchronous_whatever_the_login_is_set_to() {
    let fresh = on_server();
    told(
        &fresh,
        &format!("ALTER DATABASE {} SET synchronous_commit = off", name(&fresh)),
    );
    // A trigger that runs inside the append sees what the commit will be.
    told(
        &fresh,
        "CREATE TABLE seen (setting text); GRANT ALL ON seen TO public;
         CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
         CREATE TRIGGER look AFTER INSERT ON subsidy.events FOR EACH STATEMENT EXECUTE FUNCTION look()",
    );
    fresh.place.open().append(batch(vec![append("a", 0, 1)])).unwrap();
    let url = cluster().url(name(&fresh));
    alone(|| async move {
        let pots = postgres_cqrs::<Pot>(stock(url).await, vec![], ());
        pots.execute("p", 1).await.unwrap();
    });
    assert_eq!(told(&fresh, "SELECT string_agg(setting, ' ') FROM seen"), "on on");
}

#[test]
fn the_stock_writer_of_postgres_es_leaves_a_ledger_that_verifies() {
    let fresh = on_server();
    fresh.ledger.append(batch(vec![append("a", 0, 3)])).unwrap();
    let url = cluster().url(name(&fresh));
    alone(|| async move {
        let pots = postgres_cqrs::<Pot>(stock(url).await, vec![], ());
        for cents in [40, 60] {
            let metadata =
                [("by", "clérk \"\u{1}\\/\u{7f}"), ("a", "")].map(|(name, text)| (name.into(), text.into()));
            pots.execute_with_metadata("p", cents, metadata.into_iter().collect())
                .await
                .unwrap();
        }
        assert!(pots.execute("p", 1).await.is_err());
    });
    fresh.ledger.append(batch(vec![append("a", 3, 2)])).unwrap();
    assert_eq!(verified(&fresh.ledger).size, 7);
    let pot = fresh.ledger.stream(&StreamId::new("pot", "p")).unwrap();
    let positions: Vec<u64> = pot.iter().map(|record| record.position.0).collect();
    assert_eq!(positions, [4, 5]);
    // The stock writer sends JSON as jsonb, which writes it out in its own way; what is stored is what is hashed.
    assert_eq!(pot[1].payload, r#"{"Filled": {"cents": 60}}"#);
    assert_eq!(pot[1].metadata.entries().unwrap()["by"], "clérk \"\u{1}\\/\u{7f}");
}

#[test]
fn what_the_trigger_cannot_make_a_sound_record_of_is_refused() {
    let fresh = on_server();
    let insert = |id: &str, sequence: &str, payload: &str, metadata: &str| {
        fresh.raw().run(&format!(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
             VALUES ('note', '{id}', {sequence}, 'Noted', '1.0', '{payload}', '{metadata}')"
        ))
    };
    insert("a", "1", r#"{"n":1}"#, r#"{ "b" : "x",  "a" : "\u00e9" }"#).unwrap();
    for (sequence, payload, metadata, why) in [
        ("1", "{}", "{}", "has that sequence"),
        ("3", "{}", "{}", "last sequence"),
        ("2", "{}", "[]", "object of strings"),
        ("2", "{}", r#"{"a":1}"#, "object of strings"),
        ("2", "{}", r#"{"a":"1","a":"2"}"#, "names a thing twice"),
        ("2", "{}", r#"{"idempotency_key":"k"}"#, "a name of the ledger"),
        ("2", &format!("\"{}\"", "x".repeat(65_500)), "{}", "at most 65535"),
    ] {
        let error = insert("a", sequence, payload, metadata).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
    assert!(insert("", "1", "{}", "{}").unwrap_err().contains("events_names"));
    assert_eq!(verified(&fresh.ledger).size, 1);
    assert_eq!(
        fresh
            .ledger
            .record(Position(1))
            .unwrap()
            .metadata
            .entries()
            .unwrap()["a"],
        "é"
    );
}

#[test]
fn sixteen_stock_writers_beside_two_of_ours_keep_one_dense_order() {
    let fresh = on_server();
    let other = fresh.place.open();
    let url = cluster().url(name(&fresh));
    thread::scope(|scope| {
        for (id, ledger) in [("one", &fresh.ledger), ("two", &other)] {
            scope.spawn(move || {
                for n in 0..40 {
                    ledger
                        .append(keyed(&format!("{id}-{n}"), 1, vec![append(id, n * 5, 5)]))
                        .unwrap();
                }
            });
        }
        scope.spawn(|| {
            alone(|| async {
                let pool = stock(url.clone()).await;
                let tasks: Vec<_> = (0..16)
                    .map(|task| {
                        let pool = pool.clone();
                        tokio::spawn(async move {
                            let pots = postgres_cqrs::<Pot>(pool, vec![], ());
                            let mut done = 0;
                            while done < 10 {
                                // Four tasks share a pot: some lose, are told so, and try again.
                                match pots.execute(&format!("p{}", task % 4), 1).await {
                                    Ok(()) => done += 1,
                                    Err(AggregateError::AggregateConflict) => {}
                                    Err(other) => panic!("{other:?}"),
                                }
                            }
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            });
        });
    });
    assert_eq!(verified(&fresh.ledger).size, 2 * 40 * 5 + 16 * 10);
    for pot in 0..4 {
        let stream = StreamId::new("pot", format!("p{pot}"));
        assert_eq!(fresh.ledger.stream(&stream).unwrap().len(), 40);
    }
}

#[test]
fn aggregates_and_views_are_read_by_the_repositories_of_postgres_es() {
    let fresh = on_server();
    let ledger = Arc::new(fresh.ledger);
    let repository = LedgerRepository::new(Arc::clone(&ledger), Arc::new(|| at(0)));
    let url = cluster().url(name_of(&fresh.place));
    alone(|| async {
        let ours = PersistedEventStore::<_, Pot>::new_event_store(repository);
        let pots = cqrs_es::CqrsFramework::new(ours, vec![], ());
        for cents in [10, 20, 30] {
            pots.execute("p", cents).await.unwrap();
        }
        let pool = stock(url.clone()).await;
        let theirs =
            PersistedEventStore::<_, Pot>::new_event_store(PostgresEventRepository::new(pool.clone()));
        let pot = theirs.load_aggregate("p").await.unwrap().aggregate;
        assert_eq!((pot.events, pot.cents), (3, 60));
        follow(&ledger, &super::views::decode, &[Box::new(PotSums)]).unwrap();
        let views = PostgresViewRepository::<PotView, Pot>::new("subsidy_view.pots", pool);
        let (view, context) = views.load_with_context("p").await.unwrap().unwrap();
        assert_eq!((view.cents, context.version), (60, 3));
        assert!(views.load("q").await.unwrap().is_none());
    });
}

/// The cents in each pot, as the ledger keeps it and as cqrs-es reads it.
#[derive(Debug, Default, Clone, serde::Serialize, serde::Deserialize)]
struct PotView {
    cents: u64,
}

impl cqrs_es::View<Pot> for PotView {
    fn update(&mut self, event: &cqrs_es::EventEnvelope<Pot>) {
        let PotEvent::Filled { cents } = event.payload;
        self.cents += cents;
    }
}

struct PotSums;

impl View<Record> for PotSums {
    type Row = PotView;

    fn name(&self) -> &'static str {
        "pots"
    }

    fn version(&self) -> u32 {
        1
    }

    fn keys(&self, record: &Record, out: &mut Vec<String>) {
        out.push(record.stream.id.clone());
    }

    fn fold(&self, _: &str, row: Option<PotView>, record: &Record) -> Option<PotView> {
        let PotEvent::Filled { cents } = subsidy_ledger::cqrs::event(record).unwrap();
        Some(PotView {
            cents: row.unwrap_or_default().cents + cents,
        })
    }
}

fn name_of(place: &Place) -> &str {
    match place {
        Place::Database(name) => name,
        Place::Folder(_) => panic!("on a server"),
    }
}

#[tokio::test]
async fn a_record_altered_past_the_guards_is_not_loaded_by_the_repository() {
    let fresh = on_server();
    let place = fresh.place;
    let ledger = Arc::new(fresh.ledger);
    let repository = LedgerRepository::new(Arc::clone(&ledger), Arc::new(|| at(0)));
    let store = PersistedEventStore::<_, Pot>::new_event_store(repository.clone());
    let context = store.load_aggregate("p").await.unwrap();
    EventStore::<Pot>::commit(
        &store,
        vec![PotEvent::Filled { cents: 7 }],
        context,
        Default::default(),
    )
    .await
    .unwrap();
    place.tamper("UPDATE events SET payload = '{\"Filled\":{\"cents\":9}}'");
    let refused = store.load_aggregate("p").await.err().unwrap();
    assert!(
        refused.to_string().contains("not the one that was hashed"),
        "{refused:?}"
    );
    let streamed: Result<_, PersistenceError> =
        cqrs_es::persist::PersistedEventRepository::stream_events::<Pot>(&repository, "p").await;
    assert!(streamed.is_err());
}

#[test]
fn a_duplicate_key_is_told_from_a_conflict_by_its_constraint() {
    // The stock repository calls every unique violation a conflict.
    let fresh = on_server();
    let other = fresh.place.open();
    fresh
        .ledger
        .append(keyed("k", 1, vec![append("a", 0, 1)]))
        .unwrap();
    // The other writer has not seen the key: the database refuses it, and it is then read.
    other.append(batch(vec![append("x", 0, 1)])).unwrap();
    let again = other.append(keyed("k", 1, vec![append("b", 0, 1)])).unwrap();
    assert!(again.repeated);
    fresh.ledger.append(batch(vec![append("y", 0, 1)])).unwrap();
    let reused = fresh
        .ledger
        .append(keyed("k", 2, vec![append("b", 0, 1)]))
        .unwrap_err();
    assert!(matches!(reused, AppendError::KeyReused { .. }), "{reused}");
    assert_eq!(verified(&fresh.ledger).size, 3);
}

#[test]
fn what_this_server_cannot_keep_sinks_no_neighbour() {
    let fresh = on_server();
    fresh
        .raw()
        .run("ALTER TABLE events ADD CONSTRAINT odd CHECK (aggregate_id <> 'odd')")
        .unwrap();
    let outcomes = fresh.ledger.append_all(vec![
        batch(vec![append("a", 0, 1)]),
        batch(vec![append("odd", 0, 1)]),
        batch(vec![append("a", 1, 1)]),
    ]);
    assert!(
        matches!(outcomes[1], Err(AppendError::Storage(_))),
        "{outcomes:?}"
    );
    assert_eq!(outcomes[2].as_ref().unwrap().first, Position(2));
    fresh.raw().run("ALTER TABLE events DROP CONSTRAINT odd").unwrap();
    assert_eq!(verified(&fresh.ledger).size, 2);
}

#[test]
fn cut_connections_lose_nothing_that_was_answered_and_double_nothing() {
    let fresh = on_server();
    let ledger = &fresh.ledger;
    let killed = AtomicU32::new(0);
    let written: u64 = thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..20 {
                let count = told(
                    &fresh,
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()",
                );
                killed.fetch_add(count.parse().unwrap(), Ordering::Relaxed);
            }
            killed.fetch_add(1_000, Ordering::Relaxed);
        });
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let killed = &killed;
                scope.spawn(move || {
                    let mut written = 0;
                    while killed.load(Ordering::Relaxed) < 1_000 {
                        let id = format!("w{writer}-{written}");
                        // The same batch with its key, until it is answered.
                        for attempt in 0.. {
                            assert!(attempt < 200, "no progress");
                            match ledger.append(keyed(&id, 1, vec![append(&id, 0, 3)])) {
                                Ok(_) => break,
                                Err(AppendError::Storage(_) | AppendError::Unavailable(_)) => {}
                                Err(other) => panic!("{other}"),
                            }
                        }
                        written += 1;
                    }
                    written
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert!(killed.into_inner() > 1_010, "connections were cut");
    assert_eq!(verified(&fresh.place.open()).size, written * 3);
}

#[test]
fn a_server_that_is_killed_and_started_again_has_all_that_was_answered() {
    let mut cluster = Cluster::start(&[]).unwrap();
    let location: Location = cluster.url("postgres").parse().unwrap();
    let ledger = Ledger::open_at(&location, Opening::Create).unwrap();
    let mut answered = 0;
    for round in 0..3 {
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut kept = 0;
                for n in 0.. {
                    match ledger.append(keyed(
                        &format!("{round}-{n}"),
                        1,
                        vec![append(&format!("{round}-{n}"), 0, 2)],
                    )) {
                        Ok(_) => kept += 1,
                        Err(_) => break,
                    }
                }
                kept
            });
            thread::sleep(Duration::from_millis(300));
            cluster.kill().unwrap();
            answered += writer.join().unwrap();
        });
        cluster.restart().unwrap();
        let size = verified(&ledger).size;
        // The last one may have been kept without an answer.
        assert!(
            size == answered * 2 || size == answered * 2 + 2,
            "{size} of {answered}"
        );
        answered = size / 2;
    }
    assert!(answered > 20, "only {answered}");
}

#[test]
fn a_long_read_that_is_cut_off_is_an_error_and_not_a_shorter_answer() {
    let fresh = on_server();
    fresh.ledger.append(batch(vec![append("a", 0, 4_000)])).unwrap();
    let mut seen = 0;
    let outcome = fresh.ledger.verify(&mut |done, _| {
        seen = done;
        told(
            &fresh,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
    });
    assert!(matches!(outcome, Err(VerifyError::Storage(_))), "{outcome:?}");
    assert_eq!(seen, 2_000);
    // The next read finds its own connection again.
    assert_eq!(verified(&fresh.ledger).size, 4_000);
}

#[test]
fn one_leads_and_another_takes_over_when_it_dies() {
    let fresh = on_server();
    let other = fresh.place.open();
    let mut lead = fresh.ledger.lead().unwrap().unwrap();
    assert!(other.lead().unwrap().is_none());
    assert!(lead.holds());
    told(
        &fresh,
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    let taken = (0..100).find_map(|_| {
        thread::sleep(Duration::from_millis(20));
        other.lead().unwrap()
    });
    assert!(taken.unwrap().holds());
    assert!(!lead.holds());
}

#[test]
fn who_waits_is_woken_by_an_append_of_another() {
    let fresh = on_server();
    let other = fresh.place.open();
    let long = Duration::from_secs(60);
    let mut waiting = fresh.ledger.waiting();
    assert_eq!(
        waiting.beyond(Position(0), Duration::from_millis(10)).unwrap(),
        Position(0)
    );
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(100));
            other.append(batch(vec![append("a", 0, 2)])).unwrap();
        });
        assert_eq!(waiting.beyond(Position(0), long).unwrap(), Position(2));
    });
    // What was appended before is not waited for.
    assert_eq!(waiting.beyond(Position(1), long).unwrap(), Position(2));
}

#[test]
fn keys_are_ordered_by_their_bytes_in_a_database_of_another_order() {
    // English order by ICU, where the server has it: there a < B, and spaces are passed over.
    let made = cluster().sql(
        "postgres",
        "CREATE DATABASE in_english TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'",
    );
    if let Err(error) = made {
        panic!("{error}");
    }
    let location: Location = cluster().url("in_english").parse().unwrap();
    let ledger = Ledger::open_at(&location, Opening::Create).unwrap();
    for id in ["a", "B", "ä", "A b", "Ab", "b"] {
        ledger.append(batch(vec![append(id, 0, 1)])).unwrap();
    }
    follow(&ledger, &super::views::decode, &[Box::new(sums())]).unwrap();
    let keys: Vec<String> = rows(&ledger, "sums", &Keys::Prefix("stream/".into()))
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(
        keys,
        [
            "stream/A b",
            "stream/Ab",
            "stream/B",
            "stream/a",
            "stream/b",
            "stream/ä"
        ]
    );
    verified(&ledger);
}

#[test]
fn a_weakened_guard_is_named() {
    for (weaken, guard) in [
        (
            "ALTER TABLE events DISABLE TRIGGER events_refuse",
            "events_refuse",
        ),
        ("ALTER TABLE events ENABLE TRIGGER events_refuse", "events_refuse"),
        (
            "ALTER TABLE ledger_head ENABLE REPLICA TRIGGER ledger_head_forward",
            "ledger_head_forward",
        ),
        ("DROP TRIGGER events_end ON events", "events_end"),
        (
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "refuse",
        ),
        ("ALTER FUNCTION fill() OWNER TO postgres", "fill"),
        ("ALTER FUNCTION ledger_append SECURITY INVOKER", "ledger_append"),
        (
            "ALTER TABLE events DROP CONSTRAINT events_stream",
            "events_stream",
        ),
        ("ALTER TABLE events OWNER TO postgres", "events"),
        ("GRANT UPDATE ON events TO subsidy_daemon", "events"),
        ("GRANT UPDATE (payload) ON events TO subsidy_daemon", "events"),
        ("GRANT INSERT (hash) ON events TO subsidy_daemon", "events"),
        ("GRANT DELETE ON idempotency_key TO public", "idempotency_key"),
        (
            "CREATE RULE quietly AS ON INSERT TO events DO INSTEAD NOTHING",
            "events",
        ),
        (
            "ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY",
            "idempotency_key",
        ),
        (
            "CREATE TRIGGER mine AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION fail()",
            "mine",
        ),
    ] {
        let fresh = on_server();
        fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
        fresh.raw().run(weaken).unwrap();
        assert_eq!(
            fault(&fresh.ledger),
            Fault::Guard { name: guard.into() },
            "{weaken}"
        );
    }
}

#[test]
fn any_column_of_any_record_changed_by_sql_is_named_by_its_position() {
    let fresh = on_server();
    fresh
        .ledger
        .append(batch(vec![append("a", 0, 1), append("b", 0, 1)]))
        .unwrap();
    fresh
        .ledger
        .append(Batch {
            recorded_at: at(5),
            ..keyed("k", 1, vec![append("a", 1, 1), append("c", 0, 1)])
        })
        .unwrap();
    fresh.raw().lift_guards();
    let mut tried = 0;
    for position in 1..=4_u64 {
        for (column, changes) in [
            (
                "aggregate_type",
                &["aggregate_type || 'x'", "upper(aggregate_type)", "''"][..],
            ),
            (
                "aggregate_id",
                &["aggregate_id || 'x'", "upper(aggregate_id)", "''"],
            ),
            (
                "sequence",
                &["sequence + 1", "sequence - 1", "-sequence", "sequence + 256"],
            ),
            ("event_type", &["event_type || ' '", "lower(event_type)", "''"]),
            ("event_version", &["event_version || '0'", "'2.0'", "''"]),
            (
                "payload",
                &[
                    "(payload::text || ' ')::json",
                    "replace(payload::text, 'n', 'm')::json",
                    "'{}'",
                    "'null'",
                ],
            ),
            (
                "metadata",
                &[
                    "(metadata::text || ' ')::json",
                    "replace(metadata::text, 'test', 'best')::json",
                    "'{}'",
                    "'[]'",
                ],
            ),
            (
                "recorded_at",
                &[
                    "recorded_at + interval '1 microsecond'",
                    "recorded_at - interval '1 microsecond'",
                    "recorded_at + interval '1 day'",
                    "'infinity'",
                    "'-infinity'",
                ],
            ),
            (
                "hash",
                &[
                    "set_byte(hash, 0, get_byte(hash, 0) # 1)",
                    "set_byte(hash, 31, get_byte(hash, 31) # 128)",
                    "substr(hash, 1, 31)",
                    "hash || '\\x00'",
                    "''",
                ],
            ),
        ] {
            for change in changes {
                let keep =
                    format!("CREATE TABLE public.kept AS SELECT * FROM events WHERE position = {position};");
                let change = format!("UPDATE events SET {column} = {change} WHERE position = {position};");
                if let Err(error) = fresh.raw().run(&format!("{keep} {change}")) {
                    // Two records cannot stand at one place: that change cannot be made at all.
                    assert!(error.contains("events_stream"), "{change}: {error}");
                    continue;
                }
                let fault = fault(&fresh.ledger);
                assert_eq!(fault.position(), Some(Position(position)), "{change}: {fault}");
                fresh
                    .raw()
                    .run(&format!(
                        "UPDATE events SET ({column}) = ROW ((SELECT {column} FROM public.kept)) WHERE position = {position};
                         DROP TABLE public.kept"
                    ))
                    .unwrap();
                tried += 1;
            }
        }
        let moved = format!("UPDATE events SET position = position + 100 WHERE position = {position}");
        fresh.raw().run(&moved).unwrap();
        let missing = Fault::Missing {
            position: Position(position),
        };
        assert_eq!(fault(&fresh.ledger), missing);
        fresh
            .raw()
            .run("UPDATE events SET position = position - 100 WHERE position > 100")
            .unwrap();
    }
    assert!(tried > 120, "only {tried} changes were tried");
    // All was put back, but for the guards.
    assert!(matches!(fault(&fresh.ledger), Fault::Guard { .. }));
}
