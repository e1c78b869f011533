#!/bin/sh
# Installs the site as services of a Debian machine, or brings them up to date. Run again at any
# time: settings that are there stay as they are.
#
#   sudo deploy/install.sh NAME     the first time: NAME as in programme.exemple.fr
#   sudo deploy/install.sh          after the program was updated (git pull)
set -eu
cd "$(dirname "$0")/.."

settings=/etc/desescalade/desescalade.env
backups=/var/backups/desescalade
data=/var/lib/desescalade

say() {
    printf '%s\n' "$*"
}

fail() {
    say "$*" >&2
    exit 1
}

# Without a systemd that runs, as while an image is made, services are set up and not started.
has_systemd() {
    [ -d /run/systemd/system ]
}

[ "$(id -u)" = 0 ] || fail "À lancer en tant qu’administrateur : sudo deploy/install.sh"
[ "$(pwd -P)" = /opt/desescalade ] ||
    fail "Les services cherchent le site dans /opt/desescalade : l’y mettre, puis relancer de là."
[ $# -gt 0 ] || [ -e $settings ] ||
    fail "Sous quel nom le site répondra-t-il ? Par exemple : deploy/install.sh programme.exemple.fr"
case ${1:-} in
    *[!a-z0-9.-]*) fail "« $1 » n’est pas un nom de site : l’écrire comme programme.exemple.fr, sans https:// ni barre." ;;
esac

umask 022
getent passwd desescalade >/dev/null ||
    useradd --system --user-group --home-dir $data --no-create-home --shell /usr/sbin/nologin desescalade
install -d -m 0700 -o desescalade -g desescalade $data
# A second disk that is mounted here keeps the owner it was given.
[ -d $backups ] || install -d -m 0700 -o desescalade -g desescalade $backups
install -d -m 0750 -g desescalade "${settings%/*}"
[ -e $settings ] || install -m 0640 -g desescalade deploy/desescalade.env $settings
[ $# = 0 ] || sed -i "/^DESESCALADE_HOSTS=/s/=.*/=$1/; /^DESESCALADE_ADDRESS=/s/=.*/=https:\/\/$1/" $settings
install -m 0755 deploy/desescalade /usr/local/bin/desescalade
# A timer that somebody has disabled stays so: of several machines, one makes the backups.
units=/etc/systemd/system
timers=
for timer in desescalade-backup.timer desescalade-erase.timer; do
    [ -e $units/$timer ] && ! [ -e $units/timers.target.wants/$timer ] || timers="$timers $timer"
done
install -m 0644 deploy/systemd/* $units/

# shellcheck source=/dev/null
. deploy/settings.sh
read_settings $settings || exit 1
say "Logiciels et paquets."
deploy/setup.sh run

# Only root changes the program; the site reads it.
# An attempt of before the installation, if there was one, holds programmes and a key.
find . -path ./var -prune -o ! -type l -exec chmod go-w,go+rX {} +
runuser -u desescalade -- test -r manage.py ||
    fail "L’utilisateur « desescalade » ne peut pas lire /opt/desescalade."

if has_systemd; then
    systemctl daemon-reload
    # Old pages and a new database do not go together: the proxy makes visitors wait.
    # Those that run, and those that were stopped by hand before: several machines are.
    workers=$(
        systemctl list-units --plain --no-legend 'desescalade-work@*' | cut -d' ' -f1
        find $units/multi-user.target.wants -name 'desescalade-work@*' -printf '%f\n' 2>/dev/null || true
    )
    # shellcheck disable=SC2086 # several words are meant
    systemctl stop desescalade $workers
fi
# shellcheck disable=SC2086 # several words are meant
desescalade upgrade ${BACKUP_OPTIONS:-} ||
    fail "Le site n’a pas été mis en route ; les lignes ci-dessus disent pourquoi. Voir aussi docs/heberger.md, « Mettre à jour »."

# What only the host knows, and the law wants said.
say_missing() {
    missing=$(desescalade check --deploy 2>&1 | sed -n 's/.*(desescalade\.W002) //p')
    [ -z "$missing" ] || say "À remplir dans $settings avant d’ouvrir : $missing (docs/heberger.md, étape 4)"
}

# shellcheck disable=SC2086 # several words are meant
systemctl enable --quiet desescalade.service $timers
if ! has_systemd; then
    say "Tout est en place ; systemd ne tourne pas ici, les services démarreront avec la machine."
    say_missing
    exit
fi
# shellcheck disable=SC2086 # several words are meant
systemctl start desescalade $timers $workers
python3 deploy/ready.py --wait 60 ||
    fail "Le site ne répond pas encore. Pourquoi : sudo journalctl -u desescalade -n 50"
say "Le site est prêt. La suite (HTTPS, premier compte) : docs/heberger.md"
say_missing
