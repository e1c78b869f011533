"""R15: the disk is full. Nothing acknowledged is lost, reading goes on, and all works again after.

A file system of the test's own, which only root may mount; elsewhere these tests are skipped.
"""

import ctypes
import shutil
import sqlite3
from pathlib import Path

import pytest

from .teams import PASSPHRASE, kept_texts, open_teams
from .visitors import Visitor, Writer, form

LIBC = ctypes.CDLL(None, use_errno=True)
# Beyond what the data directory holds: room for a journal.
SPARE = 4 * 1024 * 1024
NOT_SAVED = "Ce n’est pas encore enregistré"
WORDS = "Un texte long, que personne ne veut taper deux fois. " * 100


class SmallDisk:
    """A data directory on a disk of its own; `fill` leaves no byte of it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.full = folder, folder / "plein"
        data = Path(environment["DESESCALADE_DATA"])
        size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
        folder.mkdir()
        options = f"size={size * 2 + SPARE}".encode()
        if LIBC.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, options):
            pytest.skip("mounting is not allowed here")
        shutil.copytree(data, folder, dirs_exist_ok=True)
        self.environment = {**environment, "DESESCALADE_DATA": str(folder)}

    def fill(self) -> None:
        with self.full.open("ab", buffering=0) as file:
            for piece in (1024 * 1024, 4096, 1):
                try:
                    while file.write(b"x" * piece) == piece:
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self.full.unlink(missing_ok=True)

    def unmount(self) -> None:
        LIBC.umount2(bytes(self.folder), 2)  # MNT_DETACH


@pytest.fixture
def disk(tmp_path, own_site):
    disk = SmallDisk(tmp_path / "disque", own_site())
    yield disk
    disk.unmount()


def half_files(folder: Path) -> list[str]:
    """Files of the prints under a final name that are not whole."""
    found = []
    for path in (folder / "prints").glob("*"):
        is_final = not path.name.startswith(".")
        content = path.read_bytes()
        ends = {".pdf": b"%%EOF", ".png": b"IEND\xaeB`\x82", ".json": b"}"}.get(path.suffix)
        if is_final and ends and not content.strip().endswith(ends):
            found.append(path.name)
    return found


def test_full_disk_loses_nothing_and_the_site_goes_on_by_itself(disk, serve, figure):
    (team,) = open_teams(disk.environment, 1)
    server = serve(disk.environment)
    writer = Writer(server.address, team, "0")
    assert writer.save().status == 302
    reader = writer.visitor
    disk.fill()

    writer.open()
    late = reader.post(team.commitment, form(WORDS, writer.version))
    assert late.status == 503
    assert NOT_SAVED in late.text
    assert WORDS.strip() in late.text
    for address in ("/", "/mesures/", team.commitment, f"/programmes/{team.programme}/"):
        assert reader.get(address).status == 200, address
    assert reader.get("/sante/pret").status == 503
    opened = Visitor(server.address).post(
        "/programmes/nouveau/?commune=26027", {"commune": "26027", "consent": "on"}
    )
    assert (opened.status, NOT_SAVED in opened.text) == (503, True)
    card = {"identifier": team.identifier, "passphrase": PASSPHRASE}
    entered = Visitor(server.address).post("/connexion/", card)
    assert (entered.status, NOT_SAVED in entered.text) == (503, True)
    imported = reader.post("/programmes/importer/", {"pasted": "titre: ["})
    assert imported.status == 200
    # Made in memory, and given, although there is no room to keep them.
    for name in ("exporter/chapitre.md", "imprimer/affiche-a3/ecran.pdf"):
        assert reader.get(f"/programmes/{team.programme}/{name}").status == 200, name
    assert half_files(disk.folder) == []

    disk.free()
    assert reader.post(team.commitment, form(WORDS.strip(), writer.version)).status == 302
    assert reader.get("/sante/pret").status == 200
    assert {WORDS.strip(), *writer.acknowledged} <= kept_texts(disk.environment)
    assert quick_check(disk.folder) == "ok"
    figure("R15", "disque plein : pertes, pannes (500), fichiers à moitié écrits", "0, 0, 0")


def quick_check(folder: Path) -> str:
    live = sqlite3.connect(folder / "desescalade.sqlite3")
    try:
        return live.execute("PRAGMA quick_check").fetchone()[0]
    finally:
        live.close()
