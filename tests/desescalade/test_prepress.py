"""The printer's file: what is added to a PDF of the engine, and what the check of it finds."""

import subprocess
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageMath

from desescalade import pdf
from desescalade.pdf import preflight, prepress
from desescalade.pdf.profiles import COATED

A5 = (148, 210)
GREEN = "device-cmyk(0.6 0 0.33 0.7)"
DAY = date(2026, 11, 22)


PAGE = """<!DOCTYPE html><html lang="fr" style="color: device-cmyk(0 0 0 1)"><title>Essai</title>
<style>@page {{ size: 148mm 210mm; margin: 15mm; bleed: 3mm; @bottom-left {{ content: "Pied" }} }}
a {{ color: inherit }}
{css}</style>{html}"""

# Something of all that a print may hold.
GOOD = f"""<h1 style="font-size: 20pt; color: {GREEN}">Un titre</h1>
<div style="position: absolute; left: -18mm; width: 10mm; top: -18mm; height: 216mm;
background: {GREEN}; color: device-cmyk(0 0 0 0); font-size: 14pt">blanc</div>
<p>Un texte avec <a href="https://exemple.fr">un lien</a>.</p>
<svg width="30" height="30"><title>un trait</title><path d="M0 0h30v9z"/></svg>
<img src="image:colours" alt="" width="40"><img src="image:greys" alt="" width="40">"""


def jpeg(mode, color):
    written = BytesIO()
    Image.new(mode, (16, 16), color).save(written, "JPEG", quality=95)
    return written.getvalue()


IMAGES = {
    "colours": jpeg("CMYK", (200, 100, 0, 50)),
    "greys": jpeg("L", 90),
    "black": jpeg("CMYK", (255, 255, 255, 255)),
    "rgb": jpeg("RGB", (200, 10, 10)),
}


def laid_out(html, css=""):
    return pdf.render(
        PAGE.format(html=html, css=css), [pdf.FONTS / "faces.css"], variant=None, images=IMAGES
    ).pdf


def printed(html, css=""):
    return prepress.to_pdf_x4(laid_out(html, css), title="Essai", made=DAY)


def problems_of(content, size=A5, bleed=3, **limits):
    return prepress.problems(content, size=size, bleed=bleed, **limits)


def changed(change):
    """The bytes of a good print after `change` was made to it."""
    with pikepdf.open(BytesIO(printed("<p>Un texte."))) as document:
        change(document)
        written = BytesIO()
        document.save(written)
    return written.getvalue()


@pytest.fixture(scope="module")
def good():
    return printed(GOOD)


def test_a_good_print_has_no_problem(good):
    assert problems_of(good) == []


def test_same_arguments_give_the_same_bytes(good):
    assert printed(GOOD) == good


def test_the_engines_own_file_is_not_yet_a_printers_file():
    assert problems_of(laid_out(GOOD)) == [
        "version 1.7 of PDF",
        "no identifier",
        "not for a press: /Outlines",
        "0 output intents of PDF/X",
        "no metadata",
        "page 1: a link, a field or a note",
        "page 1: a colour in DeviceRGB 0 0 0",
    ]


def test_title_and_date_stand_in_both_places():
    title = "Vivre & <mieux>\x07 « ici »"
    content = prepress.to_pdf_x4(laid_out("<p>Un texte."), title=title, made=DAY)
    with pikepdf.open(BytesIO(content)) as document:
        told = document.open_metadata()
        assert told["dc:title"] == str(document.docinfo.Title) == "Vivre & <mieux> « ici »"
        assert told["xmp:CreateDate"] == told["xmp:ModifyDate"] == "2026-11-22T00:00:00Z"
        assert str(document.docinfo.CreationDate) == "D:20261122000000Z"
        assert str(document.docinfo.ModDate) == "D:20261122000000Z"


def test_two_states_of_a_print_are_one_document():
    def identifiers(html):
        with pikepdf.open(BytesIO(printed(html))) as document:
            told = document.open_metadata()
            return told["xmpMM:DocumentID"], told["xmpMM:InstanceID"]

    before, after = identifiers("<p>Avant."), identifiers("<p>Après.")
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_the_bundled_profile_says_how_it_will_be_printed(good):
    with pikepdf.open(BytesIO(good)) as document:
        (intent,) = document.Root.OutputIntents
        assert str(intent.OutputConditionIdentifier) == "FOGRA39"
        assert intent.DestOutputProfile.read_bytes() == COATED.read_bytes()


def test_the_bundled_profile_is_light_and_free():
    assert COATED.stat().st_size < 700_000
    licence = COATED.with_name("LICENCE.txt").read_text(encoding="utf-8")
    assert "The zlib/libpng License" in licence
    assert "altered version" in licence


