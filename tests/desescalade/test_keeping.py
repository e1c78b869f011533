"""The pure parts of desescalade/keeping: rows as bytes, the archive, its passphrase, rotation."""

import io
import itertools
import json
import tarfile
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from desescalade.keeping import archive, canonical, files, rotation, sealing
from desescalade.keeping.archive import Manifest, TableSum
from desescalade.keeping.refusing import Damaged, Refused
from desescalade.keeping.rotation import Kept

NOW = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)


def test_row_is_one_line_whatever_the_order_and_the_zone():
    in_paris = NOW.astimezone(ZoneInfo("Europe/Paris"))
    row = {
        "text": "L’été\n« long »",
        "at": in_paris,
        "day": date(2026, 3, 1),
        "price": Decimal("0.50"),
    }
    line = canonical.line(row)
    assert line == canonical.line(dict(reversed(row.items())))
    assert line.decode() == (
        '{"at":"2026-11-22T03:10:00.000000Z","day":"2026-03-01","price":"0.50",'
        '"text":"L’été\\n« long »"}\n'
    )


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (0.1 + 0.2, 0.30000000000000004),
        ({"b": 1e16, "a": [None, True, 1.5]}, {"b": 10**16, "a": [None, True, 1.5]}),
        (b"\x00\xff", "AP8="),
        (memoryview(b"\x00\xff"), "AP8="),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("\ud800", "\ud800"),
        (timedelta(seconds=90, microseconds=5), "00:01:30.000005"),
    ],
)
def test_value_comes_back(value, plain):
    assert canonical.row(canonical.line({"x": value})) == {"x": plain}


def test_value_of_an_unknown_kind_is_refused():
    with pytest.raises(TypeError, match="no canonical form for object"):
        canonical.line({"x": object()})


LINES = [canonical.line({"id": n, "text": "é" * n}) for n in range(200)]


def made(tmp_path, **changes):
    """The bytes of an archive of one table and one file."""
    sink = io.BytesIO()
    writer = archive.Writer(sink, tmp_path)
    count, sha256 = writer.table("things", LINES)
    manifest = Manifest("0.1.0", NOW.isoformat(), "sqlite", {"things": ["0001_initial"]}, **changes)
    manifest.tables["things"] = TableSum(count, sha256, 199)
    manifest.files["secret_key"] = writer.file("secret_key", b"key")
    writer.close(manifest)
    return sink.getvalue()


def test_archive_gives_back_what_was_written(tmp_path):
    data = made(tmp_path)
    assert data == made(tmp_path)
    manifest = archive.verify(io.BytesIO(data))
    assert manifest.tables == {"things": TableSum(200, manifest.tables["things"].sha256, 199)}
    assert [(n, list(lines)) for n, lines in archive.tables(io.BytesIO(data))] == [
        ("things", LINES)
    ]
    assert archive.files(io.BytesIO(data)) == {"secret_key": b"key"}


def test_archive_cut_anywhere_is_refused(tmp_path):
    data = made(tmp_path)
    for length in range(0, len(data), 7):
        with pytest.raises(Damaged):
            archive.verify(io.BytesIO(data[:length]))


def test_archive_with_a_flipped_bit_is_refused(tmp_path):
    data = made(tmp_path)
    # The ten bytes of the head of gzip hold a date and a system, which say nothing.
    for place in range(10, len(data), 3):
        flipped = bytearray(data)
        flipped[place] ^= 0x10
        with pytest.raises(Damaged):
            archive.verify(io.BytesIO(flipped))


