"""The tables of a change log in PostgreSQL, as SQL that an administrator runs once, and the questions to it.

They belong to that administrator; the service's own role can read them and call ``tutela_log.append``, and
nothing else: it cannot change, take out or put in a row by hand, nor drop a trigger (style.md section 10).
"""

from __future__ import annotations

import re
import secrets

from tutela.kernel.errors import Invalid

#: Version of the tables (decisions.md section 12: those of release n-1 are read).
SCHEMA_VERSION = 1
#: Largest payload of one change in bytes, as of the SQLite log: 10,000 entries of 32 bytes take about 2 MB.
PAYLOAD_BYTES_MAX = 32 << 20
#: Role of the service if nobody says otherwise.
ROLE = "tutela"
#: Names that PostgreSQL takes without quotes and keeps as they are (its manual, section 4.1.1; 63 bytes).
_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
_IDENTITY = re.compile(r"[0-9a-f]{32}", re.ASCII)

#: One question tells whether this is a log that may be used: version, identity, whether the server keeps
#: what it acknowledged, and whether this role could do more than read and append.
STATE = """
SELECT (SELECT value FROM tutela_log.meta WHERE name = 'schema'),
       (SELECT value FROM tutela_log.meta WHERE name = 'identity'),
       current_setting('fsync'),
       (SELECT bool_or(pg_has_role(relowner, 'MEMBER')
                       OR has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER'))
          FROM pg_class WHERE relnamespace = 'tutela_log'::regnamespace AND relkind = 'r')
"""
#: Adds one change and gives its number; to be committed at once, since all other writers wait.
APPEND = "SELECT tutela_log.append(%s)"
#: Later changes in their order, but no more than so many bytes, and at least one.
AFTER = """
SELECT sequence, payload FROM (
    SELECT sequence, payload, sum(size) OVER (ORDER BY sequence) - size AS before_it FROM (
        SELECT sequence, payload, octet_length(payload) AS size FROM tutela_log.changes
        WHERE sequence > %s ORDER BY sequence LIMIT %s) AS page) AS summed
WHERE before_it < %s ORDER BY sequence
"""
#: One change as it stands.
PAYLOAD = "SELECT payload FROM tutela_log.changes WHERE sequence = %s"
#: The largest number given out.
HEAD = "SELECT sequence FROM tutela_log.head"
#: Bytes of the table with its index and what PostgreSQL keeps beside it.
SIZE = "SELECT pg_total_relation_size('tutela_log.changes')"

# The counter's row is locked until the change is committed and visible, so that numbers become visible in
# their order and none is lost when a writer goes away. ALWAYS: also where session_replication_role is set.
_TABLES = """
BEGIN;
CREATE SCHEMA tutela_log;
CREATE TABLE tutela_log.meta (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE tutela_log.head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one), sequence bigint NOT NULL CHECK (sequence >= 0));
CREATE TABLE tutela_log.changes (
  sequence bigint PRIMARY KEY CHECK (sequence > 0),
  payload text NOT NULL CHECK (octet_length(payload) <= {payload_bytes_max}));
INSERT INTO tutela_log.meta VALUES ('schema', '{version}'), ('identity', '{identity}');
INSERT INTO tutela_log.head (sequence) VALUES (0);

CREATE FUNCTION tutela_log.refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'append-only'; END $$;
CREATE FUNCTION tutela_log.check_head() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN
    IF NEW.sequence <> OLD.sequence + 1 THEN RAISE EXCEPTION 'append-only'; END IF;
    RETURN NEW;
  END $$;
CREATE FUNCTION tutela_log.check_change() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN
    IF NEW.sequence <> (SELECT sequence FROM tutela_log.head) THEN RAISE EXCEPTION 'append-only'; END IF;
    RETURN NEW;
  END $$;
{triggers}
CREATE FUNCTION tutela_log.append(new_payload text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
  $$ DECLARE number bigint;
  BEGIN
    UPDATE tutela_log.head SET sequence = sequence + 1 RETURNING sequence INTO STRICT number;
    INSERT INTO tutela_log.changes VALUES (number, new_payload);
    RETURN number;
  END $$;

REVOKE ALL ON SCHEMA tutela_log FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA tutela_log FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tutela_log FROM PUBLIC;
GRANT USAGE ON SCHEMA tutela_log TO {role};
GRANT SELECT ON tutela_log.meta, tutela_log.head, tutela_log.changes TO {role};
GRANT EXECUTE ON FUNCTION tutela_log.append(text) TO {role};
COMMIT;
"""
_TRIGGERS = (
    ("changes", "changes_next", "BEFORE INSERT", "ROW", "check_change"),
    ("changes", "changes_stay", "BEFORE UPDATE OR DELETE", "ROW", "refuse"),
    ("changes", "changes_whole", "BEFORE TRUNCATE", "STATEMENT", "refuse"),
    ("head", "head_next", "BEFORE UPDATE", "ROW", "check_head"),
    ("head", "head_stays", "BEFORE DELETE", "ROW", "refuse"),
    ("head", "head_whole", "BEFORE TRUNCATE", "STATEMENT", "refuse"),
)


def render_schema(role: str = ROLE, *, identity: str = "") -> str:
    """SQL that makes an empty log which ``role`` may read and append to, or nothing at all if it fails.

    ``identity`` is that of a log which is to be moved there; without one it is drawn. Raises Invalid.
    """
    if not _ROLE.fullmatch(role):
        raise Invalid("a role is a name of a-z, 0-9 and _, not beginning with a digit", field="role")
    if identity and not _IDENTITY.fullmatch(identity):
        raise Invalid("an identity has 32 hexadecimal digits", field="identity")
    return _TABLES.format(
        role=role,
        identity=identity or secrets.token_hex(16),
        version=SCHEMA_VERSION,
        payload_bytes_max=PAYLOAD_BYTES_MAX,
        triggers="\n".join(_rendered_trigger(*one) for one in _TRIGGERS),
    ).lstrip()


def _rendered_trigger(table: str, name: str, when: str, each: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {name} {when} ON tutela_log.{table} FOR EACH {each}"
        f" EXECUTE FUNCTION tutela_log.{function}();\n"
        f"ALTER TABLE tutela_log.{table} ENABLE ALWAYS TRIGGER {name};"
    )
