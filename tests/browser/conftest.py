"""A real desk (web, worker and clock as processes, a small demo office) and a real browser that watches for faults."""

import json
import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from run import flask_line, web_line
from tests.apps import KEYS
from tests.browser.desk import APPLICATIONS, CHROMIUM, HTML_LANG, PATIENCE_MS, ROOT, Desk, Person, free_port

HERE = Path(__file__).parent
SHARED_OUT = ("test_every_list",)
"""Here each language looks at a part of its own."""

TAKES_ALL = "test_the_mailroom_clerk_labels_all_that_is_ready_in_one_batch"
"""Leaves no ready card at the desk all share: it comes after those that need some."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is walked in both languages is walked in one of them, by turns, for which a commit waits; in both for `make proof`."""
    walks: dict[str, dict[str, pytest.Item]] = {}
    for item in items:
        if item.path.parent == HERE and item.path.stem not in SHARED_OUT:
            walks.setdefault(re.sub(r"(?<=[\[-])(?:en|zh)(?=[\]-])", "", item.nodeid), {})[_language_of(item)] = item
    for place, walk in enumerate(walk for walk in walks.values() if len(walk) > 1):
        walk[("zh", "en")[place % 2]].add_marker("proof")
    items.sort(key=lambda item: item.path.parent == HERE and item.name.partition("[")[0] == TAKES_ALL)


def _language_of(item: pytest.Item) -> str:
    return str(item.callspec.params.get("language", "")) if hasattr(item, "callspec") else ""


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Migrate, load a demo office, start the three processes; stop them at the end."""
    instance, port = tmp_path_factory.mktemp("desk"), free_port()
    environment = dict(os.environ) | {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
    environment |= {"CARD_DESK_ENVIRONMENT": "demo", "CARD_DESK_INSTANCE": str(instance), "CARD_DESK_SESSION_IDLE_MINUTES": "600"}
    environment["CARD_DESK_SECOND_DECISION_PERCENT"] = "0"  # a case of a test is drawn only if the test draws it
    for arguments in (["db", "upgrade"], ["demo", "--applications", str(APPLICATIONS), "--seed", "3"]):
        subprocess.run(flask_line(*arguments), cwd=ROOT, env=environment, check=True, capture_output=True)
    lines = [web_line(f"127.0.0.1:{port}", processes=1, threads=8), flask_line("worker"), flask_line("clock")]
    log = (instance / "processes.log").open("wb")
    processes = [subprocess.Popen(line, cwd=ROOT, env=environment, stdout=log, stderr=log) for line in lines]
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        accounts = json.loads((instance / "demo-accounts.json").read_text(encoding="utf-8"))
        yield Desk(url, instance, accounts, environment)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)
        log.close()


def _wait(url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(720):
        try:
            opener.open(url + "/sign-in", timeout=30).read()
            return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the desk did not start")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright; for pictures with our own fonts, so that they look the same from every machine."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is missing: make test installs it"
    with sync_playwright() as playwright:
        fonts = _our_fonts(tmp_path_factory.mktemp("fonts")) if os.environ.get("CARD_DESK_PICTURES") else {}
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM, env={**os.environ, **fonts})
        yield browser
        browser.close()


def _our_fonts(folder: Path) -> dict[str, str]:
    lines = (f"<dir>{ROOT / 'reports' / 'fonts'}</dir>", f"<cachedir>{folder}</cachedir>")
    (folder / "fonts.conf").write_text(f"<fontconfig>{''.join(lines)}</fontconfig>", encoding="utf-8")
    return {"FONTCONFIG_FILE": str(folder / "fonts.conf")}


@pytest.fixture
def contexts(chromium: Browser) -> Iterator[list[BrowserContext]]:
    """Browser contexts of one test, closed afterwards."""
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    """Every journey is walked in both languages, see above."""
    return str(request.param)


@pytest.fixture
def person(desk: Desk, chromium: Browser, contexts: list[BrowserContext], language: str):
    """person('reviewer', theme='dark') is somebody signed in, in the language of the test.

    The session is that of earlier tests, unless it has ended or is so old that the desk might ask for a fresh proof. Who is called
    twice in one test sits at two browsers, each with a session of its own.
    """
    here: set[str] = set()

    def enter(role: str, *, theme: str = "light", width: int = 1440, height: int = 940) -> Person:
        locale = "zh-CN" if language == "zh" else "en-GB"
        known = None if role in here else desk.cookies_of(role)
        here.add(role)
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme="light" if theme == "auto" else theme,
            storage_state=known,
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        somebody = Person(context.new_page(), desk, role, language)
        _watch(somebody)
        if "/sign-in" in somebody.open("/" if known else "/sign-in").url:
            _sign_in(somebody)
            desk.signed_in[role] = time.monotonic(), context.storage_state()
        _prefer(somebody, language=language, theme=theme)
        return somebody

    return enter


def _sign_in(somebody: Person) -> None:
    page, account = somebody.page, somebody.desk.accounts[somebody.role]
    page.locator("input[name=username]").fill(account["username"])
    page.locator("input[name=password]").fill(account["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _prefer(somebody: Person, *, language: str, theme: str) -> None:
    page, root = somebody.page, somebody.page.locator("html")
    if (root.get_attribute("lang"), root.get_attribute("data-theme-choice")) == (HTML_LANG[language], theme):
        return
    token = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    headers = {"Sec-Fetch-Site": "same-origin"}
    form = {"csrf_token": token, "back": "/", "language": language, "theme": theme}
    answer = page.request.post(somebody.desk.url + "/preferences/", form=form, headers=headers, max_redirects=0)
    assert answer.status == 302, answer.status
    page.reload()


def _watch(somebody: Person) -> None:
    page = somebody.page
    page.on("console", lambda message: _note(somebody, message.type, message.text))
    page.on("pageerror", lambda error: somebody.faults.append(f"script: {error}"))
    page.on("response", lambda answer: somebody.faults.append(f"{answer.status}: {answer.url}") if answer.status >= 500 else None)


def _note(somebody: Person, kind: str, text: str) -> None:
    # A refusal (4xx) is an answer that a test asks for; the browser reports each one as a resource that failed.
    if kind == "error" and not text.startswith("Failed to load resource: the server responded with a status of 4"):
        somebody.faults.append(f"console: {text}")
