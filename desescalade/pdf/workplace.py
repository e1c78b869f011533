"""The directory of one engine: its fontconfig file, and the copies WeasyPrint makes of the faces.

A killed engine cannot clean up after itself, so each one keeps a lock on its directory, and
whoever starts the next engine removes the directories that nobody locks any more. A lock,
not a process id: ids are reused, and mean nothing across containers that share /tmp.
"""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

# Only the bundled faces: what the machine happens to have installed must not change a page,
# and a missing letter must not bring in a face that nobody chose.
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>serif</family><prefer><family>Vollkorn</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Andika</family></prefer></alias>
</fontconfig>
"""


def open_workplace(fonts: Path) -> tuple[Path, int]:
    """Make a directory for one engine; return it with the descriptor that keeps it locked.

    The directory is in use as long as any copy of the descriptor is open: hand it to the
    engine, then close it. Raises OSError when the temporary directory cannot be written.
    """
    home = _home()
    with _locked(home):
        _sweep(home)
        path = Path(tempfile.mkdtemp(prefix="engine-", dir=home))
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    (path / "fonts.conf").write_text(
        _FONTCONFIG.format(fonts=escape(str(fonts)), cache=escape(str(path / "cache"))),
        encoding="utf-8",
    )
    return path, lock


def _home() -> Path:
    """This user's directory of workplaces; a fresh private one when the name is taken."""
    home = Path(tempfile.gettempdir()) / f"desescalade-pdf-{os.getuid()}"
    with contextlib.suppress(FileExistsError):
        home.mkdir(mode=0o700)
    found = home.lstat()
    # /tmp belongs to everyone: somebody else may have made that name first, or a link of it.
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if ours and not found.st_mode & 0o077:
        return home
    return Path(tempfile.mkdtemp(prefix="desescalade-pdf-"))


@contextlib.contextmanager
def _locked(directory: Path):
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(home: Path) -> None:
    """Remove the directories whose engine is gone."""
    for path in home.iterdir():
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(descriptor)
