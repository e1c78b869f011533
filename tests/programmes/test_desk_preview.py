"""A draft of the desk, seen as a commune would: the page and the PDF, and nothing left behind."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes import desk_preview
from programmes.enums import Output
from programmes.models import Commune
from programmes.printing import background, kept, prints
from programmes.printing.formats import FORMATS
from programmes.views import desk_preview as views
from proposals import catalogue
from proposals import models as published
from proposals.catalogue import entries, to_rows
from proposals.desk import models as desk
from proposals.desk.excerpt import Excerpt
from proposals.desk.models import Measure, Proposal, Source, Wording
from tests.pages import html_of, plain, text_of
from tests.programmes.printed import poppler, squeezed

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

MEASURE = "pcs-rupture-reseaux"
VILLAGE, CITY = "26027", "38185"
SMALL = (Path(__file__).parent.parent / "data" / "small.yaml").read_text()


def address(kind="mesure", key=MEASURE, commune=VILLAGE):
    page = reverse("admin:desk_preview", args=[kind, key])
    return f"{page}?commune={commune}" if commune else page


def pdf_address(slug, kind="mesure", key=MEASURE, commune=VILLAGE):
    page = reverse("admin:desk_preview_print", args=[kind, key, slug])
    return f"{page}?commune={commune}" if commune else page


def says(response) -> str:
    assert response.status_code == 200
    return plain(text_of(response))


def everything() -> dict:
    """How many rows each table has, and what the published texts are."""
    counts = {model._meta.label: model._base_manager.count() for model in apps.get_models()}
    counts["texts"] = list(published.Wording.objects.order_by("pk").values_list())
    return counts


@pytest.fixture
def measure(db):
    """Two drafts: a default wording that all but villages have, and that of the villages."""
    measure = Measure.objects.get(pk=MEASURE)
    default = measure.wordings.get(is_default=True)
    default.text = "À {commune}, la grande promesse d’essai vaut partout."
    default.easy = "Une promesse pour tout le monde."
    default.save()
    measure.wordings.filter(sizes__size_class__in=["village", "grande-ville"]).delete()
    own = Wording.objects.create(
        measure=measure, position=9, line="Une ligne des villages", text="Le texte des villages."
    )
    desk.WordingSize.objects.create(
        wording=own, measure=measure, size_class=desk.SizeClass.objects.get(pk="village")
    )
    return measure


def make_measure(slug, title, text, proposal=None):
    measure = Measure.objects.create(
        slug=slug,
        proposal=proposal or Proposal.objects.first(),
        title=title,
        decided_by="council",
        horizon="term",
        budget="neutral",
        difficulty="easy",
        origin="tribune",
    )
    Wording.objects.create(
        measure=measure, is_default=True, line="Une ligne", text=text, easy="Facile."
    )
    return measure


# What is shown


def test_village_reads_the_draft_of_its_own_wording(admin_client, measure):
    page = says(admin_client.get(address()))
    assert "Texte « village » : Barsac compte 154 habitants (2026)." in page
    assert ("Le texte des villages." in page, "Une ligne des villages" in page) == (True, True)
    assert "grande promesse" not in page


def test_big_town_reads_the_other_draft_with_its_name_in_it(admin_client, measure):
    page = says(admin_client.get(address(commune=CITY)))
    assert "Texte valable pour toutes les tailles ; Grenoble compte" in page
    assert "À Grenoble, la grande promesse d’essai vaut partout." in page
    assert "Une promesse pour tout le monde." in page
    assert "Le texte des villages." not in page


def test_page_says_what_differs_from_what_is_published(admin_client, measure):
    measure.pitches.all().delete()
    html = plain(admin_client.get(address()).content.decode())
    labels = re.findall(r"<dt>(.*?)</dt><dd>(?=<del>|<ins>|[^<]*<del>|[^<]*<ins>)", html)
    assert labels == ["Ligne de tract", "Texte", "Version simplifiée", "Arguments"]
    old = published.Wording.objects.get(measure=MEASURE, sizes__size_class="village").line
    assert f"<i>[retiré : </i>{old.split()[0]}" in html


def test_untouched_measure_changes_nothing(admin_client, measure):
    other = published.Measure.objects.exclude(pk=MEASURE).first()
    page = says(admin_client.get(address(key=other.pk)))
    assert "Rien ne change pour Barsac." in page


def test_new_measure_is_shown_as_new(admin_client):
    make_measure("mesure-d-essai", "Un essai", "Le texte d’essai de {commune}.")
    page = says(admin_client.get(address(key="mesure-d-essai")))
    assert "Le texte d’essai de Barsac." in page
    assert "Mesure nouvelle : rien n’est publié." in page


def test_draft_brings_the_sources_and_the_proposal_that_it_needs(admin_client):
    proposal = Proposal.objects.create(
        slug="proposition-d-essai", number=77, title="Une proposition d’essai", summary="Résumé."
    )
    source = Source.objects.create(slug="source-d-essai", title="Une source d’essai")
    measure = make_measure("mesure-d-essai", "Un essai", "Un texte.", proposal)
    objection = desk.Objection.objects.create(
        measure=measure, objection="C’est trop cher.", answer="Pas du tout."
    )
    desk.ObjectionSource.objects.create(objection=objection, source=source)
    page = says(admin_client.get(address(key="mesure-d-essai")))
    assert "Une proposition d’essai" in page
    assert "Pas du tout. Une source d’essai" in page


def test_withdrawn_measure_is_shown_with_a_word_about_it(admin_client, measure):
    Measure.objects.filter(pk=MEASURE).update(retired=True)
    page = says(admin_client.get(address()))
    assert "Les équipes ne la verraient pas" in page
    assert "Le texte des villages." in page


@pytest.mark.parametrize("is_public", [True, False])
def test_measure_of_another_catalogue_has_the_sizes_of_its_own(admin_client, is_public):
    text = SMALL.replace("catalogue:\n", "catalogue:\n  slug: '2032'\n  title: Un autre\n", 1)
    read = catalogue.read(text.encode())
    if is_public:
        catalogue.load(read)
    else:
        to_rows.Writer(desk, "2032").write(entries.split(read))
    Wording.objects.filter(measure="2032--ouvrir", is_default=True).update(text="Pour {commune}.")
    before = everything()
    page = says(admin_client.get(address(key="2032--ouvrir")))
    assert ("Au village, nous ouvrons 1 jour." in page, "Texte « village »" in page) == (True, True)
    assert "Pour Grenoble." in says(admin_client.get(address(key="2032--ouvrir", commune=CITY)))
    assert everything() == before


def test_proposal_is_shown_with_all_its_measures(admin_client, measure):
    proposal = measure.proposal
    proposal.title = "Un titre d’essai"
    proposal.save()
    page = says(admin_client.get(address("proposition", proposal.pk)))
    assert "Un titre d’essai" in page
    assert "Le texte des villages." in page
    titles = Measure.objects.filter(proposal=proposal, retired=False).count()
    assert page.count("Par rapport à ce qui est publié") == titles


def test_all_drafts_are_shown_and_nothing_else(admin_client, measure):
    make_measure("mesure-d-essai", "Un essai", "Un texte.")
    page = says(admin_client.get(address("brouillons", "principal")))
    assert page.count("Par rapport à ce qui est publié") == 2
    assert ("Un essai" in page, "Le texte des villages." in page) == (True, True)


def test_without_drafts_the_page_says_so(admin_client):
    page = says(admin_client.get(address("brouillons", "principal")))
    assert "Aucun texte de mesure n’attend d’être publié." in page


def test_other_sizes_are_one_click_away(admin_client, measure):
    html = admin_client.get(address()).content.decode()
    links = re.findall(r'<li><a href="\?commune=(\w+)"( aria-current="true")?>', html)
    sizes = published.SizeClass.objects
    found = [sizes.for_population(Commune.objects.get(pk=code).population).pk for code, _ in links]
    assert found == ["village", "bourg", "petite-ville", "ville-moyenne", "grande-ville"]
    assert [bool(current) for _, current in links] == [True, False, False, False, False]


def test_commune_is_found_by_its_name_or_its_postal_code(admin_client):
    for query in ("barsac drome", "26150"):
        page = admin_client.get(address(commune=""), {"q": query})
        assert f'href="?commune={VILLAGE}"' in page.content.decode()
    assert "Nous n’avons pas trouvé « zzzzz »." in says(
        admin_client.get(address(commune=""), {"q": "zzzzz"})
    )


def test_pages_of_the_desk_have_a_link_to_it():
    about = {"kind": "proposition", "key": "x"}
    link = render_to_string("admin/desk/includes/preview_link.html", about)
    assert f'href="{address("proposition", "x", "")}"' in link


# Nothing is left behind


def test_nothing_is_left_behind(admin_client, client, measure):
    public = reverse("proposals:measure", args=[MEASURE])
    assert admin_client.get(address()).status_code == 200
    before, page = everything(), client.get(public).content
    for kind, key in (
        ("mesure", MEASURE),
        ("proposition", measure.proposal_id),
        ("brouillons", "principal"),
    ):
        assert admin_client.get(address(kind, key)).status_code == 200
        desk_preview.document(Excerpt(kind, key), Commune.objects.get(pk=VILLAGE))
    assert everything() == before
    assert client.get(public).content == page
    assert "Le texte des villages." not in page.decode()


def test_rows_can_be_made_afterwards(admin_client, measure, programme, take):
    assert admin_client.get(address()).status_code == 200
    (taken,) = take(MEASURE)
    assert "Le texte des villages." not in taken.base_text
    published.Wording.objects.create(measure_id=MEASURE, text="Un autre.")


def test_no_id_of_a_row_is_left_in_the_document(measure, barsac, take):
    excerpt = Excerpt("proposition", measure.proposal_id)
    first = desk_preview.document(excerpt, barsac)
    take(MEASURE)
    ids = [row.id for row in first.commitments]
    assert desk_preview.document(excerpt, barsac) == first
    assert ids == list(range(1, len(ids) + 1))


# On paper


@pytest.mark.parametrize("slug", ["programme-a4", "depliant", "porte-a-porte"])
def test_pdf_holds_the_words_of_the_draft_and_says_that_it_is_one(measure, barsac, slug):
    desk.Pitch.objects.filter(measure=measure).update(text="Un argument d’essai.")
    order = desk_preview.order(Excerpt("mesure", MEASURE), barsac, FORMATS[slug])
    text = squeezed(poppler(prints.make(order).pdf))
    words = {
        "programme-a4": "Le texte des villages.",
        "depliant": "Une ligne des villages",
        "porte-a-porte": "Un argument d’essai.",
    }[slug]
    assert squeezed(words) in text
    assert squeezed("Aperçu d’un brouillon") in text
    assert "nepasdistribuer" in text


def test_pdf_is_sent(admin_client, measure):
    excerpt, commune = Excerpt("mesure", MEASURE), Commune.objects.get(pk=VILLAGE)
    made = kept.make_and_keep(desk_preview.order(excerpt, commune, FORMATS["depliant"]))
    response = admin_client.get(pdf_address("depliant"))
    assert response.content == made.pdf
    assert response["Content-Disposition"] == 'inline; filename="apercu-barsac-depliant.pdf"'


def test_print_that_takes_long_asks_again_by_itself(admin_client, measure, monkeypatch):
    monkeypatch.setattr(views, "PATIENCE", 0)
    # Somebody else is at it.
    monkeypatch.setattr(background, "begin", lambda order: True)
    response = admin_client.get(pdf_address("depliant"))
    assert (response.status_code, response["Refresh"]) == (202, "2")
    assert "Mise en page en cours." in text_of(response)
    stopped = admin_client.get(f"{pdf_address('depliant')}&arret=1")
    assert (stopped.status_code, stopped.has_header("Refresh")) == (202, False)
    again = f"?commune={VILLAGE}"
    assert again in html_of(stopped)
    assert f'{again}&amp;arret=1">Ne plus recharger' in html_of(response)


def test_print_that_fails_says_why(admin_client, measure, barsac):
    order = desk_preview.order(Excerpt("mesure", MEASURE), barsac, FORMATS["depliant"])
    prints.folder().mkdir()
    kept.keep_failure(order, prints.PrintFailed("La mise en page a pris trop de temps."))
    response = admin_client.get(pdf_address("depliant"))
    assert response.status_code == 503
    assert "La mise en page a pris trop de temps." in text_of(response)


def test_print_is_kept_under_what_it_is_made_of(measure, barsac):
    order = desk_preview.order(Excerpt("mesure", MEASURE), barsac, FORMATS["depliant"])
    again = desk_preview.order(Excerpt("mesure", MEASURE), barsac, FORMATS["depliant"])
    Wording.objects.filter(measure=measure).update(line="Une autre ligne")
    changed = desk_preview.order(Excerpt("mesure", MEASURE), barsac, FORMATS["depliant"])
    assert (order.output, order.path == again.path, order.path == changed.path) == (
        Output.ECRAN,
        True,
        False,
    )


# What cannot be read yet


def test_measure_without_default_wording_gives_a_sentence(admin_client):
    measure = make_measure("mesure-d-essai", "Un essai", "Un texte.")
    measure.wordings.all().delete()
    response = admin_client.get(address(key="mesure-d-essai"))
    assert "Mesure « mesure-d-essai » : sa déclinaison par défaut n’a pas encore de texte." in says(
        response
    )
    refused = admin_client.get(pdf_address("depliant", key="mesure-d-essai"))
    assert (refused.status_code, refused.url) == (302, address(key="mesure-d-essai"))


def test_wording_without_text_gives_a_sentence(admin_client, measure):
    measure.wordings.filter(is_default=False).update(text="")
    page = says(admin_client.get(address()))
    assert f"Mesure « {MEASURE} » : sa déclinaison « village » n’a pas encore de texte." in page


def test_draft_without_text_does_not_hide_the_others(admin_client, measure):
    make_measure("mesure-d-essai", "Un essai", "")
    page = says(admin_client.get(address("brouillons", "principal")))
    assert "« mesure-d-essai » : sa déclinaison par défaut n’a pas encore de texte." in page
    assert "Le texte des villages." in page
    assert "Un essai" not in page


def test_reference_that_the_catalogue_does_not_have_gives_a_sentence(admin_client, measure):
    desk.Catalogue.objects.create(slug="2032")
    source = Source.objects.create(slug="2032--ailleurs", title="Ailleurs", catalogue_id="2032")
    objection = measure.objections.first()
    desk.ObjectionSource.objects.create(objection=objection, source=source)
    page = says(admin_client.get(address()))
    assert (
        f"Mesure « {MEASURE} » renvoie à « 2032--ailleurs », qui n’existe pas dans ce catalogue"
        in page
    )


def test_number_that_is_taken_gives_a_sentence(admin_client, measure):
    first, second = published.Proposal.objects.order_by("number")[:2]
    Proposal.objects.filter(pk=first.pk).update(number=500)
    Proposal.objects.filter(pk=second.pk).update(number=first.number)
    page = says(admin_client.get(address("proposition", second.pk)))
    assert "Ce brouillon ne va pas avec ce qui est publié" in page
    assert "regardez-les tous ensemble" in page
    together = says(admin_client.get(address("brouillons", "principal")))
    assert "Ce brouillon ne va pas avec ce qui est publié" not in together


def test_unknown_braces_and_long_texts_are_named_and_the_text_is_shown(admin_client, measure):
    measure.wordings.filter(is_default=False).update(text="Un texte {inconnu}.", easy="x" * 2001)
    page = says(admin_client.get(address()))
    assert "Un texte {inconnu}." in page
    assert f"Mesure « {MEASURE} », déclinaison" in page
    assert "› texte : accolades inconnues « {inconnu} »." in page
    assert (
        f"Mesure « {MEASURE} », déclinaison 1, version simplifiée : 2001 signes, 2000 au plus."
        in page
    )


# Who, and with what addresses


def test_only_staff_with_a_second_factor_looks(client, admin_user, alice, with_factor):
    for path in (address(), pdf_address("depliant")):
        assert client.get(path).url.startswith("/gestion/login/")
    client.force_login(alice)
    assert client.get(address()).status_code == 302
    client.force_login(admin_user)
    assert client.get(address()).status_code == 302
    assert with_factor(client, admin_user).get(address()).status_code == 200


def test_observer_looks(client, django_user_model, with_factor):
    observer = django_user_model.objects.create_user("observer", is_staff=True)
    observer.groups.add(Group.objects.get(name="Observation"))
    assert with_factor(client, observer).get(address()).status_code == 200


def test_staff_that_may_not_see_drafts_sees_no_preview(client, django_user_model, with_factor):
    someone = django_user_model.objects.create_user("accounts", is_staff=True)
    with_factor(client, someone)
    for path in (address(), pdf_address("depliant")):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("mesure", "nulle-part"),
        ("mesure", "2032--nulle-part"),
        ("mesure", "9" * 300),
        ("measure", MEASURE),
        ("proposition", MEASURE),
        ("brouillons", "nulle-part"),
        ("source", "x"),
    ],
)
def test_what_does_not_exist_is_404(admin_client, kind, key):
    assert admin_client.get(address(kind, key)).status_code == 404
    assert admin_client.get(pdf_address("depliant", kind, key)).status_code == 404


@pytest.mark.parametrize("code", ["99999", "9" * 400, "'; --", "é"])
def test_unknown_commune_is_said(admin_client, code):
    response = admin_client.get(address(commune=""), {"commune": code})
    assert response.status_code == 404
    assert "Cherchez-la par son nom, ou prenez un exemple" in plain(text_of(response))
    refused = admin_client.get(pdf_address("depliant", commune=""), {"commune": code})
    assert refused.status_code == 404


def test_other_formats_and_other_methods_are_refused(admin_client):
    assert admin_client.get(pdf_address("affiche-a2")).status_code == 404
    assert admin_client.post(address()).status_code == 405


# How much it asks


def queries(client, path) -> int:
    ContentType.objects.get_for_models(*apps.get_models())
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_drafts_that_are_not_looked_at_cost_nothing(admin_client, measure):
    one = queries(admin_client, address())
    for slug in ("essai-un", "essai-deux"):
        make_measure(slug, "Un essai", "Un texte.")
    assert queries(admin_client, address()) == one


def test_each_draft_costs_the_same(admin_client):
    counts = []
    for number in range(1, 5):
        make_measure(f"essai-{number}", "Un essai", "Un texte.")
        counts.append(queries(admin_client, address("brouillons", "principal")))
    steps = {after - before for before, after in pairwise(counts)}
    assert len(steps) == 1
