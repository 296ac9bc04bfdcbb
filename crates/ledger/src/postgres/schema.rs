//! The numbered migrations, and the check that a database is a ledger this program knows.

use sqlx::{Connection, Executor, PgConnection};

use super::connect::{Role, Shared, check_role, check_server, failed};
use super::wire::Fields;
use crate::error::OpenError;
use crate::location::{Location, Server};

/// The roles, which belong to the server and not to the database; run before each migration.
const ROLES: &str = include_str!("../../migrations/postgres/0000_roles.sql");

/// The migrations, each with the schema version it leads to. What was released is never edited.
pub(super) const MIGRATIONS: [(i64, &str); 2] = [
    (1, include_str!("../../migrations/postgres/0001_ledger.sql")),
    (2, include_str!("../../migrations/postgres/0002_proof.sql")),
];

/// Whether there is a table of schema versions, and a schema of ours. Asks the catalogue: a login without rights gets an answer.
const PRESENT: &str = "
    SELECT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'ledger_schema' AND relnamespace = to_regnamespace('subsidy')),
           to_regnamespace('subsidy') IS NOT NULL";

/// Kept while migrating, so that two programs do not do it at once: "subs" in ASCII.
const MIGRATING: i64 = 0x7375_6273;

/// The schema version that this program reads and writes.
pub(crate) fn known() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, _)| *version)
}

/// Returns the schema version of a database; none where there is no ledger.
pub(super) async fn found(login: &mut PgConnection, server: &Server) -> Result<Option<i64>, OpenError> {
    let doing = failed("reading the schema version");
    let present = sqlx::query(PRESENT)
        .fetch_one(&mut *login)
        .await
        .map_err(&doing)?;
    let (ledger, schema) = (truth(&present, 0), truth(&present, 1));
    match (ledger, schema) {
        (false, false) => Ok(None),
        (false, true) => Err(OpenError::NotALedger {
            at: Location::Postgres(server.clone()),
        }),
        (true, _) => {
            let role = usable(login).await?;
            let sql = format!("BEGIN; SET LOCAL ROLE {role}");
            login.execute(sqlx::raw_sql(&sql)).await.map_err(&doing)?;
            let version = sqlx::query("SELECT coalesce(max(version), 0) FROM subsidy.ledger_schema")
                .fetch_one(&mut *login)
                .await;
            login.execute(sqlx::raw_sql("ROLLBACK")).await.map_err(&doing)?;
            Ok(Some(
                Fields(&version.map_err(&doing)?).number(0).unwrap_or_default(),
            ))
        }
    }
}

/// Finds a role of the ledger that the login may act as.
async fn usable(login: &mut PgConnection) -> Result<&'static str, OpenError> {
    for role in [Role::Daemon, Role::Reader] {
        if check_role(login, role).await.is_ok() {
            return Ok(role.name());
        }
    }
    check_role(login, Role::Owner).await?;
    Ok(Role::Owner.name())
}

fn truth(row: &sqlx::postgres::PgRow, index: usize) -> bool {
    Fields(row).bytes(index).is_ok_and(|bytes| bytes == [1])
}

/// Checks that a database is a ledger of exactly the schema that this program knows.
pub(super) async fn check(login: &mut PgConnection, server: &Server) -> Result<(), OpenError> {
    let Some(version) = found(login, server).await? else {
        return Err(OpenError::Absent {
            at: Location::Postgres(server.clone()),
        });
    };
    if version > known() {
        return Err(OpenError::TooNew {
            found: version,
            known: known(),
        });
    }
    if version < known() {
        return Err(OpenError::TooOld {
            found: version,
            known: known(),
        });
    }
    Ok(())
}

/// Brings the database to the schema that this program knows: all of it, or nothing is changed.
pub(super) async fn run(login: &mut PgConnection) -> Result<(), OpenError> {
    let doing = failed("migrating the schema");
    let mut transaction = login.begin().await.map_err(&doing)?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(MIGRATING)
        .execute(&mut *transaction)
        .await
        .map_err(&doing)?;
    transaction.execute(sqlx::raw_sql(ROLES)).await.map_err(&doing)?;
    let owner = format!("SET LOCAL ROLE {}", Role::Owner.name());
    transaction.execute(sqlx::raw_sql(&owner)).await.map_err(&doing)?;
    let present = sqlx::query(PRESENT)
        .fetch_one(&mut *transaction)
        .await
        .map_err(&doing)?;
    let from = if truth(&present, 0) {
        let row = sqlx::query("SELECT coalesce(max(version), 0) FROM subsidy.ledger_schema")
            .fetch_one(&mut *transaction)
            .await
            .map_err(&doing)?;
        Fields(&row).number(0).unwrap_or_default()
    } else {
        0
    };
    for (version, migration) in MIGRATIONS.iter().filter(|(version, _)| *version > from) {
        transaction
            .execute(sqlx::raw_sql(migration))
            .await
            .map_err(&doing)?;
        sqlx::query("INSERT INTO subsidy.ledger_schema (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *transaction)
            .await
            .map_err(&doing)?;
    }
    transaction.commit().await.map_err(&doing)?;
    Ok(())
}

/// Makes the database a ledger, or brings an older one to the known schema; returns that schema's version.
pub(crate) fn migrate(server: &Server) -> Result<i64, OpenError> {
    let shared = Shared::new(server, Role::Owner)?;
    shared.wait(async {
        let mut login = shared.login().await.map_err(failed("connecting"))?;
        check_server(&mut login, server).await?;
        if let Some(version) = found(&mut login, server).await?
            && version > known()
        {
            return Err(OpenError::TooNew {
                found: version,
                known: known(),
            });
        }
        run(&mut login).await?;
        Ok(known())
    })
}

/// Returns the schema version that a database has, none where there is no ledger, and the known one.
pub(crate) fn status(server: &Server) -> Result<(Option<i64>, i64), OpenError> {
    let shared = Shared::new(server, Role::Reader)?;
    shared.wait(async {
        let mut login = shared.login().await.map_err(failed("connecting"))?;
        check_server(&mut login, server).await?;
        Ok((found(&mut login, server).await?, known()))
    })
}
