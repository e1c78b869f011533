#!/bin/sh
# What the container runs: « web » (the site), « work » (a worker), or a command of manage.py.
set -eu
umask 077
python=.venv/bin/python

case $1 in
    web)
        # A new image brings the data up to date first; two that start at once wait for each other.
        if ! cmp -s image "$DESESCALADE_DATA/image"; then
            # shellcheck disable=SC2086 # several words are meant
            $python manage.py upgrade ${BACKUP_OPTIONS:-}
            cp image "$DESESCALADE_DATA/image"
        fi
        exec $python -m gunicorn desescalade.wsgi --config deploy/gunicorn.conf.py --bind "$LISTEN"
        ;;
    *) exec $python manage.py "$@" ;;
esac
