"""Every setting of Card Desk, read from the environment (prefix CARD_DESK_) or <instance>/settings.env."""

import base64
import ipaddress
import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent
WEAK_SECRETS = frozenset({"", "dev", "secret", "changeme", "change-me", "thisismyscretkey", "\\2\\1thisismyscretkey\\1\\2"})


def is_key(text: str) -> bool:
    """Whether `text` is 32 bytes in base64."""
    try:
        return len(base64.b64decode(text.strip(), validate=True)) == 32
    except ValueError:
        return False


def are_keys(text: str) -> bool:
    """Whether `text` is one key or more, separated by commas."""
    return all(is_key(part) for part in text.split(","))


def networks(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The addresses and networks in a list separated by commas; ValueError if one is neither."""
    return [ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip()]


def host_names(text: str) -> tuple[str, ...]:
    """The host names in a list separated by commas, in small letters."""
    return tuple(one.strip().lower() for one in text.split(",") if one.strip())


def are_named_keys(text: str) -> bool:
    """Whether `text` is one key or more as id:base64, separated by commas."""
    named = [part.partition(":") for part in text.split(",") if part]
    return bool(named) and all(name.strip() and is_key(key) for name, _colon, key in named)


def instance_dir() -> Path:
    """The folder that holds this installation's state; CARD_DESK_INSTANCE moves it."""
    return Path(os.environ.get("CARD_DESK_INSTANCE") or ROOT / "instance").resolve()


def cores(cpu_max: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """How many cores this process may keep busy: those it may run on, or fewer if its control group has a quota (Linux, cgroup v2)."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, period = cpu_max.read_text(encoding="utf-8").split() if cpu_max.exists() else ("max", "0")
    return allowed if quota == "max" else max(1, min(allowed, -(-int(quota) // int(period))))


class Settings(BaseSettings):
    """One attribute per setting; the environment variable is CARD_DESK_ + the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="CARD_DESK_", extra="ignore")

    environment: Literal["production", "demo", "test"] = Field(
        "production", description="demo and test show a banner; only demo may create demo accounts."
    )
    secret_key: SecretStr = Field(SecretStr(""), description="Signs cookies and form tokens; at least 32 characters.")
    data_keys: SecretStr = Field(SecretStr(""), description="Encryption keys, newest first: id:base64 of 32 bytes, separated by commas.")
    index_key: SecretStr = Field(
        SecretStr(""),
        description="Key of the blind index of ID numbers and phones; base64, 32 bytes. While it is changed: new one, comma, old one.",
    )
    backup_key: SecretStr = Field(
        SecretStr(""), description="Key of backups; base64, 32 bytes. Empty: derived from the newest data key, which then opens them."
    )
    seal_keys: SecretStr = Field(
        SecretStr(""), description="Keys of seals of the log whose data key is gone, as `reseal` prints them: id:base64, by commas."
    )
    database_key: SecretStr = Field(SecretStr(""), description="Key of the whole SQLite file; base64, 32 bytes. Not for PostgreSQL.")
    database_key_before: SecretStr = Field(
        SecretStr(""), description="Key that the SQLite file had before; `change-database-key` alone reads it. Base64, 32 bytes."
    )
    plain_database: bool = Field(False, description="Production with an SQLite file that is not encrypted is meant: its disk is encrypted.")
    single_login: bool = Field(
        False, description="Production whose PostgreSQL login owns the tables is meant: there is one login for everything."
    )
    instance: Path = Field(default_factory=instance_dir, description="Folder for database, files, queue and logs.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in the instance folder.")
    storage_url: str = Field("", description="fsspec URL for stored files; empty: the folder 'files' in the instance folder.")
    broker_url: str = Field("", description="Celery broker; empty: a queue of files in the instance folder.")
    jobs_inline: bool = Field(False, description="Run jobs in the web process right after the commit (tests only).")
    host: str = Field("127.0.0.1", description="Address to listen on; HOST overrides.")
    port: int = Field(8080, description="Port to listen on; PORT overrides.", ge=1, le=65535)
    web_processes: int = Field(0, description="Web processes; 0: one for each core that this machine lets us use.", ge=0, le=64)
    web_threads: int = Field(8, description="Threads of each web process.", ge=1, le=64)
    worker_threads: int = Field(4, description="Jobs that a worker does at the same time.", ge=1, le=64)
    trusted_hosts: str = Field("", description="Host names that may be asked for, separated by commas; empty: any.")
    doors: Literal["all", "staff", "online", "api"] = Field(
        "all", description="What this process serves: staff (the desk), online (residents' pages), api (programs), or all of it."
    )
    online_hosts: str = Field(
        "",
        description="Host names, by commas, that answer residents' pages and programs alone; empty: only a demo has them.",
    )
    https: bool = Field(False, description="The site is reached by https: secure cookie and HSTS are on.")
    plain_http: bool = Field(False, description="Production without https is meant: a closed network where nobody else listens.")
    timezone: str = Field("Asia/Shanghai", description="Time zone of the office: shown times, working days, report days.")
    session_idle_minutes: int = Field(30, description="Sign-out after this many minutes without a request.", ge=1)
    session_hours: int = Field(10, description="Sign-out after this many hours in any case.", ge=1)
    resident_idle_minutes: int = Field(20, description="Residents are signed out after this many minutes without a request.", ge=1, le=60)
    resident_hours: int = Field(4, description="Residents are signed out after this many hours in any case.", ge=1, le=24)
    code_minutes: int = Field(10, description="Minutes for which a resident's code to sign in is good.", ge=2, le=30)
    codes_per_hour: int = Field(300, description="Most codes to sign in that leave for phones within an hour.", ge=1)
    claim_minutes: int = Field(30, description="How long a claimed case stays with its owner without activity.", ge=1)
    undo_seconds: int = Field(
        10, description="Seconds for which a decision can be taken back and what follows it waits; 0: it acts at once.", ge=0, le=60
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of web servers before the desk, separated by commas; only their X-Forwarded headers count.",
    )
    second_factor_roles: str = Field("", description="Roles that must have a second factor, separated by commas; all: every role.")
    sign_in_minutes: int = Field(15, description="Minutes for which a wrong password counts.", ge=1)
    sign_in_attempts: int = Field(
        10, description="Wrong passwords for an account in that time, per known browser and from all others.", ge=1
    )
    sign_in_address_attempts: int = Field(30, description="Wrong passwords from one address in that time, from unknown browsers.", ge=1)
    sign_in_all_attempts: int = Field(300, description="Wrong passwords in that time, from all unknown browsers together.", ge=1)
    upload_max_bytes: int = Field(10 * 1024 * 1024, description="Largest single file.", ge=1024)
    upload_max_pixels: int = Field(40_000_000, description="Most pixels of a picture.", ge=1)
    upload_max_side: int = Field(8_000, description="Most pixels on one side of a picture.", ge=1)
    upload_max_pages: int = Field(20, description="Most pages of a PDF.", ge=1)
    virus_scanner: str = Field(
        "",
        pattern=r"^(|/.+|\S+:\d+)$",
        description="Where clamd answers: host:port, or the path of its socket; empty: files are not scanned for viruses.",
    )
    request_max_bytes: int = Field(64 * 1024 * 1024, description="Largest whole request with files; one without may hold 500 kB.", ge=1024)
    request_seconds: int = Field(60, description="Seconds after which a request is ended; what it had not saved is not saved.", ge=5)
    api_rate: int = Field(300, description="Requests a minute of one API client that each web process serves; more are told to wait.", ge=1)
    promised_days: int = Field(7, description="Promised working days from submission to decision.", ge=1)
    statutory_days: int = Field(15, description="Statutory working days from submission to decision.", ge=1)
    answer_days: int = Field(15, description="Working days in which a resident brings what was asked for; then the case lapses.", ge=1)
    reminder_days: int = Field(5, description="Working days before that day from which the office reminds the resident.", ge=1)
    card_fee: str = Field(
        "",
        pattern=r"^([0-9]{1,4}(\.[0-9]{1,2})?)?$",
        description="What a resident pays for another card, in yuan; 0: nothing; empty: residents' pages say to ask.",
    )
    second_decision_percent: float = Field(
        5, description="Per cent of the submitted cases that are drawn at random for a second decision.", ge=0, le=100
    )
    second_decision_monthly_most: int = Field(200, description="Most cases that are drawn for a second decision in one month.", ge=0)
    provisional_loss_hours: int = Field(72, description="A provisional loss report lapses after this many hours.", ge=1)
    unsaved_form_days: int = Field(30, description="Days for which what somebody typed and did not save is kept.", ge=1)
    unsent_form_days: int = Field(7, description="Days for which a form of the counter that somebody began and did not send is kept.", ge=1)
    draft_days: int = Field(90, description="Days after which a draft that nobody submitted is deleted with its files.", ge=7)
    call_days: int = Field(1095, description="Days for which calls to residents are kept.", ge=30)
    case_keep_days: int = Field(
        0,
        description="Days for which a submitted case is kept after its end, its resident's data not erased before; 0: not said, none are.",
        ge=0,
    )
    ask_carrier_days: int = Field(
        10, description="Working days after which the carrier is asked about a parcel that nobody says was delivered.", ge=1
    )
    carrier_answer_days: int = Field(
        15, description="Working days in which the carrier answers a question about a parcel; then it may be declared lost.", ge=1
    )
    return_keep_days: int = Field(180, description="Days for which a card that came back by post lies in the mailroom.", ge=1)
    uncollected_days: int = Field(
        365, description="Days for which a card lies ready at a counter; one that nobody collected by then may be sealed.", ge=1
    )
    seal_in_clock: bool = Field(
        True, description="The clock seals the audit log; false where a process of its own does it, with a login of its own."
    )
    anchor_file: str = Field(
        "", description="File to which the newest seal of the audit log is written down; empty: audit-anchors.jsonl in the instance folder."
    )
    anchor_minutes: int = Field(10, description="How often that is done, if there is a newer seal; and once for each day.", ge=1)
    anchor_url: str = Field("", description="Address (http or https) to which each anchor is sent as well: POST, JSON; empty: nowhere.")

    sms_adapter: Literal["", "file", "http", "mail"] = Field(
        "",
        description="How messages to phones leave: http, mail (a gateway that takes mails), file (demo and tests); empty: letters alone.",
    )
    sms_url: str = Field(
        "", description="Address of the gateway for http: POST, JSON with to, text and key, and the header Idempotency-Key."
    )
    sms_key: SecretStr = Field(SecretStr(""), description="Sent to that gateway as a bearer token; empty: none.")
    sms_mail_to: str = Field("", description="Address of the gateway for mail, with {number} where the number stands.")
    sms_mail_from: str = Field("", description="Address that these mails come from.")
    email_adapter: Literal["", "file", "smtp"] = Field(
        "", description="How e-mails to residents who gave an address leave: smtp, or file (demo and tests); empty: none are sent."
    )
    email_from: str = Field("", description="Address that e-mails to residents come from.")
    smtp_url: SecretStr = Field(
        SecretStr(""), description="Mail server: smtp://name:password@host:587 (with STARTTLS) or smtps://…; plain on this machine alone."
    )
    sms_per_hour: int = Field(600, description="Most messages that leave within an hour; the others wait.", ge=1)
    sms_hours: str = Field(
        "08-20", pattern=r"^([01]\d|2[0-3])-([01]\d|2[0-4])$", description="Hours of the office's day in which messages leave; others wait."
    )
    card_serial_pattern: str = Field("[0-9A-Z]{6,20}", description="What a card serial looks like (regular expression, whole text).")
    tracking_pattern: str = Field(
        r"\d{13}|[A-Z]{2}\d{11}", description="Domestic tracking numbers, taken as they are; numbers of UPU S10 are checked."
    )
    post_cut_off: str = Field(
        "16:00",
        description="Until when the post takes what leaves the same working day (24 hours, office time).",
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
    )
    postage: str = Field(
        "registered=4.20",
        description="Price of a piece in yuan by class of the post: registered, ems, parcel; a class without a price has no sum.",
        pattern=r"^ *((registered|ems|parcel)=[0-9]{1,4}(\.[0-9]{1,2})? *)*$",
    )

    carrier_url: str = Field(
        "", description="Address (http or https) of a carrier that gives tracking numbers; empty: they are typed, scanned, or in a file."
    )
    carrier_key: SecretStr = Field(SecretStr(""), description="How that carrier knows this office (Authorization: Bearer).")
    carrier_seconds: float = Field(
        10, description="Seconds in which the carrier answers; then it is asked again, under the same key.", gt=0, le=60
    )

    @model_validator(mode="after")
    def _fill_paths(self) -> "Settings":
        self.instance = Path(self.instance).resolve()
        self.database_url = self.database_url or f"sqlite:///{self.instance / 'card_desk.db'}"
        self.anchor_file = self.anchor_file or str(self.instance / "audit-anchors.jsonl")
        if self.anchor_url and not self.anchor_url.startswith(("http://", "https://")):
            raise ValueError("anchor_url is an address that begins with http:// or https://")
        if self.carrier_url and not self.carrier_url.startswith(("http://", "https://")):
            raise ValueError("carrier_url is an address that begins with http:// or https://")
        if wrong := self._wrong_gateway():
            raise ValueError(wrong)
        networks(self.trusted_proxies)
        self.storage_url = self.storage_url or f"file://{self.instance / 'files'}"
        return self

    def _wrong_gateway(self) -> str:
        """What is wrong with the way in which messages leave; '' if nothing is."""
        host = self.smtp_url.get_secret_value().partition("://")
        problems = {
            "file": (self.environment == "production", "sms_adapter file is for demo and tests: it leaves numbers on the disk"),
            "http": (not self.sms_url.startswith(("http://", "https://")), "sms_url is an address that begins with http:// or https://"),
            "mail": (
                self.sms_mail_to.count("{number}") != 1 or "@" not in self.sms_mail_from or host[0] not in ("smtp", "smtps"),
                "sms_adapter mail needs sms_mail_to with {number}, sms_mail_from, and smtp_url that begins with smtp:// or smtps://",
            ),
        }
        mails = {
            "file": (self.environment == "production", "email_adapter file is for demo and tests: it leaves addresses on the disk"),
            "smtp": (
                "@" not in self.email_from or host[0] not in ("smtp", "smtps"),
                "email_adapter smtp needs email_from, and smtp_url that begins with smtp:// or smtps://",
            ),
        }
        is_wrong, sentence = problems.get(self.sms_adapter, (False, ""))
        if not is_wrong:
            is_wrong, sentence = mails.get(self.email_adapter, (False, ""))
        begins, ends = map(int, self.sms_hours.split("-"))
        return sentence if is_wrong else "" if begins < ends else "sms_hours are two hours of one day, the earlier one first"

    def refuse_weak_secrets(self) -> None:
        """Stop the start (SystemExit with a sentence) when a secret is missing, short or a known default."""
        secret = self.secret_key.get_secret_value()
        if secret.lower() in WEAK_SECRETS or len(secret) < 32 or len(set(secret)) < 8:
            raise SystemExit("CARD_DESK_SECRET_KEY is missing, short or a known default: set 32 random characters or more.")
        data_keys, index_key = self.data_keys.get_secret_value(), self.index_key.get_secret_value()
        if not data_keys or not index_key:
            raise SystemExit("CARD_DESK_DATA_KEYS and CARD_DESK_INDEX_KEY must be set; `make office` makes them for a new office.")
        if not are_named_keys(data_keys):
            raise SystemExit("CARD_DESK_DATA_KEYS is malformed: write id:base64 of 32 bytes, separated by commas, the newest first.")
        if not are_keys(index_key):
            raise SystemExit("CARD_DESK_INDEX_KEY is malformed: write base64 of 32 bytes (while it is changed: new, comma, old).")
        seal_keys = self.seal_keys.get_secret_value()
        if seal_keys and not are_named_keys(seal_keys):
            raise SystemExit("CARD_DESK_SEAL_KEYS is malformed: write id:base64 of 32 bytes, by commas, as `reseal` prints it.")
        for name in ("backup_key", "database_key", "database_key_before"):
            key = getattr(self, name).get_secret_value()
            if key and not is_key(key):
                raise SystemExit(f"CARD_DESK_{name.upper()} is malformed: write base64 of 32 bytes, or leave it out.")


@lru_cache(maxsize=1)
def load() -> Settings:
    """The settings of this process, read once; HOST and PORT without prefix win. SystemExit with a sentence for one that cannot be."""
    plain = {name: os.environ[name.upper()] for name in ("host", "port") if os.environ.get(name.upper())}
    try:
        return Settings(_env_file=instance_dir() / "settings.env", **plain)  # type: ignore[call-arg, arg-type]
    except ValidationError as refused:
        wrong = refused.errors(include_input=False)[0]  # what was set may be a key
        name = "_".join(str(part) for part in wrong["loc"]).removeprefix("CARD_DESK_").removeprefix("card_desk_").upper()
    raise SystemExit(f"CARD_DESK_{name} cannot be used: {wrong['msg']}. Mend it in the environment or in settings.env.")
