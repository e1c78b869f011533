from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """Something to mend, at a line and a column counted from 1."""

    line: int
    column: int
    message: str

    def located(self, name: str) -> str:
        return f"{name}:{self.line}:{self.column}: {self.message}"


class CatalogueError(Exception):
    """All the problems of a file, in the order of its lines. Nothing was changed."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(f"{len(self.problems)} problème(s) dans le catalogue")
