from django.db import models


class Versioned(models.Model):
    """A row that several people write: each save takes the next version.

    SQLite ignores select_for_update: the guard is in the update itself. Call `claim` or `advance`
    in the transaction of the save, and record the change in the same one (`history.record`).
    """

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def claim(self, version: int | None) -> bool:
        """Takes the next version unless somebody has since `version` was read; says which."""
        rows = type(self)._base_manager.filter(pk=self.pk, version=version)
        if not rows.update(version=models.F("version") + 1):
            return False
        self.version = version + 1
        return True

    def advance(self) -> None:
        """Takes the next version, whatever it is, and reads the row again.

        For a verb that rests on nothing read before: set its fields after this, so that what a
        colleague saved meanwhile in the others stays, in the row and in its history.
        """
        type(self)._base_manager.filter(pk=self.pk).update(version=models.F("version") + 1)
        programme = self._state.fields_cache.get("programme")
        self.refresh_from_db()
        if programme is not None:
            # It knows who is writing.
            self._state.fields_cache["programme"] = programme
