"""The job that hands a message over: one for each version of its row, so that each try has its own."""

from datetime import timedelta

from admin_app.foundation.jobs.operations import enqueue
from admin_app.notices import rules
from admin_app.notices.models import Notice

JOB = "notices.send"


def order_if_message(notice: Notice, *, wait: timedelta = timedelta(0)) -> None:
    """Have a message handed over after this time, in the open transaction; a letter waits for the printer."""
    if notice.channel != rules.Channel.LETTER:
        enqueue(JOB, dedupe_key=f"{JOB}:{notice.public_id}:{notice.version}", wait=max(wait, timedelta(0)), notice_id=notice.id)
