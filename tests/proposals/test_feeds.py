"""The feed of releases: well-formed Atom, absolute addresses, the same number of queries."""

from datetime import date

import pytest
from lxml import etree
from lxml.html import fromstring

from proposals.models import Release

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def read(client, db):
    def read():
        response = client.get("/editions/flux.xml")
        assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
        return etree.fromstring(response.content)

    return read


def texts(feed, path):
    return [str(found) for found in feed.xpath(path, namespaces=ATOM)]


def test_each_release_is_an_entry_with_its_note_and_an_absolute_address(read, second):
    Release.objects.create(number="2099.1", date=date(2099, 1, 1), note="Deux mots <corrigés> ?")
    feed = read()
    assert texts(feed, "a:entry/a:title/text()")[0] == "Édition 2099.1"
    assert texts(feed, "a:entry/a:summary/@type")[0] == "html"
    assert texts(feed, "a:entry/a:summary/text()")[0] == "Deux mots &lt;corrigés&gt;\u202f?"
    assert texts(feed, "a:entry/a:link/@href")[0] == (
        "http://testserver/editions/principal/2099.1/"
    )
    assert texts(feed, "a:entry/a:updated/text()")[0].startswith("2099-01-01T00:00:00")
    assert texts(feed, "a:link[@rel='self']/@href") == ["http://testserver/editions/flux.xml"]
    assert texts(feed, "a:link[@rel='alternate']/@href") == ["http://testserver/editions/"]
    # The second catalogue says which it is.
    assert [title for title in texts(feed, "a:entry/a:title/text()") if "(" in title] != []


def test_a_reader_of_feeds_shows_the_note_as_it_was_typed(read):
    note = "Moins de <b>cinq</b> mots & <5 lignes"
    Release.objects.create(number="2099.1", date=date(2099, 1, 1), note=note)
    (summary, *_) = texts(read(), "a:entry/a:summary/text()")
    assert fromstring(f"<p>{summary}</p>").text_content() == note


def test_releases_of_one_day_have_moments_in_their_order(read):
    for number in ("2099.1", "2099.2", "2099.3"):
        Release.objects.create(number=number, date=date(2099, 1, 1))
    moments = texts(read(), "a:entry/a:updated/text()")[:3]
    assert [moment[:19] for moment in moments] == [
        "2099-01-01T00:00:02",
        "2099-01-01T00:00:01",
        "2099-01-01T00:00:00",
    ]


def test_feed_takes_one_query_with_one_and_with_three(read, second, django_assert_num_queries):
    for day in (1, 2, 3):
        Release.objects.create(catalogue_id="table", number=f"2099.{day}", date=date(2099, 1, day))
        with django_assert_num_queries(1):
            read()


def test_feed_holds_the_last_thirty(read):
    Release.objects.bulk_create(
        Release(number=f"2099.{n}", date=date(2099, 1, 1)) for n in range(40)
    )
    titles = texts(read(), "a:entry/a:title/text()")
    assert (len(titles), titles[0]) == (30, "Édition 2099.39")


def test_list_of_releases_leads_to_the_feed(client, db):
    page = client.get("/editions/").content.decode()
    assert '<link rel="alternate" type="application/atom+xml"' in page
    assert page.count('href="/editions/flux.xml"') == 2
    assert client.get("/editions/flux.xml").cookies == {}
