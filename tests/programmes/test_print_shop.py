"""The print shop on screen: choosing a format, its commitments, its look, its files."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from programmes import actions, editions
from programmes.enums import Output, Printer, Status
from programmes.exchange.exports import EXPORTS
from programmes.models import Layout, Logo
from programmes.printing.formats import FORMATS
from programmes.printing.orders import Desk, layouts_of
from tests.pages import errors_of, text_of

from .printed import opened, poppler, squeezed

PLAN, DAY, MAP = "pcs-rupture-reseaux", "journee-hors-reseau", "cartographie-dependances"


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine is no reason to see the page that waits."""
    monkeypatch.setattr("programmes.views.printing.PATIENCE", 60)


def address(name, programme, *rest):
    return reverse(f"programmes:{name}", args=[programme.pk, *rest])


def picture(mode="RGB", size=(700, 350), format="PNG"):
    file = io.BytesIO()
    Image.new(mode, size, "green").save(file, format)
    return SimpleUploadedFile("logo.png", file.getvalue())


def choices(**changed):
    """The form of a format as the browser sends it."""
    empty = {"slogan": "", "candidates": "", "list_name": "", "color_choice": "#1f4d3a",
             "own_color": "", "printer": "", "printer_name": "", "printer_address": "",
             "bleed": "3", "copies": "", "side_price": "", "version": "1"}  # fmt: skip
    return empty | changed


def test_print_screen_shows_every_format_with_its_picture(as_alice, programme, take):
    take(PLAN)
    page = as_alice.get(address("print", programme)).content.decode()
    links = [address("format", programme, slug) in page for slug in FORMATS]
    pictures = [address("picture", programme, slug, "couverture") in page for slug in FORMATS]
    assert links == pictures == [True] * 12
    assert [address("export", programme, slug) in page for slug in EXPORTS] == [True] * len(EXPORTS)


def test_print_screen_without_commitments_says_what_to_do(as_alice, programme):
    page = text_of(as_alice.get(address("print", programme)))
    assert "Rien à imprimer encore" in page


def test_picture_is_a_small_png(as_alice, programme, take):
    take(PLAN)
    response = as_alice.get(address("picture", programme, "affiche-a3", "couverture"))
    assert response.headers["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(response.content)) as drawn:
        assert drawn.width == FORMATS["affiche-a3"].picture_size[0]
    assert len(response.content) < 4000
    assert as_alice.get(address("picture", programme, "affiche-a3", "autre")).status_code == 404


@pytest.mark.parametrize("output", Output.values)
def test_file_of_each_output_has_its_own_name(as_alice, programme, take, output):
    take(PLAN)
    response = as_alice.get(address("print-file", programme, "affiche-a3", output))
    ending = "" if output == Output.ECRAN else f"-{output}"
    assert response.headers["Content-Disposition"] == (
        f'inline; filename="barsac-affiche-a3{ending}.pdf"'
    )


def test_choices_are_remembered_per_format_and_printed(as_alice, programme, take):
    take(PLAN)
    form = choices(slogan="Moins d’écrans", candidates=" Camille  Roux \n\nAïcha Benali",
                   color_choice="#6b1f2a", copies="500", side_price="0,05")  # fmt: skip
    response = as_alice.post(address("format", programme, "depliant"), form)
    assert response.status_code == 302
    layout = Layout.objects.get()
    assert (layout.slogan, layout.candidates) == ("Moins d’écrans", "Camille Roux\nAïcha Benali")
    assert (layout.color, layout.copies, layout.side_price) == ("#6b1f2a", 500, Decimal("0.05"))
    leaflet = as_alice.get(address("print-file", programme, "depliant", "ecran")).content
    assert "Aïcha Benali" in poppler(leaflet)
    poster = as_alice.get(address("print-file", programme, "affiche-a3", "ecran")).content
    assert "Moins d’écrans" not in poppler(poster)
    page = text_of(as_alice.get(address("format", programme, "depliant")))
    assert "500 feuilles A4" in page
    assert "50 €" in page or "50,00 €" in page


def test_another_printer_for_one_format_stands_on_that_one_only(as_alice, programme, take):
    take(PLAN)
    programme.printer, programme.printer_name = Printer.OURSELVES, "Camille Roux"
    programme.printer_address = "26150 Barsac"
    programme.save()
    form = choices(printer="company", printer_name="Imprimerie Dioise", printer_address="26150 Die")
    as_alice.post(address("format", programme, "affiche-a3"), form)
    poster = poppler(as_alice.get(address("print-file", programme, "affiche-a3", "ecran")).content)
    card = poppler(as_alice.get(address("print-file", programme, "depliant", "ecran")).content)
    assert ("Imprimerie Dioise" in poster, "Imprimerie Dioise" in card) == (True, False)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"color_choice": "other", "own_color": "#ffee00"}, "own_color"),
        ({"color_choice": "other", "own_color": "vert"}, "own_color"),
        ({"color_choice": "other"}, "own_color"),
        ({"copies": "0"}, "copies"),
        ({"copies": "-3"}, "copies"),
        ({"copies": "9999999"}, "copies"),
        ({"copies": "beaucoup"}, "copies"),
        ({"side_price": "-1"}, "side_price"),
        ({"side_price": "gratuit"}, "side_price"),
        ({"bleed": "7"}, "bleed"),
        ({"printer": "company"}, "printer_name"),
        ({"printer_name": "Imprimerie"}, "printer"),
        ({"candidates": "x" * 61}, "candidates"),
        ({"candidates": "x\n" * 81}, "candidates"),
        ({"slogan": "x" * 121}, "slogan"),
    ],
)
def test_wrong_choice_keeps_what_was_typed_and_says_what_to_do(
    as_alice, programme, take, changed, field
):
    take(PLAN)
    response = as_alice.post(address("format", programme, "affiche-a3"), choices(**changed))
    assert response.status_code == 200
    assert f"#id_{field}" in response.content.decode()
    assert layouts_of(programme) == {}
    assert all(f'value="{value}"' in response.content.decode() or "\n" in value or len(value) > 20
               or value in response.content.decode() for value in changed.values())  # fmt: skip


