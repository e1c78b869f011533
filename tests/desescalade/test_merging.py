import time

import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from desescalade import merging
from desescalade.merging import Piece, merge, sentences, word_diff

# What texts of programmes are made of, and what is easily cut or joined wrongly.
FRAGMENTS = (
    *("Un", "deux", "Trois", "M.", "art. 5", "10\u202f000", "{jours_exercice}", "l’eau", "l'eau"),
    *(
        ".",
        "!",
        "\u202f?",
        "…",
        "«\u00a0",
        "\u00a0»",
        "«",
        "[",
        "](",
        ")",
        "**",
        "`",
        "https://a.fr",
    ),
    *(" ", " ", "\u00a0", "\n", "\n\n", "\r\n", "\r", "\t", "    ", "\u2028", "\x85", "etc."),
    *("- ", "\n- ", "\n    - ", "\n1. ", "\n2. ", "\n> ", "\n# ", "---", ". ", ".\n\n"),
)
texts = st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join)
wholes = st.lists(
    st.sampled_from(
        ["Un. ", "Deux. ", "Trois.\n\n", "Quatre !\n", "\n- cinq.\n", "\n1. six.\n", "\n> sept.\n"]
    ),
    max_size=12,
).map("".join)
any_text = st.one_of(texts, wholes, st.text(max_size=60))

BASE = "Nous ouvrons 3 écoles. Elles seront gratuites. Le maire en rend compte."
OWN = "Nous ouvrons 3 écoles. Elles seront gratuites et chauffées. Le maire en rend compte."
NEW = "Nous ouvrons 4 écoles. Elles seront gratuites. Le maire en rend compte."


def kinds(merged):
    return [part.kind for part in merged.parts]


# Sentences


@pytest.mark.parametrize(
    "pieces",
    [
        ["Un. ", "Deux\u202f! ", "Trois\u202f? ", "Quatre… ", "Cinq."],
        ["M. Dupont et Mme. Durand. ", "J.-P. Martin vient."],
        ["L’art. L. 52-8 le dit, n. 5, etc. mais p. ex. ici. ", "Fin."],
        ["Écoles, eau, etc. ", "Nous ouvrons."],
        ["Le délai est de {jours_exercice}. ", "{n} écoles ferment."],
        ["3,5 % de 10 000, soit 3.5. ", "Le 1er. ", "2. Fermer."],
        ["Nous hésitons… un peu. ", "Halte\u202f! dit-il."],
        ["Il dit «\u00a0Nous voulons. Tout de suite.\u00a0», et part. ", "Oui."],
        ["Il dit «\u00a0Oui\u202f!\u00a0» ", "Elle part."],
        ["«\u00a0Un. ", "Deux.\u00a0» ", "Trois."],
        ["Voir [la loi. Art. 3](https://a.fr/x.y?z=1). ", "Et https://a.fr/b.c aussi."],
        ["**Un. Deux.** ", "Trois."],
        ["Il n’y en a. ", "On y va."],
        ["# Titre\n", "Un\nsur deux lignes. ", "Deux.\n\n", "Trois"],
        [
            "- un. ",
            "Deux.\n",
            "    - dessous\n",
            "    1. rang\n",
            "2. b\n",
            "> cité\n",
            "> bis\n\n",
            "Fin",
        ],
        ["Un.\r\n\r\n", "Deux."],
        ["\n\nUn.\n\n\n", "Deux.\n"],
    ],
)
def test_a_text_is_cut_where_a_sentence_an_item_or_a_paragraph_ends(pieces):
    assert sentences("".join(pieces)) == pieces


@settings(deadline=None)
@given(any_text)
def test_pieces_join_to_the_text(text):
    assert "".join(sentences(text)) == text


@settings(deadline=None)
@given(any_text)
def test_no_piece_is_empty_and_no_placeholder_cut(text):
    pieces = sentences(text)
    assert all(pieces)
    assert sum(piece.count("{jours_exercice}") for piece in pieces) == text.count(
        "{jours_exercice}"
    )


# Merging


def test_a_corrected_figure_meets_another_sentence_of_the_team():
    merged = merge(BASE, OWN, NEW)
    assert merged.is_clean
    assert kinds(merged) == ["new", "own", "kept"]
    assert merged.text() == (
        "Nous ouvrons 4 écoles. Elles seront gratuites et chauffées. Le maire en rend compte."
    )


def test_two_figures_for_one_sentence_are_a_conflict_to_choose_from():
    merged = merge("Un. 3 écoles. Deux.", "Un. 5 écoles. Deux.", "Un. 4 écoles. Deux.")
    (conflict,) = merged.conflicts
    assert (conflict.base, conflict.own, conflict.new) == (" 3 écoles.", " 5 écoles.", " 4 écoles.")
    assert merged.text(["own"]) == "Un. 5 écoles. Deux."
    assert merged.text(["new"]) == "Un. 4 écoles. Deux."
    assert merged.text(["both"]) == "Un. 5 écoles. 4 écoles. Deux."


