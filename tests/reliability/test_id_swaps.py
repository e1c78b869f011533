"""R22: ids of another team, wherever an address or a form takes one."""

import random
import re
from datetime import date

import lxml.html
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import ForeignKey
from django.urls import reverse

from desescalade import pdf
from programmes import actions, assemblies, contributions, editions, mergers, team
from programmes.enums import Role
from programmes.models import Comment, Commitment, Contribution, Draft, Logo
from programmes.urls import ONE, urlpatterns
from proposals.models import Measure
from tests.programmes.test_access import NEEDS

MARK = "MARQUE-DE-L-AUTRE-LISTE"
PLAN, QUESTIONS = "pcs-rupture-reseaux", "services-essentiels-hors-reseau"
# What the arguments of an address may be that are no ids: as they are, or of another page.
WORDS = {
    "slug": [QUESTIONS, PLAN, "affiche-a3", "depliant"],
    "what": ["texte", "exemple"],
    "name": ["couverture"],
    "output": ["ecran", "copieur"],
    "number": [1, 2],
    "page": [1, 2],
}
# Fields that take ids and stand in no form of these pages as they are.
MORE_FIELDS = ("drop", "chosen", "ordre", "vu-ordre", "figures", "take", "wording", "logo")


FILES = ["chapitre.md", "programme.yaml", "programme-complet.yaml"]


def words_for(address, argument):
    return FILES if (address, argument) == ("export", "name") else WORDS[argument]


def fill(programme, words):
    """A row of every kind, each with these words; gives the ids that stand in addresses."""
    member = programme.member = programme.memberships.first()
    programme.author = member.alias
    size_class = programme.size_class()
    adopt = [PLAN, "journee-hors-reseau"]
    commitment, dropped = (
        actions.adopt_measure(programme, Measure.objects.get(pk=slug), size_class) for slug in adopt
    )
    Commitment.objects.filter(programme=programme).update(text=words, title=words, reason=words)
    actions.drop(dropped)
    programme.chapters.update(title=words)
    invitation, _ = team.invite(member, Role.READER, words)
    comment = Comment.objects.create(commitment=commitment, text=words)
    edition = editions.make_edition(programme)
    assembly, gone = (
        programme.assemblies.create(held_on=date(2026, 11, 22), place=words) for _ in range(2)
    )
    assemblies.drop(gone)
    assembly.ballots.create(commitment=commitment, note=words)
    logo = Logo.objects.create(
        programme=programme, digest="0", image=b"", width=1, height=1, description=words[:120],
        consent_on=date(2026, 11, 22),
    )  # fmt: skip
    layout = programme.layouts.create(format="depliant", slogan=words, logo=logo)
    layout.chosen.create(commitment=commitment)
    programme.answers.create(slug="x", text=words, note=words)
    merger, _ = mergers.propose(programme)
    sent = Contribution(kind="example", measure_slug=PLAN, place=words, fact=words)
    contributions.send(programme, sent)
    draft = Draft.objects.create(user=member.user, path="/programmes/", typed={"text": [words]})
    return {
        "programme": programme.pk, "commitment": commitment.pk, "dropped": dropped.pk,
        "member": member.pk, "invitation": invitation.pk, "comment": comment.pk,
        "change": programme.changes.first().pk, "assembly": assembly.pk, "gone": gone.pk,
        "logo": logo.pk, "layout": layout.pk, "merger": merger.pk, "draft": draft.pk,
        "contribution": programme.contributions.get().pk, "edition": edition.pk,
    }  # fmt: skip


@pytest.fixture
def ours(programme):
    return fill(programme, "nos mots")


@pytest.fixture
def theirs(ours, barsac, charlie):
    """Ids of a programme of charlie's, with MARK in all that is written there."""
    programme, _, _ = actions.open_programme(barsac, charlie)
    return fill(programme, MARK)


@pytest.fixture
def rows(ours, theirs):
    """The rows of the other team and what hangs on them: all that may not change."""
    return Rows(theirs["programme"])


class Rows:
    def __init__(self, programme_id):
        self.keys = {apps.get_model("programmes", "programme"): {programme_id}}
        while self._grow():
            pass
        self.before = self.now()

    def _models(self):
        return [m for m in apps.get_app_config("programmes").get_models() if m._meta.managed]

    def _of(self, model):
        """Every row that refers to a row of theirs."""
        found = set(self.keys.get(model, ()))
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model in self.keys:
                known = self.keys[field.related_model]
                same = model._base_manager.filter(**{f"{field.attname}__in": known})
                found |= set(same.values_list("pk", flat=True))
        return found

    def _grow(self):
        sizes = {model: len(keys) for model, keys in self.keys.items()}
        self.keys |= {model: found for model in self._models() if (found := self._of(model))}
        return {model: len(keys) for model, keys in self.keys.items()} != sizes

    def now(self):
        return {
            model.__name__: list(
                model._base_manager.filter(pk__in=self.keys[model] | self._of(model))
                .order_by("pk")
                .values()
            )
            for model in self.keys
        }


def addresses(pick):
    """An address for each name, each argument given by `pick`."""
    for pattern in urlpatterns:
        if str(pattern.pattern).startswith(ONE) and pattern.name in NEEDS:
            names = re.findall(r"<\w+:(\w+)>", str(pattern.pattern))
            yield (
                pattern.name,
                reverse(
                    f"programmes:{pattern.name}", args=[pick(pattern.name, name) for name in names]
                ),
            )