def test_chosen_commitments_are_printed_in_the_chosen_order(as_alice, programme, take):
    plan, day, map_ = take(PLAN, DAY, MAP)
    form = {"shown": [plan.pk, day.pk, map_.pk], "chosen": [plan.pk, map_.pk],
            f"rank-{map_.pk}": "1", f"rank-{plan.pk}": "2", "save": "", "version": 1}  # fmt: skip
    as_alice.post(address("selection", programme, "affiche-a3"), form)
    ids = [row.id for row in Desk(programme).arranged(FORMATS["affiche-a3"]).commitments]
    assert ids == [map_.pk, plan.pk]
    page = text_of(as_alice.get(address("format", programme, "affiche-a3")))
    assert "2 engagements imprimés, 1 laissé de côté" in page


def test_choice_of_nothing_is_refused_and_nothing_is_lost(as_alice, programme, take):
    plan, day = take(PLAN, DAY)
    form = {"shown": [plan.pk, day.pk], "save": "", "version": 1}
    response = as_alice.post(address("selection", programme, "affiche-a3"), form)
    assert response.status_code == 400
    assert "Cochez au moins un engagement" in text_of(response)
    assert len(Desk(programme).arranged(FORMATS["affiche-a3"]).commitments) == 2


def test_choice_that_is_all_in_the_bin_is_none_and_comes_back_with_it(as_alice, programme, take):
    plan, day, map_ = take(PLAN, DAY, MAP)
    poster = FORMATS["affiche-a3"]
    actions.choose_commitments(programme, poster, [map_.pk])
    actions.drop(map_)
    page = as_alice.get(address("selection", programme, poster.slug))
    assert [(row.pk, row.is_chosen) for row in page.context["page"]] == [
        (plan.pk, True),
        (day.pk, True),
    ]
    assert layouts_of(programme) == {}
    assert [row.id for row in Desk(programme).arranged(poster).commitments] == [plan.pk, day.pk]
    assert Layout.objects.get().state()["chosen"] == []
    map_.programme = programme
    actions.bring_back(map_)
    assert [row.id for row in Desk(programme).arranged(poster).commitments] == [map_.pk]


