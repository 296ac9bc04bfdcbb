-- What proves the ledger to others, schema 2. Nothing of schema 1 changes.

-- Full tiles of the Merkle tree, derived from the hashes of the records; laid in the transaction that keeps a checkpoint over them.
CREATE TABLE tile (
    level  INTEGER NOT NULL CHECK (level BETWEEN 0 AND 7),
    number INTEGER NOT NULL CHECK (number >= 0),
    middle BLOB    NOT NULL CHECK (length(middle) = 512),         -- the sixteen nodes halfway up
    hashes BLOB    NOT NULL CHECK (length(hashes) = 8192),        -- 256 hashes: of leaves, or of the tiles below
    PRIMARY KEY (level, number)
) STRICT;

-- What the ledger signed of itself: the three lines, as they were signed.
CREATE TABLE checkpoint (
    size INTEGER NOT NULL PRIMARY KEY CHECK (size >= 1),
    text TEXT    NOT NULL
) STRICT;

-- The lines below it: signatures of the ledger's keys, and cosignatures of witnesses.
CREATE TABLE checkpoint_signature (
    size INTEGER NOT NULL REFERENCES checkpoint (size),
    line TEXT    NOT NULL,
    PRIMARY KEY (size, line)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tile_insert BEFORE INSERT ON tile
WHEN EXISTS (SELECT 1 FROM tile WHERE level = NEW.level AND number = NEW.number)
BEGIN
    SELECT raise(ABORT, 'append-only: a tile is never replaced');
END;

CREATE TRIGGER tile_update BEFORE UPDATE ON tile
BEGIN
    SELECT raise(ABORT, 'append-only: a tile is never changed');
END;

CREATE TRIGGER tile_delete BEFORE DELETE ON tile
BEGIN
    SELECT raise(ABORT, 'append-only: a tile is never removed');
END;

CREATE TRIGGER checkpoint_insert BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size)
BEGIN
    SELECT raise(ABORT, 'append-only: a checkpoint is never replaced');
END;

CREATE TRIGGER checkpoint_update BEFORE UPDATE ON checkpoint
BEGIN
    SELECT raise(ABORT, 'append-only: a checkpoint is never changed');
END;

CREATE TRIGGER checkpoint_delete BEFORE DELETE ON checkpoint
BEGIN
    SELECT raise(ABORT, 'append-only: a checkpoint is never removed');
END;

CREATE TRIGGER checkpoint_signature_insert BEFORE INSERT ON checkpoint_signature
WHEN EXISTS (SELECT 1 FROM checkpoint_signature WHERE size = NEW.size AND line = NEW.line)
BEGIN
    SELECT raise(ABORT, 'append-only: a signature is never replaced');
END;

CREATE TRIGGER checkpoint_signature_update BEFORE UPDATE ON checkpoint_signature
BEGIN
    SELECT raise(ABORT, 'append-only: a signature is never changed');
END;

CREATE TRIGGER checkpoint_signature_delete BEFORE DELETE ON checkpoint_signature
BEGIN
    SELECT raise(ABORT, 'append-only: a signature is never removed');
END;
