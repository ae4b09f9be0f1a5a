"""What every template of ours keeps to: nothing inline, only icons and files that exist."""

import re
from pathlib import Path

import pytest

from assets import icon_sprite

ADMIN_APP = Path(__file__).resolve().parents[2] / "admin_app"
TEMPLATES = sorted((ADMIN_APP / "templates").rglob("*.html"))
STATIC = ADMIN_APP / "static"

FORBIDDEN = {
    "a script without src": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"""<[a-z][^>]*\sstyle\s*=""", re.I),
    "an on… handler": re.compile(r"""<[a-z][^>]*\son[a-z]+\s*=\s*["']""", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "a file of another host": re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.I),
    "a Bootstrap script attribute": re.compile(r"\bdata-(?:bs-)?(?:toggle|dismiss|target)=", re.I),
}


def broken_rules(text: str) -> list[str]:
    """The names of the rules that `text` breaks."""
    without_comments = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(without_comments)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ADMIN_APP / "templates")))
def test_a_template_holds_nothing_inline_and_nothing_from_elsewhere(template: Path) -> None:
    assert broken_rules(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("<script>alert(1)</script>", "a script without src"),
        ("<STYLE>p{}</STYLE>", "a style element"),
        ('<p class="x" style="color:red">', "a style attribute"),
        ('<button onclick="go()">', "an on… handler"),
        ('<a href="javascript:go()">', "a javascript: address"),
        ('<script src="https://cdn.example/x.js"></script>', "a file of another host"),
        ('<a data-bs-toggle="dropdown">', "a Bootstrap script attribute"),
    ],
)
def test_the_scan_finds_what_it_is_there_for(text: str, rule: str) -> None:
    assert rule in broken_rules(text)


SCROLLED = re.compile(r"""<[a-z]+(?=[^>]*\bclass="[^"]*\btable-scroll\b)(?:\{\{.*?\}\}|[^>])*>""", re.S)
"""The start tag of whatever moves a wide table sideways."""
BY_KEYBOARD = re.compile(r"""ui\.scrolls\(|tabindex="0"(?=.*\brole=)(?=.*\baria-label)""", re.S)


def out_of_reach(text: str) -> list[str]:
    """The start tags of wide tables that only a pointer moves."""
    return [tag for tag in SCROLLED.findall(text) if not BY_KEYBOARD.search(tag)]


def test_every_wide_table_is_moved_by_keyboard_as_well() -> None:
    found = {str(path.name): out_of_reach(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {name: tags for name, tags in found.items() if tags} == {}


@pytest.mark.parametrize(
    "tag", ['<div class="table-scroll">', '<div class="a table-scroll b" tabindex="0">', '<p id="x" class="table-scroll" role="group">']
)
def test_a_wide_table_that_only_a_pointer_moves_is_found(tag: str) -> None:
    assert out_of_reach(f"{tag}<table>") == [tag]


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    used = {name for path in TEMPLATES for name in re.findall(r"""icon\(\s*['"]([a-z0-9-]+)['"]""", path.read_text(encoding="utf-8"))}
    used |= {name for path in TEMPLATES for name in re.findall(r"""\bicon=\s*['"]([a-z0-9-]+)['"]""", path.read_text(encoding="utf-8"))}
    assert used - set(icon_sprite.names()) == set()


def test_every_icon_of_the_sidebar_is_in_the_sprite() -> None:
    named = re.findall(
        r"""NavItem\([^)]*?["'][A-Z]\w+\.\w+["'],\s*["']([a-z0-9-]+)["']""", (ADMIN_APP / "menu.py").read_text(encoding="utf-8")
    )
    assert set(named) - set(icon_sprite.names()) == set()


def test_the_sprite_was_built_from_the_list_of_names() -> None:
    built = re.findall(r'<symbol id="([a-z0-9-]+)"', icon_sprite.SPRITE.read_text(encoding="utf-8"))
    assert built == icon_sprite.names()


def unused_icons(names: list[str], sources: list[str]) -> list[str]:
    """Those of `names` that no source quotes."""
    quoted = {name for text in sources for name in re.findall(r"""["']([a-z0-9-]+)["']""", text)}
    return sorted(set(names) - quoted)


def test_every_icon_of_the_sprite_is_used() -> None:
    sources = [*TEMPLATES, *ADMIN_APP.rglob("*.py"), *(STATIC / "desk").glob("*.js")]
    assert unused_icons(icon_sprite.names(), [path.read_text(encoding="utf-8") for path in sources]) == []


def test_an_unused_icon_is_noticed() -> None:
    assert unused_icons(["eye", "world"], ["{{ icon('eye') }}"]) == ["world"]


def test_every_static_file_that_a_template_names_exists() -> None:
    named = {name for path in TEMPLATES for name in re.findall(r"""asset\(\s*['"]([^'"~]+)['"]\s*\)""", path.read_text(encoding="utf-8"))}
    assert [name for name in sorted(named) if not (STATIC / name).is_file()] == []


SENT_AGAIN = "in again.fields"
"""The fields of a request that met a database in trouble, its token among them: no session can be read to make another one."""


def forms_without_token(texts: list[str]) -> list[str]:
    """The opening tags of POST forms that carry no token, of the desk or of a resident, and no stamp, themselves or through a macro."""
    bodies = [found for text in texts for found in re.findall(r"{%-?\s*macro\s+(\w+)\((.*?)endmacro", text, re.S)]
    carrying = {name for name, body in bodies if "csrf()" in body} | {"csrf", "hidden_tag", "stamp", "token"}
    forms = [
        form for text in texts for form in re.findall(r"<form\b.*?</form>", text, re.S) if re.search(r"""method=["']post["']""", form, re.I)
    ]
    forms = [form for form in forms if SENT_AGAIN not in form]
    return [form.split(">")[0] for form in forms if not any(re.search(rf"\b{name}\(", form) for name in carrying)]


def test_every_post_form_carries_the_token() -> None:
    assert forms_without_token([path.read_text(encoding="utf-8") for path in TEMPLATES]) == []


def test_a_form_without_a_token_is_noticed() -> None:
    assert forms_without_token(['<form method="post"><button>Go</button></form>']) == ['<form method="post"']
    assert forms_without_token(["{% macro kept() %}{{ csrf() }}{% endmacro %}", '<form method="post">{{ kept() }}</form>']) == []
