"""Reading a page: its nodes, its weight, what it asks for, what it says."""

import gzip
import html
import re
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings

VOID = {"meta", "link", "input", "br", "hr", "img"}
STYLE_SHEET = "css/screen.css"


class Page(HTMLParser):
    """Reads a page: elements, ids, headings, addresses that the browser would fetch."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content
        self.nodes = 0
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.described_by: list[str] = []
        self.fetched: list[str] = []
        self.inline: list[str] = []
        self.open: list[str] = []
        self.in_script = False
        self.feed(content.decode())

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.nodes += 1
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        if "for" in values:
            self.labels.append(values["for"])
        self.described_by += (values.get("aria-describedby") or "").split()
        self.in_script = tag == "script" and not values
        if tag in {"style", "iframe", "object", "embed"} or "style" in values:
            self.inline.append(tag)
        self.inline += [name for name in values if name.startswith("on")]
        # A browser does not fetch the other forms of a page.
        is_fetched = tag == "link" and values.get("rel") != "alternate"
        address = values.get("src") or (values.get("href") if is_fetched else None)
        if address and not address.startswith("data:"):
            self.fetched.append(address)

    def handle_data(self, data):
        # The scripts that the CSP lets run; a page with another one is refused.
        if self.in_script and data not in (settings.WORKSHOP_SCRIPT, settings.COMMUNE_SCRIPT):
            self.inline.append("script")
        self.in_script = False

    @property
    def weight(self) -> int:
        """Bytes of a cold visit: the page and its style sheet, compressed."""
        sheet = (Path(settings.BASE_DIR) / "static" / STYLE_SHEET).read_bytes()
        return len(gzip.compress(self.content, 6)) + len(gzip.compress(sheet, 9))


def html_of(response) -> str:
    """The page without the scripts of ours that may stand in it."""
    page = response.content.decode()
    for script in (settings.WORKSHOP_SCRIPT, settings.COMMUNE_SCRIPT):
        page = page.replace(f"<script>{script}</script>", "")
    return page


def text_of(response) -> str:
    """What the page says, without tags, spaces made plain."""
    bare = re.sub(r"<[^>]+>", " ", html_of(response))
    return " ".join(html.unescape(bare).split())


def errors_of(response) -> list[str]:
    found = re.findall(r'<p class="error"[^>]*>(.*?)</p>', response.content.decode(), re.DOTALL)
    return [" ".join(html.unescape(error).split()) for error in found]


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")
