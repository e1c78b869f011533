import math
import re
import unicodedata

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from mnemonic import Mnemonic

from programmes import actions, card_words, cards, names
from programmes.enums import Fidelity, Role, Status
from programmes.models import Chapter, Commitment, CommitmentParameter, Programme
from proposals.enums import Authority
from proposals.models import Measure, Proposal, SizeClass, WordingRevision

PLAN = "pcs-rupture-reseaux"


def test_open_programme_makes_an_account_with_a_card_that_logs_in(barsac, client):
    programme, user, card = actions.open_programme(barsac)
    assert programme.memberships.get().role == Role.COORDINATOR
    assert (user.email, user.first_name, user.last_name) == ("", "", "")
    assert client.login(
        username=card.identifier, password=cards.folded_passphrase(card.passphrase.upper())
    )


def test_open_programme_for_a_known_person_makes_no_card(barsac, alice):
    programme, user, card = actions.open_programme(barsac, alice)
    assert (user, card) == (alice, None)
    assert list(Programme.objects.of_user(alice)) == [programme]


def test_no_word_of_a_card_hurts_and_the_list_keeps_its_66_bits():
    listed = {unicodedata.normalize("NFC", word) for word in Mnemonic("french").wordlist}
    left_out = {word for words in card_words.LEFT_OUT.values() for word in words.split()}
    assert {"blessant", "saboter", "opprimer", "tordre"} < left_out < listed
    assert left_out.isdisjoint(cards.words())
    assert len(cards.words()) == 2048
    assert cards.PASSPHRASE_WORDS * math.log2(len(cards.words())) == 66
    assert len({names.folded(word)[:4] for word in cards.words()}) == 2048
    assert all(re.fullmatch(r"[a-z]{4,8}", names.folded(word)) for word in cards.words())


def test_a_card_given_with_a_word_that_is_no_longer_drawn_still_opens(db):
    card = cards.Card("abeille-plume-12", "blessant saboter opprimer tordre abeille plume")
    user = cards.create_user(card)
    assert authenticate(username=card.identifier, password=card.passphrase) == user


def test_passphrase_has_six_words_of_2048():
    assert len(set(cards.words())) == 2048
    card = cards.new_card()
    assert len(card.passphrase.split()) == 6
    assert set(card.passphrase.split()) <= set(cards.words())


def test_adopted_measure_is_copied_in_the_wording_of_the_size(take):
    (commitment,) = take(PLAN)
    village = Measure.objects.get(pk=PLAN).wording_for("village")
    assert commitment.base_text == village.text
    assert commitment.size_label == "village"
    assert commitment.revision == WordingRevision.objects.get(measure_slug=PLAN, sizes="village")
    assert commitment.chapter.title == "Sécuriser les services essentiels « hors réseau »"


def test_empty_line_of_a_wording_is_that_of_the_default(programme, barsac):
    measure = Measure.objects.get(pk=PLAN)
    bourg = SizeClass.objects.get(pk="bourg")
    commitment = actions.adopt_measure(programme, measure, bourg)
    assert commitment.base_line == measure.default_wording.line
    assert commitment.base_easy == measure.default_wording.easy


def test_parameters_take_the_value_advised_for_the_size(programme):
    measure = Measure.objects.get(pk=PLAN)
    grande_ville = SizeClass.objects.get(pk="grande-ville")
    commitment = actions.adopt_measure(programme, measure, grande_ville)
    values = dict(commitment.parameters.values_list("slug", "value"))
    assert values["exemplaires_papier"] == "20"


def test_second_adoption_keeps_the_texts_and_changes_the_status(take):
    (commitment,) = take(PLAN)
    Commitment.objects.update(text="Nos mots.")
    take(PLAN, status=Status.DECLINED, reason="Déjà prévu ailleurs")
    commitment.refresh_from_db()
    assert (commitment.text, commitment.status, commitment.reason) == (
        "Nos mots.",
        Status.DECLINED,
        "Déjà prévu ailleurs",
    )


def test_programme_cannot_hold_a_measure_twice(take, programme):
    (commitment,) = take(PLAN)
    commitment.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        commitment.save(force_insert=True)


def test_parameter_out_of_bounds_is_refused_by_the_database(take):
    take(PLAN)
    rows = CommitmentParameter.objects.filter(slug="delai_revision_mois")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(value="25")
    rows.update(value="24")
    assert rows.get().in_words == "24\u00a0mois"


