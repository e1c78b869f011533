"""The time zone of a commune, by its INSEE code: the law counts to the hour before a vote.

Zones are those of the tz database (file zone.tab), which Debian always has (package tzdata,
priority "required").
"""

from zoneinfo import ZoneInfo

METROPOLE = "Europe/Paris"
# By the first three signs of the code. The Terres australes (984) and Clipperton (989), where
# nobody votes, are left to Paris.
OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
# Half an hour ahead of Tahiti: Fatu-Hiva, Hiva-Oa, Nuku-Hiva, Tahuata, Ua-Huka, Ua-Pou.
MARQUESAS = ("98718", "98723", "98731", "98746", "98756", "98757")
# One hour ahead.
GAMBIER = ("98719",)
ISLANDS = dict.fromkeys(MARQUESAS, "Pacific/Marquesas") | dict.fromkeys(GAMBIER, "Pacific/Gambier")


def zone_of(commune_code: str) -> ZoneInfo:
    """Paris for any code that is not overseas, "" too."""
    name = ISLANDS.get(commune_code) or OVERSEAS.get(commune_code[:3], METROPOLE)
    return ZoneInfo(name)
