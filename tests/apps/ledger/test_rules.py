"""The rules of docs/explanation/credit-mutuel.md, one by one: what is refused changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from maillage.apps.ledger.access import can_use_account
from maillage.apps.ledger.actions import answers, circulation, quick, transfers
from maillage.apps.ledger.actions.accounts import (
    BadLimitsError,
    NotAtZeroError,
    change_limits,
    change_status,
    choose_acceptance,
    open_account,
)
from maillage.apps.ledger.actions.acts import BadKeyError, KeyUsedOtherwiseError
from maillage.apps.ledger.actions.moving import (
    AccountClosedToItError,
    LimitPassedError,
    NoSuchAccountError,
    OtherUnitError,
)
from maillage.apps.ledger.actions.reversals import AlreadyReversedError, NotReversibleError, reverse
from maillage.apps.ledger.choices import AMOUNT_MAX, Accepts, AccountStatus, State
from maillage.apps.ledger.models import Account, AccountChange, Act, Transfer, Unit
from maillage.apps.ledger.queries.contents import Acceptance, Limits
from maillage.apps.ledger.queries.soundness import faults_of
from maillage.kernel import events
from maillage.kernel.db.append_only import AppendOnlyError
from tests.apps.ledger.conftest import LIMITS, balances, doer, make_account, make_unit, order
from tests.factories import NOW, make_person, managed_by

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def test_the_same_key_is_answered_the_same_and_done_once(radio: Account, fournil: Account) -> None:
    who, asked = doer(), order(radio, fournil, 10_00)
    assert transfers.pay(order=asked, doer=who).pk == transfers.pay(order=asked, doer=who).pk
    assert balances(radio, fournil) == (-10_00, 10_00)


def test_the_same_key_with_other_content_is_refused(radio: Account, fournil: Account) -> None:
    who = doer()
    transfers.pay(order=order(radio, fournil, 10_00), doer=who)
    with pytest.raises(KeyUsedOtherwiseError):
        transfers.pay(order=order(radio, fournil, 11_00), doer=who)
    with pytest.raises(KeyUsedOtherwiseError):
        transfers.reserve(order=order(radio, fournil, 10_00), doer=who)
    assert balances(radio, fournil) == (-10_00, 10_00)


@pytest.mark.parametrize("key", ["", "k" * 81, "line\nbreak"])
def test_a_key_is_a_short_word(radio: Account, fournil: Account, key: str) -> None:
    with pytest.raises(BadKeyError):
        transfers.pay(order=order(radio, fournil, 10_00), doer=doer(key=key))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"amount": 0}, transfers.BadAmountError),
        ({"amount": -1}, transfers.BadAmountError),
        ({"amount": AMOUNT_MAX + 1}, transfers.AmountTooGreatError),
        ({"amount": 2**70}, transfers.AmountTooGreatError),
        ({"amount": 1, "soulte_cents": -5, "soulte_currency": "EUR"}, transfers.BadSoulteError),
        ({"amount": 1, "soulte_cents": 5}, transfers.BadSoulteError),
        ({"amount": 1, "soulte_currency": "EUR"}, transfers.BadSoulteError),
        ({"amount": 1, "nature": "reversal"}, transfers.BadNatureError),
    ],
)
def test_bad_amounts(radio: Account, fournil: Account, said: dict[str, Any], error: type) -> None:
    for write in (transfers.pay, transfers.request, transfers.reserve):
        with pytest.raises(error):
            write(order=order(radio, fournil, **said), doer=doer())
    assert not Transfer.objects.exists()


def test_a_transfer_goes_to_another_account_of_the_same_circle(radio: Account) -> None:
    elsewhere = make_account(make_unit())
    with pytest.raises(OtherUnitError):
        transfers.pay(order=order(radio, elsewhere, 1), doer=doer())
    with pytest.raises(transfers.ToOneselfError):
        transfers.pay(order=order(radio, radio, 1), doer=doer())
    elsewhere.pk = 10**9
    with pytest.raises(NoSuchAccountError):
        transfers.pay(order=order(radio, elsewhere, 1), doer=doer())


def test_limits_hold_to_the_hundredth_with_what_is_reserved(radio: Account, fournil: Account) -> None:
    transfers.reserve(order=order(radio, fournil, 200_00), doer=doer())
    for write in (transfers.pay, transfers.reserve):
        with pytest.raises(LimitPassedError) as refused:
            write(order=order(radio, fournil, 300_01), doer=doer())
        assert refused.value.room == 300_00
        assert "300,00" in str(refused.value)
    transfers.pay(order=order(radio, fournil, 300_00), doer=doer())
    assert balances(radio, fournil) == (-300_00, 300_00)


@pytest.mark.parametrize(
    "column", [{"balance": -500_01}, {"balance": 500_01}, {"reserved_out": 500_01}, {"reserved_in": -1}]
)
def test_the_database_itself_refuses(radio: Account, column: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=radio.pk).update(**column)


def test_the_database_refuses_to_rewrite_what_is_done(radio: Account, fournil: Account) -> None:
    made = transfers.pay(order=order(radio, fournil, 10_00), doer=doer())
    for changed in (
        {"amount": 1},
        {"label": "Autre"},
        {"reference": "F2026-0001"},
        {"state": State.VOIDED, "posted_amount": 0, "posted_at": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Transfer.objects.filter(pk=made.pk).update(**changed)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountChange._base_manager.filter(account=radio).update(reason="Autre")
    with pytest.raises(AppendOnlyError):
        AccountChange.objects.filter(account=radio).delete()
    Act.objects.update(actor=None)  # erasing a person stays possible


def test_both_ways_of_paying_say_the_same(
    radio: Account, fournil: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one-statement path and the steps write the same rows; on SQLite both are the steps."""
    asked = order(radio, fournil, 10_00, label="Affiches", soulte_cents=5_00, soulte_currency="EUR")
    names = [
        field.attname for field in Transfer._meta.concrete_fields if field.attname not in ("id", "act_id")
    ]
    rows, versions = [], []
    for _way in range(2):
        made = transfers.pay(order=asked, doer=doer(actor=make_person(), is_office=True))
        kept = Transfer.objects.get(pk=made.pk)
        assert [getattr(made, name) for name in names] == [getattr(kept, name) for name in names]
        rows.append(
            [getattr(kept, name) for name in names] + [kept.act.verb, kept.act.digest, kept.act.is_office]
        )
        versions.append(Account.objects.get(pk=radio.pk).version)
        monkeypatch.setattr(transfers, "pay_in_one_statement", lambda **_: None)
    assert rows[0] == rows[1]
    assert versions == [1, 2]
    assert balances(radio, fournil) == (-20_00, 20_00)


