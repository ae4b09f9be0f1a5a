"""Every visible text can be read in both languages."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "admin_app" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
METHODS = [("**/migrations/**", "ignore"), ("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None, "_n": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
TAG_BY_CODE = re.compile(r"(</?)\s*\{\{.*?\}\}")
CLASS_MACRO = re.compile(r"\{%-?\s*macro \w+_class\(.*?endmacro\s*-?%\}", re.DOTALL)
SAMPLE_NUMBER = re.compile(r"\b[A-Z]{2}-\d{2}-\d{7}\b")
WIDE_MARK = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!)(][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?!\w)|\.\.\.")


def texts_in(folder: Path) -> dict[str, str]:
    """Every text that is marked for translation below `folder`, and where it first stands."""
    found: dict[str, str] = {}
    for name, line, message, _comments, _context in extract_from_dir(folder, METHODS, keywords=KEYWORDS):
        for text in message if isinstance(message, tuple) else (message,):
            if isinstance(text, str) and text.strip():
                found.setdefault(text, f"{name}:{line}")
    return found


def translated(catalogue: Catalog) -> dict[str, str]:
    """Text → translation, without empty and fuzzy ones."""
    pairs: dict[str, str] = {}
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if all(strings):
            pairs |= {text: strings[min(index, len(strings) - 1)] for index, text in enumerate(ids)}
    return pairs


def missing(texts: dict[str, str], pairs: dict[str, str]) -> list[str]:
    """The texts that have no translation, with their places."""
    return sorted(f"{place}: {text}" for text, place in texts.items() if text not in pairs)


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return translated(read_po(file, locale="zh"))


def test_every_text_has_a_chinese_translation(chinese):
    assert missing(texts_in(ROOT / "admin_app"), chinese) == []


def test_a_text_without_translation_is_found(tmp_path):
    (tmp_path / "page.py").write_text('_("Nobody has translated this")', encoding="utf-8")
    assert missing(texts_in(tmp_path), {}) == ["page.py:1: Nobody has translated this"]


def test_translations_keep_their_placeholders(chinese):
    changed = [text for text, other in chinese.items() if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(other))]
    assert changed == []


def test_chinese_texts_are_chinese(chinese):
    names = {"Card Desk", "PDF", "CSV", "SVG", "PNG", "English", "中文", "PDF · CSV", "Code 128"}
    latin = [f"{text} = {other}" for text, other in chinese.items() if not re.search(r"[\u4e00-\u9fff]", other) and other not in names]
    # Numbers, keys and pure placeholders have nothing to translate.
    assert [line for line in latin if re.search(r"[a-z]{3}", PLACEHOLDER.sub("", line.split(" = ")[1]))] == []


def test_chinese_texts_use_wide_punctuation(chinese):
    assert [other for other in chinese.values() if WIDE_MARK.search(PLACEHOLDER.sub("字", other))] == []


def test_chinese_has_one_form_for_every_number():
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh")
    assert catalogue.num_plurals == 1
    assert [message.id for message in catalogue if isinstance(message.string, tuple) and len(message.string) != 1] == []


class _Literals(HTMLParser):
    """Collects text and readable attributes that are written into a template as they are."""

    SILENT = frozenset({"script", "style", "svg", "code", "kbd"})
    READ = frozenset({"title", "placeholder", "aria-label", "alt"})
    # A short text may name its own language, like the switch «中文»; whole sections may not.
    NAMED = frozenset({"a", "button", "option", "span"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT or (tag in self.NAMED and (dict(attrs).get("lang") or "").strip()):
            self.inside.append(tag)
        self.found += [value for name, value in attrs if name in self.READ and value and re.search(r"[A-Za-z]{2}", value)]

    def handle_endtag(self, tag: str) -> None:
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside and re.search(r"[A-Za-z]{2}|[\u4e00-\u9fff]", data):
            self.found.append(" ".join(data.split()))


ALLOWED = {
    "Card Desk",
    "补卡工作台",
    "English",
    "中文",
    "Ctrl",
    "PDF",
    "CSV",
    "KB",
    "MB",
    "mm",
    "EN",
    "A4",
    "ID",
    "SVG",
    "PNG",
    "UTC",
    "Enter",
    "Esc",
}


WORD = re.compile(r"[A-Za-z\u4e00-\u9fff][\w-]+")
# Addresses of views, classes of fields, language tags; «收» stands on Chinese labels whatever the reader's language.
CODE_NAME = re.compile(r"\w+View\.\w+|\w+Field|zh-Hans| 收")


def literals(source: str) -> list[str]:
    """Texts of a template that do not pass through the catalogue."""
    parser = _Literals()
    parser.feed(CODE.sub(" ", TAG_BY_CODE.sub(r"\1div", CLASS_MACRO.sub("", source))))
    return [text for text in parser.found if not set(WORD.findall(SAMPLE_NUMBER.sub("", text))) <= ALLOWED | {"Desk", "Card"}]


def constants(source: str) -> list[str]:
    """Readable strings inside a template's code that are not handed to the catalogue."""
    found: list[str] = []

    def look(node: nodes.Node) -> None:
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in KEYWORDS:
            for named in node.kwargs:
                look(named)
            return
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            found.append(node.value)
        for child in node.iter_child_nodes():
            look(child)

    look(Environment(autoescape=True).parse(source))
    return [
        text for text in found if re.search(r"[A-Z][a-z]+|[\u4e00-\u9fff]", text) and text not in ALLOWED and not CODE_NAME.fullmatch(text)
    ]


def templates() -> Iterator[Path]:
    return (ROOT / "admin_app" / "templates").rglob("*.html")


@pytest.mark.parametrize("path", sorted(templates()), ids=lambda path: str(path.relative_to(ROOT / "admin_app" / "templates")))
def test_templates_write_no_text_of_their_own(path):
    source = path.read_text(encoding="utf-8")
    assert literals(source) + constants(source) == []


def test_a_text_written_into_a_template_is_found():
    assert literals('<p title="Hello you">{{ _("Fine") }} Not fine</p>') == ["Hello you", "Not fine"]


def test_a_text_written_into_the_code_of_a_template_is_found():
    assert constants('{{ ui.button("Send it", label=_("Fine")) }}{{ _("%(who)s", who="Somebody") }}') == ["Send it", "Somebody"]


def test_only_short_texts_may_name_their_own_language():
    assert literals('<a lang="en">Receipt</a> <a lang="{{ lang }}">Hello you</a> <div lang="en">Good day</div>') == [
        "Hello you",
        "Good day",
    ]


def test_class_names_and_sample_numbers_are_no_texts():
    assert literals('{% macro a_class(kind) %}btn big{% endmacro %}<{{ tag }} class="btn">BK-26-0048207</{{ tag }}> Not fine') == [
        "Not fine"
    ]
