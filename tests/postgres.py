"""A PostgreSQL server for the time of the tests, from the binaries of the system.

    python -m tests.postgres COMMAND…   runs the command with DATABASE_URL set

It listens on a socket in a directory of its own, on no port, and does not care for power cuts.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

DEBIAN = Path("/usr/lib/postgresql")
MISSING = (
    "PostgreSQL est introuvable : l’installer (apt-get install --no-install-recommends"
    " postgresql), ou lancer deploy/setup.sh test."
)
# The shell outlives its parent: whatever ends the tests closes its input, and it then stops the
# server and clears up. ICU sorts as a French reader would, most unlike SQLite.
_KEEPER = """
set -eu
trap '' HUP INT TERM
directory=$(mktemp -d /tmp/desescalade-postgresql.XXXXXX)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
initdb --pgdata=data --no-sync --auth=trust --username=desescalade --encoding=UTF8 \
    --locale=C --locale-provider=icu --icu-locale=fr >log 2>&1 || { cat log >&2; exit 1; }
(trap - HUP INT TERM; exec postgres -D data -c listen_addresses= -c fsync=off \
    -c unix_socket_directories="$directory" -c synchronous_commit=off -c full_page_writes=off \
    -c autovacuum=off -c jit=off -c log_min_messages=fatal) >>log 2>&1 </dev/null &
server=$!
until pg_isready --quiet --host="$directory" --dbname=postgres --username=desescalade; do
    kill -0 $server 2>/dev/null || { cat log >&2; exit 1; }
    sleep 0.1
done
echo "$directory"
read -r _ || true
kill -INT $server
wait $server || true
"""


class NoPostgresql(Exception):
    """The reason, in French, for which no server can be started."""


def binaries() -> Path:
    """The directory of the newest PostgreSQL; raises NoPostgresql when there is none."""
    if known := shutil.which("initdb"):
        return Path(known).resolve().parent
    found = DEBIAN.glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    if newest is None:
        raise NoPostgresql(MISSING)
    return newest.parent


def _user() -> str | None:
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NoPostgresql(
        "PostgreSQL refuse l’administrateur : lancer les tests sous un autre compte."
    )


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A running server: its DATABASE_URL. Raises NoPostgresql when it cannot start."""
    user = _user()
    environment = {"PATH": f"{binaries()}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", _KEEPER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env=environment,
        start_new_session=True,
        user=user,
        group=user and pwd.getpwnam(user).pw_gid,
        extra_groups=user and [],
    )
    try:
        directory = keeper.stdout.readline().strip()
        if not directory:
            raise NoPostgresql(f"PostgreSQL n’a pas démarré : {keeper.stderr.read().strip()}")
        yield f"postgres://desescalade@/postgres?host={directory}"
    finally:
        keeper.communicate()


def new_database(url: str, template: str = "template1") -> str:
    """Makes an empty database on the same server, or a copy of `template`: its DATABASE_URL.

    Nobody may be connected to the template.
    """
    import psycopg

    name = f"essai_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def copy_database(url: str) -> str:
    """Makes a copy of a database nobody is connected to: its DATABASE_URL."""
    server = urlsplit(url)._replace(path="/postgres").geturl()
    return new_database(server, urlsplit(url).path.lstrip("/"))


def main(command: list[str]) -> int:
    try:
        with server() as url:
            return subprocess.call(command, env={**os.environ, "DATABASE_URL": url})
    except NoPostgresql as problem:
        print(problem, file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
