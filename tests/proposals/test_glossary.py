"""The glossary: found where its words stand, told in place, and no page longer than it may be."""

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.template import Context, Template
from django.urls import reverse

from proposals import glossary
from tests.pages import text_of

PLAN = "pcs-rupture-reseaux"


def found(text: str) -> list[str]:
    return [word.slug for word in glossary.found_in(text)]


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("Le PLUi de l’EPCI", ["epci", "plu"]),
        ("Les plans locaux d'urbanisme", ["plu"]),
        ("Deux marchés\u00a0publics", ["marche-public"]),
        ("Délibérations du conseil", ["deliberation"]),
        ("La préfète et le préfet", ["prefet"]),
        # An abbreviation is written in capitals, and a word is a whole word.
        ("Des pcs, un client, la dent, une variante", []),
        ("RÉGIE", []),
        ("", []),
    ],
)
def test_words_are_found_as_pages_write_them(text, slugs):
    assert found(text) == slugs


def test_a_page_is_read_without_its_tags_and_with_its_fields():
    page = '<p title="EPCI">R&eacute;gie</p><script>PLU</script><textarea>CCAS</textarea>'
    assert found(glossary.shown(page)) == ["ccas", "regie"]


def test_words_are_in_order_each_once_with_a_definition_of_one_to_three_sentences():
    words = glossary.words()
    slugs = [word.slug for word in words]
    assert len(set(slugs)) == len(slugs)
    assert [s for s in slugs if not re.fullmatch("[a-z0-9-]+", s)] == []
    assert [
        w.slug for w in words if not re.fullmatch(r"[^.]+(\. [^.]+){0,2}\.", w.definition)
    ] == []
    forms = [form for word in words for form in word.forms]
    assert len(set(forms)) == len(forms)
    assert [w.slug for w in words for form in w.forms if w.slug not in found(form)] == []


def test_a_law_was_read_on_a_day_at_its_sources_or_is_to_verify():
    words = glossary.words()
    read = {w.slug for w in words if isinstance(w.checked_on, date) and w.sources}
    assert read == {w.slug for w in words if w.checked_on or w.sources}
    assert read == {w.slug for w in words if w.law and not w.to_verify}
    assert {w.slug for w in words if w.to_verify and not w.law} == set()
    addresses = [urlsplit(source) for word in words for source in word.sources]
    assert [a for a in addresses if a.scheme not in ("http", "https") or "." not in a.netloc] == []


def test_a_law_names_the_first_site_where_it_was_read():
    sources = ("https://www.a.fr/1", "https://b.fr/2")
    assert glossary.Word("Mot", "mot", "Un mot.", sources=sources).site == "a.fr"
    assert glossary.Word("Mot", "mot", "Un mot.").site == ""


def test_glossary_page_says_which_laws_were_read_and_which_were_not(client, db):
    page = client.get("/glossaire/")
    text = text_of(page)
    assert "le 22 novembre 2026 quand aucun jour n’est dit, nous avons lu l’article" in text
    assert "L. 123-4 (loi du 7 août 2015). Lu sur legifrance.gouv.fr. " in text
    words = glossary.words()
    assert len(re.findall(r" Lu (?:le \S+ \w+ \d+ )?sur ", text)) == len(
        [word for word in words if word.checked_on]
    )
    assert page.content.count(b"<mark>") == len([w for w in words if w.to_verify])


def test_glossary_page_has_an_anchor_for_each_word(client, db):
    page = client.get("/glossaire/").content.decode()
    assert re.findall(r'<dt id="([^"]+)">', page) == [word.slug for word in glossary.words()]


def test_a_measure_tells_its_words_at_its_foot(client, db):
    page = client.get(f"/mesures/{PLAN}/")
    foot = page.content.decode().partition("Mots de cette page")[2]
    assert "<summary>PCS, PICS</summary>" in foot
    assert 'href="/glossaire/"' in foot
    assert "Plan communal de sauvegarde" in text_of(page)


def test_a_team_that_writes_a_word_is_told_it_and_its_own_text_bears_no_link(
    as_alice, programme, take
):
    (commitment,) = take(PLAN)
    address = commitment.get_absolute_url()
    assert "<summary>TLPE</summary>" not in as_alice.get(address).content.decode()
    commitment.text = "Nous votons la <b>TLPE</b>."
    commitment.save()
    page = as_alice.get(address).content.decode()
    assert "<summary>TLPE</summary>" in page
    assert "Nous votons la &lt;b&gt;TLPE&lt;/b&gt;." in page


def test_a_measure_of_the_workshop_tells_its_words(as_alice, programme):
    page = as_alice.get(reverse("programmes:wordings", args=[programme.pk, PLAN]))
    assert "Mots de cette page" in text_of(page)


def test_a_page_without_any_such_word_stays_as_it_is():
    page = "{% load glossary %}{% explained %}<p>Un banc.</p>{% endexplained %}"
    assert Template(page).render(Context()) == "<p>Un banc.</p>"


def test_glossary_page_says_the_days_that_differ(client, db, monkeypatch):
    first, second, third, *_ = (word for word in glossary.words() if word.checked_on)
    words = (first, replace(second, checked_on=date(2027, 3, 1)), third)
    monkeypatch.setattr(glossary, "words", lambda: words)
    text = text_of(client.get("/glossaire/"))
    assert re.findall(r"Lu le (\S+ \w+ \d+) sur", text) == ["1er mars 2027"]
