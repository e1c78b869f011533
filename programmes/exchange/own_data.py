"""All that the site keeps of one person, as an archive to take away (RGPD, articles 15 and 20).

Nothing that the person does not read on the site already, and no secret: neither the hash of a
passphrase, nor the key of a session or of a second factor.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import yaml
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractUser
from django.utils import timezone
from django.utils.text import slugify

from desescalade import typography
from proposals.catalogue.dumping import FOLD

from .. import sessions
from ..models import Change, Comment, Membership
from ..printing import kept
from ..printing.formats import FORMATS
from ..printing.orders import Desk
from ..printing.prints import PrintFailed
from . import archive, complete_file, gathering, tree
from .exports import chapter_markdown
from .programme_file import Dumper, Key

NAME = "mes-donnees-desescalade.zip"
READ_ON = FORMATS["programme-a4"]
# What one request may take on: some seconds. The others leave from their own pages.
MAX_PROGRAMMES = 40

READ_ME = """\
CE QUE CE SITE GARDE DE VOUS

compte.yaml
    Votre accès, vos sessions, vos équipes, et ce que vous n’avez pas pu enregistrer.
programmes/
    Un dossier par programme que vous lisez :
    - programme-complet.yaml se reprend ici ou sur un autre site Désescalade
      (« Importer un programme ») ;
    - programme.md est le même texte, à lire partout ;
    - programme.pdf est le « programme A4 », s’il venait d’être mis en page ;
      sinon, il se fait à la page « Imprimer » ;
    - signe-par-vous.yaml contient ce que vous avez écrit sous le nom que vous
      portez maintenant dans l’équipe : l’historique et vos commentaires ;
    - envois.yaml contient ce que l’équipe a envoyé au catalogue, s’il y en a.

Les fichiers .yaml et .md sont du texte : tout éditeur les ouvre.

CE QUI N’Y EST PAS

- La phrase de votre carte et les codes de votre téléphone : le site ne garde
  que de quoi les vérifier.
- Ce que d’autres ont écrit en commentaire, et l’historique de leurs textes.
- Ce que vous avez signé d’un nom que vous ne portez plus, ou dans une équipe
  que vous avez quittée : rien ne dit plus que c’était vous.
- Le journal de la gestion du catalogue et celui du serveur : ils nomment un
  rôle ou une page, jamais une personne.
"""
LEFT_OUT = """
Vous lisez aussi {}, trop pour un seul fichier : chaque programme
s’emporte depuis sa page « Imprimer ».
"""


def of(user: AbstractUser) -> bytes:
    """The archive; the same bytes as long as nothing changes."""
    return archive.pack(_files(user))


def _files(user: AbstractUser) -> Iterator[tuple[str, bytes]]:
    members = list(
        Membership.objects.filter(user=user)
        .select_related("programme__commune", "programme__catalogue")
        .order_by("programme__created_at", "programme")
    )
    # What is in the bin is read by nobody; its place in the team is told all the same.
    standing = [member for member in members if member.programme.dropped_at is None]
    left_out = len(standing) - MAX_PROGRAMMES
    more = typography.quantity(left_out, "autres programmes", "autre programme")
    read_me = READ_ME + (LEFT_OUT.format(more) if left_out > 0 else "")
    yield "LISEZMOI.txt", typography.typeset(read_me).encode()
    yield "compte.yaml", _yaml(_account(user, members))
    for rank, member in enumerate(standing[:MAX_PROGRAMMES], start=1):
        folder = f"programmes/{rank:02}-{slugify(member.programme.commune.name)}"
        for name, content in _of_programme(member):
            yield f"{folder}/{name}", content


def _account(user: AbstractUser, members: list[Membership]) -> dict[str, Any]:
    factors = Authenticator.objects.filter(user=user).order_by("pk")
    ends = sorted(session.expire_date for session in sessions.of(user))
    return {
        "identifiant": user.get_username(),
        "nom": user.get_full_name(),
        "courriel": user.email,
        "ouvert_le": _moment(user.date_joined),
        "derniere_entree": _moment(user.last_login),
        "gestion_du_catalogue": [group.name for group in user.groups.order_by("name")],
        "second_facteur": [
            {
                "genre": factor.get_type_display(),
                "depuis": _moment(factor.created_at),
                "dernier_usage": _moment(factor.last_used_at),
            }
            for factor in factors
        ],
        "sessions_ouvertes_jusqu_au": [_moment(end) for end in ends],
        "equipes": [_place(member) for member in members],
        "brouillons": [
            {"page": draft.path, "le": _moment(draft.at), "ecrit": draft.typed}
            for draft in user.drafts.all()
        ],
    }


def _place(member: Membership) -> dict[str, Any]:
    programme = member.programme
    return {
        "programme": str(programme),
        "page": programme.get_absolute_url(),
        "corbeille": programme.dropped_at is not None,
        "nom": member.alias,
        "role": member.get_role_display(),
        "depuis": _moment(member.joined_at),
        "texte_du_consentement": member.consent,
    }


def _of_programme(member: Membership) -> Iterator[tuple[str, bytes]]:
    programme, desk = member.programme, Desk(member.programme)
    yield "programme-complet.yaml", complete_file.dump(gathering.gather(programme))
    yield "programme.md", chapter_markdown(desk.document)
    if pdf := _kept_pdf(desk):
        yield "programme.pdf", pdf
    if signed := _signed(member):
        yield "signe-par-vous.yaml", _yaml(signed)
    if sent := list(programme.contributions.all()):
        content = [{"envoye_le": _moment(row.sent_at), **row.content()} for row in sent]
        yield "envois.yaml", _yaml({"envois": content})


def _kept_pdf(desk: Desk) -> bytes | None:
    """The PDF where it was just made: nobody waits here for another one."""
    try:
        made = kept.find(desk.order(READ_ON))
    except PrintFailed:
        return None
    return made and made.pdf


def _signed(member: Membership) -> dict[str, Any]:
    """What bears the present name of a member: before she came, it was somebody else's."""
    written = {
        "historique": [
            {"le": _moment(row.at), "quoi": row.get_cause_display(), "texte": row.state}
            for row in Change.objects.by(member).order_by("pk")
        ],
        "commentaires": [
            {"le": _moment(row.at), "dit_par": row.said_by, "texte": row.text}
            for row in Comment.objects.by(member)
        ],
    }
    return {name: rows for name, rows in written.items() if rows}


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


def _yaml(content: dict[str, Any]) -> bytes:
    text = yaml.dump(_kept(content), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=FOLD)
    return text.encode()


def _kept(value: Any) -> Any:
    """What a reader of YAML takes: texts without the signs that it refuses, plain keys."""
    match value:
        case dict():
            return {Key(tree.kept(str(key))): _kept(each) for key, each in value.items()}
        case list() | tuple():
            return [_kept(each) for each in value]
        case str():
            return tree.kept(value)
        case None | bool() | int() | float():
            return value
    return str(value)
