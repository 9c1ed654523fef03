"""Mutual credit beside django-hordak on the same server: transfers a second, balances of 50 accounts, 8 workers on 2 accounts.

    python -m bench.ledger --database postgresql://postgres@127.0.0.1/postgres [--smoke] [--transfers 600] [--stored 600000]

Ours goes through the room's action `pay`: key, digest, limits held by the database, one transaction per transfer. hordak
(`pip install django-hordak`) goes through `Account.transfer_to` in one transaction; it holds no limit and has no key. Both
take the same transfers in turns of a few hundred, so that what else the machine does weighs on both; medians of the turns
are shown. The stored transfers are the same rows in both, loaded in bulk; balances are then read by the call that each documents for
many accounts. At the end of each part the balances of both are compared, and ours with its own transfers. The last part runs
each with 8 processes on 2 accounts, ours with one transfer in ten sent twice. SQLite is measured in a process of its own,
without peer: hordak does not know it.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.parts.search import in_database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ACCOUNTS = 50
ROUNDS = 9
WORKERS = 8
LIMIT = 50_000_000_00
Triple = tuple[int, int, int]
"""Index of the payer, index of the payee, hundredths."""


@dataclass
class Cast:
    """The same accounts in both, in the same order."""

    unit: Any
    ours: list[Any]
    hordak: list[Any]


def drawn(seed: int, count: int) -> Iterator[Triple]:
    chance = random.Random(seed)
    for _ in range(count):
        payer, payee = chance.sample(range(ACCOUNTS), 2)
        yield payer, payee, chance.randint(1, 200_00)


def set_up(with_hordak: bool) -> None:
    import django
    from django.conf import settings

    if with_hordak:
        settings.INSTALLED_APPS += ["mptt", "hordak"]
    settings.DEBUG = False
    django.setup()


def make_cast(with_hordak: bool) -> Cast:
    from django.core.management import call_command

    from maillage.apps.directory.models import Organization
    from maillage.apps.ledger.actions.accounts import open_account, open_unit
    from maillage.apps.ledger.queries.contents import Limits

    call_command("migrate", verbosity=0)
    unit = open_unit(name="unité", plural="unités", doer=somebody("unit"))
    limits = Limits(lower_limit=-LIMIT, upper_limit=LIMIT, soft_lower=-LIMIT, soft_upper=LIMIT)
    ours = []
    for number in range(ACCOUNTS):
        body = Organization.objects.create(
            name=f"S{number}", slug=f"s{number}", created_at=NOW, updated_at=NOW
        )
        ours.append(
            open_account(unit_id=unit.pk, owner=body, limits=limits, doer=somebody(f"account {number}"))
        )
    theirs = []
    if with_hordak:
        from hordak.models import Account

        theirs = [
            Account.objects.create(name=f"S{n}", code=str(n), type="LI", currencies=["EUR"])
            for n in range(ACCOUNTS)
        ]
    return Cast(unit, ours, theirs)


def somebody(key: str) -> Any:
    from maillage.apps.ledger.actions.acts import Doer

    return Doer(actor=None, key=key, now=NOW)


_keys = itertools.count()


def pay_ours(cast: Cast, triple: Triple, key: str = "") -> None:
    from maillage.apps.ledger.actions.transfers import pay
    from maillage.apps.ledger.queries.contents import Order

    payer, payee, amount = triple
    order = Order(
        payer_id=cast.ours[payer].pk, payee_id=cast.ours[payee].pk, amount=amount, label="Un échange"
    )
    pay(order=order, doer=somebody(key or f"k{next(_keys)}"))


def pay_hordak(cast: Cast, triple: Triple) -> None:
    from django.db import transaction
    from moneyed import Money

    payer, payee, amount = triple
    with transaction.atomic():
        # hordak's rule for two accounts on the right-hand side: `self` grows, the other falls.
        cast.hordak[payee].transfer_to(
            cast.hordak[payer], Money(f"{amount / 100:.2f}", "EUR"), description="Un échange"
        )


def per_second(work: Callable[..., None], cast: Cast, triples: list[Triple]) -> float:
    begun = time.perf_counter()
    for triple in triples:
        work(cast, triple)
    return len(triples) / (time.perf_counter() - begun)


def balances_ours(cast: Cast) -> dict[str, int]:
    from maillage.apps.ledger.models import Account

    rows = Account.objects.filter(unit_id=cast.unit.pk, owner__isnull=False).select_related("owner")
    return {str(row.owner): row.balance for row in rows.order_by("pk")}


def balances_hordak() -> dict[str, int]:
    from hordak.models import Account

    return {
        row.name: round(row.balance["EUR"].amount * 100)
        for row in Account.objects.with_balances().order_by("pk")
    }


def agree(cast: Cast, with_hordak: bool) -> None:
    """Ours equal to its transfers, and to the peer's."""
    from maillage.apps.ledger.queries.soundness import faults_of

    if faults := faults_of(cast.unit):
        raise SystemExit(f"balances differ from transfers: {faults}")
    if with_hordak and balances_ours(cast) != balances_hordak():
        raise SystemExit("balances differ from hordak's")


