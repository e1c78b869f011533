#!/bin/bash
# shellcheck disable=SC2154 # app, install_dir, data_dir… are set by YunoHost

# The virtual environment from the locked list, which names the sum of each package.
install_packages() {
    (cd "$install_dir" && deploy/setup.sh run)
    find "$install_dir" -path "$install_dir/var" -prune -o ! -type l -exec chmod go-w,go+rX {} +
    # Settings may hold the password of a mail server.
    chmod 0640 "$install_dir/desescalade.env"
    chown "root:$app" "$install_dir/desescalade.env"
}

# A command of manage.py, as the user of the site and with its settings.
manage() {
    (
        # shellcheck source=/dev/null
        source "$install_dir/deploy/settings.sh"
        read_settings "$install_dir/desescalade.env"
        umask 077
        cd "$install_dir" || exit
        # shellcheck disable=SC2046,SC2086 # several words are meant
        case $1 in
            backup | upgrade) set -- "$@" ${BACKUP_OPTIONS:-} ;;
            restore) set -- "$@" $(passphrase_option) ;;
        esac
        runuser -u "$app" -- .venv/bin/python manage.py "$@"
    )
}

# Of the options of backups, that which also opens them.
passphrase_option() {
    # shellcheck disable=SC2086 # several words are meant
    set -- ${BACKUP_OPTIONS:-}
    while [ $# -gt 0 ]; do
        case $1 in
            --passphrase-file=*) echo "$1" ;;
            --passphrase-file) echo "$1 ${2:-}" ;;
        esac
        shift
    done
}

# Waits until the site says that it can serve.
wait_until_ready() {
    # shellcheck disable=SC2154
    LISTEN="127.0.0.1:$port" DESESCALADE_HOSTS="$domain" \
        python3 "$install_dir/deploy/ready.py" --wait 60 ||
        ynh_die "The site does not answer: see journalctl --unit=$app"
}

add_services() {
    ynh_config_add_systemd
    local name
    for name in backup erase; do
        ynh_config_add --template="$name.service" --destination="/etc/systemd/system/$app-$name.service"
        ynh_config_add --template="$name.timer" --destination="/etc/systemd/system/$app-$name.timer"
    done
    systemctl daemon-reload
    systemctl enable --now --quiet "$app-backup.timer" "$app-erase.timer"
    yunohost service add "$app" --description="Désescalade"
}

remove_services() {
    if ynh_hide_warnings yunohost service status "$app" >/dev/null; then
        yunohost service remove "$app"
    fi
    ynh_config_remove_systemd
    local name
    for name in backup erase; do
        systemctl disable --now --quiet "$app-$name.timer" || true
        ynh_safe_rm "/etc/systemd/system/$app-$name.timer"
        ynh_safe_rm "/etc/systemd/system/$app-$name.service"
    done
    systemctl daemon-reload
}
