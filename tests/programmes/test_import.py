"""A programme that comes back as a file, as a new one."""

import zlib
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desescalade.pdf import attached
from programmes import history, importing
from programmes.enums import Cause, Fidelity, Status
from programmes.exchange import complete_file as file
from programmes.exchange import gathering, programme_file, uploads
from programmes.exchange.exports import COMPLETE_EXPORTS
from programmes.models import Change, Programme, Submission
from programmes.printing.document import build
from proposals.models import Measure, WordingRevision
from tests.pages import Page, errors_of, plain, text_of
from tests.programmes.files import (
    DAY,
    NEW,
    PLAN,
    commitment,
    confirm,
    edit,
    rewritten,
    send,
    without_ids,
    yaml_of,
)
from tests.programmes.forms import adapt


@pytest.fixture
def address(varied):
    return reverse("programmes:import", args=[varied.pk])


def test_import_gives_the_same_programme_again(as_alice, varied):
    page = send(as_alice, NEW, yaml_of(varied))
    assert Programme.objects.count() == 1
    answer = confirm(as_alice, NEW, page)
    again = Programme.objects.with_place().exclude(pk=varied.pk).get()
    assert answer.url == again.get_absolute_url()
    assert without_ids(build(again)) == without_ids(build(varied))
    everything = tuple(Status)
    assert without_ids(build(again, everything)) == without_ids(build(varied, everything))
    mine, theirs = gathering.gather(varied), gathering.gather(again)
    chapters = rewritten(mine, lambda row: replace(row, version=1))
    assert theirs == replace(mine, origin=theirs.origin, chapters=chapters)


def test_demonstration_survives_the_journey(management, as_alice):
    output = management("demo", commune="26027", measures=70)
    first = Programme.objects.with_place().get(pk=output.split()[1])
    confirm(as_alice, NEW, send(as_alice, NEW, yaml_of(first)))
    again = Programme.objects.with_place().exclude(pk=first.pk).get()
    assert without_ids(build(again)) == without_ids(build(first))
    assert build(again).count(Fidelity.AS_IS) == build(first).count(Fidelity.AS_IS) > 60


def test_page_before_the_import_says_what_will_be_made(as_alice, varied):
    said = text_of(send(as_alice, NEW, yaml_of(varied)))
    for words in (
        "Barsac (Drôme)", "Une commune debout", "Retenus 2", "À discuter 1", "Écartés 1",
        "Chapitres 2", "Les logos, à envoyer de nouveau",
    ):  # fmt: skip
        assert words in said


def test_who_has_no_account_gets_one_with_its_card(client, varied):
    page = send(client, NEW, yaml_of(varied))
    answer = confirm(client, NEW, page)
    again = Programme.objects.exclude(pk=varied.pk).get()
    assert answer.url == reverse("programmes:card", args=[again.pk])
    assert get_user_model().objects.count() == 3
    assert "Phrase" in text_of(client.get(answer.url))


def test_form_sent_twice_makes_one_programme(client, varied):
    page = send(client, NEW, yaml_of(varied))
    first, second = confirm(client, NEW, page), confirm(client, NEW, page)
    assert Programme.objects.count() == 2
    assert second.status_code == first.status_code == 302
    assert Submission.objects.count() == 1


def test_every_import_is_a_version_in_the_history(as_alice, varied):
    confirm(as_alice, NEW, send(as_alice, NEW, yaml_of(varied)))
    again = Programme.objects.exclude(pk=varied.pk).get()
    changes = Change.objects.filter(programme=again)
    assert set(changes.filter(commitment__isnull=False).values_list("cause", "version")) == {
        (Cause.IMPORTED, 1)
    }
    for row in again.commitments.all():
        row.programme = again
        assert history.state_at(row, 1) == {**row.state(), "dropped_at": None}


def test_imported_programme_can_be_edited(as_alice, varied):
    confirm(as_alice, NEW, send(as_alice, NEW, yaml_of(varied)))
    again = Programme.objects.exclude(pk=varied.pk).get()
    row = commitment(again, PLAN)
    assert adapt(as_alice, row, text="Autre chose.").status_code == 302
    row.refresh_from_db()
    assert (row.text, row.version) == ("Autre chose.", 2)


def test_pasted_text_with_the_line_ends_of_a_browser_will_do(as_alice, varied):
    text = yaml_of(varied).decode().replace("\n", "\r\n")
    confirm(as_alice, NEW, as_alice.post(NEW, {"pasted": text}))
    again = Programme.objects.with_place().exclude(pk=varied.pk).get()
    assert without_ids(build(again)) == without_ids(build(varied))


