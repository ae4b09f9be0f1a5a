"""Clients and their keys."""

from datetime import date, datetime

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.foundation import clock, crypto
from admin_app.foundation.actor import Actor, Kind
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.intake_api import rules


def signing_place(prefix: str) -> str:
    """What the signing secret of a key is bound to."""
    return f"api_key|signing|{prefix}"


class ApiClient(Base):
    """A program of somebody else that asks the office by the API 接口应用, such as the city's portal."""

    __tablename__ = "api_client"
    __table_args__ = (CheckConstraint("max_level BETWEEN 1 AND 3", name="max_level"), Index(None, "name", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    """Whose program it is; stands in the log."""
    scopes: Mapped[list[str]] = mapped_column(JSON)
    """Words of rules.Scope."""
    networks: Mapped[str] = mapped_column(String(rules.NETWORKS_LENGTH))
    """From where it may ask: CIDR, one a line."""
    max_level: Mapped[int] = mapped_column(Integer, default=2, server_default="2")
    """How surely it may say that it knows a resident: a number of foundation/filing.py, Level."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    """Switched off: none of its keys opens anything."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    keys: Mapped[list["ClientKey"]] = relationship(back_populates="client", order_by="ClientKey.id.desc()")

    @property
    def actor(self) -> Actor:
        """This program as one who acts."""
        rights = rules.rights_of(self.scopes) if self.is_active else frozenset()
        return Actor(Kind.CLIENT, self.id, str(Kind.CLIENT), rights=rights, name_en=self.name)

    @property
    def live_keys(self) -> list["ClientKey"]:
        """Those of its keys that work today, the newest first."""
        return [key for key in self.keys if key.state in (rules.KeyState.WORKS, rules.KeyState.EXPIRES)]


class ClientKey(Base):
    """A key of a client. The secret was shown once and is nowhere."""

    __tablename__ = "api_key"
    __table_args__ = (Index(None, "client_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("api_client.id"))
    client: Mapped[ApiClient] = relationship(back_populates="keys")
    prefix: Mapped[str] = mapped_column(String(8), unique=True)
    """Its name, a part of the key that may be seen."""
    secret_sha256: Mapped[str] = mapped_column(String(64))
    signing_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """By what its owner signs requests that change something, encrypted for this row; NULL for a key that only reads."""
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was made and shown."""
    expires_on: Mapped[date] = mapped_column(Date)
    """The last day on which it works."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When an administrator ended it; NULL: nobody has."""

    def open_signing(self) -> str:
        """The secret by which requests are signed; '' where there is none."""
        return crypto.decrypt_text(self.signing_sealed, context=signing_place(self.prefix)) if self.signing_sealed else ""

    @property
    def shown(self) -> str:
        """Its beginning, as far as it may be seen."""
        return f"cdk_{self.prefix}_…"

    @property
    def state(self) -> rules.KeyState:
        """How it stands today."""
        return rules.key_state(self.expires_on, is_ended=self.ended_at is not None, today=clock.today())


class IdempotencyKey(Base):
    """A request that changes something, by the key that its sender gave it: running, or done with the answer that is repeated."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        CheckConstraint("(code IS NULL) = (answer IS NULL)", name="answered_whole"),
        UniqueConstraint("client_id", "key"),
        Index(None, "begun_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("api_client.id"))
    key: Mapped[str] = mapped_column(String(64))
    """As the sender made it up."""
    fingerprint: Mapped[str] = mapped_column(String(32))
    """Keyed hash of method, path and body: what was sent cannot be read or guessed from it."""
    run: Mapped[str] = mapped_column(String(32))
    """Random, new with each attempt: only the latest one ends."""
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the latest attempt began."""
    code: Mapped[int | None] = mapped_column(Integer)
    """HTTP status of the answer; NULL while it runs."""
    answer: Mapped[str | None] = mapped_column(Text)
    """The answer (JSON) as it was sent: references and states, nothing about a person; NULL while it runs."""


class SignedMessage(Base):
    """A signed request that came: its id is taken once."""

    __tablename__ = "signed_message"
    __table_args__ = (UniqueConstraint("client_id", "message_id"), Index(None, "came_at", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("api_client.id"))
    message_id: Mapped[str] = mapped_column(String(64))
    came_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it came first."""
