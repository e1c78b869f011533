"""`python -m tests.lighthouse DOSSIER` has Lighthouse judge ten pages of a site in use.

Accessibility and best practices: 100 for each, or it ends with 1. Needs npm, which brings
Lighthouse into DOSSIER at its first use; the reports of each page stay there too.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.serving import CHROMIUM, prepare
from tests.sitemap import Place
from tests.sitemap.seeded import Served, served

# The last series that runs on Node.js 18 and 20.
PACKAGE = "lighthouse@12.8.2"
CATEGORIES = ("accessibility", "best-practices")
PAGES = (
    *("home", "proposals", "measure", "measures", "login", "edition"),
    *("programme", "choose", "commitment", "print"),
)
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def judge(program: Path, site: Served, place: Place, report: Path) -> dict[str, int]:
    """The scores out of 100, and the report as a page and as JSON beside each other."""
    headers = {}
    if session := site.sessions.get(place.who):
        headers["Cookie"] = f"sessionid={session}"
    subprocess.run(
        [
            *(program, f"{site.address}{place.address}", "--quiet", "--output=html,json"),
            *(f"--output-path={report}", f"--only-categories={','.join(CATEGORIES)}"),
            *(f"--extra-headers={json.dumps(headers)}", f"--chrome-flags={FLAGS}"),
        ],
        check=True, env={**os.environ, "CHROME_PATH": CHROMIUM},
    )  # fmt: skip
    found = json.loads(Path(f"{report}.report.json").read_text("utf-8"))
    for audit in found["audits"].values():
        if audit["score"] is not None and audit["score"] < 1 and _counts(found, audit["id"]):
            sys.stdout.write(f"  {audit['id']}: {audit['title']}\n")
    return {name: round(100 * found["categories"][name]["score"]) for name in CATEGORIES}


def _counts(found: dict, audit: str) -> bool:
    references = [ref for name in CATEGORIES for ref in found["categories"][name]["auditRefs"]]
    return any(ref["id"] == audit and ref["weight"] for ref in references)


def main(folder: Path) -> int:
    if not shutil.which("npm"):
        sys.stderr.write("Lighthouse vient par npm, qui n’est pas sur cette machine.\n")
        return 1
    program = folder / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run([*install, "--prefix", folder, PACKAGE], check=True)
    wrong = 0
    with tempfile.TemporaryDirectory() as data, served(prepare(Path(data))) as site:
        for name in PAGES:
            place = next(p for p in site.places if p.name == name and p.sent is None)
            scores = judge(program.resolve(), site, place, (folder / name).resolve())
            wrong += min(scores.values()) < 100
            said = ", ".join(f"{category} {score}" for category, score in scores.items())
            sys.stdout.write(f"{place.address} : {said}\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
