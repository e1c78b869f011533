"""What becomes of what a team sent once it is accepted: in a draft, published, given up."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes import contributions
from programmes.contributions import AlreadyAnswered, stands_in
from programmes.enums import ContributionKind, ContributionStatus
from programmes.models import Contribution
from proposals import catalogue, releases
from proposals.catalogue import from_rows
from proposals.desk import drafts, restoring
from proposals.desk import models as desk
from proposals.desk.enums import Cause, Role
from proposals.desk.models import EntryChange
from proposals.models import Release, Wording
from tests.pages import plain, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

PLAN = "pcs-rupture-reseaux"
KEY = ("measure", PLAN)
BASE = "Nous ouvrons le guichet. Il est gratuit."
OWN = "Nous ouvrons un guichet. Il est gratuit."


def entry(text: str = BASE, *examples: dict) -> dict:
    village = {"sizes": ["village"], "line": None, "text": text, "easy": None, "unsuitable": None}
    return {
        "slug": "ouvrir", "title": "Ouvrir", "line": "Un guichet", "text": text, "easy": "Simple.",
        "wordings": [village], "examples": list(examples),
    }  # fmt: skip


def at(place: str, fact: str, source: str | None = None) -> dict:
    return {"place": place, "fact": fact, "kind": "example", "country": "FR", "source": source}


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        (OWN, True),
        (BASE, False),
        ("Nous ouvrons un guichet. Il est gratuit pour tous.", True),
        ("Nous ouvrons le guichet. Il est gratuit pour tous.", False),
        ("Nous ouvrons\u00a0un guichet. Il est gratuit.", True),
        ("Nous ouvrons trois guichets. Il est gratuit.", None),
    ],
)
def test_improvement_stands_in_a_text_sentence_by_sentence(text, stands):
    sent = Contribution(
        kind="improvement", measure_slug="ouvrir", field="text", base=BASE, text=OWN
    )
    assert stands_in(sent, entry(text)) is stands
    sent.sizes = "village"
    assert stands_in(sent, entry(text)) is stands


def test_improvement_stands_nowhere_without_its_wording_or_its_measure():
    sent = Contribution(
        kind="improvement", measure_slug="ouvrir", field="text", base=BASE, text=OWN, sizes="ville"
    )
    assert stands_in(sent, entry(OWN)) is False
    assert stands_in(sent, None) is False
    sent.sizes, sent.field = "village", "line"
    assert stands_in(sent, entry(OWN)) is False


@pytest.mark.parametrize(
    ("examples", "stands"),
    [
        ([], False),
        ([at("Die", "Un guichet ouvert le samedi.")], True),
        ([at("Die", "Un guichet ouvert le samedi.", "tmnlab")], True),
        ([at("Die (Drôme)", "Un guichet ouvert chaque samedi.", "tmnlab")], True),
        ([at("Die", "La piscine a fermé ses caisses en 2024.")], False),
        ([at("Crest", "Une régie de l’eau.")], False),
    ],
)
def test_example_stands_among_others_also_in_other_words(examples, stands):
    sent = Contribution(
        kind="example", measure_slug="ouvrir", place="Die", fact="Un guichet ouvert le samedi."
    )
    assert stands_in(sent, entry(BASE, *examples)) is stands


@pytest.fixture
def base(programme) -> str:
    return Wording.objects.get(measure=PLAN, is_default=True).text


@pytest.fixture
def sent(programme, base):
    new = Contribution(
        kind=ContributionKind.IMPROVEMENT, measure_slug=PLAN, field="text",
        base=base, text=f"{base} Plus tard.",
    )  # fmt: skip
    contributions.send(programme, new)
    return new


@pytest.fixture
def accepted(sent):
    contributions.accept(sent, "Merci.", Role.EDITOR)
    read(sent)
    return sent


def read(sent) -> None:
    """The team has seen the answer."""
    Contribution.objects.filter(pk=sent.pk).update(is_read=True)


def state(sent) -> tuple[str, str, bool]:
    """Its status, the number of its release, whether it is news for the team."""
    sent.refresh_from_db()
    return sent.status, sent.release.number if sent.release else "", not sent.is_read


def correct(**fields) -> None:
    drafts.edit(
        "measure", PLAN, lambda value: {**value, **fields}, cause=Cause.ADMIN, role=Role.EDITOR
    )


def publish(number: str = "1.1") -> Release:
    return releases.publish([KEY], number=number, note="Un texte.", role=Role.REVIEWER)


def undo(release: Release, number: str = "1.2") -> Release:
    return releases.undo(release, number=number, note="Retour.", role=Role.REVIEWER)


def test_accepted_waits_in_a_draft(accepted):
    assert state(accepted) == ("drafted", "", False)


def test_published_names_its_release_and_is_news(accepted):
    publish()
    assert state(accepted) == ("published", "1.1", True)


def test_draft_given_up_gives_it_up_and_is_news(accepted):
    restoring.discard(KEY, Role.EDITOR)
    assert state(accepted) == ("given-up", "", True)


def test_correction_undone_gives_it_up_and_done_again_takes_it_up(accepted):
    change = EntryChange.objects.get(cause=Cause.CONTRIBUTION)
    correct(title="Prévoir la panne")
    restoring.undo(change, Role.EDITOR)
    assert state(accepted) == ("given-up", "", True)
    restoring.restore(change, Role.EDITOR)
    assert state(accepted) == ("drafted", "", True)


def test_sentence_taken_out_by_hand_while_another_changes_gives_it_up(accepted, base):
    first, rest = base.split(". ", 1)
    correct(text=f"{first}, dès cette année. {rest}")
    assert state(accepted) == ("given-up", "", True)


def test_correction_elsewhere_leaves_it_in_the_draft(accepted, base):
    first, rest = base.split(". ", 1)
    correct(text=f"{first}, dès cette année. {rest} Plus tard.", title="Prévoir la panne")
    assert state(accepted) == ("drafted", "", False)


def test_sentence_written_anew_is_published_with_its_draft(programme, base):
    first, rest = base.split(". ", 1)
    sent = Contribution(
        kind="improvement", measure_slug=PLAN, field="text", base=base,
        text=f"{first}, bientôt. {rest}",
    )  # fmt: skip
    contributions.send(programme, sent)
    contributions.accept(sent, "", Role.EDITOR)
    correct(text=f"{first}, avant l’été. {rest}")
    assert state(sent)[0] == "drafted"
    publish()
    assert state(sent)[:2] == ("published", "1.1")


def test_publishing_another_measure_is_no_news(accepted):
    other = desk.Measure.objects.exclude(pk=PLAN).filter(published=True).first().pk
    drafts.edit(
        "measure", other, lambda value: {**value, "title": "Autre"},
        cause=Cause.ADMIN, role=Role.EDITOR,
    )  # fmt: skip
    releases.publish([("measure", other)], number="1.1", note="Un titre.", role=Role.REVIEWER)
    assert state(accepted) == ("drafted", "", False)


def test_published_stays_published_while_its_undoing_is_a_draft(accepted, base):
    publish()
    read(accepted)
    correct(text=base)
    assert state(accepted) == ("published", "1.1", False)
    publish("1.2")
    assert state(accepted) == ("given-up", "1.1", True)


def test_release_that_is_undone_gives_it_up_and_published_again_says_so(accepted):
    first = publish()
    undone = undo(first)
    assert state(accepted) == ("given-up", "1.1", True)
    undo(undone, "1.3")
    assert state(accepted) == ("published", "1.3", True)


def test_undone_for_the_public_and_kept_by_the_draft_waits_again(accepted, base):
    correct(text=f"{base} Plus tard.", title="Prévoir la panne")
    first = publish()
    correct(text=f"{base} Plus tard. Et encore.")
    undo(first)
    assert from_rows.entry(desk, *KEY)["text"].endswith("Plus tard. Et encore.")
    assert state(accepted) == ("drafted", "", True)


def test_file_that_takes_it_out_gives_it_up(accepted, settings):
    file = catalogue.read(settings.CATALOGUE_FILE.read_bytes())
    # What the desk says is what the file said last, so that the file as it is takes it out.
    written = catalogue.read(catalogue.dump().encode())
    catalogue.load(written, publish=False)
    assert state(accepted)[0] == "drafted"
    catalogue.load(file, publish=False)
    assert state(accepted) == ("given-up", "", True)


def test_same_words_of_two_teams_have_the_same_fate(accepted, programme, base):
    def another():
        new = Contribution(
            kind="improvement", measure_slug=PLAN, field="text", base=base, text=accepted.text
        )
        contributions.send(programme, new)
        contributions.accept(new, "", Role.EDITOR)
        return new

    second = another()
    publish()
    # This one is answered when the catalogue says it already.
    third = another()
    assert [state(row)[:2] for row in (accepted, second, third)] == [("published", "1.1")] * 3


def test_example_is_followed_as_well(programme):
    sent = Contribution(kind="example", measure_slug=PLAN, place="Die", fact="Un guichet.")
    contributions.send(programme, sent)
    contributions.accept(sent, "", Role.EDITOR)
    value = from_rows.entry(desk, *KEY)
    correct(examples=[*value["examples"][:-1], at("Die", "Un guichet.", "tmnlab")])
    publish()
    assert state(sent)[:2] == ("published", "1.1")
    correct(examples=value["examples"][:-1])
    publish("1.2")
    assert state(sent)[:2] == ("given-up", "1.1")


def test_what_goes_into_a_draft_of_the_second_catalogue_is_followed_there(
    accepted, programme, second
):
    slug = f"table--{PLAN}"
    base = Wording.objects.get(measure=slug, is_default=True).text
    sent = Contribution(
        kind="improvement", measure_slug=slug, field="text", base=base, text=f"{base} Chaque midi."
    )
    contributions.send(programme, sent)
    contributions.accept(sent, "", Role.EDITOR)
    restoring.discard(KEY, Role.EDITOR, "table")
    assert (state(sent)[0], state(accepted)[0]) == ("given-up", "drafted")


def test_declined_and_taken_by_hand_are_not_followed(sent):
    contributions.answer(sent, ContributionStatus.ACCEPTED, "", Role.EDITOR)
    read(sent)
    correct(text=sent.text)
    publish()
    assert state(sent) == ("accepted", "", False)


def test_given_up_is_answered_once_more(accepted):
    restoring.discard(KEY, Role.EDITOR)
    contributions.answer(accepted, ContributionStatus.DECLINED, "Trop long.", Role.EDITOR)
    assert (*state(accepted), accepted.answer) == ("declined", "", True, "Trop long.")
    with pytest.raises(AlreadyAnswered):
        contributions.answer(accepted, ContributionStatus.DECLINED, "Encore.", Role.EDITOR)
    assert contributions.withdraw(accepted) is False


def test_given_up_is_taken_up_again_with_the_first_answer(accepted):
    restoring.discard(KEY, Role.EDITOR)
    contributions.accept(accepted, "", Role.EDITOR)
    assert (*state(accepted), accepted.answer) == ("drafted", "", True, "Merci.")
    assert from_rows.entry(desk, *KEY)["text"] == accepted.text


def test_what_waits_or_is_published_is_answered_no_more(accepted):
    for prepare in (lambda: None, publish):
        prepare()
        with pytest.raises(AlreadyAnswered):
            contributions.answer(accepted, ContributionStatus.DECLINED, "Non.", Role.EDITOR)


def test_three_are_followed_by_as_many_questions_as_one(accepted, programme):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            restoring.discard(KEY, Role.EDITOR)
        return len([query for query in queries if "SELECT" in query["sql"]])

    one = asked()
    contributions.accept(accepted, "", Role.EDITOR)
    for word in ("Un.", "Deux."):
        more = Contribution(kind="example", measure_slug=PLAN, place=word, fact=f"{word} {word}")
        contributions.send(programme, more)
        contributions.accept(more, "", Role.EDITOR)
    assert asked() == one
    assert Contribution.objects.to_answer().count() == 3


# What is read of it, by the team and at the desk.


def test_team_reads_what_came_of_it(as_alice, programme, accepted):
    home = programme.get_absolute_url()
    listed = reverse("programmes:contributions", args=[programme.pk])

    def read() -> list[bool]:
        """The sentences of today, on both pages; reading them makes them old."""
        pages = [as_alice.get(page) for page in (home, listed)]
        texts = [plain(text_of(page)) for page in pages]
        alone = as_alice.get(reverse("programmes:sent", args=[programme.pk, accepted.pk]))
        return [*texts, plain(text_of(alone))]

    first, all_sent, one = read()
    assert "Du nouveau" not in first
    for page in (all_sent, one):
        assert "c’est dans un brouillon du catalogue, qui attend une édition." in page
    restoring.discard(KEY, Role.EDITOR)
    first, all_sent, one = read()
    assert "Du nouveau pour 1 envoi au catalogue" in first
    assert "Accepté, puis abandonné, nouveau" in all_sent
    for page in (all_sent, one):
        assert "puis abandonné : le catalogue ne le dit pas." in page
        assert "Les associations peuvent encore le reprendre, ou vous répondre." in page
        assert "Retirer" not in page
    contributions.accept(accepted, "", Role.EDITOR)
    release = publish()
    first, all_sent, one = read()
    for page in (all_sent, one):
        assert "publié tel quel ou retravaillé dans l’ édition 1.1 du catalogue ." in page
    assert release.get_absolute_url() in as_alice.get(listed).content.decode()
    undo(release)
    for page in read()[1:]:
        assert "du catalogue , puis retiré : le catalogue ne le dit plus." in page


def page_of(sent) -> str:
    return reverse("admin:programmes_contribution_change", args=[sent.pk])


def test_curator_reads_where_it_is_and_answers_what_was_given_up(admin_client, accepted):
    def read() -> str:
        return plain(text_of(admin_client.get(page_of(accepted))))

    assert ", dans un brouillon qui attend une édition." in read()
    assert "Accepter dans un brouillon" not in read()
    restoring.discard(KEY, Role.EDITOR)
    assert "puis abandonné : ni le brouillon ni le public ne le disent." in read()
    assert "Merci." in read()
    address = reverse("admin:programmes_contribution_answer", args=[accepted.pk])
    refused = admin_client.post(address, {"how": "decline", "answer": ""})
    assert "Dites à l’équipe pourquoi, en une phrase." in text_of(refused)
    admin_client.post(address, {"how": "accept", "answer": ""})
    assert state(accepted) == ("drafted", "", True)
    publish()
    assert "publié dans l’ édition 1.1 ." in read()
    again = admin_client.post(address, {"how": "decline", "answer": "Non."})
    assert again.status_code == 409


def test_draft_that_has_what_teams_sent_says_so_before_it_is_given_up(admin_client, accepted):
    draft = reverse("admin:desk_draft", args=KEY)
    assert "Ce brouillon porte 1 envoi d’équipe" in plain(text_of(admin_client.get(draft)))
    other = desk.Measure.objects.exclude(pk=PLAN).first()
    drafts.edit(
        "measure", other.pk, lambda value: {**value, "title": "Autre"},
        cause=Cause.ADMIN, role=Role.EDITOR,
    )  # fmt: skip
    page = admin_client.get(reverse("admin:desk_draft", args=["measure", other.pk]))
    assert "Autre" in text_of(page)
    assert "Ce brouillon porte" not in text_of(page)
    correct(title="Prévoir la panne")
    restoring.undo(EntryChange.objects.get(cause=Cause.CONTRIBUTION), Role.EDITOR)
    assert "Ce brouillon porte" not in text_of(admin_client.get(draft))


def test_list_is_filtered_by_what_came_of_it(admin_client, accepted):
    restoring.discard(KEY, Role.EDITOR)
    address = reverse("admin:programmes_contribution_changelist")
    page = admin_client.get(address, {"status__exact": "given-up"})
    assert list(page.context["cl"].queryset) == [accepted]


def test_catalogue_that_says_it_already_is_told_to_the_curator(admin_client, programme, base):
    for _ in range(2):
        new = Contribution(
            kind="improvement", measure_slug=PLAN, field="text", base=base,
            text=f"{base} Plus tard.",
        )  # fmt: skip
        contributions.send(programme, new)
        address = reverse("admin:programmes_contribution_answer", args=[new.pk])
        page = admin_client.post(address, {"how": "accept", "answer": ""}, follow=True)
        if Release.objects.filter(number="1.1").exists():
            assert "le catalogue publié le dit déjà" in text_of(page)
        else:
            publish()
    assert state(new)[:2] == ("published", "1.1")
