"""A crawl of a site in use: every link answers, and every page is in the list."""

from collections import Counter, deque
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
import pytest
from django.urls import resolve

from proposals.models import Measure
from tests.sitemap import KIND_OF
from tests.sitemap.visiting import Visitors

# Drawn at each visit: PDF files and pictures take seconds, and have tests of their own.
DRAWN = {"print-file", "trial-sheet", "picture"}
# Each measures its lines on paper for a second, and has tests of its own too.
FORMATS_FOLLOWED = 3


@pytest.mark.parametrize("who", ["anyone", "alice"])
def test_every_link_leads_to_a_page_that_is_in_the_list(site, who):
    client, reached, wrong = Visitors().of(who), Counter(), []
    seen, waiting = set(), deque(["/", "/programmes/"])
    copy = site.other.get_absolute_url()
    # The edition that brought one leads to it; its page says that it is withdrawn.
    gone = {measure.get_absolute_url() for measure in Measure.objects.withdrawn()}
    while waiting:
        address = waiting.popleft()
        name = name_of(address)
        # The pages of a copy are those of its original.
        is_known = address in seen or (address.startswith(copy) and address != copy)
        if (
            is_known
            or name in DRAWN
            or (reached["format"] == FORMATS_FOLLOWED and name == "format")
        ):
            continue
        seen.add(address)
        reached[name] += 1
        response = client.get(address)
        if response.status_code == 302:
            waiting.append(urljoin(address, response["Location"]))
        elif response.status_code != (410 if address in gone else 200):
            wrong.append((address, response.status_code))
        elif is_page(response):
            if name not in KIND_OF:
                wrong.append((address, "in no list"))
            waiting += inner_links(address, response.content)
    assert wrong == []
    assert reached["measure"] >= 70


def name_of(address: str) -> str:
    return resolve(urlsplit(address).path).url_name or ""


def is_page(response) -> bool:
    return response["Content-Type"].startswith("text/html") and not response.has_header(
        "Content-Disposition"
    )


def inner_links(address: str, content: bytes) -> list[str]:
    """Addresses of this site that a page links to, without its style sheet."""
    found = {
        urldefrag(urljoin(f"http://testserver{address}", link))[0]
        for element, attribute, link, _ in lxml.html.fromstring(content).iterlinks()
        if attribute in {"href", "src"} and element.tag != "link"
    }
    ours = "http://testserver/"
    inner = {link[len(ours) - 1 :] for link in found if link.startswith(ours)}
    # Files of ours, which tests/desescalade/test_guides.py finds.
    return sorted(link for link in inner if not link.startswith("/static/"))
