-- The ledger on SQLite, schema 1.
-- The first seven columns of events are those of postgres-es, in its order.

CREATE TABLE events (
    aggregate_type TEXT    NOT NULL CHECK (aggregate_type <> ''),
    aggregate_id   TEXT    NOT NULL CHECK (aggregate_id <> ''),
    sequence       INTEGER NOT NULL CHECK (sequence >= 1),
    event_type     TEXT    NOT NULL CHECK (event_type <> ''),
    event_version  TEXT    NOT NULL CHECK (event_version <> ''),
    payload        TEXT    NOT NULL,
    metadata       TEXT    NOT NULL,
    position       INTEGER NOT NULL CHECK (position >= 1),
    recorded_at    INTEGER NOT NULL,                              -- microseconds since 1970-01-01T00:00:00Z
    hash           BLOB    NOT NULL CHECK (length(hash) = 32),    -- the leaf: SHA-256(0x00 || canonical entry)
    PRIMARY KEY (position),
    UNIQUE (aggregate_type, aggregate_id, sequence)
) STRICT;

-- One row: how far the ledger reaches, and the right edge of the Merkle tree over it.
CREATE TABLE ledger_head (
    one         INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    size        INTEGER NOT NULL CHECK (size >= 0),
    recorded_at INTEGER,                                          -- of the last record; NULL while there is none
    peaks       BLOB    NOT NULL CHECK (length(peaks) % 32 = 0)   -- hashes of the full subtrees, largest first
) STRICT;

INSERT INTO ledger_head (one, size, recorded_at, peaks) VALUES (1, 0, NULL, x'');

-- Derived from the metadata of each batch's first record.
CREATE TABLE idempotency_key (
    source         TEXT    NOT NULL,
    key            TEXT    NOT NULL,
    content        BLOB    NOT NULL CHECK (length(content) = 32),
    first_position INTEGER NOT NULL REFERENCES events (position),
    last_position  INTEGER NOT NULL REFERENCES events (position) CHECK (last_position >= first_position),
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- The generations of each view: the one that is read, one of a newer version that is catching up, one of a rebuild.
CREATE TABLE view (
    id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name     TEXT    NOT NULL,
    stage    TEXT    NOT NULL CHECK (stage IN ('current', 'next', 'rebuild')),
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    UNIQUE (name, stage)
) STRICT;

CREATE TABLE view_row (
    view INTEGER NOT NULL REFERENCES view (id) ON DELETE CASCADE,
    key  TEXT    NOT NULL,
    body TEXT    NOT NULL,
    PRIMARY KEY (view, key)
) STRICT, WITHOUT ROWID;

-- What is recorded stays. Whoever may change the file can drop these: they stop mistakes, hashes show intent.

CREATE TRIGGER events_insert BEFORE INSERT ON events
WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM events)
  OR NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM events
                          WHERE aggregate_type = NEW.aggregate_type AND aggregate_id = NEW.aggregate_id)
BEGIN
    SELECT raise(ABORT, 'append-only: an event goes after the last position and after its stream''s last sequence');
END;

CREATE TRIGGER events_update BEFORE UPDATE ON events
BEGIN
    SELECT raise(ABORT, 'append-only: an event is never changed');
END;

CREATE TRIGGER events_delete BEFORE DELETE ON events
BEGIN
    SELECT raise(ABORT, 'append-only: an event is never removed');
END;

CREATE TRIGGER idempotency_key_insert BEFORE INSERT ON idempotency_key
WHEN EXISTS (SELECT 1 FROM idempotency_key WHERE source = NEW.source AND key = NEW.key)
BEGIN
    SELECT raise(ABORT, 'append-only: an idempotency key is never replaced');
END;

CREATE TRIGGER idempotency_key_update BEFORE UPDATE ON idempotency_key
BEGIN
    SELECT raise(ABORT, 'append-only: an idempotency key is never changed');
END;

CREATE TRIGGER idempotency_key_delete BEFORE DELETE ON idempotency_key
BEGIN
    SELECT raise(ABORT, 'append-only: an idempotency key is never removed');
END;

CREATE TRIGGER ledger_head_insert BEFORE INSERT ON ledger_head
BEGIN
    SELECT raise(ABORT, 'append-only: the ledger has one head');
END;

CREATE TRIGGER ledger_head_update BEFORE UPDATE ON ledger_head
WHEN NEW.size < OLD.size OR NEW.recorded_at < OLD.recorded_at
BEGIN
    SELECT raise(ABORT, 'append-only: the head never goes back');
END;

CREATE TRIGGER ledger_head_delete BEFORE DELETE ON ledger_head
BEGIN
    SELECT raise(ABORT, 'append-only: the head is never removed');
END;
