"""Choosing, adapting, ordering."""

import html
import re

import pytest
from django.urls import reverse

from programmes.enums import Status
from programmes.models import Commitment
from tests.pages import errors_of, html_of, plain, text_of
from tests.programmes.forms import adapt, arrange, resend, save_settings

PLAN = "pcs-rupture-reseaux"
FIRST = "services-essentiels-hors-reseau"


def test_choices_show_the_wording_of_the_size_with_the_reason(as_alice, programme):
    page = text_of(as_alice.get(reverse("programmes:choose", args=[programme.pk, FIRST])))
    assert "Notre plan tiendra en quatre pages" in page
    assert "Texte « village » : Barsac compte 154 habitants (2026)." in page
    assert "dans un délai de 6 mois après l’élection" in page


def test_unsuitable_measure_is_shown_with_its_reason(as_alice, programme):
    from proposals.models import Wording

    wording = Wording.objects.filter(size_classes="village").exclude(unsuitable="").first()
    proposal = wording.measure.proposal_id
    page = text_of(as_alice.get(reverse("programmes:choose", args=[programme.pk, proposal])))
    assert "Déconseillée à cette taille." in page
    assert " ".join(wording.unsuitable.split())[:60] in page.replace("\u202f", " ")


def test_choices_are_kept_and_lead_to_the_next_proposal(as_alice, programme):
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    response = as_alice.post(
        address,
        {
            f"{PLAN}-status": "retained",
            "journee-hors-reseau-status": "declined",
            "journee-hors-reseau-reason": "Pas cette année",
        },
    )
    assert response.url == reverse(
        "programmes:choose", args=[programme.pk, "gestion-sobre-degafamisee"]
    )
    assert list(programme.commitments.values_list("measure", "status", "reason")) == [
        (PLAN, Status.RETAINED, ""),
        ("journee-hors-reseau", Status.DECLINED, "Pas cette année"),
    ]
    assert 'value="Pas cette année"' in as_alice.get(address).content.decode()


def test_invented_status_gives_the_form_again_and_changes_nothing(as_alice, programme):
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    response = as_alice.post(address, {f"{PLAN}-status": "oui", f"{PLAN}-reason": "Ma raison"})
    assert response.status_code == 200
    assert 'value="Ma raison"' in response.content.decode()
    assert programme.commitments.count() == 0


def test_adapted_text_and_value_are_kept(as_alice, take):
    (commitment,) = take(PLAN)
    response = adapt(
        as_alice, commitment, text="Sous {delai_revision_mois}, à {commune}.",
        reglage_delai_revision_mois="12",
    )  # fmt: skip
    assert response.status_code == 302
    commitment = Commitment.objects.get()
    assert commitment.shown("text") == "Sous 12\u00a0mois, à Barsac."
    assert commitment.title == ""


def test_texts_left_as_they_were_are_not_the_teams(as_alice, take):
    (commitment,) = take(PLAN)
    adapt(as_alice, commitment, text=commitment.base_text.replace("\n", "\r\n"))
    commitment.refresh_from_db()
    assert (commitment.text, commitment.is_adapted) == ("", False)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reglage_delai_revision_mois": "25"}, "Choisissez une valeur entre 3 et 24."),
        ({"reglage_delai_revision_mois": "bientôt"},
         "Écrivez un nombre en chiffres, par exemple 12."),
        ({"title": "x" * 91}, "91 signes, c’est trop : il en faut 90 au plus."),
        ({"text": "Sous {delai}."}, "« {delai} » n’est pas un réglage de cette mesure. On peut"
         " écrire : {autonomie_visee_heures}, {commune}, {delai_revision_mois},"
         " {exemplaires_papier}, {intercommunalite}."),
    ],
)  # fmt: skip
def test_wrong_entry_gives_the_form_again_with_what_was_typed(as_alice, take, changes, error):
    (commitment,) = take(PLAN)
    response = adapt(as_alice, commitment, **changes)
    assert response.status_code == 200
    assert [plain(e) for e in errors_of(response)] == [error]
    page = html.unescape(response.content.decode())
    assert "<title>Erreur : Adapter" in page.replace("\u00a0", " ")
    assert next(iter(changes.values())) in page
    commitment.refresh_from_db()
    assert commitment.shown("text").count("6\u00a0mois") == 1


