"""A second catalogue beside the first, with the same words for its own things."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from proposals import catalogue, releases
from proposals import models as published
from proposals.catalogue import dumping, from_rows
from proposals.catalogue.loading import Fate
from proposals.desk import models as desk
from proposals.models import LoadedEntry, Release, WordingRevision
from tests.conftest import SECOND_CATALOGUE

SECOND = SECOND_CATALOGUE.read_text()
PLAN = "pcs-rupture-reseaux"


def read(*changes: tuple[str, str]):
    text = SECOND
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return catalogue.read(text.encode())


def main_file(settings):
    return catalogue.read(settings.CATALOGUE_FILE.read_bytes())


def rows_of_main():
    """Every row of the main catalogue, in both sets of tables, with its primary key."""
    return {
        (models.__name__, model.__name__, row[model._meta.pk.name]): row
        for models in (published, desk)
        for model, lookup in (
            (models.Purpose, "catalogue"),
            (models.SizeClass, "catalogue"),
            (models.Signatory, "catalogue"),
            (models.Source, "catalogue"),
            (models.Threshold, "catalogue"),
            (models.Proposal, "catalogue"),
            (models.ReflectionSheet, "catalogue"),
            (models.Question, "proposal__catalogue"),
            (models.Figure, "proposal__catalogue"),
            (models.Measure, "proposal__catalogue"),
            (models.Wording, "measure__proposal__catalogue"),
            (models.WordingSize, "measure__proposal__catalogue"),
            (models.Parameter, "measure__proposal__catalogue"),
            (models.ParameterDefault, "parameter__measure__proposal__catalogue"),
        )
        for row in model.objects.filter(**{lookup: "principal"}).values()
    }


def test_both_are_dumped_byte_for_byte(second, settings, management):
    assert management("dump_catalogue", "-", catalogue="table") == SECOND
    assert management("dump_catalogue", "-").encode() == settings.CATALOGUE_FILE.read_bytes()


def test_load_by_command_finds_the_catalogue_in_the_file(db, management, settings):
    assert (
        management("load_catalogue", SECOND_CATALOGUE) == "Catalogue : 15\u00a0entrées chargées.\n"
    )
    assert catalogue.dump("table") == SECOND


def test_published_rows_say_what_the_file_says(second):
    assert from_rows.entries_of(published, "table") == from_rows.entries_of(desk, "table")


def test_loading_either_again_changes_nothing(second, settings):
    assert set(catalogue.load(main_file(settings)).fates.values()) == {Fate.SAME}
    assert set(catalogue.load(read()).fates.values()) == {Fate.SAME}
    assert Release.objects.count() == 2


def test_load_of_one_leaves_the_rows_of_the_other_as_they_were(db):
    before = rows_of_main()
    catalogue.load(read())
    catalogue.load(
        read(
            ("Rouvrir la cuisine", "Agrandir la cuisine"),
            ("Petite commune", "Commune petite"),
            ("max_population: 149", "max_population: 99"),
            ("min_population: 150", "min_population: 100"),
            ("Le cahier des cuisines", "Le grand cahier"),
            ("L’école a-t-elle", "Votre école a-t-elle"),
        )
    )
    assert rows_of_main() == before


def test_load_of_the_main_one_leaves_the_second_as_it_was(second, settings):
    text = settings.CATALOGUE_FILE.read_text().replace('label: "Village"', 'label: "Hameau"')
    assert catalogue.load(catalogue.read(text.encode())).keys(Fate.UPDATED) == [
        ("size_classes", "")
    ]
    assert catalogue.dump("table") == SECOND


def test_what_only_one_of_them_has_has_not_vanished_from_the_other(second, settings):
    """Each load knows the slugs of its own file only; that one lost here is seen all the same."""
    assert catalogue.load(main_file(settings)).changes_nothing
    content = read()
    del content["proposals"][1]
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.load(content)
    assert sorted(problem.message for problem in caught.value.problems) == [
        "mesure « preter-les-terres » a disparu du fichier : la remettre, avec « retired: true »"
        " si elle est retirée",
        "proposition « jardins » a disparu du fichier : la remettre",
    ]


def test_source_that_left_one_file_stays_in_the_other(second, settings):
    extra = 'sources:\n  autre:\n    title: "Autre"\n    url: null\n    date: null\n'
    catalogue.load(read(("sources:\n", extra)))
    assert catalogue.load(read()).keys(Fate.REMOVED) == [("source", "autre")]
    assert desk.Source.objects.filter(slug="tribune").exists()


def test_numbers_may_change_hands_in_the_second_alone(second):
    content = read()
    first, other = content["proposals"]
    first["number"], other["number"] = other["number"], first["number"]
    content["proposals"] = [other, first]
    catalogue.load(content)
    slugs = published.Proposal.objects.of("table").values_list("slug", flat=True)
    assert list(slugs) == ["table--jardins", "table--services-essentiels-hors-reseau"]


def test_release_of_one_makes_no_revision_of_the_other(second):
    assert WordingRevision.objects.filter(release=second.release).count() == 4
    before = WordingRevision.objects.count()
    desk.Measure.objects.filter(pk=PLAN).update(title="Prévoir la panne")
    desk.Measure.objects.filter(pk=f"table--{PLAN}").update(title="Bâtir une cuisine")
    release = releases.publish(
        [("measure", PLAN)], number="0.4.0", note="", role="reviewer", catalogue="table"
    )
    assert [row.measure_slug for row in release.revisions.all()] == [f"table--{PLAN}"] * 2
    assert WordingRevision.objects.count() == before + 2
    assert published.Measure.objects.get(pk=PLAN).title.startswith("Inscrire la rupture")
    assert published.Measure.objects.get(pk=f"table--{PLAN}").title == "Bâtir une cuisine"


def test_two_catalogues_may_have_releases_of_one_number(second):
    release = catalogue.load(
        read(('release: "0.3.0"', 'release: "1.0.0"'), ("Des repas cuits", "Repas cuits"))
    ).release
    assert (release.number, Release.objects.filter(number="1.0.0").count()) == ("1.0.0", 2)


def test_correction_in_the_second_is_kept_by_a_load(second):
    desk.Measure.objects.filter(pk=f"table--{PLAN}").update(title="Bâtir une cuisine")
    assert catalogue.load(read()).keys(Fate.KEPT) == [("measure", PLAN)]
    assert catalogue.dump("table") == SECOND.replace(
        "Rouvrir la cuisine de l’école", "Bâtir une cuisine"
    )


def test_second_may_be_the_only_one(db):
    for models in (published, desk):
        for model in (
            models.Question, models.ReflectionSheet, models.Measure, models.Proposal,
            models.Threshold, models.Source, models.Purpose, models.SizeClass, models.Signatory,
        ):  # fmt: skip
            model.objects.all().delete()
    for model in (WordingRevision, Release, LoadedEntry):
        model.objects.all().delete()
    catalogue.load(read())
    assert catalogue.dump("table") == SECOND


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            [("slug: table\n", "slug: principal\n")],
            "« principal » est le nom du catalogue des dix propositions : choisir un autre nom",
        ),
        (
            [('  title: "La commune à table"\n', "")],
            "un catalogue qui a un nom a aussi un titre : ajouter « title »",
        ),
        (
            [("slug: table\n", "slug: la--table\n")],
            "slug : « la--table » n’est pas un identifiant (minuscules, chiffres et tirets)",
        ),
    ],
)
def test_head_that_would_mix_two_catalogues_is_refused(changes, sentence):
    with pytest.raises(catalogue.CatalogueError) as caught:
        read(*changes)
    assert [problem.message for problem in caught.value.problems] == [sentence]


def test_dump_of_an_unknown_catalogue_says_which_there_are(second, tmp_path):
    with pytest.raises(CommandError) as caught:
        call_command("dump_catalogue", tmp_path / "rien.yaml", catalogue="tabel")
    assert str(caught.value) == (
        "Aucun catalogue « tabel » dans la base ; il y a : principal, table."
    )
    assert list(tmp_path.iterdir()) == []


def test_dump_of_another_catalogue_never_writes_over_the_main_file(second):
    with pytest.raises(CommandError) as caught:
        call_command("dump_catalogue", catalogue="table")
    assert str(caught.value) == (
        "Où écrire le catalogue « table » ? Donner un fichier, ou « - » pour l’écran."
    )


def test_title_with_a_sign_that_no_comment_may_hold_still_reads_back():
    content = read()
    content["catalogue"]["title"] = "Les\u00a0écrans \x7f éteints"
    text = dumping.to_text(content)
    assert "Les écrans  éteints" in text.splitlines()[0]
    assert catalogue.read(text.encode()) == content
