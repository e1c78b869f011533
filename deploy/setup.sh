#!/bin/sh
# Prepares this machine: system software, .venv, locked packages. When all is there, it asks
# nothing of the network and takes a fraction of a second.
#
#   deploy/setup.sh run     what the site needs
#   deploy/setup.sh test    what the tests and linters need besides
#
# PYTHON names the interpreter that .venv is made with (python3).
set -eu
cd "$(dirname "$0")/.."

purpose=$1
packages=

say() {
    printf '%s\n' "$*"
}

fail() {
    say "$*" >&2
    exit 1
}

has_library() {
    "$python" -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library(sys.argv[1]))' "$1"
}

has_program() {
    command -v "$1" >/dev/null
}

apt_install() {
    has_program apt-get || return 1
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif ! has_program sudo; then
        return 1
    elif [ -t 0 ]; then
        as_root=sudo
    else
        as_root="sudo -n" # nobody is there to type a password
    fi
    say "Installation des logiciels du système :$packages."
    # One unreachable source does not matter as long as the packages are found.
    $as_root apt-get -qq update </dev/null || true
    # The tests start a server of their own; Debian would start one more, with each boot.
    config=/etc/postgresql-common/createcluster.conf
    case $packages in
        *" postgresql"*) [ -e $config ] || $as_root sh -c \
            "mkdir -p ${config%/*} && echo 'create_main_cluster = false' >$config" ;;
    esac
    # shellcheck disable=SC2086 # several words are meant
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 $packages </dev/null >/dev/null
}

# A .venv that lost its Python, after an upgrade of the system, is made again.
if .venv/bin/python -c 'import pip' 2>/dev/null; then
    python=.venv/bin/python
else
    python=${PYTHON:-python3}
    has_program "$python" || fail "« $python » est introuvable : installer Python 3.11 ou plus récent."
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "$("$python" -V 2>&1) est trop ancien : il faut Python 3.11 ou plus récent (PYTHON=… en nomme un autre)."
    "$python" -c 'import ensurepip' 2>/dev/null || packages="$packages python3-venv"
fi

# WeasyPrint finds Pango and HarfBuzz in the system: they are in no Python package.
has_library pangoft2-1.0 || packages="$packages libpangoft2-1.0-0"
has_library harfbuzz-subset || packages="$packages libharfbuzz-subset0"
if [ "$purpose" = test ]; then
    has_program chromium || packages="$packages chromium"
    has_program pdftotext || packages="$packages poppler-utils"
    has_program soffice || packages="$packages libreoffice-writer-nogui"
    has_program w3m || packages="$packages w3m"
    has_program gs || packages="$packages ghostscript"
    has_program initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ||
        packages="$packages postgresql"
    # The PDF are checked with veraPDF where there is a JDK; without one these tests are skipped.
    if has_program java && has_program javac && ! [ -e /usr/share/java/jaxb-runtime.jar ]; then
        packages="$packages libjaxb-java"
    fi
    has_library atomic || packages="$packages libatomic1" # Playwright's own Node.js loads it
fi
if [ -n "$packages" ] && ! apt_install; then
    fail "Il manque des logiciels que cette commande n’a pas pu installer. Lancer d’abord en tant qu’administrateur : apt-get install --no-install-recommends$packages"
fi

if [ "$python" != .venv/bin/python ]; then
    say "Création de l’environnement Python dans .venv."
    "$python" -m venv --clear .venv
fi

# The locked list that was installed is kept in .venv, so that only a change installs again.
case $purpose in
    run) list=requirements${DATABASE_URL:+-postgres}.txt ;;
    test) list=requirements-dev.txt ;;
esac
if ! cmp -s "$list" ".venv/$list"; then
    say "Installation des paquets Python."
    rm -f .venv/requirements*.txt
    .venv/bin/python -m pip --disable-pip-version-check -qq install \
        --require-hashes --requirement "$list" ||
        fail "Les paquets Python n’ont pas pu être installés : vérifier l’accès au réseau, puis relancer."
    # The list of the site is in both others, and that of the tests holds all.
    cp requirements.txt .venv/
    cp "$list" .venv/
    [ "$purpose" = run ] || cp requirements-postgres.txt .venv/
fi
