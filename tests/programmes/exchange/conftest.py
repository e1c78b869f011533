"""Documents that leave in a file."""

from dataclasses import replace

import pytest

from .texts import EVERYTHING, HOSTILE, programme_of, promise


@pytest.fixture
def small():
    return programme_of(promise(1, EVERYTHING), promise(2, "Un texte.", title="Où ? Ici"))


@pytest.fixture(scope="session")
def hostile():
    """Every field of a commitment says what no person would."""
    return programme_of(
        *(
            promise(rank, text, title=f"{rank} {text}", line=f"{rank} {text}", easy=text)
            for rank, text in enumerate(HOSTILE.values(), start=1)
        )
    )


@pytest.fixture(scope="session")
def demo(demo):
    """The draft of the demonstration, and the titles that are not to leave."""
    document, titles = demo(20)
    return replace(document, stamp=None), titles
