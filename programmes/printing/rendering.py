"""From a Document to HTML, and from HTML to a PDF that is kept until something changes."""

import contextlib
import os
import secrets
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from desescalade import markdown, pdf, typography
from desescalade.templatetags import text

from ..enums import Fidelity
from ..templatetags import paper
from . import print_rules
from .document import Document
from .formats import OUTPUTS, Format

VARIANT = OUTPUTS["ecran"]
TEMPLATES = settings.BASE_DIR / "templates" / "print"
# What turns a Document into HTML, beside the templates.
CODE = tuple(Path(module.__file__) for module in (markdown, typography, text, paper, print_rules))
CODE += (Path(__file__),)
LIBRARIES = tuple(version(name) for name in ("Django", "Markdown", "nh3"))

# Above this many, the contents page counts the commitments instead of naming them.
MAX_LISTED = 80
# Bytes of PDF kept in the data directory: some two thousand programmes.
MAX_KEPT = 200 * 1024 * 1024


def html_of(document: Document, format: Format) -> str:
    """The whole page, without style sheets. A print with errors is marked as a draft."""
    problems = print_rules.problems(document, kind=format.kind)
    errors = [problem for problem in problems if problem.is_error]
    return render_to_string(
        format.template,
        {
            "document": document,
            "errors": errors,
            "draft": print_rules.DRAFT,
            "foot": print_rules.DRAFT if errors else document.list_name or document.title,
            "is_long": len(document.commitments) > MAX_LISTED,
            "provenance": provenance(document),
        },
    )


def provenance(document: Document) -> str:
    """How much is the collective's and how much the list's, in one sentence; "" for nothing.

    As in "Sur ses 12 engagements, 10 reprennent des textes proposés par un collectif
    d’associations, 1 les adapte et 1 est propre à la liste."
    """
    total = len(document.commitments)
    as_is, adapted, own = map(document.count, (Fidelity.AS_IS, Fidelity.ADAPTED, Fidelity.OWN))
    texts = "des textes proposés par un collectif d’associations"
    parts = [
        (as_is, f"reprend {texts}", f"reprennent {texts}"),
        (adapted, *(("les adapte", "les adaptent") if as_is else _adapts(texts))),
        (own, "est propre à la liste", "sont propres à la liste"),
    ]
    said = [(number, one if number == 1 else many) for number, one, many in parts if number]
    if not said:
        return ""
    if len(said) == 1:
        subject = "Son engagement" if total == 1 else f"Ses {total} engagements"
        return f"{subject} {said[0][1]}."
    *first, last = [f"{number} {words}" for number, words in said]
    return f"Sur ses {total} engagements, {', '.join(first)} et {last}."


def _adapts(texts: str) -> tuple[str, str]:
    return f"adapte {texts}", f"adaptent {texts}"


def render(document: Document, format: Format) -> pdf.Rendered:
    """Lays the document out, whatever is kept. Raises pdf.RenderError."""
    return pdf.render(html_of(document, format), format.style_sheets, variant=VARIANT)


def print_document(document: Document, format: Format) -> bytes:
    """The PDF: the kept one if nothing it is made from has changed, else a new one, kept.

    Raises pdf.RenderError. A full disk costs the copy, not the print.
    """
    path = kept_at(document, format)
    try:
        return path.read_bytes()
    except OSError:
        printed = render(document, format).pdf
    with contextlib.suppress(OSError):
        _keep(path, printed)
    return printed


def kept_at(document: Document, format: Format) -> Path:
    """Where the PDF is kept: named by all that decides its bytes.

    The name comes from the document and the templates, not from the HTML: to make the HTML of
    70 commitments takes longer than the 50 ms that an unchanged print may take.
    """
    made_from = [repr(document), format.template, *LIBRARIES]
    made_from += [
        path.read_text(encoding="utf-8") for path in (*sorted(TEMPLATES.rglob("*.html")), *CODE)
    ]
    name = pdf.fingerprint("\0".join(made_from), format.style_sheets, variant=VARIANT)
    return settings.DATA_DIR / "prints" / f"{name}.pdf"


def _keep(path: Path, printed: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    write_whole(path, printed)
    drop_oldest(path.parent, MAX_KEPT)


def write_whole(path: Path, content: bytes) -> None:
    """Writes whole or not at all: whoever reads never sees half a PDF. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def drop_oldest(folder: Path, at_most: int) -> None:
    """Removes the files written longest ago until `at_most` bytes are left."""
    ages = []
    for path in folder.iterdir():
        try:
            found = path.stat()
        except FileNotFoundError:
            # Another process drops files too.
            continue
        ages.append((found.st_mtime_ns, found.st_size, path))
    total = sum(size for _, size, _ in ages)
    for _, size, path in sorted(ages):
        if total <= at_most:
            return
        path.unlink(missing_ok=True)
        total -= size
