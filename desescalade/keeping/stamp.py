"""When the last good backup was made: read by what watches the site."""

import json
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

NAME = "last_backup.json"


def record(moment: datetime, file: Path) -> None:
    """Written beside and renamed: whoever reads finds the old one or the new one."""
    text = json.dumps({"at": moment.isoformat(), "file": str(file)}, ensure_ascii=False)
    beside = settings.DATA_DIR / f".{NAME}"
    beside.write_text(text + "\n", "utf-8")
    os.replace(beside, settings.DATA_DIR / NAME)


def last_backup() -> datetime | None:
    """The moment of the last backup made on this machine and found good, by its clock then.

    None when there was none. It may lie in the future, where the clock was wrong.
    """
    try:
        return datetime.fromisoformat(
            json.loads((settings.DATA_DIR / NAME).read_text("utf-8"))["at"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
