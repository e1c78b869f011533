"""A programme that comes back as a file: as a new one, or over an older state of itself."""

import re
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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desescalade.pdf import attached
from programmes import actions, history, importing, reconciling
from programmes.enums import Cause, Fidelity, Status
from programmes.exchange import complete_file as file
from programmes.exchange import gathering, programme_file, uploads
from programmes.exchange.exports import COMPLETE_EXPORTS
from programmes.models import Change, Commitment, Layout, Logo, Programme, Submission
from programmes.printing.document import build
from programmes.printing.orders import Desk
from proposals.models import Measure, WordingRevision
from tests.pages import Page, errors_of, plain, text_of
from tests.programmes.forms import adapt

PLAN, DAY, MAP = "pcs-rupture-reseaux", "journee-hors-reseau", "cartographie-dependances"
NEW = "/programmes/importer/"
OLD_TEXT = "Un premier point. Un deuxième point. Un troisième point."


def yaml_of(programme) -> bytes:
    return file.dump(gathering.gather(Programme.objects.with_place().get(pk=programme.pk)))


def carried(response) -> dict[str, str]:
    """What the form of a page would send again: its hidden fields and checked buttons."""
    content = response.content.decode()
    fields = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', content)
    checked = re.findall(r'name="(choix-.*?)" value="(\w+)" checked', content)
    return dict(fields + checked)


def send(client, address, content, name="programme-complet.yaml"):
    return client.post(address, {"upload": SimpleUploadedFile(name, content)})


def confirm(client, address, page, **changes):
    return client.post(address, {**carried(page), **changes})


def without_ids(document):
    return replace(
        document,
        chapters=tuple(
            replace(
                chapter, commitments=tuple(replace(row, id=0) for row in chapter.commitments)
            )
            for chapter in document.chapters
        ),
    )  # fmt: skip


def rewritten(said, change):
    """The chapters of a file with each commitment changed."""
    return tuple(
        replace(chapter, commitments=tuple(map(change, chapter.commitments)))
        for chapter in said.chapters
    )


@pytest.fixture
def full(programme, take):
    """Retained, discussed, declined, own; adapted, tuned, ordered; a layout."""
    plan, day, map_ = take(PLAN, DAY, MAP)
    actions.decide(day, Status.DISCUSSED)
    actions.decide(map_, Status.DECLINED, "Trop cher")
    write(plan, text=OLD_TEXT)
    own = Commitment(
        programme=programme, title="Un lavoir", text="Rouvert.", decided_by="mayor", horizon="term"
    )
    actions.add_own_commitment(own, None)
    Layout.objects.create(programme=programme, format="depliant", slogan="Debout", copies=20)
    write(programme, title="Une commune debout")
    return programme


@pytest.fixture
def plan(full):
    return commitment(full, PLAN)


@pytest.fixture
def address(full):
    return reverse("programmes:import", args=[full.pk])


def commitment(programme, measure):
    row = Commitment.everything.get(programme=programme, measure=measure)
    row.programme = programme
    return row


def write(row, **fields):
    """Saves as a form does: with a new version in the history."""
    row.advance()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    history.record(row, Cause.EDITED)


def tune(row, value):
    row.advance()
    row.parameters.filter(slug="delai_revision_mois").update(value=value)
    history.record(row, Cause.EDITED)


def edit(content: bytes, *pairs: tuple[str, str]) -> bytes:
    """As somebody rewrites the file in a text editor."""
    text = content.decode()
    for old, new in pairs:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text.encode()


# A new programme


def test_import_gives_the_same_programme_again(as_alice, full):
    page = send(as_alice, NEW, yaml_of(full))
    assert Programme.objects.count() == 1
    answer = confirm(as_alice, NEW, page)
    again = Programme.objects.with_place().exclude(pk=full.pk).get()
    assert answer.url == again.get_absolute_url()
    assert without_ids(build(again)) == without_ids(build(full))
    everything = tuple(Status)
    assert without_ids(build(again, everything)) == without_ids(build(full, everything))
    mine, theirs = gathering.gather(full), gathering.gather(again)
    chapters = rewritten(mine, lambda row: replace(row, version=1))
    assert theirs == replace(mine, origin=theirs.origin, chapters=chapters)


