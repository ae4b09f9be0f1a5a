"""Write the log; seal it; prove it; note who looked."""

from admin_app.audit.operations.entries import record
from admin_app.audit.operations.proof import prove
from admin_app.audit.operations.sealing import seal_due

__all__ = ["prove", "record", "seal_due"]
