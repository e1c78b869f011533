"""Two people at the same moment, on PostgreSQL: SQLite lets one writer in after the other.

Each acts on a connection of its own and really commits, so every test clears up after itself.
"""

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from programmes import actions, assemblies, communes, editions, team
from programmes.enums import Role, Status
from programmes.forms.texts import OwnCommitmentForm
from programmes.models import (
    Assembly,
    Commitment,
    Commune,
    CommuneKey,
    CommuneLoad,
    Membership,
    Programme,
)
from programmes.printing.formats import FORMATS
from proposals import catalogue
from proposals.desk.models import Measure as DeskMeasure
from proposals.models import Measure, SizeClass

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="run on PostgreSQL by tests/test_postgresql.py"
)

# Of the same proposal.
PLAN, OTHER = "pcs-rupture-reseaux", "cartographie-dependances"


@pytest.fixture
def elsewhere(db):
    """Runs a call on another connection, and gives what it returned."""
    with ThreadPoolExecutor() as pool:

        def submit(call):
            def run():
                try:
                    return call()
                finally:
                    connection.close()

            return pool.submit(run)

        yield submit


def is_anybody_waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


@pytest.fixture
def meanwhile(elsewhere):
    """The second call begins when the first has written and not yet committed: both results."""

    def meanwhile(first, second):
        def both():
            with transaction.atomic():
                done = first()
                other = elsewhere(second)
                # Waits for the first, or is through without waiting.
                while not (other.done() or is_anybody_waiting()):
                    pass
            return done, other.result(timeout=20)

        return elsewhere(both).result(timeout=60)

    return meanwhile


@pytest.fixture
def shared(elsewhere):
    """A programme that all connections see."""
    programme, user, _ = elsewhere(
        lambda: actions.open_programme(Commune.objects.get(pk="26027"))
    ).result()
    yield programme
    elsewhere(programme.delete).result()
    elsewhere(lambda: get_user_model().objects.filter(pk=user.pk).delete()).result()


def take(programme, slug):
    size_class = SizeClass.objects.for_population(programme.population)
    return actions.adopt_measure(programme, Measure.objects.get(pk=slug), size_class)


def own(programme, title):
    commitment = Commitment(
        programme=programme, title=title, text="Un texte.", decided_by="mayor", horizon="term"
    )
    actions.add_own_commitment(commitment, None)
    return commitment


def test_two_measures_of_a_proposal_taken_at_once_are_in_one_chapter(meanwhile, shared, elsewhere):
    one, two = meanwhile(lambda: take(shared, PLAN), lambda: take(shared, OTHER))
    assert one.chapter_id == two.chapter_id
    assert [one.position, two.position] == [0, 1]


def test_measure_taken_twice_at_once_is_taken_once(meanwhile, shared):
    one, two = meanwhile(lambda: take(shared, PLAN), lambda: take(shared, PLAN))
    assert one.pk == two.pk


def test_own_commitments_added_at_once_are_in_one_chapter(meanwhile, shared):
    one, two = meanwhile(lambda: own(shared, "Un"), lambda: own(shared, "Deux"))
    assert one.chapter_id == two.chapter_id
    assert [one.position, two.position] == [0, 1]


def test_measure_that_is_being_rewritten_is_not_taken_out(meanwhile, shared, elsewhere):
    commitment = elsewhere(lambda: take(shared, PLAN)).result()

    def rewrite():
        mine = Commitment.objects.get(pk=commitment.pk)
        assert mine.claim(mine.version)
        mine.title = "Nos mots"
        mine.save(update_fields=["title"])

    _, is_out = meanwhile(rewrite, lambda: actions.withdraw_measure(commitment))
    assert is_out is False
    titles = elsewhere(lambda: list(shared.commitments.values_list("title", flat=True))).result()
    assert titles == ["Nos mots"]


def test_of_two_who_save_the_same_version_one_is_told(meanwhile, shared, elsewhere):
    commitment = elsewhere(lambda: own(shared, "Un")).result()

    def save(title):
        mine = Commitment.objects.get(pk=commitment.pk)
        texts = {"title": title, "text": "Un texte.", "line": "", "easy": "", "reason": ""}
        choices = {"decided_by": "mayor", "horizon": "term", "budget": "neutral"}
        rest = {"status": Status.RETAINED, "version": commitment.version}
        form = OwnCommitmentForm({**texts, **choices, **rest}, instance=mine)
        assert form.is_valid(), form.errors
        return form.save_unless_changed()

    assert meanwhile(lambda: save("Deux"), lambda: save("Trois")) == (True, False)
    elsewhere(commitment.refresh_from_db).result()
    assert commitment.title == "Deux"


