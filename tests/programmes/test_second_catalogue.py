"""Programmes of a second catalogue beside those of the first: neither reads the other's."""

import re

import pytest
from django.urls import reverse

from programmes import actions, copying, importing, mergers, updates
from programmes.exchange import complete_file, gathering
from programmes.models import Commitment, Programme
from proposals import catalogue, releases
from proposals.desk import models as desk
from proposals.models import Measure, Proposal, WordingRevision
from tests.conftest import SECOND_CATALOGUE
from tests.pages import html_of, plain, text_of

PLAN = "pcs-rupture-reseaux"
FIRST = "services-essentiels-hors-reseau"
NEW = "/programmes/nouveau/"


@pytest.fixture
def other(second, barsac, alice):
    """A programme of alice in the second catalogue, for the same commune."""
    programme, _, _ = actions.open_programme(barsac, alice, catalogue="table")
    return programme


def address(name, programme, *args):
    return reverse(f"programmes:{name}", args=[programme.pk, *args])


def take_in(programme, *slugs):
    size = programme.size_class()
    measures = [Measure.objects.get(pk=slug) for slug in slugs]
    return [actions.adopt_measure(programme, measure, size) for measure in measures]


def state_of(programme):
    rows = programme.commitments.in_order().values()
    return [list(rows), list(programme.chapters.values()), Programme.objects.values().get(
        pk=programme.pk)]  # fmt: skip


def publish_in(name, slug, **texts):
    """Changes a measure in the working copy of a catalogue, and publishes it."""
    own = slug if name == "principal" else f"{name}--{slug}"
    desk.Measure.objects.filter(pk=own).update(**texts)
    return releases.publish(
        [("measure", slug)], number="9.0.0", note="", role="reviewer", catalogue=name
    )


def test_start_asks_for_no_catalogue_where_there_is_one(as_alice, barsac):
    page = html_of(as_alice.get(NEW, {"commune": "26027", "catalogue": "table"}))
    assert 'name="catalogue"' not in page
    as_alice.post(NEW, {"commune": "26027", "catalogue": "table", "consent": "on"})
    assert Programme.objects.get().catalogue_id == "principal"


def test_start_asks_which_catalogue_with_the_size_in_each(as_alice, second):
    page = as_alice.get(NEW, {"commune": "26027"})
    assert re.findall(r'name="catalogue" value="(\w+)"[^>]*?( checked)?>', html_of(page)) == [
        ("principal", " checked"),
        ("table", ""),
    ]
    said = plain(text_of(page))
    assert "Les dix propositions (taille « Village »)" in said
    assert "La commune à table (taille « Commune plus grande »)" in said


def test_address_chooses_beforehand(as_alice, second):
    page = html_of(as_alice.get(NEW, {"commune": "26027", "catalogue": "table"}))
    assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["table"]


@pytest.mark.parametrize("typed", ["", "rien", "é" * 3000, "table--"])
def test_invented_catalogue_opens_nothing_and_says_what_to_do(as_alice, second, typed):
    response = as_alice.post(NEW, {"commune": "26027", "catalogue": typed, "consent": "on"})
    assert Programme.objects.count() == 0
    page = text_of(response)
    assert page.startswith("Erreur")
    assert ("Choisissez un catalogue." in page) == (not typed)
    assert ("Choisissez un des catalogues de la liste." in page) == bool(typed)


def test_whole_path_in_the_second_leaves_the_first_as_it_was(as_alice, second, programme, take):
    """From its public pages to its Markdown, with the text for this commune in this catalogue."""
    take(PLAN)
    before = state_of(programme)
    assert as_alice.get("/catalogues/table/").status_code == 200
    as_alice.post(NEW, {"commune": "26027", "catalogue": "table", "consent": "on"})
    other = Programme.objects.get(catalogue="table")
    page = plain(text_of(as_alice.get(other.get_absolute_url())))
    assert "les textes sont ceux d’une commune de taille « commune plus grande »" in page
    assert "Catalogue : La commune à table" in page
    choose = address("choose", other, f"table--{FIRST}")
    assert "Nous ouvrons une cuisine par quartier et servons 5 repas." in plain(
        text_of(as_alice.get(choose))
    )
    as_alice.post(choose, {f"table--{PLAN}-status": "retained"})
    export = as_alice.get(address("export", other, "chapitre.md")).content.decode()
    assert "Nous ouvrons une cuisine par quartier" in plain(export)
    assert "plan communal de sauvegarde" not in export
    assert state_of(programme) == before


