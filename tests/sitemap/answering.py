"""What every page of a site in use answers, for tests that only read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.http import HttpResponse
from django.test.signals import template_rendered

from . import Place
from .faults import faults
from .listing import places
from .seeding import Site
from .visiting import Visitors


@dataclass(frozen=True)
class Answer:
    place: Place
    status: int
    content: bytes
    headers: dict[str, str]
    # The names of those that it sets.
    cookies: list[str]


@dataclass(frozen=True)
class Answers:
    """`templates` are the names of all that had a part in them."""

    visited: list[Answer]
    faults: list[Answer]
    templates: set[str]

    @property
    def pages(self) -> list[Answer]:
        return [*self.visited, *self.faults]


def answers(site: Site) -> Answers:
    visitors = Visitors()
    with _seen_templates() as templates:
        return Answers(
            visited=[_answer(place, visitors.visit(place)) for place in places(site)],
            faults=[
                _answer(Place("", status=response.status_code, state=state), response)
                for state, response in faults(site).items()
            ],
            templates=templates,
        )


def _answer(place: Place, response: HttpResponse) -> Answer:
    return Answer(
        place, response.status_code, response.content, dict(response.headers), [*response.cookies]
    )


@contextmanager
def _seen_templates() -> Iterator[set[str]]:
    seen: set[str] = set()

    def see(template, **_) -> None:
        seen.add(template.name)

    template_rendered.connect(see)
    try:
        yield seen
    finally:
        template_rendered.disconnect(see)
