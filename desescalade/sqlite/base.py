"""Django's own backend for SQLite, where nobody who writes is passed over for long."""

import time

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from . import is_busy

# Seconds between two tries: at first, and once somebody has waited for long.
PAUSE, LONGEST_PAUSE = 0.001, 0.01


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self) -> None:
        """Begins as soon as it can, after `timeout` seconds of pauses at most.

        SQLite's own waiting tries ever less often, ten times a second at last: where many write,
        who came last goes first and a few wait for most of a second. See sqliteDefaultBusyCallback,
        https://www.sqlite.org/src/file/src/main.c. As there, the pauses are counted, not the hour:
        where the whole machine stood still, who holds the base gets its time. Raises
        OperationalError.
        """
        seconds, waited = self.settings_dict["OPTIONS"]["timeout"], 0.0
        self._let_sqlite_wait(0)
        try:
            while not self._has_begun(is_last_try=waited > seconds):
                # A hundredth more of what was waited: who holds the base for long is left the
                # processor.
                pause = min(PAUSE + waited / 100, LONGEST_PAUSE)
                time.sleep(pause)
                waited += pause
        finally:
            self._let_sqlite_wait(seconds)

    def _has_begun(self, is_last_try: bool) -> bool:
        try:
            super()._start_transaction_under_autocommit()
        except OperationalError as error:
            if is_last_try or not is_busy(error):
                raise
            return False
        return True

    def _let_sqlite_wait(self, seconds: float) -> None:
        # Beside Django's cursor, which would count it among the queries of a page.
        self.connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
