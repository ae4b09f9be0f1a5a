"""Write the log; seal it; anchor it; prove it; note who looked."""

from admin_app.audit.operations.anchors import anchor_due, newest_anchor
from admin_app.audit.operations.entries import record
from admin_app.audit.operations.proof import order_check, prove, record_check
from admin_app.audit.operations.sealing import seal_due, seal_notes_due

__all__ = ["anchor_due", "newest_anchor", "order_check", "prove", "record", "record_check", "seal_due", "seal_notes_due"]
