import io
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from programmes import actions, cards, erasing, team
from programmes.enums import Fidelity, ProgrammeKind, Status
from programmes.exchange.exports import COMPLETE_EXPORTS, EXPORTS
from programmes.models import Commitment, Draft, Invitation, Look, Programme
from programmes.printing.formats import FORMATS
from programmes.printing.orders import Desk
from proposals.models import Measure

from .printed import poppler

pytestmark = pytest.mark.django_db

NAMES = [*FORMATS, *EXPORTS, *COMPLETE_EXPORTS]


@pytest.fixture
def demo(management):
    """Runs the command; gives its programme and its lines."""

    def run(**options):
        lines = dict(line.split(": ", 1) for line in management("demo", **options).splitlines())
        return Programme.objects.with_place().get(pk=lines["programme"]), lines

    return run


def of(programme, status):
    return Commitment.objects.filter(programme=programme, status=status)


def test_demo_prints_what_scripts_read_and_its_card_logs_in(demo, client):
    programme, lines = demo()
    assert list(lines) == ["programme", "url", "identifiant", "phrase"]
    assert lines["url"] == f"http://127.0.0.1:8000/programmes/{programme.pk}/"
    assert client.login(
        username=lines["identifiant"], password=cards.folded_passphrase(lines["phrase"])
    )
    assert programme.members.get().username == lines["identifiant"]


def test_demo_is_a_complete_programme_of_twelve_for_barsac(demo):
    programme, _ = demo()
    retained = list(of(programme, Status.RETAINED))
    assert programme.commune.name == "Barsac"
    assert programme.kind == ProgrammeKind.MANDATE
    assert (programme.printer, programme.printer_name) == ("ourselves", "Camille Roux")
    assert {row.chapter.number for row in retained} == set(range(11))
    assert sorted(row.fidelity for row in retained) == sorted(
        [Fidelity.OWN, Fidelity.ADAPTED, *[Fidelity.AS_IS] * 10]
    )
    changed = [
        parameter
        for row in retained
        for parameter in row.parameters.all()
        if parameter.value != parameter.default
    ]
    assert len(changed) == 1
    assert [row.reason != "" for row in of(programme, Status.DECLINED)] == [True]
    assert of(programme, Status.DISCUSSED).count() == 1


@pytest.mark.parametrize("number", [0, 1, 2, 3, 69, 70, 71, 90])
def test_demo_retains_exactly_as_many_as_asked(demo, number):
    programme, _ = demo(measures=number)
    titles = [row.shown("title") for row in of(programme, Status.RETAINED)]
    assert len(titles) == len(set(titles)) == number
    assert programme.commitments.count() == number + 2


def test_demo_of_70_takes_every_measure_once(demo):
    programme, _ = demo(measures=70, commune="38185")
    taken = of(programme, Status.RETAINED).values_list("measure", flat=True)
    assert sorted(taken) == sorted(Measure.objects.published().values_list("pk", flat=True))


def test_demo_with_a_vote_date_is_a_campaign(demo):
    programme, _ = demo(measures=1, vote_date=date(2027, 3, 14))
    programme.refresh_from_db()
    assert (programme.kind, str(programme.vote_date)) == (ProgrammeKind.CAMPAIGN, "2027-03-14")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"commune": "99999"},
            "Aucune commune n’a le code INSEE « 99999 » : vérifier le code, ou lancer d’abord"
            " « .venv/bin/python manage.py load_communes ».",
        ),
        ({"measures": -1}, "Le nombre d’engagements ne peut pas être négatif."),
    ],
)
def test_demo_refuses_in_one_sentence_and_leaves_nothing(management, options, sentence):
    with pytest.raises(CommandError) as refusal:
        management("demo", **options)
    assert str(refusal.value) == sentence
    assert not Programme.objects.exists()


def test_demo_without_catalogue_says_what_to_run(management):
    Measure.objects.update(published=False)
    with pytest.raises(CommandError) as refusal:
        management("demo")
    assert str(refusal.value) == (
        "Le catalogue est vide : lancer « .venv/bin/python manage.py load_catalogue »."
    )


