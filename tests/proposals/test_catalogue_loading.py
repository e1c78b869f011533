import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from proposals import catalogue
from proposals import models as published
from proposals.catalogue.loading import Fate
from proposals.desk import models as desk
from proposals.desk.models import Measure, Parameter, Proposal, Purpose, Source, Wording
from proposals.models import LoadedEntry, Release, WordingRevision

SMALL = (Path(__file__).parent.parent / "data" / "small.yaml").read_text()


def read(*changes: tuple[str, str]):
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return catalogue.read(text.encode())


@pytest.fixture
def small(db):
    """The small catalogue alone, as it was last loaded."""
    for models in (published, desk):
        for model in (
            models.Question, models.ReflectionSheet, models.Measure, models.Proposal,
            models.Threshold, models.Source, models.Purpose, models.SizeClass, models.Signatory,
        ):  # fmt: skip
            model.objects.all().delete()
    for model in (WordingRevision, Release, LoadedEntry):
        model.objects.all().delete()
    catalogue.load(read())


def test_dump_right_after_a_load_gives_the_same_bytes(db, settings):
    assert catalogue.dump().encode() == settings.CATALOGUE_FILE.read_bytes()


def test_loading_twice_changes_nothing(db, settings):
    content = catalogue.read(settings.CATALOGUE_FILE.read_bytes())
    report = catalogue.load(content)
    assert set(report.fates.values()) == {Fate.SAME}
    assert report.revisions == 0


def test_whole_catalogue_is_in_the_rows(db):
    assert Measure.objects.count() == 70
    assert Wording.objects.filter(is_default=False).count() == 139
    assert Parameter.objects.count() == 98
    assert Source.objects.count() == 215
    assert Release.objects.get().number == "1.0.0"
    assert WordingRevision.objects.count() == 209


def test_change_in_the_file_alone_is_written(small):
    report = catalogue.load(read(("Ouvrir le guichet", "Ouvrir tard")))
    assert report.keys(Fate.UPDATED) == [("measure", "ouvrir")]
    assert Measure.objects.get().title == "Ouvrir tard"


def test_update_keeps_the_primary_keys_of_wordings_and_parameters(small):
    before = list(Wording.objects.values_list("pk")), list(Parameter.objects.values_list("pk"))
    catalogue.load(read(("Au village,", "Ici,"), ("default: 2", "default: 3")))
    after = list(Wording.objects.values_list("pk")), list(Parameter.objects.values_list("pk"))
    assert after == before
    assert Parameter.objects.get().default == "3"


def test_rows_without_a_name_keep_their_primary_keys_by_rank(small):
    before = list(Measure.objects.get().measurepurpose_set.values_list("pk", flat=True))
    extra = ("slug: droits", 'slug: sante\n    label: "Santé"\n  - slug: droits')
    measure = ("easy\n        purposes: [droits]", "easy\n        purposes: [sante, droits]")
    catalogue.load(read(extra, measure))
    after = Measure.objects.get().measurepurpose_set.values_list("pk", "purpose")
    assert (after[0], len(after)) == ((before[0], "sante"), 2)


def test_wordings_written_elsewhere_without_an_order_are_put_in_order(small):
    Wording.objects.create(measure_id="ouvrir", text="Autre", position=0)
    Wording.objects.update(position=0)
    catalogue.load(read(("Au village,", "Ici,")), prefer="file")
    rows = Wording.objects.values_list("position", "is_default", "text")
    assert list(rows) == [
        (0, True, "Nous ouvrons {jours} par semaine."),
        (1, False, "Ici, nous ouvrons {jours}."),
        (2, False, "Autre"),
    ]


def test_change_in_admin_alone_is_kept_and_listed(small):
    Measure.objects.update(title="Ouvrir le soir")
    report = catalogue.load(read(("Un guichet ouvert.", "Un guichet large.")))
    assert report.keys(Fate.KEPT) == [("measure", "ouvrir")]
    assert report.keys(Fate.UPDATED) == [("proposal", "guichet")]
    assert Measure.objects.get().title == "Ouvrir le soir"


