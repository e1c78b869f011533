"""The letter and the short text for a bulletin: whole sentences, within their width."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.exchange import bulletin, letter, tree

from .texts import programme_of, promise, squeezed


def test_letter_fits_in_72_columns(hostile):
    lines = letter.to_text(hostile).decode().splitlines()
    assert max(map(letter.columns, lines)) <= 72
    assert [line for line in lines if re.match(r"\s*[;»:!?,\u00a0\u202f]", line)] == []
    assert [line for line in lines if line != line.rstrip()] == []


def test_word_that_is_cut_leaves_no_closing_sign_alone():
    assert letter.wrap("a" * 12 + "\u202f; fin", "", 12) == "a" * 11 + "\na\u202f; fin"


def test_letter_has_every_line_once(demo):
    document, others = demo
    text = squeezed(letter.to_text(document).decode())
    lines = [squeezed(tree.plain(row.shown_line)) for row in document.commitments]
    assert [text.count(line) for line in lines] == [1] * 20
    assert [title for title in others if squeezed(title) in text] == []


def test_letter_reads_like_a_letter(small):
    stamp = replace(small.stamp, address="https://exemple.fr/t/k7d3-9xq2/")
    assert letter.to_text(replace(small, stamp=stamp)).decode() == (
        "Une commune debout\n"
        "==================\n"
        "\n"
        "Sans écran\n"
        "\n"
        "Bien vivre ici, Ambérieu-en-Bugey (Ain)\n"
        "\n"
        "Élection municipale du 6\u00a0décembre 2026\n"
        "\n"
        "1. Les écrans\n"
        "-------------\n"
        "\n"
        "– Ligne 1\n"
        "\n"
        "2. Le reste\n"
        "-----------\n"
        "\n"
        "– Ligne 2\n"
        "\n"
        "Ce programme est celui de la liste Bien vivre ici. Ses 2 engagements\n"
        "sont propres à la liste. Il n’engage que la liste.\n"
        "\n"
        "Le programme entier\u00a0:\n"
        "https://exemple.fr/t/k7d3-9xq2/\n"
    )


@given(st.text(max_size=120), st.integers(min_value=8, max_value=72))
@settings(max_examples=80, deadline=None)
def test_wrapping_loses_no_letter_and_keeps_to_its_width(text, width):
    text = tree.plain(text)
    wrapped = letter.wrap(text, letter.BULLET, width)
    lines = wrapped.split("\n")
    kept = "".join(lines).removeprefix(letter.BULLET)
    assert squeezed(kept) == squeezed(unicodedata.normalize("NFC", text))
    assert [line for line in lines if letter.columns(line) > width] == []


@pytest.mark.parametrize("length", bulletin.LENGTHS)
def test_short_text_quotes_whole_sentences_and_counts_the_rest(demo, length):
    document, _ = demo
    text = bulletin.short(document, length)
    sentences = {
        words if words.endswith((".", "?", "!")) else f"{words}."
        for row in document.commitments
        if (words := tree.plain(row.shown_line))
    }
    quoted = [sentence for sentence in sentences if sentence in text]
    rest = re.search(r"Et (\d+)\u00a0autres engagements à lire dans notre programme\.$", text)
    assert length * 0.75 < len(text) <= length
    assert len(quoted) + (int(rest[1]) if rest else 0) == 20
    assert text.startswith(tree.plain(f"{document.title}. {document.subtitle}."))


def test_short_text_draws_on_the_chapters_in_turn():
    rows = [promise(rank, "x", line=f"La ligne numéro {rank}") for rank in range(1, 7)]
    document = programme_of(*rows)
    assert bulletin.short(document, 130) == (
        "Une commune debout. Sans écran. La ligne numéro 1. La ligne numéro 4."
        " Et 4\u00a0autres engagements à lire dans notre programme."
    )


def test_short_text_gives_up_the_subtitle_before_the_last_line():
    document = programme_of(promise(1, "x", line="Une ligne"))
    document = replace(document, subtitle="Un mot " * 40)
    assert bulletin.short(document, 300) == "Une commune debout. Une ligne."


def test_short_text_of_a_title_that_is_too_long_is_not_cut(small):
    document = replace(small, title="a" * 400)
    assert bulletin.short(document, 300) == (
        "a" * 400 + ". 2\u00a0engagements à lire dans notre programme."
    )
