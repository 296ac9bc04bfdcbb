-- The three group roles, which belong to the whole server and not to one database. Nobody logs in as one of them:
-- GRANT subsidy_daemon TO the login of the daemon, subsidy_reader TO the logins of auditors.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['subsidy_owner', 'subsidy_daemon', 'subsidy_reader'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another database of this server was made a ledger at the same moment
            END;
        END IF;
    END LOOP;
    IF NOT pg_has_role(current_user, 'subsidy_owner', 'MEMBER') THEN
        EXECUTE format('GRANT subsidy_owner TO %I', current_user);
    END IF;
    EXECUTE format('GRANT CREATE ON DATABASE %I TO subsidy_owner', current_database());
END $$;
