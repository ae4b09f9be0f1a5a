"""Counts what a person does at a browser: the figures of docs/figures.md «Steps»."""

from pathlib import Path

from playwright.sync_api import Locator, Page


class Counted:
    """A page whose every step is counted.

    One action: a click, a key with a meaning of its own (a shortcut, Enter), a field typed into from end to end, the files of one
    place chosen or dropped together. One page load: a document of the desk in this or another tab; what a script swaps in is none.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.actions, self.loads = page, 0, 0
        page.on("framenavigated", self._loaded)

    def _loaded(self, frame: object) -> None:
        self.loads += frame is self.page.main_frame

    def key(self, key: str) -> None:
        """Press one key."""
        self.actions += 1
        self.page.keyboard.press(key)

    def key_to_another_page(self, key: str) -> None:
        """Press one key, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.key(key)

    def click(self, place: Locator) -> None:
        """Click."""
        self.actions += 1
        place.click()

    def type(self, text: str) -> None:
        """Type into the field that has the focus; who has to click into it first has done one more."""
        assert self.page.evaluate("() => document.activeElement.matches('input, textarea')"), "nothing to type into has the focus"
        self.actions += 1
        self.page.keyboard.type(text)

    def choose(self, place: Locator, files: list[str]) -> None:
        """Choose the files of one place."""
        assert all(Path(file).exists() for file in files)
        self.actions += 1
        place.set_input_files(files)

    def open_beside(self, link: Locator) -> None:
        """Click a link that opens a tab of its own."""
        with self.page.context.expect_page():
            self.click(link)
        self.loads += 1
