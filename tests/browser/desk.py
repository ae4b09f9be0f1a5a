"""The desk that runs for these tests, and the people at its browsers."""

import math
import os
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, StorageState

ROOT = Path(__file__).resolve().parents[2]
AXE = next((ROOT / "tests" / "vendor").glob("axe-core-*/axe.min.js"))
PICTURES = ROOT / "docs" / "pictures"
APPLICATIONS = 120
SIGNED_IN_FOR_SECONDS = 600
HTML_LANG = {"zh": "zh-Hans", "en": "en"}
CHROMIUM = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 90_000
"""After which something that does not come is a fault: long, because a busy machine is none."""
STILL = """() => {
    if (document.adoptedStyleSheets.some(sheet => sheet.still)) return;
    const sheet = new CSSStyleSheet();
    sheet.still = true;
    sheet.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }');
    document.adoptedStyleSheets.push(sheet);
}"""
"""Nothing moves or fades any more: axe must not measure a colour that is on its way to another one."""
AXE_RUN = """async () => {
    const found = await axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        resultTypes: ['violations'],  // else axe works out where everything stands that is right
    });
    return found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | '));
}"""


@dataclass
class Desk:
    """The running desk: where it is, its folder, its accounts (role → username, password), who signed in when and got which cookies."""

    url: str
    instance: Path
    accounts: dict[str, dict[str, str]]
    environment: dict[str, str]
    signed_in: dict[str, tuple[float, StorageState]] = field(default_factory=dict)

    def cookies_of(self, role: str) -> StorageState | None:
        """The cookies of whoever signed in in this role in the last ten minutes."""
        at, cookies = self.signed_in.get(role, (-math.inf, None))
        return cookies if time.monotonic() - at < SIGNED_IN_FOR_SECONDS else None


@dataclass
class Person:
    """Somebody at a browser. `faults` collects console errors, failed requests of ours and answers of 500 and above."""

    page: Page
    desk: Desk
    role: str
    language: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page of the desk; it must answer below 400."""
        answer = self.page.goto(self.desk.url + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page

    def check(self, *, allow: tuple[str, ...] = ()) -> None:
        """axe finds nothing on the page in view, the page is in the person's language, and nothing went wrong so far."""
        self.page.evaluate(STILL)
        self.page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
        found = self.page.evaluate(AXE_RUN)
        assert found == [], f"{self.page.url}: {found}"
        assert self.page.locator("html").get_attribute("lang") == HTML_LANG[self.language]
        assert [fault for fault in self.faults if not any(word in fault for word in allow)] == []

    def picture(self, name: str) -> None:
        """Keep a screenshot for the documents (only in an English run, so that one run makes one set)."""
        if os.environ.get("CARD_DESK_PICTURES") and self.language == "en":
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}.png")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
