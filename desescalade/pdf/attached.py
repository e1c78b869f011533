"""Taking files out of a PDF that somebody sent: in a child process, bounded in time and memory.

A PDF may be broken, encrypted, or unfold to gigabytes; qpdf is written in C++. So it is opened
where a crash harms nobody, and what a stream unfolds to is counted as it comes.
"""

import json
import resource
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

MAX_PDF = 20 * 1024 * 1024
MAX_FILE = 2 * 1024 * 1024
# Files of one PDF that are looked at.
MAX_FILES = 20
SECONDS = 10
MEMORY = 512 * 1024 * 1024
_PROJECT = Path(__file__).resolve().parents[2]

_SENTENCES = {
    "encrypted": "Ce PDF est protégé par un mot de passe. Enregistrez-le sans protection, puis "
    "envoyez-le de nouveau.",
    "too_large": "Ce PDF joint un fichier de plus de 2 Mo : ce n’est pas un programme.",
    "broken": "Ce fichier ne s’ouvre pas comme un PDF : il est peut-être coupé. Prenez-en une "
    "autre copie, ou le fichier YAML du programme.",
    "heavy": "Ce PDF pèse plus de 20 Mo. Envoyez plutôt le fichier YAML du programme.",
}


class AttachedError(ValueError):
    """A PDF that gives no files; `str()` is a sentence for the screen."""


def attached(pdf: bytes, endings: tuple[str, ...]) -> list[bytes]:
    """The attached files whose names end so, in the order of their names; [] without any.

    Raises AttachedError. At the worst SECONDS of one processor and MEMORY.
    """
    if len(pdf) > MAX_PDF:
        raise AttachedError(_SENTENCES["heavy"])
    try:
        child = subprocess.run(  # noqa: S603  nothing of the PDF is in the command
            [sys.executable, "-m", "desescalade.pdf.attached", *endings],
            cwd=_PROJECT,
            # Nothing of the site's own environment (keys) reaches the child.
            env={"PATH": "", "LANG": "C.UTF-8"},
            input=pdf,
            capture_output=True,
            timeout=2 * SECONDS,
        )
        head, _, body = child.stdout.partition(b"\n")
        report = json.loads(head)
    except (subprocess.TimeoutExpired, ValueError):
        raise AttachedError(_SENTENCES["broken"]) from None
    if "error" in report:
        raise AttachedError(_SENTENCES[report["error"]])
    files = []
    for size in report["sizes"]:
        files.append(body[:size])
        body = body[size:]
    return files


class _Refused(Exception):
    pass


def _files(pdf: bytes, endings: tuple[str, ...]) -> list[bytes]:
    """In the child. What is raised, whatever it is, says no more than that the PDF is broken."""
    import pikepdf

    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            names = [name for name in opened.attachments if name.lower().endswith(endings)]
            return [
                _unfolded(opened.attachments[name].get_file().obj)
                for name in sorted(names)[:MAX_FILES]
            ]
    except pikepdf.PasswordError:
        raise _Refused("encrypted") from None


def _unfolded(stream: object) -> bytes:
    """The bytes of a stream, at most MAX_FILE: pikepdf alone would unfold all of it."""
    import pikepdf

    raw = stream.read_raw_bytes()
    filters = stream.get("/Filter", pikepdf.Array())
    names = [str(name) for name in ([filters] if isinstance(filters, pikepdf.Name) else filters)]
    if names == ["/FlateDecode"] and "/DecodeParms" not in stream:
        unfolding = zlib.decompressobj()
        raw = unfolding.decompress(raw, MAX_FILE + 1)
    elif names:
        raise _Refused("broken")
    if len(raw) > MAX_FILE:
        raise _Refused("too_large")
    return raw


def _main(endings: tuple[str, ...]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    files: list[bytes] = []
    try:
        files = _files(sys.stdin.buffer.read(MAX_PDF + 1), endings)
        report = {"sizes": [len(each) for each in files]}
    except _Refused as refused:
        report = {"error": str(refused)}
    except Exception:
        report = {"error": "broken"}
    sys.stdout.buffer.write(json.dumps(report).encode() + b"\n" + b"".join(files))


if __name__ == "__main__":
    _main(tuple(sys.argv[1:]))
