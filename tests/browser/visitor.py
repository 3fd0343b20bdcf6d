"""One person at a browser: what he clicks and reads, in short words."""

from urllib.parse import urlparse

from django.urls import reverse
from django.utils.translation import gettext, override
from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from documents import pipeline
from tests.workflows.agency import PIN, Agency

PASSWORD = "mat-khau-thu"


def said(words: str, **values: object) -> str:
    """The words as the pages say them: Vietnamese as far as it is translated."""
    with override("vi"):
        text = gettext(words)
    return text % values if values else text


class Visitor:
    """A page with its person; `complaints` collects what a developer would see in the console."""

    def __init__(self, page: Page, agency: Agency, name: str):
        self.page = page
        self.agency = agency
        self.name = name
        self.complaints: list[str] = []
        page.set_default_timeout(15_000)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{self.name}, {page.url}: {error}"))
        page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        # A refused act answers 4xx and Chromium says so; files and server errors are judged by their answers.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(f"{self.name}, {self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        missing = response.status >= 400 and urlparse(response.url).path.startswith("/static/")
        if response.status >= 500 or missing:
            self.complaints.append(f"{self.name}: {response.status} {response.url}")

    # Finding ------------------------------------------------------------------------------------------------
    def see(self, words: str, **values: object) -> Locator:
        """These words stand visibly on the page."""
        found = self.page.get_by_text(said(words, **values)).locator("visible=true").first
        expect(found).to_be_visible()
        return found

    def sees_plainly(self, text: str) -> None:
        """This text, a name or a number, stands visibly on the page."""
        expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def button(self, words: str) -> Locator:
        return self.page.get_by_role("button", name=said(words)).locator("visible=true")

    def link(self, words: str) -> Locator:
        return self.page.get_by_role("link", name=said(words)).locator("visible=true")

    # Doing --------------------------------------------------------------------------------------------------
    def log_in(self, *, to: str = "/") -> None:
        """Through the login page, as everybody."""
        if urlparse(self.page.url).path != reverse("account_login"):
            self.page.goto(to)
        self.page.locator("[name=login]").fill(self.name)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("[name=password]").press("Enter")
        expect(self.page.locator("[name=password]")).to_have_count(0)

    def go(self, name: str, *args: object, query: str = "") -> Response:
        """Open the page of this route."""
        answer = self.page.goto(reverse(name, args=args) + query)
        assert answer is not None
        return answer

    def open(self, name: str, *args: object) -> None:
        """Follow the page's link to this route."""
        self.page.locator(f"main a[href='{reverse(name, args=args)}']").locator("visible=true").first.click()

    def menu(self, name: str) -> None:
        """Follow the menu's entry of this route, unfolding the rest of the menu where it lies there."""
        entry = self.page.locator(f"header a[href='{reverse(name)}']")
        if not entry.first.is_visible():
            self.page.locator("header .more-menu summary").click()
        entry.locator("visible=true").first.click()

    def press(self, words: str) -> None:
        self.button(words).first.click()

    def follow(self, words: str) -> None:
        self.link(words).first.click()

    def field(self, name: str) -> Locator:
        return self.page.locator(f"[name='{name}']")

    def type(self, name: str, text: str) -> None:
        """Type into a field, then leave it, as a person does."""
        self.field(name).fill(text)
        self.field(name).blur()

    def choose(self, name: str, value: str) -> None:
        """Press the words of a radio button."""
        self.page.locator(f"label[for='{name}-{value}']").click()

    def path(self) -> str:
        return urlparse(self.page.url).path

    def sign(self, pin: str = PIN) -> None:
        """Sign whatever waits on the signing page; the worker renders before and after."""
        pipeline.drain()
        self.go("signing_queue")
        self.field("pin").fill(pin)
        self.press("Sign the ticked documents")
        self.page.wait_for_load_state(timeout=60_000)  # many are signed in one answer that goes on meanwhile

    def sign_all(self) -> None:
        """Sign everything that waits, and let the worker go on with it."""
        self.sign()
        self.go("signing_queue")
        self.see("Nothing waits for your signature")
        pipeline.drain()