def test_print_programme_writes_the_file(management, demo, tmp_path):
    programme, _ = demo(measures=1)
    target = tmp_path / "sortie" / "programme.pdf"
    target.parent.mkdir()
    target.write_text("ancien")
    said = management("print_programme", programme.pk, format="programme-a4", to=target)
    content = target.read_bytes()
    assert content.startswith(b"%PDF-")
    code = programme.editions.get().code
    assert said == f"{target} : {len(content)} octets, tirage 1 ({code}).\n"
    assert [path.name for path in target.parent.iterdir()] == ["programme.pdf"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"format": "programme-a9"},
            f"Format : « programme-a9 » n’existe pas. Il y a : {', '.join(NAMES)}.",
        ),
        ({"output": "fax"}, "Sortie : « fax » n’existe pas. Il y a : ecran, copieur, imprimeur."),
        ({"edition": 7}, "Tirage : « 7 » n’existe pas. Il y a : rien pour l’instant."),
        ({"programme": "x"}, "Programme : « x » n’existe pas. Il y a : {}."),
    ],
)
def test_print_programme_lists_what_exists(management, programme, tmp_path, changed, sentence):
    options = {"format": "programme-a4", "output": "ecran", "to": tmp_path / "x.pdf", **changed}
    with pytest.raises(CommandError) as refusal:
        management("print_programme", options.pop("programme", programme.pk), **options)
    assert str(refusal.value) == sentence.format(programme.pk)
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize("name", EXPORTS)
def test_print_programme_writes_every_export(management, demo, tmp_path, name):
    programme, _ = demo(measures=1)
    management("print_programme", programme.pk, format=name, to=tmp_path / name)
    assert (tmp_path / name).read_bytes() == EXPORTS[name].make(Desk(programme).document)


def test_print_programme_prints_an_edition_as_it_was(management, demo, tmp_path):
    programme, _ = demo(measures=1)
    programme.commitments.update(line="Réécrit depuis")
    said = management(
        "print_programme", programme.pk, format="affiche-a3", edition=1, to=tmp_path / "1.pdf"
    )
    assert f"tirage 1 ({programme.editions.get().code})" in said
    assert "Réécrit depuis" not in poppler((tmp_path / "1.pdf").read_bytes())
    said = management("print_programme", programme.pk, format="affiche-a3", to=tmp_path / "2.pdf")
    assert said.endswith(", projet.\n")
    assert "Réécrit depuis" in poppler((tmp_path / "2.pdf").read_bytes())


def test_print_programme_writes_to_standard_output_and_to_a_pipe(demo, tmp_path):
    programme, _ = demo(measures=1)
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    call_command("print_programme", programme.pk, format="lettre.txt", to=fifo)
    assert os.read(reader, 9) == b"Une commu"
    os.close(reader)
    assert not fifo.is_file()
    out = io.TextIOWrapper(io.BytesIO())
    call_command("print_programme", programme.pk, format="lettre.txt", to=Path("-"), stdout=out)
    assert out.buffer.getvalue().startswith(b"Une commune")


def test_gallery_draws_pages_of_village_and_city(management, db, tmp_path):
    management("gallery", to=tmp_path, only=["affiche-a3"])
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.png"))
    assert found == ["village/affiche-a3-ecran-01.png", "ville/affiche-a3-ecran-01.png"]


def test_print_programme_says_where_it_cannot_write(management, programme, tmp_path):
    target = tmp_path / "absent" / "x.pdf"
    with pytest.raises(CommandError) as refusal:
        management("print_programme", programme.pk, format="programme-a4", to=target)
    assert str(refusal.value).startswith(f"{target} : écriture impossible (")


def test_what_has_had_its_time_is_erased_and_nothing_else(management, programme, take, alice):
    fresh, late = take("pcs-rupture-reseaux", "journee-hors-reseau")
    for row in (fresh, late):
        actions.drop(row)
    long_ago = timezone.now() - timedelta(days=100)
    Commitment.everything.filter(pk=late.pk).update(dropped_at=long_ago)
    member = programme.memberships.first()
    team.invite(member, "reader", "à temps")
    team.invite(member, "reader", "trop tard")
    Invitation.objects.filter(alias="trop tard").update(expires_at=long_ago)
    for path in ("/neuf/", "/vieux/"):
        Draft.objects.create(user=alice, path=path, typed={})
    Draft.objects.filter(path="/vieux/").update(at=long_ago)
    Look.objects.create(pk=1, at=timezone.now(), since=timezone.now() - erasing.STEADY)
    assert management("erase_expired") == "Ce qui avait passé son temps est effacé.\n"
    assert list(Commitment.everything.values_list("pk", flat=True)) == [fresh.pk]
    assert list(Invitation.objects.values_list("alias", flat=True)) == ["à temps"]
    assert list(Draft.objects.values_list("path", flat=True)) == ["/neuf/"]