def test_text_beyond_the_bound_keeps_every_word(as_alice, take):
    (commitment,) = take(PLAN)
    long = "mot " * 2000 + "dernier"
    response = adapt(as_alice, commitment, text=long)
    assert response.status_code == 200
    assert len(errors_of(response)) == 1
    assert long in response.content.decode()


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](http://exemple.fr/x.png)",
        '<img src=x onerror="alert(1)">',
    ],
)
def test_hostile_text_is_harmless_on_every_page(as_alice, programme, take, hostile):
    (commitment,) = take(PLAN)
    adapt(as_alice, commitment, text=hostile, title=hostile)
    pages = [
        reverse("programmes:preview", args=[programme.pk]),
        reverse("programmes:chapter", args=[programme.pk, 1]),
        commitment.get_absolute_url(),
        programme.get_absolute_url(),
    ]
    for address in pages:
        page = html_of(as_alice.get(address))
        assert re.findall(r"<script|<img|href=.javascript", page) == []


def test_own_commitment_is_added_to_its_chapter(as_alice, programme):
    response = as_alice.post(
        reverse("programmes:new-commitment", args=[programme.pk]),
        {"proposal": FIRST, "title": "Un banc public", "text": "Un **banc** devant la mairie.",
         "line": "", "easy": "", "decided_by": "mayor", "horizon": "term", "budget": "neutral",
         "status": "retained"},
    )  # fmt: skip
    assert response.url == reverse("programmes:chapter", args=[programme.pk, 1])
    commitment = Commitment.objects.get()
    assert (commitment.chapter.number, commitment.title) == (1, "Un banc public")


def test_own_commitment_without_text_gives_the_form_again(as_alice, programme):
    response = as_alice.post(
        reverse("programmes:new-commitment", args=[programme.pk]), {"title": "Un banc public"}
    )
    assert "Un banc public</textarea>" in response.content.decode()
    assert Commitment.objects.count() == 0


def test_own_commitment_can_be_taken_out_and_a_measure_cannot(as_alice, programme, take):
    (measure,) = take(PLAN)
    as_alice.post(
        reverse("programmes:new-commitment", args=[programme.pk]),
        {"title": "Un banc", "text": "Un banc.", "line": "", "easy": "",
         "decided_by": "mayor", "horizon": "term", "budget": "neutral",
         "status": "retained"},
    )  # fmt: skip
    own = Commitment.objects.get(title="Un banc")
    drop = "programmes:drop-commitment"
    assert as_alice.post(reverse(drop, args=[programme.pk, own.pk])).status_code == 302
    assert as_alice.post(reverse(drop, args=[programme.pk, measure.pk])).status_code == 404
    assert list(Commitment.objects.all()) == [measure]


def test_button_moves_a_commitment_by_one_place(as_alice, programme, take):
    first, second, third = take(PLAN, "cartographie-dependances", "journee-hors-reseau")
    arrange(as_alice, first.chapter, up=third.pk)
    assert list(programme.commitments.in_order()) == [first, third, second]
    arrange(as_alice, first.chapter, down=first.pk)
    assert list(programme.commitments.in_order()) == [third, first, second]
    arrange(as_alice, first.chapter, up=third.pk)
    assert list(programme.commitments.in_order()) == [third, first, second]


@pytest.mark.parametrize(
    ("ranks", "order"),
    [
        ({2: "1"}, [2, 0, 1, 3]),
        ({0: "3"}, [1, 2, 0, 3]),
        ({3: "1", 0: "4"}, [3, 1, 2, 0]),
        ({1: "99"}, [0, 2, 3, 1]),
        ({}, [0, 1, 2, 3]),
    ],
)
def test_typed_rank_is_the_place_that_the_commitment_takes(as_alice, programme, take, ranks, order):
    rows = take(PLAN, "cartographie-dependances", "journee-hors-reseau", "eau-sans-data-center")
    data = {f"rank-{row.pk}": ranks.get(i, str(i + 1)) for i, row in enumerate(rows)}
    arrange(as_alice, rows[0].chapter, **data)
    assert list(programme.commitments.in_order()) == [rows[i] for i in order]


