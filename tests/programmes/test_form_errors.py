"""Every form of the workshop that is sent wrong answers in the same way.

`Erreur :` in the title; a summary on top, whose links lead to the fields; the same sentence at the
field; and all that was typed, still there.
"""

import html
import re
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.urls import reverse

from desescalade.long_forms import URLENCODED
from programmes import team
from programmes.enums import Role
from tests.pages import Page, errors_of, html_of, plain
from tests.programmes.forms import resend

PLAN = "pcs-rupture-reseaux"
FIRST = "services-essentiels-hors-reseau"
LONG = "a" * 400

# The form, its arguments, what is sent, what is typed rightly and must stay, and what is said.
FORMS = {
    "settings": (
        [], {"kind": "campaign", "title": LONG, "subtitle": "Un sous-titre", "vote_date": "hier",
             "own_population": "beaucoup"},
        "Un sous-titre",
    ),
    "imprint": ([], {"printer": "ourselves", "printer_name": "Camille Roux"}, "Camille Roux"),
    "team": ([], {"alias": "Un surnom " * 20, "role": "reader"}, "Un surnom"),
    "rename": ([], {"moi-alias": "Un surnom " * 20}, "Un surnom"),
    "new-commitment": ([], {"title": "Un banc", "text": "", "horizon": "jadis"}, "Un banc"),
    "comments": (["commitment"], {"text": "", "said_by": "Mme R., au marché"}, "Mme R."),
    "commitment": (
        ["commitment"],
        {"title": LONG, "text": "Notre texte", "status": "retained", "horizon": "term"},
        "Notre texte",
    ),
    "assemblies": ([], {"held_on": "hier", "place": "Salle des fêtes"}, "Salle des fêtes"),
    "copy": ([], {"variant": "courte " * 40}, "courte courte"),
    "import": ([], {"pasted": ""}, ""),
    "logos": ([], {"description": "Un soleil"}, "Un soleil"),
    "format": (["depliant"], {"copies": "mille", "slogan": "Autrement"}, "Autrement"),
    "accept-merger": ([], {"words": "un deux trois"}, "un deux trois"),
    "contribution": (["commitment", "erreur"], {"note": "", "signature": "Camille"}, "Camille"),
}  # fmt: skip


@pytest.fixture
def at(programme, take):
    (commitment,) = take(PLAN)

    def at(name, rest=()):
        known = {"commitment": commitment.pk}
        arguments = [known.get(each, each) for each in rest]
        return reverse(f"programmes:{name}", args=[programme.pk, *arguments])

    return at


def summary_of(response) -> str:
    (found,) = re.findall(r'<div class="summary" role="alert">(.*?)</div>', html_of(response), re.S)
    return found


def words(markup: str) -> str:
    return plain(" ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split()))


def assert_told(response, kept: str) -> None:
    page = html_of(response)
    assert plain(re.search(r"<title>(.*?)</title>", page, re.S)[1]).startswith("Erreur : ")
    summary = summary_of(response)
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets
    assert set(targets) <= set(Page(response.content).ids)
    said = [plain(error) for error in errors_of(response)]
    assert said
    assert [error for error in said if error not in words(summary)] == []
    assert html.escape(kept) in page or kept in page


@pytest.mark.parametrize("name", FORMS)
def test_a_wrong_form_says_so_above_and_at_the_field_and_keeps_the_rest(
    as_alice, programme, at, name
):
    rest, typed, kept = FORMS[name]
    assert_told(as_alice.post(at(name, rest), {"version": 1, **typed}), kept)


def test_a_wrong_choice_says_so_the_same_way(as_alice, at):
    address = at("choose", [FIRST])
    response = as_alice.get(address)
    wrong = {f"{PLAN}-status": "declined", f"{PLAN}-reason": "Trop cher. " * 60}
    assert_told(resend(as_alice, address, response, wrong), "Trop cher.")


def test_a_wrong_answer_says_so_the_same_way(as_alice, at):
    address = at("questions", [FIRST])
    response = as_alice.get(address)
    (name, *_) = re.findall(r'name="(?!initial-)([^"]+-note)"', html_of(response))
    assert_told(resend(as_alice, address, response, {name: "Deux pompes. " * 200}), "Deux pompes.")


def test_wrong_forms_of_people_without_a_programme(client, db):
    for address, typed, kept in (
        ("/connexion/", {"identifier": "chenille-7", "passphrase": ""}, "chenille-7"),
        ("/invitation/", {"words": "un deux trois"}, "un deux trois"),
        ("/programmes/importer/", {"pasted": ""}, ""),
    ):
        assert_told(client.post(address, typed), kept)


def test_a_wrong_name_of_who_joins_says_so(client, charlie, programme):
    _, token = team.invite(programme.memberships.first(), Role.READER, "Charlie")
    client.force_login(charlie)
    address = reverse("programmes:join", args=[token])
    assert_told(client.post(address, {"alias": "Un surnom " * 20}), "Un surnom")


def test_a_wrong_card_asked_for_in_the_middle_of_a_form_says_so(client, programme):
    address = reverse("programmes:settings", args=[programme.pk])
    typed = {"version": 1, "title": "Vivre ici", "identifier": "chenille-7", "passphrase": ""}
    assert_told(client.post(address, typed), "Vivre ici")


def test_no_form_with_fields_leaves_the_answer_to_the_browser():
    """A browser's own bubble is in its own language, names one field and leaves with a click."""
    left = []
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        for form in re.findall(r'<form [^>]*method="post".*?</form>', template.read_text(), re.S):
            tag, fields = form.split(">", 1)
            if re.search(r"\|crispy|(?<!\")\{\{ (\w+_)?form\.", fields) and "novalidate" not in tag:
                left.append(template.name)
    assert left == []


def test_two_million_accents_come_back_with_their_sentence(as_alice, take):
    (commitment,) = take("pcs-rupture-reseaux")
    typed = "é" * 2_000_000
    url = commitment.get_absolute_url()
    fields = {field.html_name: field.value() for field in as_alice.get(url).context["form"]}
    sent = urlencode({name: value or "" for name, value in fields.items()} | {"text": typed})
    response = as_alice.generic("POST", url, sent, content_type=URLENCODED)
    assert response.status_code in (200, 422)
    assert any(error.startswith("Ce texte compte 2") for error in errors_of(response))
    assert f">\n{typed}</textarea>" in html_of(response).replace("\r\n", "\n")
