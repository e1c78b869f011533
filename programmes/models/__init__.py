from .commitment import (
    Chapter,
    ChapterFigure,
    Commitment,
    CommitmentObjection,
    CommitmentParameter,
    CommitmentPitch,
)
from .commune import Commune, CommuneKey, CommuneLoad, Department, Intercommunality
from .edition import Edition
from .layout import Layout, LayoutCommitment, Logo
from .programme import Programme
from .team import Membership

__all__ = [
    "Chapter",
    "ChapterFigure",
    "Commitment",
    "CommitmentObjection",
    "CommitmentParameter",
    "CommitmentPitch",
    "Commune",
    "CommuneKey",
    "CommuneLoad",
    "Department",
    "Edition",
    "Intercommunality",
    "Layout",
    "LayoutCommitment",
    "Logo",
    "Membership",
    "Programme",
]
