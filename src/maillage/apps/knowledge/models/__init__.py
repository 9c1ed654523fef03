from maillage.apps.knowledge.models.cooperations import CooperationAnswer
from maillage.apps.knowledge.models.statements import Drawing, Endorsement, Statement, StatementQuerySet
from maillage.apps.knowledge.models.terms import Term, TermChange, TermMerge, TermName, TermQuerySet
from maillage.apps.knowledge.models.workshops import Seat, SeatRound, Workshop, WorkshopAnswer

__all__ = [
    "CooperationAnswer",
    "Drawing",
    "Endorsement",
    "Seat",
    "SeatRound",
    "Statement",
    "StatementQuerySet",
    "Term",
    "TermChange",
    "TermMerge",
    "TermName",
    "TermQuerySet",
    "Workshop",
    "WorkshopAnswer",
]
