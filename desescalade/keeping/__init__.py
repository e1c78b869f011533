"""Keeping the data: backups that are known to be good, restoring, upgrading (docs/sauvegardes.md).

Pure: `canonical` (a row as bytes), `archive` (the file), `sealing` (its passphrase), `rotation`
(which files stay). Of the database: `schemas` (tables and migrations), `rows`, `snapshots` (to
read from), `beside` (to write to). What the commands do: `making`, `restoring`, `upgrading`, one
at a time (`locking`).
"""

from .stamp import last_backup

__all__ = ["last_backup"]
