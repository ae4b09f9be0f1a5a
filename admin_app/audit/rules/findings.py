"""What each way to look at somebody's data reads like, and what a check of the log may find, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

READINGS: dict[str, Any] = {
    "resident": _l("Opened the resident"),
    "application": _l("Opened the case"),
    "loss_report": _l("Opened the loss report"),
    "card": _l("Opened the card"),
    "parcel": _l("Opened the parcel"),
    "document": _l("Opened a document"),
    "printed": _l("Opened a receipt or label"),
    "found": _l("Saw the resident in search results"),
    "number": _l("Saw the full ID number"),
    "phone": _l("Saw the full phone number"),
    "extracted": _l("Made a copy of everything about the resident"),
    "number_refused": _l("Was refused a full number"),
    "denied": _l("Asked for a page without permission"),
}
"""What each way to look at a person's data reads like."""

FINDINGS: dict[str, Any] = {
    "changed": _l("Entry %(entry)s is not as it was sealed (seal %(seal)s)."),
    "missing": _l("Entry %(entry)s is gone; it was sealed (seal %(seal)s)."),
    "added": _l("Entry %(entry)s was not there when its neighbours were sealed (seal %(seal)s)."),
    "seal_changed": _l("Seal %(seal)s was changed."),
    "seal_missing": _l("Seal %(seal)s is gone, and later ones are there."),
    "seal_forged": _l("Seal %(seal)s was not made with this office's key."),
    "chain_broken": _l("Seal %(seal)s does not follow the one before it."),
    "key_missing": _l("Seal %(seal)s cannot be checked: the data key that it was made with is not among the settings."),
    "anchor_missing": _l(
        "Seal %(seal)s, up to entry %(entry)s, is written down outside of the database, and the log does not have it: "
        "entries were cut off, or an older backup was put back."
    ),
    "anchor_differs": _l("Seal %(seal)s is not the one that is written down outside of the database: the log was rewritten."),
    "note_changed": _l("Note %(entry)s about who looked is not as it was sealed (seal %(seal)s over notes)."),
    "note_missing": _l("Note %(entry)s about who looked is gone; it was sealed (seal %(seal)s over notes)."),
    "note_added": _l("Note %(entry)s about who looked was not there when its neighbours were sealed (seal %(seal)s over notes)."),
    "note_seal_changed": _l("Seal %(seal)s over notes was changed."),
    "note_seal_missing": _l("Seal %(seal)s over notes is gone, and later ones are there."),
    "note_seal_forged": _l("Seal %(seal)s over notes was not made with this office's key."),
    "note_chain_broken": _l("Seal %(seal)s over notes does not follow the one before it."),
    "note_key_missing": _l("Seal %(seal)s over notes cannot be checked: the data key that it was made with is not among the settings."),
    "note_anchor_missing": _l(
        "Seal %(seal)s over notes is written down outside of the database, and is gone: "
        "notes were cut off, or an older backup was put back."
    ),
    "note_anchor_differs": _l("Seal %(seal)s over notes is not the one that is written down outside of the database."),
    "anchor_unreadable": _l("Line %(entry)s of the anchors cannot be read."),
}
"""What a check of the log found (foundation/seals/check.py), in words."""


def finding_text(what: str, *, entry: int | None, seal: int | None) -> Any:
    """What is wrong with the log, in a sentence."""
    return FINDINGS[what] % {"entry": entry, "seal": seal}