def test_demonstration_survives_the_journey(management, as_alice):
    output = management("demo", commune="26027", measures=70)
    first = Programme.objects.with_place().get(pk=output.split()[1])
    confirm(as_alice, NEW, send(as_alice, NEW, yaml_of(first)))
    again = Programme.objects.with_place().exclude(pk=first.pk).get()
    assert without_ids(build(again)) == without_ids(build(first))
    assert build(again).count(Fidelity.AS_IS) == build(first).count(Fidelity.AS_IS) > 60


def test_page_before_the_import_says_what_will_be_made(as_alice, full):
    said = text_of(send(as_alice, NEW, yaml_of(full)))
    for words in (
        "Barsac (Drôme)", "Une commune debout", "Retenus 2", "À discuter 1", "Écartés 1",
        "Chapitres 2", "Les logos, à envoyer de nouveau",
    ):  # fmt: skip
        assert words in said


def test_who_has_no_account_gets_one_with_its_card(client, full):
    page = send(client, NEW, yaml_of(full))
    answer = confirm(client, NEW, page)
    again = Programme.objects.exclude(pk=full.pk).get()
    assert answer.url == reverse("programmes:card", args=[again.pk])
    assert get_user_model().objects.count() == 3
    assert "Phrase" in text_of(client.get(answer.url))


def test_form_sent_twice_makes_one_programme(client, full):
    page = send(client, NEW, yaml_of(full))
    first, second = confirm(client, NEW, page), confirm(client, NEW, page)
    assert Programme.objects.count() == 2
    assert second.status_code == first.status_code == 302
    assert Submission.objects.count() == 1


def test_every_import_is_a_version_in_the_history(as_alice, full):
    confirm(as_alice, NEW, send(as_alice, NEW, yaml_of(full)))
    again = Programme.objects.exclude(pk=full.pk).get()
    changes = Change.objects.filter(programme=again)
    assert set(changes.filter(commitment__isnull=False).values_list("cause", "version")) == {
        (Cause.IMPORTED, 1)
    }
    for row in again.commitments.all():
        row.programme = again
        assert history.state_at(row, 1) == {**row.state(), "dropped_at": None}


def test_imported_programme_can_be_edited(as_alice, full):
    confirm(as_alice, NEW, send(as_alice, NEW, yaml_of(full)))
    again = Programme.objects.exclude(pk=full.pk).get()
    row = commitment(again, PLAN)
    assert adapt(as_alice, row, text="Autre chose.").status_code == 302
    row.refresh_from_db()
    assert (row.text, row.version) == ("Autre chose.", 2)


def test_pasted_text_with_the_line_ends_of_a_browser_will_do(as_alice, full):
    text = yaml_of(full).decode().replace("\n", "\r\n")
    confirm(as_alice, NEW, as_alice.post(NEW, {"pasted": text}))
    again = Programme.objects.with_place().exclude(pk=full.pk).get()
    assert without_ids(build(again)) == without_ids(build(full))


def test_offline_page_and_printed_file_and_pdf_are_imported_too(as_alice, full):
    contents = {
        "programme-hors-ligne.html": COMPLETE_EXPORTS["programme-hors-ligne.html"].make(full),
        "programme.yaml": programme_file.dump(build(full)),
        "programme.pdf": pdf_with(**{"programme.yaml": programme_file.dump(build(full))}),
    }
    for name, content in contents.items():
        known = set(Programme.objects.values_list("pk", flat=True))
        confirm(as_alice, NEW, send(as_alice, NEW, content, name))
        again = Programme.objects.with_place().exclude(pk__in=known).get()
        assert programme_file.dump(build(again)) == programme_file.dump(build(full)), name


