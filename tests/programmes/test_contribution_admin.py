"""What curators see of what teams send, and how they answer."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes import contributions
from programmes.enums import ContributionStatus
from programmes.models import Commitment, Contribution, Membership, Programme
from proposals.catalogue import from_rows
from proposals.desk import drafts
from proposals.desk import models as desk
from proposals.desk.enums import Cause
from proposals.desk.enums import Role as DeskRole
from proposals.desk.models import EntryChange, JournalEntry
from proposals.models import Measure, Wording
from tests.pages import plain, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

PLAN = "pcs-rupture-reseaux"
LIST = reverse("admin:programmes_contribution_changelist")
SECRETS = ["Barsac", "26027", "Drôme", "Marque de la liste", "Marque de la personne", "alice"]


@pytest.fixture
def sent(programme):
    """A correction, of a programme full of names."""
    Programme.objects.update(list_name="Marque de la liste", title="Marque de la liste")
    Membership.objects.update(alias="Marque de la personne")
    contribution = Contribution(kind="correction", measure_slug=PLAN, wrong="La date est fausse.")
    contributions.send(programme, contribution)
    return contribution


@pytest.fixture
def improvement(programme):
    """Of the default text; gives the contribution, and what it adds."""
    base = Wording.objects.get(measure=PLAN, is_default=True).text
    contribution = Contribution(
        kind="improvement", measure_slug=PLAN, field="text", base=base, text=f"{base} Plus tard."
    )
    contributions.send(programme, contribution)
    return contribution


def page_of(contribution) -> str:
    return reverse("admin:programmes_contribution_change", args=[contribution.pk])


def answer_to(client, contribution, how, text="", **follow):
    address = reverse("admin:programmes_contribution_answer", args=[contribution.pk])
    return client.post(address, {"how": how, "answer": text}, **follow)


def test_neither_programme_nor_team_is_on_any_page(admin_client, programme, take, sent):
    take(PLAN)
    Commitment.objects.update(reason="Marque de la liste")
    pages = [LIST, page_of(sent), f"{LIST}?q={PLAN}", f"{LIST}?mesure={PLAN}"]
    answers = [admin_client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200] * len(pages)
    seen = [answer.content.decode() for answer in answers]
    seen.append(answer_to(admin_client, sent, "decline").content.decode())
    seen.append(answer_to(admin_client, sent, "decline", "Non.", follow=True).content.decode())
    seen.append(admin_client.get(page_of(sent)).content.decode())
    named = [*SECRETS, programme.pk]
    assert [secret for secret in named for page in seen if secret in page] == []
    line = JournalEntry.objects.first()
    assert (line.verb, line.subject) == ("answered", f"mesure « {PLAN} »")
    assert LogEntry.objects.count() == 0


def test_link_to_the_programme_is_not_even_read(admin_client, sent):
    with CaptureQueriesContext(connection) as asked:
        for page in (LIST, page_of(sent)):
            admin_client.get(page)
        answer_to(admin_client, sent, "decline", "Non.")
    assert [query["sql"] for query in asked if "programme_id" in query["sql"]] == []


def test_page_says_all_that_the_team_was_shown(admin_client, improvement):
    title = Measure.objects.get(pk=PLAN).title
    page = plain(text_of(admin_client.get(page_of(improvement))))
    assert f"Mesure {title} Texte visé texte, toutes les tailles Changement" in page
    assert "[ajouté : Plus tard. ]" in page
    assert "Le catalogue a changé depuis" not in page


def test_page_says_when_the_catalogue_has_moved_on(admin_client, improvement):
    Wording.objects.filter(measure=PLAN, is_default=True).update(text="Autre chose.")
    page = text_of(admin_client.get(page_of(improvement)))
    assert "Le catalogue a changé depuis" in page
    Measure.objects.filter(pk=PLAN).update(title="Un autre titre")
    Contribution.objects.update(field="line", sizes="parti")
    assert "Ce texte n’est plus dans le catalogue." in text_of(
        admin_client.get(page_of(improvement))
    )


def test_list_is_filtered_by_state_kind_and_measure(admin_client, sent, improvement):
    def found(**query):
        return list(admin_client.get(LIST, query).context["cl"].queryset)

    assert found(status__exact="received") == [improvement, sent]
    assert found(kind__exact="correction") == [sent]
    assert found(mesure="autre") == []
    assert found(mesure=PLAN) == [improvement, sent]


def test_accepted_correction_is_answered(admin_client, sent):
    page = answer_to(admin_client, sent, "accept", "C’est corrigé, merci.", follow=True)
    assert "à vous de corriger la mesure" in text_of(page)
    sent.refresh_from_db()
    assert (sent.status, sent.answer, sent.is_read) == ("accepted", "C’est corrigé, merci.", False)


def test_done_by_hand_touches_no_draft(admin_client, improvement):
    answer_to(admin_client, improvement, "by-hand", "Repris.")
    improvement.refresh_from_db()
    assert improvement.status == ContributionStatus.ACCEPTED


def test_declining_wants_a_reason(admin_client, sent):
    page = answer_to(admin_client, sent, "decline", "  ")
    assert "Dites à l’équipe pourquoi, en une phrase." in text_of(page)
    assert "<title>Erreur\u00a0: " in page.content.decode()
    sent.refresh_from_db()
    assert sent.is_waiting


def test_second_of_two_curators_is_told_and_keeps_her_words(admin_client, sent):
    answer_to(admin_client, sent, "decline", "La première.")
    page = answer_to(admin_client, sent, "decline", "La seconde.")
    assert page.status_code == 409
    assert "Quelqu’un a déjà répondu" in text_of(page)
    assert "La seconde." in text_of(page)
    sent.refresh_from_db()
    assert sent.answer == "La première."


@pytest.mark.parametrize(
    ("how", "text", "sentence"),
    [
        ("", "Oui.", "Choisissez l’un des boutons."),
        ("autre", "Oui.", "Choisissez l’un des boutons."),
        ("accept", "x" * 2001, "2 001 signes, c’est trop : il en faut 2 000 au plus."),
        ("accept", "<b style='x'>Oui</b>", "Des codes de mise en page"),
    ],
)
def test_wrong_answer_is_said_and_kept(admin_client, sent, how, text, sentence):
    page = answer_to(admin_client, sent, how, text)
    assert sentence in plain(text_of(page))
    assert page.context["form"]["answer"].value() == text
    sent.refresh_from_db()
    assert sent.is_waiting


def test_what_was_withdrawn_is_404(admin_client, sent):
    contributions.withdraw(sent)
    assert answer_to(admin_client, sent, "accept").status_code == 404


def test_hostile_words_are_harmless(admin_client, sent):
    Contribution.objects.update(wrong="<script>alert(1)</script>", source="javascript:alert(1)")
    page = admin_client.get(page_of(sent)).content.decode()
    assert re.findall(r"<script>alert|href=.javascript", page) == []


def curator(client, with_factor, *codenames):
    user = get_user_model().objects.create_user("curator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return with_factor(client, user)


def test_observer_reads_and_does_not_answer(client, with_factor, sent):
    observer = curator(client, with_factor, "view_contribution")
    page = observer.get(page_of(sent))
    assert "La date est fausse." in text_of(page)
    assert "Décliner" not in text_of(page)
    assert answer_to(observer, sent, "decline", "Non.").status_code == 403


def test_staff_without_the_right_reads_nothing(client, with_factor, sent):
    stranger = curator(client, with_factor, "view_commune")
    assert [stranger.get(page).status_code for page in (LIST, page_of(sent))] == [403, 403]


def test_answer_is_only_sent(admin_client, sent):
    address = reverse("admin:programmes_contribution_answer", args=[sent.pk])
    assert admin_client.get(address).status_code == 403


def test_member_of_a_team_is_sent_to_the_door(as_alice, sent):
    assert answer_to(as_alice, sent, "accept").status_code == 401
    sent.refresh_from_db()
    assert sent.is_waiting


def drafted() -> dict:
    return from_rows.entry(desk, "measure", PLAN)


def test_an_improvement_is_accepted_into_a_draft_with_one_click(admin_client, improvement):
    contribution = improvement
    before = Wording.objects.get(measure=PLAN, is_default=True).text
    answer_to(admin_client, contribution, "accept", "Merci.")
    assert drafted()["text"] == contribution.text
    change = EntryChange.objects.get()
    assert (change.cause, change.key) == ("contribution", PLAN)
    # The public reads it with the next release only.
    assert Wording.objects.get(measure=PLAN, is_default=True).text == before
    contribution.refresh_from_db()
    assert (contribution.status, contribution.answer) == ("drafted", "Merci.")


def test_an_example_is_accepted_into_a_draft_without_a_source(admin_client, programme):
    example = Contribution(kind="example", measure_slug=PLAN, place="Barsac", fact="Un fait.")
    contributions.send(programme, example)
    answer_to(admin_client, example, "accept")
    assert drafted()["examples"][-1] == {
        "place": "Barsac", "fact": "Un fait.", "kind": "example", "country": "FR", "source": None,
    }  # fmt: skip


def test_a_sentence_that_the_draft_has_changed_meanwhile_is_not_written_over(
    admin_client, improvement
):
    contribution = improvement
    contribution.text = f"Autrement dit, {contribution.base}"
    contribution.save()
    with drafts.recorded(Cause.ADMIN, DeskRole.EDITOR):
        desk.Wording.objects.filter(measure=PLAN, is_default=True).update(text="Tout autre chose.")
    response = answer_to(admin_client, contribution, "accept", "Merci.")
    assert response.status_code == 409
    assert drafted()["text"] == "Tout autre chose."
    contribution.refresh_from_db()
    assert contribution.is_waiting
