"""The blueprint on which every page for residents hangs, and how one is drawn."""

from typing import Any

from flask import render_template

from admin_app.mailing.rules import standing as told
from admin_app.online import rules
from admin_app.web import public_view

PAGES = public_view.make_pages("online")


def draw(template: str, **facts: Any) -> str:
    """A page for residents."""
    return render_template(template, rules=rules, told=told, **facts)
