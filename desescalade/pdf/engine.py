"""The engine: the only import of WeasyPrint, run as `python -m desescalade.pdf.engine`.

One process per process of the site. It imports WeasyPrint and parses the style sheets once,
then forks for each job; the fork bounds itself, renders, answers and ends. What a document
breaks, it breaks in a process that was about to end anyway.

A job is some frames: an order (JSON), the html, the images that the order names, then the
content of the attachment if it has one. The answer is two frames, the PDF and a report (JSON),
in this order: when a fork is killed in the middle of its PDF, the engine's own answer then
lands inside the missing bytes and the whole cannot be read as one. Where the order asks for
counts, frames of `frames.COUNT` come first, the pages laid out so far; no PDF is that short.
"""

import ctypes
import gc
import json
import logging
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pydyf
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.css.counters import CounterStyle
from weasyprint.formatting_structure.boxes import Box, MarginBox, TextBox
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.text.ffi import ffi, gobject, pangoft2
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from desescalade.pdf import SCREEN_VARIANT, frames
from desescalade.pdf.cache_key import bundled_files, stamp

LOGGER = logging.getLogger("desescalade.pdf")

SECONDS_FOR_AN_ORDER = 5
SECONDS_FOR_AN_ANSWER = 30
SECONDS_BETWEEN_COUNTS = 0.25
MAX_STYLES = 32
# WeasyPrint takes about ten Python calls per level of nesting; more levels than that leaves
# room for would come near the end of an 8 MiB stack.
RECURSION_LIMIT = 5000

EXIT_FAILED, EXIT_TOO_LARGE, EXIT_TOO_DEEP = 1, 2, 3
# GLib aborts or traps when it gets no memory; SIGKILL comes from the kernel short of memory.
_VERDICT_OF_SIGNAL = {
    signal.SIGALRM: "too_long",
    signal.SIGXCPU: "too_long",
    signal.SIGABRT: "too_large",
    signal.SIGTRAP: "too_large",
    signal.SIGKILL: "too_large",
}
_VERDICT_OF_EXIT = {EXIT_TOO_LARGE: "too_large", EXIT_TOO_DEEP: "too_deep"}

_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)

# Everything the layout code touches lazily is loaded by this text, once, before any fork.
_REHEARSAL = """<!DOCTYPE html><html lang="fr"><title>Essai</title><h1 id="r">Répétition</h1>
<p><img src="image:dot" alt="point"></p>
<p style="hyphens:auto; width:4em">anticonstitutionnellement <b>gras</b> <i>italique</i></p>
<ol><li>un</ol><table><tr><th>a<td>b</table><div style="display:flex"><p>c</div>
<svg viewBox="0 0 9 9" width="9"><title>trait</title><path d="M0 0h9"/><text>t</text></svg>"""
# A PNG of one white dot.
_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f0001010100b138f6140000000049454e44ae426082"
)

# Says that the PDF/A is a PDF/UA as well, and describes that statement, which PDF/A knows
# nothing of (ISO 14289-1, 5; ISO 19005-3, 6.6.2.3).
_PDFUA_RDF = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""

# How WeasyPrint's log says that it begins a page; the number of the page follows.
_PAGE_BEGINS = "Step 5 - Creating layout - Page %d"

_HYPHENS = "-\u00ad\u2010\u2011"
_NO_WIDTH = "\u200b\u2060\ufeff"
_SPACES = "".join(letter for letter in map(chr, range(0x3001)) if letter.isspace())
_UNCOUNTED = str.maketrans("", "", _SPACES + _NO_WIDTH + _HYPHENS)


class ImageFetcher(URLFetcher):
    """For the html: `image:NAME` is an image of the job, any other address an empty file.

    It never raises: an exception in the fetcher aborts the whole render when it comes from
    @color-profile (docs: WeasyPrint 70.0, `urls.fetch`).
    """

    def __init__(self, images: Mapping[str, bytes]) -> None:
        super().__init__()
        self._images = {f"image:{name}": content for name, content in images.items()}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The image at `url`, or an empty response."""
        return URLFetcherResponse(url, self._images.get(url, b""))


class AttachmentFetcher(URLFetcher):
    """For the attachment of a job: its content, of the type that was given with it.

    Without a type WeasyPrint would guess it from lists of the machine, and the bytes of the
    PDF would differ from one machine to the next.
    """

    def __init__(self, content: bytes, media_type: str) -> None:
        super().__init__()
        self._content = content
        self._media_type = media_type

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The content, whatever `url` is."""
        return URLFetcherResponse(url, self._content, {"Content-Type": self._media_type})


