"""What migrations write for the programmes of before, on the models of today."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes import actions, copying
from programmes.enums import Role
from programmes.models import Change, Comment, Commitment, Membership, Programme
from programmes.printing.formats import FORMATS

workshop = import_module("programmes.migrations.0004_workshop")
keys = import_module("programmes.migrations.0009_keys")
names = import_module("programmes.migrations.0019_name_since_a_number")


@pytest.fixture
def full(programme, take):
    one, two = take("pcs-rupture-reseaux", "cartographie-dependances")
    actions.arrange(one.chapter, [two.pk, one.pk], [])
    actions.choose_commitments(programme, FORMATS["depliant"], [two.pk, one.pk])
    programme.layouts.update(side_price="0.05")
    return programme


def test_every_subject_gets_its_state_as_first_version(full):
    Change.objects.all().delete()
    workshop.begin_history(apps, None)
    rows = [
        full, *full.commitments.with_parameters(), *full.chapters.all(), *full.layouts.all(),
    ]  # fmt: skip
    assert Change.objects.count() == len(rows) == 5
    for row in rows:
        row.refresh_from_db()
        change = Change.objects.of(row).get()
        state = json.loads(json.dumps(row.state(), cls=DjangoJSONEncoder))
        assert (change.version, change.state) == (row.version, state)


def test_name_is_hers_since_the_last_number_of_before_she_came(full, alice, bob):
    first, *_, last = full.changes.order_by("pk")
    comment = full.commitments.first().comments.create(alias="Équipe", text="Un mot.")
    moments = [timezone.now() - timedelta(days=days) for days in (3, 2, 1)]
    full.changes.update(at=moments[2])
    full.changes.filter(pk=first.pk).update(at=moments[0])
    Comment.objects.update(at=moments[0])
    full.memberships.filter(user=alice).update(joined_at=moments[0])
    full.memberships.filter(user=bob).update(joined_at=moments[1])
    names.mark(apps, None)
    marks = full.memberships.values_list("user", "after_change", "after_comment")
    assert {*marks} == {(alice.pk, 0, 0), (bob.pk, first.pk, comment.pk)}
    assert Change.objects.by(full.memberships.get(user=bob)).filter(pk=first.pk).count() == 0
    assert last.pk > first.pk


def test_three_programmes_take_as_many_queries_as_one(full):
    def count():
        with CaptureQueriesContext(connection) as queries:
            workshop.name_members(apps, None)
            workshop.begin_history(apps, None)
            keys.give_keys(apps, None)
            names.mark(apps, None)
        return len(queries)

    Change.objects.all().delete()
    one = count()
    copying.copy_programme(full, "courte")
    copying.copy_programme(full, "longue")
    Change.objects.all().delete()
    assert (count(), Programme.objects.count()) == (one, 3)


def test_nothing_is_left_out_where_there_are_several_batches(full, django_user_model, monkeypatch):
    for module in (workshop, keys):
        monkeypatch.setattr(module, "BATCH", 2)
    for name in ("dora", "emil", "fanny"):
        user = django_user_model.objects.create_user(name)
        Membership.objects.create(programme=full, user=user, role=Role.WRITER)
    copying.copy_programme(full, "courte")
    workshop.name_members(apps, None)
    assert list(full.memberships.order_by("pk").values_list("alias", flat=True)) == [
        "Coordination", "Lecture", "Écriture", "Écriture 2", "Écriture 3",
    ]  # fmt: skip
    known = set(Commitment.objects.values_list("key", flat=True))
    keys.give_keys(apps, None)
    new = set(Commitment.objects.values_list("key", flat=True))
    assert (len(new), new & known) == (4, set())
