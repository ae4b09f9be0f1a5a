"""Staff members: the framework's user with a role and a centre."""

from datetime import UTC, datetime

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.centres.models import Centre
from admin_app.foundation.actor import Actor, Kind
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.foundation.i18n import pick
from admin_app.staff import permissions


class StaffMember(User):
    """A person who signs in. One role each; the centre is empty for those who work for the whole office."""

    __tablename__ = "ab_user"

    role: Mapped[str] = mapped_column(String(20), default="")
    """A word of permissions.Role; says what the person may do."""
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    centre: Mapped[Centre | None] = relationship(lazy="joined")
    name_zh: Mapped[str] = mapped_column(String(60), default="")
    name_en: Mapped[str] = mapped_column(String(60), default="")
    language: Mapped[str] = mapped_column(String(5), default="")
    """'en' or 'zh': of the screens; set by the person. '' until they choose: then what their browser asks for."""
    theme: Mapped[str] = mapped_column(String(5), default="auto")
    """'auto', 'light' or 'dark'; set by the person."""
    shortcuts_on: Mapped[bool] = mapped_column(Boolean, default=True)
    """Whether single keys act on pages; set by the person."""
    opens_next: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether the next case opens, and is claimed, after each decision; set by the person."""
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    """Set with a one-time password: the person chooses an own one before anything else."""
    paused_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """No sign-in from unknown browsers before this moment: too many wrong passwords. Only shown; the attempts decide."""
    second_factor_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the second factor was set up that is in force; NULL: the password is enough."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    @property
    def display_name(self) -> str:
        """The name that the log keeps: both scripts."""
        return f"{self.name_en} {self.name_zh}".strip() or self.username

    @property
    def name_shown(self) -> str:
        """The name in the reader's script, for what is said about this person on a page."""
        return pick(self, "name") or self.username

    @property
    def signed_in_at(self) -> datetime | None:
        """The last sign-in; the framework's column has no zone, we write UTC."""
        return self.last_login.replace(tzinfo=UTC) if self.last_login else None

    @property
    def role_name(self) -> str:
        """The role in the reader's language."""
        return str(permissions.ROLE_NAMES.get(self.role, self.role))  # type: ignore[call-overload]  # a Role equals its text

    def may(self, permission: str) -> bool:
        """Whether this person's role holds `permission`."""
        return bool(self.active) and permissions.allows(self.role, permission)

    @property
    def actor(self) -> Actor:
        """This person as one who acts: what operations and queries are told, free of the session. Without rights once switched off."""
        rights = permissions.rights_of(self.role) if self.active else frozenset()
        name = self.name_en if self.name_en or self.name_zh else self.username
        return Actor(Kind.STAFF, self.id, self.role, self.centre_id, rights, name_en=name, name_zh=self.name_zh)


class SignInAttempt(Base):
    """An attempt that was not right, or is not decided yet; kept for the minutes in which it counts. The keys are blind indexes."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    """When it was counted, before anything was compared."""
    account_key: Mapped[str] = mapped_column(String(32))
    """Of the name that was typed, whether there is such an account or not."""
    address_key: Mapped[str] = mapped_column(String(32))
    """Of the address that it came from; of an IPv6 address the network."""
    device_key: Mapped[str | None] = mapped_column(String(32))
    """Of the browser, if the person had signed in there before; such an attempt draws from the browser's own budget."""

    __table_args__ = (
        Index("ix_sign_in_attempt_account_key_at", "account_key", "at"),
        Index("ix_sign_in_attempt_address_key_at", "address_key", "at"),
        Index("ix_sign_in_attempt_device_key_at", "device_key", "at"),
    )


class Authenticator(Base):
    """The secret that a person's device and we share, from which both work out codes (TOTP)."""

    __tablename__ = "authenticator"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), unique=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Base32 text, encrypted."""
    last_step: Mapped[int] = mapped_column(BigInteger)
    """The half minute since 1970 whose code was used last: no code is taken twice, nor one before it."""


class RecoveryCode(Base):
    """A code that lets its owner in once without the device."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    code_key: Mapped[str] = mapped_column(String(32))
    """Its keyed hash; the code was shown once and is nowhere."""
    key_name: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """Name of the index key that made the hash (crypto.KeyRing.index_names); '' of one that was in force before keys had names."""
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it let its owner in; NULL: not yet."""

    __table_args__ = (UniqueConstraint("staff_id", "code_key"),)


class Passkey(Base):
    """The public half of a key that a person's device holds."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    staff_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """As the device gave it (COSE); it proves, and opens nothing."""
    uses: Mapped[int] = mapped_column(BigInteger)
    """How often the device says that it signed; it only grows, or a copy of the key is about. Many devices always say 0."""
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When its owner added it."""
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it last signed somebody in; NULL: never."""
