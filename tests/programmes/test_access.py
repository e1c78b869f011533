"""Every address of a programme, for every kind of person."""

from datetime import date

import pytest
from django.urls import reverse

from programmes import editions
from programmes.models import Logo
from programmes.urls import ONE, urlpatterns

# For each address under a programme: what bob, who reads, gets by GET and by POST.
READER = {
    "programme": (200, 405),
    "card": (302, 302),
    "new-card": (405, 302),
    "delete": (403, 403),
    "settings": (403, 403),
    "choose": (200, 403),
    "wordings": (200, 403),
    "chapter": (200, 403),
    "new-commitment": (403, 403),
    "commitment": (403, 403),
    "drop-commitment": (405, 403),
    "preview": (200, 405),
    "print": (200, 405),
    "format": (200, 403),
    "selection": (200, 403),
    "print-file": (200, 405),
    "picture": (200, 405),
    "trial-sheet": (200, 405),
    "export": (200, 405),
    "logos": (200, 403),
    "logo": (200, 405),
    "editions": (200, 403),
    "edition-detail": (200, 405),
    "publish-edition": (405, 403),
}
PUBLIC = {"home", "communes", "login", "logout", "list", "new", "edition", "check-copy"}


def expected(name: str, by_get: int, by_post: int) -> tuple[int, int]:
    """What anybody without rights gets, where the method is allowed at all."""
    get, post = READER[name]
    return (405 if get == 405 else by_get, 405 if post == 405 else by_post)


@pytest.fixture
def addresses(programme, take):
    (commitment,) = take("pcs-rupture-reseaux")
    edition = editions.make_edition(programme)
    logo = Logo.objects.create(
        programme=programme, digest="0", image=b"", width=1, height=1, description="un point",
        consent_on=date(2026, 11, 22),
    )  # fmt: skip
    rest = {
        "choose": ["services-essentiels-hors-reseau"],
        "wordings": ["pcs-rupture-reseaux"],
        "chapter": [1],
        "commitment": [commitment.pk],
        "drop-commitment": [commitment.pk],
        "format": ["affiche-a3"],
        "selection": ["affiche-a3"],
        "print-file": ["affiche-a3", "ecran"],
        "picture": ["affiche-a3", "couverture"],
        "trial-sheet": ["depliant"],
        "export": ["chapitre.md"],
        "logo": [logo.pk],
        "edition-detail": [edition.number],
        "publish-edition": [edition.number],
    }
    return {
        name: reverse(f"programmes:{name}", args=[programme.pk, *rest.get(name, [])])
        for name in READER
    }


def test_every_address_is_in_the_table():
    under = {p.name for p in urlpatterns if str(p.pattern).startswith(ONE)}
    assert under == set(READER)
    assert {p.name for p in urlpatterns} == under | PUBLIC


@pytest.mark.parametrize("name", READER)
def test_stranger_gets_404_by_get_and_by_post(client, charlie, addresses, name):
    client.force_login(charlie)
    found = client.get(addresses[name]).status_code, client.post(addresses[name]).status_code
    assert found == expected(name, 404, 404)


@pytest.mark.parametrize("name", READER)
def test_person_who_is_not_logged_in_is_asked_for_the_card(client, addresses, name):
    found = client.get(addresses[name]).status_code, client.post(addresses[name]).status_code
    assert found == expected(name, 302, 401)


def test_card_is_asked_for_whether_the_programme_exists_or_not(client, programme):
    real = client.get(programme.get_absolute_url())
    invented = client.get("/programmes/222222222222/")
    assert real.url == f"/connexion/?next={programme.get_absolute_url()}"
    assert invented.url == "/connexion/?next=/programmes/222222222222/"


@pytest.mark.parametrize("name", READER)
def test_reader_reads_and_does_not_write(client, bob, addresses, name):
    client.force_login(bob)
    found = client.get(addresses[name]).status_code, client.post(addresses[name]).status_code
    assert found == READER[name]


def test_former_member_has_no_access_any_more(as_alice, alice, programme):
    programme.memberships.filter(user=alice).delete()
    assert as_alice.get(programme.get_absolute_url()).status_code == 404


@pytest.fixture
def elsewhere(charlie, grenoble):
    """A programme of charlie's, with one commitment."""
    from programmes import actions
    from proposals.models import Measure, SizeClass

    other, _, _ = actions.open_programme(grenoble, charlie)
    commitment = actions.adopt_measure(
        other, Measure.objects.get(pk="cartographie-dependances"), SizeClass.objects.last()
    )
    return other, commitment


def test_commitment_of_another_team_is_404_under_ones_own_programme(as_alice, programme, elsewhere):
    _, foreign = elsewhere
    address = reverse("programmes:commitment", args=[programme.pk, foreign.pk])
    assert as_alice.get(address).status_code == 404
    assert as_alice.post(address, {"title": "Pris"}).status_code == 404
    drop = reverse("programmes:drop-commitment", args=[programme.pk, foreign.pk])
    assert as_alice.post(drop).status_code == 404
    foreign.refresh_from_db()
    assert foreign.title == ""


def test_foreign_ids_in_an_order_change_nothing_elsewhere(as_alice, programme, take, elsewhere):
    mine, second = take("pcs-rupture-reseaux", "journee-hors-reseau")
    _, foreign = elsewhere
    address = reverse("programmes:chapter", args=[programme.pk, 1])
    as_alice.post(address, {f"rank-{foreign.pk}": "0", f"rank-{mine.pk}": "5",
                            f"rank-{second.pk}": "1"})  # fmt: skip
    foreign.refresh_from_db()
    assert foreign.position == 0
    assert list(mine.chapter.commitments.in_order()) == [second, mine]


def test_foreign_figures_in_a_form_are_refused(as_alice, programme, take, elsewhere):
    take("pcs-rupture-reseaux")
    _, foreign = elsewhere
    figure = foreign.chapter.figures.last()
    address = reverse("programmes:chapter", args=[programme.pk, 1])
    as_alice.post(address, {"figures": [figure.pk]})
    figure.refresh_from_db()
    assert figure.is_printed is False


def test_wording_of_another_measure_is_404(as_alice, programme):
    from proposals.models import Wording

    other = Wording.objects.filter(measure="cartographie-dependances").first()
    address = reverse("programmes:wordings", args=[programme.pk, "pcs-rupture-reseaux"])
    assert as_alice.post(address, {"wording": other.pk}).status_code == 404
    assert as_alice.post(address, {"wording": "x"}).status_code == 404


def test_programme_without_a_team_is_nobodys(client, programme, charlie):
    programme.memberships.all().delete()
    start = "/programmes/nouveau/?commune=26027"
    assert "déjà un programme" not in client.get(start).content.decode()
    client.force_login(charlie)
    assert "déjà un programme" not in client.get(start).content.decode()
    assert client.get(programme.get_absolute_url()).status_code == 404
