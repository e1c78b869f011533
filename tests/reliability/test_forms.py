"""Every form of a site in use: what it makes is made once, and none holds the database for long."""

import pytest
from django.db import transaction
from django.test import override_settings

from tests.conftest import plain
from tests.sitemap import seeding

from .crawling_forms import Watch, send_every_form


@pytest.fixture(scope="module")
def crawled(django_db_setup, django_db_blocker, tmp_path_factory):
    """All forms, each sent twice, and who held the database meanwhile."""
    watch = Watch()
    as_in_tests = {**plain(tmp_path_factory.mktemp("forms")), "HAS_MAIL": True}
    with (
        django_db_blocker.unblock(),
        override_settings(**as_in_tests),
        transaction.atomic(),
    ):
        site = seeding.seed(seeding.open_programme())
        with watch.on():
            sent = send_every_form(site, watch)
        transaction.set_rollback(True)
    return sent, watch


# Forms that make something, by the address they are sent to.
CREATING = {
    *("new", "join", "team", "new-commitment", "comments", "contribution", "assemblies"),
    *("copy", "mergers", "editions", "import-new", "import", "logos", "format", "selection"),
}


def test_every_form_that_makes_something_makes_it_once(crawled, figure):
    sent, _ = crawled
    twice = [(each.page, each.to, each.made_again) for each in sent if each.made_again]
    assert twice == []
    # The form of a format is not there as long as its print is under way.
    assert {each.to for each in sent if each.made} | {"format"} == CREATING
    figure("R6", f"objets en double, {len(sent)} formulaires envoyés deux fois", "0")


def test_no_form_breaks_when_it_is_sent_twice(crawled):
    sent, _ = crawled
    assert [(each.to, each.statuses) for each in sent if max(each.statuses) >= 500] == []


def test_nothing_slow_happens_while_the_database_is_held(crawled, rounds, figure):
    _, watch = crawled
    assert set(watch.slow) == set()
    longest, request = max(watch.held)
    assert longest < rounds(0.25, 0.1), request
    figure(
        "R5",
        f"base tenue le plus longtemps par une de {len(watch.held)} transactions, en calcul",
        f"{longest * 1000:.0f} ms",
    )