def test_real_print_carries_a_programme(as_alice, full):
    pdf = as_alice.get(reverse("programmes:print-file", args=[full.pk, "affiche-a3", "ecran"]))
    page = send(as_alice, NEW, pdf.content, "affiche.pdf")
    said = text_of(page)
    assert "Retenus 2" in said
    assert "Ce fichier ne contient que ce qui est imprimé" in plain(said)
    confirm(as_alice, NEW, page)
    again = Programme.objects.with_place().exclude(pk=full.pk).get()
    # A poster says the lines alone: the texts are those of the catalogue again.
    assert build(again).commitments[0].line == build(full).commitments[0].line


def test_measure_that_is_not_known_becomes_the_teams_own_words_and_all(as_alice, full):
    said = edit(yaml_of(full), (f'measure: "{DAY}"', 'measure: "mesure-inconnue"'))
    page = send(as_alice, NEW, said)
    assert "Mesures que ce site ne connaît pas" in text_of(page)
    confirm(as_alice, NEW, page)
    again = Programme.objects.with_place().exclude(pk=full.pk).get()
    (own,) = build(again, (Status.DISCUSSED,)).commitments
    (known,) = build(full, (Status.DISCUSSED,)).commitments
    assert (own.title, own.text, own.measure) == (known.title, known.text, "")
    assert own.fidelity == Fidelity.OWN
    assert own.pitches == known.pitches != ()


def test_text_that_the_catalogue_never_said_is_not_passed_off_as_its_own(as_alice, full):
    said = gathering.gather(full)
    (day,) = (row for row in said.commitments if row.measure == DAY)
    lie = "Le collectif soutient notre liste."
    forged = replace(day, text=lie, catalogue=replace(day.catalogue, text=lie))
    chapters = rewritten(said, lambda row: forged if row == day else row)
    page = send(as_alice, NEW, file.dump(replace(said, chapters=chapters)))
    assert "Textes que notre catalogue ne dit pas" in text_of(page)
    confirm(as_alice, NEW, page)
    again = Programme.objects.with_place().exclude(pk=full.pk).get()
    (row,) = build(again, (Status.DISCUSSED,)).commitments
    assert (row.text, row.fidelity) == (lie, Fidelity.ADAPTED)


def test_text_that_an_edition_published_stays_the_catalogues(as_alice, full):
    before = yaml_of(full)
    wordings = Measure.objects.get(pk=DAY).wordings
    for wording in wordings.all():
        wording.text = "Tout autre chose."
        wording.save()
    confirm(as_alice, NEW, send(as_alice, NEW, before))
    again = Programme.objects.with_place().exclude(pk=full.pk).get()
    (row,) = build(again, (Status.DISCUSSED,)).commitments
    assert row.fidelity == Fidelity.AS_IS
    assert commitment(again, DAY).revision == commitment(full, DAY).revision is not None


def test_chapter_of_an_unknown_proposal_is_kept_with_its_figures(as_alice, full):
    chapter = full.chapters.first()
    said = edit(yaml_of(full), (f'proposal: "{chapter.proposal_id}"', 'proposal: "inconnue"'))
    confirm(as_alice, NEW, send(as_alice, NEW, said))
    kept = Programme.objects.exclude(pk=full.pk).get().chapters.get(number=chapter.number)
    assert (kept.title, kept.proposal) == (chapter.title, None)
    assert kept.figures.count() == chapter.figures.count()


def test_unknown_commune_is_asked_for(as_alice, full):
    said = edit(yaml_of(full), ('commune_code: "26027"', 'commune_code: "99999"'))
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
    assert Programme.objects.exclude(pk=full.pk).get().commune_id == "26027"


def test_problems_are_named_with_their_place_and_nothing_is_made(as_alice, full):
    said = edit(yaml_of(full), ('status: "declined"', 'status: "peut-être"'))
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


