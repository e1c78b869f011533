"""Scripts that stand in the page itself: no request more, and no other script may run."""

import base64
import hashlib
import re
from pathlib import Path

COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
INDENT = re.compile(r"^\s+", re.MULTILINE)


def read(path: Path) -> str:
    """The script without its comment lines and its indents, which no browser needs."""
    return INDENT.sub("", COMMENT.sub("", path.read_text("utf-8")))


def csp_hash(script: str) -> str:
    """The source expression that lets exactly this script run (CSP level 2, hash-source)."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