def test_choice_of_which_all_was_declined_since_shows_all_ticked(as_alice, programme, take):
    plan, day = take(PLAN, DAY)
    actions.choose_commitments(programme, FORMATS["affiche-a3"], [day.pk])
    actions.decide(day, Status.DECLINED, "Trop tard")
    page = as_alice.get(address("selection", programme, "affiche-a3"))
    assert [(row.pk, row.is_chosen) for row in page.context["page"]] == [(plan.pk, True)]


def test_page_two_of_a_choice_that_is_in_the_bin_can_be_saved(
    as_alice, programme, take, monkeypatch
):
    """What was not on the page stays ticked, as it is shown."""
    monkeypatch.setattr("programmes.views.selection.PER_PAGE", 1)
    plan, day, map_ = take(PLAN, DAY, MAP)
    actions.choose_commitments(programme, FORMATS["affiche-a3"], [map_.pk])
    actions.drop(map_)
    version = Layout.objects.get().version
    here = address("selection", programme, "affiche-a3") + "?page=2"
    sent = as_alice.post(here, {"shown": [day.pk], "save": "", "version": version})
    assert sent.status_code == 302
    chosen = Layout.objects.get().chosen.standing()
    assert list(chosen.values_list("commitment", flat=True)) == [plan.pk]


def test_overflow_is_told_with_a_link_to_the_line(as_alice, programme, take):
    from proposals.models import Measure

    rows = take(*Measure.objects.values_list("pk", flat=True)[:40])
    response = as_alice.get(address("format", programme, "affiche-a3"))
    page = response.content.decode()
    assert "ne tient pas en 1\u00a0page" in page
    late = [row for row in rows if f"{row.get_absolute_url()}#id_line" in page]
    assert 0 < len(late) <= 12
    assert "signes de trop" in text_of(response)


def test_reader_is_not_sent_to_a_form_that_refuses_her(client, bob, programme, take):
    from proposals.models import Measure

    take(*Measure.objects.values_list("pk", flat=True)[:40])
    client.force_login(bob)
    page = client.get(address("format", programme, "affiche-a3"))
    assert "signes de trop" in text_of(page)
    assert "#id_line" not in page.content.decode()


def test_rule_is_shown_with_its_article_its_source_and_its_date(as_alice, programme, take):
    take(PLAN)
    response = as_alice.get(address("format", programme, "depliant"))
    assert "Loi du 29 juillet 1881, article 3 , page lue le 21 novembre 2026." in text_of(response)
    assert 'href="https://capmandat.fr/' in response.content.decode()


def test_export_of_each_kind_is_a_file_with_its_name(as_alice, programme, take):
    take(PLAN)
    for slug, export in EXPORTS.items():
        response = as_alice.get(address("export", programme, slug))
        assert response.headers["Content-Type"] == export.media_type
        assert response.headers["Content-Disposition"] == f'attachment; filename="barsac-{slug}"'
    assert as_alice.get(address("export", programme, "chapitre.exe")).status_code == 404


@pytest.mark.parametrize("slug", FORMATS)
def test_trial_sheet_of_every_format_is_a_pdf(as_alice, programme, slug):
    response = as_alice.get(address("trial-sheet", programme, slug))
    with opened(response.content) as file:
        assert len(file.pages) in (1, 2)


def test_logo_is_drawn_again_kept_once_and_printed(as_alice, programme, take):
    take(PLAN)
    for _ in range(2):
        form = {"image": picture(), "description": "un carré vert", "is_ours": "on"}
        assert as_alice.post(address("logos", programme), form).status_code == 302
    logo = Logo.objects.get()
    assert (logo.width, logo.height) == (700, 350)
    as_alice.post(address("format", programme, "affiche-a3"), choices(logo=logo.pk))
    content = as_alice.get(address("print-file", programme, "affiche-a3", "ecran")).content
    with opened(content) as file:
        pictures = [thing for thing in file.objects if getattr(thing, "get", None)
                    and isinstance(thing.get("/Subtype"), type(file.Root.Type))
                    and thing.get("/Subtype") == "/Image"]  # fmt: skip
    assert len(pictures) == 1
    as_alice.post(address("logos", programme), {"drop": logo.pk})
    assert Logo.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"is_ours": ""}, "sans accord"),
        ({"description": ""}, "Dites ce que montre"),
        ({"image": SimpleUploadedFile("x.png", b"")}, "vide"),
        ({"image": SimpleUploadedFile("x.png", b"<svg onload='x'/>")}, "PNG"),
        ({"image": SimpleUploadedFile("x.png", b"\x89PNG" + b"0" * 1_200_000)}, "1 Mo"),
    ],
    ids=["consent", "description", "empty", "svg", "heavy"],
)  # fmt: skip
def test_logo_that_cannot_be_printed_is_refused_in_words(as_alice, programme, changed, sentence):
    form = {"image": picture(), "description": "un carré", "is_ours": "on"} | changed
    response = as_alice.post(address("logos", programme), form)
    assert sentence in " ".join(errors_of(response))
    assert Logo.objects.count() == 0


