"""The life of the engine: shared by threads, replaced when it dies, gone with its site."""

import os
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desescalade import pdf

from .rendered import FACES, LONG, children_of, engine_pid, is_alive, page, render, run_site, until


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


def test_a_killed_engine_is_replaced():
    render("<p>un</p>")
    killed = engine_pid()
    os.kill(killed, signal.SIGKILL)
    assert render("<p>deux</p>").page_count == 1
    assert engine_pid() != killed


def test_an_engine_shares_the_session_of_its_site_and_not_its_ctrl_c():
    """Of two sessions each has half the processor, however nice the renders of one are."""
    render("<p>un</p>")
    pid = engine_pid()
    assert (os.getsid(pid), os.getpgid(pid)) == (os.getsid(0), pid)


def test_an_engine_that_died_while_idle_is_replaced():
    died = engine_pid()
    os.kill(died, signal.SIGKILL)
    assert until(lambda: not is_alive(died))
    assert render("<p>un</p>").page_count == 1
    assert engine_pid() != died


def test_a_render_survives_the_death_of_its_engine():
    render("<p>un</p>")
    first = engine_pid()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(render, LONG[: len(LONG) // 4])
        assert until(lambda: children_of(first))
        os.kill(first, signal.SIGKILL)
        assert waiting.result().page_count > 1
    assert engine_pid() != first


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
