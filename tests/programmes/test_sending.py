"""The pages on which a team writes to the catalogue, reads what it will send, and sends it."""

import html
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes import actions, contributions
from programmes.enums import ContributionStatus
from programmes.exchange.exports import EXPORTS
from programmes.models import Commitment, Contribution, Draft
from programmes.printing import document
from proposals.desk.enums import Role as DeskRole
from proposals.models import Measure, SizeClass, Wording
from tests.pages import errors_of, html_of, plain, text_of

PLAN = "pcs-rupture-reseaux"
EXAMPLE = {"place": "Die", "fact": "Un guichet ouvert le samedi.", "source": "Le Journal du 3 mai"}


@pytest.fixture(autouse=True)
def nothing_sent_today():
    cache.clear()


@pytest.fixture
def plan(take):
    return take(PLAN)[0]


@pytest.fixture
def address(plan):
    def address(what):
        return reverse("programmes:contribution", args=[plan.programme_id, plan.pk, what])

    return address


@pytest.fixture
def list_address(programme):
    return reverse("programmes:contributions", args=[programme.pk])


def hidden(page) -> dict[str, str]:
    """The fields of the page to read before sending."""
    form = html_of(page).split('<form class="block"')[1]
    pairs = re.findall(r'name="(\w+)"(?: value="([^"]*)")?', form, re.DOTALL)
    fields = {name: html.unescape(value or "") for name, value in pairs}
    return {name: value for name, value in fields.items() if name != "reprendre"}


def send(client, address, typed):
    """Writes, reads, sends; gives the page that was read and the answer."""
    read = client.post(address, typed)
    return read, client.post(address, hidden(read))


def shown(page) -> list[tuple[str, str]]:
    """What the page says will be sent, its labels and its words, what is removed left out."""
    said = html_of(page).split('<dl class="facts said">')[1].split("</dl>")[0]
    said = re.sub(r"<del>.*?</del>|<i>.*?</i>", "", said, flags=re.DOTALL).replace("<br>", "\n")
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", said, re.DOTALL)
    return [(label, html.unescape(re.sub(r"<[^>]+>", "", text))) for label, text in found]


def own_text(plan) -> str:
    """The catalogue's text with a sentence of the team's."""
    return f"{plan.base_text} Nous le relisons chaque automne."


def test_improvement_begins_with_the_words_of_the_team(as_alice, plan, address):
    Commitment.objects.update(text=own_text(plan))
    page = as_alice.get(address("texte"))
    assert page.context["form"].initial["text"] == own_text(plan)


def test_what_leaves_is_what_was_shown_and_nothing_else(as_alice, programme, plan, address):
    typed = {"text": own_text(plan), "note": "Plus clair.", "signature": "une liste du Gers"}
    read, answer = send(as_alice, address("texte"), typed)
    sent = Contribution.objects.get()
    assert answer.url == reverse("programmes:contributions", args=[programme.pk])
    assert sent.content() == read.context["contribution"].content()
    assert shown(read) == [
        ("Mesure", Measure.objects.get(pk=PLAN).title),
        ("Texte visé", f"texte, {plan.size_label}"),
        ("Changement", own_text(plan)),
        ("Pourquoi", "Plus clair."),
        ("Signature", "une liste du Gers"),
    ]
    assert sent.content() == {
        "kind": "improvement", "measure_slug": PLAN, "sizes": plan.sizes, "field": "text",
        "base": plan.base_text, "text": own_text(plan), "note": "Plus clair.",
        "place": "", "fact": "", "wrong": "", "source": "", "signature": "une liste du Gers",
    }  # fmt: skip
    assert sent.programme == programme


@pytest.mark.parametrize(
    ("what", "typed"),
    [
        ("exemple", EXAMPLE),
        ("exemple", {"place": "Die", "fact": "L’un,\nl’autre.", "signature": "nous"}),
        ("erreur", {"wrong": "La date.", "source": "Code général, art. L. 1"}),
        ("titre", {"text": "Un autre titre"}),
        ("ligne", {"text": "Une autre ligne", "note": "Plus court."}),
        ("simple", {"text": "Des mots simples."}),
    ],
)
def test_every_word_that_leaves_is_on_the_page_that_is_read(as_alice, address, what, typed):
    read, _ = send(as_alice, address(what), typed)
    sent = Contribution.objects.get()
    words = {text for _, text in shown(read)}
    told = {name: value for name, value in sent.content().items() if name in typed}
    assert told == typed
    assert set(typed.values()) <= words
    assert {value for name, value in sent.content().items() if value} - words <= {
        sent.kind, sent.measure_slug, sent.sizes, sent.field, sent.base,
    }  # fmt: skip


