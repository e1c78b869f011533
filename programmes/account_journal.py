"""What is done to accounts, in the journal of the desk: what and which role, never whose."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AbstractUser

from proposals.desk import journal, roles
from proposals.desk.enums import Verb


@dataclass(frozen=True)
class Standing:
    """What an account may do, as it is in the tables."""

    exists: bool = False
    is_staff: bool = False
    is_superuser: bool = False
    is_active: bool = True
    groups: frozenset[str] = frozenset()
    rights: frozenset[int] = frozenset()


def standing_of(pk: int | None, accounts: type[AbstractUser]) -> Standing:
    """That of an account that is not there: none."""
    if (row := accounts.objects.filter(pk=pk).first()) is None:
        return Standing()
    return Standing(
        True,
        row.is_staff,
        row.is_superuser,
        row.is_active,
        frozenset(row.groups.values_list("name", flat=True)),
        frozenset(row.user_permissions.values_list("pk", flat=True)),
    )


def changes(before: Standing, after: Standing) -> list[str]:
    """What was given or taken, in words; nothing for a name or a date."""
    found = [] if before.exists else ["compte ouvert"]
    found += _given("statut équipe", before.is_staff, after.is_staff)
    found += _given("tous les droits", before.is_superuser, after.is_superuser, several=True)
    for name in sorted(before.groups ^ after.groups):
        found += _given(f"rôle {name}", name in before.groups, name in after.groups)
    if before.rights != after.rights:
        found.append("droits particuliers changés")
    if before.is_active != after.is_active:
        found.append("compte rouvert" if after.is_active else "compte fermé")
    return found


def _given(what: str, before: bool, after: bool, several: bool = False) -> list[str]:
    if before == after:
        return []
    plural = "s" if several else ""
    return [f"{what} {'donné' if after else 'retiré'}{plural}"]


def tell(by: AbstractBaseUser, *subjects: str) -> None:
    for subject in subjects:
        journal.write(roles.role_of(by), Verb.ACCESS, subject)