def test_change_in_admin_is_still_kept_by_the_load_after(small):
    Measure.objects.update(title="Ouvrir le soir")
    catalogue.load(read())
    assert catalogue.load(read()).keys(Fate.KEPT) == [("measure", "ouvrir")]
    assert Measure.objects.get().title == "Ouvrir le soir"


def test_change_on_both_sides_writes_nothing_at_all(small):
    Measure.objects.update(title="Ouvrir le soir")
    report = catalogue.load(
        read(("Ouvrir le guichet", "Ouvrir tard"), ("Un guichet ouvert.", "Un guichet large."))
    )
    assert report.conflicts == [("measure", "ouvrir")]
    assert Measure.objects.get().title == "Ouvrir le soir"
    assert Proposal.objects.get().summary == "Un guichet ouvert."


@pytest.mark.parametrize(
    ("prefer", "title"), [("file", "Ouvrir tard"), ("admin", "Ouvrir le soir")]
)
def test_conflict_is_settled_by_the_preference(small, prefer, title):
    Measure.objects.update(title="Ouvrir le soir")
    content = read(("Ouvrir le guichet", "Ouvrir tard"))
    catalogue.load(content, prefer=prefer)
    assert Measure.objects.get().title == title
    # Settled for good: the same file raises no conflict again.
    assert catalogue.load(content).conflicts == []


EASY_IN_FILE = ("Le guichet est ouvert.", "Le guichet ouvre.")


def test_changes_of_two_passages_of_one_entry_are_merged(small):
    Measure.objects.update(title="Ouvrir le soir")
    report = catalogue.load(read(EASY_IN_FILE))
    assert report.keys(Fate.MERGED) == [("measure", "ouvrir")]
    assert Measure.objects.get().title == "Ouvrir le soir"
    assert Wording.objects.get(is_default=True).easy == "Le guichet ouvre."
    # What the curator wrote is still told apart from the file.
    assert catalogue.load(read(EASY_IN_FILE)).keys(Fate.KEPT) == [("measure", "ouvrir")]


def test_merge_publishes_what_the_file_brings_and_leaves_the_draft(small):
    Measure.objects.update(title="Ouvrir le soir")
    report = catalogue.load(read(EASY_IN_FILE))
    assert published.Measure.objects.get().title == "Ouvrir le guichet"
    assert published.Wording.objects.get(is_default=True).easy == "Le guichet ouvre."
    # The wording for villages has the easy text of the default one.
    assert report.revisions == 2


def test_what_the_file_lost_in_a_conflict_is_not_published(small):
    Measure.objects.update(title="Ouvrir le soir")
    catalogue.load(read(("Ouvrir le guichet", "Ouvrir tard"), EASY_IN_FILE), prefer="admin")
    assert Measure.objects.get().title == "Ouvrir le soir"
    assert published.Measure.objects.get().title == "Ouvrir le guichet"
    assert published.Wording.objects.get(is_default=True).easy == "Le guichet ouvre."


def test_purpose_added_on_either_side_is_there_after_the_load(small):
    Purpose.objects.create(slug="emploi", label="Emploi", position=1)
    Measure.objects.get().measurepurpose_set.create(purpose_id="emploi", position=1)
    extra = ("slug: droits", 'slug: sante\n    label: "Santé"\n  - slug: droits')
    assert catalogue.load(read(extra)).keys(Fate.MERGED) == [("purposes", "")]
    assert {*Purpose.objects.values_list("slug", flat=True)} == {"droits", "emploi", "sante"}
    assert {*published.Purpose.objects.values_list("slug", flat=True)} == {"droits", "sante"}


def test_entry_loaded_before_values_were_kept_is_in_conflict_as_a_whole(small):
    LoadedEntry.objects.update(value=None)
    Measure.objects.update(title="Ouvrir le soir")
    report = catalogue.load(read(EASY_IN_FILE))
    assert [passage.path for passage in report.passages["measure", "ouvrir"]] == [()]
    assert catalogue.load(read(EASY_IN_FILE), prefer="file").conflicts == []
    assert Measure.objects.get().title == "Ouvrir le guichet"


def test_load_of_the_same_file_fills_in_values_that_were_not_kept(small):
    LoadedEntry.objects.update(value=None)
    catalogue.load(read())
    assert not LoadedEntry.objects.filter(value=None).exists()


