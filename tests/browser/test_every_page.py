"""Every page that a role can reach: every header on each answer, nothing that the content policy forbids, no other host (T-17)."""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, ConsoleMessage, Error, Page, Response

from admin_app.web.files import OWN_PDF, PICTURE, SANDBOX
from admin_app.web.headers import HEADERS, POLICY
from tests.access_table import TABLE
from tests.browser.desk import Desk, Person
from tests.forms import FILES
from tests.routes import LETTERS

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["en"], indirect=True)]
POLICIES = {POLICY, SANDBOX, PICTURE, OWN_PDF}
MOST_OF_A_SHAPE, MOST_OF_A_ROUTE, MOST_ASKED = 2, 5, 8
"""Addresses that are opened of one route, with the same arguments and with whatever arguments: not each record, not each filter."""
RULES = {key.removeprefix("GET "): who for key, who in TABLE.items() if key.startswith("GET ")}
PATTERNS = {rule: re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", rule.replace(".", r"\."))) for rule in RULES}
STATIC = "/static/<filename>"
PATTERNS[STATIC] = re.compile("/static/.+")
NOT_THERE = {
    "/jobs/<public_id>", "/lists/files/<public_id>", "/lists/files/<public_id>/content", "/residents/new/<token>",
    "/cards/<public_id>/hand-over", "/erasures/<public_id>", "/loss-reports/<public_id>/proof/pages/<number>", "/restrictions/<public_id>",
    "/cards/<public_id>/authority/pages/<number>",
    "/mailing/parcels/labels/<code>/print-again",
}  # fmt: skip
"""What a form leads to, for minutes, and what a demo has none of: asked with an id that nobody has, they answer that it is not there."""
REACHED = {200, 302, 409, 422}
"""A page was shown, or the record was found and is not in the right state for it."""
LINKS = "links => links.map(link => new URL(link.href)).filter(url => url.host === location.host).map(url => url.pathname + url.search)"
FEWEST = 30
"""Addresses that answer anybody, at least."""
SAVED = "Download is starting"
"""What the browser says of an address whose answer is saved and no page."""
REFUSED = "Failed to load resource: the server responded with a status of 4"


def rule_of(path: str) -> str:
    """The route that serves the path, the one with the fewest parameters first; '' for what no route serves."""
    return min((rule for rule, pattern in PATTERNS.items() if pattern.fullmatch(path)), key=lambda rule: rule.count("<"), default="")


def shape(address: str) -> str:
    """The route of an address with the names of its arguments."""
    path, _, arguments = address.partition("?")
    return (rule_of(path) or path) + "?" + "&".join(sorted({part.partition("=")[0] for part in arguments.split("&")}))


def lacking(told: dict[str, str], *, is_static: bool) -> list[str]:
    """What the headers of an answer of ours lack, or say otherwise than all answers do."""
    wrong = [name for name, value in HEADERS.items() if told.get(name.lower()) != value]
    if told.get("content-security-policy") not in POLICIES:
        wrong.append("a policy of ours")
    if not is_static and told.get("cache-control") != "no-store":
        wrong.append("no-store")
    if any(mark.isdigit() for mark in told.get("server", "")):
        wrong.append("a server without its version")
    return wrong


class Watch:
    """Everything that a page asks for, is answered and complains about: what is wrong with it, and which routes answered."""

    def __init__(self, page: Page, desk: Desk) -> None:
        self.host = urlsplit(desk.url).netloc
        self.faults: list[str] = []
        self.answers: Counter[str] = Counter()
        self.paths: dict[str, None] = {}
        page.on("request", lambda asked: self.asked(asked.url))
        page.on("response", self.answered)
        page.on("console", self.complained)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def asked(self, url: str) -> None:
        """Note a request to another host; data: and blob: stay in the browser."""
        place = urlsplit(url)
        if place.scheme in ("http", "https", "ws", "wss") and place.netloc != self.host:
            self.faults.append(f"foreign: {url}")

    def answered(self, answer: Response | APIResponse) -> None:
        """Look at one answer: redirects, refusals, pictures and scripts are answers, too."""
        place = urlsplit(answer.url)
        if place.netloc != self.host or place.scheme not in ("http", "https"):
            return
        rule = rule_of(place.path)
        if answer.status in REACHED:
            self.answers[rule] += 1
            self.paths[place.path] = None
        if answer.status >= 500:
            self.faults.append(f"{answer.status}: {place.path}")
        lacks = lacking(answer.headers, is_static=rule == STATIC)
        self.faults += [f"without {what}: {place.path}" for what in lacks]

    def complained(self, message: ConsoleMessage) -> None:
        """Note what the browser reports as an error; a refusal (4xx) is an answer."""
        if message.type == "error" and not message.text.startswith(REFUSED):
            self.faults.append(f"console: {message.text[:120]} ({urlsplit(message.location['url']).path})")


def look_at(page: Page, watch: Watch, url: str) -> list[str]:
    """Open an address as a person would; where its links lead."""
    if FILES.search(rule_of(urlsplit(url).path)):
        watch.answered(page.request.get(url))
        return []
    try:
        page.goto(url, wait_until="load")
    except Error as saved:
        if SAVED not in str(saved):
            raise
        return []
    if page.locator("[data-figure-url]").count():
        page.locator(".js-plotly-plot, .chart-empty").first.wait_for()
    return [str(link) for link in page.locator("a[href]").evaluate_all(LINKS)]


def crawl(page: Page, watch: Watch, desk: Desk, waiting: list[str]) -> Counter[str]:
    """Follow links from these addresses; how many pages of each shape were opened."""
    opened, of_route, seen = Counter[str](), Counter[str](), set[str]()
    while waiting:
        address = waiting.pop(0)
        kind = shape(address)
        route = kind.partition("?")[0]
        if address in seen or opened[kind] >= MOST_OF_A_SHAPE or of_route[route] >= MOST_OF_A_ROUTE:
            continue
        seen.add(address)
        opened[kind] += 1
        of_route[route] += 1
        waiting += look_at(page, watch, desk.url + address)
    return opened


def search(page: Page, desk: Desk) -> list[str]:
    """Search as a person does at the top of each page, where the role may; where that leads."""
    page.goto(desk.url + "/")
    field = page.locator("form[action='/search/'] input[name=q]")
    if not field.count():
        return []
    field.fill("王")
    field.press("Enter")
    page.wait_for_url("**/search/**")
    return [page.url.removeprefix(desk.url)]


def asked_directly(rule: str, known: Iterable[str]) -> list[str]:
    """Addresses of a route to which no link led, with the ids of records that somebody saw in the same part of the desk."""
    parts = re.split(r"<(\w+)>", rule)
    found = dict[str, None]()
    for path in known:
        match = PATTERNS[rule_of(path)].fullmatch(path) if rule_of(path).split("/")[1:2] == rule.split("/")[1:2] else None
        values = {"number": "1"} | (match.groupdict() if match else {})
        if values.keys() >= set(parts[1::2]):
            found["".join(values[part] if place % 2 else part for place, part in enumerate(parts))] = None
    return [*list(found)[-MOST_ASKED:], re.sub(r"<\w+>", "0" * 32, rule)]


def by_links(somebody: Person) -> Watch:
    """Everything that links lead to, from the home page and from what a search finds."""
    page, desk = somebody.page, somebody.desk
    watch = Watch(page, desk)
    opened = crawl(page, watch, desk, ["/", *search(page, desk)])
    print(f"{somebody.role}: {opened.total()} pages of {len(opened)} shapes by links, of {len(watch.answers)} routes", flush=True)
    return watch


def directly(somebody: Person, watch: Watch, wanted: Iterable[str], known: Iterable[str]) -> None:
    """Ask the routes to which no link led."""
    for rule in wanted:
        for address in asked_directly(rule, known):
            if not watch.answers[rule]:
                look_at(somebody.page, watch, somebody.desk.url + address)
    missed = sorted(rule for rule in wanted if not watch.answers[rule])
    print(f"{somebody.role}: {watch.answers.total()} answers, not reached {missed}, wrong {watch.faults[:9]}", flush=True)


def test_whoever_is_not_signed_in_is_answered_as_all_are(desk: Desk, chromium: Browser, contexts: list[BrowserContext], language) -> None:
    contexts.append(chromium.new_context())
    page = contexts[-1].new_page()
    watch = Watch(page, desk)
    for address in ("/sign-in", "/sign-in/code", "/health", "/account/", "/nowhere", "/static/nothing-here.css"):
        page.goto(desk.url + address)
    assert watch.faults == []
    assert {"/sign-in", "/sign-in/code", "/health", "/account/", STATIC} <= watch.answers.keys()


def test_control_what_the_policy_forbids_a_bare_answer_and_another_host_are_noticed(person) -> None:
    somebody = person("administrator")
    page, desk = somebody.page, somebody.desk
    watch = Watch(page, desk)
    page.goto(desk.url + "/centres/")
    assert watch.faults == [] and watch.answers["/centres/"] == 1 and watch.answers[STATIC] > 1
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate("() => document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))")
    page.route("**/account/", lambda route: route.fulfill(status=200, body="bare", headers={"Server": "desk/1.0"}))
    page.route("http://example.invalid/", lambda route: route.fulfill(status=200, body="elsewhere"))
    for url in (desk.url + "/account/", "http://example.invalid/"):
        page.goto(url)
    said = " ".join(watch.faults)
    assert "Content Security Policy" in said and "foreign: http://example.invalid/" in said
    noticed = {fault for fault in watch.faults if fault.endswith(": /account/")}
    assert noticed == {f"without {what}: /account/" for what in (*HEADERS, "a policy of ours", "no-store", "a server without its version")}


@pytest.mark.proof
def test_every_page_of_every_role_is_answered_as_all_are(person) -> None:
    people = {letter: person(role) for letter, role in LETTERS.items()}
    watches = {letter: by_links(somebody) for letter, somebody in people.items()}
    known = [path for watch in watches.values() for path in watch.paths]
    for letter, watch in watches.items():
        wanted = [rule for rule, who in RULES.items() if letter in who and who != "everybody" and not watch.answers[rule]]
        directly(people[letter], watch, wanted, known)
    assert [fault for watch in watches.values() for fault in watch.faults] == []
    reached = {rule for watch in watches.values() for rule in watch.answers}
    assert {rule for rule, who in RULES.items() if who != "everybody"} - reached <= NOT_THERE
    assert all(len(watch.paths) > FEWEST for watch in watches.values())