def test_choices_for_a_format_made_at_once_leave_the_last(meanwhile, shared, elsewhere):
    format = FORMATS["depliant"]
    one, two = elsewhere(lambda: [own(shared, "Un").pk, own(shared, "Deux").pk]).result()
    elsewhere(lambda: actions.choose_commitments(shared, format, [one])).result()
    meanwhile(
        lambda: actions.choose_commitments(shared, format, [one]),
        lambda: actions.choose_commitments(shared, format, [two]),
    )
    layout = elsewhere(lambda: actions.layout_for(shared, format.slug)).result()
    chosen = elsewhere(lambda: list(layout.chosen.values_list("commitment", flat=True))).result()
    assert chosen == [two]


def test_editions_of_the_same_state_made_at_once_are_one(meanwhile, shared):
    one, two = meanwhile(
        lambda: editions.make_edition(shared), lambda: editions.make_edition(shared)
    )
    assert one.pk == two.pk


def test_editions_of_two_states_made_at_once_have_two_numbers(meanwhile, shared):
    def retitled():
        mine = Programme.objects.get(pk=shared.pk)
        mine.title = "Autrement"
        return editions.make_edition(mine)

    one, two = meanwhile(lambda: editions.make_edition(shared), retitled)
    assert [one.number, two.number] == [1, 2]


@pytest.fixture
def held(shared, elsewhere):
    """An assembly of today."""
    assembly = Assembly(programme=shared, held_on=timezone.localdate())
    elsewhere(lambda: assemblies.open_assembly(assembly)).result()
    return assembly


def test_order_by_result_waits_for_who_is_ordering(meanwhile, shared, held, elsewhere):
    def voted():
        one, two = own(shared, "Un"), own(shared, "Deux")
        held.ballots.create(commitment=one, in_favour=9)
        return one.chapter, [two.pk, one.pk]

    chapter, reverse = elsewhere(voted).result()
    _, changed = meanwhile(
        lambda: actions.arrange(chapter, reverse, []),
        lambda: assemblies.arrange_by_result(shared, shared.chapters.all()),
    )
    order = elsewhere(lambda: list(chapter.commitments.in_order().values_list("pk", flat=True)))
    assert (changed, order.result()) == (1, reverse[::-1])


def test_entry_for_an_assembly_that_is_being_dropped_saves_nothing(meanwhile, held):
    typed = {"place": "Salle des fêtes"}
    _, keying = meanwhile(
        lambda: assemblies.drop(Assembly.objects.get(pk=held.pk)),
        lambda: assemblies.key_in(held, typed, [], version=held.version, confirmed=[]),
    )
    assert (keying.is_dropped, keying.is_saved) == (True, False)


def test_two_invitations_accepted_at_once_make_one_member(meanwhile, shared, elsewhere):
    def invited():
        inviter = shared.memberships.get()
        user = get_user_model().objects.create_user("dora")
        return user, [team.invite(inviter, Role.WRITER, "Dora")[0] for _ in range(2)]

    def accept(invitation):
        try:
            return team.accept(invitation, "Dora", user)[0].pk
        except team.AlreadyMember:
            return None

    user, (one, two) = elsewhere(invited).result()
    try:
        member, other = meanwhile(lambda: accept(one), lambda: accept(two))
        known = elsewhere(lambda: Membership.objects.get(programme=shared, user=user).pk)
        assert (member, other) == (known.result(), None)
        open_now = elsewhere(lambda: list(shared.invitations.open()))
        assert open_now.result() == [two]
    finally:
        elsewhere(lambda: get_user_model().objects.filter(pk=user.pk).delete()).result()


def test_load_waits_for_what_admin_is_saving_and_does_not_overwrite_it(meanwhile, elsewhere):
    known = catalogue.read(settings.CATALOGUE_FILE.read_bytes())
    changed = copy.deepcopy(known)
    measure = changed["proposals"][0]["measures"][0]
    title = measure["title"]
    measure["title"] = "Écrit dans le fichier"
    row = DeskMeasure.objects.filter(pk=measure["slug"])
    try:
        _, report = meanwhile(
            lambda: row.update(title="Écrit dans l’administration"),
            lambda: catalogue.load(changed),
        )
        assert report.conflicts == [("measure", measure["slug"])]
        assert elsewhere(row.get).result().title == "Écrit dans l’administration"
    finally:
        elsewhere(lambda: row.update(title=title)).result()


def test_communes_loaded_twice_at_once_are_there_once(meanwhile, elsewhere):
    def load():
        CommuneLoad.objects.all().delete()
        return communes.load(settings.COMMUNES_DIR)

    keys = elsewhere(CommuneKey.objects.count).result()
    meanwhile(load, load)
    assert elsewhere(CommuneKey.objects.count).result() == keys
    assert elsewhere(CommuneLoad.objects.count).result() == 1