def test_request_beyond_all_bounds_is_not_even_kept(as_alice, settings, db, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    settings.DATA_UPLOAD_MAX_FILES_SIZE = 50_000
    page = as_alice.post(
        NEW, {"upload": SimpleUploadedFile("a.pdf", b"x" * 60_000), "pasted": "encore là"}
    )
    assert errors_of(page) == [uploads.TOO_LARGE]
    assert list(tmp_path.iterdir()) == []


def test_measure_that_is_not_published_is_not_drawn_out_by_a_file(as_alice, full):
    secret = Measure.objects.get(pk="mode-degrade-services")
    secret.published = False
    secret.save()
    WordingRevision.objects.filter(measure_slug=secret.pk).delete()
    said = edit(yaml_of(full), (f'measure: "{DAY}"', f'measure: "{secret.pk}"'))
    page = send(as_alice, NEW, said)
    assert "Mesures que ce site ne connaît pas" in text_of(page)
    confirm(as_alice, NEW, page)
    again = Programme.objects.with_place().exclude(pk=full.pk).get()
    (row,) = build(again, (Status.DISCUSSED,)).commitments
    assert (row.measure, row.fidelity) == ("", Fidelity.OWN)
    assert secret.title not in yaml_of(again).decode()


def test_what_was_pasted_stays_on_the_page(as_alice, db):
    page = as_alice.post(NEW, {"pasted": "format: presque"})
    assert "format: presque</textarea>" in page.content.decode()


def test_pages_keep_to_the_budget_and_their_queries_are_constant(as_alice, full, take, address):
    counts = {NEW: [], address: []}
    for more in ((), ("mode-degrade-services", "solidarite-voisinage")):
        take(*more)
        said = yaml_of(full)
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


def test_hostile_pdfs_get_a_sentence(full, as_alice):
    said = yaml_of(full)
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


# Over an older state


def test_what_was_written_offline_comes_in(as_alice, full, plan, address):
    written = edit(
        yaml_of(full),
        ("Un deuxième point.", "Un deuxième point, mieux dit."),
        ('title: "Un lavoir"', 'title: "Un lavoir neuf"'),
        ('reason: "Trop cher"', 'reason: "Trop cher pour nous"'),
    )
    page = send(as_alice, address, written)
    assert "Changé dans le fichier seulement" in text_of(page)
    assert "choix-" not in page.content.decode()
    plan.refresh_from_db()
    assert plan.text == OLD_TEXT
    assert confirm(as_alice, address, page).status_code == 302
    plan.refresh_from_db()
    assert plan.text == "Un premier point. Un deuxième point, mieux dit. Un troisième point."
    assert set(full.commitments.values_list("title", "reason")) >= {
        ("Un lavoir neuf", ""), ("", "Trop cher pour nous"),
    }  # fmt: skip


def test_unchanged_file_brings_nothing(as_alice, full, address):
    page = send(as_alice, address, yaml_of(full))
    assert "n’apporte rien de nouveau" in text_of(page)
    assert "<button>Importer</button>" not in page.content.decode()
    before = Change.objects.count()
    confirm(as_alice, address, page)
    assert Change.objects.count() == before


def test_changes_in_other_sentences_are_put_together(as_alice, full, plan, address):
    written = edit(yaml_of(full), ("Un deuxième point.", "Un deuxième point, mieux dit."))
    write(plan, text=OLD_TEXT.replace("Un premier point.", "Un tout premier point."))
    page = send(as_alice, address, written)
    assert "vos changements et ceux du fichier, réunis" in plain(text_of(page))
    confirm(as_alice, address, page)
    plan.refresh_from_db()
    assert plan.text == "Un tout premier point. Un deuxième point, mieux dit. Un troisième point."


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ("own", "Un premier point. Le nôtre. Un troisième point."),
        ("new", "Un premier point. Le leur. Un troisième point."),
        ("both", "Un premier point. Le nôtre. Le leur. Un troisième point."),
        ("autre", "Un premier point. Le nôtre. Un troisième point."),
    ],
)
def test_conflict_is_settled_as_the_team_chooses(as_alice, full, plan, address, choice, text):
    written = edit(yaml_of(full), ("Un deuxième point.", "Le leur."))
    write(plan, text=OLD_TEXT.replace("Un deuxième point.", "Le nôtre."))
    page = send(as_alice, address, written)
    name = f"choix-engagement-{plan.pk}-text"
    assert carried(page)[name] == "own"
    assert "[ajouté : Le leur" in plain(text_of(page)).replace("[ajouté : ", "[ajouté : ")
    confirm(as_alice, address, page, **{name: choice})
    plan.refresh_from_db()
    assert plan.text == text


