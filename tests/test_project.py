"""The project as a whole: every page, every template, every name."""

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from desescalade import ecoindex, scripts
from programmes import editions
from programmes.printing.formats import FORMATS
from proposals.models import Measure
from tests.pages import Page
from tests.sitemap.seeding import PLAN

ROOT = Path(settings.BASE_DIR)
FIRST = "services-essentiels-hors-reseau"
SHEET = "/static/css/screen.css"
# What prints look like: our own pictures, fetched after the page, and lazily where many.
PICTURE = re.compile(r"/programmes/\w+/imprimer/[a-z0-9/-]+\.png|/static/guide/[a-z-]+\.webp")


def test_every_page_keeps_to_its_budget_and_is_well_formed(answers):
    wrong = []
    for answer in answers.pages:
        place, page = answer.place, Page(answer.content)
        score = ecoindex.score(page.nodes, len(page.fetched) + 1, page.weight)
        facts = {
            "status": (answer.status, place.status),
            "one h1": (page.headings.count("h1"), 1),
            "nodes": (page.nodes > place.bound and page.nodes, False),
            "weight": (page.weight > place.max_weight and page.weight, False),
            "ecoindex": (ecoindex.grade(score), "A"),
            "fetched": ([a for a in page.fetched if not PICTURE.fullmatch(a)], [SHEET]),
            "inline": (page.inline, []),
            "ids once": (len(page.ids), len(set(page.ids))),
            "labels": (set(page.labels) - set(page.ids), set()),
            "described by": (set(page.described_by) - set(page.ids), set()),
            "first heading": (page.headings[0], "h1"),
            "no level skipped": (skipped(page.headings), []),
        }
        wrong += [(str(place), name, *pair) for name, pair in facts.items() if pair[0] != pair[1]]
    assert wrong == []


def skipped(headings: list[str]) -> list[str]:
    levels = [int(heading[1]) for heading in headings]
    return [f"h{b}" for a, b in itertools.pairwise(levels) if b > a + 1]


# Those that are looked at elsewhere: on paper, at the desk, at its door, on a disk that is full.
ELSEWHERE = re.compile(r"(print|admin|staff)/|programmes/includes/impact\.html|no_room\.html")


def test_every_template_of_a_page_has_a_part_in_these(answers):
    folder = ROOT / "templates"
    known = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    assert {name for name in known - answers.templates if not ELSEWHERE.match(name)} == set()


def test_every_page_carries_the_security_headers(answers, client, db):
    found = {str(answer.place): answer.headers for answer in answers.visited}
    for address, headers in [*found.items(), ("admin", client.get("/gestion/login/").headers)]:
        assert set(headers["Content-Security-Policy"].split("; ")) == {
            "default-src 'none'",
            "style-src 'self'",
            f"script-src 'self' {scripts.csp_hash(settings.WORKSHOP_SCRIPT)}"
            f" {scripts.csp_hash(settings.COMMUNE_SCRIPT)}",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        }, address
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert re.fullmatch(r"[2-9b-z]{4}-[2-9b-z]{4}", headers["X-Request-ID"])


def test_scripts_weigh_less_than_five_kilobytes_together():
    served = [settings.WORKSHOP_SCRIPT, settings.COMMUNE_SCRIPT]
    served.append((ROOT / "static/js/admin-budget.js").read_text())
    assert len(list((ROOT / "static/js").iterdir())) == len(served)
    assert sum(len(script.encode()) for script in served) < 5_000


def test_every_class_of_answer_carries_the_headers(
    as_alice, programme, take, settings, monkeypatch
):
    """Pages apart: files, static files, refusals and faults."""
    take(PLAN)
    pdf = as_alice.get(reverse("programmes:print-file", args=[programme.pk, "affiche-a3", "ecran"]))
    settings.ALLOWED_HOSTS, settings.WHITENOISE_USE_FINDERS = ["testserver"], True
    client = Client(raise_request_exception=False)
    answers = {
        "a print": (200, pdf),
        "health": (200, client.get("/sante/pret")),
        "feed": (200, client.get("/editions/flux.xml")),
        "a sheet": (200, client.get(SHEET)),
        "a page elsewhere": (302, client.get("/gestion/")),
        "a name of nobody": (400, client.get("/", headers={"host": "ailleurs.exemple"})),
        "no page": (404, client.get("/nulle-part/")),
        "no such verb": (405, client.post("/")),
    }
    monkeypatch.setattr("desescalade.health.cautions", None)
    answers["a fault"] = (500, client.get("/sante/pret"))
    assert {name: got.status_code for name, (_, got) in answers.items()} == {
        name: status for name, (status, _) in answers.items()
    }
    for name, (_, answer) in answers.items():
        assert missing_headers(answer.headers, name == "a sheet") == set(), name
    answers["a sheet"][1].close()


def missing_headers(headers, is_static):
    wanted = {
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Cross-Origin-Opener-Policy",
        "X-Request-ID",
    }
    # A sheet or a script is no document: no policy of its own is asked for.
    return (wanted if is_static else wanted | POLICIES) - {*headers}


POLICIES = {
    "Content-Security-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "X-Frame-Options",
}


def test_only_a_page_with_a_form_to_send_sets_a_cookie(answers):
    """The cookie that proves that a form comes from this site; no visitor is told apart."""
    found = {}
    for answer in answers.visited:
        if answer.place.who == "anyone" and answer.place.sent is None:
            has_form = b'method="post"' in answer.content
            found[str(answer.place)] = (answer.cookies, ["csrftoken"] if has_form else [])
    assert {where: pair for where, pair in found.items() if pair[0] != pair[1]} == {}
    assert len(found) > 100