def test_one_statement_leaves_to_the_steps_what_it_cannot_say(radio: Account, fournil: Account) -> None:
    beyond = order(radio, fournil, 300_01)  # passes the soft limit: somebody must be told
    assert quick.pay_in_one_statement(order=beyond, doer=doer(), digest="") is None
    assert balances(radio, fournil) == (0, 0)
    ordinary = quick.pay_in_one_statement(order=order(radio, fournil, 300_00), doer=doer(), digest="")
    assert (ordinary is not None) == (connection.vendor == "postgresql")
    beyond = order(radio, fournil, 1 if ordinary else 300_01)
    transfers.pay(order=beyond, doer=doer())
    assert balances(radio, fournil) == (-300_01, 300_01)


def test_several_payees_are_paid_all_or_none(radio: Account, fournil: Account, recyclerie: Account) -> None:
    orders = [order(radio, fournil, 300_00), order(radio, recyclerie, 200_01)]
    with pytest.raises(LimitPassedError):
        transfers.pay_several(orders=orders, doer=doer())
    assert balances(radio, fournil, recyclerie) == (0, 0, 0)
    orders[1] = order(radio, recyclerie, 200_00)
    who = doer()
    first = transfers.pay_several(orders=orders, doer=who)
    assert [each.pk for each in transfers.pay_several(orders=orders, doer=who)] == [each.pk for each in first]
    assert balances(radio, fournil, recyclerie) == (-500_00, 300_00, 200_00)
    with pytest.raises(transfers.NothingToPayError):
        transfers.pay_several(orders=[], doer=doer())