def one_after_another(cast: Cast, count: int, with_hordak: bool) -> None:
    """In turns; on PostgreSQL once as it is, and once without waiting for the disk at each commit, for both."""
    if not with_hordak:
        mine, _peer = in_turns(cast, count, with_hordak=False)
        print(f"SQLite      one after another, {ROUNDS} × {count}{mine:>34.0f} /s", flush=True)
        return
    print(f"{'PostgreSQL':<60}{'ours':>12}{'hordak':>12}{'ratio':>10}")
    for waits in ("on", "off"):
        with connection().cursor() as cursor:
            cursor.execute(f"SET synchronous_commit = {waits}")
        mine, peer = in_turns(cast, count, with_hordak=True)
        name = f"transfers a second, one after another, {ROUNDS} × {count}"
        if waits == "off":
            name = "  the same, commits not awaited"
        print(f"{name:<60}{mine:>12.0f}{peer:>12.0f}{mine / peer:>10.1f}", flush=True)
    with connection().cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")


def in_turns(cast: Cast, count: int, *, with_hordak: bool) -> tuple[float, float]:
    """The medians of both, which took the same transfers one turn after the other."""
    ours, theirs = [], [0.0]
    for turn in range(ROUNDS):
        triples = list(drawn(turn, count))
        ours.append(per_second(pay_ours, cast, triples))
        if with_hordak:
            theirs.append(per_second(pay_hordak, cast, triples))
    agree(cast, with_hordak)
    return statistics.median(ours), statistics.median(theirs[1:] or theirs)


def connection() -> Any:
    from django.db import connection as default

    return default


def stored(cast: Cast, count: int) -> None:
    """Load the same transfers in both, then read the balances of all accounts."""
    triples = list(drawn(1_000, count))
    load_ours(cast, triples)
    load_hordak(cast, triples)
    with connection().cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    agree(cast, True)
    mine = statistics.median(timed(lambda: balances_ours(cast)) for _ in range(21))
    peer = statistics.median(timed(balances_hordak) for _ in range(3))
    print(
        f"{f'balances of {ACCOUNTS} accounts over {count} stored transfers, ms':<60}"
        f"{mine * 1000:>12.2f}{peer * 1000:>12.1f}{peer / mine:>10.0f}",
        flush=True,
    )
    turn = list(drawn(2_000, min(count, 500)))
    mine, peer = per_second(pay_ours, cast, turn), per_second(pay_hordak, cast, turn)
    agree(cast, True)
    print(
        f"{'transfers a second on top of them':<60}{mine:>12.0f}{peer:>12.0f}{mine / peer:>10.1f}", flush=True
    )


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def load_ours(cast: Cast, triples: list[Triple]) -> None:
    """The rows that `pay` writes, by COPY, and the balances that come of them."""
    from django.db import transaction
    from django.db.models import F

    from maillage.apps.ledger.models import Account, Act, Transfer
    from maillage.kernel.db.bulk import insert_rows, take_ids

    gained = [0] * ACCOUNTS
    with transaction.atomic():
        acts = take_ids(Act, len(triples))
        insert_rows(
            Act, ["id", "key", "digest", "verb", "at"], [(pk, f"stored {pk}", "", "pay", NOW) for pk in acts]
        )
        rows = []
        for act, (payer, payee, amount) in zip(acts, triples, strict=True):
            gained[payer] -= amount
            gained[payee] += amount
            rows.append(
                (
                    act,
                    cast.unit.pk,
                    cast.ours[payer].pk,
                    cast.ours[payee].pk,
                    amount,
                    amount,
                    "posted",
                    NOW,
                    NOW,
                )
            )
        names = [
            "act_id",
            "unit_id",
            "payer_id",
            "payee_id",
            "amount",
            "posted_amount",
            "state",
            "created_at",
            "posted_at",
        ]
        insert_rows(Transfer, names, rows)
        for account, gain in zip(cast.ours, gained, strict=True):
            Account.objects.filter(pk=account.pk).update(balance=F("balance") + gain)


