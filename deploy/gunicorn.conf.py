"""How gunicorn serves the site; the address comes from the command line."""

import sys

from gunicorn.arbiter import Arbiter

from desescalade import environment, logs

workers = 2
# Who waits for a print or a picture only sleeps: the others go on meanwhile.
worker_class = "desescalade.worker.Worker"
threads = 32
# The longest prints take a good part of a minute on an old machine.
timeout = 120
graceful_timeout = 30
# Nobody uses it, and it would put a file into the home directory.
control_socket_disable = True
logconfig_dict = logs.configuration(environment.choice("DESESCALADE_LOGS", logs.STYLES))


def when_ready(server: Arbiter) -> None:
    """Say where the site is, once the port is open."""
    for listener in server.LISTENERS:
        sys.stdout.write(f"Désescalade est servi sur {listener}/\n")
    sys.stdout.flush()


def post_worker_init(worker) -> None:
    """Each worker looks for releases that are due; the database lets one of them publish."""
    from proposals.desk import clock

    clock.start()