def test_chapter_of_many_commitments_goes_over_pages_that_keep_their_ranks(
    as_alice, programme, take
):
    first, *_ = take(PLAN)
    Commitment.objects.bulk_create(
        Commitment(
            programme=programme, chapter=first.chapter, title=f"Le nôtre {n}", text="Texte.",
            position=n, decided_by="mayor", horizon="term", budget="neutral",
        )
        for n in range(1, 30)
    )  # fmt: skip
    address = reverse("programmes:chapter", args=[programme.pk, 1])
    page = as_alice.get(address, {"page": 2}).content.decode()
    assert re.findall(r'name="rank-\d+" value="(\d+)"', page) == [str(n) for n in range(16, 31)]
    last = Commitment.objects.get(title="Le nôtre 29")
    response = arrange(as_alice, first.chapter, page=2, **{f"rank-{last.pk}": "1"})
    assert response.url == f"{address}?page=2"
    assert programme.commitments.in_order().first() == last


@pytest.mark.parametrize("junk", ["x", "-1", "9" * 40, "²"])
def test_rank_that_is_no_number_is_asked_again_and_nothing_is_lost(as_alice, programme, take, junk):
    first, second = take(PLAN, "cartographie-dependances")
    ranks = {f"rank-{first.pk}": junk, f"rank-{second.pk}": "7"}
    response = arrange(as_alice, first.chapter, **ranks)
    assert response.status_code == 400
    assert "écrivez son rang en chiffres, par exemple 2." in plain(text_of(response))
    typed = re.findall(r'name="rank-\d+" value="([^"]*)"', response.content.decode())
    assert typed == [junk, "7"]
    assert list(programme.commitments.in_order()) == [first, second]


def test_empty_rank_moves_nothing(as_alice, programme, take):
    first, second = take(PLAN, "cartographie-dependances")
    assert arrange(as_alice, first.chapter, **{f"rank-{second.pk}": ""}).status_code == 302
    assert list(programme.commitments.in_order()) == [first, second]


def test_other_wording_is_taken_from_its_page(as_alice, programme, take):
    from proposals.models import Measure

    wording = Measure.objects.get(pk=PLAN).wording_for("bourg")
    response = as_alice.post(
        reverse("programmes:wordings", args=[programme.pk, PLAN]), {"wording": wording.pk}
    )
    commitment = Commitment.objects.get()
    assert response.url == f"{reverse('programmes:choose', args=[programme.pk, FIRST])}#{PLAN}"
    assert commitment.base_text == wording.text


def test_corrected_population_changes_the_size_and_lists_what_differs(as_alice, programme, take):
    take(PLAN)
    page = text_of(save_settings(as_alice, programme, own_population="2000"))
    assert "Votre commune compte maintenant comme « Bourg »." in page
    assert "1 engagement a un autre texte pour cette taille :" in page


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_invented_version_writes_nothing(as_alice, take, version):
    (commitment,) = take(PLAN)
    assert adapt(as_alice, commitment, text="Nos mots.", version=version).status_code in (200, 409)
    commitment.refresh_from_db()
    assert commitment.text == ""


def test_reason_without_a_choice_is_told_and_kept(as_alice, programme):
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    response = as_alice.post(
        address, {f"{PLAN}-status": "undecided", f"{PLAN}-reason": "Voir avec Paul"}
    )
    assert errors_of(response) == ["Choisissez une réponse pour garder votre raison."]
    assert 'value="Voir avec Paul"' in response.content.decode()


def test_choice_can_be_taken_back(as_alice, programme, take):
    take(PLAN)
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    as_alice.post(address, {f"{PLAN}-status": "undecided"})
    assert programme.commitments.count() == 0