def test_nothing_is_kept_by_writing_and_reading_alone(as_alice, address):
    page = as_alice.post(address("exemple"), EXAMPLE)
    assert "Rien d’autre de votre programme" in text_of(page)
    assert "Si vous supprimez votre programme, ce qui a été envoyé reste" in text_of(page)
    assert Contribution.objects.count() == 0


def test_text_is_taken_up_again_from_the_page_that_is_read(as_alice, address):
    read = as_alice.post(address("exemple"), EXAMPLE)
    page = as_alice.post(address("exemple"), {**hidden(read), "reprendre": ""})
    assert page.context["form"]["fact"].value() == EXAMPLE["fact"]
    assert 'name="lu"' not in html_of(page)
    assert Contribution.objects.count() == 0


def test_what_the_page_did_not_show_does_not_leave(as_alice, plan, address):
    read = as_alice.post(address("texte"), {"text": own_text(plan)})
    Wording.objects.filter(measure=PLAN).update(text="Le catalogue dit autre chose.")
    page = as_alice.post(address("texte"), hidden(read))
    # What was lost is asked back, or the new text is shown: it does not leave unread.
    assert page.status_code == 200
    assert Contribution.objects.count() == 0
    again = as_alice.post(address("exemple"), {**EXAMPLE, "lu": "autre"})
    assert "Relisez encore une fois" in text_of(again)
    assert Contribution.objects.count() == 0


def test_sent_twice_it_is_one(as_alice, address):
    read = as_alice.post(address("exemple"), EXAMPLE)
    for _ in range(3):
        assert as_alice.post(address("exemple"), hidden(read)).status_code == 302
    assert Contribution.objects.count() == 1


def test_withdrawn_and_sent_again_it_is_there(as_alice, programme, address):
    send(as_alice, address("exemple"), EXAMPLE)
    as_alice.post(withdrawal(Contribution.objects.get()))
    send(as_alice, address("exemple"), EXAMPLE)
    assert Contribution.objects.count() == 1


def test_what_is_not_sent_yet_is_kept_as_a_draft(as_alice, address):
    as_alice.post(address("exemple"), EXAMPLE)
    assert Draft.objects.get().typed["fact"] == [EXAMPLE["fact"]]
    page = as_alice.get(f"{address('exemple')}?brouillon")
    assert page.context["form"]["fact"].value() == EXAMPLE["fact"]
    send(as_alice, address("exemple"), EXAMPLE)
    assert Draft.objects.count() == 0


def test_ten_a_day_leave_and_the_eleventh_is_told_when(as_alice, address):
    for number in range(10):
        send(as_alice, address("exemple"), {**EXAMPLE, "place": f"Die {number}"})
    _, answer = send(as_alice, address("exemple"), EXAMPLE)
    assert answer.status_code == 429
    assert "envoyez-le plus tard, au plus tard" in text_of(answer)
    assert hidden(answer)["fact"] == EXAMPLE["fact"]
    assert Contribution.objects.count() == 10


def test_double_click_at_the_limit_is_no_refusal(as_alice, address):
    for number in range(9):
        send(as_alice, address("exemple"), {**EXAMPLE, "place": f"Die {number}"})
    read, _ = send(as_alice, address("exemple"), EXAMPLE)
    assert as_alice.post(address("exemple"), hidden(read)).status_code == 302


def test_programmes_are_counted_apart(client, as_alice, address, charlie, grenoble):
    for number in range(10):
        send(as_alice, address("exemple"), {**EXAMPLE, "place": f"Die {number}"})
    other, _, _ = actions.open_programme(grenoble, charlie)
    theirs = actions.adopt_measure(other, Measure.objects.get(pk=PLAN), SizeClass.objects.last())
    client.force_login(charlie)
    place = reverse("programmes:contribution", args=[other.pk, theirs.pk, "exemple"])
    _, answer = send(client, place, EXAMPLE)
    assert answer.status_code == 302


PASTED = '<p class="MsoNormal"><span style="font-size:12pt">Un fait.<o:p></o:p></span></p>'


