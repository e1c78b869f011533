"""The sheet to try a copier with: its marks read from the PDF, in mm from the left and the top."""

import io
import re
import subprocess

import pikepdf
import pytest

from desescalade import pdf
from programmes.printing import trial_sheet
from programmes.printing.formats import FORMATS

MM = 72 / 25.4
FOLDS = {
    "livret-a5": ([148.5], [148.5]),
    "depliant": ([97, 197], [100, 200]),
}
CUTS = {"tract-a5": ([148.5], []), "carte-a6": ([105], [148.5])}


@pytest.fixture(scope="module", autouse=True)
def _no_engine_left_behind():
    yield
    pdf.close()


@pytest.fixture(scope="module")
def sheet():
    """Each format's, laid out once."""
    known = {}

    def sheet(slug):
        if slug not in known:
            known[slug] = trial_sheet.render(FORMATS[slug])
        return known[slug]

    return sheet


def paths(printed, side):
    """The drawn paths of a side: their points, what paints them ("S" a stroke), their dashes."""
    with pikepdf.open(io.BytesIO(printed)) as opened:
        page = opened.pages[side]
        height = float(page.mediabox[3])
        matrix, dashes, points, found, stack = pikepdf.Matrix(), [], [], [], []
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "q":
                    stack.append((matrix, dashes))
                case "Q":
                    matrix, dashes = stack.pop()
                case "cm":
                    matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
                case "d":
                    dashes = [float(length) for length in operands[0]]
                case "m" | "l":
                    x, y = matrix.transform(tuple(map(float, operands)))
                    points.append((x / MM, (height - y) / MM))
                case "S" | "f" | "n" as paint:
                    # WeasyPrint starts every path of an SVG at its origin.
                    if points and points.pop(0) == pytest.approx((0, 0), abs=0.001):
                        found.append((points, paint, dashes))
                    points = []
    return found


def lines(printed, side):
    """What crosses a side: ends of the dashed lines (folds), then of the whole ones (cuts)."""
    found = [(points, dashes) for points, _, dashes in paths(printed, side) if len(points) == 2]
    return (
        [points for points, dashes in found if dashes],
        [points for points, dashes in found if not dashes],
    )


def near(points):
    """Within a tenth of a millimetre."""
    return [pytest.approx(point, abs=0.1) for point in points]


def arrows(printed, side, paint):
    """Tip and first corner of the foot of each arrow, from left to right; each has 7 corners."""
    (points,) = (
        points
        for points, painted, _ in paths(printed, side)
        if painted == paint and len(points) in (7, 14, 21, 28)
    )
    return sorted((points[at], points[at + 3]) for at in range(0, len(points), 7))


def width_of(printed):
    with pikepdf.open(io.BytesIO(printed)) as opened:
        return float(opened.pages[0].mediabox[2]) / MM


ALL = list(FORMATS)
TWO_SIDED = [slug for slug, format in FORMATS.items() if format.max_pages != 1]


@pytest.mark.parametrize(
    ("slug", "front", "back"),
    [
        ("livret-a5", [148.5], [148.5]),
        # The flap is on the left of the outer face, and on the right of the inner one.
        ("depliant", [97, 197], [100, 200]),
    ],
)
def test_folds_are_where_the_paper_folds(sheet, slug, front, back):
    for side, places in enumerate((front, back)):
        folds, cuts = lines(sheet(slug).pdf, side)
        assert folds == [near([(place, 5), (place, 205)]) for place in places]
        assert cuts == []


@pytest.mark.parametrize("side", [0, 1])
def test_two_leaflets_are_cut_in_the_middle(sheet, side):
    assert lines(sheet("tract-a5").pdf, side) == ([], [near([(148.5, 5), (148.5, 205)])])


@pytest.mark.parametrize("side", [0, 1])
def test_four_cards_are_cut_crosswise(sheet, side):
    assert lines(sheet("carte-a6").pdf, side) == (
        [],
        [near([(105, 5), (105, 292)]), near([(5, 148.5), (205, 148.5)])],
    )


@pytest.mark.parametrize("slug", ALL)
def test_the_frame_runs_five_millimetres_inside_the_sheet(sheet, slug):
    found = sheet(slug)
    with pikepdf.open(io.BytesIO(found.pdf)) as opened:
        width, height = (float(length) / MM for length in opened.pages[0].mediabox[2:])
    corners = [(5, 5), (width - 5, 5), (width - 5, height - 5), (5, height - 5)]
    for side in range(found.page_count):
        assert paths(found.pdf, side)[0] == (near(corners), "S", [])


