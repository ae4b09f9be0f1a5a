"""Saying something to a resident, printing it, handing messages over, withdrawing what is not true any more."""

from admin_app.notices.operations.printing import MOST_AT_ONCE, mark_printed
from admin_app.notices.operations.telling import drop_waiting, readdress, say

__all__ = ["MOST_AT_ONCE", "drop_waiting", "mark_printed", "readdress", "say"]