class BundledFetcher(URLFetcher):
    """For the style sheets of the project: the files below one directory, nothing else."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root.resolve()

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file at `url` when it is a bundled one, else an empty response and a warning."""
        parts = urlsplit(url)
        path = Path(url2pathname(parts.path)).resolve()
        if parts.scheme == "file" and path.is_relative_to(self._root) and path.is_file():
            kind = "text/css" if path.suffix == ".css" else "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
        LOGGER.warning("style sheets may only load bundled files, not %s", url)
        return URLFetcherResponse(url, b"")


@dataclass
class Style:
    """A list of style sheets, parsed.

    The fonts belong to the list and not to the engine: what another format loaded before must
    not decide which face stands in for a missing letter.
    """

    sheets: list[CSS] = field(default_factory=list)
    fonts: FontConfiguration = field(default_factory=FontConfiguration)
    counters: CounterStyle = field(default_factory=CounterStyle)
    colors: dict[str, object] = field(default_factory=dict)

    def parse(self, paths: list[Path], fetcher: URLFetcher) -> None:
        """Parse the sheets in order; OSError for a missing one."""
        for path in paths:
            sheet = CSS(
                filename=path,
                url_fetcher=fetcher,
                font_config=self.fonts,
                counter_style=self.counters,
                color_profiles=self.colors,
            )
            self.sheets.append(sheet)

    def renew_after_fork(self) -> None:
        """Give this process a font map of its own, over the same parsed faces.

        From Pango 1.51 on, a font map has a thread that looks fonts up; a fork does not
        inherit threads, so an inherited map waits for ever. The old one must not be freed.
        """
        inherited = self.fonts.font_map
        font_map = ffi.gc(pangoft2.pango_ft2_font_map_new(), gobject.g_object_unref)
        pangoft2.pango_fc_font_map_set_config(
            ffi.cast("PangoFcFontMap *", font_map), self.fonts._config
        )
        self.fonts.font_map = font_map
        self.fonts.inherited_font_map = inherited
        self.fonts.strut_layouts = {}
        self.fonts.font_features = {}
        # Faces come from the project only, and this process may not write any file.
        self.fonts.add_font_face = lambda descriptors, fetcher: None


@dataclass(frozen=True)
class Job:
    """A running fork: `life` is a pipe that ends when the fork does."""

    pid: int
    life: int
    connection: socket.socket
    memory: int


