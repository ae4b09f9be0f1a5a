"""Doors: the home page, one for each role; every number is a link to the list behind it."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from admin_app.applications import rules as application_rules
from admin_app.applications.queries import intake, queue
from admin_app.applications.queries.queue_filter import ME, QueueFilter
from admin_app.applications.queries.rows import rows_of
from admin_app.audit import rules as audit_rules
from admin_app.cards import queries as cards
from admin_app.centres import queries as centres
from admin_app.dashboard import rules
from admin_app.dashboard.queries import flow, guide, home, summary
from admin_app.dashboard.views.charts import CHARTS, page_chart
from admin_app.dashboard.views.links import permitted_url
from admin_app.foundation import clock, health
from admin_app.foundation.actor import Actor
from admin_app.loss_reports import queries as loss_reports
from admin_app.mailing.queries import batches, returns
from admin_app.residents.rules import ALARMS
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import ROLE_NAMES, Role
from admin_app.unsent_forms import queries as unsent_forms
from admin_app.web.desk_view import DeskView, expose, requires, signed_in

SHORT_LIST = 6
"""Rows of a list on a home page."""
Facts = dict[str, Any]


class HomeView(DeskView):
    """What a person sees first."""

    route_base = ""

    @expose("/", methods=["GET"])
    @requires("home")
    def index(self) -> Any:
        """The home page of the person's role."""
        me = signed_in()
        facts = HOMES[Role(me.role)](me) if me.role in HOMES else {}
        template = f"dashboard/home_{me.role}.html" if me.role in HOMES else "dashboard/home.html"
        facts["unsent_count"] = len(unsent_forms.mine(me)) if me.may("loss_reports.take") else 0
        return self.render_template(template, permitted_url=permitted_url, greeting=greeting(), rules=application_rules, **facts)


def greeting() -> str:
    """A greeting that fits the office's clock."""
    hour = clock.to_office(clock.now()).hour
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


def intake_clerk(me: Actor) -> Facts:
    """Today's work at the counter."""
    counts = home.numbers(
        me, {"drafts": home.draft_ids, "waiting": intake.waiting, "call": loss_reports.to_call, "collect": home.collect_ids}
    )
    return {
        "counts": counts,
        "drafts": intake.desk_page(me, "drafts", size=SHORT_LIST).rows if counts["drafts"] else (),
        "waiting": intake.desk_page(me, "waiting", size=SHORT_LIST).rows if counts["waiting"] else (),
        "calls": loss_reports.page(me, "call", size=SHORT_LIST).rows if counts["call"] else (),
        "collect": cards.page(me, "to_collect", size=SHORT_LIST).rows if counts["collect"] else (),
    }


def reviewer(me: Actor) -> Facts:
    """The next case, one's own cases, what came back."""
    mine = queue.queue_page(me, QueueFilter("todo", owner=ME), size=SHORT_LIST + 2).rows
    back = home.came_back(me, limit=SHORT_LIST)
    rows = rows_of([*mine, *back], staff=me)
    return {
        "counts": queue.tab_counts(me, QueueFilter()),
        "mine": rows[: len(mine)],
        "back": rows[len(mine) :],
        "came_back": home.numbers(me, {"all": home.came_back_ids})["all"] if len(back) == SHORT_LIST else len(back),
        "decided_today": home.decided_by(me, clock.today()),
    }


def supervisor(me: Actor) -> Facts:
    """Backlog, deadlines, people."""
    period = rules.preset_period(rules.STANDARD_PRESET, clock.today())
    found = flow.flow(flow.Filter(me, period))
    late = queue.queue_page(me, QueueFilter("overdue"), size=SHORT_LIST).rows
    return {
        "counts": queue.tab_counts(me, QueueFilter()),
        "today_counts": found.days[-1],
        "on_time": summary.on_time(found),
        "people": home.workloads(me),
        "late": rows_of(list(late), staff=me),
        "alarms": home.alarms(me, limit=SHORT_LIST),
        "alarm_words": ALARMS,
        "years_to_enter": centres.years_to_enter(),
        "chart": page_chart(CHARTS["flow"], found.days),
    }


def mailroom_clerk(me: Actor) -> Facts:
    """Cards to make, parcels to post, batches under way, what came back or is not heard of."""
    batch_count, parcels = home.posted_today(me)
    return {
        "counts": cards.counts(me, "requested", "made", "to_mail"),
        "batch_counts": batches.counts(me, "open", "labelled"),
        "gone_counts": home.numbers(me, {"due": returns.waiting_for}),
        "to_make": cards.page(me, "requested", size=SHORT_LIST).rows,
        "open_batches": home.batches_under_way(me, limit=SHORT_LIST + 2),
        "posted_batches": batch_count,
        "posted_parcels": parcels,
    }


def auditor(me: Actor) -> Facts:
    """The newest entries and what was refused."""
    counted = {"today": home.entry_ids_of_today, "refused": home.refused_ids, "revealed": home.revealed_ids}
    return {
        "counts": home.numbers(me, counted),
        "latest": home.latest_entries(limit=12),
        "refused": home.refused_attempts(limit=SHORT_LIST),
        "alarms": home.alarms(me, limit=SHORT_LIST),
        "alarm_words": ALARMS,
        "audit_rules": audit_rules,
        "watched_days": home.WATCHED_DAYS,
        "watched_from": home.first_watched_day().isoformat(),
    }


def administrator(_me: Actor) -> Facts:
    """What a new office still needs; staff, failed jobs, the state of the system."""
    paused, paused_count = home.paused_members(limit=SHORT_LIST)
    return {
        "guide": guide.guide(),
        "years_to_enter": centres.years_to_enter(),
        "by_role": home.staff_by_role(),
        "roles": ROLE_NAMES,
        "paused": paused,
        "paused_count": paused_count,
        "jobs": health.job_numbers(),
        "failed": health.failed_jobs(SHORT_LIST),
        "checks": {_("Database"): health.database_answers(), _("File store"): health.storage_answers()},
        "disk": health.disk(),
        "mark": health.clock_mark(),
    }


HOMES: dict[Role, Callable[[StaffMember], Facts]] = {
    Role.INTAKE_CLERK: intake_clerk,
    Role.REVIEWER: reviewer,
    Role.SUPERVISOR: supervisor,
    Role.MAILROOM_CLERK: mailroom_clerk,
    Role.AUDITOR: auditor,
    Role.ADMINISTRATOR: administrator,
}
