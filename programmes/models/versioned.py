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
        """Takes the next version, whatever it is: for a verb that rests on nothing read before."""
        rows = type(self)._base_manager.filter(pk=self.pk)
        rows.update(version=models.F("version") + 1)
        self.version = rows.values_list("version", flat=True).get()