class Engine:
    """The parent of all renders. Single thread: a fork then copies no lock held elsewhere."""

    def __init__(self, control: socket.socket, fonts: Path) -> None:
        self._control = control
        self._fonts = fonts
        self._bundled = BundledFetcher(fonts)
        self._styles: dict[object, Style] = {}
        self._jobs: dict[int, Job] = {}
        self._places = max(2, len(os.sched_getaffinity(0)))
        self._poller = select.poll()

    def serve(self) -> None:
        """Answer jobs until the site is gone (end of file on the control socket)."""
        while True:
            # Without a free place jobs wait in the socket, but its end is always noticed.
            free = len(self._jobs) < self._places
            self._poller.register(self._control, select.POLLIN if free else 0)
            for descriptor, events in self._poller.poll():
                if descriptor in self._jobs:
                    self._bury(self._jobs.pop(descriptor))
                elif events & (select.POLLHUP | select.POLLERR):
                    return
                else:
                    self._admit()

    def stop(self) -> None:
        """Kill the renders that nobody waits for any more."""
        for job in self._jobs.values():
            os.kill(job.pid, signal.SIGKILL)

    def _admit(self) -> None:
        """Take one connection; whatever is wrong with it stays its own problem."""
        _, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        for descriptor in descriptors:
            connection = socket.socket(fileno=descriptor)
            try:
                self._begin(connection)
            except Exception as problem:
                _refuse(connection, "failed", f"{type(problem).__name__}: {problem}")

    def _begin(self, connection: socket.socket) -> None:
        """Read the order, parse its style sheets if they are new, and fork if it is a render."""
        connection.settimeout(SECONDS_FOR_AN_ORDER)
        order = json.loads(frames.receive(connection, frames.MAX_ORDER))
        style = self._style([Path(path) for path in order["style_sheets"]])
        if "seconds" not in order:
            connection.close()
            return
        life, alive = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(life)
            self._render_and_exit(connection, order, style)
        os.close(alive)
        self._jobs[life] = Job(pid, life, connection, order["memory"])
        self._poller.register(life, 0)

    def _style(self, paths: list[Path]) -> Style:
        """The parsed sheets; parsed again when one of them, or a bundled file, has changed."""
        key = stamp(paths), stamp(bundled_files(self._fonts))
        if key not in self._styles:
            if len(self._styles) >= MAX_STYLES:
                self._styles.clear()
            style = Style()
            style.parse(paths, self._bundled)
            if not self._styles:
                lay_out(_REHEARSAL, {"dot": _DOT}, style, SCREEN_VARIANT)
            self._styles[key] = style
            # What a fork never frees should not be walked by its collector, nor copied.
            gc.collect()
            gc.freeze()
        return self._styles[key]

    def _bury(self, job: Job) -> None:
        """Reap a fork; if it ended without an answer, give the answer in its place."""
        self._poller.unregister(job.life)
        os.close(job.life)
        _, status, usage = os.wait4(job.pid, 0)
        if status == 0:
            job.connection.close()
            return
        grown = usage.ru_maxrss * 1024 - _memory_in_use().resident
        _refuse(job.connection, *_verdict(status, grown > job.memory / 2))

    def _render_and_exit(self, connection: socket.socket, order: dict, style: Style) -> NoReturn:
        """The life of a fork. It never returns into the engine's loop, whatever happens."""
        status = EXIT_FAILED
        try:
            self._control.close()
            for job in self._jobs.values():
                os.close(job.life)
                job.connection.close()
            enter_cage(order["seconds"], order["memory"])
            connection.settimeout(None)
            html = frames.receive(connection, frames.MAX_HTML).decode("utf-8")
            images = {
                name: frames.receive(connection, frames.MAX_IMAGE) for name in order["images"]
            }
            attachments = []
            if order["attachment"]:
                content = frames.receive(connection, frames.MAX_ATTACHMENT)
                attachments.append(_attachment(content, **order["attachment"]))
            style.renew_after_fork()
            if order["counts"]:
                _send_counts(connection)
            pdf, report = lay_out(html, images, style, order["variant"], attachments)
            status = _answer(connection, pdf, report)
        except MemoryError:
            status = EXIT_TOO_LARGE
        except RecursionError:
            status = EXIT_TOO_DEEP
        except BaseException as problem:
            # The place only: the message of an exception may quote what a team wrote.
            os.write(2, f"desescalade.pdf: {_place(problem)}\n".encode())
        finally:
            os._exit(status)


def lay_out(
    html: str,
    images: Mapping[str, bytes],
    style: Style,
    variant: str | None,
    attachments: Sequence[Attachment] = (),
) -> tuple[bytes, dict]:
    """The PDF, and what is reported of it."""
    source = HTML(string=html, url_fetcher=ImageFetcher(images))
    owners = _owners(source.etree_element)
    for element in source.etree_element.iter():
        # rel=attachment would embed files (empty ones, dated now), rel=stylesheet fetch.
        element.attrib.pop("rel", None)
    pdf_variant = "pdf/a-3a" if variant == SCREEN_VARIANT else variant
    document = source.render(
        stylesheets=style.sheets,
        font_config=style.fonts,
        counter_style=style.counters,
        # A copy, as PDF/A adds its own, which later renders of this engine must not inherit.
        color_profiles=dict(style.colors),
        pdf_variant=pdf_variant,
    )
    bookmarks = [
        (level, label, number)
        for number, page in enumerate(document.pages, start=1)
        for level, label, _, _ in page.bookmarks
    ]
    report = {
        "page_count": len(document.pages),
        "bookmarks": bookmarks,
        "placements": _placements(document, owners),
    }
    if variant == SCREEN_VARIANT:
        _declare_pdfua(document)
    pdf = document.write_pdf(
        pdf_variant=pdf_variant, attachments=attachments, finisher=_smooth_no_image
    )
    return pdf, report