def test_a_request_is_accepted_without_asking_where_the_payer_chose_so(
    radio: Account, fournil: Account, recyclerie: Account
) -> None:
    chosen = Acceptance(accepts=Accepts.LISTED, payee_ids=frozenset({fournil.pk}), accepts_up_to=50_00)
    choose_acceptance(account_id=radio.pk, acceptance=chosen, doer=doer())
    states = [
        transfers.request(order=order(radio, payee, amount), doer=doer()).state
        for payee, amount in ((fournil, 50_00), (fournil, 50_01), (recyclerie, 10_00))
    ]
    assert states == [State.POSTED, State.REQUESTED, State.REQUESTED]
    assert balances(radio, fournil, recyclerie) == (-50_00, 50_00, 0)


def test_silence_accepts_after_the_days_chosen_and_not_before(radio: Account, fournil: Account) -> None:
    choose_acceptance(account_id=radio.pk, acceptance=Acceptance(silence_days=7), doer=doer())
    asked = transfers.request(order=order(radio, fournil, 20_00), doer=doer())
    assert answers.accept_by_silence(now=NOW + timedelta(days=6)) == []
    assert answers.accept_by_silence(now=NOW + timedelta(days=7)) == [asked.pk]
    assert answers.accept_by_silence(now=NOW + timedelta(days=8)) == []
    assert balances(radio, fournil) == (-20_00, 20_00)


@pytest.mark.parametrize("days", [29, 30, 45, 365])
def test_a_request_waits_longer_than_the_silence_that_accepts_it(
    radio: Account, fournil: Account, days: int
) -> None:
    choose_acceptance(account_id=radio.pk, acceptance=Acceptance(silence_days=days), doer=doer())
    asked = transfers.request(order=order(radio, fournil, 20_00), doer=doer())
    for day in range(days):
        assert answers.expire_due(now=NOW + timedelta(days=day)) == []
        assert answers.accept_by_silence(now=NOW + timedelta(days=day)) == []
    assert answers.accept_by_silence(now=NOW + timedelta(days=days)) == [asked.pk]


def test_a_request_that_ends_before_the_silence_promises_nothing(radio: Account, fournil: Account) -> None:
    choose_acceptance(account_id=radio.pk, acceptance=Acceptance(silence_days=45), doer=doer())
    end = NOW + timedelta(days=10)
    asked = transfers.request(order=order(radio, fournil, 20_00), expires_at=end, doer=doer())
    assert asked.silence_at is None
    assert answers.expire_due(now=NOW + timedelta(days=10)) == [asked.pk]


def test_what_waits_too_long_is_given_up_and_frees_what_it_held(
    unit: Unit, radio: Account, fournil: Account
) -> None:
    asked = transfers.request(order=order(radio, fournil, 20_00), doer=doer())
    held = transfers.reserve(order=order(radio, fournil, 30_00), doer=doer())
    late = NOW + timedelta(days=30)
    with pytest.raises(answers.NotPossibleNowError):
        answers.accept(transfer_id=asked.pk, doer=doer(now=late))
    assert answers.expire_due(now=late) == [asked.pk, held.pk]
    assert answers.expire_due(now=late) == []
    radio.refresh_from_db()
    assert (radio.balance, radio.reserved_out) == (0, 0)
    assert faults_of(unit) == []


def test_what_has_ended_does_not_end_again(radio: Account, fournil: Account) -> None:
    held = transfers.reserve(order=order(radio, fournil, 30_00), doer=doer())
    with pytest.raises(answers.MoreThanReservedError):
        answers.post(transfer_id=held.pk, amount=30_01, doer=doer())
    with pytest.raises(answers.NotPossibleNowError):
        answers.accept(transfer_id=held.pk, doer=doer())
    answers.void(transfer_id=held.pk, doer=doer())
    for end in (answers.post, answers.void):
        with pytest.raises(answers.NotPossibleNowError):
            end(transfer_id=held.pk, doer=doer())
    assert balances(radio, fournil) == (0, 0)


def test_a_transfer_is_reversed_once_and_a_reversal_never(radio: Account, fournil: Account) -> None:
    made = transfers.pay(order=order(radio, fournil, 10_00), doer=doer())
    back = reverse(transfer_id=made.pk, doer=doer())
    with pytest.raises(AlreadyReversedError):
        reverse(transfer_id=made.pk, doer=doer())
    with pytest.raises(NotReversibleError):
        reverse(transfer_id=back.pk, doer=doer())
    assert balances(radio, fournil) == (0, 0)