def test_each_passage_of_an_entry_is_decided_for_itself(small):
    Measure.objects.update(title="Ouvrir le soir")
    Wording.objects.filter(is_default=True).update(easy="On ouvre.")
    content = read(("Ouvrir le guichet", "Ouvrir tard"), EASY_IN_FILE)
    choices = {("measure", "ouvrir"): {"title": "theirs", "easy": "Le guichet ouvre le soir."}}
    catalogue.load(content, choices=choices, publish=False)
    assert Measure.objects.get().title == "Ouvrir tard"
    assert Wording.objects.get(is_default=True).easy == "Le guichet ouvre le soir."
    assert published.Measure.objects.get().title == "Ouvrir le guichet"


def test_load_after_the_report_writes_nothing_once_the_working_copy_changed(small):
    content = read(("Ouvrir le guichet", "Ouvrir tard"))
    seen = catalogue.load(content, dry_run=True).seen
    Proposal.objects.update(title="Autrement")
    report = catalogue.load(content, seen=seen)
    assert report.is_stale
    assert Measure.objects.get().title == "Ouvrir le guichet"
    assert not catalogue.load(content, seen=report.seen).is_stale
    assert Measure.objects.get().title == "Ouvrir tard"


def test_same_change_on_both_sides_is_no_conflict(small):
    Measure.objects.update(title="Ouvrir tard")
    report = catalogue.load(read(("Ouvrir le guichet", "Ouvrir tard")))
    assert report.fates["measure", "ouvrir"] is Fate.SAME


def test_measure_made_in_admin_survives_a_load(small):
    Measure.objects.create(slug="neuve", proposal_id="guichet", title="Neuve", position=7)
    Wording.objects.create(measure_id="neuve", is_default=True, text="Texte")
    report = catalogue.load(read())
    assert report.keys(Fate.KEPT) == [("order", "guichet"), ("measure", "neuve")]
    assert list(Measure.objects.values_list("slug", flat=True)) == ["ouvrir", "neuve"]


def test_dry_run_reports_and_writes_nothing(small):
    report = catalogue.load(read(("Ouvrir le guichet", "Ouvrir tard")), dry_run=True)
    assert report.keys(Fate.UPDATED) == [("measure", "ouvrir")]
    assert Measure.objects.get().title == "Ouvrir le guichet"
    assert catalogue.load(read()).changes_nothing


def test_vanished_slug_is_refused(small):
    content = read()
    content["proposals"][0]["measures"] = []
    content["proposals"][0]["questions"] = []
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.load(content)
    assert [problem.message for problem in caught.value.problems] == [
        "mesure « ouvrir » a disparu du fichier : la remettre, avec « retired: true » si elle est"
        " retirée"
    ]
    assert Measure.objects.count() == 1


def test_retired_measure_is_no_longer_published(small):
    catalogue.load(read(("related: []", "related: []\n        retired: true")))
    assert list(published.Measure.objects.published()) == []


def test_source_that_left_the_file_goes(small):
    extra = 'journal:\n    title: "Le Journal"\n    url: null\n    date: null\n  gazette:'
    catalogue.load(read(("journal:", extra)))
    report = catalogue.load(read())
    assert report.keys(Fate.REMOVED) == [("source", "gazette")]
    assert list(Source.objects.values_list("slug", flat=True)) == ["journal"]


def test_source_still_used_in_admin_stays_and_is_listed(small):
    extra = 'journal:\n    title: "Le Journal"\n    url: null\n    date: null\n  gazette:'
    catalogue.load(read(("journal:", extra)))
    Measure.objects.get().legal_bases.create(
        instrument="Arrêté", confidence="sure", source_id="gazette"
    )
    assert catalogue.load(read()).still_used == [("source", "gazette")]
    assert Source.objects.filter(slug="gazette").exists()


def test_source_deleted_in_admin_and_cited_by_the_file_stops_the_load_with_a_sentence(small):
    extra = 'journal:\n    title: "Le Journal"\n    url: null\n    date: null\n  gazette:'
    catalogue.load(read(("journal:", extra)))
    Source.objects.get(slug="gazette").delete()
    cited = read(("journal:", extra), ("source: journal", "source: gazette"))
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.load(cited, publish=False)
    assert "une source effacée" in caught.value.problems[0].message
    assert not Source.objects.filter(slug="gazette").exists()


