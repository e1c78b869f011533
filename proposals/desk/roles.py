"""Who may do what at the desk: three groups, and what the journal calls somebody.

A reviewer may all that an editor may, and publishes. An observer looks.
"""

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AbstractBaseUser, Group, Permission

from .enums import Role

# What the groups have rights on: all of an app, or some of its models.
RIGHTS_OF: dict[str, tuple[str, ...]] = {
    "desk": (),
    "proposals": (),
    "programmes": ("contribution",),
}
GROUPS = {
    Role.EDITOR: "Rédaction",
    Role.REVIEWER: "Relecture",
    Role.OBSERVER: "Observation",
}
APPEND_ONLY = frozenset({"entrychange", "journalentry"})
PUBLISH = "desk.publish_release"


def role_of(user: AbstractBaseUser) -> Role:
    if not user.is_authenticated:
        return Role.MACHINE
    if user.has_perm(PUBLISH):
        return Role.REVIEWER
    return Role.EDITOR if user.has_perm("desk.change_measure") else Role.OBSERVER


def make_groups(sender: AppConfig, **kwargs) -> None:
    """After each migration: the groups have the rights that this version of the desk knows.

    Rights that somebody gave to a group by hand stay; only missing ones are added.
    """
    if sender.label not in RIGHTS_OF:
        return
    create_permissions(sender, verbosity=0)
    rights = Permission.objects.filter(content_type__app_label=sender.label)
    if models := RIGHTS_OF[sender.label]:
        rights = rights.filter(content_type__model__in=models)
    rows = list(rights.select_related("content_type"))
    for role, name in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(row for row in rows if _has(role, row)))


def _has(role: Role, right: Permission) -> bool:
    model = right.content_type.model
    if right.codename.startswith("view_"):
        return True
    if role is Role.OBSERVER or model in APPEND_ONLY:
        return False
    if right.content_type.app_label == "proposals":
        return False
    if model == "contribution":
        return right.codename == "change_contribution"
    if model == "plannedrelease":
        return role is Role.REVIEWER
    return True