@pytest.mark.parametrize(
    ("what", "field", "text", "sentence"),
    [
        ("exemple", "fact", "", "Écrivez ce qui s’y est fait."),
        ("exemple", "fact", "   ", "Écrivez ce qui s’y est fait."),
        ("exemple", "place", "x" * 201, "201 signes, c’est trop : il en faut 200 au plus."),
        ("exemple", "fact", "x" * 2001, "2 001 signes, c’est trop : il en faut 2 000 au plus."),
        ("exemple", "fact", PASTED, "Des codes de mise en page sont venus avec le texte"),
        ("exemple", "source", "<!-- x -->", "Des codes de mise en page sont venus avec le texte"),
        ("exemple", "fact", "Un\u202e fait", "U+202E"),
        ("exemple", "fact", "Les élu·es.", "« élu·es » : le catalogue s’écrit sans point"),
        ("erreur", "wrong", "", "Écrivez ce qui est faux."),
        ("erreur", "signature", "x" * 81, "81 signes, c’est trop : il en faut 80 au plus."),
        ("titre", "text", "x" * 91, "91 signes, c’est trop : il en faut 90 au plus."),
        ("ligne", "text", "En {delai}", "Une ligne de tract se passe d’accolades : ôtez-les."),
        ("simple", "text", "En {dellai}.", "« {dellai} » n’est pas un réglage de cette mesure."),
        ("texte", "text", "", "Écrivez le texte que vous proposez."),
        ("simple", "text", "[" * 500, "500 crochets ouvrants"),
    ],
)
def test_what_the_catalogue_could_not_take_is_said_and_kept(
    as_alice, address, what, field, text, sentence
):
    page = as_alice.post(address(what), {**EXAMPLE, "wrong": "La date.", field: text})
    assert page.status_code == 200
    assert [sentence in plain(error) for error in errors_of(page)] == [True]
    assert page.context["form"][field].value() == text
    assert Contribution.objects.count() == 0


def test_huge_paste_gets_its_sentence(as_alice, address):
    page = as_alice.post(address("exemple"), {**EXAMPLE, "fact": PASTED * 12_000})
    assert [plain(error) for error in errors_of(page)] == [
        "960 000 signes, c’est trop : il en faut 2 000 au plus."
    ]


def test_setting_must_stay_in_its_text(as_alice, plan, address):
    (name, *_) = [row.slug for row in plan.parameters.all() if row.slug in plan.base_text]
    page = as_alice.post(address("texte"), {"text": "Nous le ferons sans réglage."})
    assert f"Gardez {{{name}}} dans le texte : chaque équipe y met sa valeur." in plain(
        " ".join(errors_of(page))
    )


def test_text_of_the_catalogue_as_it_is_is_no_improvement(as_alice, plan, address):
    page = as_alice.post(address("texte"), {"text": plan.base_text.replace("\n", "\r\n")})
    assert ["C’est le texte du catalogue" in error for error in errors_of(page)] == [True]


def test_name_of_the_commune_is_told_before_it_leaves(as_alice, address):
    told = "Le nom de votre commune, « Barsac », est dans ce texte."
    page = as_alice.post(address("exemple"), {**EXAMPLE, "place": "Barsac (Drôme)"})
    assert told in plain(text_of(page))
    assert told not in plain(text_of(as_alice.post(address("exemple"), EXAMPLE)))


def test_hostile_words_are_harmless_on_every_page(as_alice, list_address, address):
    typed = {"place": "« & \" '", "fact": "3 < 4 & javascript:alert(1)"}
    read, _ = send(as_alice, address("exemple"), typed)
    assert dict(shown(read))["Fait"] == typed["fact"]
    sent = Contribution.objects.get()
    Contribution.objects.update(fact="<script>alert(1)</script>", answer="<img src=x>")
    pages = [list_address, reverse("programmes:sent", args=[sent.programme_id, sent.pk])]
    for page in pages:
        assert re.findall("<script|<img", html_of(as_alice.get(page))) == []


def test_reader_reads_and_does_not_send(client, bob, as_alice, address, list_address):
    send(as_alice, address("exemple"), EXAMPLE)
    sent = Contribution.objects.get()
    client.force_login(bob)
    page = client.get(list_address)
    assert "Exemple d’une commune" in text_of(page)
    assert "Retirer" not in text_of(page)
    detail = client.get(reverse("programmes:sent", args=[sent.programme_id, sent.pk]))
    assert dict(shown(detail))["Fait"] == EXAMPLE["fact"]
    assert client.post(address("exemple"), EXAMPLE).status_code == 403
    assert client.post(withdrawal(sent)).status_code == 403