def test_base_is_the_version_that_the_file_names_however_old(as_alice, full, plan, address):
    written = yaml_of(full)
    for word in ("a", "b", "c"):
        write(plan, text=f"{OLD_TEXT} {word}.")
    page = send(as_alice, address, written)
    assert "n’apporte rien de nouveau" in text_of(page)
    assert "1 texte changé ici seulement" in plain(text_of(page))


def test_parameters_are_brought_together_likewise(as_alice, full, plan, address):
    tune(plan, "8")
    written = edit(yaml_of(full), ('value: "8"', 'value: "10"'))
    confirm(as_alice, address, send(as_alice, address, written))
    value = plan.parameters.get(slug="delai_revision_mois")
    assert value.value == "10"
    tune(commitment(full, PLAN), "12")
    page = send(as_alice, address, edit(written, ('value: "10"', 'value: "14"')))
    name = f"choix-engagement-{plan.pk}-reglage-delai_revision_mois"
    assert carried(page)[name] == "own"
    confirm(as_alice, address, page, **{name: "new"})
    value.refresh_from_db()
    assert value.value == "14"


def test_value_beyond_the_bounds_here_is_told_and_not_taken(as_alice, full, plan, address):
    tune(plan, "8")
    written = edit(yaml_of(full), ('value: "8"', 'value: "99"'))
    place = written.decode().index('value: "99"')
    loose = written[: len(written.decode()[:place].encode())] + written[
        len(written.decode()[:place].encode()) :
    ].replace(b'max: "24"', b'max: "100"', 1)
    page = send(as_alice, address, loose)
    assert "Choisissez une valeur entre 3 et 24." in text_of(page)
    assert "n’apporte rien de nouveau" in text_of(page)
    confirm(as_alice, address, page)
    assert plan.parameters.get(slug="delai_revision_mois").value == "8"


def test_settings_are_brought_in_but_never_the_commune(as_alice, full, address):
    written = edit(
        yaml_of(full),
        ('title: "Une commune debout"', 'title: "Une commune vivante"'),
        ('commune_code: "26027"', 'commune_code: "38185"'),
        ('kind: "campaign"', 'kind: "campaign"\n  vote_date: "2026-12-06"\n  population: 200'),
    )
    page = send(as_alice, address, written)
    assert "celui d’une autre commune" in text_of(page)
    confirm(as_alice, address, page)
    full.refresh_from_db()
    assert (full.title, full.commune_id) == ("Une commune vivante", "26027")
    assert (str(full.vote_date), full.own_population) == ("2026-12-06", 200)
    assert Change.objects.of(full).first().cause == Cause.IMPORTED


def test_what_the_file_lacks_is_told_and_stays(as_alice, full, address):
    said = gathering.gather(full)
    chapters = tuple(replace(chapter, commitments=()) for chapter in said.chapters)
    page = send(as_alice, address, file.dump(replace(said, chapters=chapters)))
    assert "4 engagements absents du fichier, gardés ici" in plain(text_of(page))
    confirm(as_alice, address, page)
    assert full.commitments.count() == 4


def test_new_commitments_come_last_in_their_chapter(as_alice, full, address):
    said = yaml_of(full).decode()
    more = (
        '      - status: "discussed"\n        title: "Un four"\n        text: "Un four à pain."\n'
        '        decided_by: "council"\n        horizon: "term"\n'
    )
    written = said.replace("layouts:", f"{more}layouts:").encode()
    page = send(as_alice, address, written)
    assert "Un four" in text_of(page)
    confirm(as_alice, address, page)
    chapter = full.chapters.get(number=0)
    assert [row.title for row in chapter.commitments.in_order()] == ["Un lavoir", "Un four"]
    # Without a key the same file would bring it again: its title tells it.
    assert "n’apporte rien de nouveau" in text_of(send(as_alice, address, written))


