"""The PDF engine: what it lays out, what it refuses to read, and how it ends bad documents."""

import contextlib
import http.server
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from desescalade import pdf
from desescalade.pdf import cache_key, launcher

environment = launcher._environment

PROJECT = Path(__file__).resolve().parents[2]
FACES = pdf.FONTS / "faces.css"

LONG = "<p>Une phrase assez longue pour remplir des pages et des pages de texte.</p>" * 6000
DRAWING = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'>"
    "<rect id='a' width='90' height='90'/></svg>"
)

# Every construct of HTML and CSS that makes WeasyPrint fetch something, or might.
VECTORS = {
    "img": '<img src="{url}.svg" alt="x">',
    "img srcset": '<img srcset="{url}.svg 2x" alt="x">',
    "picture": '<picture><source srcset="{url}.svg"><img src="{url}.svg" alt="x"></picture>',
    "input image": '<input type="image" src="{url}.svg" title="x">',
    "object": '<object data="{url}.svg" type="image/svg+xml">x</object>',
    "embed": '<embed src="{url}.svg" type="image/svg+xml">',
    "iframe": '<iframe src="{url}.svg"></iframe>',
    "video poster": '<video poster="{url}.svg"></video>',
    "base": '<base href="{folder}/"><img src="thing.svg" alt="x">',
    "link sheet": '<link rel="stylesheet" href="{url}.css"><p>x</p>',
    "link sheet, odd case": '<LINK REL="StyleSheet" HREF="{url}.css"><p>x</p>',
    "import": '<style>@import url("{url}.css");</style><p>x</p>',
    "import string": '<style>@import "{url}.css";</style><p>x</p>',
    "inline background": '<p style="background: url({url}.svg)">x</p>',
    "body background": '<body background="{url}.svg"><p>x</p>',
    "list marker": '<ul style="list-style-image: url({url}.svg)"><li>x</li></ul>',
    "content": '<style>p::before {{ content: url("{url}.svg") }}</style><p>x</p>',
    "border image": '<p style="border: 9px solid; border-image: url({url}.svg) 9">x</p>',
    "page background": '<style>@page {{ background: url("{url}.svg") }}</style><p>x</p>',
    "font face": (
        '<style>@font-face {{ font-family: Z; src: url("{url}.ttf") }} p {{ font-family: Z }}'
        "</style><p>x</p>"
    ),
    "local font": (
        "<style>@font-face {{ font-family: Z; src: local('DejaVu Sans'), url('{url}.ttf') }}"
        " p {{ font-family: Z }}</style><p>x</p>"
    ),
    "color profile": '<style>@color-profile --z {{ src: url("{url}.icc") }}</style><p>x</p>',
    "link attachment": '<link rel="attachment" href="{url}.css"><p>x</p>',
    "anchor attachment": '<p><a rel="attachment" href="{url}.css">x</a></p>',
    "svg image": '<svg width="90"><image href="{url}.svg" width="90" height="90"/></svg>',
    "svg use": '<svg width="90" height="90"><use href="{url}.svg#a"/></svg>',
    "svg style": '<svg width="9" height="9"><style>@import url("{url}.css");</style></svg>',
    "svg sheet instruction": '<?xml-stylesheet href="{url}.css"?><p>x</p>',
    "meta refresh": '<meta http-equiv="refresh" content="0; url={url}.css"><p>x</p>',
}


SOURCE = pdf.Attachment(
    name="programme.yaml",
    description="Le programme, à importer ailleurs",
    content="titre: Été\n".encode(),
    dated=datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
    media_type="application/yaml",
)


@pytest.fixture(autouse=True, scope="module")
def _no_engine_left_behind():
    yield
    pdf.close()