def withdrawal(sent) -> str:
    return reverse("programmes:withdraw-contribution", args=[sent.programme_id, sent.pk])


def test_answer_is_new_once(as_alice, programme, list_address, address):
    send(as_alice, address("exemple"), EXAMPLE)
    contributions.answer(
        Contribution.objects.get(),
        ContributionStatus.DECLINED,
        "Il nous faut une date.",
        DeskRole.EDITOR,
    )
    home = programme.get_absolute_url()
    assert "Du nouveau pour 1 envoi au catalogue" in plain(text_of(as_alice.get(home)))
    first = text_of(as_alice.get(list_address))
    assert "Décliné, nouveau" in first
    assert "Il nous faut une date." in first
    assert "nouveau" not in text_of(as_alice.get(list_address))
    assert "Du nouveau" not in text_of(as_alice.get(home))


def test_what_is_answered_stays(as_alice, address):
    send(as_alice, address("exemple"), EXAMPLE)
    sent = Contribution.objects.get()
    contributions.answer(sent, ContributionStatus.DECLINED, "", DeskRole.EDITOR)
    page = as_alice.post(withdrawal(sent), follow=True)
    assert "Les associations ont déjà répondu" in text_of(page)
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize("what", ["autre", "text", "0", "texte2"])
def test_unknown_kind_is_404(as_alice, address, what):
    assert as_alice.get(address(what)).status_code == 404
    assert as_alice.post(address(what), EXAMPLE).status_code == 404


def test_own_commitment_has_nothing_to_propose(as_alice, programme):
    own = Commitment(
        programme=programme, title="Un lavoir", text="Rouvert.", decided_by="mayor", horizon="term"
    )
    actions.add_own_commitment(own, None)
    assert_nothing_to_propose(as_alice, own)


@pytest.mark.parametrize("change", [{"retired": True}, {"published": False}])
def test_measure_that_left_the_catalogue_has_nothing_to_propose(as_alice, plan, change):
    Measure.objects.filter(pk=PLAN).update(**change)
    assert_nothing_to_propose(as_alice, plan)


def assert_nothing_to_propose(client, commitment):
    arguments = [commitment.programme_id, commitment.pk]
    for what in ("texte", "exemple"):
        place = reverse("programmes:contribution", args=[*arguments, what])
        assert client.get(place).status_code == 404
        assert client.post(place, EXAMPLE).status_code == 404
    assert client.get(reverse("programmes:contribute", args=arguments)).status_code == 404
    page = client.get(commitment.get_absolute_url())
    assert "Proposer au catalogue" not in text_of(page)


def test_link_is_on_the_page_of_adapting(as_alice, plan):
    page = as_alice.get(plan.get_absolute_url())
    assert reverse("programmes:contribute", args=[plan.programme_id, plan.pk]) in html_of(page)


@pytest.mark.parametrize("pk", ["0", "99999999999999999999", "-1", "x"])
def test_ids_that_are_none_are_404(as_alice, programme, pk):
    for rest in (f"envois/{pk}/", f"engagements/{pk}/proposer/texte/"):
        assert as_alice.get(f"{programme.get_absolute_url()}{rest}").status_code == 404


@pytest.mark.parametrize("name", ["contributions", "programme"])
def test_lists_ask_as_much_for_one_as_for_three(as_alice, programme, name):
    place, counts = reverse(f"programmes:{name}", args=[programme.pk]), []
    for _ in range(3):
        programme.contributions.create(kind="example", measure_slug=PLAN)
        with CaptureQueriesContext(connection) as asked:
            assert as_alice.get(place).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[2]


def test_list_has_a_word_for_a_measure_that_is_gone(as_alice, programme, list_address):
    programme.contributions.create(kind="example", measure_slug="partie-depuis")
    assert "partie-depuis Exemple d’une commune" in text_of(as_alice.get(list_address))


def test_nothing_of_it_is_exported(as_alice, programme, plan, address):
    send(as_alice, address("exemple"), {**EXAMPLE, "fact": "Mot introuvable."})
    built = document.build(programme)
    written = [bytes(EXPORTS[name].make(built)) for name in EXPORTS if not name.endswith("x")]
    assert [b"introuvable" in content for content in written] == [False] * len(written)
