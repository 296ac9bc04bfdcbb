-- The ledger on PostgreSQL, schema 1. Run as subsidy_owner.
-- The first seven columns of events are those of postgres-es, in its order: its repositories work on this table.

CREATE SCHEMA subsidy;

CREATE TABLE subsidy.ledger_schema (
    version bigint NOT NULL,
    CONSTRAINT ledger_schema_pk PRIMARY KEY (version)
);

CREATE TABLE subsidy.events (
    aggregate_type text COLLATE "C" NOT NULL,
    aggregate_id   text COLLATE "C" NOT NULL,
    sequence       bigint           NOT NULL,
    event_type     text COLLATE "C" NOT NULL,
    event_version  text COLLATE "C" NOT NULL,
    payload        json             NOT NULL,   -- json and not jsonb: it keeps the bytes that were hashed
    metadata       json             NOT NULL,
    position       bigint           NOT NULL,
    recorded_at    timestamptz      NOT NULL,   -- microseconds
    hash           bytea            NOT NULL,   -- the leaf: SHA-256(0x00 || canonical entry)
    CONSTRAINT events_pk PRIMARY KEY (position),
    CONSTRAINT events_stream UNIQUE (aggregate_type, aggregate_id, sequence),
    CONSTRAINT events_names CHECK (aggregate_type <> '' AND aggregate_id <> '' AND event_type <> '' AND event_version <> ''),
    CONSTRAINT events_sequence CHECK (sequence >= 1),
    CONSTRAINT events_position CHECK (position >= 1),
    CONSTRAINT events_hash CHECK (octet_length(hash) = 32)
);

-- One row: how far the ledger reaches, and the right edge of the Merkle tree over it.
CREATE TABLE subsidy.ledger_head (
    one         boolean NOT NULL,
    size        bigint  NOT NULL,
    recorded_at timestamptz,                    -- of the last record; NULL while there is none
    peaks       bytea   NOT NULL,               -- hashes of the full subtrees, largest first
    CONSTRAINT ledger_head_pk PRIMARY KEY (one),
    CONSTRAINT ledger_head_one CHECK (one),
    CONSTRAINT ledger_head_size CHECK (size >= 0),
    CONSTRAINT ledger_head_peaks CHECK (octet_length(peaks) % 32 = 0)
);

INSERT INTO subsidy.ledger_head (one, size, recorded_at, peaks) VALUES (true, 0, NULL, '');

-- Derived from the metadata of each batch's first record.
CREATE TABLE subsidy.idempotency_key (
    source         text COLLATE "C" NOT NULL,
    key            text COLLATE "C" NOT NULL,
    content        bytea            NOT NULL,
    first_position bigint           NOT NULL,
    last_position  bigint           NOT NULL,
    CONSTRAINT idempotency_key_pk PRIMARY KEY (source, key),
    CONSTRAINT idempotency_key_content CHECK (octet_length(content) = 32),
    CONSTRAINT idempotency_key_positions CHECK (1 <= first_position AND first_position <= last_position)
);

-- The generations of each view: the one that is read, one of a newer version that is catching up, one of a rebuild.
CREATE TABLE subsidy.view (
    id       bigint GENERATED ALWAYS AS IDENTITY,
    name     text COLLATE "C" NOT NULL,
    stage    text COLLATE "C" NOT NULL,
    version  bigint           NOT NULL,
    position bigint           NOT NULL,
    CONSTRAINT view_pk PRIMARY KEY (id),
    CONSTRAINT view_stage UNIQUE (name, stage),
    CONSTRAINT view_stages CHECK (stage IN ('current', 'next', 'rebuild')),
    CONSTRAINT view_position CHECK (position >= 0)
);