def test_boxes_are_right_to_a_tenth_of_a_millimetre(good):
    with pikepdf.open(BytesIO(good)) as document:
        boxes = {
            name: [round(float(edge) * 25.4 / 72, 1) for edge in document.pages[0][name]]
            for name in ("/MediaBox", "/BleedBox", "/TrimBox")
        }
    assert boxes == {
        "/MediaBox": [-3, -3, 151, 213],
        "/BleedBox": [-3, -3, 151, 213],
        "/TrimBox": [0, 0, 148, 210],
    }


@pytest.mark.parametrize(
    ("color", "ink"),
    [("", [0, 0, 0, 1]), ("fill='#808080'", [0, 0, 0, 0.498]), ("fill='#fff'", [0, 0, 0, 0])],
)
def test_greys_left_in_rgb_become_black_ink(color, ink):
    content = printed(f"<svg width='9'><title>t</title><path {color} d='M0 0h9v9z'/></svg>")
    with pikepdf.open(BytesIO(content)) as document:
        inks = [
            [float(part) for part in operands]
            for operands, operator in preflight.instructions(document.pages[0])
            if operator == "k"
        ]
    assert inks == [ink]


WHAT_THE_ENGINE_WAS_GIVEN = {
    "red text": (
        "<p style='font-size: 10pt; color: #f00'>a",
        ["a colour in DeviceRGB 1 0 0", "text of 10.0 pt in another colour"],
    ),
    "small coloured text": (
        f"<p style='font-size: 19.9pt; color: {GREEN}'>a",
        ["text of 19.9 pt in 0.6 0 0.33 0.7"],
    ),
    "small grey text": (
        "<p style='font-size: 12pt; color: device-cmyk(0 0 0 .8)'>a",
        ["text of 12.0 pt in 0 0 0 0.8"],
    ),
    "small white text": (
        "<p style='font-size: 13.9pt; color: device-cmyk(0 0 0 0)'>a",
        ["text of 13.9 pt in 0 0 0 0"],
    ),
    "text made small by a drawing": (
        "<svg width='30' height='30' viewBox='0 0 300 300'><title>t</title>"
        f"<text y='100' font-size='80' fill='{GREEN}'>a</text></svg>",
        ["text of 6.0 pt in 0.6 0 0.33 0.7"],
    ),
    "too much ink": (
        "<p style='background: device-cmyk(1 1 1 .2)'>a",
        ["320% of ink"],
    ),
    "too much ink in an image": (
        "<img src='image:black' alt=''>",
        ["an image with 400% of ink"],
    ),
    "an image in RGB": ("<img src='image:rgb' alt=''>", ["an image in DeviceRGB"]),
    "half transparent text": ("<p style='opacity: .5'>a", ["transparency"]),
    "half transparent band": (
        "<p style='background: device-cmyk(0 0 0 1 / .5)'>a",
        ["transparency"],
    ),
    "a gradient": (
        "<div style='height: 9mm; background: no-repeat linear-gradient(red, blue)'>a</div>",
        ["transparency", "a gradient"],
    ),
    "a pattern": (
        "<p style='background: linear-gradient(red, blue)'>a",
        ["a colour in Pattern"],
    ),
    "colours of a laboratory": (
        "<p style='font-size: 30pt; color: lab(40% 20 20)'>a",
        ["a colour in lab-d50", "a colour in lab-d50 40 20 20"],
    ),
}


@pytest.mark.parametrize("case", WHAT_THE_ENGINE_WAS_GIVEN)
def test_what_the_engine_should_not_have_been_given_is_found(case):
    html, sentences = WHAT_THE_ENGINE_WAS_GIVEN[case]
    found = [what.removeprefix("page 1: ") for what in problems_of(printed(html))]
    assert [what for what in found if what in sentences] == sentences


def test_how_small_coloured_text_may_be_can_be_chosen():
    content = printed(f"<p style='font-size: 12pt; color: {GREEN}'>a")
    assert problems_of(content, smallest_colored=12) == []


def test_how_much_ink_is_too_much_can_be_chosen(good):
    assert problems_of(good, max_ink=1.5) == ["page 1: 163% of ink"]


def test_another_size_or_bleed_than_ordered_is_found(good):
    assert problems_of(good, size=(148.2, 210)) == ["page 1: trimmed to 148.0 × 210.0 mm"]
    assert problems_of(good, bleed=5) == ["page 1: a bleed of 3.0 3.0 3.0 3.0 mm"]


def drop_the_font_file(document):
    for font in document.pages[0].Resources.Font.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        for key in {"/FontFile2", "/FontFile3"} & set(descriptor.keys()):
            del descriptor[key]


def drop_the_trim_box(document):
    del document.pages[0].TrimBox


