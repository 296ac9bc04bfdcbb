//! What the tests on a server share.

use sqlx::postgres::{PgPool, PgPoolOptions};

use super::fixture::{cluster, on};
use super::*;

pub(crate) fn on_server() -> Fresh {
    on(Kind::Postgres, fresh)
}

pub(crate) fn name(fresh: &Fresh) -> &str {
    name_of(&fresh.place)
}

/// What SQL as the superuser prints.
pub(crate) fn told(fresh: &Fresh, sql: &str) -> String {
    cluster().sql(name(fresh), sql).unwrap()
}

/// The connections of the stock writer: a login with the rights of the daemon, and the ledger's tables on its path.
pub(crate) async fn stock(url: String) -> PgPool {
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

pub(crate) fn name_of(place: &Place) -> &str {
    match place {
        Place::Database(name) => name,
        Place::Folder(_) => panic!("on a server"),
    }
}