def test_offline_page_and_printed_file_and_pdf_are_imported_too(as_alice, varied):
    contents = {
        "programme-hors-ligne.html": COMPLETE_EXPORTS["programme-hors-ligne.html"].make(varied),
        "programme.yaml": programme_file.dump(build(varied)),
        "programme.pdf": pdf_with(**{"programme.yaml": programme_file.dump(build(varied))}),
    }
    for name, content in contents.items():
        known = set(Programme.objects.values_list("pk", flat=True))
        confirm(as_alice, NEW, send(as_alice, NEW, content, name))
        again = Programme.objects.with_place().exclude(pk__in=known).get()
        assert programme_file.dump(build(again)) == programme_file.dump(build(varied)), name


def test_real_print_carries_a_programme(as_alice, varied):
    pdf = as_alice.get(reverse("programmes:print-file", args=[varied.pk, "affiche-a3", "ecran"]))
    page = send(as_alice, NEW, pdf.content, "affiche.pdf")
    said = text_of(page)
    assert "Retenus 2" in said
    assert "Ce fichier ne contient que ce qui est imprimé" in plain(said)
    confirm(as_alice, NEW, page)
    again = Programme.objects.with_place().exclude(pk=varied.pk).get()
    # A poster says the lines alone: the texts are those of the catalogue again.
    assert build(again).commitments[0].line == build(varied).commitments[0].line


def test_measure_that_is_not_known_becomes_the_teams_own_words_and_all(as_alice, varied):
    said = edit(yaml_of(varied), (f'measure: "{DAY}"', 'measure: "mesure-inconnue"'))
    page = send(as_alice, NEW, said)
    assert "Mesures que ce site ne connaît pas" in text_of(page)
    confirm(as_alice, NEW, page)
    again = Programme.objects.with_place().exclude(pk=varied.pk).get()
    (own,) = build(again, (Status.DISCUSSED,)).commitments
    (known,) = build(varied, (Status.DISCUSSED,)).commitments
    assert (own.title, own.text, own.measure) == (known.title, known.text, "")
    assert own.fidelity == Fidelity.OWN
    assert own.pitches == known.pitches != ()


def test_text_that_the_catalogue_never_said_is_not_passed_off_as_its_own(as_alice, varied):
    said = gathering.gather(varied)
    (day,) = (row for row in said.commitments if row.measure == DAY)
    lie = "Le collectif soutient notre liste."
    forged = replace(day, text=lie, catalogue=replace(day.catalogue, text=lie))
    chapters = rewritten(said, lambda row: forged if row == day else row)
    page = send(as_alice, NEW, file.dump(replace(said, chapters=chapters)))
    assert "Textes que notre catalogue ne dit pas" in text_of(page)
    confirm(as_alice, NEW, page)
    again = Programme.objects.with_place().exclude(pk=varied.pk).get()
    (row,) = build(again, (Status.DISCUSSED,)).commitments
    assert (row.text, row.fidelity) == (lie, Fidelity.ADAPTED)


def test_text_that_an_edition_published_stays_the_catalogues(as_alice, varied):
    before = yaml_of(varied)
    wordings = Measure.objects.get(pk=DAY).wordings
    for wording in wordings.all():
        wording.text = "Tout autre chose."
        wording.save()
    confirm(as_alice, NEW, send(as_alice, NEW, before))
    again = Programme.objects.with_place().exclude(pk=varied.pk).get()
    (row,) = build(again, (Status.DISCUSSED,)).commitments
    assert row.fidelity == Fidelity.AS_IS
    assert commitment(again, DAY).revision == commitment(varied, DAY).revision is not None


def test_chapter_of_an_unknown_proposal_is_kept_with_its_figures(as_alice, varied):
    chapter = varied.chapters.first()
    said = edit(yaml_of(varied), (f'proposal: "{chapter.proposal_id}"', 'proposal: "inconnue"'))
    confirm(as_alice, NEW, send(as_alice, NEW, said))
    kept = Programme.objects.exclude(pk=varied.pk).get().chapters.get(number=chapter.number)
    assert (kept.title, kept.proposal) == (chapter.title, None)
    assert kept.figures.count() == chapter.figures.count()


