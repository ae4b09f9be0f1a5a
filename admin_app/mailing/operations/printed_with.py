"""With which design each label was printed, in which version of its file: it stands with the label, whatever the file says later."""

from collections.abc import Iterable, Sequence

from admin_app.mailing.models import Label
from reports.labels.designs import designs
from reports.labels.rows import LabelRow


def noted(labels: Iterable[Label], drawn: Sequence[LabelRow]) -> list[Label]:
    """The labels, each with the design of the row that was `drawn` for its code; KeyError if none was."""
    by_code, found = {row.parcel_number: designs()[row.design] for row in drawn}, list(labels)
    for label in found:
        label.design, label.design_version = by_code[label.code].code, by_code[label.code].version
    return found


def said(labels: Sequence[Label]) -> dict[str, object]:
    """What the log says of labels that were made: how many, with which designs in which versions."""
    return {"labels": len(labels), "designs": sorted({f"{label.design} {label.design_version}" for label in labels})}