def test_suspended_receives_frozen_does_not_move_closed_is_at_zero(
    radio: Account, fournil: Account, recyclerie: Account
) -> None:
    held = transfers.reserve(order=order(radio, fournil, 30_00), doer=doer())
    change_status(account_id=radio.pk, status=AccountStatus.SUSPENDED, reason="Impayés", doer=doer())
    with pytest.raises(AccountClosedToItError):
        transfers.pay(order=order(radio, fournil, 1_00), doer=doer())
    transfers.pay(order=order(recyclerie, radio, 10_00), doer=doer())
    answers.post(transfer_id=held.pk, amount=5_00, doer=doer())
    assert balances(radio, fournil, recyclerie) == (5_00, 5_00, -10_00)

    change_status(account_id=radio.pk, status=AccountStatus.FROZEN, doer=doer())
    with pytest.raises(AccountClosedToItError):
        transfers.pay(order=order(recyclerie, radio, 1_00), doer=doer())
    with pytest.raises(NotAtZeroError):
        change_status(account_id=radio.pk, status=AccountStatus.CLOSED, doer=doer())
    assert [change.after for change in radio.changes.order_by("pk")][1:] == [
        {"status": "suspended"},
        {"status": "frozen"},
    ]


def test_every_change_of_limits_is_noted_with_who_and_why(radio: Account, fournil: Account) -> None:
    solene = make_person("facilitator", name="Solène")
    transfers.pay(order=order(radio, fournil, 100_00), doer=doer())
    with pytest.raises(BadLimitsError) as refused:
        change_limits(account_id=radio.pk, limits=Limits(lower_limit=-99_99), doer=doer(actor=solene))
    assert refused.value.field == "lower_limit"
    wider = Limits(lower_limit=-800_00, upper_limit=500_00, soft_lower=-300_00, soft_upper=400_00)
    change_limits(account_id=radio.pk, limits=wider, reason="Saison", doer=doer(actor=solene))
    last = radio.changes.order_by("-pk").first()
    assert last is not None
    assert (last.before, last.after) == ({"lower_limit": -500_00}, {"lower_limit": -800_00})
    assert (last.reason, last.act.actor) == ("Saison", solene)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"lower_limit": 1}, "lower_limit"),
        ({"upper_limit": -1}, "upper_limit"),
        ({"soft_lower": -500_01}, "soft_lower"),
        ({"soft_lower": 1}, "soft_lower"),
        ({"soft_upper": 500_01}, "soft_upper"),
        ({"lower_limit": -(2**70)}, "lower_limit"),
    ],
)
def test_limits_that_contradict_one_another(radio: Account, changed: dict[str, int], field: str) -> None:
    said = {
        name: getattr(LIMITS, name) for name in ("lower_limit", "upper_limit", "soft_lower", "soft_upper")
    }
    with pytest.raises(BadLimitsError) as refused:
        change_limits(account_id=radio.pk, limits=Limits(**{**said, **changed}), doer=doer())
    assert refused.value.field == field


def test_a_soft_limit_is_told_at_each_step_and_again_each_month(
    radio: Account, fournil: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[events.SoftLimitPassed] = []
    monkeypatch.setattr(events, "_handlers", {events.SoftLimitPassed: [heard.append]})
    for amount in (300_00, 50_00, 60_00, 80_00):
        transfers.pay(order=order(radio, fournil, amount), doer=doer())
    mine = [(each.step, each.is_reminder) for each in heard if each.account_id == radio.pk]
    assert mine == [(1, False), (2, False), (3, False)]
    heard.clear()
    assert circulation.remind_of_soft_limits(now=NOW) == 2
    assert circulation.remind_of_soft_limits(now=NOW + timedelta(days=20)) == 0
    assert circulation.remind_of_soft_limits(now=NOW + timedelta(days=31)) == 2
    assert {each.account_id for each in heard if each.is_reminder} == {radio.pk, fournil.pk}


def test_an_account_is_used_by_its_managers_and_by_facilitators(unit: Unit) -> None:
    maya, omar, solene = make_person(), make_person(), make_person("facilitator")
    account = open_account(unit_id=unit.pk, owner=managed_by(maya, "Le Fournil"), limits=LIMITS, doer=doer())
    assert [can_use_account(each, account) for each in (maya, solene, omar)] == [True, True, False]
