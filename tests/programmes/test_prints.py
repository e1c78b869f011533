"""Prints as files: kept, shared by processes, made in the background, explained when hopeless."""

import fcntl
import os
import threading
from dataclasses import replace
from io import BytesIO
from math import ceil
from pathlib import Path

import pikepdf
import pytest

from desescalade.pdf.pictures import GAP
from programmes.enums import Output
from programmes.printing import background, fitting, kept, prints
from programmes.printing.document import Commitment
from programmes.printing.formats import FORMATS
from programmes.printing.prints import Print, PrintFailed
from tests.desescalade.rendered import until

from .printed import opened

POSTER = FORMATS["affiche-a3"]
LEAFLET = FORMATS["depliant"]


@pytest.fixture
def order(small):
    return Print.checked(small, POSTER)


def test_kept_print_is_answered_and_a_changed_one_is_made_again(order):
    first = kept.make_and_keep(order)
    assert order.path.read_bytes() == first.pdf
    order.path.write_bytes(b"kept")
    assert kept.make_and_keep(order) == replace(first, pdf=b"kept")
    other = replace(order, document=replace(order.document, title="Un autre titre"))
    with opened(kept.make_and_keep(other).pdf) as file:
        assert str(file.docinfo["/Title"]) == "Un autre titre"


def test_each_output_and_each_bleed_is_kept_by_itself(order):
    orders = [
        order,
        replace(order, output=Output.COPIEUR),
        replace(order, output=Output.IMPRIMEUR),
        replace(order, output=Output.IMPRIMEUR, bleed=5),
        replace(order, errors=("une erreur",)),
    ]
    assert len({each.path for each in orders}) == 5


def test_kept_print_depends_on_the_style_sheets(order, monkeypatch, tmp_path):
    before = order.path
    sheet = tmp_path / "other.css"
    sheet.write_text("p { color: red }")
    sheets = (*POSTER.style_sheets, sheet)
    monkeypatch.setattr("programmes.printing.formats.Format.style_sheets", sheets)
    assert replace(order).path != before


def test_pages_stand_six_in_a_row_and_three_in_a_narrow_window(order):
    with pikepdf.new() as file, BytesIO() as written:
        for _ in range(8):
            file.add_blank_page(page_size=(200, 300))
        file.save(written)
        made = replace(kept.make_and_keep(order), pdf=written.getvalue(), page_count=8)
    wide, narrow = (kept.picture_size(order, made, name) for name in ("pages", "pages-etroites"))
    page, narrow_page = 930 // 6, 560 // 3
    assert wide == (6 * page + 5 * GAP, 2 * ceil(page * 1.5) + GAP)
    assert narrow == (3 * narrow_page + 2 * GAP, 3 * ceil(narrow_page * 1.5) + 2 * GAP)


def test_full_disk_costs_the_copy_and_not_the_print(order, settings):
    (settings.DATA_DIR / "prints").write_text("not a folder")
    assert kept.make_and_keep(order).pdf.startswith(b"%PDF-")
    assert background.wait(order, 5).pdf.startswith(b"%PDF-")


def test_prints_used_longest_ago_are_dropped_whole_but_not_work_under_way(tmp_path):
    for age, name in enumerate(("new", "middle", "old")):
        for ending in ("pdf", "json", "working"):
            (tmp_path / f"{name}.{ending}").write_bytes(b"x" * 10)
            os.utime(tmp_path / f"{name}.{ending}", (1000 - age, 1000 - age))
    kept.drop_oldest(tmp_path, 40)
    left = {path.name for path in tmp_path.iterdir() if path.suffix != ".working"}
    assert left == {"new.pdf", "new.json", "middle.pdf", "middle.json"}
    assert len(list(tmp_path.glob("*.working"))) == 3


def test_print_that_is_used_stays_longest(order):
    kept.make_and_keep(order)
    os.utime(order.path, (0, 0))
    kept.find(order)
    assert order.path.stat().st_mtime > 1_000_000_000


@pytest.mark.parametrize("left", [".json", ".working", ".pdf"])
def test_what_a_dead_worker_or_a_full_disk_left_is_made_again(order, left):
    kept.make_and_keep(order)
    for ending in {".json", ".pdf"} - {left}:
        order.path.with_suffix(ending).unlink()
    order.path.with_suffix(".working").write_text("7")
    assert background.wait(order, 30).pdf.startswith(b"%PDF-")
    assert kept.find(order) is not None


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        (".pdf", None),
        (".pdf", ""),
        (".json", None),
        (".json", "{"),
        (".json", "{}"),
        (".json", "null"),
        (".json", '{"page_count": 1, "density": "normal", "overflow": [1]}'),
    ],
)
def test_kept_print_that_cannot_be_read_is_made_again(order, ending, content):
    kept.make_and_keep(order)
    damaged = order.path.with_suffix(ending)
    if content is None:
        damaged.unlink()
    else:
        damaged.write_text(content)
    assert not kept.is_kept(order)
    assert background.wait(order, 30).pdf.startswith(b"%PDF-")


def test_print_that_belongs_to_another_account_is_read_all_the_same(order, monkeypatch):
    made = kept.make_and_keep(order)

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)
    assert kept.find(order) == made


def test_print_is_made_in_the_background_and_waited_for(order):
    background.begin(order)
    made = background.wait(order, 30)
    assert made == kept.find(order)
    assert made.page_count == 1


def test_who_does_not_wait_is_told_how_far_it_is(order):
    prints.folder().mkdir()
    with order.path.with_suffix(".working").open("w") as work:
        fcntl.flock(work, fcntl.LOCK_EX)
        work.write("7")
        work.flush()
        assert background.wait(order, 0) is None
        assert background.pages_so_far(order) == 7


