"""What the other parts of the room do when a member changes state. Each part adds its functions to these lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from maillage.apps.accounts.models import Person
from maillage.apps.barter.models import CircleMember

OBSTACLES_TO_LEAVING: list[Callable[[CircleMember], str]] = []
"""Each answers a whole sentence that says why the member cannot leave yet, or "" when nothing holds it back."""

FOLLOWERS: list[Callable[[CircleMember, Person, datetime], None]] = []
"""Each is called in the transaction that gave a member its new state (`member.state`), joining included."""


def obstacles_to_leaving(member: CircleMember) -> list[str]:
    return [said for obstacle in OBSTACLES_TO_LEAVING if (said := obstacle(member))]


def follow(member: CircleMember, person: Person, now: datetime) -> None:
    for follower in FOLLOWERS:
        follower(member, person, now)
