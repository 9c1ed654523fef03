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
    "MemberChange",
    "PlainExchange",
    "Signature",
    "TransferSubject",
]