def test_sizes_may_be_cut_anew(small):
    catalogue.load(read(("max_population: 999", "max_population: 499"), ("1000", "500")))
    assert catalogue.dump().count("min_population: 500") == 1


def test_purpose_and_size_may_be_renamed_with_all_that_names_them(small):
    catalogue.load(read(("droits", "acces"), ("village", "hameau")))
    dumped = catalogue.dump()
    assert [word for word in ("droits", "village") if word in dumped] == []


def test_purpose_that_admin_still_uses_stops_the_load_and_nothing_changes(small):
    catalogue.load(read(("slug: droits", 'slug: emploi\n    label: "Emploi"\n  - slug: droits')))
    Measure.objects.get().measurepurpose_set.create(purpose_id="emploi", position=1)
    before = catalogue.dump()
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.load(read())
    assert caught.value.problems[0].message.startswith(
        "une correction faite dans l’administration empêche ce chargement"
    )
    assert catalogue.dump() == before


def test_question_may_move_to_another_proposal_either_way(small):
    """Whichever of the two is written first."""
    second = read()
    other = {**second["proposals"][0], "number": 2, "slug": "autre", "measures": []}
    other["questions"] = []
    second["proposals"].append(other)
    catalogue.load(second)
    moved = [{**proposal, "questions": []} for proposal in second["proposals"]]
    moved[1]["questions"] = second["proposals"][0]["questions"]
    for proposals in (moved, second["proposals"], moved):
        catalogue.load({**second, "proposals": proposals})
        wanted = [len(proposal["questions"]) for proposal in proposals]
        assert [p.questions.count() for p in Proposal.objects.all()] == wanted


def test_sheet_follows_the_numbers_of_its_proposals(db, settings):
    content = catalogue.read(settings.CATALOGUE_FILE.read_bytes())
    first, second = content["proposals"][1:3]
    first["number"], second["number"] = second["number"], first["number"]
    content["proposals"][1:3] = [second, first]
    catalogue.load(content)
    assert catalogue.load(content).changes_nothing
    sheet = content["reflection_sheets"][0]
    assert f"proposals: {sheet['proposals']}" in catalogue.dump()


def test_changed_wording_is_published_as_a_new_revision(small):
    report = catalogue.load(read(("Au village,", "Ici,"), ('release: "1.0.0"', 'release: "1.0.1"')))
    assert report.revisions == 1
    revision = WordingRevision.objects.last()
    assert (revision.release.number, revision.sizes, revision.text) == (
        "1.0.1",
        "village",
        "Ici, nous ouvrons {jours}.",
    )


def test_dump_after_an_edit_in_admin_differs_in_that_line_only(db, settings):
    Measure.objects.filter(slug="pcs-rupture-reseaux").update(title="Prévoir la panne")
    old = settings.CATALOGUE_FILE.read_text().splitlines()
    new = catalogue.dump().splitlines()
    assert [(a.strip(), b.strip()) for a, b in zip(old, new, strict=True) if a != b] == [
        (
            'title: "Inscrire la rupture des réseaux dans le plan communal de sauvegarde"',
            'title: "Prévoir la panne"',
        )
    ]


def test_command_tells_every_problem_with_file_and_line_and_changes_nothing(db, tmp_path, capsys):
    broken = tmp_path / "faux.yaml"
    broken.write_text(SMALL.replace("horizon: term", "horizon: demain").replace("1.0.0", ""))
    before = LoadedEntry.objects.count()
    with pytest.raises(CommandError) as caught:
        call_command("load_catalogue", broken)
    assert capsys.readouterr().err.splitlines() == [
        f"{broken}:2:12: release : le texte est vide",
        f"{broken}:54:18: horizon : « demain » ; attendu : first-100-days, mid-term, term",
    ]
    assert str(caught.value) == "2\u00a0problèmes : rien n’a été changé."
    assert LoadedEntry.objects.count() == before