@pytest.fixture
def trap():
    """A web server on this machine that writes down whoever comes by."""
    visits = []

    class Trap(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            visits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", visits
        server.shutdown()
        thread.join()


def page(body, title="Essai"):
    return f'<!DOCTYPE html><html lang="fr"><head><title>{title}</title></head><body>{body}</body>'


def render(body, **bounds):
    return pdf.render(page(body), [FACES], **bounds)


def picture(kind="PNG", mode="RGB", size=(40, 30), **details):
    """A black image file."""
    file = BytesIO()
    Image.new(mode, size).save(file, kind, **details)
    return file.getvalue()


def images_in(content):
    """For each image in a PDF: its colour space, and its bytes as they stand there."""
    with pikepdf.open(BytesIO(content)) as document:
        return [
            (str(item.ColorSpace), item.read_raw_bytes())
            for item in document.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]


def until(condition, seconds=10):
    """Whether `condition` came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        threading.Event().wait(0.02)
    return False


def is_alive(pid):
    """Whether a process runs; one that ended and was not reaped yet does not."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def engine_pid():
    return launcher.running_engine(pdf.FONTS).pid


def run_site(script):
    """Start another process of the site that runs `script`."""
    return subprocess.Popen(
        [sys.executable, "-c", f"from desescalade import pdf\nfrom pathlib import Path\n{script}"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )


# What a render gives


def test_pages_and_bookmarks_are_counted_from_one():
    new_page = '<h2 style="break-before: page">'
    done = render(f"<h1>Programme</h1>{new_page}Accueil</h2><h3>Horaires</h3>{new_page}Écoles</h2>")
    assert done.page_count == 3
    assert done.bookmarks == (
        (1, "Programme", 1),
        (2, "Accueil", 2),
        (3, "Horaires", 2),
        (2, "Écoles", 3),
    )
    with pikepdf.open(BytesIO(done.pdf)) as document:
        assert len(document.pages) == 3


def test_the_file_is_tagged_and_says_so():
    with pikepdf.open(BytesIO(render("<h1>Programme</h1>").pdf)) as document:
        assert document.open_metadata()["pdfuaid:part"] == "1"
        assert document.Root.MarkInfo.Marked is True
        assert str(document.Root.Lang) == "fr"


def test_letters_are_counted_where_they_are_laid_without_spaces_and_hyphens():
    done = render(
        '<h1 id="titre">Le pro\u00adgramme</h1><ul><li id="a">dix lettres<ol>'
        '<li id="b">vis-à-vis 😀</ol>fin</ul>'
        '<p id="image"><svg width="9" height="9"><text>svg</text></svg></p>'
        '<p id="page" style="break-before: page; position: relative">'
        '<b id="place" style="position: absolute">ici</b>là</p><p>personne</p>'
    )
    assert done.placements == (
        pdf.Placement("titre", 1, 11),
        pdf.Placement("a", 1, 13),
        pdf.Placement("b", 1, 8),
        pdf.Placement("image", 1, 0),
        pdf.Placement("page", 2, 2),
        pdf.Placement("place", 2, 3),
    )


def test_a_text_that_runs_over_a_page_is_counted_on_each_and_loses_no_letter(tmp_path):
    sheet = tmp_path / "sheet.css"
    sheet.write_text(
        "@page { size: 100mm; margin: 15mm; @top-left { content: element(head) } }"
        "header { position: running(head) } p { hyphens: auto } p::before { content: 'note' }"
    )
    word = "anticonstitutionnellement "
    body = f'<header id="tête">répété</header><p id="texte">{word * 40}</p>'
    done = pdf.render(page(body), [FACES, sheet])
    assert [placement.page for placement in done.placements] == [1, 2, 3, 4]
    assert {placement.id for placement in done.placements} == {"texte"}
    assert sum(placement.letters for placement in done.placements) == 25 * 40


def test_a_long_render_tells_how_many_pages_are_done():
    counts = []
    done = render(LONG[: len(LONG) // 4], on_page=counts.append)
    assert counts
    assert counts == sorted(set(counts))
    assert counts[0] > 0
    assert counts[-1] < done.page_count


def test_a_listener_that_has_enough_stops_the_render():
    def stop(count):
        raise TimeoutError("enough")

    with pytest.raises(TimeoutError, match="enough"):
        render(LONG, on_page=stop)
    assert until(lambda: not children_of(engine_pid()))
    assert render("<p>court</p>").page_count == 1


# Attachments and images


def test_an_attachment_is_the_dated_source_of_the_file():
    done = render("<p>un</p>", variant=pdf.SCREEN_VARIANT, attachment=SOURCE)
    with pikepdf.open(BytesIO(done.pdf)) as document:
        label = document.attachments["programme.yaml"]
        file = label.get_file()
        assert label.description == SOURCE.description
        assert str(label.obj.AFRelationship) == "/Source"
        assert file.read_bytes() == SOURCE.content
        assert file.mime_type == "application/yaml"
        assert str(file.obj.Params.CreationDate) == "D:20261122103000Z"
        assert str(file.obj.Params.ModDate) == "D:20261122103000Z"


def test_an_attachment_and_images_give_the_same_bytes_each_time():
    def printed():
        return render(
            '<p><img src="image:logo" alt="logo"></p>',
            variant=pdf.SCREEN_VARIANT,
            attachment=SOURCE,
            images={"logo": picture()},
        )

    first = printed()
    pdf.close()
    assert printed() == first


def test_the_style_sheets_that_an_engine_rehearsed_with_give_the_same_bytes_as_later_ones(tmp_path):
    sheet = tmp_path / "sheet.css"
    sheet.write_text("p { color: red }")
    pdf.close()
    rehearsed = pdf.render("<p>un</p>", [FACES, sheet])
    pdf.close()
    render("<p>un</p>", variant=pdf.SCREEN_VARIANT)
    assert pdf.render("<p>un</p>", [FACES, sheet]) == rehearsed


def test_an_attachment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        pdf.Attachment("a", "", b"", datetime(2026, 11, 22))


@pytest.mark.parametrize(
    ("mode", "space"), [("RGB", "/DeviceRGB"), ("CMYK", "/DeviceCMYK"), ("L", "/DeviceGray")]
)
def test_a_jpeg_goes_into_the_file_as_it_is(mode, space):
    logo = picture("JPEG", mode)
    done = render('<img src="image:logo">', variant=None, images={"logo": logo})
    assert images_in(done.pdf) == [(space, logo)]


def test_a_jpeg_taken_sideways_is_turned_upright_and_says_no_more_where_it_was_taken():
    details = Image.Exif()
    details[0x0112] = 6  # Orientation: turn by a quarter
    logo = picture("JPEG", exif=details)
    ((_, content),) = images_in(render('<img src="image:a">', images={"a": logo}).pdf)
    with Image.open(BytesIO(content)) as upright:
        assert upright.size == (30, 40)
        assert dict(upright.getexif()) == {}


@pytest.mark.parametrize(
    ("mode", "spaces"),
    [("RGB", ["/DeviceRGB"]), ("P", ["/DeviceRGB"]), ("L", ["/DeviceGray"]), ("1", ["/DeviceRGB"])],
)
def test_a_png_is_shown_in_rgb_or_grey(mode, spaces):
    done = render('<img src="image:logo">', images={"logo": picture("PNG", mode)})
    assert [space for space, _ in images_in(done.pdf)] == spaces


def test_only_the_images_of_the_job_are_shown():
    render('<img src="image:logo">', images={"logo": picture()})
    logo = f"file://{PROJECT}/static/fonts/logo"
    html = f'<img src="image:logo"><img src="image:other/../mine"><img src="{logo}">'
    assert images_in(render(html, images={"mine": picture()}).pdf) == []


@pytest.mark.parametrize("side", [0, 12_000], ids=["damaged", "of too many dots"])
def test_an_image_that_cannot_be_unpacked_leaves_its_words(side):
    logo = b"\xff\xd8\xff and no more" if side == 0 else picture(mode="1", size=(side, side))
    done = render(
        '<p id="x"><img src="image:logo" alt="logo"></p>', images={"logo": logo}, memory=64 << 20
    )
    assert done.placements == (pdf.Placement("x", 1, 4),)


@pytest.mark.parametrize(
    "images",
    [
        {"a": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
        {"a": picture() + b"\0" * pdf.MAX_IMAGE},
        {"a b": picture()},
        {str(number): picture() for number in range(pdf.MAX_IMAGES + 1)},
    ],
    ids=["svg", "large", "name", "many"],
)
def test_other_images_are_refused_before_they_are_sent(images):
    with pytest.raises(ValueError):
        render("<p>un</p>", images=images)


def test_an_attachment_beyond_any_programme_is_refused_before_it_is_sent():
    with pytest.raises(pdf.RenderTooLarge):
        render("x", attachment=pdf.Attachment("a", "", b"a" * (17 << 20), SOURCE.dated))


def test_the_inks_of_a_printer_and_the_bleed_reach_the_file(tmp_path):
    sheet = tmp_path / "sheet.css"
    sheet.write_text("@page { size: 100mm 60mm; bleed: var(--bleed) } p { color: var(--ink) }")
    html = '<html lang="fr" style="--bleed: 3mm; --ink: device-cmyk(0 0 0 1)"><title>x</title><p>un'
    done = pdf.render(html, [FACES, sheet], variant=None)
    with pikepdf.open(BytesIO(done.pdf)) as document:
        (sheet_of_paper,) = document.pages
        drawing = pikepdf.parse_content_stream(sheet_of_paper)
        inks = {
            tuple(float(part) for part in operands)
            for operands, operator in drawing
            if str(operator) == "scn"
        }
        assert [round(float(edge) / 72 * 25.4, 2) for edge in sheet_of_paper.MediaBox] == [
            *(-3, -3),
            *(103, 63),
        ]
        assert [round(float(edge) / 72 * 25.4, 2) for edge in sheet_of_paper.TrimBox] == [
            *(0, 0),
            *(100, 60),
        ]
    assert inks == {(0.0, 0.0, 0.0, 1.0)}


def test_the_same_html_gives_the_same_bytes_whatever_the_engine_did_before(monkeypatch, tmp_path):
    face = f'@font-face {{ font-family: Z; src: url("{pdf.FONTS.as_uri()}/Andika-Bold.ttf") }}'
    other_sheet = tmp_path / "other.css"
    other_sheet.write_text(f"{face} p {{ font-family: Z; color: red }}")
    body = (
        '<h1>Été</h1><p style="font-family: Z, Vollkorn; hyphens: auto; width: 3cm">'
        "anticonstitutionnellement → œuvre □</p><p>✓ <i>un</i> <b>deux</b></p>"
    )
    first = render(body)
    pdf.render(page("<p>Autre chose</p>"), [other_sheet])
    again = render(body)
    pdf.close()
    monkeypatch.setenv("TZ", "Pacific/Noumea")
    monkeypatch.setattr(
        launcher,
        "_environment",
        lambda workplace: {
            **environment(workplace),
            "PYTHONHASHSEED": "12345",
            "TZ": "Asia/Tokyo",
        },
    )
    fresh = render(body)
    pdf.close()
    assert again == first
    assert fresh == first


def test_only_our_faces_are_embedded_even_for_letters_they_lack():
    done = render(
        '<p style="font-family: Vollkorn">fine\u202f: → □ <i>i</i>'
        '<b style="font-weight: 600">b</b><b style="font-weight: 900">n</b></p>'
        '<p style="font-family: Andika">₂ ≥ <i>i</i> <b>b</b> ✓ ☐ 漢 😀</p>'
        '<p style="font-family: Arial, sans-serif">sans</p><p style="font-family: serif">avec</p>'
    )
    with pikepdf.open(BytesIO(done.pdf)) as document:
        fonts = {
            str(item.FontDescriptor.FontName).partition("+")[2]
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontDescriptor" in item
        }
    assert fonts == {
        "Andika",
        "Andika-Bold",
        "Andika-Italic",
        "Vollkorn",
        "Vollkorn-Heavy",
        "Vollkorn-Italic",
        "Vollkorn-Semi-Bold",
    }


@pytest.mark.parametrize(
    ("family", "letters"),
    [
        ("Vollkorn", "\u202f\u00a0\u2192\u25a1œÉ«»€≥≈₂’–…"),
        ("Andika", "\u202f\u00a0\u2192\u2713œÉ«»€≥≈₂’–…"),
    ],
)
def test_every_face_covers_the_letters_we_print(family, letters):
    for path in pdf.FONTS.glob(f"{family}-*.ttf"):
        with TTFont(path) as font:
            covered = font.getBestCmap()
        assert [letter for letter in letters if ord(letter) not in covered] == []


def test_every_face_is_declared_and_licensed():
    declared = {line.split('"')[1] for line in FACES.read_text().splitlines() if "url(" in line}
    families = {name.partition("-")[0] for name in declared}
    assert declared == {path.name for path in pdf.FONTS.glob("*.ttf")}
    for family in families:
        licence = (pdf.FONTS / f"OFL-{family}.txt").read_text(encoding="utf-8")
        assert licence.startswith("Copyright")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence


# What a document may reach: nothing


@pytest.mark.parametrize("name", VECTORS)
def test_a_document_reads_neither_the_network_nor_the_disk(name, trap, tmp_path):
    address, visits = trap
    (tmp_path / "thing.svg").write_text(DRAWING)
    (tmp_path / "thing.css").write_text("p { font-size: 90pt; color: red }")
    (tmp_path / "thing.ttf").write_bytes((pdf.FONTS / "Andika-Bold.ttf").read_bytes())
    (tmp_path / "thing.icc").write_bytes(b"profile")
    vector = VECTORS[name]
    web = vector.format(url=f"{address}/thing", folder=address)
    disk = vector.format(url=f"file://{tmp_path}/thing", folder=f"file://{tmp_path}")
    with_files = render(f"{web}{disk}")
    for path in tmp_path.iterdir():
        path.unlink()
    without_files = render(f"{web}{disk}")
    assert visits == []
    assert with_files == without_files
    with pikepdf.open(BytesIO(with_files.pdf)) as document:
        assert list(document.attachments) == []
        assert not any(b"EmbeddedFile" in item.unparse() for item in document.objects)


def test_a_document_cannot_leave_a_face_behind_for_the_next_ones(monkeypatch, tmp_path):
    pdf.close()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    body = '<p style="font-family: Z">x</p>'
    face = '@font-face { font-family: Z; src: url("file:///z.ttf") }'
    before = render(body)
    files = sorted(tmp_path.rglob("*"))
    render(f"<style>{face}</style><svg><style>{face}</style><text>x</text></svg>{body}")
    after = render(body)
    assert sorted(tmp_path.rglob("*")) == files
    assert after == before
    pdf.close()


def test_the_trap_of_these_tests_would_catch_a_visit(trap):
    address, visits = trap
    urllib.request.urlopen(f"{address}/thing.svg").close()
    assert visits == ["/thing.svg"]


def test_the_password_file_is_never_inside_a_pdf():
    target = "file:///etc/passwd"
    done = render(
        f'<link rel="attachment" href="{target}"><a rel="attachment" href="{target}">x</a>'
        f'<object data="{target}"></object><style>@import "{target}";</style>'
    )
    secret = Path("/etc/passwd").read_bytes().splitlines()[0]
    with pikepdf.open(BytesIO(done.pdf)) as document:
        streams = [item for item in document.objects if isinstance(item, pikepdf.Stream)]
        assert [item for item in streams if secret in item.read_bytes()] == []


def test_the_fetchers_alone_refuse_without_raising(tmp_path):
    script = (
        "from desescalade.pdf.engine import BundledFetcher, ImageFetcher\n"
        f"outside = {str(tmp_path / 'outside.css')!r}\n"
        "Path(outside).write_text('p { color: red }')\n"
        "inside = pdf.FONTS.as_uri() + '/faces.css'\n"
        "nothing, bundled = ImageFetcher({}), BundledFetcher(pdf.FONTS)\n"
        "print([len(nothing.fetch(url).read()) for url in ('file://' + outside, inside)])\n"
        "escape = pdf.FONTS.as_uri() + '/../../' + 'manage.py'\n"
        "for url in ('file://' + outside, escape, 'http://127.0.0.1:9/x', 'data:,x'):\n"
        "    print(len(bundled.fetch(url).read()))\n"
        "print(len(bundled.fetch(inside).read()) == Path(pdf.FONTS / 'faces.css').stat().st_size)\n"
    )
    with run_site(script) as site:
        assert site.communicate()[0].split("\n") == ["[0, 0]", "0", "0", "0", "0", "True", ""]


def test_a_render_can_neither_connect_nor_write_nor_start_anything_nor_grow(tmp_path):
    script = (
        "import os, socket, subprocess, sys\n"
        "from desescalade.pdf import engine\n"
        "engine.enter_cage(seconds=30, memory=128 << 20)\n"
        "def attempt(act):\n"
        "    try:\n"
        "        act()\n"
        "    except BaseException as refused:\n"
        "        print(type(refused).__name__)\n"
        "attempt(lambda: socket.socket())\n"
        "attempt(lambda: socket.getaddrinfo('localhost', 80))\n"
        "attempt(lambda: subprocess.run([sys.executable]))\n"
        "attempt(lambda: os.fork())\n"
        f"attempt(lambda: Path({str(tmp_path / 'new')!r}).write_text('x'))\n"
        "attempt(lambda: bytearray(256 << 20))\n"
    )
    with run_site(script) as site:
        assert site.communicate()[0].split() == [
            "PermissionError",
            "PermissionError",
            "PermissionError",
            "PermissionError",
            "OSError",
            "MemoryError",
        ]


# How a bad document ends, and that the next one does not notice


def test_a_document_that_takes_too_long_is_stopped_and_the_next_one_works():
    start = time.monotonic()
    with pytest.raises(pdf.RenderTooLong) as stopped:
        render(LONG, seconds=1)
    assert time.monotonic() - start < 5
    assert str(stopped.value) == (
        "La mise en page a été arrêtée au bout de 1 secondes. Raccourcissez les textes les plus "
        "longs ou imprimez moins d’engagements à la fois."
    )
    assert render("<p>court</p>").page_count == 1


@pytest.mark.parametrize("body", [LONG[: len(LONG) // 2], "a" * 2_000_000], ids=["pages", "word"])
def test_a_document_that_takes_too_much_memory_is_stopped_and_the_next_one_works(body):
    pdf.close()  # a fresh engine: an old one has room already reserved, which is not counted
    with pytest.raises(pdf.RenderTooLarge) as stopped:
        render(body, memory=4 << 20)
    assert str(stopped.value) == (
        "La mise en page demandait trop de mémoire et a été arrêtée. Raccourcissez les textes "
        "les plus longs ou imprimez moins d’engagements à la fois."
    )
    assert render("<p>court</p>").page_count == 1


def test_html_beyond_any_programme_is_refused_before_it_is_sent():
    with pytest.raises(pdf.RenderTooLarge):
        render("é" * (9 << 20))


@pytest.mark.parametrize("tag", ["div", "blockquote", "table><tr><td"])
def test_hopeless_nesting_is_told_and_the_next_one_works(tag):
    with pytest.raises(pdf.RenderFailed) as stopped:
        render(f"<{tag}>" * 2000 + "x")
    assert str(stopped.value) == (
        "La mise en page n’a pas abouti : des listes ou des citations sont imbriquées sur un "
        "trop grand nombre de niveaux. Ramenez-les à quelques niveaux."
    )
    assert render("<p>court</p>").page_count == 1


def test_nesting_as_deep_as_a_determined_author_writes_still_prints():
    assert render("<ul><li>" * 150 + "x").page_count == 1


def test_a_word_of_a_million_letters_is_laid_out():
    assert render(f"<p>{'a' * 1_000_000}</p>").page_count == 1


def test_a_missing_style_sheet_is_named_in_the_detail(tmp_path):
    with pytest.raises(pdf.RenderFailed) as stopped:
        pdf.render(page("x"), [tmp_path / "absent.css"])
    assert "absent.css" in stopped.value.detail
    assert render("<p>court</p>").page_count == 1


def test_a_changed_style_sheet_is_parsed_again(tmp_path):
    sheet = tmp_path / "sheet.css"
    body = "<p>un</p><p>deux</p>"
    sheet.write_text("")
    before = pdf.render(page(body), [FACES, sheet])
    sheet.write_text("p { break-after: page }")
    after = pdf.render(page(body), [FACES, sheet])
    assert (before.page_count, after.page_count) == (1, 2)


def test_four_threads_get_each_their_own_document():
    def own(number):
        return render(f"<h1>Document {number}</h1>" + "<p>texte</p>" * 100).bookmarks

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(own, range(12)))
    assert found == [((1, f"Document {number}", 1),) for number in range(12)]


# The life of the engine


def test_a_killed_engine_is_replaced():
    render("<p>un</p>")
    killed = engine_pid()
    os.kill(killed, signal.SIGKILL)
    assert render("<p>deux</p>").page_count == 1
    assert engine_pid() != killed


def test_an_engine_that_died_while_idle_is_replaced_by_a_warm_up():
    died = engine_pid()
    os.kill(died, signal.SIGKILL)
    assert until(lambda: not is_alive(died))
    pdf.warm_up([FACES])
    assert is_alive(engine_pid())
    assert engine_pid() != died


def test_a_render_survives_the_death_of_its_engine():
    pdf.warm_up([FACES])
    first = engine_pid()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(render, LONG[: len(LONG) // 4])
        assert until(lambda: children_of(first))
        os.kill(first, signal.SIGKILL)
        assert waiting.result().page_count > 1
    assert engine_pid() != first


def children_of(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_a_warmed_up_engine_serves_the_next_render():
    pdf.close()
    pdf.warm_up([FACES])
    warmed = engine_pid()
    assert render("<p>un</p>").page_count == 1
    assert engine_pid() == warmed


def test_a_stopped_engine_leaves_neither_process_nor_directory(monkeypatch, tmp_path):
    pdf.close()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    render("<p>un</p>")
    pid = engine_pid()
    (home,) = tmp_path.iterdir()
    assert len(list(home.iterdir())) == 1
    pdf.close()
    assert not is_alive(pid)
    assert list(home.iterdir()) == []


def test_the_directory_of_a_killed_engine_goes_when_the_next_one_starts(monkeypatch, tmp_path):
    pdf.close()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    home = tmp_path / f"desescalade-pdf-{os.getuid()}"
    left_behind = home / "engine-left-behind"
    left_behind.mkdir(parents=True)
    home.chmod(0o700)
    (left_behind / "face.ttf").write_bytes(b"copy")
    render("<p>un</p>")
    in_use = list(home.iterdir())
    pdf.close()
    assert left_behind not in in_use
    assert len(in_use) == 1


def test_an_engine_ends_when_its_site_is_killed_even_if_a_fork_of_the_site_lives_on():
    script = (
        "import os, threading\n"
        "from desescalade.pdf import launcher\n"
        f"pdf.render('<p>un</p>', [Path({str(FACES)!r})])\n"
        "engine = launcher.running_engine(pdf.FONTS).pid\n"
        "fork = os.fork()\n"
        "if fork:\n"
        "    print(engine, fork, flush=True)\n"
        "threading.Event().wait()\n"
    )
    with run_site(script) as site:
        engine, fork = (int(word) for word in site.stdout.readline().split())
        assert is_alive(engine)
        site.kill()
        site.wait()
        ended = until(lambda: not is_alive(engine))
        os.kill(fork, signal.SIGKILL)
        assert ended


def test_a_forked_site_starts_its_own_engine_and_leaves_the_other_alone():
    script = (
        "import os\n"
        "from desescalade.pdf import launcher\n"
        f"sheets = [Path({str(FACES)!r})]\n"
        "pdf.render('<p>un</p>', sheets)\n"
        "parents = launcher.running_engine(pdf.FONTS).pid\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    pages = pdf.render('<p>deux</p>', sheets).page_count\n"
        "    own = launcher.running_engine(pdf.FONTS).pid\n"
        "    pdf.close()\n"
        "    os._exit(0 if pages == 1 and own != parents else 1)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        "print(pdf.render('<p>trois</p>', sheets).page_count)\n"
        "print(launcher.running_engine(pdf.FONTS).pid == parents)\n"
    )
    with run_site(script) as site:
        assert site.communicate()[0].split() == ["0", "1", "True"]


def test_the_engine_keeps_none_of_the_sites_environment(monkeypatch):
    pdf.close()
    monkeypatch.setenv("DESESCALADE_SECRET_KEY", "secret")
    render("<p>un</p>")
    environ = Path(f"/proc/{engine_pid()}/environ").read_text().strip("\0")
    names = {entry.partition("=")[0] for entry in environ.split("\0")}
    assert names == {
        "PATH",
        "LANG",
        "PYTHONHASHSEED",
        "MALLOC_ARENA_MAX",
        "TMPDIR",
        "FONTCONFIG_FILE",
    }


def test_a_site_that_renders_imports_neither_weasyprint_nor_django():
    script = (
        "import sys\n"
        f"pdf.render('<p>un</p>', [Path({str(FACES)!r})])\n"
        "print([name for name in ('weasyprint', 'django') if name in sys.modules])\n"
    )
    with run_site(script) as site:
        assert site.communicate()[0] == "[]\n"


# The key of the cache


def test_the_fingerprint_names_everything_that_decides_the_bytes(tmp_path):
    one, two, fonts = tmp_path / "one.css", tmp_path / "two.css", tmp_path / "fonts"
    one.write_text("p { color: red }")
    two.write_text("p { color: blue }")
    fonts.mkdir()
    face = fonts / "face.ttf"
    face.write_bytes(b"face")

    def key(html="x", sheets=(one, two), variant="pdf/ua-1"):
        return cache_key.digest(html, sheets, variant, fonts, {}, {})

    keys = [key(), key(html="y"), key(sheets=[two, one]), key(sheets=[one]), key(variant=None)]
    two.write_text("p { color: green }")
    keys.append(key())
    face.write_bytes(b"other face")
    keys.append(key())
    assert len(set(keys)) == len(keys)


def test_the_fingerprint_names_all_of_the_attachment_and_the_images():
    def key(images=None, **changes):
        attachment = replace(SOURCE, **changes) if changes else None
        return pdf.fingerprint("x", [], attachment=attachment, images=images)

    keys = [
        key(),
        key(name="programme.yaml"),
        key(name="autre.yaml"),
        key(description="autre"),
        key(content=b"autre"),
        key(dated=SOURCE.dated + timedelta(seconds=1)),
        key(media_type="text/plain"),
        key(images={"a": b"1"}),
        key(images={"a": b"2"}),
        key(images={"b": b"1"}),
        key(images={"a": b"1", "b": b"2"}),
        key(images={"a": b"2", "b": b"1"}),
    ]
    assert len(set(keys)) == len(keys)
    assert key(images={"a": b"1", "b": b"2"}) == key(images={"b": b"2", "a": b"1"})
    paris = timezone(timedelta(hours=1))
    assert key(dated=SOURCE.dated.astimezone(paris)) == key(dated=SOURCE.dated)


def test_the_fingerprint_is_the_same_in_another_place_and_at_another_time(tmp_path):
    sheet, copy = tmp_path / "sheet.css", tmp_path / "copy.css"
    sheet.write_text("p { color: red }")
    copy.write_text("p { color: red }")
    os.utime(copy, (0, 0))
    assert pdf.fingerprint("x", [sheet]) == pdf.fingerprint("x", [copy])
    assert len(pdf.fingerprint("x", [sheet])) == 64
