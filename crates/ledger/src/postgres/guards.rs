//! What keeps the ledger append-only in the database, compared with what the migrations made.

use sqlx::PgConnection;

use super::read::Read;
use super::schema::MIGRATIONS;
use super::wire::Fields;
use crate::fault::Fault;

/// The triggers, each as the server shows it. All must be enabled ALWAYS.
const TRIGGERS: [(&str, &str); 10] = [
    (
        "events_fill",
        r#"BEFORE INSERT ON subsidy.events FOR EACH ROW WHEN ((new."position" IS NULL)) EXECUTE FUNCTION subsidy.fill()"#,
    ),
    (
        "events_end",
        "AFTER INSERT ON subsidy.events FOR EACH STATEMENT EXECUTE FUNCTION subsidy.end_is_head()",
    ),
    (
        "events_refuse",
        "BEFORE DELETE OR UPDATE OR TRUNCATE ON subsidy.events FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse()",
    ),
    (
        "idempotency_key_refuse",
        "BEFORE DELETE OR UPDATE OR TRUNCATE ON subsidy.idempotency_key FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse()",
    ),
    (
        "ledger_head_forward",
        "BEFORE UPDATE ON subsidy.ledger_head FOR EACH ROW EXECUTE FUNCTION subsidy.head_forward()",
    ),
    (
        "ledger_head_refuse",
        "BEFORE INSERT OR DELETE OR TRUNCATE ON subsidy.ledger_head FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse()",
    ),
    (
        "ledger_schema_refuse",
        "BEFORE DELETE OR UPDATE OR TRUNCATE ON subsidy.ledger_schema FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse()",
    ),
    (
        "tile_refuse",
        "BEFORE DELETE OR UPDATE OR TRUNCATE ON subsidy.tile FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse()",
    ),
    (
        "checkpoint_refuse",
        "BEFORE DELETE OR UPDATE OR TRUNCATE ON subsidy.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse()",
    ),
    (
        "checkpoint_signature_refuse",
        "BEFORE DELETE OR UPDATE OR TRUNCATE ON subsidy.checkpoint_signature FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse()",
    ),
];

/// The tables that refuse change, with the columns that the daemon may give.
const TABLES: [(&str, &str); 7] = [
    (
        "events",
        "aggregate_id,aggregate_type,event_type,event_version,metadata,payload,sequence",
    ),
    ("idempotency_key", ""),
    ("ledger_head", ""),
    ("ledger_schema", ""),
    ("tile", "hashes,level,middle,number"),
    ("checkpoint", "size,text"),
    ("checkpoint_signature", "line,size"),
];

/// Compares triggers, functions, constraints, owners and privileges with those of the schema.
pub(super) async fn guards(connection: &mut PgConnection) -> Read<()> {
    let rows = sqlx::query(FOUND).fetch_all(connection).await?;
    let found: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| {
            let fields = Fields(row);
            (
                fields.text(0).unwrap_or_default(),
                fields.text(1).unwrap_or_default(),
            )
        })
        .collect();
    let wanted = wanted();
    let wrong = wanted
        .iter()
        .find(|(name, text)| !found.contains(&(name.as_str(), text.as_str())))
        .map(|(name, _)| name.clone())
        .or_else(|| {
            found
                .iter()
                .find(|(name, text)| {
                    !wanted
                        .iter()
                        .any(|guard| (guard.0.as_str(), guard.1.as_str()) == (*name, *text))
                })
                .map(|(name, _)| (*name).to_owned())
        });
    wrong.map_or(Ok(()), |name| Err(Fault::Guard { name }.into()))
}

/// Each guard by name, with a text that says all of it that matters.
const FOUND: &str = "
    SELECT tgname::text, tgenabled::text || ' ' || pg_get_triggerdef(oid)
      FROM pg_trigger
     WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'subsidy'::regnamespace
           AND relname IN ('events', 'idempotency_key', 'ledger_head', 'ledger_schema', 'tile', 'checkpoint', 'checkpoint_signature'))
    UNION ALL
    SELECT proname::text, pg_get_userbyid(proowner)::text || ' ' || prosecdef::text || ' ' || prosrc
      FROM pg_proc WHERE pronamespace = 'subsidy'::regnamespace
    UNION ALL
    SELECT conname::text, convalidated::text
      FROM pg_constraint WHERE connamespace = 'subsidy'::regnamespace AND contype IN ('c', 'p', 'u')
    UNION ALL
    SELECT relname::text, concat_ws(' ', pg_get_userbyid(relowner), relkind, relrowsecurity,
           (SELECT count(*) FROM pg_rewrite WHERE ev_class = c.oid),
           (SELECT count(*) FROM pg_inherits WHERE inhparent = c.oid OR inhrelid = c.oid),
           (SELECT string_agg(acl.privilege_type || ' to ' || CASE acl.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(acl.grantee)::text END,
                              ', ' ORDER BY acl.grantee::regrole::text COLLATE \"C\", acl.privilege_type)
              FROM aclexplode(c.relacl) AS acl WHERE acl.grantee <> c.relowner),
           (SELECT string_agg(a.attname::text, ',' ORDER BY a.attname)
              FROM pg_attribute AS a, aclexplode(a.attacl) AS acl
             WHERE a.attrelid = c.oid AND (acl.privilege_type, pg_get_userbyid(acl.grantee)) = ('INSERT', 'subsidy_daemon')),
           (SELECT string_agg('also ' || acl.privilege_type || ' of ' || a.attname, ', ')
              FROM pg_attribute AS a, aclexplode(a.attacl) AS acl
             WHERE a.attrelid = c.oid AND (acl.privilege_type, pg_get_userbyid(acl.grantee)) <> ('INSERT', 'subsidy_daemon')))
      FROM pg_class AS c
     WHERE relnamespace = 'subsidy'::regnamespace
       AND relname IN ('events', 'idempotency_key', 'ledger_head', 'ledger_schema', 'tile', 'checkpoint', 'checkpoint_signature')";

fn wanted() -> Vec<(String, String)> {
    let mut wanted: Vec<(String, String)> = TRIGGERS
        .iter()
        .map(|(name, text)| ((*name).to_owned(), format!("A CREATE TRIGGER {name} {text}")))
        .collect();
    for (_, migration) in &MIGRATIONS {
        for function in migration.split("CREATE FUNCTION subsidy.").skip(1) {
            let name = function.split('(').next().unwrap_or_default();
            let mut parts = function.split("$$");
            let (head, body) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let definer = head.contains("SECURITY DEFINER");
            wanted.push((name.to_owned(), format!("subsidy_owner {definer} {body}")));
        }
        for constraint in migration.split("    CONSTRAINT ").skip(1) {
            let name = constraint.split(' ').next().unwrap_or_default();
            wanted.push((name.to_owned(), "true".to_owned()));
        }
    }
    for (name, columns) in TABLES {
        let read = "SELECT to subsidy_daemon, SELECT to subsidy_reader";
        let text = format!("subsidy_owner r f 0 0 {read} {columns}");
        wanted.push((name.to_owned(), text.trim_end().to_owned()));
    }
    wanted
}
