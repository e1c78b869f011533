"""The programme at a glance: drawings and tables that say the same, and what to mend."""

import html
import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from programmes.enums import Status
from programmes.models import Commitment
from proposals.enums import Authority, Budget, Horizon
from proposals.models import Measure
from tests.pages import Page, plain, text_of
from tests.programmes.forms import adapt

PLAN = "pcs-rupture-reseaux"
THREE = (PLAN, "eau-sans-data-center", "filieres-apprentissage")


def address(programme):
    return reverse("programmes:overview", args=[programme.pk])


def drawings(response) -> list[dict[str, int]]:
    """What each drawing says, read from its marks: label and number."""
    found = re.findall(r"<svg.*?</svg>", response.content.decode(), re.DOTALL)
    charts = []
    for svg in found:
        texts = [text.text for text in ElementTree.fromstring(svg).iter("text")]
        charts.append({texts[i + 1]: int(texts[i]) for i in range(0, len(texts), 2)})
    return charts


def tables(response) -> list[dict[str, int]]:
    found = re.findall(r"<tbody>(.*?)</tbody>", response.content.decode(), re.DOTALL)
    row = re.compile(r'<th scope="row">(.*?)</th><td>(\d+)</td>')
    return [{html.unescape(label): int(n) for label, n in row.findall(body)} for body in found]


def test_without_a_commitment_the_page_says_what_to_do(as_alice, programme, take):
    take(PLAN, status=Status.DISCUSSED)
    response = as_alice.get(address(programme))
    assert "Rien n’est retenu pour l’instant" in text_of(response)
    assert drawings(response) == tables(response) == []


def test_drawings_and_tables_say_the_same(as_alice, programme, take):
    take(*THREE)
    take("journee-hors-reseau", status=Status.DECLINED)
    response = as_alice.get(address(programme))
    assert drawings(response) == [
        {"cent jours": 1, "mi-mandat": 1, "mandat": 1},
        {"économies": 0, "fonctionnement": 1, "investissements": 1, "sans effet notable": 1},
        {"une autre autorité": 1, "l’intercommunalité": 0, "la commune et d’autres": 1,
         "la commune seule": 1},
    ]  # fmt: skip
    assert tables(response) == [
        {"Cent premiers jours": 1, "Mi-mandat": 1, "Mandat": 1},
        {"Économie": 0, "Dépense de fonctionnement": 1, "Investissement": 1,
         "Sans effet notable": 1},
        {"Le maire": 1, "Le conseil municipal": 0, "L’intercommunalité": 0,
         "La commune et d’autres": 1, "Une autre autorité": 1},
    ]  # fmt: skip
    assert "3 engagements retenus" in plain(text_of(response))


def test_a_drawing_has_as_many_squares_as_commitments_and_a_name(as_alice, programme, take):
    take(*THREE, "journee-hors-reseau")
    page = as_alice.get(address(programme)).content.decode()
    calendar, balance, territory = (
        ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    )
    squares = [path.get("d").count("M") for path in calendar.iter("path") if not path.get("class")]
    assert squares == [1, 2, 1]
    assert (calendar.get("role"), balance.get("role"), territory.get("role")) == ("img",) * 3
    assert sum(path.get("d").count("M") for path in territory.iter("path")) == 4
    assert plain(calendar.find("title").text) == (
        "Un carré par engagement. Cent jours : 1. Mi-mandat : 2. Mandat : 1. "
    )
    assert "à gauche" in balance.find("title").text


def test_drawings_keep_to_the_policy_of_the_site(as_alice, programme, take):
    take(*THREE)
    response = as_alice.get(address(programme))
    assert Page(response.content).inline == []
    colors = re.findall(r'(?:fill|stroke)="([^"]*)"|#[0-9a-f]{3,6}\b', response.content.decode())
    assert colors == []


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("horizon", Horizon.TERM, (0, {"Cent premiers jours": 0, "Mi-mandat": 0, "Mandat": 1})),
        ("budget", Budget.SAVING, (1, {"Économie": 1, "Dépense de fonctionnement": 0,
                                       "Investissement": 0, "Sans effet notable": 0})),
        ("decided_by", Authority.OTHER, (2, {"Le maire": 0, "Le conseil municipal": 0,
                                             "L’intercommunalité": 0, "La commune et d’autres": 0,
                                             "Une autre autorité": 1})),
    ],
)  # fmt: skip
def test_what_changes_is_seen_at_once(as_alice, programme, take, field, value, told):
    take(PLAN)
    rank, expected = told
    before = tables(as_alice.get(address(programme)))[rank]
    Commitment.objects.update(**{field: value})
    after = tables(as_alice.get(address(programme)))[rank]
    assert (before != expected, after) == (True, expected)


def test_horizon_changed_in_the_form_moves_the_commitment(as_alice, programme, take):
    (commitment,) = take(PLAN)
    adapt(as_alice, commitment, horizon="mid-term")
    assert drawings(as_alice.get(address(programme)))[0] == {
        "cent jours": 0, "mi-mandat": 1, "mandat": 0,
    }  # fmt: skip


