"""The curators' desk, on the real catalogue."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from proposals import catalogue
from proposals.admin import preview, site, soundness
from proposals.desk.models import (
    EntryChange,
    Example,
    Figure,
    LegalBasis,
    Measure,
    Objection,
    ObjectionSource,
    Parameter,
    ParameterDefault,
    PlannedRelease,
    Proposal,
    Purpose,
    Question,
    Review,
    Source,
    SourceCheck,
    Threshold,
    Upload,
    Wording,
    WordingSize,
)
from proposals.models import LoadedEntry

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

MEASURE = "pcs-rupture-reseaux"


def page(model, what="changelist", *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def registered():
    return [
        pytest.param(model, id=model.__name__)
        for model in admin.site._registry
        if model._meta.app_label in ("desk", "proposals")
    ]


def forms_of(response):
    """The main form of a page and those of its inlines, without the empty ones."""
    yield response.context["adminform"].form
    for inline in response.context["inline_admin_formsets"]:
        yield inline.formset.management_form
        yield from inline.formset.forms


def data_of(response) -> dict:
    """What a browser would send back for an untouched page."""
    data = {}
    for form in forms_of(response):
        for bound in form:
            value = bound.value()
            if isinstance(value, bool):
                value = "on" if value else None
            if isinstance(value, str):
                value = value.replace("\n", "\r\n")
            if value is not None:
                data[bound.html_name] = value
    return data


def rows_of(response, prefix: str) -> list:
    return next(
        inline.formset.forms
        for inline in response.context["inline_admin_formsets"]
        if inline.formset.prefix == prefix
    )


def slugs(client, model, **query) -> list[str]:
    response = client.get(page(model), query)
    assert response.status_code == 200
    return sorted(row.pk for row in response.context["cl"].queryset)


def queries_of(client, url: str) -> int:
    # Django keeps the content types after their first use, in whatever test that was.
    ContentType.objects.get_for_models(*apps.get_models())
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def sentences(response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", response.content.decode()))


# Pages


@pytest.mark.parametrize("model", registered())
def test_every_list_answers(admin_client, model):
    assert admin_client.get(page(model)).status_code == 200


@pytest.mark.parametrize("model", registered())
def test_every_list_can_be_searched(admin_client, model):
    assert admin_client.get(page(model), {"q": "réseau"}).status_code == 200


@pytest.mark.parametrize("model", registered())
def test_every_row_has_a_page(admin_client, model):
    Review.objects.create(kind="measure", key=MEASURE, digest="", state="asked")
    EntryChange.objects.create(kind="measure", key=MEASURE, role="editor", cause="admin")
    PlannedRelease.objects.create(number="9", publish_at=timezone.now(), entries=[])
    SourceCheck.objects.create(source="gironde", url="https://a.fr/", status="answers")
    Upload.objects.create(name="proposals.yaml", data=b"", digest="")
    row = model.objects.first()
    assert admin_client.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", registered())
def test_a_row_is_added_where_it_may_be(admin_client, rf, admin_user, model):
    request = rf.get("/")
    request.user = admin_user
    expected = 200 if admin.site._registry[model].has_add_permission(request) else 403
    assert admin_client.get(page(model, "add")).status_code == expected


def test_parts_and_records_are_not_added_on_their_own(admin_client, rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    refused = {
        model.__name__
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label in ("desk", "proposals")
        and not model_admin.has_add_permission(request)
    }
    assert refused == {
        *("Wording", "Parameter", "LegalBasis", "Pitch", "Objection", "Example"),
        *("Figure", "Question"),
        *("EntryChange", "JournalEntry", "Review", "PlannedRelease", "SourceCheck", "Upload"),
        *("Release", "ReleasedEntry", "WordingRevision", "LoadedEntry"),
    }


def test_every_model_is_edited_on_a_page_in_a_row_or_as_boxes():
    registered = {
        model: model_admin
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label == "desk"
    }
    seen = {*registered, WordingSize}
    for model_admin in registered.values():
        seen |= {inline.model for inline in model_admin.inlines}
    assert seen == set(apps.get_app_config("desk").get_models())


def test_the_index_is_in_french_and_begins_with_proposals_and_measures(admin_client):
    response = admin_client.get(reverse("admin:index"))
    assert "Désescalade, gestion du catalogue" in response.content.decode()
    listed = response.context["app_list"]
    assert [app["app_label"] for app in listed] == ["desk", "proposals", "programmes", "auth"]
    assert [entry["object_name"] for entry in listed[0]["models"]][:2] == ["Proposal", "Measure"]


def test_every_model_has_its_place_on_the_index():
    ours = [
        model.__name__
        for model in admin.site._registry
        if model._meta.app_label in ("desk", "proposals", "programmes")
    ]
    assert sorted(ours) == sorted(site.ORDER)


# Words that a field is named by, and that are French as they are.
FRENCH = {"source", "date", "type", "note", "population", "objection", "instrument", "question"}


@pytest.mark.parametrize("model", registered())
def test_every_label_is_in_french(model):
    model_admin = admin.site._registry[model]
    pages = [model_admin, *(inline(model, admin.site) for inline in model_admin.inlines)]
    unnamed = {
        name
        for part in pages
        for name in [*flatten(part.fields or ()), *getattr(part, "list_display", ())]
        if any(
            field.name == name and field.verbose_name == name.replace("_", " ")
            for field in part.opts.fields
        )
    }
    assert unnamed - FRENCH == set()


def test_a_stranger_is_sent_to_the_login_page(client):
    response = client.get(page(Measure))
    assert response.status_code == 302
    assert response.url == f"{reverse('admin:login')}?next={page(Measure)}"


def test_an_account_that_is_not_staff_is_refused(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("benevole"))
    assert client.get(page(Measure)).status_code == 302
    assert client.post(page(Purpose, "add"), {"slug": "x", "label": "X"}).status_code == 302
    assert Purpose.objects.filter(slug="x").exists() is False


def test_staff_without_permission_is_refused(client, django_user_model, with_factor):
    with_factor(client, django_user_model.objects.create_user("salarie", is_staff=True))
    assert client.get(page(Measure)).status_code == 403


def test_records_cannot_be_changed_or_deleted(admin_client):
    entry = LoadedEntry.objects.first()
    assert admin_client.post(page(LoadedEntry, "change", entry.pk), {}).status_code == 403
    assert admin_client.post(page(LoadedEntry, "delete", entry.pk), {}).status_code == 403


# Queries


def test_the_page_of_a_measure_asks_as_much_whatever_it_holds(admin_client):
    """From the barest measure to the fullest, each with a value at every kind of row."""
    full = [
        measure.pk
        for measure in Measure.objects.prefetch_related("wordings")[::3]
        if measure.examples.exclude(source=None).exists()
        and measure.legal_bases.exclude(source=None).exists()
        and measure.related_links.exists()
        and measure.wordings.count() > 1
        and measure.parameters.exists()
    ]
    counts = {queries_of(admin_client, page(Measure, "change", slug)) for slug in full}
    assert len({Wording.objects.filter(measure=slug).count() for slug in full}) > 1
    assert len(counts) == 1


@pytest.mark.parametrize(
    ("model", "relation"),
    [(Proposal, "figures"), (Question, "questionmeasure_set"), (Objection, "objectionsource_set")],
)
def test_pages_with_rows_ask_as_much_for_three_as_for_one(admin_client, model, relation):
    owner = max(model.objects.all(), key=lambda row: getattr(row, relation).count())
    first = getattr(owner, relation).first()
    for row in getattr(owner, relation).exclude(pk=first.pk):
        row.delete()
    one = queries_of(admin_client, page(model, "change", owner.pk))
    for _ in range(2):
        first.pk = None
        if isinstance(owner, Question):
            taken = owner.questionmeasure_set.values("measure")
            first.measure = Measure.objects.exclude(pk__in=taken).first()
        first.save()
    assert getattr(owner, relation).count() == 3
    assert queries_of(admin_client, page(model, "change", owner.pk)) == one


# Filters


def test_measures_with_a_legal_basis_to_verify(admin_client):
    LegalBasis.objects.update(confidence="sure")
    LegalBasis.objects.filter(measure=MEASURE).update(confidence="to-verify")
    assert slugs(admin_client, Measure, **{"a-verifier": "base-legale"}) == [MEASURE]


def test_measures_with_a_source_whose_date_is_to_verify(admin_client):
    Source.objects.update(date="2026")
    Example.objects.exclude(source=None).update(source="acbm-vsa")
    LegalBasis.objects.exclude(source=None).update(source="acbm-vsa")
    example = Example.objects.exclude(source=None).first()
    example.source = Source.objects.create(
        slug="ancienne", title="A", date="vers 2006 (à vérifier)"
    )
    example.save()
    assert slugs(admin_client, Measure, **{"a-verifier": "date"}) == [example.measure_id]


def test_measures_with_a_legal_basis_or_an_example_without_source(admin_client):
    LegalBasis.objects.update(source="acbm-vsa")
    Example.objects.update(source="acbm-vsa")
    basis, example = LegalBasis.objects.first(), Example.objects.last()
    LegalBasis.objects.filter(pk=basis.pk).update(source=None)
    Example.objects.filter(pk=example.pk).update(source=None)
    found = [
        slugs(admin_client, Measure, **{"sans-source": value})
        for value in ("base-legale", "exemple")
    ]
    assert found == [[basis.measure_id], [example.measure_id]]


def test_measures_without_a_wording_for_a_size(admin_client):
    WordingSize.objects.filter(size_class="bourg").delete()
    wording = Wording.objects.filter(is_default=False).first()
    WordingSize.objects.create(wording=wording, size_class_id="bourg")
    expected = sorted(Measure.objects.exclude(pk=wording.measure_id).values_list("pk", flat=True))
    assert slugs(admin_client, Measure, **{"sans-declinaison": "bourg"}) == expected


@pytest.mark.parametrize(
    ("lookup", "field", "value"),
    [
        ("published__exact", "published", False),
        ("retired__exact", "retired", True),
        ("origin__exact", "origin", "site"),
        ("decided_by__exact", "decided_by", "other"),
        ("horizon__exact", "horizon", "term"),
        ("budget__exact", "budget", "saving"),
        ("difficulty__exact", "difficulty", "hard"),
    ],
)
def test_measures_by_their_own_fields(admin_client, lookup, field, value):
    other = {"published": True, "retired": False, "origin": "tribune", "decided_by": "mayor"}
    other |= {"horizon": "mid-term", "budget": "neutral", "difficulty": "easy"}
    Measure.objects.update(**other)
    Measure.objects.filter(pk=MEASURE).update(**{field: value})
    address = {lookup: int(value) if isinstance(value, bool) else value}
    assert slugs(admin_client, Measure, **address) == [MEASURE]


def test_measures_by_proposal_and_by_purpose(admin_client):
    measure = Measure.objects.get(pk=MEASURE)
    by_proposal = sorted(measure.proposal.measures.values_list("pk", flat=True))
    assert slugs(admin_client, Measure, proposal__slug__exact=measure.proposal_id) == by_proposal
    by_purpose = sorted(Measure.objects.filter(purposes="emploi").values_list("pk", flat=True))
    assert slugs(admin_client, Measure, purposes__slug__exact="emploi") == by_purpose


def test_the_filters_of_measures_have_french_titles(admin_client):
    filters = admin_client.get(page(Measure)).context["cl"].filter_specs
    assert [spec.title for spec in filters] == [
        *("publiée", "retirée", "à vérifier", "sans source", "sans déclinaison pour une strate"),
        *("provenance", "qui décide", "échéance", "effet budgétaire", "difficulté"),
        *("finalités", "proposition"),
    ]


def test_measures_are_found_by_the_text_of_a_wording_with_or_without_accents(admin_client):
    wording = Wording.objects.filter(measure=MEASURE).last()
    wording.text += " Un mot jamais lu : énigmatique."
    wording.save()
    assert slugs(admin_client, Measure, q="énigmatique") == [MEASURE]
    assert slugs(admin_client, Measure, q="enigmatique") == [MEASURE]
    assert slugs(admin_client, Measure, q=MEASURE) == [MEASURE]


def test_proposals_by_their_figures(admin_client):
    Figure.objects.update(caveat="", source="acbm-vsa")
    with_caveat, without_source = Figure.objects.first(), Figure.objects.last()
    Figure.objects.filter(pk=with_caveat.pk).update(caveat="Ordre de grandeur.")
    Figure.objects.filter(pk=without_source.pk).update(source=None)
    found = [slugs(admin_client, Proposal, chiffres=value) for value in ("reserve", "sans-source")]
    assert found == [[with_caveat.proposal_id], [without_source.proposal_id]]


def test_sources_are_counted_and_those_that_nothing_cites_are_found(admin_client):
    unused = Source.objects.create(slug="jamais-citee", title="Jamais citée", date="2026")
    once = Source.objects.create(slug="citee", title="Citée", date="2026")
    Threshold.objects.update(source=once)
    ObjectionSource.objects.create(objection=Objection.objects.first(), source=once)
    listed = admin_client.get(page(Source), {"q": "citee"}).context["cl"].queryset
    assert {row.pk: row.uses for row in listed} == {
        unused.pk: 0,
        once.pk: Threshold.objects.count() + 1,
    }
    expected = sorted(
        row.pk
        for row in Source.objects.all()
        if not any(
            getattr(row, name).exists()
            for name in ("legalbasis_set", "example_set", "figure_set", "threshold_set")
        )
        and not row.objectionsource_set.exists()
        and not row.reflectionsheet_set.exists()
    )
    assert unused.pk in expected
    assert slugs(admin_client, Source, emploi="aucun") == expected


def test_sources_whose_date_is_to_verify(admin_client):
    Source.objects.update(date="2026")
    Source.objects.filter(pk="acbm-vsa").update(date="")
    Source.objects.filter(pk="gironde").update(date="2009 (à vérifier)")
    assert slugs(admin_client, Source, date="a-verifier") == ["acbm-vsa", "gironde"]


# Saving


def test_an_untouched_page_changes_nothing_in_the_file(admin_client):
    before = catalogue.dump()
    for proposal in Proposal.objects.all():
        for row in (proposal, proposal.measures.last()):
            url = page(type(row), "change", row.pk)
            response = admin_client.post(url, data_of(admin_client.get(url)))
            assert response.status_code == 302, row.pk
    assert catalogue.dump() == before


def test_an_untouched_page_of_a_part_changes_nothing_in_the_file(admin_client):
    before = catalogue.dump()
    for model in [param.values[0] for param in registered()]:
        if admin.site._registry[model].has_change_permission.__qualname__.startswith("ReadOnly"):
            continue
        url = page(model, "change", model.objects.last().pk)
        response = admin_client.post(url, data_of(admin_client.get(url)))
        assert response.status_code == 302, model
    assert catalogue.dump() == before


def new_measure(admin_client, **changes) -> dict:
    data = data_of(admin_client.get(page(Measure, "add")))
    return {
        **data,
        "title": "Ouvrir un guichet",
        "slug": "ouvrir-un-guichet",
        "proposal": Proposal.objects.first().pk,
        "decided_by": "mayor",
        "horizon": "term",
        "budget": "neutral",
        "difficulty": "easy",
        "origin": "editorial",
        "wordings-0-line": "Un guichet ouvert à tous",
        "wordings-0-text": "Nous ouvrons un guichet.\r\n\r\nIl reste ouvert.",
        "wordings-0-easy": "La mairie ouvre un guichet.",
        **changes,
    }


def test_a_new_measure_comes_last_under_its_proposal_with_a_default_wording(admin_client):
    response = admin_client.post(page(Measure, "add"), new_measure(admin_client))
    assert response.status_code == 302
    measure = Measure.objects.get(pk="ouvrir-un-guichet")
    assert measure == measure.proposal.measures.last()
    wording = measure.wordings.get()
    assert wording.is_default is True
    assert wording.text == "Nous ouvrons un guichet.\n\nIl reste ouvert."
    assert soundness.problems() == []


def test_a_slug_that_exists_or_that_the_file_refuses_gives_the_form_again(admin_client):
    for slug, expected in [
        (MEASURE, "Un objet Mesure avec ce champ Identifiant existe déjà."),
        ("Mairie", "« Mairie » n’est pas un identifiant (minuscules, chiffres et tirets)."),
    ]:
        response = admin_client.post(page(Measure, "add"), new_measure(admin_client, slug=slug))
        assert response.status_code == 200
        form = response.context["adminform"].form
        assert form.errors["slug"] == [expected]


def test_a_slug_cannot_be_changed(admin_client):
    url = page(Measure, "change", MEASURE)
    before = Measure.objects.count()
    data = {**data_of(admin_client.get(url)), "slug": "autre", "title": "Nouveau titre"}
    assert admin_client.post(url, data).status_code == 302
    assert Measure.objects.filter(pk="autre").exists() is False
    assert Measure.objects.count() == before
    assert Measure.objects.get(pk=MEASURE).title == "Nouveau titre"


def wording_page(admin_client, slug=MEASURE):
    url = page(Measure, "change", slug)
    data = data_of(admin_client.get(url))
    return url, data


def test_two_wordings_for_one_size_give_the_form_again(admin_client):
    measure = next(row for row in Measure.objects.all() if row.wordings.count() > 2)
    url, data = wording_page(admin_client, measure.pk)
    data["wordings-1-sizes"] = ["village"]
    data["wordings-2-sizes"] = ["village", "bourg"]
    before = catalogue.dump()
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert [dict(form.errors) for form in rows_of(response, "wordings")[:3]] == [
        {},
        {},
        {"sizes": ["La strate « Village » a déjà une autre déclinaison ici."]},
    ]
    assert catalogue.dump() == before


def test_a_measure_needs_one_default_wording(admin_client):
    url, data = wording_page(admin_client)
    data["wordings-0-DELETE"] = "on"
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert (
        "Laissez une déclinaison sans strate : c’est celle par défaut, qui vaut pour toutes les"
        " autres communes." in sentences(response)
    )


def test_a_measure_has_only_one_default_wording(admin_client):
    url, data = wording_page(admin_client)
    data["wordings-1-sizes"] = []
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert rows_of(response, "wordings")[1].errors["sizes"] == [
        "Une autre déclinaison est déjà celle par défaut."
    ]


def test_a_default_wording_has_every_text(admin_client):
    url, data = wording_page(admin_client)
    data["wordings-0-easy"] = ""
    response = admin_client.post(url, data)
    assert rows_of(response, "wordings")[0].errors == {
        "easy": ["La déclinaison par défaut a besoin d’une version simplifiée."]
    }


def test_sizes_and_the_default_may_change_hands_in_one_go(admin_client):
    measure = next(row for row in Measure.objects.all() if row.wordings.count() > 1)
    default, other = measure.wordings.all()[:2]
    sizes = [row.size_class_id for row in other.sizes.all()]
    url, data = wording_page(admin_client, measure.pk)
    data |= {"wordings-0-sizes": sizes, "wordings-1-sizes": []}
    data |= {"wordings-1-line": "Une ligne", "wordings-1-easy": "Un texte simple."}
    assert admin_client.post(url, data).status_code == 302
    rows = list(measure.wordings.all())
    assert [(row.pk, row.is_default) for row in rows[:2]] == [(other.pk, True), (default.pk, False)]
    assert [row.size_class_id for row in rows[1].sizes.all()] == sizes
    assert [row.position for row in rows] == list(range(len(rows)))


def test_a_wording_on_its_own_page_cannot_take_the_size_of_another(admin_client):
    measure = next(row for row in Measure.objects.all() if row.wordings.count() > 2)
    _, first, second = measure.wordings.all()[:3]
    size = first.sizes.first().size_class
    url = page(Wording, "change", second.pk)
    data = {**data_of(admin_client.get(url)), "sizes": [size.pk]}
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["sizes"] == [
        f"La strate « {size} » a déjà une autre déclinaison."
    ]


def test_a_wording_on_its_own_page_takes_a_free_size(admin_client):
    wording = Wording.objects.filter(is_default=False, measure=MEASURE).first()
    WordingSize.objects.filter(measure=MEASURE).delete()
    url = page(Wording, "change", wording.pk)
    data = {**data_of(admin_client.get(url)), "sizes": ["bourg", "village"]}
    assert admin_client.post(url, data).status_code == 302
    assert [row.size_class_id for row in wording.sizes.all()] == ["village", "bourg"]


def test_the_default_wording_has_no_size_and_the_others_have_one(admin_client):
    found = []
    for is_default, sizes in ((True, ["village"]), (False, [])):
        wording = Wording.objects.filter(measure=MEASURE, is_default=is_default).first()
        url = page(Wording, "change", wording.pk)
        response = admin_client.post(url, {**data_of(admin_client.get(url)), "sizes": sizes})
        found.append(response.context["adminform"].form.errors["sizes"])
    assert found == [
        [
            "C’est la déclinaison par défaut : elle n’a pas de strate. Pour en choisir une autre,"
            " passez par la page de la mesure."
        ],
        ["Cochez au moins une strate."],
    ]


def test_a_line_has_no_braces_and_at_most_ninety_signs(admin_client):
    url, data = wording_page(admin_client)
    found = []
    for line in ("Dans {jours} jours", "x" * 91):
        response = admin_client.post(url, {**data, "wordings-0-line": line})
        found.append(rows_of(response, "wordings")[0].errors["line"])
    assert found == [
        ["Pas d’accolades dans une ligne de tract."],
        [
            "Assurez-vous que cette valeur comporte au plus 90 caractères (actuellement 91).",
        ],
    ]


def bounded_parameter() -> Parameter:
    return (
        Parameter.objects.filter(type="integer", max__isnull=False, min__isnull=False)
        .exclude(by_size=None)
        .first()
    )


def test_a_default_out_of_bounds_gives_the_form_again(admin_client):
    parameter = bounded_parameter()
    url = page(Parameter, "change", parameter.pk)
    too_much = str(int(parameter.max) + 1)
    data = {**data_of(admin_client.get(url)), "default": too_much}
    response = admin_client.post(url, data)
    assert response.status_code == 200
    (sentence,) = response.context["adminform"].form.errors["default"]
    assert re.fullmatch(r"Choisissez une valeur entre .+ et .+\.", sentence)
    parameter.refresh_from_db()
    assert parameter.default != too_much


def test_a_value_for_a_size_out_of_bounds_gives_the_form_again(admin_client):
    parameter = bounded_parameter()
    url = page(Parameter, "change", parameter.pk)
    data = {**data_of(admin_client.get(url)), "by_size-0-value": str(int(parameter.max) + 1)}
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert list(rows_of(response, "by_size")[0].errors) == ["value"]


def test_a_default_out_of_bounds_on_the_page_of_the_measure_gives_the_form_again(admin_client):
    parameter = bounded_parameter()
    url, data = wording_page(admin_client, parameter.measure_id)
    place = list(parameter.measure.parameters.all()).index(parameter)
    data[f"parameters-{place}-default"] = "beaucoup"
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert rows_of(response, "parameters")[place].errors["default"] == [
        "Écrivez un nombre en chiffres, par exemple 12."
    ]


def test_the_slug_of_a_setting_is_kept_and_a_reserved_name_refused(admin_client):
    parameter = bounded_parameter()
    url, data = wording_page(admin_client, parameter.measure_id)
    count = parameter.measure.parameters.count()
    data |= {
        "parameters-TOTAL_FORMS": count + 1,
        "parameters-0-slug": "autre",
        f"parameters-{count}-slug": "commune",
        f"parameters-{count}-label": "Commune",
        f"parameters-{count}-type": "text",
        f"parameters-{count}-default": "ici",
        f"parameters-{count}-basis": "editorial",
    }
    response = admin_client.post(url, data)
    rows = rows_of(response, "parameters")
    assert rows[0].cleaned_data["slug"] == parameter.measure.parameters.first().slug
    assert rows[count].errors == {"slug": ["« commune » est un nom réservé."]}


def test_rows_are_numbered_anew_when_one_moves_and_one_comes(admin_client):
    measure = next(row for row in Measure.objects.all() if row.pitches.count() > 2)
    first, second, *others = measure.pitches.all()
    url, data = wording_page(admin_client, measure.pk)
    count = 2 + len(others)
    data |= {"pitches-1-position": 0, "pitches-TOTAL_FORMS": count + 1}
    data |= {f"pitches-{count}-text": "Un argument de plus", f"pitches-{count}-position": ""}
    assert admin_client.post(url, data).status_code == 302
    rows = list(measure.pitches.all())
    assert [row.position for row in rows] == list(range(count + 1))
    assert [row.text for row in rows] == [
        *(second.text, first.text),
        *(row.text for row in others),
        "Un argument de plus",
    ]


def test_a_measure_that_moves_takes_the_rank_asked_for(admin_client):
    proposal = Proposal.objects.first()
    first, second, third = proposal.measures.all()[:3]
    for moved, rank, expected in [
        (third, 0, [third, first, second]),
        (third, 2, [first, second, third]),
    ]:
        url, data = wording_page(admin_client, moved.pk)
        assert admin_client.post(url, {**data, "position": rank}).status_code == 302
        assert list(proposal.measures.all()[:3]) == expected


def test_saving_says_what_the_file_would_refuse(admin_client):
    url, data = wording_page(admin_client)
    WordingSize.objects.filter(measure=MEASURE).delete()
    Wording.objects.filter(measure=MEASURE, is_default=False).delete()
    Wording.objects.exclude(measure=MEASURE).update(text="Pendant {duree_inconnue}.")
    url, data = wording_page(admin_client)
    response = admin_client.post(url, data, follow=True)
    other = Measure.objects.exclude(pk=MEASURE).first()
    assert f"Mesure « {other.pk} » : accolades inconnues « {{duree_inconnue}} »." in [
        str(message) for message in response.context["messages"]
    ]


def test_a_text_that_the_file_refuses_gives_the_form_again(admin_client):
    url, data = wording_page(admin_client)
    response = admin_client.post(url, {**data, "wordings-0-text": "a\u202eb"})
    assert rows_of(response, "wordings")[0].errors["text"] == ["Signe invisible interdit (U+202E)."]


# Deleting


def test_a_source_that_is_cited_cannot_be_deleted(admin_client):
    source = LegalBasis.objects.exclude(source=None).first().source
    url = page(Source, "delete", source.pk)
    assert "Impossible de supprimer" in sentences(admin_client.get(url))
    assert admin_client.post(url, {"post": "yes"}).status_code == 200
    assert Source.objects.filter(pk=source.pk).exists() is True


def test_a_source_that_nothing_cites_can_be_deleted(admin_client):
    source = Source.objects.create(slug="jamais-citee", title="Jamais citée")
    response = admin_client.post(page(Source, "delete", source.pk), {"post": "yes"})
    assert response.status_code == 302
    assert Source.objects.filter(pk=source.pk).exists() is False


def test_what_the_file_holds_for_good_cannot_be_deleted_a_draft_can(admin_client):
    admin_client.post(page(Measure, "add"), new_measure(admin_client))
    statuses = [
        admin_client.post(page(Measure, "delete", slug), {"post": "yes"}).status_code
        for slug in (MEASURE, "ouvrir-un-guichet")
    ]
    assert statuses == [403, 302]


def test_nothing_is_deleted_from_a_list(admin_client):
    source = Source.objects.create(slug="jamais-citee", title="Jamais citée")
    data = {"action": "delete_selected", "_selected_action": [source.pk], "post": "yes"}
    admin_client.post(page(Source), data)
    assert Source.objects.filter(pk=source.pk).exists() is True


def test_a_source_page_says_what_cites_it(admin_client):
    source = ObjectionSource.objects.first().source
    response = admin_client.get(page(Source, "change", source.pk))
    objection = ObjectionSource.objects.filter(source=source).first().objection
    assert f'<a href="{page(Objection, "change", objection.pk)}">' in response.content.decode()


# Preview


def test_the_preview_shows_settings_with_their_defaults_in_words(admin_client):
    measure = Measure.objects.get(pk=MEASURE)
    measure.parameters.all().delete()
    Parameter.objects.create(
        measure=measure,
        slug="jours",
        label="Jours",
        type="integer",
        unit="jours",
        unit_one="jour",
        default="2",
        basis="editorial",
    )
    wording = measure.wordings.get(is_default=True)
    wording.text = "Pendant {jours}, **rien** ! Et {autre}."
    html = preview.of_wording(wording)
    assert (
        "<p>Pendant <mark>2\u00a0jours</mark>, <strong>rien</strong>\u202f! Et {autre}.</p>" in html
    )
    assert "« {autre} » n’est pas un réglage de cette mesure." in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](https://a.example/{jours}\ue010\ue011)",
        '</textarea><script>alert(1)</script>"><svg onload=alert(1)>',
    ],
)
def test_a_hostile_text_is_harmless_in_the_preview(admin_client, text):
    Parameter.objects.filter(measure=MEASURE).delete()
    Parameter.objects.create(
        measure_id=MEASURE, slug="jours", label="J", type="text", default=text, basis="editorial"
    )
    Wording.objects.filter(measure=MEASURE, is_default=True).update(
        text=f"{text} {{jours}}", line=text[:90], easy=text
    )
    for url in (
        page(Measure, "change", MEASURE),
        page(Wording, "change", Wording.objects.get(measure=MEASURE, is_default=True).pk),
    ):
        shown = admin_client.get(url).content.decode()
        tags = re.findall(r"<[a-z]+[^>]*>", shown)
        assert [tag for tag in tags if tag.startswith("<script") and "src=" not in tag] == []
        hostile = ("<svg onload", "<img src=x", '<a href="javascript', '<mark>"', '\ue010"')
        assert [tag for tag in tags if tag.startswith(hostile)] == []


def test_sizes_of_a_setting_are_listed_on_its_page(admin_client):
    parameter = ParameterDefault.objects.first().parameter
    response = admin_client.get(page(Parameter, "change", parameter.pk))
    assert len(rows_of(response, "by_size")) == parameter.by_size.count()
