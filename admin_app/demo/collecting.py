"""Who collected a card at the counter: whoever applied for it."""

from typing import Any

from admin_app.applications.rules import Applicant
from admin_app.cards.rules import Authority, Collector
from admin_app.foundation import crypto
from admin_app.residents.rules import mask_id_number


def collected(case: Any, public_id: str) -> dict[str, object]:
    """What the row of the card `public_id` says of the hand-over of a casework.Case."""
    handed = {"handed_over_by_id": case.story.taken_by.id}
    if case.story.applicant == Applicant.SELF:
        return handed | {"collected_by": case.person.name.written, "collector": Collector.RESIDENT.value}
    number = case.agent.identity.id_number
    is_guardian = case.story.applicant == Applicant.GUARDIAN
    return handed | {
        "collected_by": case.agent.name.written,
        "collector": Collector.PROXY.value,
        "collector_id_sealed": crypto.encrypt_text(number, context=f"card|collector_id|{public_id}"),
        "collector_id_masked": mask_id_number(number),
        "authority": (Authority.GUARDIANSHIP if is_guardian else Authority.AUTHORISATION).value,
    }