def test_public_pages_may_differ_with_the_cookie_that_brings_a_message(client, programme):
    edition = editions.make_edition(programme)
    editions.publish(edition)
    for address in ["/", "/propositions/", f"/mesures/{PLAN}/", "/communes/?q=barsac",
                    "/t/", edition.get_absolute_url()]:  # fmt: skip
        assert "Cookie" in client.get(address).headers["Vary"], address


def test_private_pages_are_kept_by_no_cache(answers):
    private = [
        answer.headers["Cache-Control"]
        for answer in answers.visited
        if answer.place.who == "alice" and answer.place.address.startswith("/programmes/")
    ]
    assert len(private) > 15
    # A form that is only typed in must not come back empty after a lost connection.
    assert set(private) == {
        "max-age=0, no-cache, no-store, must-revalidate, private",
        "private, no-cache, must-revalidate, max-age=0",
    }


def test_pages_are_compressed(client, db):
    response = client.get("/propositions/", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"


def counted(client, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("programme", []),
        ("choose", [FIRST]),
        ("chapter", [1]),
        ("overview", []),
        ("preview", []),
        ("print", []),
        ("format", ["depliant"]),
        ("selection", ["depliant"]),
        ("editions", []),
        ("settings", []),
        ("wordings", [PLAN]),
    ],
)
def test_queries_of_a_programme_do_not_grow_with_its_commitments(
    as_alice, programme, take, name, rest
):
    address = reverse(f"programmes:{name}", args=[programme.pk, *rest])
    take(PLAN)
    one = counted(as_alice, address)
    take("cartographie-dependances", "journee-hors-reseau")
    assert counted(as_alice, address) == one


def test_queries_of_the_list_do_not_grow_with_the_programmes(as_alice, alice, programme, grenoble):
    from programmes import actions

    one = counted(as_alice, "/programmes/")
    actions.open_programme(grenoble, alice)
    actions.open_programme(grenoble, alice)
    assert counted(as_alice, "/programmes/") == one


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/", 1),
        # One of them for the catalogues that there are.
        ("/propositions/", 2),
        ("/le-texte/", 6),
        ("/fiches/culture/", 3),
        ("/glossaire/", 0),
        ("/communes/?q=barsac", 2),
    ],
)
def test_public_page_asks_the_database_a_fixed_number_of_times(client, db, address, queries):
    assert counted(client, address) == queries


def test_queries_of_catalogue_pages_do_not_grow_with_the_measures(client, db):
    def all_counts():
        return [counted(client, a) for a in (f"/propositions/{FIRST}/", "/mesures/")]

    # Bare measures, so that the pages hold one and then three.
    keep = ["pcs-rupture-reseaux", "cartographie-dependances", "journee-hors-reseau"]
    Measure.objects.exclude(pk=keep[0]).update(published=False)
    one = all_counts()
    Measure.objects.filter(pk__in=keep).update(published=True)
    assert all_counts() == one


def test_unpublished_measure_shows_nowhere(client, db):
    title = Measure.objects.get(pk=PLAN).title
    Measure.objects.filter(pk=PLAN).update(published=False)
    for address in ["/mesures/", f"/propositions/{FIRST}/", "/mesures/journee-hors-reseau/"]:
        assert title not in client.get(address).content.decode(), address
    assert client.get(f"/mesures/{PLAN}/").status_code == 404


def test_no_migration_is_missing(db, management):
    # Raises SystemExit where one is.
    assert management("makemigrations", check=True, dry_run=True) == "No changes detected\n"


def test_verbose_names_begin_in_lower_case():
    ours = [m for app in ("proposals", "programmes") for m in apps.get_app_config(app).get_models()]
    names = [model._meta.verbose_name for model in ours]
    names += [
        str(field.verbose_name)
        for model in ours
        for field in model._meta.concrete_fields
        if field.name != "id" and not field.verbose_name.isupper()
    ]
    assert [name for name in names if name[0].isupper() and name != "SIREN"] == []


def test_every_template_is_used():
    templates = {
        path.relative_to(ROOT / "templates").as_posix(): path.read_text()
        for path in (ROOT / "templates").rglob("*.html")
    }
    code = "".join(
        path.read_text()
        for room in ("desescalade", "proposals", "programmes")
        for path in (ROOT / room).rglob("*.py")
    ) + "".join(templates.values())
    code += "".join(f'"{format.template}"' for format in FORMATS.values())
    by_convention = re.compile(r"^(4\d\d(_csrf)?|500)\.html$|^(desescalade|admin)/")
    assert [n for n in templates if f'"{n}"' not in code and not by_convention.match(n)] == []


def test_templates_have_french_spaces():
    """No ordinary space beside a guillemet or before high punctuation."""
    tags = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
    found = [
        (path.name, match[0])
        for path in (ROOT / "templates").rglob("*.html")
        for match in re.finditer(r"« | »|\w [;:!?]", tags.sub("\x00", path.read_text()))
    ]
    assert found == []


def test_texts_on_screen_have_no_exclamation_mark():
    tags = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
    found = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if "!" in tags.sub("", path.read_text())
    ]
    assert found == []


def test_rooms_keep_their_direction():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
