"""The database itself refuses moves that the office does not know, a second decision on a decided case, and changes of what was decided.

Copied from the rules of the rooms on the day of this migration: it must do the same for ever. A later migration replaces what changes;
a test compares what a database refuses with what the rules of today allow. Rows begin in any state: a demo and an import tell of what was.
"""

from alembic import op

revision = "0022_moves"
down_revision = "0021_calls"

MOVES = {
    "application": (
        "draft>submitted", "draft>withdrawn", "submitted>in_review", "submitted>withdrawn", "in_review>submitted",
        "in_review>needs_information", "in_review>approved", "in_review>rejected", "in_review>withdrawn", "needs_information>submitted",
        "needs_information>withdrawn", "rejected>in_review",
        # A second person decides: the column allows the word since 0001, its rules came about the same day as this.
        "in_review>recommended", "recommended>in_review", "recommended>approved", "recommended>rejected", "recommended>withdrawn",
    ),
    "card": (
        "requested>made", "requested>spoiled", "made>ready", "made>spoiled", "ready>spoiled", "ready>posted", "ready>collected",
    ),
    "loss_report": ("provisional>formal", "provisional>lifted", "provisional>lapsed"),
    "mailing_batch": ("open>labelled", "open>cancelled", "labelled>posted", "labelled>cancelled"),
    "parcel": ("planned>labelled", "planned>removed", "labelled>posted", "labelled>removed"),
}  # fmt: skip
ROLES = ("", "intake_clerk", "reviewer", "supervisor", "mailroom_clerk", "auditor", "administrator")
FIXED = ("public_id", "reference", "resident_id", "reason", "channel", "applicant", "delivery", "decided_by_id")
"""What a case was decided about, and who decided it: fixed while it is closed. Reopening lifts the second."""

DECIDED = "OLD.status = NEW.status AND OLD.status IN ('approved','rejected','withdrawn')"
IN_FORCE = (
    "NEW.kind IN ('approve','reject') AND EXISTS (SELECT 1 FROM decision earlier JOIN application ON application.id = earlier.application_id "
    "WHERE earlier.application_id = NEW.application_id AND earlier.kind IN ('approve','reject') "
    "AND (application.decided_at IS NULL OR earlier.decided_at >= application.decided_at))"
)
"""The decision that the case stands by is there already. Reopening takes decided_at away; the next decision sets a later one."""


def rules() -> list[tuple[str, str, str, str, str]]:
    """Name, table, when it is asked, what is refused, what is said."""
    allowed = {table: ",".join(f"'{move}'" for move in moves) for table, moves in MOVES.items()}
    found = [
        (f"{table}_moves", table, "UPDATE OF status", f"OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ({allowed[table]})",
         f"{table}: no such move")
        for table in MOVES
    ]  # fmt: skip
    changed = " OR ".join(f"OLD.{column} {'IS NOT' if _is_sqlite() else 'IS DISTINCT FROM'} NEW.{column}" for column in FIXED)
    roles = ",".join(f"'{role}'" for role in ROLES)
    return [
        *found,
        ("application_decided", "application", f"UPDATE OF {', '.join(FIXED)}", f"{DECIDED} AND ({changed})", "application: it is decided"),
        ("decision_once", "decision", "INSERT", IN_FORCE, "decision: the case is decided"),
        ("decision_fixed", "decision", "UPDATE", "true", "decision: it was given"),
        ("ab_user_role_added", "ab_user", "INSERT", f"NEW.role NOT IN ({roles})", "ab_user: one role, of those that there are"),
        ("ab_user_role_changed", "ab_user", "UPDATE OF role", f"NEW.role NOT IN ({roles})", "ab_user: one role, of those that there are"),
        ("ab_user_role_single", "ab_user_role", "INSERT", "true", "ab_user_role: whoever works here has the role of ab_user alone"),
    ]


def upgrade() -> None:
    for name, table, when, refused, said in rules():
        if _is_sqlite():
            op.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END")
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
                f"RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    if _is_sqlite():
        # REPLACE would take the old row away and put one in another state into its place.
        for table in (*MOVES, "decision"):
            is_there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608  # names of ours
            said = f"SELECT RAISE(ABORT, '{table}: it is there already')"
            op.execute(f"CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN {is_there} BEGIN {said}; END")


def downgrade() -> None:
    for name, table, *_ in rules():
        op.execute(f"DROP TRIGGER {name}" + ("" if _is_sqlite() else f" ON {table}"))
        if not _is_sqlite():
            op.execute(f"DROP FUNCTION {name}()")
    if _is_sqlite():
        for table in (*MOVES, "decision"):
            op.execute(f"DROP TRIGGER {table}_not_replaced")


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
