"""The hour of a commune, from its INSEE code."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from programmes.models import Commune
from programmes.time_zones import GAMBIER, MARQUESAS, zone_of


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("26027", "Europe/Paris"),
        ("2A004", "Europe/Paris"),
        ("75056", "Europe/Paris"),
        ("97105", "America/Guadeloupe"),
        ("97209", "America/Martinique"),
        ("97302", "America/Cayenne"),
        ("97411", "Indian/Reunion"),
        ("97502", "America/Miquelon"),
        ("97608", "Indian/Mayotte"),
        ("97701", "America/St_Barthelemy"),
        ("97801", "America/Marigot"),
        ("98411", "Europe/Paris"),
        ("98613", "Pacific/Wallis"),
        ("98735", "Pacific/Tahiti"),
        ("98731", "Pacific/Marquesas"),
        ("98719", "Pacific/Gambier"),
        ("98818", "Pacific/Noumea"),
        ("98901", "Europe/Paris"),
        ("", "Europe/Paris"),
        ("99999", "Europe/Paris"),
    ],
)
def test_each_commune_has_its_zone(code, zone):
    assert zone_of(code) == ZoneInfo(zone)


def test_islands_of_polynesia_are_the_communes_we_think(db):
    names = dict(Commune.objects.filter(pk__in=[*MARQUESAS, *GAMBIER]).values_list("pk", "name"))
    assert [names[code] for code in (*MARQUESAS, *GAMBIER)] == [
        "Fatu-Hiva",
        "Hiva-Oa",
        "Nuku-Hiva",
        "Tahuata",
        "Ua-Huka",
        "Ua-Pou",
        "Gambier",
    ]


@pytest.mark.parametrize(
    ("code", "offset"),
    [("98735", -10.0), ("98731", -9.5), ("98719", -9.0), ("97411", 4.0), ("98818", 11.0)],
)
def test_clocks_differ_as_on_the_spot(code, offset):
    noon = datetime(2027, 3, 13, 12, tzinfo=zone_of(code))
    assert noon.utcoffset().total_seconds() / 3600 == offset