@pytest.mark.parametrize("slug", ALL)
def test_the_rule_measures_a_hundred_millimetres(sheet, slug):
    (rule,) = (points for points, *_ in paths(sheet(slug).pdf, 0) if len(points) > 200)
    (x, top), (_, bottom), *ticks = rule
    assert bottom - top == pytest.approx(100, abs=0.01)
    assert ticks[::2] == near([(x, top + at) for at in range(101)])


@pytest.mark.parametrize("slug", TWO_SIDED)
def test_against_the_light_full_arrows_lie_in_the_empty_ones(sheet, slug):
    """With two millimetres to spare all around, when the right edge was chosen."""
    printed = sheet(slug).pdf
    width = width_of(printed)
    through = sorted(
        ((width - tip[0], tip[1]), (width - foot[0], foot[1]))
        for tip, foot in arrows(printed, 1, "f")
    )
    assert through == [
        # The foot's corner is on the right in front, on the left from behind.
        (pytest.approx((x, y + 3.12), abs=0.1), pytest.approx((x - 2.5, foot - 2), abs=0.1))
        for (x, y), (_, foot) in arrows(printed, 0, "S")
    ]


def test_every_panel_has_its_arrow(sheet):
    assert [
        len(arrows(sheet(slug).pdf, 0, "S"))
        for slug in ("livret-a5", "depliant", "tract-a5", "carte-a6", "programme-a4", "affiche-a2")
    ] == [2, 3, 2, 4, 1, 1]


@pytest.mark.parametrize("slug", ALL)
def test_the_sheet_has_the_sides_that_the_print_has(sheet, slug):
    assert sheet(slug).page_count == (2 if slug in TWO_SIDED else 1)


@pytest.mark.parametrize("slug", ALL)
def test_five_instructions_are_printed_whole(sheet, slug):
    told = trial_sheet.instructions(FORMATS[slug])
    assert len(told) == 5
    text = " ".join(re.sub(r"\s+", " ", side) for side in texts(sheet(slug).pdf))
    assert [it for it in told if re.sub(r"\s+", " ", it) not in text] == []


def texts(printed):
    answer = subprocess.run(
        ["pdftotext", "-", "-"], input=printed, capture_output=True, check=True
    ).stdout
    return answer.decode().split("\f")


@pytest.mark.parametrize(
    ("slug", "edge"),
    [("livret-a5", "bord court"), ("carte-a6", "bord long"), ("affiche-a3", "recto seul")],
)
def test_the_edge_to_choose_is_named(sheet, slug, edge):
    assert edge in texts(sheet(slug).pdf)[0]


@pytest.mark.parametrize("slug", ALL)
def test_no_word_is_nearer_to_the_edge_than_eight_millimetres(sheet, slug):
    answer = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=sheet(slug).pdf, capture_output=True, check=True
    ).stdout.decode()
    for page in answer.split("<page ")[1:]:
        width, height = (
            float(length) / MM
            for length in re.search(r'width="(.*?)" height="(.*?)"', page).groups()
        )
        near_edge = [
            word
            for *edges, word in re.findall(
                r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)<', page
            )
            for left, top, right, bottom in [[float(edge) / MM for edge in edges]]
            if min(left, top, width - right, height - bottom) < 7.9
        ]
        assert near_edge == []


def test_the_trial_asks_for_the_same_edge_as_the_print(sheet):
    with pikepdf.open(io.BytesIO(sheet("livret-a5").pdf)) as opened:
        asked = opened.Root.ViewerPreferences
        assert (asked.PrintScaling, asked.Duplex) == ("/None", "/DuplexFlipShortEdge")
        # Still tagged.
        assert "/StructTreeRoot" in opened.Root


def test_a_folded_trial_reads_like_the_booklet():
    front, back = trial_sheet.faces(FORMATS["livret-a5"])
    assert [panel.numeral for panel in front.panels + back.panels] == [4, 1, 2, 3]


def test_behind_the_flap_lies_the_narrow_panel():
    front, back = trial_sheet.faces(FORMATS["depliant"])
    assert [(panel.name, panel.box.width) for panel in front.panels] == [
        ("rabat", 97),
        ("dos", 100),
        ("couverture", 100),
    ]
    assert [(panel.numeral, panel.box.width) for panel in back.panels] == [
        (3, 100),
        (4, 100),
        (5, 97),
    ]


def test_only_the_faces_of_the_project_are_used(sheet):
    answer = subprocess.run(
        ["pdffonts", "-"], input=sheet("livret-a5").pdf, capture_output=True, check=True
    ).stdout.decode()
    names = {line.split()[0].split("+")[-1].split("-")[0] for line in answer.splitlines()[2:]}
    assert names == {"Andika", "Vollkorn"}
