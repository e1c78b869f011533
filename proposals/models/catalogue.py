"""The published catalogue: what the public and the teams read. Written by releases only."""

from ..tables import catalogue, measure, proposal, reference, sheet


class Catalogue(catalogue.Catalogue):
    pass


class Purpose(reference.Purpose):
    pass


class SizeClass(reference.SizeClass):
    pass


class Signatory(reference.Signatory):
    pass


class Source(reference.Source):
    pass


class Threshold(reference.Threshold):
    pass


class Proposal(proposal.Proposal):
    pass


class ProposalPurpose(proposal.ProposalPurpose):
    pass


class Figure(proposal.Figure):
    pass


class Question(proposal.Question):
    pass


class QuestionMeasure(proposal.QuestionMeasure):
    pass


class Measure(measure.Measure):
    pass


class MeasurePurpose(measure.MeasurePurpose):
    pass


class RelatedMeasure(measure.RelatedMeasure):
    pass


class Wording(measure.Wording):
    pass


class WordingSize(measure.WordingSize):
    pass


class Parameter(measure.Parameter):
    pass


class ParameterDefault(measure.ParameterDefault):
    pass


class LegalBasis(measure.LegalBasis):
    pass


class Pitch(measure.Pitch):
    pass


class Objection(measure.Objection):
    pass


class ObjectionSource(measure.ObjectionSource):
    pass


class Example(measure.Example):
    pass


class ReflectionSheet(sheet.ReflectionSheet):
    pass


class SheetProposal(sheet.SheetProposal):
    pass


class SheetQuestion(sheet.SheetQuestion):
    pass
