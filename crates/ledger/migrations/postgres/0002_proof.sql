-- What proves the ledger to others, schema 2. Run as subsidy_owner. Nothing of schema 1 changes.

-- Full tiles of the Merkle tree, derived from the hashes of the records; laid in the transaction that keeps a checkpoint over them.
CREATE TABLE subsidy.tile (
    level  bigint NOT NULL,
    number bigint NOT NULL,
    middle bytea  NOT NULL,                     -- the sixteen nodes halfway up
    hashes bytea  NOT NULL,                     -- 256 hashes: of leaves, or of the tiles below
    CONSTRAINT tile_pk PRIMARY KEY (level, number),
    CONSTRAINT tile_place CHECK (level BETWEEN 0 AND 7 AND number >= 0),
    CONSTRAINT tile_bytes CHECK (octet_length(middle) = 512 AND octet_length(hashes) = 8192)
);

-- Hashes cannot be compressed.
ALTER TABLE subsidy.tile ALTER middle SET STORAGE EXTERNAL, ALTER hashes SET STORAGE EXTERNAL;

-- What the ledger signed of itself: the three lines, as they were signed.
CREATE TABLE subsidy.checkpoint (
    size bigint           NOT NULL,
    text text COLLATE "C" NOT NULL,
    CONSTRAINT checkpoint_pk PRIMARY KEY (size),
    CONSTRAINT checkpoint_size CHECK (size >= 1)
);

-- The lines below it: signatures of the ledger's keys, and cosignatures of witnesses.
CREATE TABLE subsidy.checkpoint_signature (
    size bigint           NOT NULL,
    line text COLLATE "C" NOT NULL,
    CONSTRAINT checkpoint_signature_pk PRIMARY KEY (size, line)
);

CREATE TRIGGER tile_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON subsidy.tile
FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse();

CREATE TRIGGER checkpoint_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON subsidy.checkpoint
FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse();

CREATE TRIGGER checkpoint_signature_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON subsidy.checkpoint_signature
FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse();

ALTER TABLE subsidy.tile ENABLE ALWAYS TRIGGER tile_refuse;
ALTER TABLE subsidy.checkpoint ENABLE ALWAYS TRIGGER checkpoint_refuse;
ALTER TABLE subsidy.checkpoint_signature ENABLE ALWAYS TRIGGER checkpoint_signature_refuse;

GRANT SELECT ON subsidy.tile, subsidy.checkpoint, subsidy.checkpoint_signature TO subsidy_daemon, subsidy_reader;
GRANT INSERT (level, number, middle, hashes) ON subsidy.tile TO subsidy_daemon;
GRANT INSERT (size, text) ON subsidy.checkpoint TO subsidy_daemon;
GRANT INSERT (size, line) ON subsidy.checkpoint_signature TO subsidy_daemon;
