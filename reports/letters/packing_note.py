"""The cover sheet that goes with a package to the maker of cards."""

from reports.letters.receipts import printed
from reports.letters.rows import PackingNoteRow
from reports.pdf import renderer
from reports.text import dates
from reports.text.spelling import printable

GROUP, GROUPS = 8, 4
"""A hash is read in groups of so many characters, so many in a line."""


def packing_note(row: PackingNoteRow, language: str) -> bytes:
    """Return the A5 cover sheet as PDF: what the package holds, its hashes, how it is answered, and where to sign."""
    row = printable(row)
    facts = (
        ("packing.maker", row.maker),
        ("packing.cards", f"{row.cards:,}"),
        ("packing.file", row.file),
        ("packing.size", f"{row.size_bytes:,}"),
        ("packing.made_at", dates.minute(row.made_at, language)),
    )
    hashes = (
        ("packing.package", in_groups(row.package_sha256)),
        ("packing.manifest", in_groups(row.manifest_sha256)),
        ("packing.certificate", in_groups(row.certificate.replace(":", ""))),
    )
    html = renderer.document("letters/packing_note.html", language=language, row=row, facts=facts, hashes=hashes)
    return printed(html, number=row.reference, recipient="")


def in_groups(digest: str) -> list[str]:
    """A hash in lines of groups, to be compared by eye."""
    groups = [digest[start : start + GROUP] for start in range(0, len(digest), GROUP)]
    return [" ".join(groups[start : start + GROUPS]) for start in range(0, len(groups), GROUPS)]