def _declare_pdfua(document: Document) -> None:
    """Have the metadata of a PDF/A, which WeasyPrint writes, say that it is a PDF/UA too."""
    generate = document.metadata.generate_rdf_metadata

    def generate_both(*arguments: object) -> bytes:
        begin, end, _ = generate(*arguments).rpartition(b"</rdf:RDF>")
        return begin + _PDFUA_RDF + end

    document.metadata.generate_rdf_metadata = generate_both


def _smooth_no_image(document: Document, pdf: pydyf.PDF) -> None:
    """Undo the smoothing that WeasyPrint asks for: PDF/A forbids it (ISO 19005-3, 6.2.8)."""
    for item in pdf.objects:
        if "Interpolate" in getattr(item, "extra", ()):
            item.extra["Interpolate"] = "false"


def _attachment(
    content: bytes, name: str, description: str, dated: str, media_type: str
) -> Attachment:
    moment = datetime.fromisoformat(dated)
    return Attachment(
        url="attachment:",
        url_fetcher=AttachmentFetcher(content, media_type),
        name=name,
        description=description,
        created=moment,
        modified=moment,
        relationship="Source",
    )


def _owners(root: object) -> dict[object, str]:
    """For each element of the html, the id of the nearest one that has any, itself included."""
    owners = {}
    # Not recursive: the html may be nested deeper than Python's stack.
    waiting = [(root, "")]
    while waiting:
        element, owner = waiting.pop()
        owner = element.get("id") or owner
        if owner:
            owners[element] = owner
        waiting.extend((child, owner) for child in element)
    return owners


def _placements(document: Document, owners: dict[object, str]) -> list[tuple[str, int, int]]:
    """Id, page and letters, as `desescalade.pdf.Placement` has it."""
    if not owners:
        return []
    placements = []
    for number, page in enumerate(document.pages, start=1):
        letters: dict[str, int] = {}
        for box in _boxes(page._page_box):
            owner = owners.get(box.element)
            if owner:
                letters[owner] = letters.get(owner, 0) + _letters(box)
        placements.extend((owner, number, count) for owner, count in letters.items())
    return placements


def _boxes(page: Box) -> Iterator[Box]:
    """All boxes of a page in their order, without the margins."""
    waiting = [page]
    while waiting:
        box = waiting.pop()
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if not isinstance(box, MarginBox):
            yield box
            waiting.extend(reversed(box.children))


def _letters(box: Box) -> int:
    # "::" is in the tag of what style sheets generate.
    if not isinstance(box, TextBox) or "::" in box.element_tag:
        return 0
    return len(box.text.translate(_UNCOUNTED))


def _send_counts(connection: socket.socket) -> None:
    """From now on, send the number of pages laid out, now and then.

    Read from what WeasyPrint says of its progress; no handler would hear it, as logging is
    disabled in the cage. When the site is gone this raises, which ends the render.
    """
    known, due = 0, time.monotonic() + SECONDS_BETWEEN_COUNTS

    def hear(message: str, *arguments: int) -> None:
        nonlocal known, due
        if not message.startswith(_PAGE_BEGINS):
            return
        done = arguments[0] - 1
        if done > known and time.monotonic() >= due:
            frames.send_if_room(connection, frames.COUNT.pack(done))
            known, due = done, time.monotonic() + SECONDS_BETWEEN_COUNTS

    PROGRESS_LOGGER.info = hear


