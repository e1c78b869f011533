import html
import re

import pytest
from django.urls import reverse

from programmes.enums import Status
from programmes.models import Commitment, Programme

PLAN = "pcs-rupture-reseaux"
FIRST = "services-essentiels-hors-reseau"


def text_of(response) -> str:
    """What the page says, without tags, spaces made plain."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(bare).split())


def errors_of(response) -> list[str]:
    found = re.findall(r'<p class="error"[^>]*>(.*?)</p>', response.content.decode(), re.DOTALL)
    return [" ".join(html.unescape(error).split()) for error in found]


def test_search_lists_homonyms_with_their_departments(client, db):
    page = text_of(client.get("/communes/", {"q": "barsac"}))
    assert "Barsac Gironde (33) · 2 058 habitants" in page
    assert "Barsac Drôme (26) · 154 habitants" in page


def test_search_for_an_unknown_name_says_what_to_try(client, db):
    assert "Nous n’avons pas trouvé « zzz »." in text_of(client.get("/communes/", {"q": "zzz"}))


def test_start_page_shows_the_commune_and_writes_nothing(client, db):
    page = text_of(client.get("/programmes/nouveau/", {"commune": "26027"}))
    assert "154 habitants (2026)" in page
    assert "La communauté de communes du Diois" in page
    assert Programme.objects.count() == 0


@pytest.mark.parametrize("code", ["", "00000", "26027' --", "é" * 200])
def test_unknown_commune_is_404(client, db, code):
    assert client.get("/programmes/nouveau/", {"commune": code}).status_code == 404


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("75056", "Paris"),
        ("94038", "L’Haÿ-les-Roses"),
        ("98735", "Papeete"),
        ("22016", "Île-de-Bréhat"),
        ("98411", "population inconnue"),
        ("51513", "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"),
    ],
)
def test_unusual_communes_have_a_sensible_page_and_programme(client, db, code, expected):
    search = text_of(client.get("/communes/", {"q": code}))
    assert expected in search
    client.post("/programmes/nouveau/", {"commune": code})
    programme = Programme.objects.get()
    assert client.get(programme.get_absolute_url()).status_code == 200
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    assert client.get(address).status_code == 200


def test_start_shows_the_card_until_it_is_noted_and_the_card_logs_in_again(client, db):
    response = client.post("/programmes/nouveau/", {"commune": "26027"}, follow=True)
    identifier, passphrase = re.findall(r"<dd><b>(.*?)</b></dd>", response.content.decode())
    card = response.redirect_chain[-1][0]
    assert passphrase in client.get(card).content.decode()

    client.post(card)
    assert client.get(card).url == response.wsgi_request.path.replace("carte/", "")
    client.post("/deconnexion/")
    assert client.get(card).url.startswith("/connexion/")

    response = client.post(
        "/connexion/", {"identifier": identifier.upper(), "passphrase": f" {passphrase.title()} "}
    )
    assert response.url == "/programmes/"
    assert "Barsac" in text_of(client.get("/programmes/"))


def test_passphrase_is_kept_nowhere_on_the_server(client, db):
    from django.contrib.sessions.models import Session

    response = client.post("/programmes/nouveau/", {"commune": "26027"}, follow=True)
    passphrase = re.findall(r"<dd><b>(.*?)</b></dd>", response.content.decode())[1]
    assert all(passphrase not in str(s.get_decoded()) for s in Session.objects.all())
    assert response.wsgi_request.user.password.split("$")[0] == "md5"


def test_card_of_one_programme_does_not_show_at_another(client, db, alice):
    first = client.post("/programmes/nouveau/", {"commune": "26027"})
    second = client.post("/programmes/nouveau/", {"commune": "38185"})
    client.cookies["carte"] = first.cookies["carte"].value
    assert client.get(f"{second.url}carte/").status_code == 302


def test_wrong_passphrase_keeps_what_was_typed_and_does_not_say_which_was_wrong(client, alice):
    response = client.post(
        "/connexion/", {"identifier": "alice", "passphrase": "un deux trois quatre cinq six"}
    )
    assert "Cet identifiant et cette phrase ne vont pas ensemble." in text_of(response)
    assert 'value="alice"' in response.content.decode()


@pytest.mark.parametrize(
    "target", ["https://exemple.fr/", "//exemple.fr/", "javascript:alert(1)", "rien", "é"]
)
def test_login_never_leads_off_the_site(client, alice, target):
    response = client.post(
        "/connexion/",
        {"identifier": "alice", "passphrase": "phrase de alice", "next": target},
    )
    assert response.url == "/programmes/"


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


def adapt(client, commitment, **changes):
    texts = {field: commitment.source_text(field) for field in ("title", "line", "text", "easy")}
    settings = {f"reglage_{row.slug}": row.value for row in commitment.parameters.all()}
    data = {
        **texts, **settings, "version": commitment.version,
        "horizon": "term", "status": "retained", "reason": "", **changes,
    }  # fmt: skip
    return client.post(commitment.get_absolute_url(), data)


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


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


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
        page = as_alice.get(address).content.decode()
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
    address = reverse("programmes:chapter", args=[programme.pk, 1])
    as_alice.post(address, {"up": third.pk})
    assert list(programme.commitments.in_order()) == [first, third, second]
    as_alice.post(address, {"down": first.pk})
    assert list(programme.commitments.in_order()) == [third, first, second]
    as_alice.post(address, {"up": third.pk})
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
    as_alice.post(reverse("programmes:chapter", args=[programme.pk, 1]), data)
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
    assert re.findall(r'name="rank-\d+" value="(\d+)"', page) == [str(n) for n in range(21, 31)]
    last = Commitment.objects.get(title="Le nôtre 29")
    response = as_alice.post(f"{address}?page=2", {f"rank-{last.pk}": "1"})
    assert response.url == f"{address}?page=2"
    assert programme.commitments.in_order().first() == last


@pytest.mark.parametrize("junk", ["", "x", "-1", "9" * 40, "²"])
def test_junk_ranks_lose_no_commitment(as_alice, programme, take, junk):
    first, second = take(PLAN, "cartographie-dependances")
    address = reverse("programmes:chapter", args=[programme.pk, 1])
    assert as_alice.post(address, {f"rank-{first.pk}": junk}).status_code == 302
    assert set(programme.commitments.all()) == {first, second}


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
    data = {"list_name": "Ici", "kind": "campaign", "own_population": "2000"}
    response = as_alice.post(reverse("programmes:settings", args=[programme.pk]), data, follow=True)
    page = text_of(response)
    assert "Votre commune compte maintenant comme « Bourg »." in page
    assert "1 engagement a un autre texte pour cette taille :" in page


def test_preview_shows_what_is_retained_and_nothing_else(as_alice, programme, take):
    take(PLAN)
    take("journee-hors-reseau", status=Status.DECLINED)
    page = text_of(as_alice.get(reverse("programmes:preview", args=[programme.pk])))
    assert "Inscrire la rupture des réseaux" in page
    assert "journée d’exercice" not in page


def test_print_is_a_pdf_and_an_unknown_format_is_404(as_alice, programme, take):
    take(PLAN)
    response = as_alice.get(reverse("programmes:print-file", args=[programme.pk, "programme-a4"]))
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'inline; filename="barsac-programme-a4.pdf"'
    assert response.content[:5] == b"%PDF-"
    address = reverse("programmes:print-file", args=[programme.pk, "programme-a9"])
    assert as_alice.get(address).status_code == 404


def test_opening_any_page_writes_nothing(as_alice, programme, take, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    (commitment,) = take(PLAN)
    addresses = [
        "/", "/propositions/", f"/propositions/{FIRST}/", "/mesures/", f"/mesures/{PLAN}/",
        "/le-texte/", "/fiches/culture/", "/communes/?q=bar", "/programmes/", "/connexion/",
        "/programmes/nouveau/?commune=26027", programme.get_absolute_url(),
        reverse("programmes:settings", args=[programme.pk]),
        reverse("programmes:choose", args=[programme.pk, FIRST]),
        reverse("programmes:wordings", args=[programme.pk, PLAN]),
        reverse("programmes:chapter", args=[programme.pk, 1]),
        commitment.get_absolute_url(),
        reverse("programmes:preview", args=[programme.pk]),
        reverse("programmes:print", args=[programme.pk]),
    ]  # fmt: skip
    for address in addresses:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert as_alice.get(address).status_code == 200
        written = [q["sql"] for q in queries if not q["sql"].startswith("SELECT")]
        assert written == [], address


def test_every_page_still_answers_when_the_catalogue_is_empty(as_alice, programme, take):
    from proposals import models as catalogue

    (commitment,) = take(PLAN)
    for model in (
        catalogue.Question, catalogue.ReflectionSheet, catalogue.Measure, catalogue.Proposal,
    ):  # fmt: skip
        model.objects.all().delete()
    addresses = [
        programme.get_absolute_url(), commitment.get_absolute_url(),
        *(reverse(f"programmes:{name}", args=[programme.pk, *rest]) for name, rest in (
            ("settings", []), ("chapter", [1]), ("new-commitment", []), ("preview", []),
            ("print", []), ("print-file", ["programme-a4"]),
        )),
        "/", "/propositions/", "/mesures/", "/le-texte/", "/programmes/",
    ]  # fmt: skip
    assert [a for a in addresses if as_alice.get(a).status_code != 200] == []
    assert "Inscrire la rupture" in text_of(as_alice.get(addresses[3]))


def test_closed_session_keeps_what_was_sent_and_the_card_saves_it(client, barsac, take):
    from programmes import actions
    from proposals.models import Measure, SizeClass

    programme, _, card = actions.open_programme(barsac)
    commitment = actions.adopt_measure(
        programme, Measure.objects.get(pk=PLAN), SizeClass.objects.first()
    )
    typed = "Un texte que personne ne veut écrire deux fois."
    response = adapt(client, commitment, text=typed)
    assert response.status_code == 401
    page = html.unescape(response.content.decode())
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert sent["text"] == typed

    wrong = client.post(
        commitment.get_absolute_url(), {**sent, "identifier": "x", "passphrase": "y"}
    )
    assert wrong.status_code == 401
    assert typed in html.unescape(wrong.content.decode())

    card = {"identifier": card.identifier, "passphrase": card.passphrase}
    assert client.post(commitment.get_absolute_url(), {**sent, **card}).status_code == 302
    commitment.refresh_from_db()
    assert commitment.text == typed


def test_form_that_is_too_old_shows_its_texts(programme, alice, take):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    (commitment,) = take(PLAN)
    response = client.post(commitment.get_absolute_url(), {"text": "Un texte <long> à garder."})
    assert response.status_code == 403
    assert "Un texte &lt;long&gt; à garder.</textarea>" in response.content.decode()


def test_second_editor_is_told_and_loses_no_word(as_alice, take):
    (commitment,) = take(PLAN)
    opened_by_bob = commitment.version
    adapt(as_alice, commitment, text="Le texte d’Alice.")
    late = adapt(as_alice, commitment, text="Le texte de Bob.", version=opened_by_bob)
    assert late.status_code == 409
    page = html.unescape(late.content.decode())
    assert "Le texte d’Alice." in page
    assert "Le texte de Bob.</textarea>" in page
    commitment.refresh_from_db()
    assert commitment.text == "Le texte d’Alice."

    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert adapt(as_alice, commitment, text="Les deux.", version=version).status_code == 302
    commitment.refresh_from_db()
    assert commitment.text == "Les deux."


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


def test_new_card_opens_and_the_old_one_does_not(client, barsac):
    from programmes import actions

    programme, user, card = actions.open_programme(barsac)
    client.force_login(user)
    response = client.post(reverse("programmes:new-card", args=[programme.pk]), follow=True)
    identifier, passphrase = re.findall(r"<dd><b>(.*?)</b></dd>", response.content.decode())
    assert identifier == card.identifier
    assert client.get(programme.get_absolute_url()).status_code == 200
    client.post("/deconnexion/")
    old = {"identifier": card.identifier, "passphrase": card.passphrase}
    assert client.post("/connexion/", old).status_code == 200
    assert client.post("/connexion/", {**old, "passphrase": passphrase}).status_code == 302


def test_card_is_gone_from_the_browser_after_logging_out(client, db):
    client.post("/programmes/nouveau/", {"commune": "26027"})
    client.post("/deconnexion/")
    assert client.cookies["carte"].value == ""


def test_programme_is_deleted_after_one_question(as_alice, programme, take):
    take(PLAN)
    address = reverse("programmes:delete", args=[programme.pk])
    as_alice.get(address)
    assert Programme.objects.count() == 1
    as_alice.post(address)
    assert (Programme.objects.count(), Commitment.objects.count()) == (0, 0)


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
    address = reverse("programmes:chapter", args=[programme.pk, 1])
    before = list(commitment.chapter.figures.values_list("is_printed", flat=True))
    ids = [figure.pk for figure in commitment.chapter.figures.filter(is_printed=True)]
    as_alice.post(address, {"figures": [*ids, "x", "-1", "9" * 40, "999999999"]})
    assert list(commitment.chapter.figures.values_list("is_printed", flat=True)) == before


def test_figure_with_a_reserve_is_told_before_printing(as_alice, programme, take):
    (commitment,) = take(PLAN)
    address = reverse("programmes:print", args=[programme.pk])
    assert "appelle une réserve" not in text_of(as_alice.get(address))
    commitment.chapter.figures.filter(caveat__gt="").update(is_printed=True)
    assert "appelle une réserve" in text_of(as_alice.get(address))


def test_measure_withdrawn_after_its_adoption_stays_at_hand(as_alice, programme, take):
    from proposals.models import Measure

    take(PLAN)
    Measure.objects.filter(pk=PLAN).update(retired=True)
    address = reverse("programmes:wordings", args=[programme.pk, PLAN])
    assert as_alice.get(address).status_code == 200


@pytest.mark.parametrize("code", ["98411", "72181"])
def test_sentence_about_the_population_is_french(client, db, code):
    client.post("/programmes/nouveau/", {"commune": code})
    page = plain(text_of(client.get(Programme.objects.get().get_absolute_url())))
    expected = {
        "98411": "La population d’Îles Saint-Paul et Nouvelle-Amsterdam n’est pas connue",
        "72181": "Le Mans compte",
    }
    assert expected[code] in page
