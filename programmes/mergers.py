"""Two lists become one: their teams agree, choose item by item, and make a third programme.

Neither of the two is changed. Each reads what the other retains or still discusses: not what it
declined, nor its reasons, comments, history and people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from proposals.tables.measure import LINE_LENGTH

from . import comparison, copying, team
from .comparison import Pair
from .enums import Role, Side, Status
from .models import Chapter, Commitment, Membership, Merger, MergerChoice, Programme
from .models.commitment import BASE_FIELDS, TEXT_FIELDS
from .models.merger import WORDS_DAYS
from .models.team import ALIAS_LENGTH, hash_token

SHARED = (Status.RETAINED, Status.DISCUSSED)
COMMON_VARIANT = "programme commun"
OTHER_COMMUNE = (
    "Les deux programmes ne sont pas pour la même commune, et un programme commun n’en a qu’une."
    " On en change depuis « Couverture et imprimeur »."
)

OTHER_CATALOGUE = (
    "Les deux programmes ne suivent pas le même catalogue de mesures : un programme commun n’en"
    " suit qu’un. Chacun reste tel qu’il est ; pour fusionner, commencez-en un autre dans le même"
    " catalogue."
)


class Refused(Exception):
    """What was asked cannot be done; the sentence says why, and what to do."""


class Closed(Exception):
    """One of the teams has withdrawn, or has no longer the right to go on."""


@dataclass(frozen=True)
class Item:
    """A commitment that both have, or that one has, and what the two teams want of it.

    `chosen` is empty while nobody has chosen among the present texts.
    """

    pair: Pair
    chosen: str

    @property
    def key(self) -> str:
        return key_of(self.pair)

    @property
    def state(self) -> str:
        """What a page shows of it: it goes along with a choice, which rests on it."""
        return f"{versions_of(self.pair)}:{self.chosen}"

    @property
    def sides(self) -> list[Side]:
        """What can be chosen."""
        if self.pair.second is None or self.pair.is_same:
            return [Side.FIRST, Side.NEITHER]
        if self.pair.first is None:
            return [Side.SECOND, Side.NEITHER]
        return list(Side)


def key_of(pair: Pair) -> str:
    return "-".join(str(row.pk if row else 0) for row in (pair.first, pair.second))


def versions_of(pair: Pair) -> str:
    return "-".join(str(row.version if row else 0) for row in (pair.first, pair.second))


def propose(programme: Programme) -> tuple[Merger, str]:
    """A merger that waits for another list, and its words: shown once, never kept."""
    programme.mergers_proposed.filter(accepted_at=None, expires_at__lte=timezone.now()).delete()
    token = team.new_token()
    merger = Merger.objects.create(
        programme=programme, proposed_by=programme.member, token_hash=hash_token(token)
    )
    return merger, token


def offered_to(programme: Programme, typed: str) -> Merger:
    """The merger that these words open to this programme. Raises Refused."""
    token = team.token_from_typed(typed)
    found = Merger.objects.offered().with_token(token).with_programmes().first()
    if found is None:
        raise Refused(
            "Ces mots n’ouvrent rien : vérifiez-les un par un. S’ils ont servi, ont été retirés ou"
            f" datent de plus de {WORDS_DAYS} jours, demandez-en d’autres."
        )
    if found.programme_id == programme.pk:
        raise Refused(
            "Ces mots viennent de ce programme : c’est à l’autre liste de les écrire dans le sien."
        )
    if found.programme.commune_id != programme.commune_id:
        raise Refused(OTHER_COMMUNE)
    if found.programme.catalogue_id != programme.catalogue_id:
        raise Refused(OTHER_CATALOGUE)
    if Merger.objects.open().of(programme).of(found.programme).exists():
        raise Refused("Une fusion est déjà ouverte entre ces deux programmes : allez-y d’abord.")
    return found


def accept(programme: Programme, typed: str) -> Merger:
    """Lets both teams read each other. Raises Refused; typed twice, the words do it once."""
    token = team.token_from_typed(typed)
    with transaction.atomic():
        # Two lists that type the same words at once wait for each other.
        Merger.objects.select_for_update().with_token(token).first()
        if known := Merger.objects.agreed().filter(other=programme).with_token(token).first():
            return known
        found = offered_to(programme, typed)
        found.other, found.accepted_by = programme, programme.member
        found.accepted_at = timezone.now()
        found.save(update_fields=["other", "accepted_by", "accepted_at"])
    return found


def withdraw(merger: Merger) -> bool:
    """Neither reads the other any more; not once the third programme is made."""
    deleted, _ = Merger.objects.filter(pk=merger.pk, made_at=None).delete()
    return deleted > 0


def shared(programme: Programme) -> list[Commitment]:
    """What the other team reads, in the order of the programme."""
    rows = list(programme.commitments.filter(status__in=SHARED).in_order().with_parameters())
    for row in rows:
        row.programme = programme
    return rows


def items(merger: Merger) -> list[Item]:
    """What both have, then what one has. What both say alike is taken unless they choose not to.

    A choice holds for the texts that it was made on: once one of them is written anew, it is to
    be made again.
    """
    pairs = [
        replace(pair, place=None)
        for pair in comparison.pair_up(shared(merger.programme), shared(merger.other))
    ]
    pairs.sort(key=lambda pair: pair.is_single)
    sides = {(row.key, row.versions): row.side for row in merger.choices.all()}
    return [
        Item(
            pair,
            sides.get((key_of(pair), versions_of(pair)), Side.FIRST if pair.is_same else ""),
        )
        for pair in pairs
    ]


def choose(merger: Merger, wanted: Sequence[tuple[str, str, str]]) -> set[str]:
    """Keeps what was chosen: of each item its key, the state that the page showed, the side.

    Gives the keys of those of which somebody has since chosen otherwise or written the text;
    nothing is kept then. Raises Closed.
    """
    with transaction.atomic():
        _lock(merger)
        now = {item.key: item for item in items(merger)}
        known = [(now[key], seen, side) for key, seen, side in wanted if key in now]
        changed = [(item, seen, side) for item, seen, side in known if side != item.chosen]
        stale = {item.key for item, seen, _ in changed if seen != item.state}
        if not stale:
            MergerChoice.objects.bulk_create(
                [
                    MergerChoice(
                        merger=merger, key=item.key, versions=versions_of(item.pair), side=side
                    )
                    for item, _, side in changed
                ],
                update_conflicts=True,
                unique_fields=["merger", "key"],
                update_fields=["versions", "side"],
            )
    return stale


def _lock(merger: Merger) -> None:
    """Whoever withdraws, chooses or makes the third at the same time waits."""
    open_still = Merger.objects.open().filter(pk=merger.pk)
    if open_still.select_for_update(of=("self",)).first() is None:
        raise Closed


def make(merger: Merger, maker: Membership) -> Programme:
    """The third programme, made once. Raises Refused, and Closed."""
    with transaction.atomic():
        _lock(merger)
        both = items(merger)
        if not all(item.chosen for item in both):
            raise Refused("Il reste des choix à faire : le programme commun se fait ensuite.")
        if all(item.chosen == Side.NEITHER for item in both):
            raise Refused("Gardez au moins un engagement pour faire un programme commun.")
        if merger.programme.commune_id != merger.other.commune_id:
            raise Refused(OTHER_COMMUNE)
        common = Programme.objects.create(
            commune=merger.programme.commune,
            catalogue_id=merger.programme.catalogue_id,
            variant=COMMON_VARIANT,
        )
        _gather_people(merger, common)
        common.author = common.memberships.get(user=maker.user_id).alias
        _write(common, both)
        copying.begin_history(common)
        merger.result, merger.made_at = common, timezone.now()
        merger.save(update_fields=["result", "made_at"])
    return common


def _write(common: Programme, both: Iterable[Item]) -> None:
    """Copies what was chosen: in each chapter the first list's, then the second's."""
    chosen = [(item.pair, item.chosen) for item in both]
    first = [pair.first for pair, side in chosen if side in (Side.FIRST, Side.BOTH)]
    second = [pair.second for pair, side in chosen if side in (Side.SECOND, Side.BOTH)]
    beside = {pair.second.pk for pair, side in chosen if side == Side.BOTH}
    rows = [*sorted(first, key=_place), *sorted(second, key=_place)]
    keys = set()
    for position, row in enumerate(rows):
        row.position, row.reason = position, ""
        if row.key in keys:
            # Both lists come from one file, or one is a variant of the other.
            row.key = uuid4()
        keys.add(row.key)
        if row.pk in beside:
            _make_own(row)
    copying.copy_commitments(rows, common, _common_chapters(rows, common), bare=beside)


def _place(row: Commitment) -> tuple:
    return row.chapter.number == 0, row.chapter.number, row.position, row.pk


def _make_own(row: Commitment) -> None:
    """A second commitment on a measure is one of the list's own, its values written out."""
    for name in TEXT_FIELDS:
        text = row.shown(name)
        is_long = name in ("title", "line") and len(text) > LINE_LENGTH
        setattr(row, name, f"{text[: LINE_LENGTH - 1].rstrip()}…" if is_long else text)
    for name in (*BASE_FIELDS, "sizes", "size_label", "taken_at_size"):
        setattr(row, name, "")
    row.measure = row.revision = row.declined_revision = None


