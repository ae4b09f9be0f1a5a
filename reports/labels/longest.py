"""The longest names and addresses that a design is tried with: a closed set, one for each script, in longest.toml."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from reports.labels.designs import Placeholder, Purpose, designs
from reports.labels.rows import LabelRow

FILE = Path(__file__).with_name("longest.toml")
NUMBER = "PX2611300001234"
FACTS: dict[str, str] = {
    Placeholder.OFFICE_PHONE: "0996-2024801", Placeholder.SINCE: "2026-11-30", Placeholder.BOX: "12/12", Placeholder.COUNT: "500",
    Placeholder.RANGE: "5501–6000", Placeholder.WEIGHT: "10.0 kg",
}  # fmt: skip
"""What designs ask for that are not for the post, as long as it gets."""


class Example(BaseModel):
    """One invented person at the longest address of a script."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    recipient: str
    recipient_latin: str = ""
    postcode: str = Field(pattern=r"^[0-9]{6}$")
    address: tuple[str, ...]
    phone: str
    sender: str
    sender_postcode: str
    sender_latin: str

    def row(self, *, design: str, variant: str, phone: str) -> LabelRow:
        """Return it as a label; `phone` is what of the number is printed."""
        sender, postcode = self.sender_latin if variant == "en" else self.sender, self.postcode
        if designs()[design].purpose == Purpose.RETURN:
            sender, postcode = sender.removesuffix(self.sender_postcode).rstrip(), self.sender_postcode
        return LabelRow(
            NUMBER, self.recipient, postcode, self.address, phone_masked=phone, sender=sender, sender_postcode=self.sender_postcode,
            recipient_latin=self.recipient_latin, sender_latin=self.sender_latin, design=design, variant=variant,
            more=FACTS | {Placeholder.INITIAL: (self.recipient_latin or self.recipient)[0]},
        )  # fmt: skip


class _Examples(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    example: tuple[Example, ...]


@cache
def examples() -> dict[str, Example]:
    """Return every example by its code, in the order of the file."""
    found = _Examples.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
    return {one.code: one for one in found.example}