OWN_KIND = {
    "give-role": "member", "part": "member", "invitation": "invitation",
    "withdraw-invitation": "invitation", "restore": "change", "bring-back": "dropped",
    "merger": "merger", "merger-words": "merger", "withdraw-merger": "merger",
    "make-common": "merger", "sent": "contribution", "withdraw-contribution": "contribution",
    "resolve-comment": "comment", "undo-update": "change", "bring-back-assembly": "gone",
    "logo": "logo",
}  # fmt: skip


def kind_of(name):
    """What the `pk` in the address of this name is of."""
    if name in OWN_KIND:
        return OWN_KIND[name]
    return "assembly" if "assembly" in name else "commitment"


@pytest.fixture
def no_prints(monkeypatch):
    """Prints of our own programme would take the whole time of the test."""

    def refuse(*args, **options):
        raise pdf.RenderFailed("La mise en page n’a pas abouti.")

    monkeypatch.setattr(pdf, "render", refuse)


def test_row_of_another_team_is_not_there_under_a_programme_of_ones_own(
    as_alice, ours, theirs, rows
):
    def pick(address, argument):
        if argument == "programme_id":
            return ours["programme"]
        if argument == "other_id":
            return theirs["programme"]
        return theirs[kind_of(address)] if argument == "pk" else words_for(address, argument)[0]

    of_row = re.compile(r"<(int:pk|str:other_id)>")
    with_ids = {p.name for p in urlpatterns if of_row.search(str(p.pattern))}
    tried = {name: address for name, address in addresses(pick) if name in with_ids}
    found = {}
    for name, address in tried.items():
        found[name] = {as_alice.get(address).status_code, as_alice.post(address).status_code}
    refused = {name: said for name, said in found.items() if not said <= {404, 405}}
    # What is withdrawn already is no fault: these two lead back to their list.
    assert refused == {name: {302, 405} for name in ("withdraw-invitation", "withdraw-merger")}
    assert len(found) > 25
    assert rows.now() == rows.before


@pytest.mark.ignore_template_errors
def test_random_ids_of_another_team_read_and_write_nothing_of_theirs(
    as_alice, ours, theirs, rows, no_prints, rounds, figure
):
    how_often = rounds(300, 2000)
    chance = random.Random(22)
    forms = list(forms_of(as_alice, ours))
    assert len(forms) > 20
    read, changed, written, answered = [], [], set(), 0

    def watch(execute, sql, *args):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            written.add(sql)
        return execute(sql, *args)

    for _ in range(how_often):
        method, address, data = a_request(chance, ours, theirs, forms)
        written.clear()
        with transaction.atomic():
            with connection.execute_wrapper(watch):
                response = getattr(as_alice, method)(address, data)
            if MARK.encode() in response.content and MARK not in str(data):
                read.append((method, address, data))
            if written and rows.now() != rows.before:
                changed.append((method, address, data))
            answered += response.status_code < 400
            transaction.set_rollback(True)
    assert (read, changed) == ([], [])
    # Most meet a refusal; enough must reach a row of ours.
    assert answered > how_often / 10
    figure("R22", "lectures ou écritures chez l’autre équipe", f"0 sur {how_often} demandes")


def forms_of(browser, ours):
    """Every form that our pages show: where it goes, and its fields."""

    def pick(address, argument):
        if argument in ("programme_id", "other_id"):
            return ours["programme"]
        if argument == "pk":
            return ours[kind_of(address)]
        return words_for(address, argument)[3 if address in ("format", "selection") else 0]

    for name, address in addresses(pick):
        if NEEDS[name][0] is None or name in ("print-file", "picture", "trial-sheet", "export"):
            continue
        response = browser.get(address)
        if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
            continue
        for form in lxml.html.fromstring(response.content).findall(".//form"):
            if form.method == "POST":
                yield form.get("action") or address, form.form_values()


def a_request(chance, ours, theirs, forms):
    """A method, an address and what is sent: ids of theirs wherever an id of ours would stand."""
    if chance.random() < 0.6:
        return chance.choice(("get", "post")), an_address(chance, ours, theirs), {}
    address, values = chance.choice(forms)
    if chance.random() < 0.3:
        address = swapped(chance, address, ours, theirs)
    data = {}
    for name, value in values:
        if chance.random() < 0.5:
            name, value = (swapped(chance, text, ours, theirs) for text in (name, value))
        data.setdefault(name, []).append(value)
    for name in chance.sample(MORE_FIELDS, 2):
        data[name] = [str(theirs[chance.choice(list(theirs))])]
    return "post", address, data


def an_address(chance, ours, theirs):
    def pick(address, argument):
        of = chance.choice((ours, theirs))
        if argument == "programme_id":
            return chance.choice((ours, ours, theirs))["programme"]
        if argument == "other_id":
            return of["programme"]
        if argument == "pk":
            own = kind_of(address)
            return of[chance.choice((own, own, own, "commitment", "assembly", "change"))]
        return chance.choice(words_for(address, argument))

    # Most of those that name a row.
    some = [address for _, address in addresses(pick)]
    rows = [address for address in some if re.search(r"/\d+[/.]", address)]
    return chance.choice(rows if chance.random() < 0.7 else some)


def swapped(chance, text, ours, theirs):
    """The text with each number or id of ours that it holds become one of theirs."""
    text = text.replace(ours["programme"], theirs["programme"])
    numbers = [str(key) for kind, key in theirs.items() if kind != "programme"]
    return re.sub(r"(?<!\w)\d+(?!\w)", lambda found: chance.choice(numbers), text)