@pytest.mark.parametrize("choose", [[], ["own", "own"], ["base"], "own"])
def test_each_conflict_takes_one_choice(choose):
    with pytest.raises(ValueError, match="1 conflicts"):
        merge("Un.", "Deux.", "Trois.").text(choose)


@pytest.mark.parametrize(
    ("base", "own", "new", "text"),
    [
        ("Un. Deux.", "Un. Deux. Trois.", "Un bis. Deux.", "Un bis. Deux. Trois."),
        ("Un. Deux. Trois.", "Deux. Trois.", "Un. Deux. Six.", "Deux. Six."),
        ("Un. Deux.", "Zéro. Un. Deux.", "Un. Deux. Trois.", "Zéro. Un. Deux. Trois."),
        ("Un. Deux. Trois.", "Un. Trois.", "Un. Trois.", "Un. Trois."),
        ("Un.\n\nDeux.", "Un.\n\n- a\n\nDeux.", "Un.\n\nDeux bis.", "Un.\n\n- a\n\nDeux bis."),
        ("- a\n- b", "- a\n- b\n- c", "- z\n- b", "- z\n- b\n- c"),
        ("1. a\n2. b", "1. zéro\n2. a\n3. b", "1. a\n2. bis", "1. zéro\n2. a\n2. bis"),
        (
            "Un.\n\nDeux.",
            "Un.\n\nDeux.\n\nTrois.",
            "Un bis.\n\nDeux.",
            "Un bis.\n\nDeux.\n\nTrois.",
        ),
    ],
)
def test_changes_of_different_sentences_meet(base, own, new, text):
    assert merge(base, own, new).text() == text
    assert merge(base, new, own).text() == text


@pytest.mark.parametrize(
    ("base", "own", "new", "text"),
    [
        ("L'eau. Fin.", "L’eau. Fin.", "L'eau. La fin.", "L’eau. La fin."),
        ("3\u00a0% ici. Fin.", "3 % ici. La fin.", "3\u00a0% ici. Fin.", "3 % ici. La fin."),
        ("Un. Deux.", "Un.\r\nDeux.", "Un. Deux. Trois.", "Un.\r\nDeux. Trois."),
        ("Un.\n\nDeux.", "Un. \r\n\r\nDeux.", "Un.\n\nDeux bis.", "Un. \r\n\r\nDeux bis."),
        ("Un.", "Un. \n", "Un. Deux.", "Un. Deux. \n"),
        ("L'eau coûte 3 €.", "L'eau coûte 3\u00a0€.", "L’eau coûte 3 €.", "L’eau coûte 3 €."),
        ("E\u0301cole.", "École.", "E\u0301cole. Fin.", "École. Fin."),
        ("", "\n", "Texte.", "\nTexte."),
    ],
)
def test_space_and_apostrophes_alone_never_conflict(base, own, new, text):
    assert merge(base, own, new).text() == text
    assert merge(base, new, own).text() == text


@pytest.mark.parametrize(
    ("base", "own", "new"),
    [
        ("Un. Deux.", "# Un\nDeux.", "Un. Deux bis."),
        ("Un. Deux.", "Un.\n\nDeux.", "Un. Deux bis."),
    ],
)
def test_a_line_that_becomes_a_title_or_a_paragraph_never_swallows_what_follows(base, own, new):
    assert not merge(base, own, new).is_clean


@pytest.mark.parametrize(
    ("base", "own", "new", "text"),
    [
        ("Un.", "Deux.", "Trois.", "Deux. Trois."),
        ("- a", "- b", "- c", "- b\n\n- c"),
        ("Un.\n- a\n\nFin.", "Un.\n- b\n\nFin.", "Un.\n- c\n\nFin.", "Un.\n- b\n- c\n\nFin."),
        ("Un.", "- a\n- b", "Deux.", "- a\n- b\n\nDeux."),
        ("Un.", "Deux.", "# Titre\nTrois.", "Deux.\n\n# Titre\nTrois."),
        ("Un.", "# Titre", "Deux.", "# Titre\n\nDeux."),
        ("Un.", "Deux.\n\nTrois.", "Quatre.", "Deux.\n\nTrois.\n\nQuatre."),
        ("Un. Fin.", "Fin.", "Un bis. Fin.", "Un bis. Fin."),
    ],
)
def test_both_texts_follow_each_other_in_sound_markdown(base, own, new, text):
    assert merge(base, own, new).text(["both"]) == text


@settings(deadline=None)
@given(any_text, any_text)
def test_a_side_that_equals_the_base_gives_the_other(base, other):
    assert merge(base, base, other).text() == other
    assert merge(base, other, base).text() == other
    assert merge(base, other, other).text() == other


@settings(deadline=None)
@given(any_text, any_text, any_text)
def test_parts_join_to_each_of_the_three(base, own, new):
    parts = merge(base, own, new).parts
    assert "".join(part.base for part in parts) == base
    assert "".join(part.own for part in parts) == own
    assert "".join(part.new for part in parts) == new