def test_a_setting_changed_is_read_in_the_remarks(as_alice, programme, take):
    (commitment,) = take(PLAN)
    text = "Nous étudierons le plan sous {delai_revision_mois}."
    adapt(as_alice, commitment, text=text, reglage_delai_revision_mois="9")
    assert "« Nous étudierons le plan sous 9 mois. »" in plain(
        text_of(as_alice.get(address(programme)))
    )
    commitment.refresh_from_db()
    adapt(as_alice, commitment, text=text, reglage_delai_revision_mois="12")
    assert "sous 12 mois" in plain(text_of(as_alice.get(address(programme))))


@pytest.mark.parametrize(
    ("slugs", "said"),
    [
        ((PLAN,), "La commune décide seule de tout ce qui est promis ici."),
        (THREE, "La commune décide seule de 1 engagement sur 3."),
        (THREE[1:], "La commune ne décide seule d’aucun de ces engagements."),
    ],
)
def test_who_decides_is_said_in_a_sentence(as_alice, programme, take, slugs, said):
    take(*slugs)
    assert said in plain(text_of(as_alice.get(address(programme))))


def test_balance_says_that_it_does_not_count_euros(as_alice, programme, take):
    take(PLAN)
    assert "On compte ici des engagements, pas des euros" in text_of(
        as_alice.get(address(programme))
    )


def test_remarks_lead_to_the_commitment(as_alice, client, bob, programme, take):
    (commitment,) = take(PLAN)
    texts = {"title": "Favoriser le papier", "line": "Un plan", "text": "Nous écrirons tout."}
    adapt(as_alice, commitment, **texts)
    page = as_alice.get(address(programme)).content.decode()
    remarks = page[page.index('id="conseils"') :]
    assert f'<a href="{commitment.get_absolute_url()}">Favoriser le papier</a>' in remarks
    assert remarks.count("Favoriser le papier</a>") == 1
    assert "2 remarques" in plain(text_of(as_alice.get(address(programme))))
    client.force_login(bob)
    page = client.get(address(programme)).content.decode()
    assert commitment.get_absolute_url() + '"' not in page
    assert reverse("programmes:comments", args=[programme.pk, commitment.pk]) in page


def test_a_plain_programme_has_nothing_to_mend(as_alice, programme, take):
    take(PLAN, "eau-sans-data-center")
    assert "Rien à signaler" in text_of(as_alice.get(address(programme)))


def test_hostile_words_are_shown_as_words(as_alice, programme, take):
    (commitment,) = take(PLAN)
    hostile = 'Favoriser <script>alert(1)</script> <b onclick="x">'
    adapt(as_alice, commitment, title=hostile, text=hostile)
    page = as_alice.get(address(programme))
    assert Page(page.content).inline == []
    assert "&lt;script&gt;" in page.content.decode()


def own(programme, chapter, number, text):
    return Commitment.objects.create(
        programme=programme, chapter=chapter, position=100 + number, title=f"Favoriser {number}",
        line="Une ligne", text=text, decided_by="other", horizon="term", budget="neutral",
    )  # fmt: skip


def test_the_longest_programme_stays_within_its_budget(as_alice, programme, take):
    """All measures and fifty of the team's own, each with all that can be remarked."""
    take(*Measure.objects.values_list("pk", flat=True))
    chapter = programme.chapters.first()
    long = " ".join(["Nous favoriserons les mots"] * 12)
    for number in range(50):
        own(programme, chapter, number, f"{long}.")
    for query in ("", "?page=2", "?page=99", "?page=x"):
        response = as_alice.get(address(programme) + query)
        page = Page(response.content)
        assert (response.status_code, page.nodes <= 400, page.weight <= 14_000) == (200, True, True)
    assert "autres, dans la relecture" in text_of(as_alice.get(address(programme)))


def test_remarks_are_paged_and_none_is_lost(as_alice, programme, take):
    (commitment,) = take(PLAN)
    for number in range(14):
        own(programme, commitment.chapter, number, "Nous verrons.")
    pages = [as_alice.get(f"{address(programme)}?page={n}").content.decode() for n in (1, 2)]
    titles = [
        re.findall(r">(Favoriser \d+)</a>", page[page.index('id="conseils"') :]) for page in pages
    ]
    assert sorted(titles[0] + titles[1]) == sorted(f"Favoriser {n}" for n in range(14))
    assert all(titles)


def test_all_measures_of_the_catalogue_fit(as_alice, programme, take):
    take(*Measure.objects.values_list("pk", flat=True))
    response = as_alice.get(address(programme))
    page = Page(response.content)
    assert (page.nodes <= 400, page.weight <= 14_000) == (True, True)
    listed = re.findall(r"<p class=\"index\">(.*?)</p>", response.content.decode(), re.DOTALL)
    assert sum(part.count("<a ") for part in listed) == 70
