"""What a document may reach, on the disk or in the network: nothing."""

import http.server
import tempfile
import threading
import urllib.request
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from desescalade import pdf

from .rendered import render, run_site

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
        "from desescalade.pdf.fetchers import BundledFetcher, ImageFetcher\n"
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