def enter_cage(seconds: float, memory: int) -> None:
    """Put this process in its cage: time, memory, files, network, life of the engine.

    The alarm keeps its default action, death: WeasyPrint swallows exceptions of any kind
    while it draws SVG, so an alarm that raises could be lost.
    """
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    _limit(resource.RLIMIT_AS, _memory_in_use().addresses + memory)
    _limit(resource.RLIMIT_CPU, int(seconds) + 2)
    _limit(resource.RLIMIT_NOFILE, 64)
    _limit(resource.RLIMIT_CORE, 0)
    # It answers through its socket and needs to write no file at all.
    _limit(resource.RLIMIT_FSIZE, 0)
    sys.addaudithook(_forbid)
    logging.disable(logging.CRITICAL)
    sys.setrecursionlimit(RECURSION_LIMIT)
    os.nice(5)
    gc.disable()


class MemoryInUse(NamedTuple):
    """Of this process, in bytes: the addresses it reserved, and what stands in memory."""

    addresses: int
    resident: int


def _memory_in_use() -> MemoryInUse:
    """Read from /proc (proc(5), statm), which counts in pages."""
    counts = Path("/proc/self/statm").read_text(encoding="ascii").split()
    page = resource.getpagesize()
    return MemoryInUse(int(counts[0]) * page, int(counts[1]) * page)


def _limit(what: int, soft: int) -> None:
    """Lower the soft bound only: the hard one may already be lower than what we ask."""
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(what, (soft, hard))


_FORBIDDEN = frozenset({"os.exec", "os.fork", "os.posix_spawn", "os.system", "subprocess.Popen"})


def _forbid(event: str, arguments: object) -> None:
    """Audit hook: no new socket, no name looked up, no other program. It cannot be removed."""
    if event in _FORBIDDEN or event.startswith("socket."):
        raise PermissionError(f"{event} in a render")


def _answer(connection: socket.socket, pdf: bytes, report: dict) -> int:
    """Send the result; return the exit status that goes with it."""
    # The layout is done: from here on only a site that stopped reading can hold us up.
    signal.setitimer(signal.ITIMER_REAL, SECONDS_FOR_AN_ANSWER)
    report["peak_memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    body = json.dumps(report).encode("utf-8")
    if len(pdf) > frames.MAX_PDF or len(body) > frames.MAX_REPORT:
        return EXIT_TOO_LARGE
    frames.send(connection, pdf)
    frames.send(connection, body)
    return 0


def _refuse(connection: socket.socket, kind: str, detail: str) -> None:
    """Answer with an error; the site may have stopped listening, which is its right."""
    with connection:
        try:
            connection.settimeout(SECONDS_FOR_AN_ORDER)
            frames.send(connection, b"")
            frames.send(connection, json.dumps({"error": kind, "detail": detail}).encode())
        except OSError:
            return


def _verdict(status: int, was_growing: bool) -> tuple[str, str]:
    """What the end of a fork means, and how it ended.

    A library that gets no memory and does not look ends in SIGSEGV, like any other bug:
    `was_growing` tells the two apart, roughly.
    """
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name
        if number in (signal.SIGSEGV, signal.SIGBUS) and was_growing:
            return "too_large", name
        return _VERDICT_OF_SIGNAL.get(number, "failed"), name
    code = os.WEXITSTATUS(status)
    return _VERDICT_OF_EXIT.get(code, "failed"), f"exit status {code}"


def _place(problem: BaseException) -> str:
    """Kind and place of an exception, without its message."""
    frame = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} at {frame.filename}:{frame.lineno}"


def _settle_signals() -> None:
    """Undo what the site may have passed on through exec; outlive a stop of the whole group.

    The life of the engine is that of the site, which may need it until its own last request.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def main() -> None:
    """Run the engine; arguments: descriptor of the control socket, fonts, workplace."""
    descriptor, fonts, workplace = sys.argv[1:]
    logging.basicConfig(format="%(name)s: %(message)s", level=logging.WARNING)
    # A warning for every variable that the rehearsal leaves unset.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    _settle_signals()
    # Only root may do this; for others the audit hook of each fork is the guard.
    _LIBC.unshare(_CLONE_NEWNET)
    engine = Engine(socket.socket(fileno=int(descriptor)), Path(fonts))
    try:
        engine.serve()
    except Exception:
        LOGGER.exception("the engine stops")
    finally:
        engine.stop()
        shutil.rmtree(workplace, ignore_errors=True)
        os._exit(0)


if __name__ == "__main__":
    main()
