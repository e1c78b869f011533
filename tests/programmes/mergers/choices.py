"""What a team does on the pages of a merger."""

import re

from django.urls import reverse

from programmes import mergers

PLAN, DAY, MAP = "pcs-rupture-reseaux", "journee-hors-reseau", "cartographie-dependances"


def address(name: str, programme, *rest) -> str:
    return reverse(f"programmes:{name}", args=[programme.pk, *rest])


def page_of(merger, programme) -> str:
    return address("merger", programme, merger.pk)


def named(merger) -> dict[str, mergers.Item]:
    """The items by measure, or title."""
    return {
        item.pair.either.measure_id or item.pair.either.title: item
        for item in mergers.items(merger)
    }


def sent(item, side, **changes) -> dict[str, str]:
    return {f"{item.key}-side": side, f"{item.key}-seen": item.state, **changes}


def choose_all(merger, **sides) -> None:
    """`sides` by the name of the item; the rest is taken where it is."""
    wanted = []
    for name, item in named(merger).items():
        side = sides.get(name.replace("-", "_"), item.sides[0])
        wanted.append((item.key, item.state, side))
    assert mergers.choose(merger, wanted) == set()


def words_shown(client, programme) -> str:
    response = client.post(address("mergers", programme), {"envoi": "une-page"}, follow=True)
    return re.search(r"<dt>Six mots</dt><dd><b>([^<]+)</b>", response.content.decode())[1]