def test_edition_keeps_the_logo_that_the_team_drops_afterwards(as_alice, programme, take):
    take(PLAN)
    form = {"image": picture(), "description": "un carré vert", "is_ours": "on"}
    as_alice.post(address("logos", programme), form)
    logo = Logo.objects.get()
    as_alice.post(address("format", programme, "affiche-a3"), choices(logo=logo.pk))
    edition = editions.make_edition(programme)
    before = Desk(programme, edition).order(FORMATS["affiche-a3"])
    as_alice.post(address("logos", programme), {"drop": logo.pk})
    assert "un carré vert" not in text_of(as_alice.get(address("logos", programme)))
    after = Desk(programme, edition).order(FORMATS["affiche-a3"])
    assert (after.logo, after.path) == (before.logo, before.path)
    as_alice.post(address("logos", programme), {**form, "image": picture()})
    assert [logo.is_hidden for logo in Logo.objects.all()] == [False]


def test_number_of_copies_leaves_an_edition_what_it_is(as_alice, programme, take):
    take(PLAN)
    edition = editions.make_edition(programme)
    as_alice.post(address("format", programme, "depliant"), choices(copies="500", bleed="5"))
    assert Desk(programme).edition == edition


def test_assembly_form_decides_on_what_is_discussed_and_an_edition_does_not(programme, take):
    take(PLAN)
    take(DAY, status=Status.DISCUSSED)
    edition = editions.make_edition(programme)
    form = FORMATS["bulletin-assemblee"]
    counts = [len(desk.arranged(form).commitments) for desk in
              (Desk(programme), Desk(programme, edition))]  # fmt: skip
    assert counts == [2, 1]


@pytest.mark.parametrize(
    ("typed", "name", "value"),
    [
        ({"copies": "1 000"}, "copies", 1000),
        ({"side_price": "0,05 €"}, "side_price", Decimal("0.05")),
        ({"color_choice": "other", "own_color": "7A1F3D"}, "color", "#7a1f3d"),
        ({"bleed": "0"}, "bleed", 0),
    ],
)
def test_numbers_and_colours_are_read_as_people_write_them(
    as_alice, programme, take, typed, name, value
):
    take(PLAN)
    as_alice.post(address("format", programme, "affiche-a3"), choices(**typed))
    assert getattr(Layout.objects.get(), name) == value


def test_format_that_did_not_change_stays_final(as_alice, programme, take):
    take(PLAN)
    edition = editions.make_edition(programme)
    as_alice.post(address("format", programme, "depliant"), choices(slogan="Moins d’écrans"))
    desk = Desk(programme)
    found = [desk.edition_for(FORMATS[slug]) for slug in ("affiche-a3", "depliant")]
    assert found == [edition, None]
    assert desk.arranged(FORMATS["affiche-a3"]).stamp.code == edition.code
    programme.commitments.update(line="Une autre ligne")
    assert Desk(programme).edition_for(FORMATS["affiche-a3"]) is None


def test_picture_that_is_late_is_a_blank_sheet(as_alice, programme, take, monkeypatch):
    take(PLAN)
    monkeypatch.setattr("programmes.printing.background.wait", lambda order, seconds: None)
    response = as_alice.get(address("picture", programme, "affiche-a3", "couverture"))
    with Image.open(io.BytesIO(response.content)) as drawn:
        drawn.load()
        assert drawn.size == (1, 1)