def test_first_two_figures_without_a_reserve_are_printed_by_default(take):
    (commitment,) = take(PLAN)
    rows = commitment.chapter.figures.values_list("caveat", "is_printed")
    # The first has a reserve and the second speaks of it: both wait to be chosen.
    assert [is_printed for _, is_printed in rows] == [False, False, True, True, *[False] * 4]
    assert rows[0][0].startswith("Ordre de grandeur")


def test_commitment_survives_the_deletion_of_the_whole_catalogue(take, programme):
    (commitment,) = take(PLAN)
    before = commitment.shown("text"), commitment.chapter.title
    Measure.objects.update(successor=None)
    from proposals.models import Question

    Question.objects.all().delete()
    Measure.objects.all().delete()
    Proposal.objects.all().delete()
    WordingRevision.objects.all().delete()
    again = Commitment.objects.get()
    assert (again.shown("text"), again.chapter.title) == before


def test_arranging_puts_a_chapter_in_the_given_order(take):
    first, second, third = take(PLAN, "cartographie-dependances", "journee-hors-reseau")
    actions.arrange(first.chapter, [third.pk, first.pk, 999_999], figures=[])
    assert list(first.chapter.commitments.in_order()) == [third, first, second]


def test_commitment_is_adapted_only_by_other_words(take):
    (commitment,) = take(PLAN)
    assert commitment.fidelity is Fidelity.AS_IS
    commitment.parameters.update(value="12")
    assert commitment.fidelity is Fidelity.AS_IS
    commitment.text = "Nos mots."
    assert commitment.fidelity is Fidelity.ADAPTED


def test_own_commitment_is_own(programme):
    commitment = Commitment(
        programme=programme, chapter=actions.chapter_for(programme, None), title="Un banc",
        text="Un banc.", decided_by=Authority.MAYOR,
    )  # fmt: skip
    assert commitment.fidelity is Fidelity.OWN


def test_other_wording_replaces_the_catalogue_text_and_keeps_the_teams(take):
    (commitment,) = take(PLAN)
    Commitment.objects.update(title="Notre titre")
    bourg = SizeClass.objects.get(pk="bourg")
    actions.take_wording(commitment, commitment.measure.wording_for("bourg"), bourg)
    commitment.refresh_from_db()
    assert (commitment.size_label, commitment.title) == ("bourg", "Notre titre")


def test_other_size_lists_the_commitments_that_have_another_wording(take, programme):
    plan, other = take(PLAN, "cartographie-dependances")
    review = {
        slug: actions.wordings_to_review(programme, SizeClass.objects.get(pk=slug))
        for slug in ("village", "bourg", "petite-ville")
    }
    # The map of dependencies has one wording for villages and towns alike, none in between.
    assert review == {"village": [], "bourg": [plan], "petite-ville": [plan, other]}


def test_chapter_is_made_once(programme):
    proposal = Proposal.objects.first()
    assert actions.chapter_for(programme, proposal) == actions.chapter_for(programme, proposal)
    assert Chapter.objects.count() == 1


def test_chapter_keeps_its_number_when_the_catalogue_is_renumbered(take, programme):
    (plan,) = take(PLAN)
    Proposal.objects.filter(number=1).update(number=99)
    Proposal.objects.filter(number=2).update(number=1)
    moved, other = take("journee-hors-reseau", "elu-delegue-desescalade")
    assert moved.chapter == plan.chapter
    assert (plan.chapter.number, other.chapter.number) == (1, 2)
    assert other.chapter.title == "Assurer une gestion municipale sobre et dégafamisée"


def test_wording_taken_on_purpose_is_not_listed_for_review(take, programme):
    (commitment,) = take(PLAN)
    village = SizeClass.objects.get(pk="village")
    actions.take_wording(commitment, commitment.measure.wording_for("bourg"), village)
    assert actions.wordings_to_review(programme, village) == []


def test_wording_brings_the_parameters_that_were_added_since(take):
    from proposals.models import Parameter, Wording

    (commitment,) = take(PLAN)
    Parameter.objects.create(
        measure_id=PLAN, slug="neuf", label="Neuf", type="integer", default="7", basis="editorial"
    )
    wording = Wording.objects.create(measure_id=PLAN, text="Avec {neuf}.", position=9)
    actions.take_wording(commitment, wording, SizeClass.objects.first())
    assert Commitment.objects.get().shown("text") == "Avec 7."


def test_proposal_cannot_have_two_chapters(take, programme):
    (commitment,) = take(PLAN)
    again = Chapter(programme=programme, proposal=commitment.chapter.proposal, number=77, title="X")
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
