"""Reading over and printing; every page at once."""

from django.urls import reverse

from programmes.enums import Status
from tests.pages import plain, text_of

PLAN = "pcs-rupture-reseaux"
FIRST = "services-essentiels-hors-reseau"


def test_preview_shows_what_is_retained_and_nothing_else(as_alice, programme, take):
    take(PLAN)
    take("journee-hors-reseau", status=Status.DECLINED)
    page = text_of(as_alice.get(reverse("programmes:preview", args=[programme.pk])))
    assert "Inscrire la rupture des réseaux" in page
    assert "journée d’exercice" not in page


def test_print_is_a_pdf_and_an_unknown_format_is_404(as_alice, programme, take):
    take(PLAN)
    response = as_alice.get(
        reverse("programmes:print-file", args=[programme.pk, "programme-a4", "ecran"])
    )
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'inline; filename="barsac-programme-a4.pdf"'
    assert response.content[:5] == b"%PDF-"
    address = reverse("programmes:print-file", args=[programme.pk, "programme-a9", "ecran"])
    assert as_alice.get(address).status_code == 404
    address = reverse("programmes:print-file", args=[programme.pk, "programme-a4", "fax"])
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
        # PostgreSQL reads long lists through a cursor.
        reading = ("SELECT", "DECLARE")
        written = [q["sql"] for q in queries if not q["sql"].startswith(reading)]
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
            ("print", []), ("print-file", ["programme-a4", "ecran"]),
        )),
        "/", "/propositions/", "/mesures/", "/le-texte/", "/programmes/",
    ]  # fmt: skip
    assert [a for a in addresses if as_alice.get(a).status_code != 200] == []
    assert "Inscrire la rupture" in text_of(as_alice.get(addresses[3]))


def test_figure_with_a_reserve_is_told_before_printing(as_alice, programme, take):
    (commitment,) = take(PLAN)
    address = reverse("programmes:format", args=[programme.pk, "programme-a4"])
    assert "appelle une réserve" not in text_of(as_alice.get(address))
    commitment.chapter.figures.filter(caveat__gt="").update(is_printed=True)
    assert "appelle une réserve" in text_of(as_alice.get(address))


def test_the_last_words_say_whose_programme_it_is(as_alice, programme, take):
    take(PLAN, "journee-hors-reseau")
    address = reverse("programmes:preview", args=[programme.pk])
    assert (
        "Ce programme est celui de la liste qui le présente. Ses 2 engagements reprennent des"
        " textes proposés par un collectif d’associations. Il n’engage que la liste."
    ) in plain(text_of(as_alice.get(address)))
    programme.list_name, programme.kind = "Bien vivre", "mandate"
    programme.save()
    said = "Ce plan pour le mandat est celui de la liste Bien vivre. Ses 2 engagements"
    assert said in plain(text_of(as_alice.get(address)))
