"""Until when a programme is kept."""

from datetime import date, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse

from programmes import copying, history, lifetime, team
from programmes.enums import Role
from programmes.lifetime import due, end_of_mandate, following, latest, months_after
from programmes.models import Membership, Programme
from tests.pages import errors_of, text_of
from tests.programmes.files import send, yaml_of
from tests.programmes.forms import save_settings

TODAY = date(2026, 11, 22)
END = date(2032, 6, 30)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel("2026-11-22T12:00:00+01:00", tick=False) as clock:
        yield clock


def address(programme):
    return reverse("programmes:erase-date", args=[programme.pk])


def kept_until(programme):
    return Programme.objects.values_list("erase_on", flat=True).get(pk=programme.pk)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ("2027-03-14", "2027-06-14"),
        ("2026-11-30", "2027-02-28"),
        ("2027-11-30", "2028-02-29"),
        ("2028-02-29", "2028-05-29"),
        ("2026-12-31", "2027-03-31"),
        ("2027-10-01", "2028-01-01"),
    ],
)
def test_three_months_after_is_a_day_that_exists(day, later):
    assert months_after(date.fromisoformat(day), 3) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("today", "end"),
    [("2026-04-01", 2032), ("2026-03-31", 2026), ("2032-03-31", 2032), ("2032-04-01", 2038)],
)
def test_mandates_end_every_six_years_in_march(today, end):
    assert end_of_mandate(date.fromisoformat(today)) == date(end, 3, 31)


def test_a_programme_is_kept_three_months_after_its_vote_and_a_plan_for_the_mandate():
    assert due("campaign", date(2027, 3, 14), TODAY) == date(2027, 6, 14)
    assert due("mandate", None, TODAY) == date(2032, 3, 31)
    assert due("campaign", None, TODAY) == latest(TODAY) == END
    assert due("campaign", date(2099, 1, 1), TODAY) == END
    assert due("campaign", date.max, TODAY) == END


def test_no_date_that_has_passed_comes_nearer_than_ninety_days():
    last_year = date(2025, 11, 22)
    found = following("campaign", last_year, TODAY, END)
    assert found == TODAY + lifetime.NOTICE
    # Nor is it put off by saving the page once more.
    later = TODAY + timedelta(days=60)
    assert following("campaign", last_year, later, found) == found


def test_date_follows_the_vote_that_the_team_writes(as_alice, programme):
    assert kept_until(programme) == END
    save_settings(as_alice, programme, kind="campaign", vote_date="2027-03-14")
    assert kept_until(programme) == date(2027, 6, 14)
    save_settings(as_alice, programme, kind="mandate")
    assert kept_until(programme) == date(2032, 3, 31)


def test_date_that_the_team_chose_stays_until_it_is_left_empty(as_alice, programme):
    page = as_alice.post(address(programme), {"erase_on": "2028-02-29"}, follow=True)
    assert "Effacement le 29 février 2028 : c’est enregistré." in text_of(page).replace("\xa0", " ")
    save_settings(as_alice, programme, kind="campaign", vote_date="2027-03-14")
    assert kept_until(programme) == date(2028, 2, 29)
    as_alice.post(address(programme), {"erase_on": ""})
    assert kept_until(programme) == date(2027, 6, 14)


def test_settings_that_were_open_meanwhile_do_not_undo_the_choice(programme):
    stale = Programme.objects.get(pk=programme.pk)
    programme.choose_erase_date(date(2028, 2, 29))
    stale.vote_date = date(2027, 3, 14)
    stale.save(update_fields=["vote_date"])
    assert kept_until(programme) == date(2028, 2, 29)


def test_earlier_settings_that_come_back_bring_their_date(as_alice, programme):
    save_settings(as_alice, programme, kind="campaign", vote_date="2027-03-14")
    first = programme.changes.get(cause="settings")
    save_settings(as_alice, programme, kind="mandate")
    history.restore_settings(Programme.objects.get(pk=programme.pk), first)
    assert kept_until(programme) == date(2027, 6, 14)


def test_variant_has_the_date_of_its_programme(programme):
    programme.choose_erase_date(date(2028, 2, 29))
    assert kept_until(copying.copy_programme(programme, "courte")) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-11-22", "choisissez demain au plus tôt"),
        ("2025-01-01", "choisissez demain au plus tôt"),
        ("2032-07-01", "Choisissez le 30 juin 2032 au plus tard"),
        ("31/02/2027", "Écrivez une date, par exemple 14/06/2027"),
        ("9" * 400, "Écrivez une date, par exemple 14/06/2027"),
        ("\0", "Écrivez une date"),
    ],
)
def test_day_out_of_bounds_is_refused_in_a_sentence_and_kept_in_the_box(
    as_alice, programme, typed, said
):
    page = as_alice.post(address(programme), {"erase_on": typed})
    if page.status_code == 400:
        # A sign that no text has is refused before any page.
        assert "\0" in typed
        return
    assert said in errors_of(page)[0]
    assert kept_until(programme) == END


@pytest.mark.parametrize("typed", ["2026-11-23", "2032-06-30", "30/06/2032"])
def test_bounds_themselves_may_be_chosen(as_alice, programme, typed):
    assert as_alice.post(address(programme), {"erase_on": typed}).status_code == 302


