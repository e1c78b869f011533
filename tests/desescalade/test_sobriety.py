"""The page that says what the pages cost."""

from datetime import date

from desescalade.sobriety import Kind, Measurement, read, write
from tests.pages import text_of

SMALL = Kind(
    "Accueil", pages=1, size=6_645, size_again=2_242, requests=2, nodes=76, score=92
)  # fmt: skip
LARGE = Kind(
    "Refus", pages=3, size=14_460, size_again=0, requests=2, nodes=303, score=85
)  # fmt: skip


def test_what_is_written_is_read_again(tmp_path):
    measured = Measurement(date(2026, 11, 22), "151.0", (SMALL, LARGE))
    write(tmp_path / "mesures.json", measured)
    assert read(tmp_path / "mesures.json") == measured


def test_site_is_as_good_as_its_worst_page():
    measured = Measurement(date(2026, 11, 22), "151.0", (SMALL, LARGE))
    assert (measured.pages, measured.score, measured.first) == (4, 85, "14,5")
    assert (SMALL.first, SMALL.again, SMALL.grade, LARGE.again) == ("6,6", "2,2", "A", "")


def test_page_shows_each_kind_of_the_kept_figures(client, db, settings):
    kept = read(settings.MEASUREMENT_FILE)
    said = text_of(client.get("/sobriete/"))
    for kind in kept.kinds:
        row = f"{kind.first} puis {kind.again} {kind.nodes} {kind.score} {kind.grade}"
        assert row in said, kind.name
