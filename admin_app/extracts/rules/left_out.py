"""What a copy of everything about one resident leaves out, and why; all else of every table that leads to the resident is in it."""

TABLES_LEFT_OUT = {
    "resident_name": "made from the name, to search by it",
    "restriction": "a court or an authority may forbid to tell (PIPL article 18); a supervisor says what may be said",
    "erasure": "that an erasure was asked for, by codes and counts; a supervisor says what became of it",
    "resident_session": "in which browsers the resident is signed in at this moment; gone after some hours",
    "code_request": "that a code to sign in was asked for, by keyed hashes; gone after a day, and the log tells which were sent",
    "production_line": "in which batches of a maker a card was, under a key of its own; the card itself is in it",
    "stuffing_stop": "that label and card did not match at the desk, by codes; it says nothing of the resident",
    "sheet_cell": "in which cell of which sheet of paper a label was printed; the label itself is in it",
    "unsent_form": "what a member of the staff is still typing; gone after some days",
    "unsaved_form": "what a member of the staff is still typing; gone after some days",
}
"""Tables with a way to the resident of which nothing is given, and why."""

COLUMNS_LEFT_OUT = {
    "is_watched": "nobody is told that looks raise an alarm, or it would warn whoever looks",
    "is_restricted": "as for restrictions",
    "erased_at": "of whoever is erased there is no copy",
    "version": "counts changes of the row",
    "is_open": "follows from the status",
    "is_sampled": "drawn by chance, for the office's own check",
    "lease_until": "how long a member of the staff holds the case",
    "claimed_at": "when a member of the staff took the case",
    "findings": "said in the sentence of the reason",
    "closed_materials": "codes of the office's table of materials",
    "closed_originals": "codes of the office's table of materials",
    "sha256": "the name of the object in the store",
    "position": "the place on a sheet of labels",
    "next_on": "when the office looks at it again",
    "start_cell": "the place on a sheet of labels",
    "filed_by_kind": "whether staff filed it",
    "actor_kind": "which list of people the reader belongs to",
    "actor_name": "a member of the staff; the role is given",
    "origin": "the address of a computer of the office",
    "request_id": "a number for whoever looks into errors",
    "changes": "codes of the log; the facts themselves are in the other parts",
    "subject_ref": "the key of a record",
    "case_ref": "the key of a record",
    "resident_ref": "the key of the resident",
    "about_ref": "the key of a record",
    "instead_text": "the letter that would be written where a message fails; it is a notice of its own then",
    "tried_at": "when it was handed over; when it left is given",
    "tries": "how often it was handed over",
    "dedupe_key": "keeps the same thing from being said twice",
    "template_version": "a number of the office's own texts",
    "template": "the name of a text of the office",
    "public_id": "the key of a record",
    "id": "the key of a record",
}
"""Columns that are not given, and why. Nor are keys of other records (…_id), keyed hashes (…_index) and masks of what is given in full."""
MASKED_GIVEN = frozenset({"agent_id_masked", "collector_id_masked"})
"""Masks that are given, because the number in full is somebody else's."""
SEALED_LEFT_OUT = frozenset({"agent_id_sealed", "collector_id_sealed"})
LOOKS_LEFT_OUT = frozenset(
    {
        "residents.watched",
        "residents.unwatched",
        "residents.watched_seen",
        "staff.many_seen",
        "residents.restricted",
        "residents.unrestricted",
    }
)
"""Actions of the log that would tell of an alarm or a restriction."""
MOST = 2000
"""Lines of the log, and of the notes about who looked: the newest."""


def is_given(column: str) -> bool:
    """Whether a column of a table is part of the copy."""
    if column in MASKED_GIVEN:
        return True
    if column in SEALED_LEFT_OUT or name_of(column) in COLUMNS_LEFT_OUT:
        return False
    return not column.endswith(("_id", "_index", "_masked"))


def name_of(column: str) -> str:
    """How the copy calls a column: what is encrypted in the table is not in the copy."""
    return column.removesuffix("_sealed").removesuffix("_stored")
