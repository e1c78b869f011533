import shutil

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from programmes import communes
from programmes.models import Commune, CommuneKey, Department, Intercommunality, Programme


def found(query: str, limit: int = 3) -> list[str]:
    return [str(commune) for commune in Commune.objects.search(query).communes[:limit]]


def test_all_communes_are_loaded(db):
    assert Commune.objects.count() == 34_969
    assert Commune.objects.filter(intercommunality=None).count() == 98
    assert Commune.objects.filter(population=None).count() == 6
    assert (Department.objects.count(), Intercommunality.objects.count()) == (109, 1255)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("l'hay les roses", ["L’Haÿ-les-Roses (94)"]),
        ("L’Haÿ-les-Roses", ["L’Haÿ-les-Roses (94)"]),
        ("st etienne", ["Saint-Étienne (42)", "Saint-Étienne-du-Rouvray (76)",
                        "Saint-Étienne-de-Montluc (44)"]),
        ("barsac", ["Barsac (33)", "Barsac (26)"]),
        ("75056", ["Paris (75)"]),
        ("26027", ["Barsac (26)"]),
        ("Y", ["Y (80)"]),
        ("oeting", ["Œting (57)"]),
        ("haÿ", ["Hayange (57)", "Haybes (08)", "Haynecourt (59)"]),
        ("2A004", ["Ajaccio (2A)"]),
        ("barsac drome", ["Barsac (26)"]),
        ("Barsac (26)", ["Barsac (26)"]),
        ("barsac 26150", ["Barsac (26)"]),
        ("26150 barsac", ["Barsac (26)"]),
        ("lille 59000", ["Lille (59)"]),
        ("saint etienne 42", ["Saint-Étienne (42)", "Saint-Étienne-le-Molard (42)"]),
        ("06 000", ["Nice (06)"]),
        ("barsac zzz", []),
        ("zzzz", []),
        ("", []),
        ("%", []),
        ("' OR 1=1 --", []),
    ],
)  # fmt: skip
def test_commune_is_found_however_it_is_written(db, query, first):
    assert found(query) == first


def test_whole_name_comes_before_longer_names(db):
    assert found("paris", 2) == ["Paris (75)", "Parisot (81)"]


def test_homonyms_are_all_there_and_told_apart_by_department(db):
    rows = [
        c for c in Commune.objects.search("sainte-colombe").communes if c.name == "Sainte-Colombe"
    ]
    assert len({commune.department_id for commune in rows}) == len(rows) == 12


def test_postal_code_gives_all_its_communes(db):
    rows = Commune.objects.search("26150").communes
    assert len([c for c in rows if "26150" in c.postal_codes]) == 14
    assert [c.name for c in rows if c.pk == "26150"] == ["Izon-la-Bruisse"]


def test_fullest_postal_code_is_answered_whole_and_a_common_name_is_cut(db):
    of_51300 = Commune.objects.search("51300")
    assert (len(of_51300.communes), of_51300.has_more) == (47, False)
    saints = Commune.objects.search("saint")
    assert (len(saints.communes), saints.has_more) == (20, True)


def test_second_load_of_the_same_files_does_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert communes.load(settings.COMMUNES_DIR) is False


@pytest.fixture
def files(tmp_path):
    for name in communes.FILES:
        shutil.copy(settings.COMMUNES_DIR / name, tmp_path)
    return tmp_path


def test_merged_commune_goes_unless_a_programme_is_made_for_it(programme, files):
    path = files / "communes.csv"
    kept = [
        line
        for line in path.read_text().splitlines(keepends=True)
        if not line.startswith(("26027,", "01001,"))
    ]
    path.write_text("".join(kept))
    assert communes.load(files) is True
    assert Commune.objects.filter(pk__in=["26027", "01001"]).get() == programme.commune
    assert Programme.objects.count() == 1
    assert CommuneKey.objects.filter(commune_id="26027").count() == 0


def test_broken_file_is_told_and_changes_nothing(db, files):
    (files / "communes.csv").write_text("code;nom\n01001;Ici\n")
    with pytest.raises(CommandError) as caught:
        call_command("load_communes", files)
    assert str(caught.value) == f"{files} : la colonne 'insee_code' manque. Rien n’a été changé."
    assert Commune.objects.count() == 34_969


def test_missing_file_is_told(db, tmp_path):
    with pytest.raises(CommandError) as caught:
        call_command("load_communes", tmp_path)
    assert str(caught.value) == f"{tmp_path / 'departments.csv'} : fichier absent."
