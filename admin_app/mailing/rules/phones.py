"""How much of a recipient's phone number stands on a label: some carriers call before they ring, some forbid it."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class PhoneShown(StrEnum):
    """What of the phone number is printed."""

    DESIGN = "design"
    """As the design of each label says."""
    MASKED = "masked"
    FULL = "full"
    NONE = "none"


PHONE_LABELS = {
    PhoneShown.DESIGN: _l("As the label design says"),
    PhoneShown.MASKED: _l("Last digits only"),
    PhoneShown.FULL: _l("In full; whoever prints it is noted as a reader of each number"),
    PhoneShown.NONE: _l("Not at all"),
}