def test_each_programme_lists_the_propositions_and_questions_of_its_catalogue(
    as_alice, programme, other
):
    for name in ("programme", "diagnosis"):
        first = as_alice.get(address(name, programme)).content.decode()
        second = as_alice.get(address(name, other)).content.decode()
        assert "table--" not in first, name
        assert "Une cantine cuisinée sur place" in plain(second), name
        assert "hors réseau" not in plain(second), name


def test_questions_of_the_same_slug_are_answered_apart(as_alice, programme, other):
    page = address("questions", other, f"table--{FIRST}")
    as_alice.post(page, {"table--pcs_existe-value": "to-do", "table--pcs_existe-note": "Fermée"})
    assert [row.slug for row in other.answers.all()] == ["table--pcs_existe"]
    assert programme.answers.count() == 0
    assert "vous avez répondu" in text_of(as_alice.get(address("choose", other, f"table--{FIRST}")))
    assert "vous avez répondu" not in text_of(as_alice.get(address("choose", programme, FIRST)))


@pytest.mark.parametrize(
    ("name", "slug"), [("choose", FIRST), ("questions", FIRST), ("wordings", PLAN)]
)
def test_slug_of_another_catalogue_is_404_either_way(as_alice, programme, other, name, slug):
    for method in (as_alice.get, as_alice.post):
        assert method(address(name, other, slug)).status_code == 404
        assert method(address(name, programme, f"table--{slug}")).status_code == 404
    assert as_alice.get(address(name, other, f"table--{slug}")).status_code == 200


def test_own_commitment_goes_to_a_chapter_of_the_same_catalogue_only(as_alice, other):
    page = address("new-commitment", other)
    assert re.findall(r'<option value="([^"]+)"', html_of(as_alice.get(page)))[:2] == [
        f"table--{FIRST}",
        "table--jardins",
    ]
    typed = {
        "title": "À nous", "text": "Nos mots.", "decided_by": "council", "horizon": "term",
        "budget": "neutral", "status": "retained",
    }  # fmt: skip
    as_alice.post(page, {**typed, "proposal": FIRST})
    assert Commitment.objects.count() == 0
    as_alice.post(page, {**typed, "proposal": "table--jardins"})
    assert Commitment.objects.get().chapter.proposal_id == "table--jardins"


def test_card_leads_to_the_first_proposition_of_the_catalogue(client, second):
    response = client.post(NEW, {"commune": "26027", "catalogue": "table", "consent": "on"})
    assert client.post(response.url).url.endswith(f"/choix/table--{FIRST}/")


def test_release_of_one_is_news_for_its_own_programmes_only(programme, take, other):
    take(PLAN)
    take_in(other, f"table--{PLAN}")
    publish_in("table", PLAN, title="Bâtir une cuisine")
    assert [row.measure.pk for row in updates.waiting(other)] == [f"table--{PLAN}"]
    assert updates.waiting(programme) == []
    assert not WordingRevision.objects.filter(release__number="9.0.0", measure_slug=PLAN).exists()


def test_copy_stays_in_its_catalogue(other):
    take_in(other, f"table--{PLAN}")
    copy = copying.copy_programme(other, "courte")
    assert (copy.catalogue_id, copy.commitments.get().measure_id) == ("table", f"table--{PLAN}")


def test_programmes_of_two_catalogues_do_not_merge(programme, other):
    programme.member, other.member = programme.memberships.first(), other.memberships.first()
    _, words = mergers.propose(programme)
    with pytest.raises(mergers.Refused) as caught:
        mergers.accept(other, words)
    assert str(caught.value) == mergers.OTHER_CATALOGUE


def test_merger_of_two_of_the_second_is_made_in_it(other):
    take_in(other, f"table--{PLAN}")
    copy = copying.copy_programme(other, "courte")
    other.member, copy.member = other.memberships.first(), copy.memberships.first()
    merger = mergers.accept(copy, mergers.propose(other)[1])
    common = mergers.make(merger, copy.member)
    assert (common.catalogue_id, common.chapters.get().proposal_id) == ("table", f"table--{FIRST}")


