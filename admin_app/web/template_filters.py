"""What templates may call: dates, sizes, languages, the CSRF field, versioned static files."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from flask import Flask, g, request, session, url_for
from flask_babel import format_date, format_datetime, gettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from admin_app.foundation import clock, filing, settings
from admin_app.foundation.actor import Kind
from admin_app.foundation.i18n import html_lang, language, pick, titled
from admin_app.foundation.storage import kinds
from admin_app.web import form_marks, page_texts, partial_pages, time_left, typed_address, undo_bar


def install(app: Flask) -> None:
    """Add our filters and globals to Jinja."""
    static = Path(app.static_folder or "")
    app.add_template_filter(day, "day")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(clock_time, "clock_time")
    app.add_template_global(undo_bar.offers, "undo_offers")
    app.add_template_global(undo_bar.until, "undo_until")
    app.add_template_global(lambda: settings.current().undo_seconds, "undo_seconds")
    app.add_template_filter(time_left.time_left, "time_left")
    app.add_template_filter(time_left.mark_of, "time_mark")
    app.add_template_filter(time_left.days_left, "days_left")
    app.add_template_filter(file_size, "file_size")
    app.add_template_filter(capped, "capped")
    app.add_template_global(csrf)
    app.add_template_global(pick)
    app.add_template_global(titled)
    app.add_template_global(form_marks.page_here, "back_here")
    app.add_template_global(typed_address.levels_of, "address_levels")
    app.add_template_global(typed_address.no_levels, "address_level_names")
    app.add_template_global(filer_name)
    app.add_template_global(filer_words)
    app.add_template_global(lambda: kinds.ACCEPT, "upload_accept")
    app.add_template_global(kinds.words, "upload_kinds")
    app.add_template_global(assets(static), "asset")
    app.context_processor(lambda: page_facts(_person()))


def _person() -> Any:
    # The person, not the proxy: a page asks it dozens of things, and each question to the proxy finds the person anew.
    return current_user._get_current_object() if current_user and current_user.is_authenticated else None


def page_facts(person: Any) -> dict[str, Any]:
    """What every page knows: language, theme, environment, who is signed in (or None)."""
    code = language()
    theme = (session or {}).get("theme") or (person.theme if person else "auto")  # type: ignore[call-overload]
    return {
        **page_texts.of_page(code),
        "day": partial(day, code=code),
        "html_lang": html_lang(code),
        "theme": theme,
        "me": person,
        "environment": settings.current().environment,
        "request_id": g.get("request_id", ""),
        "is_partial": partial_pages.is_partial_request(),
        "today": clock.today(),
        "now": clock.now(),
    }


def filer_name(member: Any, filed_by_kind: str | None) -> str:
    """Who brought a record in: the staff member in the reader's script, or what sort of outsider it was."""
    if member is not None:
        return pick(member, "name") or str(member.username)
    return gettext("Resident") if filed_by_kind == Kind.RESIDENT else gettext("Connected system")


def filer_words(filed_by_kind: str | None, identity_level: int | None) -> str:
    """What sort of outsider filed a record, and how sure the office was of them; '' for what staff took in."""
    if filed_by_kind is None or identity_level is None:
        return ""
    return f"{filer_name(None, filed_by_kind)} · {filing.LEVEL_LABELS[filing.Level(identity_level)]}"


def day(value: date | datetime | None, style: str = "medium", code: str | None = None) -> str:
    """A day in the reader's language (2026-11-22 / 2026年11月22日); '—' for none. style 'short': without the year.

    A template calls day() with its language known; that is quicker than the filter in a list.
    """
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = clock.to_office(value).date()
    is_chinese = (code or language()) == "zh"
    if style == "short":
        return format_date(value, "M月d日" if is_chinese else "d MMM")
    return f"{value.year}年{value.month}月{value.day}日" if is_chinese else value.isoformat()


def clock_time(value: datetime) -> str:
    """The time of day on the office's clock with its seconds: 14:05:09."""
    return clock.to_office(value).strftime("%H:%M:%S")


def moment(value: datetime | None) -> str:
    """A moment on the office's clock to the minute, with the year unless it is this one; '—' for none."""
    if value is None:
        return "—"
    year = "" if clock.to_office(value).year == clock.today().year else "yyyy"
    return format_datetime(value, f"{year and 'yyyy年'}M月d日 HH:mm" if language() == "zh" else f"d MMM {year} HH:mm".replace("  ", " "))


def file_size(size: int) -> str:
    """Bytes as KB, MB or GB."""
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024**2:.1f} MB" if size < 1024**3 else f"{size / 1024**3:.1f} GB"


def capped(count: int, cap: int = 1000) -> str:
    """A count that was only taken up to `cap`: '1,000+' beyond it."""
    return f"{cap:,}+" if count > cap else f"{count:,}"


def csrf() -> Markup:
    """The hidden fields that every form carries: its token, and whose page it stands on."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format("csrf_token", generate_csrf()) + field.format(form_marks.FIELD, form_marks.of_this_page())


def assets(static: Path) -> Callable[[str], str]:
    """A function name -> URL of a file in `static` with its content's hash, so that browsers may keep it for ever."""

    # A page of the queue names the file of icons some forty times. The address depends on where the desk is mounted.
    @lru_cache(maxsize=512)
    def address(name: str, _script_root: str) -> str:
        return url_for("static", filename=name, v=hashlib.sha256((static / name).read_bytes()).hexdigest()[:12])

    return lambda name: address(name, request.script_root)
