"""Who may do what in a PostgreSQL: the logins of an office, as SQL that its owner runs. Run again after an upgrade, it says the same.

<prefix>_owner has the tables and migrates them; <prefix>_app is the desk: it reads and writes, but of the log only adds entries;
<prefix>_sealer adds seals; <prefix>_auditor reads log, notes and seals. None of the last three can switch a trigger off.
"""

import re
from collections.abc import Iterator

import click

PREFIX = re.compile("[a-z][a-z0-9_]{0,40}")
LOGINS = ("owner", "app", "sealer", "auditor")
OWNED = """DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO {owner}', one.name);
    END LOOP;
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO {owner}', one.name);
    END LOOP;
END $$"""


def statements(prefix: str) -> Iterator[str]:
    """The SQL, statement by statement; ValueError for a prefix that is no plain name."""
    if not PREFIX.fullmatch(prefix):
        raise ValueError("the prefix is small letters, digits and _")
    owner, app, sealer, auditor = (f"{prefix}_{name}" for name in LOGINS)
    others = f"{app}, {sealer}, {auditor}"
    for login in (owner, app, sealer, auditor):
        exists = f"EXISTS (SELECT FROM pg_roles WHERE rolname = '{login}')"
        yield f"DO $$ BEGIN IF NOT {exists} THEN CREATE ROLE {login} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE; END IF; END $$"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE, CREATE ON SCHEMA public TO {owner}"
    yield f"GRANT USAGE ON SCHEMA public TO {others}"
    yield OWNED.format(owner=owner)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {others}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {others}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}"
    yield f"REVOKE UPDATE, DELETE ON audit_entry FROM {app}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON audit_seal, read_seal, alembic_version FROM {app}"
    yield f"GRANT SELECT ON audit_entry, audit_seal, read_note, read_seal TO {sealer}, {auditor}"
    yield f"GRANT INSERT ON audit_seal, read_seal TO {sealer}"
    yield f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}"
    yield f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}"


@click.command("database-roles")
@click.option("--prefix", default="card_desk", show_default=True, help="What the names of the logins begin with.")
def database_roles(prefix: str) -> None:
    """Print the SQL that makes the logins of an office on PostgreSQL and says what each may do; they get no passwords."""
    if not PREFIX.fullmatch(prefix):
        raise click.BadParameter("small letters, digits and _", param_hint="--prefix")
    for statement in statements(prefix):
        click.echo(f"{statement};")
