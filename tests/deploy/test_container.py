"""The container file. Building it takes minutes and an image of Debian: docs/heberger.md."""

import re
import subprocess

from . import DEPLOY, ROOT

CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
# Of the project, what a site has no use for.
LEFT_OUT = {
    ".ci", ".gitignore", "Makefile", "README.md", "benchmarks", "requirements-dev.txt", "tests",
}  # fmt: skip


def test_the_image_holds_all_that_the_site_reads_and_no_tests():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    project = {path.split("/")[0] for path in listed.stdout.split()}
    copied = set()
    for line in re.findall(r"^COPY (.*)$", CONTAINERFILE, flags=re.MULTILINE):
        copied |= {source.split("/")[0] for source in line.split()[:-1]}
    assert copied == project - LEFT_OUT


def test_the_image_runs_as_its_own_user_and_writes_to_one_place():
    assert re.findall("^(?:USER|VOLUME) .*", CONTAINERFILE, flags=re.MULTILINE) == [
        "USER desescalade",
        "VOLUME /data",
    ]