def test_who_reads_sees_the_date_and_cannot_move_it(client, bob, programme):
    client.force_login(bob)
    page = client.get(address(programme))
    assert "Effacement le 30 juin 2032" in text_of(page)
    assert b"<input" not in page.content.split(b"<main")[1].replace(b'type="hidden"', b"")
    assert client.post(address(programme), {"erase_on": "2027-06-14"}).status_code == 403
    assert kept_until(programme) == END


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (31, ""),
        (30, "Ce programme s’efface le 22 décembre 2026, dans 30 jours."),
        (8, "Ce programme s’efface le 30 novembre 2026, dans 8 jours."),
        (7, "Plus que 7 jours : ce programme s’efface le 29 novembre 2026."),
        (1, "Ce programme s’efface demain, 23 novembre 2026, à minuit."),
        (0, "Ce programme s’efface ce soir à minuit."),
        (-1, "Ce programme devait s’effacer le 21 novembre 2026"),
    ],
)
def test_last_month_reminds_on_every_page_with_the_way_to_take_it_away(
    as_alice, programme, take, left, said
):
    (plan,) = take("pcs-rupture-reseaux")
    Programme.objects.update(erase_on=TODAY + timedelta(days=left))
    pages = [reverse(f"programmes:{name}", args=[programme.pk]) for name in ("preview", "team")]
    for address_of_page in (programme.get_absolute_url(), plan.get_absolute_url(), *pages):
        page = as_alice.get(address_of_page)
        text = text_of(page).replace("\xa0", " ").replace("\u202f", " ")
        if not said:
            assert "Ce programme s’efface" not in text
            continue
        assert said in text
        html = page.content.decode().split('class="warning"')[1].split("</p>")[0]
        assert "programme-complet.yaml" in html
        assert reverse("programmes:print", args=[programme.pk]) in html
        assert address(programme) in html


def test_nothing_to_print_is_not_offered_to_be_taken_away(as_alice, programme, take):
    Programme.objects.update(erase_on=TODAY)
    prints = reverse("programmes:print", args=[programme.pk])
    pages = [
        reverse(f"programmes:{name}", args=[programme.pk]) for name in ("delete", "erase-date")
    ]
    file = reverse("programmes:export", args=[programme.pk, "programme-complet.yaml"])
    for offered in (0, 2):
        for page in pages:
            html = as_alice.get(page).content.decode().partition("</nav>\n<p class")[2]
            assert (html.count(file), html.count(f'{prints}"')) == (2, offered), page
        take("pcs-rupture-reseaux")


def test_erasing_for_good_stands_apart_and_last(as_alice, programme):
    page = as_alice.get(reverse("programmes:delete", args=[programme.pk])).content.decode()
    ranks = [page.index(f"<h2>{title}") for title in (
        "À emporter d’abord", "Mettre à la corbeille", "Ce qui reste", "Effacer pour toujours",
    )]  # fmt: skip
    assert ranks == sorted(ranks)
    assert page.index('name="erase"') > ranks[-1]


def test_reader_is_told_who_can_keep_it_longer(client, bob, programme):
    Programme.objects.update(erase_on=TODAY)
    client.force_login(bob)
    assert "La coordination peut le garder plus longtemps" in text_of(
        client.get(programme.get_absolute_url())
    )


def test_summary_shows_the_day(as_alice, programme):
    assert "Effacement le 30 juin 2032" in text_of(as_alice.get(programme.get_absolute_url()))


def test_programmes_of_before_get_a_day_that_erases_none_by_surprise(programme, alice, barsac):
    rows = {
        None: END, date(2027, 3, 14): date(2027, 6, 14),
        date(2026, 3, 15): TODAY + timedelta(days=90),
    }  # fmt: skip
    for vote in rows:
        Programme.objects.bulk_create([Programme(commune=barsac, vote_date=vote)])
    import_module("programmes.migrations.0016_erasing").date_programmes(apps, None)
    found = dict(Programme.objects.exclude(pk=programme.pk).values_list("vote_date", "erase_on"))
    assert found == rows


# Consent


def test_nothing_is_kept_of_who_does_not_tick_the_box(client, db):
    page = client.post("/programmes/nouveau/", {"commune": "26027"})
    assert "Cochez la case si vous êtes d’accord" in errors_of(page)[0]
    assert Programme.objects.count() == 0


def test_box_is_never_ticked_beforehand_and_says_until_when(client, db):
    page = client.get("/programmes/nouveau/", {"commune": "26027"})
    assert "checked" not in page.content.decode()
    assert "prévu le 30 juin 2032" in text_of(page)


def test_who_begins_imports_or_joins_is_led_to_what_she_agrees_to(client, programme, alice):
    file = yaml_of(programme)
    coordination = Membership.objects.get(user=alice)
    _, token = team.invite(coordination, Role.READER, "Dora")
    pages = [
        client.get("/programmes/nouveau/?commune=26027"),
        client.get(reverse("programmes:join", args=[token])),
        send(client, "/programmes/importer/", file),
    ]
    for page in pages:
        main = page.content.decode().partition("<footer")[0]
        assert [a for a in ("/conditions/", "/confidentialite/") if f'href="{a}"' not in main] == []


def test_consent_is_kept_with_its_wording_for_who_begins_and_who_joins(client, db):
    client.post("/programmes/nouveau/", {"commune": "26027", "consent": "on"})
    first = Membership.objects.get()
    _, token = team.invite(first, Role.READER, "Dora")
    join = reverse("programmes:join", args=[token])
    client.logout()
    assert "Cochez la case" in errors_of(client.post(join, {"alias": "Dora"}))[0]
    assert Membership.objects.count() == 1
    client.post(join, {"alias": "Dora", "consent": "on"})
    assert list(Membership.objects.values_list("consent", flat=True)) == ["2026-11", "2026-11"]
