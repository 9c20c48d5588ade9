"""People in front of a browser: what they do, and what their browser must not complain about."""

import os
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

PASSWORD = "a walk by the river"
SERIOUS = ("serious", "critical")
SETTLED = """() => Promise.all(
    document.getAnimations().filter(a => a.effect.getComputedTiming().endTime < 5000).map(a => a.finished.catch(() => {}))
)"""
"""Colours are judged when no transition is under way."""


class Person:
    """One person with a browser of their own. `look` at each page: it must be accessible, quiet and self-contained."""

    def __init__(self, browser: Browser, site: str, **options: Any) -> None:
        self.site = site
        self.complaints: list[str] = []
        self.context = browser.new_context(base_url=site, **options)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:")):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def go(self, path: str) -> None:
        self.page.goto(path)

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.go("/sign-in")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def look(self, *rules: str) -> None:
        """Hold the page that is shown to what every page must keep; of what axe knows, to these rules or to all."""
        assert not self.complaints, self.complaints
        assert self.page.locator("h1").count() == 1
        self._fits()
        self.page.evaluate(SETTLED)
        options = {"runOnly": list(rules)} if rules else {}
        found = Axe().run(self.page, options=options).response["violations"]
        serious = [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in SERIOUS]
        assert not serious, f"{self.page.url}: {serious}"

    def look_everywhere(self) -> None:
        """`look` wide, and by night (REDRESS_NIGHTLY=1) narrow too; at every width it fits; in the dark colours are others."""
        for width in (390, 1024, 1440):
            self.page.set_viewport_size({"width": width, "height": 900})
            self._fits()
            if width == 1440 or "REDRESS_NIGHTLY" in os.environ:
                self.look()
        self.page.emulate_media(color_scheme="dark")
        self.look("color-contrast")
        self.page.emulate_media(color_scheme="light")

    def _fits(self) -> None:
        overflow = self.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{self.page.url} overflows by {overflow} px"

    def close(self) -> None:
        self.context.close()
