"""Rendering in tests: short documents, the engine as a process, another process of the site."""

import contextlib
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from desescalade import pdf
from desescalade.pdf import launcher

PROJECT = Path(__file__).resolve().parents[2]
FACES = pdf.FONTS / "faces.css"

LONG = "<p>Une phrase assez longue pour remplir des pages et des pages de texte.</p>" * 6000

SOURCE = pdf.Attachment(
    name="programme.yaml",
    description="Le programme, à importer ailleurs",
    content="titre: Été\n".encode(),
    dated=datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
    media_type="application/yaml",
)


def page(body, title="Essai"):
    return f'<!DOCTYPE html><html lang="fr"><head><title>{title}</title></head><body>{body}</body>'


def render(body, **bounds):
    return pdf.render(page(body), [FACES], **bounds)


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


def children_of(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