def test_unknown_commune_is_asked_for(as_alice, varied):
    said = edit(yaml_of(varied), ('commune_code: "26027"', 'commune_code: "99999"'))
    page = send(as_alice, NEW, said)
    assert "ce site ne la connaît pas" in text_of(page)
    page = confirm(as_alice, NEW, page, commune="barsac")
    assert "Écrivez le code INSEE de la vôtre" in errors_of(page)[0]
    assert "26027" in errors_of(page)[0]
    assert Programme.objects.count() == 1
    page = confirm(as_alice, NEW, page, commune="zzzz")
    assert errors_of(page) == ["Aucune commune ne porte ce nom. Essayez son code postal."]
    page = confirm(as_alice, NEW, page, commune="")
    assert errors_of(page) == ["Écrivez le nom de votre commune."]
    confirm(as_alice, NEW, page, commune="26027")
    assert Programme.objects.exclude(pk=varied.pk).get().commune_id == "26027"


def test_problems_are_named_with_their_place_and_nothing_is_made(as_alice, varied):
    said = edit(yaml_of(varied), ('status: "declined"', 'status: "peut-être"'))
    page = send(as_alice, NEW, said)
    line = said.decode()[: said.decode().index("peut-être")].count("\n") + 1
    assert f"Ligne {line}, colonne 17 : status :" in plain(text_of(page))
    assert "<title>Erreur" in page.content.decode()
    assert Programme.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choisissez un fichier, ou collez son texte."),
        ({"pasted": "bonjour"}, uploads.NOTHING),
        ({"pasted": "# Titre\n\nDu texte.\n"}, uploads.MARKDOWN),
        ({"contenu": "n’importe quoi"}, uploads.NOTHING),
        ({"contenu": ""}, uploads.NOTHING),
        ({"contenu": "x", "importer": "1", "commune": "26027"}, uploads.NOTHING),
    ],
)
def test_what_is_no_programme_is_answered_with_a_sentence(as_alice, sent, said, db):
    page = as_alice.post(NEW, sent)
    assert page.status_code == 200
    assert plain(said) in plain(text_of(page))
    assert Programme.objects.count() == 0


def test_empty_file_and_too_large_a_file_are_told(as_alice, db):
    assert uploads.EMPTY in text_of(send(as_alice, NEW, b""))
    large = send(as_alice, NEW, b"x" * (uploads.MAX_UPLOAD + 1))
    assert plain(uploads.TOO_LARGE) in plain(text_of(large))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title: "Un lavoir"', f'title: "{"a" * 91}"', "title : 91 signes, 90 au plus"),
        ("Rouvert.", "Rouvert {hier}.", "« {hier} » n’est pas un réglage"),
        ("Rouvert.", "a" * 6_001, "6 000"),
        ('list_name: ""', f'list_name: "{"a" * 101}"', "101 signes, 100 au plus"),
        ("proposal: 1\n", "proposal: 0\n", "le numéro de chapitre 0 ne convient pas"),
    ],
)
def test_printed_file_is_held_to_the_bounds_of_the_forms(as_alice, varied, old, new, said):
    content = edit(programme_file.dump(build(varied)), (old, new))
    page = send(as_alice, NEW, content, "programme.yaml")
    assert plain(said) in plain(text_of(page))
    assert "Ligne " in text_of(page)
    assert Programme.objects.count() == 1


def test_long_text_that_calls_itself_the_catalogues_is_refused(as_alice, varied, address):
    said = gathering.gather(varied)
    long = "a " * 4_000
    chapters = rewritten(
        said,
        lambda row: (
            replace(row, text=long, catalogue=replace(row.catalogue, text=long))
            if row.measure == DAY
            else row
        ),
    )
    for where in (NEW, address):
        page = send(as_alice, where, file.dump(replace(said, chapters=chapters)))
        assert "Ce fichier ne peut pas être lu en entier" in text_of(page)


