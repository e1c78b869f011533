"""The colour of a print: what a team is told of the one it chose."""

import pytest

from programmes.printing import colors


@pytest.mark.parametrize("color", ["", *colors.PALETTE])
def test_every_colour_of_the_palette_is_sound(color):
    assert colors.problems(color) == []


@pytest.mark.parametrize("color", ["rouge", "#fff", "1f4d3a", "#1f4d3a9", "#1f4d3g"])
def test_what_is_no_colour_is_told_with_an_example(color):
    assert colors.problems(color) == [
        f"«\u00a0{color}\u00a0» n’est pas une couleur\u00a0: écrivez un dièse suivi de six chiffres"
        " ou lettres de a à f, comme #1f4d3a."
    ]


def test_colour_too_light_for_text_is_told_with_its_contrast():
    assert colors.problems("#6a6a6a") == [
        "Cette couleur est trop claire pour du texte\u00a0: son contraste avec le papier blanc est"
        " de 5,4 et il en faut 7. Prenez-la plus foncée."
    ]


def test_colour_that_a_copier_makes_pale_is_told_twice():
    light, pale = colors.problems("#c0a000")
    assert "de 2,5 et il en faut 7" in light
    assert pale == (
        "À la photocopieuse, cette couleur devient un gris pâle où les filets et les grands"
        " chiffres se perdent."
    )


def test_contrast_just_below_the_bound_is_not_rounded_up_to_it():
    assert round(colors.contrast("#416050"), 2) == 6.97
    assert "est de 6,9 et il en faut 7" in colors.problems("#416050")[0]


@pytest.mark.parametrize(
    ("color", "part"),
    [
        ("#000091", "bleu"),
        ("#1d4461", "bleu"),
        ("#e1000f", "rouge"),
        ("#6b1f2a", "rouge"),
        ("#1f4d3a", ""),
        ("#54305f", ""),
        ("#6a3d12", ""),
        ("#101820", ""),
        ("#3b3b38", ""),
    ],
)
def test_blues_and_reds_of_the_flag_are_known(color, part):
    assert colors.tricolor_part(color) == part


@pytest.mark.parametrize(
    ("color", "is_grey"),
    [("#000000", True), ("#3b3b38", True), ("#101820", True), ("#1f4d3a", False)],
)
def test_what_reads_as_black_or_grey_is_known(color, is_grey):
    assert colors.is_grey(color) is is_grey