def test_work_that_died_is_done_again(order):
    prints.folder().mkdir()
    order.path.with_suffix(".working").write_text("7")
    assert background.wait(order, 30).page_count == 1


def test_two_who_ask_at_once_make_it_once(order, monkeypatch):
    made = []
    make = prints.make

    def counting(*arguments):
        made.append(threading.get_ident())
        return make(*arguments)

    monkeypatch.setattr(prints, "make", counting)
    waiting = [threading.Thread(target=background.wait, args=(order, 30)) for _ in range(3)]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()
    assert len(made) == 1


@pytest.fixture
def busy(monkeypatch):
    """As if this process were at so many prints."""

    def busy(number):
        under_way = {Path(f"{n}") for n in range(number)}
        monkeypatch.setattr(background, "_under_way", under_way)
        return under_way

    return busy


def test_no_more_prints_are_under_way_than_a_process_can_hold(order, busy):
    under_way = busy(background.MOST_UNDER_WAY)
    assert background.begin(order)
    assert background.wait(order, 0.1) is None
    under_way.pop()
    assert background.wait(order, 30).page_count == 1
    assert len(under_way) == background.MOST_UNDER_WAY - 1


def test_place_is_given_back_on_a_disk_that_lets_nothing_be_removed(order, busy, monkeypatch):
    under_way = busy(0)

    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    assert background.begin(order)
    assert background.wait(order, 30).page_count == 1
    assert until(lambda: under_way == set())


def test_likely_print_is_begun_only_where_nobody_waits(order, busy):
    under_way = busy(1)
    background.prepare(order)
    assert order.path not in under_way
    under_way.clear()
    background.prepare(order)
    assert order.path in under_way
    assert background.wait(order, 30).page_count == 1


def test_hopeless_print_is_stopped_names_the_commitment_and_may_be_tried_again(small, monkeypatch):
    monkeypatch.setattr(prints, "SECONDS", 0.7)
    monkeypatch.setattr(prints, "SECONDS_PER_PIECE", 0.7)
    (chapter,) = small.chapters
    (row,) = chapter.commitments
    rows = [replace(row, id=n, title=f"Engagement {n}") for n in range(1, 5)]
    rows[2] = replace(rows[2], text="mot " * 24_000)
    document = replace(small, chapters=(replace(chapter, commitments=tuple(rows)),))
    order = Print.checked(document, FORMATS["programme-a4"])
    with pytest.raises(PrintFailed) as failure:
        background.wait(order, 60)
    assert str(failure.value).endswith("L’engagement en cause est « Engagement 3 ».")
    # Whoever else waits is told the same; a minute later it is tried again.
    with pytest.raises(PrintFailed):
        background.wait(order, 0)
    os.utime(order.path.with_suffix(".json"), (0, 0))
    assert kept.find(order) is None


def test_engine_that_refuses_everything_blames_no_commitment(order, monkeypatch, tmp_path):
    sheets = (tmp_path / "missing.css",)
    monkeypatch.setattr("programmes.printing.formats.Format.style_sheets", sheets)
    with pytest.raises(PrintFailed) as failure:
        prints.make(order)
    assert "L’engagement en cause" not in str(failure.value)


def with_lines(document, count, letters):
    (chapter,) = document.chapters
    rows = tuple(
        Commitment(n, f"Titre {n}", "mot " * (letters // 4), "", "Le maire décide", "", "own")
        for n in range(1, count + 1)
    )
    return replace(document, chapters=(replace(chapter, commitments=rows),))


def test_few_lines_are_set_large_and_many_small(small):
    densities = [
        prints.make(Print.checked(with_lines(small, count, 80), LEAFLET)).density
        for count in (2, 36)
    ]
    assert densities == ["ample", "dense"]


def test_overflow_is_told_by_commitment_and_by_letters_and_prints_as_a_draft(small):
    document = with_lines(small, 60, 88)
    made = prints.make(Print.checked(document, LEAFLET))
    assert made.page_count > 2
    late = [each.commitment for each in made.overflow]
    assert late == list(range(61 - len(late), 61))
    assert {each.letters for each in made.overflow[1:]} == {66}
    with opened(made.pdf) as file:
        assert len(file.pages) == made.page_count


@pytest.mark.parametrize(("count", "lines"), [(0, 41), (10, 30), (40, 0)])
def test_format_tells_how_many_more_lines_fit(small, count, lines):
    assert fitting.room(with_lines(small, count, 88), LEAFLET) == lines


def test_format_with_any_number_of_pages_has_no_such_room(small):
    assert fitting.room(small, FORMATS["livret-a5"]) is None


@pytest.mark.parametrize("slug", [slug for slug, format in FORMATS.items() if format.letters])
def test_as_many_lines_as_a_format_says_fit(small, slug):
    format = FORMATS[slug]
    count = format.letters // fitting.LETTERS_PER_LINE
    (chapter,) = with_lines(small, count, 80).chapters
    rows = tuple(replace(row, title="maison " * 10) for row in chapter.commitments)
    thirds = [rows[start::3] for start in range(3)]
    chapters = tuple(replace(chapter, number=n, commitments=part) for n, part in enumerate(thirds))
    document = replace(small, chapters=chapters)
    assert prints.make(Print.checked(document, format)).overflow == ()


def test_one_long_chapter_of_a_circular_begins_on_the_first_page(small):
    made = prints.make(Print.checked(with_lines(small, 30, 80), FORMATS["circulaire"]))
    assert (made.page_count, made.overflow) == (2, ())


def test_what_fits_has_no_overflow(small):
    assert prints.make(Print.checked(with_lines(small, 5, 40), LEAFLET)).overflow == ()