def test_complete_file_names_its_catalogue_and_comes_back_to_it(other):
    take_in(other, f"table--{PLAN}", "table--preter-les-terres")
    text = complete_file.dump(gathering.gather(other))
    assert 'catalogue: "table"' in text.decode()
    plan = importing.plan(text)
    assert (plan.catalogue.pk, plan.unknown, plan.unvouched) == ("table", [], [])
    made, _, _ = importing.open_from(plan)
    assert made.catalogue_id == "table"
    assert complete_file.dump(gathering.gather(made)) == text.replace(
        gathering.origin_of(other).encode(), gathering.origin_of(made).encode()
    ).replace(b"\nversion: 1\n", f"\nversion: {made.version}\n".encode())


def test_complete_file_of_the_main_catalogue_says_nothing_of_it(programme, take):
    take(PLAN)
    text = complete_file.dump(gathering.gather(programme)).decode()
    settings = text[text.index("settings:") : text.index("chapters:")]
    assert "catalogue" not in settings
    assert importing.plan(text.encode()).catalogue.pk == "principal"


def test_file_of_a_catalogue_that_is_not_here_becomes_the_teams_own(as_alice, other):
    take_in(other, f"table--{PLAN}")
    text = complete_file.dump(gathering.gather(other)).decode().replace("table", "tablee")
    plan = importing.plan(text.encode())
    assert [row.measure for row in plan.unknown] == [f"tablee--{PLAN}"]
    made, _, _ = importing.open_from(plan)
    assert made.catalogue_id == "principal"
    assert made.commitments.get().measure is None
    page = as_alice.post("/programmes/importer/", {"pasted": text})
    assert "Catalogue tablee : ce site ne l’a pas" in plain(text_of(page))


def test_measure_of_another_catalogue_in_a_file_is_not_taken_for_ours(other):
    """The slug alone would name a measure that this site has, in a catalogue not asked for."""
    take_in(other, f"table--{PLAN}")
    text = complete_file.dump(gathering.gather(other)).decode()
    plan = importing.plan(text.replace('  catalogue: "table"\n', "", 1).encode())
    assert plan.catalogue.pk == "principal"
    assert [row.measure for row in plan.unknown] == [f"table--{PLAN}"]


def test_file_of_what_is_printed_comes_back_to_its_catalogue(as_alice, other):
    take_in(other, f"table--{PLAN}")
    text = as_alice.get(address("export", other, "programme.yaml")).content
    plan = importing.plan(text)
    assert (plan.catalogue.pk, plan.unknown) == ("table", [])
    made, _, _ = importing.open_from(plan)
    assert made.chapters.get().proposal_id == f"table--{FIRST}"


def test_list_of_programmes_names_another_catalogue(as_alice, programme, other):
    page = plain(text_of(as_alice.get("/programmes/")))
    assert page.count("La commune à table") == 1


def test_sizes_may_be_cut_anew_in_the_second_alone(other, programme):
    text = SECOND_CATALOGUE.read_text()
    for old, new in (("max_population: 149", "max_population: 999"), ("150\n", "1000\n")):
        text = text.replace(old, new)
    catalogue.load(catalogue.read(text.encode()))
    assert (other.size_class().pk, programme.size_class().pk) == ("table--village", "village")


# The longest that a file may give: a catalogue, a size, a measure, a question.
LONGEST = {
    "slug: table": f"slug: {'c' * 20}",
    "grande-ville": "t" * 80,
    PLAN: "m" * 80,
    "pcs_existe": "q" * 60,
}


def test_longest_names_fit(as_alice, alice, barsac):
    text = SECOND_CATALOGUE.read_text()
    for name, longest in LONGEST.items():
        text = text.replace(name, longest)
    catalogue.load(catalogue.read(text.encode()))
    programme, _, _ = actions.open_programme(barsac, alice, catalogue="c" * 20)
    (commitment,) = take_in(programme, f"{'c' * 20}--{'m' * 80}")
    commitment.sizes = " ".join([commitment.taken_at_size] * 5)
    commitment.full_clean(exclude=["base_title", "title"])
    commitment.save()
    question = f"{'c' * 20}--{'q' * 60}"
    programme.answers.create(slug=question, text="Une réponse").full_clean()
    said = plain(text_of(as_alice.get(address("commitment", programme, commitment.pk))))
    assert commitment.shown_title in said
    assert programme.size_class().pk == f"{'c' * 20}--{'t' * 80}"
    commitment.refresh_from_db()
    assert commitment.sizes.split() == [programme.size_class().pk] * 5
    assert list(programme.answers.values_list("slug", "text")) == [(question, "Une réponse")]


def test_every_proposal_belongs_to_one_catalogue(second):
    assert Proposal.objects.of("principal").count() == 10
    assert Proposal.objects.of("table").count() == 2
