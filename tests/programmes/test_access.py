"""Every address of a programme, for every kind of person."""

import re
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from django.views.defaults import permission_denied

from programmes import actions, assemblies, copying, editions, mergers, team
from programmes.access import ALLOWED, Action
from programmes.enums import Role
from programmes.models import Change, Comment, Logo, Membership, Merger
from programmes.urls import ONE, urlpatterns
from tests.pages import html_of
from tests.programmes.forms import arrange

READ, COMMENT, WRITE, MANAGE = Action

# For each address under a programme: what GET and POST need, and what they answer to who has it
# (POST without any field). None: the method is not for this address.
NEEDS = {
    "programme": ((READ, 200), None),
    "card": ((READ, 302), (READ, 302)),
    "new-card": (None, (READ, 302)),
    "erase-date": ((READ, 200), (MANAGE, 302)),
    "delete": ((MANAGE, 200), (MANAGE, 302)),
    "bring-back-programme": (None, (READ, 404)),
    "team": ((READ, 200), (MANAGE, 200)),
    "rename": (None, (READ, 200)),
    "give-role": (None, (MANAGE, 302)),
    "part": (None, (MANAGE, 302)),
    "invitation": ((MANAGE, 302), None),
    "withdraw-invitation": (None, (MANAGE, 302)),
    "imprint": ((WRITE, 200), (WRITE, 200)),
    "changes": ((READ, 200), None),
    "restore": (None, (WRITE, 302)),
    "bin": ((READ, 200), None),
    "bring-back": (None, (WRITE, 302)),
    "copy": ((WRITE, 200), (WRITE, 200)),
    "compare": ((READ, 200), None),
    "comparison": ((READ, 200), None),
    "mergers": ((READ, 200), (MANAGE, 302)),
    "accept-merger": ((MANAGE, 200), (MANAGE, 200)),
    "merger": ((READ, 200), (WRITE, 302)),
    "merger-words": ((MANAGE, 302), None),
    "withdraw-merger": (None, (MANAGE, 302)),
    "make-common": (None, (MANAGE, 302)),
    "commune": ((WRITE, 200), (WRITE, 200)),
    "settings": ((WRITE, 200), (WRITE, 200)),
    "diagnosis": ((READ, 200), None),
    "questions": ((READ, 200), (WRITE, 302)),
    "choose": ((READ, 200), (WRITE, 302)),
    "wordings": ((READ, 200), (WRITE, 404)),
    "chapter": ((READ, 200), (WRITE, 409)),
    "new-commitment": ((WRITE, 200), (WRITE, 200)),
    "commitment": ((WRITE, 200), (WRITE, 200)),
    "drop-commitment": (None, (WRITE, 404)),
    "history": ((READ, 200), None),
    "comments": ((READ, 200), (COMMENT, 200)),
    "resolve-comment": (None, (COMMENT, 302)),
    "contributions": ((READ, 200), None),
    "sent": ((READ, 200), None),
    "contribute": ((WRITE, 200), None),
    "contribution": ((WRITE, 200), (WRITE, 200)),
    "withdraw-contribution": (None, (WRITE, 302)),
    "updates": ((READ, 200), None),
    "take-untouched": (None, (WRITE, 302)),
    "update": ((WRITE, 302), (WRITE, 302)),
    "undo-update": (None, (WRITE, 404)),
    "votes": ((READ, 200), None),
    "assemblies": ((READ, 200), (WRITE, 200)),
    "arrange-by-result": (None, (WRITE, 302)),
    "assembly": ((WRITE, 200), (WRITE, 200)),
    "assembly-page": ((WRITE, 200), (WRITE, 200)),
    "assembly-results": ((READ, 200), None),
    "drop-assembly": (None, (WRITE, 302)),
    "bring-back-assembly": (None, (WRITE, 302)),
    "overview": ((READ, 200), None),
    "preview": ((READ, 200), None),
    "print": ((READ, 200), None),
    "format": ((READ, 200), (WRITE, 409)),
    "selection": ((READ, 200), (WRITE, 409)),
    "print-file": ((READ, 200), None),
    "picture": ((READ, 200), None),
    "trial-sheet": ((READ, 200), None),
    "export": ((READ, 200), None),
    "logos": ((READ, 200), (WRITE, 200)),
    "logo": ((READ, 200), None),
    "import": ((WRITE, 200), (WRITE, 200)),
    "editions": ((READ, 200), (WRITE, 302)),
    "edition-detail": ((READ, 200), None),
    "publish-edition": (None, (MANAGE, 302)),
}
PUBLIC = {
    *("home", "communes", "login", "logout", "list", "new", "edition", "check-copy"),
    *("join-by-words", "join", "import-new"),
}
# Of a person, not of a programme: tests/programmes/test_accounts.py.
PUBLIC |= {
    "style",
    "accessibility",
    "drop-draft",
    "lost-card",
    "recover",
    "account",
    "own-card",
    "renew-card",
    "own-data",
    "close-account",
    "other-sessions",
}


