from maillage.apps.barter.models.circles import (
    Agreement,
    Circle,
    CircleMember,
    CircleVersion,
    MemberChange,
    Signature,
)
from maillage.apps.barter.models.clearing import BatchLine, ClearingBatch, Consent, Debt
from maillage.apps.barter.models.credit import CircleCredit, PlainExchange, TransferSubject
from maillage.apps.barter.models.interviews import Confirmation, Interview, InterviewItem
from maillage.apps.barter.models.loops import Loop, LoopAnswer, LoopLeg, LoopSearch

__all__ = [
    "Agreement",
    "BatchLine",
    "Circle",
    "CircleCredit",
    "CircleMember",
    "CircleVersion",
    "ClearingBatch",
    "Confirmation",
    "Consent",
    "Debt",
    "Interview",
    "InterviewItem",
    "Loop",
    "LoopAnswer",
    "LoopLeg",
    "LoopSearch",
    "MemberChange",
    "PlainExchange",
    "Signature",
    "TransferSubject",
]