def test_choice_of_which_nothing_is_left_prints_everything(programme, take):
    plan, day = take(PLAN, DAY)
    actions.choose_commitments(programme, FORMATS["affiche-a3"], [plan.pk])
    plan.status = Status.DECLINED
    plan.save()
    (left,) = Desk(programme).arranged(FORMATS["affiche-a3"]).commitments
    assert left.id == day.pk


def test_vote_of_today_counts_for_an_edition_of_before(programme, take):
    take(PLAN)
    edition = editions.make_edition(programme)
    programme.vote_date = date(2027, 3, 14)
    programme.save()
    eve = datetime(2027, 3, 13, 12, tzinfo=UTC)
    order = Desk(programme, edition).order(FORMATS["affiche-a3"], now=eve)
    assert "silence" in {problem.slug for problem in order.errors}


def test_empty_programme_makes_no_edition(as_alice, programme):
    response = as_alice.post(address("editions", programme), follow=True)
    assert "ce tirage serait vide" in text_of(response)
    assert programme.editions.count() == 0


def test_logo_of_another_team_is_404_and_cannot_be_chosen(
    as_alice, programme, take, charlie, barsac
):
    from programmes.printing.logos import redraw

    take(PLAN)
    other, _, _ = actions.open_programme(barsac, charlie)
    foreign = actions.keep_logo(
        other, redraw(picture().read()), description="x", consent_on=date(2026, 1, 1)
    )
    assert as_alice.get(address("logo", programme, foreign.pk)).status_code == 404
    as_alice.post(address("logos", programme), {"drop": foreign.pk})
    assert Logo.objects.count() == 1
    as_alice.post(address("format", programme, "affiche-a3"), choices(logo=foreign.pk))
    assert not Layout.objects.filter(logo=foreign).exists()


def test_print_of_an_edition_holds_the_text_of_that_day(as_alice, programme, take):
    take(PLAN)
    as_alice.post(address("editions", programme))
    programme.commitments.update(line="Une autre ligne")
    url = address("print-file", programme, "affiche-a3", "ecran")
    then, now = (squeezed(poppler(as_alice.get(a).content)) for a in (f"{url}?tirage=1", url))
    assert ("Uneautreligne" in then, "Uneautreligne" in now) == (False, True)
    assert as_alice.get(f"{url}?tirage=9").status_code == 404
    assert as_alice.get(f"{url}?tirage=x").status_code == 404


def test_long_work_shows_how_far_it_is_and_asks_again(as_alice, programme, take, monkeypatch):
    take(PLAN)
    monkeypatch.setattr("programmes.views.printing.PATIENCE", 0)
    monkeypatch.setattr("programmes.printing.background.begin", lambda order: True)
    waiting = as_alice.get(address("print-file", programme, "affiche-a3", "ecran"))
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "2")
    page = as_alice.get(address("format", programme, "affiche-a3"))
    assert (page.status_code, page.headers["Refresh"]) == (200, "2")
    assert "Mise en page en cours" in text_of(page)
    assert "Réglages de ce format" not in text_of(page)
    for answer in (waiting, page):
        assert '<a href="?arret=1">Ne plus recharger cette page</a>' in answer.content.decode()
        stopped = as_alice.get(answer.request["PATH_INFO"] + "?arret=1")
        assert "Refresh" not in stopped.headers
        assert "d’elle-même" not in text_of(stopped)
    refused = as_alice.post(address("format", programme, "affiche-a3"), choices(copies="x"))
    assert ("Refresh" in refused.headers, 'value="x"' in refused.content.decode()) == (False, True)


def test_failed_print_is_explained(as_alice, programme, take, monkeypatch):
    take(PLAN)

    def fail(order, seconds):
        raise PrintFailed("La mise en page a été arrêtée.")

    from programmes.printing.prints import PrintFailed

    monkeypatch.setattr("programmes.printing.background.wait", fail)
    response = as_alice.get(address("print-file", programme, "affiche-a3", "ecran"))
    assert (response.status_code, "La mise en page a été arrêtée." in text_of(response)) == (
        503,
        True,
    )
    assert as_alice.get(address("format", programme, "affiche-a3")).status_code == 200
