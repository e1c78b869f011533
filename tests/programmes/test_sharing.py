"""Sharing a published edition: its address, a word to send, the poster, what other sites read."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from programmes import editions, sharing
from programmes.enums import ProgrammeKind
from programmes.printing.document import Source
from programmes.printing.formats import FORMATS
from tests.pages import Page, plain, text_of
from tests.programmes.printed import laid_out, poppler, squeezed

PLAN = "pcs-rupture-reseaux"
ADDRESS = "https://programme.exemple.fr/t/k7d3-9xq2/"


@pytest.fixture
def edition(programme, take):
    take(PLAN)
    programme.list_name, programme.title = "Bien vivre à Barsac", 'Debout <b>& "sobres"'
    programme.save()
    edition = editions.make_edition(programme)
    editions.publish(edition)
    return edition


@pytest.fixture
def public(small):
    return replace(small, stamp=replace(small.stamp, address=ADDRESS))


def metas(response) -> dict[str, str]:
    found = re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', response.content.decode())
    return dict(found)


def test_word_names_the_programme_the_list_and_the_address(public):
    assert sharing.word(public, public.stamp) == (
        "Bonjour,\n"
        "\n"
        "Voici «\u00a0Une commune debout\u00a0», le plan pour le mandat de la liste Bien vivre ici,"
        " à Barsac\u00a0:\n"
        "https://programme.exemple.fr/t/k7d3-9xq2/\n"
        "\n"
        "C’est mot pour mot le texte imprimé (tirage 1 du 22\u00a0novembre 2026, code k7d3-9xq2)."
        " La page se lit sans compte et s’imprime. Qui préfère le papier peut nous le demander.\n"
    )


def test_word_says_the_place_once_and_does_without_a_name(public):
    # The name of the list may say the place already.
    named = sharing.word(replace(public, list_name="Bien vivre à Barsac"), public.stamp)
    assert "de la liste Bien vivre à Barsac\u00a0:" in named
    nameless = replace(public, list_name="", kind=ProgrammeKind.CAMPAIGN, commune="Le Havre")
    said = sharing.word(nameless, public.stamp)
    assert "le programme de notre liste, au Havre\u00a0:" in said


def test_mail_opens_with_the_word_and_to_nobody(public):
    link = urlsplit(sharing.mail_link(replace(public, title="Pour & avec vous ?"), public.stamp))
    fields = parse_qs(link.query)
    assert (link.scheme, link.path) == ("mailto", "")
    assert fields["subject"] == ["Pour & avec vous\u202f?"]
    assert f"\r\n{ADDRESS}\r\n" in fields["body"][0]


def test_published_edition_shows_its_team_what_to_share(as_alice, programme, edition, settings):
    settings.PUBLIC_ADDRESS = "https://programme.exemple.fr"
    address = reverse("programmes:edition-detail", args=[programme.pk, 1])
    page = as_alice.get(address)
    html = page.content.decode()
    shown = f"programme.exemple.fr/<wbr>t/<wbr>{edition.code}"
    assert f'<p class="address">{shown}</p>' in html
    assert f"https://programme.exemple.fr/t/{edition.code}/" in html.partition("<textarea")[2]
    assert "/imprimer/affiche-a3/ecran.pdf?tirage=1" in html
    assert "L’adresse y est en grand" in text_of(page)
    settings.PUBLIC_ADDRESS = ""
    page = as_alice.get(address)
    assert f"testserver/<wbr>t/<wbr>{edition.code}</p>" in page.content.decode()
    assert "Elle porte le code seul" in text_of(page)


def test_nothing_is_offered_to_share_before_the_edition_is_public(as_alice, programme, edition):
    editions.withdraw(edition)
    page = as_alice.get(reverse("programmes:edition-detail", args=[programme.pk, 1]))
    assert "Partager" not in text_of(page)


def test_public_page_tells_other_sites_what_it_is_with_our_addresses_only(client, edition):
    response = client.get(edition.get_absolute_url())
    found = metas(response)
    assert found["title"] == "Debout &lt;b&gt;&amp; «\u00a0sobres\u00a0»"
    assert found["url"] == f"http://testserver/t/{edition.code}/"
    assert found["type"] == "article"
    assert found["locale"] == "fr_FR"
    assert found["description"].startswith("Bien vivre à Barsac, Barsac\u00a0: 1\u00a0engagement,")
    assert edition.code in found["description"]
    assert Page(response.content).fetched == ["/static/css/screen.css"]


def test_public_page_leads_to_each_chapter_wherever_it_is(client, programme, edition, take):
    from proposals.models import Measure

    take(*Measure.objects.exclude(pk=PLAN).values_list("pk", flat=True)[:45])
    edition = editions.make_edition(programme)
    editions.publish(edition)
    address = edition.get_absolute_url()
    page = client.get(address).content.decode()
    links = re.findall(r'<li><a href="((?:\?page=\d)?#chapitre-\d+)">', page)
    assert len(links) == len(edition.state["document"]["chapters"])
    assert {link.partition("#")[0] for link in links} == {"", "?page=2", "?page=3"}
    for link in links:
        query, _, anchor = link.partition("#")
        assert f'id="{anchor}"' in client.get(address + query).content.decode(), link
    assert 'aria-label="Chapitres"' not in client.get(f"{address}?page=2").content.decode()


def test_only_sources_on_the_web_are_linked(client, edition):
    sources = [
        Source(1, "Un rapport", "2026", "https://exemple.fr/r"),
        Source(2, "Un piège", "", "javascript:alert(1)"),
    ]
    edition.state["document"]["sources"] = [vars(source) for source in sources]
    edition.save()
    page = client.get(edition.get_absolute_url()).content.decode()
    assert '<a href="https://exemple.fr/r" rel="noreferrer">Un rapport</a>' in page
    assert "javascript:" not in page


@pytest.mark.parametrize("slug", ["affiche-a3", "affiche-a2"])
def test_poster_of_a_public_edition_bears_its_address_in_large_type(small, public, slug):
    assert "Tout lire" not in poppler(laid_out(small, FORMATS[slug]).pdf)
    made = laid_out(public, FORMATS[slug])
    assert made.page_count == 1
    assert squeezed("Tout lire : programme.exemple.fr/t/k7d3-9xq2") in squeezed(poppler(made.pdf))
    word = re.search(r'yMin="([\d.]+)"[^>]*yMax="([\d.]+)">programme', poppler(made.pdf, "-bbox"))
    # The box of a line in 28 points.
    assert float(word[2]) - float(word[1]) >= 38


def test_last_words_of_the_public_page_say_whose_programme_it_is(client, edition):
    said = (
        "Ce programme est celui de la liste Bien vivre à Barsac. Son engagement reprend des textes"
        " proposés par un collectif d’associations. Il n’engage que la liste."
    )
    assert said in plain(text_of(client.get(edition.get_absolute_url())))
