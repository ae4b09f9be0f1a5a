"""Every command of `flask --app run`: its name, where it is (loaded when it is called), and what it does."""

from flask import Flask

from admin_app.foundation.jobs import commands as job_commands
from admin_app.foundation.lazy_command import LazyCommand

COMMANDS = (
    ("demo", "admin_app.demo.command:demo_command", "Load a fictitious office."),
    ("seal", "admin_app.audit.cli:seal", "Seal the audit log, again and again."),
    ("database-roles", "admin_app.foundation.database_roles:database_roles", "Print SQL for logins."),
    ("export-log", "admin_app.audit.cli:export_log", "Print the audit log as lines of JSON."),
    ("verify", "admin_app.audit.cli:verify", "Prove that the audit log is as it was written."),
    ("confirm-time", "admin_app.audit.cli:confirm_time", "Say that this machine's time is right."),
    ("backup", "admin_app.backup.command:backup_command", "Write an encrypted backup."),
    ("reseal", "admin_app.backup.reseal_command:reseal_command", "Encrypt anew with the newest key."),
    ("reindex", "admin_app.backup.reindex_command:reindex_command", "Index anew with the newest key."),
    ("restore", "admin_app.backup.command:restore_command", "Put a backup back into an empty place."),
    ("copy-from-sqlite", "admin_app.backup.copy_command:copy_from_sqlite", "Move to PostgreSQL."),
    ("retention", "admin_app.retention.cli:retention", "Say what is older than its time."),
    ("first-administrator", "admin_app.staff.cli:first_administrator", "Add the first account."),
    ("change-database-key", "admin_app.backup.change_database_key:change_database_key", "Give the SQLite file another key."),
    ("encrypt-database", "admin_app.backup.encrypt_database:encrypt_database", "Encrypt a plain SQLite file."),
    ("restore-administrator", "admin_app.staff.cli:restore_last_administrator", "Make an administrator where nobody is one any more."),
)


def add_commands(app: Flask) -> None:
    """Register them, and those that do jobs."""
    job_commands.add_commands(app)
    for name, place, does in COMMANDS:
        app.cli.add_command(LazyCommand(name, place, does))
