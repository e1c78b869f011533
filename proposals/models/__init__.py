from .measure import (
    Example,
    LegalBasis,
    Measure,
    MeasurePurpose,
    Objection,
    ObjectionSource,
    Parameter,
    ParameterDefault,
    Pitch,
    RelatedMeasure,
    Wording,
    WordingSize,
)
from .proposal import Figure, Proposal, ProposalPurpose, Question, QuestionMeasure
from .reference import Purpose, Signatory, SizeClass, Source, Threshold
from .release import LoadedEntry, Release, WordingRevision
from .sheet import ReflectionSheet, SheetProposal, SheetQuestion

__all__ = [
    "Example",
    "Figure",
    "LegalBasis",
    "LoadedEntry",
    "Measure",
    "MeasurePurpose",
    "Objection",
    "ObjectionSource",
    "Parameter",
    "ParameterDefault",
    "Pitch",
    "Proposal",
    "ProposalPurpose",
    "Purpose",
    "Question",
    "QuestionMeasure",
    "ReflectionSheet",
    "RelatedMeasure",
    "Release",
    "SheetProposal",
    "SheetQuestion",
    "Signatory",
    "SizeClass",
    "Source",
    "Threshold",
    "Wording",
    "WordingRevision",
    "WordingSize",
]
