"""Going to pages with a real Chromium, and what it asks for and says on the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page

from desescalade import ecoindex

from . import CROWDED, Place
from .seeded import Served

# Milliseconds that a page may take while other tests keep the machine busy.
WAIT = 45_000
# Times that a page is asked for until it no longer waits for a print; each takes seconds.
PATIENCE = 60
# What prints look like is drawn by the server for seconds, after the page: not fetched here.
PICTURES = "*/imprimer/*.png"
# Fills the form of the page that has these fields, and sends it without asking the browser.
SEND = """([fields, to]) => {
  const has = form => Object.keys(fields).every(name => form.elements[name]);
  const form = [...document.querySelectorAll('main form')]
    .find(form => form.method === 'post' && has(form));
  for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
  if (to) form.setAttribute('action', to);
  form.submit();
}"""


@dataclass
class Visit:
    """What one page cost, and what Chromium had to say about it."""

    place: Place
    nodes: int = 0
    asked: list[str] = field(default_factory=list)
    # What came, without redirections and without what was in the cache.
    urls: list[str] = field(default_factory=list)
    # Bytes on the wire: headers and compressed bodies.
    size: int = 0
    # Requests and bytes of the same page a second time.
    warm: tuple[int, int] | None = None
    said: list[str] = field(default_factory=list)

    @property
    def score(self) -> int:
        return ecoindex.score(self.nodes, len(self.urls), self.size)


class Windows:
    """A window for each person of a site in use."""

    def __init__(self, browser: Browser, site: Served, **options) -> None:
        self._browser, self._site, self._options = browser, site, options
        self._pages: dict[str, Page] = {}

    def of(self, who: str) -> Page:
        if who not in self._pages:
            context = self._browser.new_context(
                base_url=self._site.address, **self._options, **from_where(who)
            )
            context.set_default_timeout(WAIT)
            self._enter(context, who)
            self._pages[who] = context.new_page()
        return self._pages[who]

    def _enter(self, context: BrowserContext, who: str) -> None:
        if session := self._site.sessions.get(who):
            cookie = {"name": "sessionid", "value": session, "url": self._site.address}
            context.add_cookies([cookie])

    def go(self, place: Place) -> Page:
        page = self.of(place.who)
        page.goto(place.address)
        if place.sent is not None:
            send(page, place)
        return page

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()


def from_where(who: str) -> dict[str, dict[str, str]]:
    return {"extra_http_headers": {"X-Forwarded-For": CROWDED}} if who == "crowd" else {}


def send(page: Page, place: Place) -> None:
    with page.expect_navigation():
        page.evaluate(SEND, [place.sent, place.to])


def crawl(windows: Windows, places: list[Place]) -> Iterator[Visit]:
    """Each page with an empty cache, and one of each name again with what was kept."""
    listeners: dict[str, Listener] = {}
    again: set[str] = set()
    for place in places:
        if place.who not in listeners:
            listeners[place.who] = Listener(windows.of(place.who))
        listener = listeners[place.who]
        visit = listener.visit(place)
        if place.sent is None and place.name not in again:
            again.add(place.name)
            visit.warm = listener.visit_again(place)
        yield visit


class Listener:
    """Counts what one window asks for, by Chromium's own account of the network."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.network = page.context.new_cdp_session(page)
        self.network.send("Network.enable")
        self.network.send("Network.setBlockedURLs", {"urls": [PICTURES]})
        self.network.on("Network.requestWillBeSent", self._asked)
        self.network.on("Network.loadingFinished", self._came)
        self.network.on("Network.loadingFailed", self._came)
        page.on("console", lambda message: self._say(message.text))
        page.on("pageerror", lambda error: self._say(str(error)))
        self.visited = Visit(Place(""))
        self.awaited: dict[str, str] = {}

    def visit(self, place: Place) -> Visit:
        """The page with an empty cache; of a form that is sent, only what is answered."""
        self._go(place)
        if place.sent is not None:
            self._settle()
            self._forget(place)
            send(self.page, place)
        self.visited.nodes = self.page.evaluate("document.querySelectorAll('*').length")
        self._settle()
        return self.visited

    def _go(self, place: Place) -> None:
        """The page that stays: one that comes again by itself still waits for a print."""
        for _ in range(PATIENCE):
            self._forget(place)
            if "refresh" not in self.page.goto(place.address).headers:
                return
            # Or it would come again in the middle of the next try.
            self.page.goto("about:blank")
        raise AssertionError(f"{place} never stops coming again")

    def visit_again(self, place: Place) -> tuple[int, int]:
        first, self.visited = self.visited, Visit(place)
        self.page.goto(place.address)
        self._settle()
        again, self.visited = self.visited, first
        return len(again.urls), again.size

    def _settle(self) -> None:
        """Chromium tells of the end of a request after the page is there: lets it tell."""
        while self.awaited:
            self.page.evaluate("0")

    def _forget(self, place: Place) -> None:
        self.network.send("Network.clearBrowserCache")
        self.visited = Visit(place)

    def _asked(self, event: dict) -> None:
        # A redirection goes on under the number of its request.
        if not re.match("data:|blob:", event["request"]["url"]):
            self.awaited[event["requestId"]] = event["request"]["url"]
            self.visited.asked.append(event["request"]["url"])

    def _came(self, event: dict) -> None:
        url = self.awaited.pop(event["requestId"], "")
        if url and event.get("encodedDataLength"):
            self.visited.urls.append(url)
            self.visited.size += int(event["encodedDataLength"])

    def _say(self, text: str) -> None:
        status = self.visited.place.status
        is_refusal = status >= 400 and f"status of {status}" in text
        if not is_refusal and "ERR_BLOCKED_BY_CLIENT" not in text:
            self.visited.said.append(text)