def load_hordak(cast: Cast, triples: list[Triple]) -> None:
    """The rows that `transfer_to` writes, by COPY, without the triggers that check each of them."""
    from uuid import uuid4

    from django.db import transaction

    with transaction.atomic(), connection().cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT coalesce(max(id), 0) FROM hordak_transaction")
        first = cursor.fetchone()[0] + 1
        with cursor.copy(
            "COPY hordak_transaction (id, uuid, timestamp, date, description) FROM STDIN"
        ) as copy:
            for number in range(len(triples)):
                copy.write_row((first + number, uuid4(), NOW, NOW.date(), "Un échange"))
        with cursor.copy(
            "COPY hordak_leg (uuid, transaction_id, account_id, credit, debit, currency, description) FROM STDIN"
        ) as copy:
            for number, (payer, payee, amount) in enumerate(triples):
                value = f"{amount / 100:.2f}"
                copy.write_row((uuid4(), first + number, cast.hordak[payee].pk, value, None, "EUR", ""))
                copy.write_row((uuid4(), first + number, cast.hordak[payer].pk, None, value, "EUR", ""))
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('hordak_transaction', 'id'), (SELECT max(id) FROM hordak_transaction))"
        )


def crowd(cast: Cast, count: int, with_hordak: bool) -> None:
    """Eight processes, two accounts: throughput, and every transfer there once."""
    from maillage.apps.ledger.models import Transfer

    before, old = balances_ours(cast), Transfer.objects.count()
    mine = together("ours", count)
    made = Transfer.objects.count() - old
    if made != WORKERS * count:
        raise SystemExit(f"{made} transfers for {WORKERS * count} asked")
    paid = [triple for worker in range(WORKERS) for triple in hot(worker, count)]
    gain = sum(amount if payee == 0 else -amount for _payer, payee, amount in paid)
    after = balances_ours(cast)
    if (after["S0"] - before["S0"], after["S1"] - before["S1"]) != (gain, -gain):
        raise SystemExit("the two balances do not tell what was paid")
    name = f"transfers a second, {WORKERS} workers on 2 accounts, 1 in 10 sent twice"
    if not with_hordak:
        agree(cast, False)
        print(f"SQLite      {WORKERS} workers on 2 accounts, 1 in 10 sent twice{mine:>18.0f} /s", flush=True)
        return
    peer = together("hordak", count)
    agree(cast, True)
    print(f"{name:<60}{mine:>12.0f}{peer:>12.0f}{mine / peer:>10.1f}", flush=True)


def hot(worker: int, count: int) -> Iterator[Triple]:
    chance = random.Random(5_000 + worker)
    for _ in range(count):
        payer = chance.randrange(2)
        yield payer, 1 - payer, chance.randint(1, 100_00)


def together(which: str, count: int) -> float:
    """Transfers a second of all workers, from the moment when all are ready."""
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(WORKERS + 1), context.Barrier(WORKERS + 1)
    workers = [
        context.Process(target=work, args=(which, number, count, ready, done)) for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    ready.wait(timeout=300)
    begun = time.perf_counter()
    done.wait(timeout=600)
    elapsed = time.perf_counter() - begun
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise SystemExit("a worker failed")
    return WORKERS * count / elapsed


def work(which: str, number: int, count: int, ready: Any, done: Any) -> None:
    """One worker; its own settings, its own connection."""
    set_up(with_hordak=which == "hordak")
    from maillage.apps.ledger.models import Account, Unit

    ours = list(Account.objects.filter(owner__isnull=False).order_by("pk")[:2])
    theirs = []
    if which == "hordak":
        from hordak.models import Account as Peer

        theirs = list(Peer.objects.order_by("pk")[:2])
    cast = Cast(Unit.objects.get(), ours, theirs)
    ready.wait(timeout=300)
    for turn, triple in enumerate(hot(number, count)):
        if which == "hordak":
            pay_hordak(cast, triple)
            continue
        pay_ours(cast, triple, key=f"w{number}:{turn}")
        if turn % 10 == 0:
            pay_ours(cast, triple, key=f"w{number}:{turn}")
    done.wait(timeout=600)


def measure(options: argparse.Namespace) -> None:
    """Run in a process whose settings name an empty database."""
    with_hordak = options.inside_with == "hordak"
    set_up(with_hordak)
    cast = make_cast(with_hordak)
    one_after_another(cast, options.transfers, with_hordak)
    if with_hordak:
        stored(cast, options.stored)
    crowd(cast, options.transfers // 2, with_hordak)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--database", default="", help="a PostgreSQL server; without it SQLite alone is measured"
    )
    parser.add_argument("--transfers", type=int, default=600, help="in each turn")
    parser.add_argument("--stored", type=int, default=600_000)
    parser.add_argument("--smoke", action="store_true", help="few transfers, to see that it works and agrees")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--inside-with", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options)
        return
    sizes = ["40", "2000"] if options.smoke else [str(options.transfers), str(options.stored)]
    arguments = ["--transfers", sizes[0], "--stored", sizes[1]]
    if options.database:
        in_database(options.database, "bench.ledger", *arguments, "--inside-with", "hordak")
    in_database("sqlite", "bench.ledger", *arguments)


if __name__ == "__main__":
    main()
