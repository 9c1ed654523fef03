from maillage.apps.barter.models.circles import (
    Agreement,
    AppendOnly,
    AppendOnlyError,
    Circle,
    CircleMember,
    MemberChange,
    Signature,
)
from maillage.apps.barter.models.interviews import Confirmation, Interview, InterviewItem

__all__ = [
    "Agreement",
    "AppendOnly",
    "AppendOnlyError",
    "Circle",
    "CircleMember",
    "Confirmation",
    "Interview",
    "InterviewItem",
    "MemberChange",
    "Signature",
]
