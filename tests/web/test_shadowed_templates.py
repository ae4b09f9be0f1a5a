"""Templates of the framework that ours take the place of: a new version of one must be looked at before it is taken over."""

import hashlib
from pathlib import Path

import flask_appbuilder
import pytest
from flask import Flask, current_app, render_template

OURS = Path(__file__).resolve().parents[2] / "admin_app" / "templates" / "appbuilder"
THEIRS = Path(flask_appbuilder.__file__).parent / "templates" / "appbuilder"
SEEN = {
    "baselayout.html": "105fed33362428021ec5e86fa17a25dac8fad972b567c1cb0b3fdb3af821cf07",
    "init.html": "63cd58ec542d996fa33839b677cbe2c089da35a0085222ad01b2bfcb8a119cb8",
}
"""sha256 of the framework's file when ours was written; after looking at the change, put the new one here."""


def drifted(theirs: Path, seen: dict[str, str]) -> list[str]:
    """Names of the files in `theirs` that differ from what was seen, or are gone."""
    return [
        name
        for name, sha in seen.items()
        if not (theirs / name).is_file() or hashlib.sha256((theirs / name).read_bytes()).hexdigest() != sha
    ]


def test_no_shadowed_template_has_changed_upstream() -> None:
    assert drifted(THEIRS, SEEN) == []


def test_a_change_upstream_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "init.html").write_text("another one")
    assert drifted(tmp_path, {"init.html": SEEN["init.html"], "gone.html": "0"}) == ["init.html", "gone.html"]


def test_every_template_that_we_shadow_is_on_the_list() -> None:
    assert sorted(path.relative_to(OURS).as_posix() for path in OURS.rglob("*.html")) == sorted(SEEN)


def test_every_reference_screen_is_drawn_by_a_template_of_ours(app: Flask) -> None:
    drawn = {
        (type(view).__name__, getattr(view, kind))
        for view in current_app.appbuilder.baseviews  # type: ignore[attr-defined]
        for kind in ("list_template", "show_template", "add_template", "edit_template")
        if hasattr(view, kind)
    }
    assert [(name, template) for name, template in sorted(drawn) if template.startswith("appbuilder/")] == []


@pytest.mark.parametrize("name", ["appbuilder/base.html", "appbuilder/baselayout.html", "appbuilder/init.html"])
def test_a_page_of_the_framework_gets_our_frame_and_none_of_its_scripts(app: Flask, name: str) -> None:
    with app.test_request_context("/sign-in"):
        text = render_template(name, base_template="desk/base.html", appbuilder=current_app.appbuilder)  # type: ignore[attr-defined]
    assert "Card Desk" in text
    assert "jquery" not in text.lower()


def test_no_script_or_style_of_the_framework_is_served(app: Flask) -> None:
    assert [rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.endswith("static")] == ["static"]
    assert app.test_client().get("/static/appbuilder/js/jquery-latest.js").status_code == 404
