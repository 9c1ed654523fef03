"""Being told as soon and as often as one chose; docs/explanation/notifications.md gives these examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts.actions.people import create_person
from maillage.apps.accounts.models import Person
from maillage.kernel.mail import notifications
from maillage.kernel.mail.models import Notification
from maillage.kernel.mail.notifications import (
    UnknownKindError,
    choose_rhythm,
    due_at,
    notify,
    send_due_notifications,
)
from maillage.kernel.mail.tasks import send_digests
from maillage.kernel.rooms.manifest import NotificationKind

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
KINDS = (
    NotificationKind(key="essai.message", label="Messages", rhythm="at_once"),
    NotificationKind(key="essai.suivi", label="Suivi", rhythm="daily"),
)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (notifications, "maillage.portal.space", "maillage.apps.accounts.views.space"):
        target = f"{module}.all_kinds" if isinstance(module, str) else None
        if target:
            monkeypatch.setattr(target, lambda: KINDS)
    monkeypatch.setattr(notifications, "all_kinds", lambda: KINDS)
    yield


@pytest.fixture
def ana() -> Person:
    return create_person(email="ana@exemple.fr", name="Ana", role="member", now=TUESDAY)


@pytest.mark.parametrize(
    ("rhythm", "due"),
    [
        ("at_once", datetime(2026, 3, 3, 14, 0, tzinfo=UTC)),
        ("daily", datetime(2026, 3, 4, 6, 0, tzinfo=UTC)),
        ("weekly", datetime(2026, 3, 9, 6, 0, tzinfo=UTC)),
        ("never", None),
    ],
)
def test_when_something_is_due(rhythm: str, due: datetime | None) -> None:
    assert due_at(rhythm, now=TUESDAY) == due


def test_summer_time_keeps_seven_in_the_morning() -> None:
    evening_before_change = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert timezone.localtime(due_at("daily", now=evening_before_change)).hour == 7


def test_early_on_monday_is_due_the_same_morning() -> None:
    monday = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
    assert due_at("weekly", now=monday) == datetime(2026, 3, 9, 6, 0, tzinfo=UTC)


def test_at_once_is_told_at_once(ana: Person) -> None:
    notify(person=ana, kind="essai.message", title="Bob vous écrit", url="/x/", now=TUESDAY)
    assert mail.outbox[0].subject == "Bob vous écrit"
    assert "http://localhost:8000/x/" in mail.outbox[0].body


def test_a_digest_groups_what_is_due(ana: Person) -> None:
    for title in ("Un", "Deux", "Trois"):
        notify(person=ana, kind="essai.suivi", title=title, now=TUESDAY)
    assert not mail.outbox
    assert send_due_notifications(ana, now=TUESDAY + timedelta(days=1)) == 3
    assert send_due_notifications(ana, now=TUESDAY + timedelta(days=1)) == 0
    assert len(mail.outbox) == 1
    assert mail.outbox[0].subject.startswith("3 nouvelles")
    assert mail.outbox[0].body.index("- Un") < mail.outbox[0].body.index("- Trois")


def test_never_is_listed_all_the_same(ana: Person) -> None:
    choose_rhythm(person=ana, kind="essai.message", rhythm="never", now=TUESDAY)
    notify(person=ana, kind="essai.message", title="Bob vous écrit", now=TUESDAY)
    send_digests()
    assert not mail.outbox
    assert Notification.objects.get().title == "Bob vous écrit"


def test_a_new_choice_holds_for_what_is_waiting(ana: Person) -> None:
    notify(person=ana, kind="essai.suivi", title="Un", now=TUESDAY)
    choose_rhythm(person=ana, kind="essai.suivi", rhythm="never", now=TUESDAY)
    assert send_due_notifications(ana, now=TUESDAY + timedelta(days=30)) == 0


def test_closed_accounts_are_left_alone(ana: Person) -> None:
    notify(person=ana, kind="essai.suivi", title="Un", now=TUESDAY)
    Person.objects.update(is_active=False)
    send_digests()
    assert not mail.outbox


def test_an_unknown_kind_is_a_fault_of_ours(ana: Person) -> None:
    with pytest.raises(UnknownKindError):
        notify(person=ana, kind="inconnu", title="x", now=TUESDAY)


def test_one_click_silences_the_kind_without_signing_in(ana: Person) -> None:
    notify(person=ana, kind="essai.message", title="Un", now=TUESDAY)
    found = re.search(r"/courriels/desabonnement/\S+", mail.outbox[0].body)
    assert found
    visitor = Client(enforce_csrf_checks=True)
    assert visitor.get(found.group()).status_code == 200
    notify(person=ana, kind="essai.message", title="Deux", now=TUESDAY)
    assert len(mail.outbox) == 2  # looking at the page changes nothing
    assert visitor.post(found.group(), {"List-Unsubscribe": "One-Click"}).status_code == 200
    notify(person=ana, kind="essai.message", title="Trois", now=TUESDAY)
    assert len(mail.outbox) == 2


def test_a_forged_unsubscription_is_nothing(client: Client) -> None:
    assert client.post("/courriels/desabonnement/invente:abc/").status_code == 404


def test_choices_are_made_on_a_page(client: Client, ana: Person) -> None:
    client.force_login(ana)
    assert client.get("/mon-espace/notifications/").status_code == 200
    client.post("/mon-espace/notifications/", {"essai.message": "weekly", "essai.suivi": "daily"})
    assert notifications.rhythm_of(ana, "essai.message") == "weekly"
    assert (
        client.post(
            "/mon-espace/notifications/", {"essai.message": "jamais", "essai.suivi": "daily"}
        ).status_code
        == 200
    )


def test_news_are_listed_in_the_space_and_marked_read(client: Client, ana: Person) -> None:
    notify(person=ana, kind="essai.suivi", title="Une nouvelle", url="/x/", now=TUESDAY)
    client.force_login(ana)
    assert "Une nouvelle" in client.get("/mon-espace/").content.decode()
    client.post("/mon-espace/nouvelles/vues/")
    assert Notification.objects.get().seen_at


def test_french_spaces_that_must_not_be_cut_are_kept(ana: Person) -> None:
    told = notify(
        person=ana, kind="essai.suivi", title="Pour «\u00a0Un four\u00a0»\u00a0: \n  une réponse", now=TUESDAY
    )
    assert told.title == "Pour «\u00a0Un four\u00a0»\u00a0: une réponse"


def test_only_the_latest_news_stand_open(client: Client, ana: Person) -> None:
    for number in range(7):
        notify(
            person=ana, kind="essai.suivi", title=f"Nouvelle {number}.", now=TUESDAY + timedelta(hours=number)
        )
    client.force_login(ana)
    shown = client.get("/mon-espace/").content.decode()
    opened, _summary, folded = shown.partition("Les nouvelles d’avant")
    assert "Nouvelle 2." in opened and "Nouvelle 1." not in opened
    assert "Nouvelle 1." in folded and "Nouvelle 0." in folded
