"""Clients and their keys."""

from datetime import date, datetime

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.foundation import clock
from admin_app.foundation.actor import Actor, Kind
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.intake_api import rules


class ApiClient(Base):
    """A program of somebody else that asks the office by the API 接口应用, such as the city's portal."""

    __tablename__ = "api_client"
    __table_args__ = (Index(None, "name", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    """Whose program it is; stands in the log."""
    scopes: Mapped[list[str]] = mapped_column(JSON)
    """Words of rules.Scope."""
    networks: Mapped[str] = mapped_column(String(rules.NETWORKS_LENGTH))
    """From where it may ask: CIDR, one a line."""
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
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was made and shown."""
    expires_on: Mapped[date] = mapped_column(Date)
    """The last day on which it works."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When an administrator ended it; NULL: nobody has."""

    @property
    def shown(self) -> str:
        """Its beginning, as far as it may be seen."""
        return f"cdk_{self.prefix}_…"

    @property
    def state(self) -> rules.KeyState:
        """How it stands today."""
        return rules.key_state(self.expires_on, is_ended=self.ended_at is not None, today=clock.today())
