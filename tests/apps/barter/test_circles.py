"""A barter circle: opened, joined by signing, its agreement in versions, its members through their states."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.apps import apps
from django.core.mail import EmailMessage
from django.http import Http404
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.barter.access import acting_for
from maillage.apps.barter.actions.circles import (
    NameTakenError,
    OldVersionError,
    SameTextError,
    change_circle,
    open_circle,
    publish_agreement,
)
from maillage.apps.barter.actions.consequences import FOLLOWERS, OBSTACLES_TO_LEAVING
from maillage.apps.barter.actions.members import (
    ForbiddenStepError,
    NewVersionError,
    NoReasonError,
    ObstacleError,
    change_member_state,
    leave_circle,
    sign_agreement,
)
from maillage.apps.barter.choices import MEMBER_TRANSITIONS, MemberState
from maillage.apps.barter.models import (
    Agreement,
    Circle,
    CircleMember,
    CircleVersion,
    MemberChange,
    Signature,
)
from maillage.apps.barter.queries.circles import must_sign_again
from maillage.apps.directory.choices import MembershipRole
from maillage.apps.directory.models import Organization
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.db.append_only import AppendOnlyError
from maillage.kernel.mail.models import Notification
from tests.factories import NOW, make_circle_member, make_organization, make_person, tie

pytestmark = [pytest.mark.django_db, pytest.mark.data]
LATER = NOW + timedelta(days=1)


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def signing(organization: Organization, **said: object) -> dict[str, object]:
    return {
        "organization": organization.pk,
        "signatory": "Maya Roux",
        "capacity": "présidente",
        "agrees": "on",
        "seen": 1,
    } | said


def test_a_facilitator_opens_a_circle_and_an_organisation_joins_by_signing(
    solene: Person, maya: Person, centre: Organization
) -> None:
    answer = browser(solene).post(
        reverse("barter:circle_open"),
        {"name": "Cercle de Brume", "unit_name": "unité", "agreement": "Donner autant que recevoir."},
    )
    circle = Circle.objects.get()
    assert answer["Location"] == reverse("barter:circle", args=[circle.pk])
    client = browser(maya)
    page = client.get(reverse("barter:join", args=[circle.pk]))
    assert "Donner autant que recevoir." in page.content.decode()
    client.post(reverse("barter:join", args=[circle.pk]), signing(centre))
    signed = Signature.objects.get()
    assert (signed.member.organization, signed.agreement.number, signed.person) == (centre, 1, maya)
    assert (signed.signatory, signed.in_office_mode) == ("Maya Roux", False)
    line = AuditEntry.objects.get(verb="circle.sign")
    assert (line.actor, line.on_behalf_of, line.details["number"]) == (maya, "La Recyclerie", 1)
    assert "office_mode" not in line.details
    assert Notification.objects.filter(person=solene, kind="barter.membership").count() == 1


def test_a_circle_needs_an_agreement_and_a_name_of_its_own(solene: Person, circle: Circle) -> None:
    page = browser(solene).post(
        reverse("barter:circle_open"), {"name": "Autre", "unit_name": "unité", "agreement": " "}
    )
    assert "Écrivez l’accord-cadre" in page.content.decode()
    with pytest.raises(NameTakenError):
        open_circle(actor=solene, name="LE CERCLE", agreement="Autre.", now=NOW)
    assert Circle.objects.count() == 1


def test_signing_twice_writes_once(solene: Person, circle: Circle, centre: Organization) -> None:
    make_circle_member(solene, circle, centre, now=LATER)
    assert Signature.objects.filter(member__organization=centre).count() == 1
    assert MemberChange.objects.filter(member__organization=centre).count() == 1


def test_office_mode_is_traced_and_told_by_e_mail_to_who_has_no_account(
    solene: Person, circle: Circle, radio: Organization, mailoutbox: list[EmailMessage]
) -> None:
    signed = Signature.objects.get(member__organization=radio)
    assert signed.in_office_mode and signed.person == solene
    (letter,) = [each for each in mailoutbox if each.to == ["antenne@exemple.test"]]
    assert "Radio Brume" in letter.subject
    assert "Solène" in str(letter.body)
    line = AuditEntry.objects.get(verb="circle.sign", on_behalf_of="Radio Brume")
    assert line.details["office_mode"] is True
    assert line.details["told"] == 1


def test_office_mode_is_told_to_the_managers_who_have_an_account(
    maya: Person, circle: Circle, centre: Organization
) -> None:
    told = Notification.objects.get(person=maya, kind="barter.office")
    assert "Solène" in told.title and "La Recyclerie" in told.title


def test_who_acts_for_whom(solene: Person, maya: Person, centre: Organization, radio: Organization) -> None:
    assert not acting_for(maya, centre).in_office_mode
    assert acting_for(solene, centre).in_office_mode
    tie(solene, radio)
    assert not acting_for(solene, radio).in_office_mode
    helper = make_person()
    tie(helper, centre, MembershipRole.MEMBER)
    for person, organization in ((maya, radio), (helper, centre)):
        with pytest.raises(Http404):
            acting_for(person, organization)


def test_a_new_version_is_shown_with_its_differences_and_signed_again(
    solene: Person, maya: Person, circle: Circle, centre: Organization
) -> None:
    client = browser(solene)
    answer = client.post(
        reverse("barter:agreement_publish", args=[circle.pk]),
        {"text": "Donner plus que recevoir.", "comment": "On donne plus.", "seen": 1},
    )
    assert answer["Location"] == reverse("barter:agreement", args=[circle.pk])
    assert [each.organization for each in must_sign_again(circle)] == list(
        Organization.objects.filter(circle_members__circle=circle).order_by("sort_key")
    )
    assert Notification.objects.filter(person=maya, kind="barter.sign").count() == 1
    page = browser(maya).get(reverse("barter:agreement_version", args=[circle.pk, 2])).content.decode()
    assert "<del>autant</del><ins>plus</ins>" in page
    assert (
        "n’a pas signé la version 2"
        in browser(maya).get(reverse("barter:circle", args=[circle.pk])).content.decode()
    )
    stale = browser(maya).post(reverse("barter:join", args=[circle.pk]), signing(centre, seen=1))
    assert "L’accord vient de changer" in stale.content.decode()
    assert 'name="seen" value="2"' in stale.content.decode()
    browser(maya).post(reverse("barter:join", args=[circle.pk]), signing(centre, seen=2))
    assert [each.organization.name for each in must_sign_again(circle)] == ["Radio Brume"]
    assert MemberChange.objects.filter(member__organization=centre).count() == 1


def test_versions_are_never_rewritten_and_never_crossed(solene: Person, circle: Circle) -> None:
    first = circle.agreements.get()
    with pytest.raises(AppendOnlyError):
        first.save()
    with pytest.raises(AppendOnlyError):
        Agreement.objects.filter(circle=circle).update(text="Autre chose.")
    with pytest.raises(SameTextError):
        publish_agreement(actor=solene, circle_id=circle.pk, text=first.text, comment="Rien", seen=1, now=NOW)
    publish_agreement(actor=solene, circle_id=circle.pk, text="Deux.", comment="Deux", seen=1, now=NOW)
    with pytest.raises(OldVersionError):
        publish_agreement(actor=solene, circle_id=circle.pk, text="Trois.", comment="Trois", seen=1, now=NOW)
    page = browser(solene).post(
        reverse("barter:agreement_publish", args=[circle.pk]),
        {"text": "Trois.", "comment": "Trois", "seen": 1},
    )
    assert "Trois." in page.content.decode()
    assert circle.agreements.count() == 2


def test_signing_a_version_that_is_no_longer_in_force_changes_nothing(
    solene: Person, circle: Circle, centre: Organization
) -> None:
    publish_agreement(actor=solene, circle_id=circle.pk, text="Deux.", comment="Deux", seen=1, now=NOW)
    with pytest.raises(NewVersionError):
        sign_agreement(
            acting=acting_for(solene, centre),
            circle_id=circle.pk,
            seen=1,
            signatory="Maya",
            capacity="présidente",
            now=NOW,
        )
    assert Signature.objects.filter(agreement__number=2).count() == 0


def test_a_suspension_and_a_freeze_are_dated_traced_and_told(
    solene: Person, maya: Person, circle: Circle, member: CircleMember
) -> None:
    address = reverse("barter:member_state", args=[circle.pk, member.pk])
    refused = browser(solene).post(address, {"state": "suspended", "reason": ""})
    assert refused.status_code == 422
    assert "Dites pourquoi" in refused.content.decode()
    browser(solene).post(address, {"state": "suspended", "reason": "Trois échanges sans suite."})
    member.refresh_from_db()
    assert member.state == MemberState.SUSPENDED and not member.may_trade
    change_member_state(
        actor=solene, member_id=member.pk, state="frozen", reason="Redressement judiciaire.", now=LATER
    )
    with pytest.raises(ForbiddenStepError):
        change_member_state(actor=solene, member_id=member.pk, state="suspended", reason="Non.", now=LATER)
    last = MemberChange.objects.filter(member=member).order_by("-pk")[0]
    assert (last.before, last.after, last.person, last.at) == ("suspended", "frozen", solene, LATER)
    assert Notification.objects.filter(person=maya, kind="barter.membership").count() == 2
    assert AuditEntry.objects.filter(verb="circle.frozen").get().details["member"] == "La Recyclerie"
    page = browser(maya).get(reverse("barter:member", args=[circle.pk, member.pk])).content.decode()
    assert "Redressement judiciaire." in page
    assert "Suspendre, geler" not in page


def test_no_state_changes_without_a_reason(solene: Person, member: CircleMember) -> None:
    with pytest.raises(NoReasonError):
        change_member_state(actor=solene, member_id=member.pk, state="frozen", reason="  ", now=NOW)
    member.refresh_from_db()
    assert member.state == MemberState.ACTIVE


def test_every_state_is_reached_and_left_by_the_table_alone(
    solene: Person, circle: Circle, member: CircleMember
) -> None:
    for before in MemberState:
        for after in MemberState:
            CircleMember.objects.filter(pk=member.pk).update(state=before)
            allowed = after in MEMBER_TRANSITIONS[before] and before != MemberState.LEFT
            if after == before or allowed:
                change_member_state(actor=solene, member_id=member.pk, state=after, reason="Essai.", now=NOW)
            else:
                with pytest.raises(ForbiddenStepError):
                    change_member_state(
                        actor=solene, member_id=member.pk, state=after, reason="Essai.", now=NOW
                    )


def test_a_member_leaves_and_comes_back_by_signing(
    maya: Person, circle: Circle, centre: Organization, member: CircleMember
) -> None:
    client = browser(maya)
    client.post(reverse("barter:member_leave", args=[circle.pk, member.pk]), {"reason": "Trop loin."})
    client.post(reverse("barter:member_leave", args=[circle.pk, member.pk]), {})
    member.refresh_from_db()
    assert member.state == MemberState.LEFT
    assert client.get(reverse("barter:members", args=[circle.pk])).status_code == 404
    client.post(reverse("barter:join", args=[circle.pk]), signing(centre))
    member.refresh_from_db()
    assert member.state == MemberState.ACTIVE
    changes = MemberChange.objects.filter(member=member).order_by("pk").values_list("before", "after")
    assert list(changes) == [("", "active"), ("active", "left"), ("left", "active")]
    assert CircleMember.objects.filter(circle=circle, organization=centre).count() == 1


@pytest.mark.parametrize("measure", ["suspended", "frozen"])
def test_leaving_and_signing_again_lifts_no_measure(
    solene: Person, maya: Person, circle: Circle, centre: Organization, member: CircleMember, measure: str
) -> None:
    change_member_state(actor=solene, member_id=member.pk, state=measure, reason="Litige.", now=NOW)
    for _time in range(2):
        leave_circle(acting=acting_for(maya, centre), member_id=member.pk, reason="", now=LATER)
        page = browser(maya).post(reverse("barter:join", args=[circle.pk]), signing(centre), follow=True)
        member.refresh_from_db()
        assert member.state == measure
    assert "l’animation seule" in page.content.decode()
    change_member_state(actor=solene, member_id=member.pk, state="active", reason="Réglé.", now=LATER)
    leave_circle(acting=acting_for(maya, centre), member_id=member.pk, reason="", now=LATER)
    browser(maya).post(reverse("barter:join", args=[circle.pk]), signing(centre))
    member.refresh_from_db()
    assert member.state == MemberState.ACTIVE


def test_signing_a_new_version_does_not_lift_a_suspension(
    solene: Person, circle: Circle, member: CircleMember, centre: Organization
) -> None:
    change_member_state(actor=solene, member_id=member.pk, state="suspended", reason="Litige.", now=NOW)
    publish_agreement(actor=solene, circle_id=circle.pk, text="Deux.", comment="Deux", seen=1, now=NOW)
    make_circle_member(solene, circle, centre, now=LATER)
    member.refresh_from_db()
    assert (member.state, member.signed_number) == (MemberState.SUSPENDED, 2)


def test_what_holds_a_member_back_is_said_and_nothing_changes(
    maya: Person, solene: Person, circle: Circle, member: CircleMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "maillage.apps.barter.actions.consequences.OBSTACLES_TO_LEAVING",
        [*OBSTACLES_TO_LEAVING, lambda _member: "Il reste 12 unités à rendre."],
    )
    page = browser(maya).post(reverse("barter:member_leave", args=[circle.pk, member.pk]), {})
    assert page.status_code == 422
    assert "Il reste 12 unités à rendre." in page.content.decode()
    page = browser(solene).post(
        reverse("barter:member_state", args=[circle.pk, member.pk]), {"state": "left", "reason": "Parti."}
    )
    assert "Il reste 12 unités à rendre." in page.content.decode()
    with pytest.raises(ObstacleError):
        leave_circle(acting=acting_for(maya, member.organization), member_id=member.pk, reason="", now=NOW)
    member.refresh_from_db()
    assert member.state == MemberState.ACTIVE


def test_the_other_parts_of_the_room_hear_of_each_state(
    solene: Person, member: CircleMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(
        "maillage.apps.barter.actions.consequences.FOLLOWERS",
        [*FOLLOWERS, lambda member, _actor, _now: heard.append(member.state)],
    )
    for state in ("frozen", "active", "left"):
        change_member_state(actor=solene, member_id=member.pk, state=state, reason="Essai.", now=NOW)
    assert heard == ["frozen", "active", "left"]


def test_what_happens_inside_is_for_its_people(circle: Circle, maya: Person, member: CircleMember) -> None:
    neighbour = make_person()
    tie(neighbour, make_organization("Ailleurs"))
    client = browser(neighbour)
    assert "Donner" in client.get(reverse("barter:agreement", args=[circle.pk])).content.decode()
    for name, arguments in (("members", [circle.pk]), ("member", [circle.pk, member.pk])):
        assert client.get(reverse(f"barter:{name}", args=arguments)).status_code == 404
    other = circle.members.exclude(pk=member.pk).get()
    assert browser(maya).get(reverse("barter:member", args=[circle.pk, other.pk])).status_code == 404
    page = browser(maya).get(reverse("barter:members", args=[circle.pk])).content.decode()
    assert "Radio Brume" in page
    assert reverse("barter:member", args=[circle.pk, other.pk]) not in page


def test_nobody_signs_for_an_organisation_that_is_not_theirs(maya: Person, circle: Circle) -> None:
    other = make_organization("Ailleurs")
    page = browser(maya).post(reverse("barter:join", args=[circle.pk]), signing(other))
    assert page.status_code == 200
    assert not CircleMember.objects.filter(organization=other).exists()


def test_hostile_words_are_shown_and_not_run(solene: Person) -> None:
    nasty = "<script>alert(1)</script>"
    made = open_circle(
        actor=solene,
        name=f"Cercle {nasty}",
        agreement=f"{nasty}\n\n[x](javascript:alert(1))",
        rules=nasty,
        now=NOW,
    )
    for name in ("circle", "agreement", "join"):
        page = browser(solene).get(reverse(f"barter:{name}", args=[made.pk])).content.decode()
        assert nasty not in page
        assert 'href="javascript:' not in page


def test_an_empty_site_says_the_first_step(solene: Person, maya: Person) -> None:
    assert reverse("barter:circle_open") in browser(solene).get(reverse("barter:list")).content.decode()
    page = browser(maya).get(reverse("barter:list")).content.decode()
    assert "Pas encore de cercle" in page
    assert reverse("barter:circle_open") not in page


def test_the_sheet_that_trains_a_team_holds_on_two_pages(
    solene: Person, maya: Person, circle: Circle
) -> None:
    address = reverse("barter:circle_sheet", args=[circle.pk])
    for rules in ("Donner.", "Une règle très longue. " * 400):
        Circle.objects.filter(pk=circle.pk).update(rules=rules)
        answer = browser(maya).get(address)
        assert answer["Content-Type"] == "application/pdf"
        with pikepdf.open(BytesIO(answer.content)) as made:
            assert len(made.pages) == 2
    assert browser(make_person()).get(address).status_code == 404


def change(client: Client, circle: Circle, **said: str) -> Any:
    """Fill in the form of the circle as it is shown, then send it."""
    url = reverse("barter:circle_change", args=[circle.pk])
    form = client.get(url).context["form"]
    return client.post(url, {**form.initial, "comment": "", **said})


def test_the_rules_of_a_circle_keep_their_versions(
    solene: Person, maya: Person, circle: Circle, radio: Organization
) -> None:
    client = browser(solene)
    first = reverse("barter:circle_versions", args=[circle.pk])
    assert "Version 1" in client.get(first).content.decode()
    change(client, circle, rules="On note chaque échange dans la semaine.", comment="Les échanges se notent")
    change(client, circle, rules="On note chaque échange dans le mois.")
    change(client, circle)  # nothing new: no version
    shown = browser(maya).get(first).content.decode()
    assert [each.number for each in circle.versions.order_by("number")] == [1, 2, 3]
    assert "<del>semaine</del>" in shown and "<ins>mois</ins>" in shown
    assert "Les échanges se notent" in shown and "Solène" in shown
    told = Notification.objects.filter(person=maya, kind="barter.rules")
    assert told.count() == 2 and told[0].url == first
    assert not Notification.objects.filter(person=solene, kind="barter.rules").exists()
    assert first in browser(maya).get(reverse("barter:circle", args=[circle.pk])).content.decode()
    assert AuditEntry.objects.filter(verb="circle.change").count() == 2


def test_two_facilitators_do_not_undo_one_another(solene: Person, circle: Circle) -> None:
    client, url = browser(solene), reverse("barter:circle_change", args=[circle.pk])
    late = {**client.get(url).context["form"].initial, "rules": "Mes règles.", "comment": ""}
    change(client, circle, rules="Celles d’une autre.")
    refused = client.post(url, late)
    assert "Mes règles." in refused.content.decode() and "entre-temps" in refused.content.decode()
    circle.refresh_from_db()
    assert circle.rules == "Celles d’une autre."
    again = {**late, "seen": refused.context["form"]["seen"].value()}
    client.post(url, again)
    circle.refresh_from_db()
    assert circle.rules == "Mes règles." and circle.versions.count() == 3


def test_versions_that_the_journal_told_are_read_back(solene: Person, circle: Circle) -> None:
    """What the migration does with the circles of before."""
    for number, rules in enumerate(("Un.", "Deux.")):
        change_circle(
            actor=solene,
            circle_id=circle.pk,
            name=f"Le cercle {number}",
            unit_name=circle.unit_name,
            about="Pour tous.",
            rules=rules,
            now=LATER + timedelta(days=number),
        )
    kept = list(CircleVersion.objects.order_by("number").values_list("number", "name", "rules", "changed_by"))
    CircleVersion._base_manager.all().delete()
    migration = import_module("maillage.apps.barter.migrations.0002_circle_versions")
    migration.read_back(apps, None)
    again = list(
        CircleVersion.objects.order_by("number").values_list("number", "name", "rules", "changed_by")
    )
    assert again == kept and len(kept) == 3