def test_request_beyond_all_bounds_is_not_even_kept(as_alice, settings, db, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    settings.DATA_UPLOAD_MAX_FILES_SIZE = 50_000
    page = as_alice.post(
        NEW, {"upload": SimpleUploadedFile("a.pdf", b"x" * 60_000), "pasted": "encore là"}
    )
    assert errors_of(page) == [uploads.TOO_LARGE]
    assert list(tmp_path.iterdir()) == []


def test_measure_that_is_not_published_is_not_drawn_out_by_a_file(as_alice, varied):
    secret = Measure.objects.get(pk="mode-degrade-services")
    secret.published = False
    secret.save()
    WordingRevision.objects.filter(measure_slug=secret.pk).delete()
    said = edit(yaml_of(varied), (f'measure: "{DAY}"', f'measure: "{secret.pk}"'))
    page = send(as_alice, NEW, said)
    assert "Mesures que ce site ne connaît pas" in text_of(page)
    confirm(as_alice, NEW, page)
    again = Programme.objects.with_place().exclude(pk=varied.pk).get()
    (row,) = build(again, (Status.DISCUSSED,)).commitments
    assert (row.measure, row.fidelity) == ("", Fidelity.OWN)
    assert secret.title not in yaml_of(again).decode()


def test_what_was_pasted_stays_on_the_page(as_alice, db):
    page = as_alice.post(NEW, {"pasted": "format: presque"})
    assert "format: presque</textarea>" in page.content.decode()


def test_pages_keep_to_the_budget_and_their_queries_are_constant(as_alice, varied, take, address):
    counts = {NEW: [], address: []}
    for more in ((), ("mode-degrade-services", "solidarite-voisinage")):
        take(*more)
        said = yaml_of(varied)
        for where in counts:
            with CaptureQueriesContext(connection) as seen:
                page = send(as_alice, where, said)
            drafts = [q for q in seen if "draft" in q["sql"] or "SAVEPOINT" in q["sql"]]
            counts[where].append(len(seen) - len(drafts))
            assert Page(page.content).nodes < 250
            assert Page(page.content).headings.count("h1") == 1
    for first, second in counts.values():
        assert first == second


# A PDF


def pdf_with(encryption=None, fold=True, **files):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    for name, content in files.items():
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content)
    written = BytesIO()
    pdf.save(written, encryption=encryption or False, compress_streams=fold)
    return written.getvalue()


def test_attached_files_are_found_by_the_end_of_their_name():
    pdf = pdf_with(**{"b.yaml": b"2", "a.YML": b"1", "c.txt": b"3"})
    assert attached.attached(pdf, (".yaml", ".yml")) == [b"1", b"2"]


def bomb():
    """A few kilobytes that unfold to 300 MB."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    spec = pikepdf.AttachedFileSpec(pdf, b"x")
    pdf.attachments["a.yaml"] = spec
    stream = pdf.attachments["a.yaml"].get_file().obj
    stream.write(zlib.compress(b"\0" * 300_000_000, 9), filter=pikepdf.Name.FlateDecode)
    written = BytesIO()
    pdf.save(written, recompress_flate=False, compress_streams=False)
    return written.getvalue()


def test_hostile_pdfs_get_a_sentence(varied, as_alice):
    said = yaml_of(varied)
    other = edit(said, ('title: "Un lavoir"', 'title: "Un four"'))
    whole = pdf_with(**{"a.yaml": said})
    locked = pikepdf.Encryption(owner="a", user="b")
    cases = {
        "protégé par un mot de passe": pdf_with(encryption=locked, **{"a.yaml": said}),
        "ne porte pas le fichier": pdf_with(**{"a.yaml": b"bonjour", "b.txt": said}),
        "ne s’ouvre pas comme un PDF": b"%PDF-1.7\n" + b"\xff" * 5_000,
        "plusieurs fichiers": pdf_with(**{"a.yaml": said, "b.yaml": other}),
        "plus de 2 Mo": bomb(),
    }
    for sentence, content in cases.items():
        assert sentence in plain(text_of(send(as_alice, NEW, content, "a.pdf"))), sentence
    assert b"protect" not in whole
    # The same file twice is no question.
    twice = pdf_with(**{"a.yaml": said, "b.yaml": said})
    assert "Avant d’importer" in text_of(send(as_alice, NEW, twice, "a.pdf"))


def test_pdf_that_is_cut_short_anywhere_harms_nothing():
    whole = pdf_with(**{"a.yaml": b"format: x\n" * 50})
    for end in range(10, len(whole), len(whole) // 6):
        try:
            found = attached.attached(whole[:end], (".yaml",))
        except attached.AttachedError:
            continue
        assert found in ([], [b"format: x\n" * 50])


def test_import_reads_and_writes_a_large_programme_in_few_queries(management, alice):
    output = management("demo", commune="26027", measures=70)
    programme = Programme.objects.with_place().get(pk=output.split()[1])
    made = importing.plan(yaml_of(programme))
    with CaptureQueriesContext(connection) as seen:
        importing.open_from(made, alice)
    assert len(seen) < 60
