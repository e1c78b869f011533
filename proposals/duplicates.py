"""Sources that are the same: one address written in two ways, or one title. Pure."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from desescalade.folding import fold

# What a link carries to say where it was found; the page is the same without it.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mtm_\w+|at_medium|at_campaign|xtor", re.IGNORECASE)


@dataclass(frozen=True)
class Group:
    """The slugs of sources that have `what` in common, in their order."""

    what: str
    slugs: tuple[str, ...]


def same_page(url: str) -> str:
    """One text for all ways to write the address of a page; nothing for what is no address."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname:
        return ""
    host = parts.hostname.removeprefix("www.")
    if port not in (None, 80, 443):
        host += f":{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode(sorted(pair for pair in pairs if not _TRACKING.fullmatch(pair[0])))
    return f"{host}{unquote(parts.path).rstrip('/')}{query and '?'}{query}"


def groups(sources: Iterable[tuple[str, str, str]]) -> list[Group]:
    """Those of (slug, title, address) that go together; same address first, then same title."""
    by_page: dict[Hashable, list[str]] = defaultdict(list)
    by_title: dict[Hashable, list[str]] = defaultdict(list)
    for slug, title, url in sources:
        if page := same_page(url):
            by_page[page].append(slug)
        if words := fold(title):
            by_title[words].append(slug)
    pages = [Group("même adresse", tuple(slugs)) for slugs in by_page.values() if len(slugs) > 1]
    known = {group.slugs for group in pages}
    return pages + [
        Group("même titre", tuple(slugs))
        for slugs in by_title.values()
        if len(slugs) > 1 and tuple(slugs) not in known
    ]
