"""Which jobs exist, what the clock does, what follows an action: the rooms meet here."""

from functools import partial

from admin_app.accounts import jobs as account_jobs
from admin_app.accounts.operations import asking, sessions
from admin_app.applications import jobs as application_jobs
from admin_app.applications.operations import promises
from admin_app.audit import jobs as audit_jobs
from admin_app.audit import operations as audit_operations
from admin_app.audit.operations import anchors, proof
from admin_app.audit.queries.times import last_time
from admin_app.cards import jobs as card_jobs
from admin_app.erasures import jobs as erasure_jobs
from admin_app.erasures import operations as erasure_operations
from admin_app.foundation import browser_sessions, health, list_files, reactions, settings
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.storage import held as held_files
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.undo import operations as undo
from admin_app.intake_api import jobs as client_jobs
from admin_app.loss_reports import jobs as loss_report_jobs
from admin_app.mailing import jobs as mailing_jobs
from admin_app.mailing.operations import booking
from admin_app.mailing.queries import runs as mailing_runs
from admin_app.notices import jobs as notice_jobs
from admin_app.notices.operations import orders as notice_orders
from admin_app.production import jobs as production_jobs
from admin_app.production.operations import answers as maker_answers
from admin_app.production.operations import batches as production_batches
from admin_app.reaction_table import REACTIONS
from admin_app.residents import jobs as resident_jobs
from admin_app.retention import jobs as retention_jobs
from admin_app.retention import operations as retention_operations
from admin_app.staff import queries as staff_queries


def add_jobs() -> None:
    """Give every job name its handler, the clock its periodic actions, and every action what follows it."""
    jobs.register("cards.request", card_jobs.request_card)
    jobs.register("cards.say_ready", card_jobs.say_ready)
    jobs.register("cards.say_redirected", card_jobs.say_redirected)
    jobs.register(promises.JOB, application_jobs.recount)
    jobs.register("applications.say", application_jobs.say)
    jobs.register("mailing.say_posted", mailing_jobs.say_posted)
    jobs.register("mailing.say_returned", mailing_jobs.say_returned)
    jobs.register("mailing.say_lost", mailing_jobs.say_lost)
    jobs.register("mailing.say_delivered", mailing_jobs.say_delivered)
    jobs.register("cards.say_destroyed", card_jobs.say_destroyed)
    jobs.register("applications.readdress", application_jobs.readdress)
    jobs.register(asking.JOB, account_jobs.send_code)
    jobs.register("notices.drop", notice_jobs.drop)
    jobs.register(notice_orders.JOB, notice_jobs.send)
    jobs.register("applications.conclude_loss_report", application_jobs.conclude_loss_report)
    jobs.register(production_batches.JOB, production_jobs.make_package)
    jobs.register(maker_answers.JOB, partial(production_jobs.take_answer, actor_of=staff_queries.actor_of))
    jobs.register("mailing.render_labels", mailing_jobs.render_labels)
    jobs.register("mailing.render_reprint", mailing_jobs.render_reprint)
    jobs.register(mailing_runs.JOB, partial(mailing_jobs.open_all, actor_of=staff_queries.actor_of))
    jobs.register(booking.JOB, mailing_jobs.book_parcels)
    jobs.register(list_files.JOB, partial(audit_jobs.write_list_file, actor_of=staff_queries.actor_of))
    jobs.register(proof.JOB, partial(audit_jobs.check_log, actor_of=staff_queries.actor_of))
    jobs.register(anchors.JOB, audit_jobs.send_anchor)
    jobs.register(erasure_operations.JOB, erasure_jobs.erase)
    jobs.register(retention_operations.JOB, retention_jobs.apply)
    if settings.current().seal_in_clock:
        jobs.register_periodic("audit.seal", audit_operations.seal_due, for_good=False)
        jobs.register_periodic("audit.seal_notes", audit_operations.seal_notes_due, for_good=False)
    jobs.register_periodic("audit.anchor", audit_operations.anchor_due, for_good=False)
    jobs.register_periodic("lists.forget_files", list_files.forget_old)
    jobs.register_periodic("undo.forget", undo.forget_old)
    jobs.register_periodic("files.forget_held", held_files.forget_old)
    jobs.register_periodic("clients.forget_requests", client_jobs.forget_old)
    jobs.register_periodic("sessions.sweep", browser_sessions.sweep)
    jobs.register_periodic("accounts.sweep_sessions", sessions.sweep)
    jobs.register_periodic("accounts.forget_codes", asking.forget_old)
    jobs.register_periodic("retention.order", retention_jobs.order_when_due)
    jobs.register_periodic("residents.alarms", resident_jobs.raise_alarms, for_good=False)
    jobs.register_periodic("applications.remind", application_jobs.remind_due)
    jobs.register_periodic("applications.lapse", application_jobs.lapse_due)
    jobs.register_periodic("applications.recount", application_jobs.recount_daily)
    jobs.register_periodic("loss_reports.lapse", loss_report_jobs.lapse_due)
    jobs.register_periodic("files.sweep", storage.sweep_when_due)
    jobs.register_periodic("files.look_for_missing", storage.look_for_missing)
    reactions.install(REACTIONS)
    health.LAST_BACKUP.put([partial(last_time, "system.backed_up")])