def test_page_of_choices_shown_again_and_sent_again_wipes_no_choice(as_alice, programme, take):
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    opened = as_alice.get(address)
    take(PLAN, status=Status.DECLINED)
    take("journee-hors-reseau", status=Status.DISCUSSED, reason="Voir avec Paul")
    refused = resend(as_alice, address, opened, {f"{PLAN}-status": "retained"})
    assert refused.status_code == 409
    assert f'name="{PLAN}-status" value="retained" checked' in refused.content.decode()
    assert 'value="retained" checked' not in as_alice.get(address).content.decode()
    assert 'value="retained" checked' in as_alice.get(f"{address}?brouillon").content.decode()
    assert resend(as_alice, address, refused, {}).status_code == 302
    assert list(programme.commitments.order_by("pk").values_list("status", "reason")) == [
        (Status.RETAINED, ""),
        (Status.DISCUSSED, "Voir avec Paul"),
    ]


def test_two_who_choose_the_same_do_not_disagree(as_alice, programme, take):
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    opened = as_alice.get(address)
    take(PLAN)
    sent = resend(as_alice, address, opened, {f"{PLAN}-status": "retained"})
    assert (sent.status_code, programme.commitments.get().status) == (302, Status.RETAINED)


def test_rewritten_measure_is_not_taken_back_with_its_words(as_alice, programme, take):
    take(PLAN)
    Commitment.objects.update(text="Nos mots.")
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    response = as_alice.post(address, {f"{PLAN}-status": "undecided"})
    assert [plain(error) for error in errors_of(response)] == [
        "Vous avez réécrit cette mesure : choisissez « Écartée » pour la mettre de côté sans"
        " perdre vos mots."
    ]
    assert programme.commitments.get().text == "Nos mots."


def test_partial_form_changes_no_other_choice(as_alice, programme, take):
    take(PLAN, "journee-hors-reseau")
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    as_alice.post(address, {f"{PLAN}-status": "done"})
    assert dict(programme.commitments.values_list("measure", "status")) == {
        PLAN: "done",
        "journee-hors-reseau": "retained",
    }


def test_setting_that_no_text_names_stands_apart(as_alice, take):
    (commitment,) = take(PLAN)
    page = as_alice.get(commitment.get_absolute_url()).content.decode()
    idle = page[page.index("Réglages sans effet") : page.index("</details>")]
    assert re.findall(r'name="(reglage_\w+)"', idle) == ["reglage_autonomie_visee_heures"]


def test_unit_typed_after_a_number_is_understood(as_alice, take):
    (commitment,) = take(PLAN)
    adapt(as_alice, commitment, reglage_delai_revision_mois="9 mois")
    assert commitment.parameters.get(slug="delai_revision_mois").value == "9"


def test_junk_figures_change_nothing(as_alice, programme, take):
    (commitment,) = take(PLAN)
    before = list(commitment.chapter.figures.values_list("is_printed", flat=True))
    ids = [figure.pk for figure in commitment.chapter.figures.filter(is_printed=True)]
    arrange(as_alice, commitment.chapter, figures=[*ids, "x", "-1", "9" * 40, "999999999"])
    assert list(commitment.chapter.figures.values_list("is_printed", flat=True)) == before


def test_measure_withdrawn_after_its_adoption_stays_at_hand(as_alice, programme, take):
    from proposals.models import Measure

    take(PLAN)
    Measure.objects.filter(pk=PLAN).update(retired=True)
    address = reverse("programmes:wordings", args=[programme.pk, PLAN])
    assert as_alice.get(address).status_code == 200


def test_plan_for_the_mandate_drops_the_date_of_the_vote(as_alice, programme):
    save_settings(as_alice, programme, vote_date="2027-03-14")
    save_settings(as_alice, programme, kind="mandate", vote_date="2027-03-14")
    programme.refresh_from_db()
    assert (programme.kind, programme.vote_date) == ("mandate", None)