def _common_chapters(rows: Iterable[Commitment], common: Programme) -> dict[int, Chapter]:
    """The chapter of the third programme for each chapter of the rows: a proposal has one."""
    kept: dict[int | str, Chapter] = {}
    stands_for = {}
    taken: set[int] = set()
    for chapter in {row.chapter_id: row.chapter for row in rows}.values():
        identity = chapter.proposal_id or (chapter.title if chapter.number else "")
        if identity not in kept:
            if chapter.number in taken:
                chapter.number = max(taken) + 1
            taken.add(chapter.number)
            kept[identity] = chapter
        stands_for[chapter.pk] = kept[identity].pk
    copies = copying.copy_chapters(kept.values(), common)
    return {old: copies[new] for old, new in stands_for.items()}


def _gather_people(merger: Merger, common: Programme) -> None:
    """Everybody of both teams: in the higher of her roles, under a name of her own."""
    ranks = list(Role)
    members: dict[int, Membership] = {}
    aliases: set[str] = set()
    for programme in (merger.programme, merger.other):
        for member in programme.memberships.all():
            if known := members.get(member.user_id):
                known.role = min(known.role, member.role, key=ranks.index)
                known.consent = known.consent or member.consent
                continue
            alias = _distinct(member.alias, aliases)
            aliases.add(alias.casefold())
            members[member.user_id] = Membership(
                programme=common,
                user_id=member.user_id,
                role=member.role,
                alias=alias,
                consent=member.consent,
            )
    Membership.objects.bulk_create(members.values())


def _distinct(alias: str, taken: set[str]) -> str:
    found, number = alias, 2
    while found.casefold() in taken:
        found = f"{alias[: ALIAS_LENGTH - 4]} {number}"
        number += 1
    return found
