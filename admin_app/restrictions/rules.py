"""Why a resident's records are restricted 限制处理, what goes on nevertheless, who may lift it; tables and pure functions."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Kind(StrEnum):
    """Why the records are kept and not used."""

    DISPUTE = "dispute"
    LEGAL_HOLD = "legal_hold"
    AUTHORITY = "authority"


KIND_LABELS = {
    Kind.DISPUTE: _l("The resident disputes what is recorded"),
    Kind.LEGAL_HOLD: _l("Evidence for a claim or a complaint"),
    Kind.AUTHORITY: _l("A court, an authority or the auditor asks for it"),
}
KIND_MARKS = {Kind.DISPUTE: "square", Kind.LEGAL_HOLD: "triangle", Kind.AUTHORITY: "triangle"}
"""Shape beside the word, so that colour alone never tells one from the other."""
LIFTED_BY_ANOTHER = frozenset({Kind.LEGAL_HOLD, Kind.AUTHORITY})
"""Lifted by somebody else than who set it: what is held for others is not released by one person alone."""
LONGEST_DAYS = 1096
"""A restriction is looked at again within three years at the latest; it never ends by itself."""

GOES_ON = {
    "applications.release": "a case goes back to the queue; nothing is decided by that",
    "applications.extend_lease": "a page that is open keeps its place; nothing is decided by that",
    "applications.keep_unsaved": "what a colleague typed is kept for them, so that a refusal loses nothing",
    "applications.drop_unsaved": "what a colleague typed is forgotten at their wish",
    "unsent_forms.close": "follows a form that was sent",
    "cards.request_card": "follows an approval that was given before; making, posting and handing over are stopped",
    "applications.conclude_loss_report": "follows a posting or a hand-over that was done before",
    "loss_reports.conclude": "follows a posting or a hand-over that was done before",
    "production.leave_out": "stops the making of the card",
    "production.cancel": "stops the making of the cards",
    "production.download": "the package was made before; sending it is stopped",
    "production.hand_in": "a file is kept; of the cards of these residents nothing is taken",
    "production.close": "ends the making of the cards",
    "cards.call_back": "stops the making of the card",
    "mailing.take_out": "stops the posting, so that the other parcels of the batch can go",
    "notices.say": "tells of what was done before; printing the letter is stopped",
    "notices.send": "waits by itself while the records are restricted",
    "notices.settle": "says what became of a message that left before",
    "notices.readdress": "only where it leaves follows the resident; printing and sending are stopped",
    "notices.drop": "keeps back a letter that is not true any more",
    "mailing.cancel": "stops the posting",
    "mailing.take_return": "the envelope is here: where it lies is written down; sending it on is stopped",
    "mailing.move_shelf": "where a card lies is written down",
    "mailing.mark_delivered": "what the carrier says was done before",
    "mailing.take_back_delivery": "what was said of the carrier is put right",
    "cards.refuse_destruction": "keeps the cards",
    "mailing.unstuff": "the card is out of its envelope again; nothing leaves by that",
    "mailing.settle_stop": "label and card of a wrong pair are put apart; nothing leaves by that",
    "loss_reports.take": "keeps others from using the card (PIPL article 47: necessary protection goes on)",
    "loss_reports.formalise": "keeps others from using the card (PIPL article 47: necessary protection goes on)",
    "residents.watch": "protects the data",
    "extracts.make": "the resident's right to a copy (PIPL article 45), and how a court gets one",
    "restrictions.restrict": "is refused by its own rule",
    "restrictions.lift": "what ends it",
}
"""Verbs that are done although the records are restricted, and why; every other verb about a resident is refused."""
NOT_IF_ERASED = frozenset({"loss_reports.take", "residents.watch", "extracts.make", "restrictions.restrict"})
"""Those of them that are about nobody once the data are erased; the others find nothing open to work on."""
