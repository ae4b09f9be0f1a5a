"""Why a resident's data are erased 删除个人信息, and what becomes of each text that leads to them; tables and pure functions."""

from enum import StrEnum
from typing import Any, Final

from flask_babel import lazy_gettext as _l


class Why(StrEnum):
    """On what ground the data are erased (PIPL article 47)."""

    PERIOD_OVER = "period_over"
    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    UNLAWFUL = "unlawful"
    AUTHORITY = "authority"


WHY_LABELS = {
    Why.PERIOD_OVER: _l("The time for which they are kept is over"),
    Why.ASKED: _l("The resident asks for it, and nothing is needed any more"),
    Why.WITHDRAWN: _l("The resident withdrew a consent that they were kept by"),
    Why.UNLAWFUL: _l("They should not have been taken down"),
    Why.AUTHORITY: _l("A court or an authority orders it"),
}


class Answer(StrEnum):
    """What a second person said."""

    CARRY_OUT = "carry_out"
    REFUSE = "refuse"


class Fate(StrEnum):
    """What becomes of a text."""

    KEPT = "kept"
    EMPTIED = "emptied"
    NOTHING = "nothing"
    """NULL instead of a value."""
    SEALED_EMPTY = "sealed_empty"
    """A column that must hold something encrypted holds an empty text."""
    RANDOM = "random"
    """A column that must hold something of its own holds random digits, by which nobody is found."""


E, N, S, K = Fate.EMPTIED, Fate.NOTHING, Fate.SEALED_EMPTY, Fate.KEPT
PLAN: Final[dict[str, dict[str, Fate]]] = {
    "call": {"note": E, "about_ref": K, "outcome": K},
    "decision": {"note": E, "kind": K},
    "recommendation": {"why": E, "note": E, "answer_note": E, "outcome": K, "answer": K, "codes": K, "asked_by": K},
    "document": {"verdict_note": E, "public_id": K, "material": K, "verdict": K, "filed_by_kind": K},
    "carrier_booking": {"public_id": K, "status": K, "number": N, "fault": K},
    "production_line": {"key": K, "outcome": K, "why": K},
    "label": {"reprint_reason": E, "code": K, "design": K, "design_version": K},
    "parcel": {
        "recipient": E, "postcode_sealed": N, "address_sealed": N, "phone_masked": E, "tracking_number": N, "public_id": K, "number": K,
        "status": K, "removed_why": K,
    },
    "contact_attempt": {"note": E, "way": K, "result": K},
    "carrier_inquiry": {"carrier_reference": E, "answer": K},
    "mail_return": {"shelf": K, "reason": K, "outcome": K},
    "card": {
        "serial": N, "spoil_reason": E, "collected_by": E, "collector_id_sealed": N, "collector_id_masked": E,
        "collector_number_confirmed": E, "authority_missing": E,
        "public_id": K, "delivery": K, "status": K, "collector": K, "authority": K, "fault": K,
    },
    "loss_report": {
        "circumstances": E, "card_serial": E, "public_id": K, "reference": K, "channel": K, "status": K, "filed_by_kind": K,
    },
    "application": {
        "statement": E, "agent_name": E, "agent_id_sealed": N, "agent_id_masked": E, "agent_number_confirmed": E, "old_card_serial": E,
        "recipient": E, "postcode_sealed": N, "address_sealed": N, "public_id": K, "reference": K, "channel": K, "reason": K,
        "applicant": K, "delivery": K, "status": K, "filed_by_kind": K, "recommendation": K, "closed_materials": K, "closed_originals": K,
        "look_up_index": N,
    },
    "notice": {
        "words_sealed": N, "recipient_sealed": N, "public_id": K, "dedupe_key": K, "case_ref": K, "reference": K, "kind": K, "channel": K,
        "language": K, "template": K, "status": K, "error": K, "instead_text_sealed": N,
    },
    "restriction": {"reason_sealed": S, "lift_reason_sealed": N, "public_id": K, "kind": K},
    "resident": {
        "name": E, "name_latin": E, "id_number_sealed": S, "id_number_index": Fate.RANDOM, "id_number_masked": E, "number_confirmed": E,
        "phone_sealed": N, "phone_index": N, "phone_masked": E, "postcode_sealed": N, "address_sealed": N, "public_id": K,
        "email_sealed": N, "email_masked": E, "language": K,
    },
    "decision_reason": {"findings": K},
    "sheet_cell": {"spoiled_why": K},
    "stuffing_stop": {"fault": K},
    "erasure": {"public_id": K, "why": K, "answer": K, "counts": K, "objects": K},
}  # fmt: skip
"""Table that leads to a resident -> what becomes of each of its texts, in the order in which they are emptied, the resident last.

What is kept are codes, numbers that the office gave to its own records, and public ids: statistics stay right, nobody is named.
"""
DELETED: Final = (
    "unsaved_form", "unsent_form", "code_request", "resident_session", "account", "resident_correction", "resident_name",
)  # fmt: skip
"""Tables whose rows go as a whole: they say nothing without the person."""
FILES: Final = "stored_file"
"""Papers and printed labels: each row of them points to an empty page, and its object goes."""
ERASED_NAME: Final = "erased.pdf"
"""What a file is called whose content was erased."""
LABELS: Final[dict[str, Any]] = {
    "resident": _l("Name, ID number, phone, e-mail, address"),
    "resident_name": _l("Keys to search by name"),
    "resident_correction": _l("What was known before a correction"),
    "restriction": _l("Words of restrictions"),
    "application": _l("Cases: statement, proxy, recipient, address, number of the old card"),
    "loss_report": _l("Loss reports: what happened, number of the card"),
    "document": _l("Notes on papers"),
    "decision": _l("Notes on decisions"),
    "recommendation": _l("Recommendations in words"),
    "card": _l("Cards: number, who collected it, why it was spoiled"),
    "parcel": _l("Parcels: recipient, address, tracking number"),
    "label": _l("Reasons of reprints"),
    "carrier_booking": _l("Numbers of the carrier"),
    "contact_attempt": _l("Notes on attempts to reach the resident"),
    "carrier_inquiry": _l("Numbers of inquiries with the carrier"),
    "call": _l("Notes on calls"),
    "notice": _l("Letters: what they say, and to which address"),
    "unsaved_form": _l("What somebody typed and did not save"),
    "unsent_form": _l("Forms that somebody began and did not send"),
    "account": _l("The online account"),
    "resident_session": _l("Browsers in which the resident is signed in"),
    "code_request": _l("Codes that were asked for to sign in"),
    "stored_file": _l("Files: papers, proofs, printed labels"),
    "list_file": _l("Files of lists that somebody ordered today"),
    "saved_view": _l("Saved views that ask for the name"),
    "person_key": _l("The key of the words about the resident in the audit log"),
}
"""What is erased, in words."""

STATE_LABELS = {
    "waiting": _l("Waits for a second supervisor"),
    "at_work": _l("Is being erased"),
    "done": _l("Erased"),
    "refused": _l("Refused"),
}
STATE_MARKS = {"waiting": "triangle", "at_work": "square", "done": "check", "refused": "cross"}
"""Shape beside the word, so that colour alone never tells one from the other."""


def texts_of(table: str) -> dict[str, Fate]:
    """Those texts of a table that do not stay."""
    return {column: fate for column, fate in PLAN[table].items() if fate != Fate.KEPT}
