"""The shapes of the contract, by which requests are read and from which the OpenAPI document is made."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from admin_app.applications.rules import Applicant, Delivery, Material, Reason


class Shape(BaseModel):
    """Strict: no other names, no value of another kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Words(Shape):
    """A text in both languages; an empty one is not known in that language."""

    en: str
    zh: str


class OpenHours(Shape):
    """A span of one day, on the clock of the office."""

    opens: Annotated[str, Field(pattern=r"^\d\d:\d\d$", examples=["09:00"])]
    closes: Annotated[str, Field(pattern=r"^\d\d:\d\d$", examples=["17:00"])]


class Centre(Shape):
    """A service centre that takes new cases."""

    code: Annotated[str, Field(description="By which applications name the centre.")]
    name: Words
    district_code: Annotated[str, Field(description="Six digits by GB/T 2260; empty where it is not known.")]
    district: Words
    address: Words
    postcode: str
    phone: str
    latitude: Annotated[float | None, Field(description="Degrees, WGS 84.")]
    longitude: float | None
    hours: Annotated[list[list[OpenHours]], Field(min_length=7, max_length=7, description="Seven days from Monday, without holidays.")]


class CentrePage(Shape):
    """Centres by their code. `next` is the mark of the next page, null on the last one."""

    items: list[Centre]
    next: str | None


class CentreQuery(Shape):
    """Which page of the centres."""

    page: Annotated[str | None, Field(max_length=200, description="The mark of a page, from `next` of the one before.")] = None
    size: Annotated[Literal["25", "50", "100"], Field(description="Entries of one page.")] = "25"


class MaterialsQuery(Shape):
    """The case about which is asked. It names nobody."""

    reason: Annotated[Reason, Field(strict=False)]
    applicant: Annotated[Applicant, Field(strict=False)] = Applicant.SELF
    age: Annotated[int, Field(strict=False, ge=0, le=150, description="Of the resident, in whole years.")]


class Needed(Shape):
    """One thing that an application needs: `material`, or `instead` in its place."""

    material: Material
    instead: Material | None
    label: Words


class Materials(Shape):
    """What an application that comes in by this API needs. Somebody below 16 cannot apply alone: `may_apply` is false then."""

    may_apply: bool
    materials: list[Needed]


class Person(Shape):
    """Somebody by name and ID number, as both stand on the ID card."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    id_number: Annotated[str, Field(min_length=18, max_length=18, pattern=r"^[0-9]{17}[0-9X]$")]


class NewApplication(Shape):
    """An application of a resident. A card goes by post only to the address that the office has; a new one is told at a counter."""

    centre: Annotated[str, Field(max_length=20, description="The `code` of the service centre that works on it.")]
    resident: Person
    identity_level: Annotated[int, Field(ge=1, le=3, description="1 not verified, 2 a code to the phone on file, 3 verified.")]
    reason: Reason
    applicant: Applicant = Applicant.SELF
    agent: Annotated[Person | None, Field(description="Proxy or guardian; null where the resident applies.")] = None
    statement: Annotated[str, Field(max_length=500, description="The reason in the resident's words; needed for `other`.")] = ""
    old_card_serial: Annotated[str, Field(max_length=20)] = ""
    delivery: Delivery = Delivery.COLLECT


class Nothing(Shape):
    """An empty object: the address says it all."""


class Withdrawal(Shape):
    """Why the resident does not want the card any more."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class State(StrEnum):
    """How far an application is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_INFORMATION = "needs_information"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Application(Shape):
    """How far an application is that this program filed."""

    id: Annotated[str, Field(description="By which addresses name it.")]
    reference: Annotated[str, Field(description="By which the office and the resident name it.")]
    status: State
    received_on: date
    promised_on: Annotated[date, Field(description="Promised day of the decision; it moves while the resident owes something.")]
    answer_by: Annotated[date | None, Field(description="Last day for what was asked for; null where nothing is.")]
    missing: Annotated[list[Material], Field(description="Materials without a paper that could stand for them.")]


class ApplicationPage(Shape):
    """What this program filed, the newest first. `next` is the mark of the next page, null on the last one."""

    items: list[Application]
    next: str | None


class Paper(Shape):
    """A paper that was taken, and how far the application is."""

    document: str
    application: Application


class NewLossReport(Shape):
    """That a resident's card is lost or stolen. A formal report voids the card for good and needs a verified identity."""

    centre: Annotated[str, Field(max_length=20, description="The `code` of the service centre that works on it.")]
    resident: Person
    identity_level: Annotated[int, Field(ge=1, le=3, description="2 a code to the phone on file, 3 verified; 1 is refused.")]
    formal: bool = False
    was_stolen: bool = False
    circumstances: Annotated[str, Field(max_length=500)] = ""
    card_serial: Annotated[str, Field(max_length=20)] = ""
    bank_side_reported: Annotated[bool, Field(description="Whether the bank was told, too.")] = False


class Formal(Shape):
    """How surely the resident is known who makes the report formal, for good."""

    identity_level: Annotated[int, Field(ge=1, le=3, description="3 verified; less is refused.")]


class LossState(StrEnum):
    """Where a loss report stands."""

    PROVISIONAL = "provisional"
    FORMAL = "formal"
    LIFTED = "lifted"
    LAPSED = "lapsed"


class LossReport(Shape):
    """A loss report that this program filed."""

    id: Annotated[str, Field(description="By which addresses name it.")]
    reference: Annotated[str, Field(description="By which the office and the resident name it.")]
    status: LossState
    lapses_at: Annotated[datetime | None, Field(description="When a provisional report runs out; null where it does not.")]


class Fault(Shape):
    """One value that is not as the contract says. The value itself is never repeated."""

    pointer: Annotated[str, Field(description="Where, as a JSON pointer (RFC 6901).")]
    code: str
    detail: str


class Problem(Shape):
    """An error (RFC 9457). Programs decide by `type`; `title` and `detail` are in the language of Accept-Language (zh or en)."""

    type: Annotated[str, Field(examples=["urn:card-desk:problem:scope_missing"])] = "about:blank"
    title: str
    status: int
    detail: str
    instance: Annotated[str, Field(description="Tell it to the office when something is unclear: the log knows it.")]
    errors: list[Fault] = []