def expected(name: str, role: Role) -> tuple[int, int]:
    """What GET and POST answer to a member of this role, by the table of powers."""
    return tuple(
        405 if need is None else need[1] if need[0] in ALLOWED[role] else 403
        for need in NEEDS[name]
    )


def refused(name: str, by_get: int, by_post: int) -> tuple[int, int]:
    """What anybody without rights gets, where the method is allowed at all."""
    get, post = NEEDS[name]
    return (405 if get is None else by_get, 405 if post is None else by_post)


@pytest.fixture
def addresses(programme, take):
    commitment, dropped = take("pcs-rupture-reseaux", "journee-hors-reseau")
    actions.drop(dropped)
    carla = Membership.objects.create(
        programme=programme, user=get_user_model().objects.create_user("carla"),
        role=Role.READER, alias="Carla",
    )  # fmt: skip
    invitation, _ = team.invite(programme.memberships.first(), Role.READER, "Dora")
    comment = Comment.objects.create(commitment=commitment, text="Très bien.")
    change = Change.objects.of(commitment).get()
    edition = editions.make_edition(programme)
    assembly, dropped_assembly = (
        programme.assemblies.create(held_on=date(2026, 11, 22)) for _ in range(2)
    )
    assemblies.drop(dropped_assembly)
    logo = Logo.objects.create(
        programme=programme, digest="0", image=b"", width=1, height=1, description="un point",
        consent_on=date(2026, 11, 22),
    )  # fmt: skip
    other = copying.copy_programme(programme, "l’autre")
    programme.member = programme.memberships.first()
    offered, _ = mergers.propose(programme)
    agreed = Merger.objects.create(
        programme=programme, proposed_by=programme.member, token_hash="0", other=other,
        accepted_by=other.memberships.first(), accepted_at=timezone.now(),
    )  # fmt: skip
    contribution = programme.contributions.create(kind="example", measure_slug="pcs")
    rest = {
        "contribute": [commitment.pk],
        "contribution": [commitment.pk, "texte"],
        "sent": [contribution.pk],
        "withdraw-contribution": [contribution.pk],
        "merger": [agreed.pk],
        "merger-words": [offered.pk],
        "withdraw-merger": [offered.pk],
        "make-common": [agreed.pk],
        "comparison": [other.pk],
        "give-role": [carla.pk],
        "part": [carla.pk],
        "invitation": [invitation.pk],
        "withdraw-invitation": [invitation.pk],
        "restore": [change.pk],
        "bring-back": [dropped.pk],
        "history": [commitment.pk],
        "update": [commitment.pk],
        "undo-update": [change.pk],
        "comments": [commitment.pk],
        "resolve-comment": [comment.pk],
        "votes": [commitment.pk],
        "assembly": [assembly.pk],
        "assembly-page": [assembly.pk, 2],
        "assembly-results": [assembly.pk],
        "drop-assembly": [assembly.pk],
        "bring-back-assembly": [dropped_assembly.pk],
        "questions": ["services-essentiels-hors-reseau"],
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
        for name in NEEDS
    }


def test_every_address_is_in_the_table():
    under = {p.name for p in urlpatterns if str(p.pattern).startswith(ONE)}
    assert under == set(NEEDS)
    assert {p.name for p in urlpatterns} == under | PUBLIC