CREATE TABLE subsidy.view_row (
    view bigint           NOT NULL,
    key  text COLLATE "C" NOT NULL,             -- ordered by its bytes, whatever the database's language
    body text             NOT NULL,
    CONSTRAINT view_row_pk PRIMARY KEY (view, key)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Hashes, as in src/canonical.rs and src/merkle.rs.

-- The bytes of a record that are hashed.
CREATE FUNCTION subsidy.entry(
    place bigint, moment timestamptz, kind text, id text, seq bigint, type text, version text, body json, meta json
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT '\x01'::bytea
        || int8send(place)
        || int8send((extract(epoch FROM moment) * 1000000)::bigint)
        || int4send(octet_length(kind))       || convert_to(kind, 'UTF8')
        || int4send(octet_length(id))         || convert_to(id, 'UTF8')
        || int8send(seq)
        || int4send(octet_length(type))       || convert_to(type, 'UTF8')
        || int4send(octet_length(version))    || convert_to(version, 'UTF8')
        || int4send(octet_length(body::text)) || convert_to(body::text, 'UTF8')
        || int4send(octet_length(meta::text)) || convert_to(meta::text, 'UTF8')
$$;

-- The right edge of a tree of so many leaves after one more leaf.
CREATE FUNCTION subsidy.push(peaks bytea, size bigint, leaf bytea)
RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    node bytea := leaf;
    rest bytea := peaks;
    bits bigint := size;
BEGIN
    WHILE bits & 1 = 1 LOOP
        node := sha256('\x01'::bytea || substr(rest, octet_length(rest) - 31, 32) || node);
        rest := substr(rest, 1, octet_length(rest) - 32);
        bits := bits >> 1;
    END LOOP;
    RETURN rest || node;
END $$;

-- Metadata in the one form that is hashed: an object of strings, names sorted, no spaces.
CREATE FUNCTION subsidy.metadata_text(meta json)
RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    canonical text;
BEGIN
    IF json_typeof(meta) <> 'object' THEN
        RAISE EXCEPTION 'the metadata is not an object of strings' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM json_each(meta) AS pair
               WHERE json_typeof(pair.value) <> 'string'
                  OR pair.key IN ('idempotency_source', 'idempotency_key', 'idempotency_content', 'idempotency_records'))
       OR (SELECT count(*) <> count(DISTINCT pair.key) FROM json_each(meta) AS pair) THEN
        RAISE EXCEPTION 'the metadata is not an object of strings, names a thing twice, or uses a name of the ledger'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT '{' || coalesce(string_agg(to_json(pair.key)::text || ':' || to_json(pair.value)::text, ','
                                      ORDER BY pair.key COLLATE "C"), '') || '}'
      INTO canonical FROM json_each_text(meta) AS pair;
    RETURN canonical;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Writing.

-- Appends a group that was planned on a head that still stands, or answers that it no longer does.
--
-- Rows of one kind, type, version, moment and metadata share a shape, which is sent once.
CREATE FUNCTION subsidy.ledger_append(
    from_size bigint, from_moment timestamptz, from_peaks bytea, to_moment timestamptz, to_peaks bytea,
    shape_kinds text[], shape_types text[], shape_versions text[], shape_moments timestamptz[], shape_metadata json[],
    shapes int[], ids text[], sequences bigint[], payloads json[], hashes bytea[],
    key_sources text[], keys text[], key_contents bytea[], key_firsts bigint[], key_lasts bigint[]
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    added bigint := coalesce(array_length(shapes, 1), 0);
    ending record;
BEGIN
    -- What is answered is durable, whatever the session or its role has set.
    IF current_setting('synchronous_commit') IN ('off', 'local') THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    UPDATE subsidy.ledger_head SET size = from_size + added, recorded_at = to_moment, peaks = to_peaks
     WHERE size = from_size AND recorded_at IS NOT DISTINCT FROM from_moment AND peaks = from_peaks;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- Nothing is built on a broken end. A statement of its own, so that it sees what was committed during a wait.
    SELECT max(position) AS position,
           (SELECT recorded_at FROM subsidy.events ORDER BY position DESC LIMIT 1) AS moment
      INTO ending FROM subsidy.events;
    IF coalesce(ending.position, 0) <> from_size OR ending.moment IS DISTINCT FROM from_moment THEN
        RAISE EXCEPTION 'the last record is not the one that the head speaks of'
            USING ERRCODE = 'data_corrupted', CONSTRAINT = 'ledger_end';
    END IF;
    INSERT INTO subsidy.events (aggregate_type, aggregate_id, sequence, event_type, event_version,
                                payload, metadata, position, recorded_at, hash)
    SELECT shape_kinds[given.shape], given.id, given.sequence, shape_types[given.shape], shape_versions[given.shape],
           given.payload, shape_metadata[given.shape], given.position, shape_moments[given.shape], given.hash
    FROM (SELECT unnest(shapes) AS shape, unnest(ids) AS id, unnest(sequences) AS sequence,
                 unnest(payloads) AS payload, unnest(hashes) AS hash,
                 generate_series(from_size + 1, from_size + added) AS position) AS given;
    -- Each sequence stands once; with its predecessor below it, its stream has no gap.
    IF (SELECT max(sequence) FROM unnest(sequences) AS sequence) > 1 AND EXISTS (
        SELECT 1 FROM subsidy.events AS new
         WHERE new.position > from_size AND new.sequence > 1
           AND ((SELECT before.position FROM subsidy.events AS before
                  WHERE before.aggregate_type = new.aggregate_type AND before.aggregate_id = new.aggregate_id
                    AND before.sequence = new.sequence - 1) < new.position) IS NOT TRUE) THEN
        RAISE EXCEPTION 'append-only: an event goes after its stream''s last sequence'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_next';
    END IF;
    INSERT INTO subsidy.idempotency_key (source, key, content, first_position, last_position)
    SELECT unnest(key_sources), unnest(keys), unnest(key_contents), unnest(key_firsts), unnest(key_lasts);
    -- A hint, once a group: who missed it finds the records by polling.
    PERFORM pg_notify('subsidy_ledger', (from_size + added)::text);
    RETURN true;
END $$;

-- Gives a row that came without a position its place: the stock writer of postgres-es inserts seven columns.
CREATE FUNCTION subsidy.fill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head record;
    last bigint;
    bytes bytea;
BEGIN
    IF current_setting('synchronous_commit') IN ('off', 'local') THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    -- Taken in a statement of its own: the next ones see what was committed while this one waited.
    SELECT size, recorded_at, peaks INTO head FROM subsidy.ledger_head FOR UPDATE;
    SELECT coalesce(max(sequence), 0) INTO last FROM subsidy.events
     WHERE aggregate_type = NEW.aggregate_type AND aggregate_id = NEW.aggregate_id;
    IF NEW.sequence <= last THEN
        RAISE EXCEPTION 'append-only: the stream has that sequence'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'events_stream';
    ELSIF NEW.sequence <> last + 1 OR NEW.sequence > 2147483647 THEN
        RAISE EXCEPTION 'append-only: an event goes after its stream''s last sequence'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_next';
    END IF;
    NEW.metadata := subsidy.metadata_text(NEW.metadata)::json;
    NEW.position := head.size + 1;
    NEW.recorded_at := greatest(clock_timestamp(), head.recorded_at);
    bytes := subsidy.entry(NEW.position, NEW.recorded_at, NEW.aggregate_type, NEW.aggregate_id, NEW.sequence,
                           NEW.event_type, NEW.event_version, NEW.payload, NEW.metadata);
    IF octet_length(bytes) > 65535 THEN
        RAISE EXCEPTION 'the event takes % bytes, at most 65535 fit', octet_length(bytes)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_size';
    END IF;
    NEW.hash := sha256('\x00'::bytea || bytes);
    UPDATE subsidy.ledger_head
       SET size = NEW.position, recorded_at = NEW.recorded_at, peaks = subsidy.push(head.peaks, head.size, NEW.hash);
    RETURN NEW;
END $$;

-- The last record is always the one that the head speaks of: whoever brings a position of his own has moved no head.
CREATE FUNCTION subsidy.end_is_head() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT size FROM subsidy.ledger_head) IS DISTINCT FROM (SELECT coalesce(max(position), 0) FROM subsidy.events) THEN
        RAISE EXCEPTION 'append-only: an event goes after the last position' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

-- The head moves forward only, and only by the functions above, which run as the owner.
CREATE FUNCTION subsidy.head_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user <> 'subsidy_owner' OR NEW.size <= OLD.size OR NEW.recorded_at < OLD.recorded_at
       OR octet_length(NEW.peaks) <> 32 * length(replace(NEW.size::bit(64)::text, '0', '')) THEN
        RAISE EXCEPTION 'append-only: the head moves forward, with the records' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION subsidy.refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER events_fill BEFORE INSERT ON subsidy.events
FOR EACH ROW WHEN (NEW.position IS NULL) EXECUTE FUNCTION subsidy.fill();

CREATE TRIGGER events_end AFTER INSERT ON subsidy.events
FOR EACH STATEMENT EXECUTE FUNCTION subsidy.end_is_head();

CREATE TRIGGER events_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON subsidy.events
FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse();

CREATE TRIGGER idempotency_key_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON subsidy.idempotency_key
FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse();

CREATE TRIGGER ledger_head_forward BEFORE UPDATE ON subsidy.ledger_head
FOR EACH ROW EXECUTE FUNCTION subsidy.head_forward();

CREATE TRIGGER ledger_head_refuse BEFORE INSERT OR DELETE OR TRUNCATE ON subsidy.ledger_head
FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse();

CREATE TRIGGER ledger_schema_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON subsidy.ledger_schema
FOR EACH STATEMENT EXECUTE FUNCTION subsidy.refuse();

-- Also for sessions that replay changes as a replica: SET session_replication_role passes none of these.
ALTER TABLE subsidy.events ENABLE ALWAYS TRIGGER events_fill;
ALTER TABLE subsidy.events ENABLE ALWAYS TRIGGER events_end;
ALTER TABLE subsidy.events ENABLE ALWAYS TRIGGER events_refuse;
ALTER TABLE subsidy.idempotency_key ENABLE ALWAYS TRIGGER idempotency_key_refuse;
ALTER TABLE subsidy.ledger_head ENABLE ALWAYS TRIGGER ledger_head_forward;
ALTER TABLE subsidy.ledger_head ENABLE ALWAYS TRIGGER ledger_head_refuse;
ALTER TABLE subsidy.ledger_schema ENABLE ALWAYS TRIGGER ledger_schema_refuse;

-- ---------------------------------------------------------------------------------------------------------------------
-- Reading.

CREATE FUNCTION subsidy.sound(body json, place bigint, stored bytea, derived bytea)
RETURNS json LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF stored IS DISTINCT FROM derived THEN
        RAISE EXCEPTION 'the record at position % is not the one that was hashed', place USING ERRCODE = 'data_corrupted';
    END IF;
    RETURN body;
END $$;

-- The table as postgres-es reads it, with each hash checked by the database.
CREATE VIEW subsidy.checked_events AS
SELECT aggregate_type, aggregate_id, sequence, event_type, event_version,
       subsidy.sound(payload, position, hash, sha256('\x00'::bytea || subsidy.entry(
           position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata
       ))) AS payload,
       metadata
  FROM subsidy.events;

-- One SQL view for each view that is followed, in the form that the view repository of postgres-es reads.
CREATE SCHEMA subsidy_view;

CREATE FUNCTION subsidy.publish_view(view_name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF to_regclass(format('subsidy_view.%I', view_name)) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE VIEW subsidy_view.%I AS
         SELECT view_row.key AS view_id, view.position AS version, view_row.body::json AS payload
           FROM subsidy.view JOIN subsidy.view_row ON view_row.view = view.id
          WHERE view.name = %L AND view.stage = ''current''', view_name, view_name);
    EXECUTE format('GRANT SELECT ON subsidy_view.%I TO subsidy_daemon, subsidy_reader', view_name);
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Privileges: what the triggers refuse, the daemon has no right to ask either.

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA subsidy FROM PUBLIC;

GRANT USAGE ON SCHEMA subsidy, subsidy_view TO subsidy_daemon, subsidy_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA subsidy TO subsidy_daemon, subsidy_reader;
GRANT EXECUTE ON FUNCTION subsidy.entry, subsidy.sound TO subsidy_daemon, subsidy_reader;

-- The seven columns of postgres-es and no other: position, moment and hash are given by the database.
GRANT INSERT (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
    ON subsidy.events TO subsidy_daemon;
GRANT EXECUTE ON FUNCTION subsidy.ledger_append, subsidy.publish_view TO subsidy_daemon;
GRANT INSERT, UPDATE, DELETE ON subsidy.view, subsidy.view_row TO subsidy_daemon;
