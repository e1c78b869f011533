from .commitment import Chapter, ChapterFigure, Commitment, CommitmentParameter
from .commune import Commune, CommuneKey, CommuneLoad, Department, Intercommunality
from .programme import Programme
from .team import Membership

__all__ = [
    "Chapter",
    "ChapterFigure",
    "Commitment",
    "CommitmentParameter",
    "Commune",
    "CommuneKey",
    "CommuneLoad",
    "Department",
    "Intercommunality",
    "Membership",
    "Programme",
]
