from .answer import Answer
from .assembly import Assembly, Ballot
from .change import Change
from .comment import Comment
from .commitment import (
    Chapter,
    ChapterFigure,
    Commitment,
    CommitmentObjection,
    CommitmentParameter,
    CommitmentPitch,
)
from .commune import Commune, CommuneKey, CommuneLoad, Department, Intercommunality
from .contribution import Contribution
from .draft import Draft
from .edition import Edition
from .layout import Layout, LayoutCommitment, Logo
from .look import Look
from .merger import Merger, MergerChoice
from .programme import Programme
from .submission import Submission
from .team import Invitation, Membership
from .versioned import Versioned

__all__ = [
    "Answer",
    "Assembly",
    "Ballot",
    "Change",
    "Chapter",
    "ChapterFigure",
    "Comment",
    "Commitment",
    "CommitmentObjection",
    "CommitmentParameter",
    "CommitmentPitch",
    "Commune",
    "CommuneKey",
    "CommuneLoad",
    "Contribution",
    "Department",
    "Draft",
    "Edition",
    "Intercommunality",
    "Invitation",
    "Layout",
    "LayoutCommitment",
    "Logo",
    "Look",
    "Membership",
    "Merger",
    "MergerChoice",
    "Programme",
    "Submission",
    "Versioned",
]
