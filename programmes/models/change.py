"""What was written, by whom and when: each version of a text as it was."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from ..enums import Cause
from .assembly import Assembly
from .commitment import Chapter, Commitment
from .layout import Layout
from .programme import Programme
from .team import ALIAS_LENGTH, Membership
from .versioned import Versioned

# Of a question of the diagnosis, which is no row that could be pointed at.
OF_ANSWERS = (Cause.ANSWERED, Cause.ANSWER_LEFT)


class ChangeQuerySet(models.QuerySet["Change"]):
    def of(self, subject: Versioned) -> "ChangeQuerySet":
        """Those of a commitment, a chapter, a layout, an assembly, or of the settings."""
        match subject:
            case Programme():
                return self.filter(
                    programme=subject, commitment=None, chapter=None, layout=None, assembly=None
                ).exclude(cause__in=OF_ANSWERS)
            case Commitment():
                return self.filter(commitment=subject)
            case Chapter():
                return self.filter(chapter=subject)
            case Layout():
                return self.filter(layout=subject)
            case Assembly():
                return self.filter(assembly=subject)
        raise TypeError(subject)

    def by(self, member: Membership) -> "ChangeQuerySet":
        """What a member of a team did, as far as it bears her present name."""
        return self.filter(
            programme=member.programme_id, alias=member.alias, pk__gt=member.after_change
        )

    def saved_before(self, change: "Change") -> "ChangeQuerySet":
        """Earlier versions than a change, newest first; without what was set aside."""
        return self.filter(pk__lt=change.pk, version__isnull=False)

    def with_subjects(self) -> "ChangeQuerySet":
        return self.select_related("commitment", "chapter", "layout", "assembly")


class Change(models.Model):
    """One version of a commitment, a chapter, a layout, an assembly or the settings, as saved.

    `version` is None for a text that lost a conflict and was put aside, and for an answer to the
    diagnosis, whose `state` is {"question", "before", "after"}, the last two {"value", "note"};
    of one that was put aside `before` is what the team had, `after` what was typed. `alias` is what
    the person was called in the team then; who left is still named so, and nothing else is known
    of her.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="changes")
    commitment = models.ForeignKey(Commitment, models.CASCADE, null=True, related_name="changes")
    chapter = models.ForeignKey(Chapter, models.CASCADE, null=True, related_name="changes")
    layout = models.ForeignKey(Layout, models.CASCADE, null=True, related_name="changes")
    assembly = models.ForeignKey(Assembly, models.CASCADE, null=True, related_name="changes")
    cause = models.CharField("nature", max_length=20, choices=Cause)
    alias = models.CharField("par", max_length=ALIAS_LENGTH, blank=True)
    at = models.DateTimeField("le", auto_now_add=True)
    version = models.PositiveIntegerField("version", null=True)
    state = models.JSONField("état", encoder=DjangoJSONEncoder)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        # Not by `at`: the clock of a machine may go back.
        ordering = ["-pk"]
        verbose_name = "modification"
        indexes = [models.Index(fields=["programme", "-at"], name="changes_of_a_programme")]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "version"], name="commitment_has_a_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}, version {self.version}"

    @property
    def is_of_answer(self) -> bool:
        return self.cause in OF_ANSWERS

    @property
    def is_of_settings(self) -> bool:
        return not (
            self.is_of_answer
            or self.commitment_id
            or self.chapter_id
            or self.layout_id
            or self.assembly_id
        )
