"""How a bad document ends, and that the next one does not notice."""

import time

import pytest

from desescalade import pdf

from .rendered import LONG, render, run_site


def test_a_render_can_neither_connect_nor_write_nor_start_anything_nor_grow(tmp_path):
    script = (
        "import os, socket, subprocess, sys\n"
        "from desescalade.pdf import cage\n"
        "cage.enter(seconds=30, memory=128 << 20)\n"
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
        "attempt(lambda: Path('/etc/passwd').read_text())\n"
        "attempt(lambda: (pdf.FONTS / '../../manage.py').read_text())\n"
        "attempt(lambda: (pdf.FONTS / 'faces.css').read_text())\n"
        "attempt(lambda: bytearray(256 << 20))\n"
    )
    with run_site(script) as site:
        assert site.communicate()[0].split() == [
            "PermissionError",
            "PermissionError",
            "PermissionError",
            "PermissionError",
            # A new file, and two that are not ours; then one of ours, which nothing refuses.
            "PermissionError",
            "PermissionError",
            "PermissionError",
            "MemoryError",
        ]


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