def test_command_refuses_a_file_of_five_megabytes(db, tmp_path, capsys, settings):
    heavy = tmp_path / "lourd.yaml"
    heavy.write_bytes(settings.CATALOGUE_FILE.read_bytes() * 9)
    with pytest.raises(CommandError) as caught:
        call_command("load_catalogue", heavy)
    assert capsys.readouterr().err == (
        f"{heavy}:1:1: fichier de plus de 2 Mio : ce n’est pas un catalogue\n"
    )
    assert str(caught.value) == "1\u00a0problème : rien n’a été changé."


def test_command_fails_on_a_conflict_and_says_how_to_settle_it(small, tmp_path, capsys):
    Measure.objects.update(title="Ouvrir le soir")
    path = tmp_path / "catalogue.yaml"
    path.write_text(SMALL.replace("Ouvrir le guichet", "Ouvrir tard"))
    with pytest.raises(CommandError) as caught:
        call_command("load_catalogue", path)
    assert str(caught.value) == (
        "1\u00a0conflit : rien n’a été changé. Relancer avec une option « --take » par entrée, ou"
        " avec « --prefer file » ou « --prefer admin » pour toutes."
    )
    assert capsys.readouterr().out.splitlines() == [
        "CONFLIT, modifié des deux côtés : mesure « ouvrir »",
        "  Titre",
        "    administration : Ouvrir le soir",
        "    fichier : Ouvrir tard",
        "  administration : --take admin:measure/ouvrir",
        "  fichier : --take file:measure/ouvrir",
    ]


@pytest.mark.parametrize(("side", "title"), [("file", "Ouvrir tard"), ("admin", "Ouvrir le soir")])
def test_command_settles_one_conflict_and_leaves_the_other(small, tmp_path, side, title):
    Measure.objects.update(title="Ouvrir le soir")
    Proposal.objects.update(title="Un guichet au village")
    path = tmp_path / "catalogue.yaml"
    text = SMALL.replace("Ouvrir le guichet", "Ouvrir tard")
    path.write_text(text.replace('title: "Un guichet"', 'title: "Un guichet en ville"'))
    with pytest.raises(CommandError, match="1\u00a0conflit"):
        call_command("load_catalogue", path, take=[f"{side}:measure/ouvrir"])
    assert Measure.objects.get().title == "Ouvrir le soir"
    call_command("load_catalogue", path, take=[f"{side}:measure/ouvrir", "admin:proposal/guichet"])
    assert Measure.objects.get().title == title
    assert Proposal.objects.get().title == "Un guichet au village"


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("measure/ouvrir", "--take measure/ouvrir : écrire « file: » ou « admin: »"),
        ("file:mesure/ouvrir", "--take file:mesure/ouvrir : écrire « file: » ou « admin: »"),
        ("file:measure/ouvir", "--take : mesure « ouvir » n’est pas dans le fichier"),
        ("file:", "--take file: : écrire « file: »"),
    ],
)
def test_command_told_an_entry_that_is_not_there_changes_nothing(small, tmp_path, option, sentence):
    path = tmp_path / "catalogue.yaml"
    path.write_text(SMALL.replace("Ouvrir le guichet", "Ouvrir tard"))
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("load_catalogue", path, take=[option])
    assert Measure.objects.get().title == "Ouvrir le guichet"


def test_command_on_a_missing_file_says_so(db, tmp_path):
    with pytest.raises(CommandError) as caught:
        call_command("load_catalogue", tmp_path / "rien.yaml")
    assert str(caught.value) == (
        f"{tmp_path / 'rien.yaml'} : lecture impossible (No such file or directory)."
    )


def test_dump_command_writes_the_file_whole(db, tmp_path, settings):
    call_command("dump_catalogue", tmp_path / "sortie.yaml")
    assert (tmp_path / "sortie.yaml").read_bytes() == settings.CATALOGUE_FILE.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["sortie.yaml"]


def test_what_was_uploaded_as_a_draft_is_published_by_a_load_of_the_same_file(small):
    content = read(("Ouvrir le guichet", "Ouvrir tard"), ('release: "1.0.0"', 'release: "2.0"'))
    catalogue.load(content, publish=False)
    assert published.Measure.objects.get().title == "Ouvrir le guichet"
    report = catalogue.load(content)
    assert report.release.number == "2.0"
    assert published.Measure.objects.get().title == "Ouvrir tard"
    assert published.Catalogue.objects.get(pk="principal").release == "2.0"