def widen_the_bleed_box(document):
    document.pages[0].MediaBox = Array([0, 0, 400, 500])


def crop(document):
    document.pages[0].CropBox = Array([0, 0, 400, 500])


def turn(document):
    document.pages[0].Rotate = 90


def link(document):
    document.pages[0].Annots = Array([])


def run_a_script(document):
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="1")


def forget_the_press(document):
    del document.Root.OutputIntents


def swap_the_profile(document):
    document.Root.OutputIntents[0].DestOutputProfile.write(b"\0" * 12 + b"mntrRGB XYZ ")


def leave_the_condition_out(document):
    document.Root.OutputIntents[0].OutputConditionIdentifier = ""


def say_nothing(document):
    del document.Root.Metadata


def say_something_else(document):
    old = document.Root.Metadata.read_bytes()
    document.Root.Metadata.write(old.replace(b">PDF/X-4<", b">PDF/X-3<"))


def two_titles(document):
    document.docinfo["/Title"] = "Autre chose"


def forget_the_traps(document):
    del document.docinfo["/Trapped"]


WHAT_WAS_CHANGED = {
    drop_the_trim_box: ["page 1: no /TrimBox"],
    widen_the_bleed_box: ["page 1: a bleed box that leaves the sheet"],
    crop: ["page 1: not for a press: /CropBox"],
    turn: ["page 1: not for a press: /Rotate"],
    link: ["page 1: a link, a field or a note"],
    run_a_script: ["not for a press: /OpenAction"],
    forget_the_press: ["0 output intents of PDF/X"],
    swap_the_profile: ["no CMYK profile of a press"],
    leave_the_condition_out: ["an output intent without a printing condition"],
    say_nothing: ["no metadata"],
    say_something_else: ["metadata: GTS_PDFXVersion is PDF/X-3"],
    two_titles: ["two titles"],
    forget_the_traps: ["trapped or not: not said"],
}


@pytest.mark.parametrize("change", WHAT_WAS_CHANGED, ids=lambda change: change.__name__)
def test_a_file_that_was_changed_is_found_out(change):
    assert problems_of(changed(change)) == WHAT_WAS_CHANGED[change]


def test_coloured_text_made_small_by_a_form_is_found():
    def add_a_form(document):
        page = document.pages[0]
        page.Resources.XObject.Half = document.make_stream(
            b"BT 0.6 0 0.33 0.7 k /F 30 Tf (a) Tj ET",
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=[0, 0, 99, 99],
            Matrix=[0.5, 0, 0, 0.5, 0, 0],
        )
        page.contents_add(b"/Half Do", prepend=True)

    assert problems_of(changed(add_a_form)) == ["page 1: text of 15.0 pt in 0.6 0 0.33 0.7"]


def test_a_font_that_is_not_in_the_file_is_named():
    (what,) = problems_of(changed(drop_the_font_file))
    assert what.startswith("page 1: the font ")
    assert what.endswith(" is missing")


def test_a_later_version_of_pdf_is_found():
    with pikepdf.open(BytesIO(printed("<p>Un texte."))) as document:
        written = BytesIO()
        document.save(written, force_version="1.7")
    assert problems_of(written.getvalue()) == ["version 1.7 of PDF"]


def test_what_is_no_pdf_is_refused():
    with pytest.raises(pikepdf.PdfError):
        prepress.to_pdf_x4(b"rien", title="Essai")


def ghostscript(content, *arguments, to="-"):
    """What Ghostscript says of the pages; drawings go to a file."""
    return subprocess.run(
        ["gs", "-q", "-dSAFER", "-o", to, *arguments, "-"],
        input=content,
        capture_output=True,
        check=True,
    ).stdout


def test_text_is_printed_with_the_black_plate_alone():
    content = printed("<h1>Un titre</h1><p>Un texte.<ul style='list-style: disc'><li>a</ul>")
    cyan, magenta, yellow, black, *_ = ghostscript(content, "-sDEVICE=inkcov").split()
    assert [cyan, magenta, yellow] == [b"0.00000"] * 3
    assert float(black) > 0


def test_no_place_of_the_sheet_gets_more_than_300_percent_of_ink(good, tmp_path):
    ghostscript(good, "-sDEVICE=tiff32nc", "-r36", to=str(tmp_path / "page.tiff"))
    cyan, magenta, yellow, black = Image.open(tmp_path / "page.tiff").split()
    total = ImageMath.lambda_eval(
        lambda inks: inks["c"] + inks["m"] + inks["y"] + inks["k"],
        c=cyan,
        m=magenta,
        y=yellow,
        k=black,
    )
    assert total.getextrema()[1] / 255 == pytest.approx(1.63, abs=0.01)