def test_measure_taken_meanwhile_is_the_same_commitment(as_alice, full, take, address):
    (voices,) = take("solidarite-voisinage")
    written = yaml_of(full)
    Commitment.everything.filter(pk=voices.pk).delete()
    (again,) = take("solidarite-voisinage")
    assert again.key != voices.key
    assert "n’apporte rien de nouveau" in text_of(send(as_alice, address, written))


def test_what_lies_in_the_bin_stays_there(as_alice, full, plan, address):
    written = edit(yaml_of(full), ("Un deuxième point.", "Autre."))
    actions.drop(plan)
    page = send(as_alice, address, written)
    assert "Dans la corbeille d’ici, et laissés là" in text_of(page)
    confirm(as_alice, address, page)
    assert commitment(full, PLAN).dropped_at is not None


def test_import_can_be_undone_from_the_history(as_alice, full, plan, address):
    written = edit(yaml_of(full), ("Un deuxième point.", "Autre."))
    before = Change.objects.of(plan).first()
    confirm(as_alice, address, send(as_alice, address, written))
    last = Change.objects.of(plan).first()
    assert (last.cause, last.alias) == (Cause.IMPORTED, "Coordination")
    as_alice.post(reverse("programmes:restore", args=[full.pk, before.pk]))
    plan.refresh_from_db()
    assert plan.text == OLD_TEXT


def test_colleague_who_saves_meanwhile_is_not_overwritten(as_alice, full, plan, address):
    written = edit(yaml_of(full), ("Un deuxième point.", "Le leur."))
    page = send(as_alice, address, written)
    write(plan, text=OLD_TEXT.replace("Un deuxième point.", "Le nôtre."))
    again = confirm(as_alice, address, page)
    assert again.status_code == 409
    assert "Quelqu’un a enregistré entre-temps" in text_of(again)
    plan.refresh_from_db()
    assert "Le nôtre." in plan.text
    assert confirm(as_alice, address, again).status_code == 302


def test_row_that_moved_after_the_comparison_stops_everything(full, plan):
    said = edit(yaml_of(full), ("Un deuxième point.", "Autre."), ('"Un lavoir"', '"Un four"'))
    comparison = reconciling.compare(full, file.read(said))
    plan.advance()
    before = Change.objects.count()
    with pytest.raises(reconciling.Stale):
        reconciling.apply(comparison, {})
    assert full.commitments.filter(title="Un four").count() == 0
    assert Change.objects.count() == before


def test_report_sent_twice_is_applied_once(as_alice, full, plan, address):
    written = edit(yaml_of(full), ("Un deuxième point.", "Autre."))
    page = send(as_alice, address, written)
    assert confirm(as_alice, address, page).status_code == 302
    count = Change.objects.count()
    assert confirm(as_alice, address, page).status_code == 302
    assert Change.objects.count() == count


def test_two_texts_too_long_together_are_refused_and_the_choice_is_kept(
    as_alice, full, plan, address
):
    write(plan, text="Un début.")
    mine, theirs = ("Long. " + letter * 3500 for letter in "ab")
    written = edit(yaml_of(full), ('text: "Un début."', f'text: "{theirs}"'))
    write(plan, text=mine)
    page = send(as_alice, address, written)
    name = f"choix-engagement-{plan.pk}-text"
    again = confirm(as_alice, address, page, **{name: "both"})
    assert again.status_code == 400
    assert carried(again)[name] == "both"
    plan.refresh_from_db()
    assert plan.text == mine
    assert confirm(as_alice, address, again, **{name: "new"}).status_code == 302
    plan.refresh_from_db()
    assert plan.text == theirs


def test_keys_of_another_team_reach_nothing_of_theirs(as_alice, full, address, charlie, grenoble):
    other, _, _ = actions.open_programme(grenoble, charlie)
    foreign = Commitment(
        programme=other, title="À eux", text="À eux.", decided_by="mayor", horizon="term"
    )
    actions.add_own_commitment(foreign, None)
    said = yaml_of(other).replace("À eux".encode(), b"Pris")
    page = send(as_alice, address, said)
    assert "Ce fichier ne vient pas de ce programme" in text_of(page)
    confirm(as_alice, address, page)
    foreign.refresh_from_db()
    assert (foreign.title, foreign.version) == ("À eux", 1)
    assert full.commitments.get(key=foreign.key).title == "Pris"