@settings(deadline=None)
@given(any_text, any_text, any_text)
def test_exchanging_the_sides_exchanges_their_names(base, own, new):
    names = {"own": "new", "new": "own"}
    assert [
        (names.get(part.kind, part.kind), part.base, part.new, part.own, part.text)
        for part in merge(base, own, new).parts
    ] == list(merge(base, new, own).parts)


@settings(deadline=None)
@given(wholes, wholes, wholes)
def test_no_sentence_is_glued_to_another(base, own, new):
    merged = merge(base, own, new)
    known = {piece.strip() for text in (base, own, new) for piece in sentences(text)} | {""}
    for choice in ("own", "new", "both"):
        text = merged.text([choice] * len(merged.conflicts))
        assert {piece.strip() for piece in sentences(text)} <= known


@pytest.mark.parametrize(
    "sentence",
    [
        "AB. ",
        "0! ",
        "- a\n",
        "A!\n\n",
        "\n",
        "\r",
        "> ",
        "« ",
        "[",
        "[a](",
        "**a ",
        "`",
        "{a",
        "!",
        ".)",
        "1 ",
    ],
)
def test_a_hundred_thousand_letters_of_anything_take_no_time(sentence):
    text = sentence * (100_000 // len(sentence))
    own, new = f"{text[:50_000]}Nôtre. {text[50_000:]}", f"{text[:30_000]}Neuf. {text[30_000:]}"
    started = time.monotonic()
    assert "".join(sentences(text)) == text
    assert merge(text, text, new).text() == new
    merge(text, own, new)
    assert joined(word_diff(own, new), "added") == new
    # Some 1.5 s where it is slowest; whatever is quadratic takes a minute.
    assert time.monotonic() - started < 15


# Differences


def joined(pieces, kind):
    return "".join(piece.text for piece in pieces if piece.kind in ("same", kind))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Le 3 mai.", "Le 4 mai.", "Le [-3-][+4+] mai."),
        ("Il ouvre ici.", "Il ouvre tard ici.", "Il ouvre[+ tard+] ici."),
        (
            "Le maire de Lyon part.",
            "La mairie de Paris part.",
            "[-Le maire de Lyon-][+La mairie de Paris+] part.",
        ),
        (
            "Un grand plan de petite ville.",
            "Un plan de ville.",
            "Un[- grand-] plan de[- petite-] ville.",
        ),
        ("En {jours_min} jours", "En {jours_max} jours", "En [-{jours_min}-][+{jours_max}+] jours"),
        (
            "Soit 10\u202f000 euros",
            "Soit 12\u202f000 euros",
            "Soit [-10\u202f000-][+12\u202f000+] euros",
        ),
        ("Pour l’eau.", "Pour l’air.", "Pour l’[-eau-][+air+]."),
        ("Un.\n\nDeux.", "Un.\n\nDeux.", "Un.\n\nDeux."),
        ("", "Un.", "[+Un.+]"),
        ("Un.", "", "[-Un.-]"),
        ("", "", ""),
    ],
)
def test_what_changes_is_shown_word_by_word(old, new, shown):
    signs = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    assert "".join(signs[piece.kind].format(piece.text) for piece in word_diff(old, new)) == shown


@settings(deadline=None)
@given(any_text, any_text)
def test_differences_hold_both_texts(old, new):
    pieces = word_diff(old, new)
    assert joined(pieces, "removed") == old
    assert joined(pieces, "added") == new


def test_in_a_long_text_the_words_of_the_changed_sentence_only_are_compared(monkeypatch):
    pairs = []
    compare = merging._by_words
    monkeypatch.setattr(
        merging, "_by_words", lambda a, b: pairs.append(len(a) * len(b)) or compare(a, b)
    )
    text = " ".join(f"La mesure {rank} est prête." for rank in range(1000))
    pieces = word_diff(text, text.replace("mesure 500 est", "mesure 500 sera"))
    assert [piece.text for piece in pieces if piece.kind != "same"] == ["est", "sera"]
    assert sum(pairs) < 100


def test_too_many_words_are_all_changed():
    old, new = "un " * 3000, "deux " * 3000
    assert word_diff(old, new) == (Piece("removed", old), Piece("added", new))


def shown(*pieces):
    template = Template("{% load differences %}{{ pieces|marked }}")
    return template.render(Context({"pieces": pieces}))


def test_differences_are_marked_for_the_eye_and_said_for_the_ear():
    assert shown(Piece("same", "Le "), Piece("removed", "3"), Piece("added", "4")) == (
        "Le <del><i>[retiré\u00a0: </i>3<i>]</i></del><ins><i>[ajouté\u00a0: </i>4<i>]</i></ins>"
    )


def test_differences_are_escaped_and_keep_their_lines():
    assert shown(Piece("same", "<b>\r\n"), Piece("added", "<i>&")) == (
        "&lt;b&gt;<br><ins><i>[ajouté\u00a0: </i>&lt;i&gt;&amp;<i>]</i></ins>"
    )


def test_a_line_break_that_goes_is_seen():
    assert shown(Piece("removed", "\n\n")) == ("<del><i>[retiré\u00a0: </i>¶<br><br><i>]</i></del>")