def rewritten(data, change):
    """The archive with other members: `change` takes and gives a list of name and content."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        members = [(each.name, tar.extractfile(each).read()) for each in tar]
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as tar:
        for name, content in change(members):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return io.BytesIO(sink.getvalue())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: rows[:-1], "il y manque sa fin"),
        (lambda rows: rows[1:], "ne correspondent pas .*: things"),
        (lambda rows: [rows[0], *rows], "« tables/things.jsonl » de trop"),
        (lambda rows: [("tables/others.jsonl", rows[0][1]), *rows[1:]], "others, things"),
        (lambda rows: [("../../etc/passwd", b"x"), *rows], "qui n’est pas de nous"),
        (lambda rows: [(rows[0][0], b"".join(reversed(LINES))), *rows[1:]], "things"),
        (lambda rows: [("notes.txt", b"bonjour")], "qui n’est pas de nous"),
        (lambda rows: [(rows[-1][0], b"{}")], "n’est pas une sauvegarde entière"),
        (lambda rows: [(rows[-1][0], b"[1]")], "n’est pas une sauvegarde entière"),
    ],
)
def test_archive_with_other_members_is_refused(tmp_path, change, reason):
    with pytest.raises(Damaged, match=reason):
        archive.verify(rewritten(made(tmp_path), change))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 un autre fichier", b"\x1f\x8b" + bytes(40)])
def test_file_of_another_kind_is_refused(data):
    with pytest.raises(Damaged, match="n’est pas une sauvegarde entière"):
        archive.verify(io.BytesIO(data))


def test_format_of_later_is_refused(tmp_path):
    with pytest.raises(Refused, match="faite par une version plus récente"):
        archive.verify(io.BytesIO(made(tmp_path, format=2)))


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(sealing, "_COST", 2**4)


def seal(data, passphrase=b"une phrase de passe"):
    sink = io.BytesIO()
    sealer = sealing.Sealer(sink, passphrase)
    for start in range(0, len(data), 10_000):
        sealer.write(data[start : start + 10_000])
    sealer.finish()
    return sink.getvalue()


def unseal(data, passphrase=b"une phrase de passe"):
    return sealing.Opener(io.BytesIO(data[len(sealing.MAGIC) :]), passphrase).readall()


HEAD = len(sealing.MAGIC) + 16
SEALED = sealing.CHUNK + 16


@pytest.mark.parametrize("size", [0, 1, sealing.CHUNK - 1, sealing.CHUNK, sealing.CHUNK * 3 + 1])
def test_sealed_file_opens_with_its_passphrase(quick, size):
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    sealed = seal(data)
    assert unseal(sealed) == data
    assert sealed != seal(data)


def test_other_passphrase_is_refused(quick):
    with pytest.raises(Refused, match="La phrase de passe n’ouvre pas cette sauvegarde"):
        unseal(seal(b"secret"), b"une autre phrase")


@pytest.mark.parametrize(
    "change",
    [
        lambda head, one, two, three: head + one + two,
        lambda head, one, two, three: head + one + two + three[:-1],
        lambda head, one, two, three: head + two + one + three,
        lambda head, one, two, three: head + one + two + two + three,
        lambda head, one, two, three: head + one + three,
        lambda head, one, two, three: head + one + two + three + three,
        lambda head, one, two, three: head + one + two[:-1] + b"\x00" + three,
        lambda head, one, two, three: head,
    ],
)
def test_chunks_changed_moved_dropped_or_added_are_refused(quick, change):
    sealed = seal(bytes(sealing.CHUNK * 2 + 5))
    starts = [0, HEAD, HEAD + SEALED, HEAD + 2 * SEALED, None]
    parts = [sealed[a:b] for a, b in itertools.pairwise(starts)]
    with pytest.raises(Refused):
        unseal(change(*parts))


def named(*moments):
    return [rotation.name(moment, is_sealed=False) for moment in moments]


def after_each(moments, kept=Kept()):  # noqa: B008
    """What is left when a backup is made at each of these moments, in this order."""
    there = set()
    for [name] in map(named, moments):
        there.add(name)
        there -= set(rotation.outdated(there, name, kept))
        assert name in there
    return there


def test_name_says_the_moment_and_nothing_else_is_ours():
    assert named(NOW) == ["desescalade-2026-11-22T03-10-00Z.tar.gz"]
    assert rotation.moment("desescalade-2026-11-22T03-10-00Z.tar.gz.chiffre") == NOW
    for other in (
        "desescalade-2026-11-22T03-10-00Z.tar", "desescalade-2026-13-22T03-10-00Z.tar.gz",
        "copie-desescalade-2026-11-22T03-10-00Z.tar.gz", "photo.jpg",
    ):  # fmt: skip
        assert rotation.moment(other) is None


def test_newest_is_not_that_of_a_day_on_which_the_clock_was_wrong():
    nights = named(*(NOW - timedelta(days=n) for n in range(3)))
    [wrong] = named(datetime(2031, 5, 1, tzinfo=UTC))
    assert rotation.newest([*nights, wrong, "photo.jpg"], NOW) == nights[0]
    assert rotation.newest([wrong], NOW) == wrong
    assert rotation.newest(["photo.jpg"], NOW) is None


def test_files_are_put_in_their_place_together_or_not_at_all(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with files.written(tmp_path, {"a": b"new", "b": b"other"}) as put_in_place:
        assert (tmp_path / "a").read_bytes() == b"old"
        put_in_place()
    with files.written(tmp_path, {"a": b"never"}):
        pass
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a": b"new", "b": b"other",
    }  # fmt: skip
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_two_years_of_nights_leave_days_weeks_and_months():
    nights = [NOW + timedelta(days=n) for n in range(730)]
    there = after_each(nights, Kept(monthly=12, max_age=366))
    left = sorted(map(rotation.moment, there))
    assert left[-7:] == nights[-7:]
    # Seven days, four Sundays before them, and the last days of ten months before those.
    assert (len(left), (nights[-1] - left[0]).days) == (21, 325)


def test_what_was_erased_is_in_no_backup_after_thirty_five_days():
    """As the page on privacy says; looked at after every night of a year."""
    there = set()
    for night in (NOW + timedelta(days=n) for n in range(365)):
        (name,) = named(night)
        there.add(name)
        there -= set(rotation.outdated(there, name, Kept()))
        assert night - min(map(rotation.moment, there)) <= timedelta(days=35)


@pytest.mark.parametrize("days", [3, 8, 20, 34, 36, 90])
def test_seldom_made_backups_go_after_thirty_five_days_too(days):
    there = set()
    for at in (NOW + timedelta(days=n) for n in range(0, 400, days)):
        (name,) = named(at)
        there.add(name)
        there -= set(rotation.outdated(there, name, Kept()))
        assert name in there
        assert at - min(map(rotation.moment, there)) <= timedelta(days=35)
    assert len(there) == 1 if days > 35 else len(there) > 1


def test_all_of_two_days_stay_and_so_does_what_is_not_ours():
    hours = [NOW + timedelta(hours=n) for n in range(0, 48, 4)]
    none = Kept(0, 0, 0, max_age=0)
    assert after_each(hours, none) == set(named(*hours))
    there = {"photo.jpg", *named(NOW)}
    made = rotation.name(NOW + timedelta(days=9), is_sealed=True)
    assert rotation.outdated({*there, made}, made, none) == named(NOW)


def test_clock_that_jumps_makes_no_good_backup_go():
    nights = [NOW + timedelta(days=n) for n in range(7)]
    wrong = [datetime(2031, 5, n, tzinfo=UTC) for n in range(1, 8)]
    long_ago = [datetime(1970, 1, n, tzinfo=UTC) for n in range(1, 8)]
    after = [NOW + timedelta(days=n) for n in range(7, 14)]
    left = after_each([*nights, *wrong, *long_ago, *after])
    assert left >= set(named(*after))
    # While it was wrong, those of before stayed as long as others did not need their places.
    assert after_each([*nights, *long_ago]) >= set(named(*nights))
    # Of a clock that runs ahead nobody can tell whether the others are old.
    assert after_each([*nights, *wrong]) == set(named(*wrong))


def test_manifest_is_plain_json(tmp_path):
    with tarfile.open(fileobj=io.BytesIO(made(tmp_path))) as tar:
        assert tar.getnames() == ["tables/things.jsonl", "files/secret_key", "manifest.json"]
        assert json.load(tar.extractfile("manifest.json")) | {"tables": 0, "files": 0} == {
            "format": 1, "application": "0.1.0", "made": "2026-11-22T03:10:00+00:00",
            "engine": "sqlite", "migrations": {"things": ["0001_initial"]},
            "tables": 0, "files": 0,
        }  # fmt: skip
