"""The living style page shows what the sheet draws."""

import re
from pathlib import Path

from django.conf import settings

SHEET = Path(settings.BASE_DIR) / "static" / "css" / "screen.css"
# Seen on one page only: drawn there, and of no use elsewhere.
ONE_PAGE = {
    "head",  # above a ballot sheet that is keyed in
    "hero",  # the first page
    "lines",  # on paper only
    "logos",
    "screen",  # not on paper
    "shot",  # the pictures of the guides
    "sheet",
    "default",  # the button of the Enter key, out of sight
}


GROUNDS = ("paper", "tint", "field")
# What is read, on what it stands: WCAG 2.2, 1.4.6 (7 to 1). Edges of fields: 1.4.11 (3 to 1).
READ = [
    *((text, ground) for text in ("ink", "soft", "spot", "ochre", "wrong") for ground in GROUNDS),
    ("on-spot", "spot"),
]


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def classes_of(text: str) -> set[str]:
    return {name for names in re.findall(r'class="([^"]*)"', text) for name in names.split()}


def test_style_page_shows_every_class_of_the_sheet(client, db):
    sheet = re.sub(r"/\*.*?\*/", "", SHEET.read_text(), flags=re.DOTALL)
    selectors = " ".join(re.findall(r"([^{}]+)\{", sheet))
    drawn = set(re.findall(r"\.([a-z][a-z-]*)", selectors))
    shown = classes_of(client.get("/style/").content.decode())
    assert drawn - shown == ONE_PAGE


def test_style_page_shows_every_colour_of_the_sheet(client, db):
    colours = set(re.findall(r"--([a-z-]+): #", SHEET.read_text()))
    shown = set(re.findall(r'fill="var\(--([a-z-]+)\)"', client.get("/style/").content.decode()))
    assert colours - shown == {
        "on-spot",  # on a button
        "field",  # in a field
    }


def test_text_contrasts_seven_to_one_by_day_and_by_night():
    pairs = re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", SHEET.read_text().split("@media print")[0])
    day = dict(pairs[: len(pairs) // 2])
    night = dict(pairs[len(pairs) // 2 :])
    assert day.keys() == night.keys()
    for scheme in (day, night):
        weak = {pair: contrast(*(scheme[name] for name in pair)) for pair in READ}
        assert {pair: ratio for pair, ratio in weak.items() if ratio < 7} == {}
        assert contrast(scheme["field-rule"], scheme["field"]) >= 3
