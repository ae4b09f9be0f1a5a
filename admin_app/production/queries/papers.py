"""What goes on paper with a package."""

from admin_app.foundation import clock, envelopes
from admin_app.production.models import ProductionBatch
from reports.letters.packing_note import in_groups
from reports.letters.rows import PackingNoteRow

__all__ = ["in_groups", "note_row"]


def note_row(batch: ProductionBatch, maker: str) -> PackingNoteRow:
    """What the cover sheet of a batch is printed from; `maker` is its name in the language of the sheet."""
    made_at = batch.exported_at or batch.created_at
    return PackingNoteRow(
        reference=batch.reference, maker=maker, cards=batch.exported_count, file=f"{batch.reference}.p7m",
        size_bytes=batch.package.size_bytes if batch.package else 0, package_sha256=batch.package_sha256,
        manifest_sha256=batch.manifest_sha256, certificate=envelopes.read_certificate(batch.maker.certificate).fingerprint,
        made_at=clock.to_office(made_at), made_by=batch.created_by.name_shown,
    )  # fmt: skip
