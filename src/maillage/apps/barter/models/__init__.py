from maillage.apps.barter.models.circles import (
    Agreement,
    AppendOnly,
    AppendOnlyError,
    Circle,
    CircleMember,
    MemberChange,
    Signature,
)
from maillage.apps.barter.models.credit import CircleCredit, PlainExchange, TransferSubject
from maillage.apps.barter.models.interviews import Confirmation, Interview, InterviewItem
from maillage.apps.barter.models.loops import Loop, LoopAnswer, LoopLeg, LoopSearch

__all__ = [
    "Agreement",
    "AppendOnly",
    "AppendOnlyError",
    "Circle",
    "CircleCredit",
    "CircleMember",
    "Confirmation",
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
