"""R15: the disk is full. Nothing acknowledged is lost, reading goes on, and all works again after.

A file system of the test's own, which only root may mount; elsewhere these tests are skipped.
"""

import ctypes
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from . import kept
from .crawling_forms import logo
from .teams import PASSPHRASE, kept_texts, open_teams, session_at_the_desk
from .visitors import PROOF, Answer, Visitor, Writer, form

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
            pytest.skip("only the administrator may mount the small disk that this fills")
        shutil.copytree(data, folder, dirs_exist_ok=True)
        self.environment = {**environment, "DESESCALADE_DATA": str(folder)}

    def fill(self) -> None:
        fill(self.full)

    def free(self) -> None:
        self.full.unlink(missing_ok=True)

    def unmount(self) -> None:
        LIBC.umount2(bytes(self.folder), 2)  # MNT_DETACH


def fill(full: Path) -> None:
    with full.open("ab", buffering=0) as file:
        for piece in (1024 * 1024, 4096, 1):
            try:
                while file.write(b"x" * piece) == piece:
                    pass
            except OSError:
                continue


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


NOT_TAKEN = "Ce fichier n’est pas encore reçu"
CHOOSE_AGAIN = "Un fichier ne se garde pas dans une page"
# Larger than what is held in memory: it is put on the disk while it arrives.
LARGE = 3 * 1024 * 1024


def send(visitor: Visitor, path: str, fields: dict[str, str], **files: bytes) -> Answer:
    sent = {name: SimpleUploadedFile(f"{name}.yaml", data) for name, data in files.items()}
    body = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": PROOF, **fields, **sent})
    return visitor.ask("POST", path, body, {"content-type": MULTIPART_CONTENT})


def rows(folder: Path) -> list[int]:
    """Of what the files that are sent here become."""
    live = sqlite3.connect(folder / "desescalade.sqlite3")
    try:
        tables = ("programmes_programme", "programmes_logo", "desk_upload", "desk_entrychange")
        return [live.execute(f"SELECT count(*) FROM {each}").fetchone()[0] for each in tables]
    finally:
        live.close()


def test_files_that_are_sent_to_a_full_disk_are_refused_whole_and_taken_after(disk, serve, figure):
    """What is too large for the memory waits on the same disk, as on a machine with one."""
    waiting = disk.folder / "tmp"
    waiting.mkdir()
    (team,) = open_teams(disk.environment, 1)
    desk_session = session_at_the_desk(disk.environment)
    server = serve({**disk.environment, "TMPDIR": str(waiting)})
    writer, editor = Visitor(server.address, team.session), Visitor(server.address, desk_session)
    own = f"/programmes/{team.programme}/"
    programme = writer.get(f"{own}exporter/programme-complet.yaml").text.encode()
    catalogue = editor.get("/gestion/telecharger/").text.encode()
    catalogue = catalogue.replace("Prévoir".encode(), "Bien prévoir".encode(), 1)
    sent = send(editor, "/gestion/charger/", {}, fichier=catalogue)
    assert sent.status == 302
    report = sent.headers["Location"]
    logo_fields = {"description": "Un moulin et trois arbres", "is_ours": "on"}

    def all_sent() -> dict[str, Answer]:
        return {
            "logo": send(writer, f"{own}imprimer/logo/", logo_fields, image=logo()),
            "catalogue": send(editor, "/gestion/charger/", {}, fichier=catalogue),
            "report": editor.get(report),
            "read": send(writer, "/programmes/importer/", {}, upload=programme),
            "large": send(writer, "/programmes/importer/", {}, upload=b"x" * LARGE),
        }

    before = rows(disk.folder)
    disk.fill()
    full = all_sent()
    found = {name: answer.status for name, answer in full.items()}
    assert found == {"logo": 503, "catalogue": 503, "report": 200, "read": 200, "large": 503}
    assert [CHOOSE_AGAIN in full[name].text for name in ("logo", "catalogue")] == [True, True]
    assert logo_fields["description"] in full["logo"].text
    assert NOT_TAKEN in full["large"].text
    assert rows(disk.folder) == before
    assert list(waiting.glob("*.upload*")) == []

    disk.free()
    after = {name: answer.status for name, answer in all_sent().items()}
    assert after == {"logo": 302, "catalogue": 302, "report": 200, "read": 200, "large": 200}
    assert rows(disk.folder) == [before[0], before[1] + 1, before[2] + 1, before[3]]
    assert quick_check(disk.folder) == "ok"
    figure("R15", f"disque plein : {len(full)} envois de fichiers, à moitié écrits", "0")


# `upgrade` as it is, but that the disk is full once its backup is made.
FILLED_MEANWHILE = """
from pathlib import Path
from django.core.management import call_command
from desescalade.keeping import upgrading
from tests.reliability.test_full_disk import fill
make = upgrading.making.make
def make_and_fill(*what):
    made = make(*what)
    fill(Path({full!r}))
    return made
upgrading.making.make = make_and_fill
call_command("upgrade", directory=Path({backups!r}))
"""


@pytest.fixture
def bare_disk(tmp_path, tmp_path_factory):
    """The same of a site with people, without a catalogue: quickly saved."""
    site = kept.of_people(tmp_path_factory)
    disk = SmallDisk(tmp_path / "disque", {"DESESCALADE_DATA": str(site.data)})
    yield disk
    disk.unmount()


def test_migration_on_a_full_disk_changes_nothing_and_is_done_after(bare_disk, tmp_path, figure):
    """The disk is full when the backup of the upgrade is made, which is on another one."""
    disk, site = bare_disk, kept.Kept(bare_disk.folder)
    with closing(sqlite3.connect(site.base)) as base, base:
        base.execute("DROP TABLE django_session")
        base.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    names = {"full": str(disk.full), "backups": str(tmp_path / "sauvegardes")}
    done = site.run("shell", "--verbosity=0", "--command", FILLED_MEANWHILE.format(**names))
    assert done.returncode == 1
    assert done.stdout.startswith("Sauvegarde faite et relue")
    assert "Il n’y a plus de place pour écrire dans" in done.stderr
    assert "Traceback" not in done.stderr
    assert quick_check(disk.folder) == "ok"
    disk.free()
    done = site.run("migrate")
    assert done.returncode == 0, done.stderr
    assert "Applying sessions.0001_initial... OK" in done.stdout
    figure("R15", "migration sur un disque plein : à moitié faite", "0")
