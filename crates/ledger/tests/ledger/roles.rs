//! Who may do what on a server, and that verify sees it when somebody may more.

use std::thread;

use postgres_es::postgres_cqrs;
use throwaway_cluster::Cluster;

use super::cqrs::Pot;
use super::fixture::{alone, cluster, database};
use super::server::{name, on_server, stock, told};
use super::views::{rows, sums};
use super::*;

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
    assert_eq!(Ledger::schema(&location).unwrap(), (None, 2));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(Ledger::migrate(&location).unwrap(), 2));
        }
    });
    assert_eq!(Ledger::schema(&location).unwrap(), (Some(2), 2));
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
        ("ALTER TABLE tile DISABLE TRIGGER tile_refuse", "tile_refuse"),
        ("GRANT DELETE ON checkpoint TO subsidy_daemon", "checkpoint"),
        (
            "GRANT UPDATE (line) ON checkpoint_signature TO subsidy_daemon",
            "checkpoint_signature",
        ),
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