def answers(browser, addresses, user=None) -> dict[str, tuple[int, int]]:
    """What every address answers to GET and to POST; nothing of it stays written."""
    found = {}
    for name, address in addresses.items():
        with transaction.atomic():
            if user:
                # A new card changes the session, which is rolled back too.
                browser.force_login(user)
            found[name] = browser.get(address).status_code, browser.post(address).status_code
            transaction.set_rollback(True)
    return found


def test_stranger_gets_404_by_get_and_by_post(client, charlie, addresses):
    assert answers(client, addresses, charlie) == {name: refused(name, 404, 404) for name in NEEDS}


def test_person_who_is_not_logged_in_is_asked_for_the_card(client, addresses):
    assert answers(client, addresses) == {name: refused(name, 302, 401) for name in NEEDS}


def test_card_is_asked_for_whether_the_programme_exists_or_not(client, programme):
    real = client.get(programme.get_absolute_url())
    invented = client.get("/programmes/222222222222/")
    assert real.url == f"/connexion/?next={programme.get_absolute_url()}"
    assert invented.url == "/connexion/?next=/programmes/222222222222/"


@pytest.mark.parametrize("role", Role)
def test_member_does_what_the_table_of_powers_says(client, bob, addresses, programme, role):
    programme.memberships.filter(user=bob).update(role=role)
    assert answers(client, addresses, bob) == {name: expected(name, role) for name in NEEDS}


def test_former_member_is_a_stranger_in_a_session_that_stayed_open(
    client, bob, addresses, programme
):
    team.part(programme, programme.memberships.get(user=bob))
    assert answers(client, addresses, bob) == {name: refused(name, 404, 404) for name in NEEDS}


def test_ids_of_another_team_are_404_under_ones_own_programme(
    as_alice, addresses, charlie, grenoble
):
    """Every address that names a row by its id, with the id of a row of alice's under another's."""
    other, _, _ = actions.open_programme(grenoble, charlie)
    charlies = Client()
    charlies.force_login(charlie)
    wrong = []
    for name, address in addresses.items():
        arguments = resolve(address).kwargs
        own = {"programme_id": other.pk}
        if "pk" not in arguments:
            continue
        swapped = reverse(f"programmes:{name}", kwargs=arguments | own)
        found = charlies.get(swapped).status_code, charlies.post(swapped).status_code
        if found != refused(name, 404, 404) and name not in TELLS_NOTHING:
            wrong.append((name, found))
    assert wrong == []


# Taking back what is not there is no fault, and says nothing of what is elsewhere.
TELLS_NOTHING = {"withdraw-invitation", "withdraw-merger"}


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
    arrange(
        as_alice, mine.chapter,
        **{f"rank-{foreign.pk}": "0", f"rank-{mine.pk}": "5", f"rank-{second.pk}": "1"},
    )  # fmt: skip
    foreign.refresh_from_db()
    assert foreign.position == 0
    assert list(mine.chapter.commitments.in_order()) == [second, mine]


def test_foreign_figures_in_a_form_are_refused(as_alice, programme, take, elsewhere):
    take("pcs-rupture-reseaux")
    _, foreign = elsewhere
    figure = foreign.chapter.figures.last()
    arrange(as_alice, programme.chapters.get(), figures=[figure.pk])
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


def test_who_may_not_is_led_back_to_the_programme_and_asked_for_no_card(client, bob, programme):
    client.force_login(bob)
    refused = client.get(reverse("programmes:settings", args=[programme.pk]))
    assert refused.status_code == 403
    page = html_of(refused)
    assert "Entrer avec sa carte" not in page
    ways = re.findall(r'<a href="([^"]+)">(Retour au programme|Qui peut faire quoi)</a>', page)
    assert [client.get(address).status_code for address, _ in ways] == [200, 200]


def test_refusal_elsewhere_leads_to_what_one_has(rf, bob):
    """The desk refuses too, and has no programme to lead back to."""
    request = rf.get("/gestion/")
    for user, way in ((bob, "/programmes/"), (AnonymousUser(), "/connexion/")):
        request.user = user
        page = permission_denied(request, PermissionDenied()).content.decode()
        assert f'<a href="{way}">' in page
        assert ("Entrer avec sa carte" in page) == user.is_anonymous
