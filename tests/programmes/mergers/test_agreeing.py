"""Two lists agree by six words, and read each other from then on."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from programmes import actions, mergers, team
from programmes.enums import Role, Status
from programmes.models import Comment, Commitment, Draft, Membership, Merger, MergerChoice
from tests.pages import errors_of, plain, text_of
from tests.programmes.mergers.choices import DAY, PLAN, address, choose_all, page_of, words_shown

# Agreeing


def test_words_are_shown_once_and_only_their_hash_is_kept(as_alice, programme):
    words = words_shown(as_alice, programme)
    assert len(words.split()) == 6
    merger = Merger.objects.get()
    assert words.split()[0] not in merger.token_hash
    days = round((merger.expires_at - timezone.now()) / timedelta(days=1))
    assert days == 14
    as_alice.cookies.pop("fusion")
    response = as_alice.get(address("merger-words", programme, merger.pk), follow=True)
    assert "Ces mots ont déjà été montrés." in text_of(response)
    assert words not in text_of(response)


def test_form_sent_twice_proposes_once(as_alice, programme):
    data = {"envoi": "une-page"}
    first = as_alice.post(address("mergers", programme), data)
    second = as_alice.post(address("mergers", programme), data)
    assert (first.url, Merger.objects.count()) == (second.url, 1)
    assert ("fusion" in first.cookies, "fusion" in second.cookies) == (True, False)


def test_who_types_the_words_sees_whose_list_it_is_and_accepts_by_a_second_post(
    as_alice, as_charlie, programme, theirs
):
    programme.list_name = "Barsac autrement"
    programme.save()
    words = words_shown(as_alice, programme)
    accept = address("accept-merger", theirs)
    typed = words.upper()
    response = as_charlie.post(accept, {"words": typed})
    page = text_of(response)
    assert plain(page).count("Fusion avec « Barsac autrement » ?") == 1
    assert "Cette liste de Barsac (Drôme)" in page
    assert Merger.objects.get().accepted_at is None
    assert Draft.objects.count() == 0
    merger = Merger.objects.get()
    response = as_charlie.post(accept, {"words": typed, "accept": "1"})
    assert response.url == page_of(merger, theirs)
    merger.refresh_from_db()
    assert (merger.other, merger.accepted_by.user.username) == (theirs, "charlie")
    # Sent twice, it leads to the same page.
    assert as_charlie.post(accept, {"words": typed, "accept": "1"}).url == page_of(merger, theirs)
    assert as_charlie.get(page_of(merger, theirs)).status_code == 200
    assert as_alice.get(page_of(merger, programme)).status_code == 200


OPENS_NOTHING = (
    "Ces mots n’ouvrent rien : vérifiez-les un par un. S’ils ont servi, ont été retirés ou datent"
    " de plus de 14 jours, demandez-en d’autres."
)


def refusal(client, programme, words) -> list[str]:
    found = []
    for data in ({"words": words}, {"words": words, "accept": "1"}):
        response = client.post(address("accept-merger", programme), data)
        assert response.status_code == 200
        found += [plain(error) for error in errors_of(response)]
    assert found[0] == found[1]
    return found[:1]


@pytest.mark.parametrize(
    "typed", ["abandon abandon abandon abandon abandon abandon", "x", "-", "<b>", "é" * 190, "…"]
)
def test_words_that_nobody_gave_open_nothing(as_charlie, theirs, typed):
    assert refusal(as_charlie, theirs, typed) == [OPENS_NOTHING]


def test_no_words_are_asked_for_again(as_charlie, theirs):
    response = as_charlie.post(address("accept-merger", theirs), {"words": " "})
    assert errors_of(response) == ["Écrivez les six mots que l’autre liste vous a donnés."]


def test_words_with_one_wrong_open_nothing_and_stay_on_the_page(as_alice, as_charlie, programme,
                                                               theirs):  # fmt: skip
    words = words_shown(as_alice, programme).split()
    words[3] = "abandon" if words[3] != "abandon" else "zoologie"
    response = as_charlie.post(address("accept-merger", theirs), {"words": " ".join(words)})
    assert [plain(e) for e in errors_of(response)] == [OPENS_NOTHING]
    assert f'value="{" ".join(words)}"' in response.content.decode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda merger: Merger.objects.update(expires_at=timezone.now()),
        lambda merger: merger.delete(),
        lambda merger: merger.programme.drop(),
        lambda merger: Membership.objects.filter(programme=merger.programme).update(
            role=Role.WRITER
        ),
        lambda merger: merger.proposed_by.delete(),
    ],
    ids=["expired", "withdrawn", "dropped", "no coordinator", "gone"],
)
def test_words_of_who_lost_the_right_open_nothing(as_alice, as_charlie, programme, theirs, spoil):
    words = words_shown(as_alice, programme)
    spoil(Merger.objects.get())
    assert refusal(as_charlie, theirs, words) == [OPENS_NOTHING]


def test_words_that_have_served_open_nothing_to_a_third_list(as_alice, barsac, merger, programme,
                                                            bob, client):  # fmt: skip
    third, _, _ = actions.open_programme(barsac, bob)
    third.member = third.memberships.get()
    programme.member = programme.memberships.get(role=Role.COORDINATOR)
    _, token = mergers.propose(programme)
    mergers.accept(third, token)
    assert Merger.objects.agreed().of(programme).count() == 2
    as_charlie = Client()
    as_charlie.force_login(get_user_model().objects.get(username="charlie"))
    assert refusal(as_charlie, merger.other, token.replace("-", " ")) == [OPENS_NOTHING]


def test_own_words_are_for_the_other_list(as_alice, programme):
    words = words_shown(as_alice, programme)
    assert refusal(as_alice, programme, words) == [
        "Ces mots viennent de ce programme : c’est à l’autre liste de les écrire dans le sien."
    ]


def test_same_two_programmes_merge_once_at_a_time(as_charlie, as_alice, programme, theirs, merger):
    words = words_shown(as_alice, programme)
    sentence = "Une fusion est déjà ouverte entre ces deux programmes : allez-y d’abord."
    assert refusal(as_charlie, theirs, words) == [sentence]
    # In the other direction too.
    words = words_shown(as_charlie, theirs)
    assert refusal(as_alice, programme, words) == [sentence]


def test_programmes_of_two_communes_do_not_merge(as_alice, charlie, as_charlie, programme,
                                                grenoble):  # fmt: skip
    elsewhere, _, _ = actions.open_programme(grenoble, charlie)
    words = words_shown(as_alice, programme)
    (sentence,) = refusal(as_charlie, elsewhere, words)
    assert sentence.startswith("Les deux programmes ne sont pas pour la même commune")
    assert Merger.objects.get().accepted_at is None


# Reading each other


def test_each_reads_what_the_other_retains_or_discusses_and_nothing_else(
    as_alice, as_charlie, both, merger, adopt
):
    programme, theirs = both
    commitments = adopt(theirs, DAY)
    actions.decide(commitments[0], Status.DECLINED, "Jamais de la vie")
    Commitment.objects.filter(pk=commitments[0].pk).update(title="Titre écarté")
    (done,) = adopt(theirs, "solidarite-voisinage", status=Status.DONE)
    Commitment.objects.filter(pk=done.pk).update(title="Titre déjà fait")
    (binned,) = adopt(theirs, "eau-sans-data-center")
    Commitment.objects.filter(pk=binned.pk).update(title="Titre à la corbeille")
    actions.drop(binned)
    Comment.objects.create(commitment=theirs.commitments.get(measure=PLAN), text="Commentaire tu")
    theirs.memberships.update(alias="Zélie-Anonyme")
    page = text_of(as_alice.get(page_of(merger, programme), {"voir": "tout"}))
    for shown in ("Leur titre", "Leur texte, sous 9", "Un banc", "À discuter"):
        assert shown in page
    for hidden in ("Jamais de la vie", "Titre écarté", "Titre déjà fait", "Titre à la corbeille",
                   "Raison secrète", "Commentaire tu", "Zélie-Anonyme"):  # fmt: skip
        assert hidden not in page
    assert "Notre texte" in text_of(as_charlie.get(page_of(merger, theirs)))


def test_merger_gives_no_way_into_the_other_programme(as_alice, both, merger):
    _, theirs = both
    for name, rest in (("programme", []), ("merger", [merger.pk]), ("preview", []),
                       ("mergers", []), ("comparison", ["x"])):  # fmt: skip
        assert as_alice.get(address(name, theirs, *rest)).status_code == 404


def test_merger_of_others_is_404_under_ones_own_programme(client, merger, barsac, bob):
    third, _, _ = actions.open_programme(barsac, bob)
    client.force_login(bob)
    assert client.get(page_of(merger, third)).status_code == 404
    assert client.post(page_of(merger, third)).status_code == 404
    assert client.post(address("make-common", third, merger.pk)).status_code == 404
    client.post(address("withdraw-merger", third, merger.pk))
    assert Merger.objects.open().filter(pk=merger.pk).exists()


@pytest.mark.parametrize("pk", ["0", "9" * 30, "x", "-1"])
def test_invented_merger_is_404(as_alice, programme, merger, pk):
    base = f"/programmes/{programme.pk}/fusions/{pk}/"
    found = [
        as_alice.get(base).status_code,
        as_alice.post(base).status_code,
        as_alice.post(f"{base}commun/").status_code,
        as_alice.get(f"{base}mots/").status_code,
    ]
    assert found == [404] * 4


LOSSES = {
    "dropped": lambda merger: merger.programme.drop(),
    "other dropped": lambda merger: merger.other.drop(),
    "erased": lambda merger: merger.other.delete(),
    "coordinates no more": lambda merger: Membership.objects.filter(
        pk=merger.proposed_by_id
    ).update(role=Role.WRITER),
    "other gone": lambda merger: merger.accepted_by.delete(),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_team_that_loses_its_right_closes_the_merger(as_alice, as_charlie, both, merger, loss):
    programme, theirs = both
    choose_all(merger)
    LOSSES[loss](merger)
    assert as_alice.get(page_of(merger, programme)).status_code == 404
    assert as_charlie.get(page_of(merger, theirs)).status_code == 404
    assert as_charlie.post(address("make-common", theirs, merger.pk)).status_code == 404
    assert Merger.objects.agreed().count() == 0
    with pytest.raises(mergers.Closed):
        mergers.make(merger, programme.memberships.first())


def test_after_either_has_withdrawn_neither_reads_the_other(as_alice, as_charlie, both, merger):
    programme, theirs = both
    choose_all(merger)
    response = as_charlie.post(address("withdraw-merger", theirs, merger.pk), follow=True)
    assert "C’est retiré" in text_of(response)
    assert as_alice.get(page_of(merger, programme)).status_code == 404
    assert as_charlie.get(page_of(merger, theirs)).status_code == 404
    assert "Barsac ensemble" not in text_of(as_alice.get(address("mergers", programme)))
    assert MergerChoice.objects.count() == 0


# The third programme


def test_words_of_expired_proposals_are_erased_with_the_next(as_alice, programme):
    words_shown(as_alice, programme)
    Merger.objects.update(expires_at=timezone.now())
    as_alice.post(address("mergers", programme), {"envoi": "deux"})
    assert Merger.objects.count() == 1


def test_member_who_left_is_a_stranger_to_the_merger(client, bob, both, merger):
    programme, _ = both
    team.part(programme, programme.memberships.get(user=bob))
    client.force_login(bob)
    assert client.get(page_of(merger, programme)).status_code == 404
