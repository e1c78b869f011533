import secrets
from collections.abc import Collection
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from proposals.models import Catalogue, SizeClass
from proposals.tables.catalogue import MAIN

from .. import lifetime
from ..enums import Printer, ProgrammeKind, Role, Status
from .commune import Commune
from .versioned import Versioned

# No vowel, so no word; no 0, 1 or l. 12 of 28 signs: 57 bits.
ID_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
ID_LENGTH = 12
PROGRAMME_BIN_DAYS = 30
# What a version of the settings holds.
SETTINGS = (
    *("list_name", "title", "subtitle", "variant", "kind", "vote_date"),
    *("commune_id", "own_population", "printer", "printer_name", "printer_address"),
)
DEFAULT_TITLE = "Pour une commune plus humaine et plus sobre"


def new_id() -> str:
    return "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))


def last_day() -> date:
    """Where the date of erasing starts from, before anything is known of a vote."""
    return lifetime.latest(timezone.localdate())


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def of_user(self, user: AbstractUser | AnonymousUser) -> "ProgrammeQuerySet":
        """Those of the teams that the user belongs to; none for who is not logged in."""
        if not user.is_authenticated:
            # A filter by no user would find the programmes without a team.
            return self.none()
        return self.filter(memberships__user=user, dropped_at=None)

    def in_bin_of(self, user: AbstractUser) -> "ProgrammeQuerySet":
        """Those that the user may bring back: dropped less than a month ago, by a coordinator."""
        return self.filter(
            memberships__user=user,
            memberships__role=Role.COORDINATOR,
            dropped_at__gt=timezone.now() - timedelta(days=PROGRAMME_BIN_DAYS),
        )

    def lock(self, pk: str) -> None:
        """Lets one person at a time change this programme, until the transaction ends.

        Call it before reading what the change depends on. SQLite, which has one writer anyway,
        ignores it. The lock still lets others add rows that merely name the programme.
        """
        list(self.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))

    def with_place(self) -> "ProgrammeQuerySet":
        return self.select_related("commune__department", "commune__intercommunality", "catalogue")

    def with_counts(self) -> "ProgrammeQuerySet":
        """Adds `retained` and `discussed`, the numbers of commitments.

        Counting drops the default order: it is asked for again.
        """
        return self.order_by(*Programme._meta.ordering).annotate(
            **{
                status: models.Count(
                    "commitments",
                    filter=models.Q(commitments__status=status, commitments__dropped_at=None),
                    distinct=True,
                )
                for status in (Status.RETAINED, Status.DISCUSSED)
            }
        )


class Programme(Versioned):
    """What a team composes. Its id is in every address, and is not to be guessed.

    `author` is the alias of who acts on it in this request: changes are recorded under it. Rows
    got through the managers of a programme (`programme.chapters`) know it.
    """

    author = ""

    id = models.CharField(max_length=ID_LENGTH, primary_key=True, default=new_id, editable=False)
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name="commune")
    # Chosen at the start, for good: every measure that is taken up comes from there.
    catalogue = models.ForeignKey(
        Catalogue, models.PROTECT, default=MAIN, related_name="+", verbose_name="catalogue"
    )
    own_population = models.PositiveIntegerField("population corrigée", null=True, blank=True)
    kind = models.CharField(
        "nature", max_length=20, choices=ProgrammeKind, default=ProgrammeKind.CAMPAIGN
    )
    vote_date = models.DateField("date du vote", null=True, blank=True)
    list_name = models.CharField("nom de la liste", max_length=100, blank=True)
    title = models.CharField("titre", max_length=90, blank=True)
    subtitle = models.CharField("sous-titre", max_length=160, blank=True)
    printer = models.CharField("imprimé par", max_length=20, choices=Printer, blank=True)
    printer_name = models.CharField("nom", max_length=120, blank=True)
    printer_address = models.CharField("adresse", max_length=200, blank=True)
    # Tells two variants of one team apart; never printed.
    variant = models.CharField("nom de la variante", max_length=60, blank=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    dropped_at = models.DateTimeField("mis à la corbeille le", null=True, blank=True)
    # Its whole last day: it is erased when that is over, in Paris (erasing.py).
    erase_on = models.DateField("effacement le", default=last_day, db_index=True)
    # Else the date follows the vote.
    is_erase_chosen = models.BooleanField("date choisie par l’équipe", default=False)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="programmes"
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "programme"
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="programmes_newest_first"),
            models.Index(fields=["dropped_at"], name="programmes_in_the_bin"),
        ]

    def __str__(self) -> str:
        name = self.title or f"Programme pour {self.commune.name}"
        return f"{name} ({self.variant})" if self.variant else name

    def get_absolute_url(self) -> str:
        return reverse("programmes:programme", args=[self.pk])

    def save(self, *args, update_fields: Collection[str] | None = None, **kwargs) -> None:
        if update_fields is None or not {"kind", "vote_date"}.isdisjoint(update_fields):
            self.follow_vote()
            update_fields = update_fields and {*update_fields, "erase_on"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def follow_vote(self) -> None:
        """Sets the date of erasing by the vote, unless the team chose one."""
        if not self._state.adding:
            # A coordinator may have chosen one since this row was read, or another.
            now = Programme.objects.filter(pk=self.pk).values("erase_on", "is_erase_chosen")
            for name, value in (now.first() or {}).items():
                setattr(self, name, value)
        if not self.is_erase_chosen:
            self.erase_on = lifetime.following(
                self.kind, self.vote_date, timezone.localdate(), self.erase_on
            )

    def choose_erase_date(self, day: date | None) -> None:
        """Gives it another day to be erased on, within the bounds; None follows the vote again."""
        with transaction.atomic():
            Programme.objects.lock(self.pk)
            self.is_erase_chosen = day is not None
            today = timezone.localdate()
            self.erase_on = day or lifetime.following(
                self.kind, self.vote_date, today, self.erase_on
            )
            Programme.objects.filter(pk=self.pk).update(
                erase_on=self.erase_on, is_erase_chosen=self.is_erase_chosen
            )

    @property
    def erase_reminder(self) -> str:
        """What each page of the team says in the last month; "" before."""
        return lifetime.reminder(self.erase_on, timezone.localdate())

    def state(self) -> dict:
        """The settings, as their form has them, and the commune."""
        return {name: getattr(self, name) for name in SETTINGS}

    def drop(self) -> None:
        """Puts it in the bin: nobody reads it, its public pages neither."""
        self.dropped_at = timezone.now()
        self.save(update_fields=["dropped_at"])

    def bring_back(self) -> None:
        self.dropped_at = None
        self.save(update_fields=["dropped_at"])

    @property
    def population(self) -> int | None:
        """The team's figure where it corrected the census, else the census."""
        return self.commune.population if self.own_population is None else self.own_population

    @property
    def follows_main(self) -> bool:
        return self.catalogue_id == MAIN

    @property
    def shown_title(self) -> str:
        return self.title or DEFAULT_TITLE

    def size_class(self) -> SizeClass | None:
        return SizeClass.objects.of(self.catalogue_id).for_population(self.population)

    def intercommunality_in_words(self) -> str | None:
        """With its article, or None where the commune has no intercommunality."""
        place = self.commune.intercommunality
        return place.in_words() if place else None
