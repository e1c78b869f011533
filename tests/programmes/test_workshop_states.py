"""Any play of opening, saving, merging, restoring and undoing keeps every acknowledged word.

Runs on SQLite and, by tests/test_postgresql.py, on PostgreSQL.
"""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from programmes import actions, history, updates
from programmes.enums import Cause
from programmes.forms.texts import CommitmentForm
from programmes.models import Change, Commitment, Commune
from proposals.models import Measure, Release, Wording
from proposals.releases import record_revisions

PLAN = "pcs-rupture-reseaux"
PEOPLE = ("Alice", "Bob", "Carla")
SENTENCES = st.lists(
    st.sampled_from(
        ["Un plan.", "Sur papier.", "Chaque année.", "En mairie.", "Avec les voisins."]
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


class Workshop(RuleBasedStateMachine):
    pages = Bundle("pages")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.programme, _, _ = actions.open_programme(Commune.objects.get(pk="26027"))
        measure = Measure.objects.with_wordings().get(pk=PLAN)
        self.pk = actions.adopt_measure(self.programme, measure, None).pk
        self.acknowledged: list[str] = []
        self.releases = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def row(self, person: str = "") -> Commitment:
        row = Commitment.objects.get(pk=self.pk)
        self.programme.author = person
        row.programme = self.programme
        return row

    @rule(target=pages, person=st.sampled_from(PEOPLE))
    def open(self, person):
        row = self.row(person)
        return person, row.version, row

    @rule(page=pages, text=SENTENCES, months=st.integers(3, 24))
    def save(self, page, text, months):
        person, version, _ = page
        row = self.row(person)
        data = {
            **{name: row.source_text(name) for name in ("title", "line", "easy")},
            **{f"reglage_{each.slug}": each.value for each in row.parameters.all()},
            "reglage_delai_revision_mois": str(months), "text": text, "horizon": row.horizon,
            "status": row.status, "version": version,
        }  # fmt: skip
        form = CommitmentForm(data, instance=row)
        assert form.is_valid(), form.errors
        is_fresh = version == self.row().version
        assert form.save_unless_changed() is is_fresh
        if is_fresh:
            self.acknowledged.append(text)
            assert self.row().source_text("text") == text

    @rule(page=pages, status=st.sampled_from(["retained", "discussed", "done"]))
    def decide_on_a_row_read_before(self, page, status):
        saved = self.row().state()
        actions.decide(page[2], status)
        now = {**saved, "status": status, "reason": "", "dropped_at": None}
        assert self.row().state() == now

    @rule(text=SENTENCES)
    def publish(self, text):
        self.releases += 1
        Wording.objects.filter(measure=PLAN, is_default=True).update(text=text)
        Release.objects.create(number=f"2097.{self.releases}", date=date(2097, 1, 1))
        record_revisions(Release.objects.first())

    @rule(how=st.sampled_from(["take", "keep", "merge"]), person=st.sampled_from(PEOPLE))
    def answer(self, how, person):
        update = updates.update_for(self.programme, self.row(person))
        if update is None:
            return
        own = update.commitment.source_text("text")
        values = self.row().state()["parameters"]
        assert update.commitment.claim(update.commitment.version)
        if how == "keep":
            updates.refuse(update)
            assert self.row().source_text("text") == own
        elif how == "take":
            updates.take(update)
            assert self.row().source_text("text") == update.new_text("text")
        else:
            merged = update.proposed("text")
            updates.take(update, {"text": merged})
            assert self.row().source_text("text") == merged
        assert {slug: self.row().state()["parameters"][slug] for slug in values} == values
        assert updates.update_for(self.programme, self.row()) is None

    @rule(back=st.integers(0, 20))
    def restore(self, back):
        changes = list(Change.objects.of(self.row()).exclude(version=None))
        chosen = changes[back % len(changes)]
        history.restore(self.row("Alice"), chosen)
        now, then = self.row().state(), chosen.state
        assert {**now, "dropped_at": None} == {**then, "dropped_at": None}

    @rule()
    def undo_the_last_answer(self):
        row = self.row("Bob")
        last = Change.objects.of(row).first()
        if last.cause not in (Cause.UPDATED, Cause.REFUSED):
            return
        before = Change.objects.of(row).get(version=last.version - 1)
        history.restore(row, before)
        assert self.row().state()["text"] == before.state["text"]

    @rule()
    def drop_and_bring_back(self):
        before = self.row().state()
        actions.drop(self.row("Carla"))
        assert not Commitment.objects.filter(pk=self.pk).exists()
        dropped = Commitment.everything.get(pk=self.pk)
        dropped.programme = self.programme
        assert actions.bring_back(dropped)
        assert self.row().state() == before

    @rule(page=pages, text=SENTENCES)
    def give_up_for_a_colleagues(self, page, text):
        row = self.row(page[0])
        history.set_aside(row, {**row.state(), "text": text})
        self.acknowledged.append(text)

    @invariant()
    def versions_are_whole_and_the_newest_is_what_is_shown(self):
        row = self.row()
        numbers = list(
            Change.objects.of(row).exclude(version=None).order_by("version")
            .values_list("version", flat=True)
        )  # fmt: skip
        assert numbers == list(range(1, row.version + 1))
        newest = Change.objects.of(row).get(version=row.version)
        assert newest.state == {**row.state(), "dropped_at": newest.state["dropped_at"]}

    @invariant()
    def every_acknowledged_text_is_there_or_in_the_history(self):
        kept = set()
        for change in Change.objects.filter(commitment=self.pk):
            kept |= {change.state["text"], change.state["base_text"]}
        assert set(self.acknowledged) <= kept


@pytest.mark.django_db
def test_no_play_loses_a_word():
    run_state_machine_as_test(
        Workshop,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
