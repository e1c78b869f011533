"""R36: what the site is made of, judged without any network."""

import hashlib
import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-postgres.txt")
MANIFEST = ROOT / "data" / "vendored.sha256"

# The first version without a fault that concerns this site, what it was, and when it was told.
FLOORS = {
    "Django": ("5.2.17", "CVE-2026-15307, -15830, -15920 (August 2026)"),
    "WeasyPrint": ("70.0", "CVE-2026-55073: a fetcher that was not asked (8 September 2026)"),
    "Markdown": ("3.8.1", "CVE-2025-69534: « <![ » raised AssertionError"),
    "nh3": ("0.3.8", "ammonia's SVG and MathML faults (July 2026); what we tried"),
    "Pillow": ("12.3.0", "CVE-2026-59197 to -59200, CVE-2026-55798 (July 2026)"),
    "django-allauth": ("65.19.4", "CVE-2026-97764 (September 2026)"),
    "lxml": ("6.1.0", "CVE-2026-41066: external entities (17 April 2026)"),
    "PyYAML": ("5.4", "CVE-2020-14343"),
    "gunicorn": ("23.0.0", "CVE-2024-6827: request smuggling"),
}

# Made elsewhere and kept here: whatever is in these folders, or ends so.
FOLDERS = ("static/fonts/", "data/communes/", "desescalade/pdf/profiles/")
ENDINGS = (".ttf", ".otf", ".woff", ".woff2", ".icc", ".jar", ".wasm", ".dic")
ENDINGS += (".min.js", ".min.css")
OURS = {"static/fonts/faces.css", "desescalade/pdf/profiles/__init__.py"}


@pytest.mark.parametrize("package", FLOORS)
def test_installed_version_is_not_below_the_first_safe_one(package):
    floor, fault = FLOORS[package]
    assert Version(version(package)) >= Version(floor), fault


def locked(name):
    """The requirements of a list, each with its hashes."""
    joined = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    lines = (line.partition("#")[0].strip() for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith("-r ")]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_one_version_and_its_hashes(name):
    loose = [
        line
        for line in locked(name)
        if not re.match(r"[A-Za-z0-9._\[\],-]+==\S+( ;.*?)?( +--hash=sha256:[0-9a-f]{64})+$", line)
    ]
    assert loose == []


def test_lists_name_no_registry():
    assert [name for name in LOCKS if "://" in (ROOT / name).read_text("utf-8")] == []


@pytest.mark.parametrize("package", FLOORS)
def test_locked_version_is_not_below_the_first_safe_one_either(package):
    found = {
        canonicalize_name(line.partition("==")[0].partition("[")[0]): line.split("==")[1].split()[0]
        for line in locked("requirements.txt")
    }
    assert Version(found[canonicalize_name(package)]) >= Version(FLOORS[package][0])


def test_every_direct_dependency_is_explained_and_no_other():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"].values()
    declared = [*project["dependencies"], *(each for group in optional for each in group)]
    names = {canonicalize_name(Requirement(each).name) for each in declared}
    text = (ROOT / "docs" / "dependances.md").read_text("utf-8")
    tables = text[: text.index("## Le système")]
    rows = re.findall(r"^\| ([A-Za-z0-9._-]+)(?:\[[a-z,]+\])? \|", tables, re.MULTILINE)
    assert {canonicalize_name(row) for row in rows if row != "paquet"} == names


def listed():
    """Path and hash of every line of the manifest; lines of « # » say where from and under what."""
    lines = MANIFEST.read_text("utf-8").splitlines()
    rows = (line.split("  ", 1) for line in lines if line and not line.startswith("#"))
    return {path: digest for digest, path in rows}


def test_files_made_elsewhere_are_what_they_were():
    found = {path: hashlib.sha256((ROOT / path).read_bytes()).hexdigest() for path in listed()}
    assert found == listed()


def test_every_file_made_elsewhere_is_listed():
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: which files belong to the project is not known")
    said = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    known = said.stdout.splitlines()
    made_elsewhere = {each for each in known if each.startswith(FOLDERS) or each.endswith(ENDINGS)}
    assert made_elsewhere - OURS == set(listed())


def test_manifest_says_where_each_comes_from():
    blocks = MANIFEST.read_text("utf-8").split("\n\n")
    assert [block for block in blocks if "# Licence: " not in block and block[0] != "#"] == []
    assert all("# From: " in block for block in blocks if "  " in block.splitlines()[-1])