def test_version_of_another_programme_is_not_taken_for_ours(as_alice, full, plan, address):
    confirm(as_alice, NEW, send(as_alice, NEW, yaml_of(full)))
    copy = Programme.objects.with_place().exclude(pk=full.pk).get()
    theirs = commitment(copy, PLAN)
    write(theirs, text="Tout autre chose chez eux.")
    assert theirs.version == plan.version == 2
    page = send(as_alice, address, yaml_of(copy))
    assert f"choix-engagement-{plan.pk}-text" in carried(page)


def test_printed_file_over_its_own_programme_brings_nothing(as_alice, full, address):
    page = send(as_alice, address, programme_file.dump(build(full)), "programme.yaml")
    assert "n’apporte rien de nouveau" in text_of(page)


def test_layouts_and_logos_are_as_they_were(as_alice, full, address):
    logo = Logo.objects.create(
        programme=full, digest="0", image=b"", width=1, height=1, description="x",
        consent_on="2026-11-22",
    )  # fmt: skip
    Layout.objects.update(logo=logo)
    written = edit(yaml_of(full), ('slogan: "Debout"', 'slogan: "Assis"'))
    confirm(as_alice, address, send(as_alice, address, written))
    assert Layout.objects.get().slogan == "Debout"
    confirm(as_alice, NEW, send(as_alice, NEW, written))
    again = Programme.objects.with_place().exclude(pk=full.pk).get()
    assert (again.layouts.get().slogan, again.layouts.get().logo) == ("Assis", None)
    assert Desk(again).document.title == "Une commune debout"


def test_reader_may_not_import(client, bob, full, address):
    client.force_login(bob)
    assert client.get(address).status_code == 403
    assert send(client, address, yaml_of(full)).status_code == 403


def test_draft_of_an_import_is_offered_again(as_alice, full, address):
    written = edit(yaml_of(full), ("Un deuxième point.", "Autre."))
    send_again = as_alice.post(address, {"pasted": written.decode()})
    assert send_again.status_code == 200
    assert "n’a pas été enregistré" in text_of(as_alice.get(address))
    assert "Changé dans le fichier seulement" in text_of(as_alice.get(f"{address}?brouillon"))


TEXTS = st.lists(
    st.sampled_from(["Un point.", "Deux points !", "- item\n- item", "Fin ?", "\n\n", "« Mot »"]),
    min_size=1, max_size=6,
).map(" ".join).filter(str.strip)  # fmt: skip


@settings(
    max_examples=30, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(base=TEXTS, own=TEXTS, new=TEXTS)
def test_nothing_written_on_either_side_is_lost_by_taking_both(full, plan, base, own, new):
    write(plan, text=base)
    said = gathering.gather(full)
    (old,) = (row for row in said.commitments if row.measure == PLAN)
    changed = replace(old, text=new)
    chapters = tuple(
        replace(
            chapter,
            commitments=tuple(changed if row == old else row for row in chapter.commitments),
        )
        for chapter in said.chapters
    )
    write(plan, text=own)
    comparison = reconciling.compare(full, replace(said, chapters=chapters))
    choices = {each.name: "both" for subject in comparison.clashing for each in subject.conflicts}
    reconciling.apply(comparison, choices)
    row = commitment(full, PLAN)
    result = row.text or row.base_text
    if own == base:
        assert result == new
    elif new == base:
        assert result == own
    elif own != new:
        for words in set(own.split()) - set(base.split()):
            assert words in result
    plan.version = row.version
    plan.text = row.text


def test_import_reads_and_writes_a_large_programme_in_few_queries(management, alice):
    output = management("demo", commune="26027", measures=70)
    programme = Programme.objects.with_place().get(pk=output.split()[1])
    made = importing.plan(yaml_of(programme))
    with CaptureQueriesContext(connection) as seen:
        importing.open_from(made, alice)
    assert len(seen) < 60
