import pytest

from desescalade import pdf


@pytest.fixture(autouse=True, scope="module")
def _no_engine_left_behind():
    yield
    pdf.close()
