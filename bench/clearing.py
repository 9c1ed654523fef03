"""Debts cleared together, beside peers: the same total to the cent, seconds of processor, ratios.

    python bench/clearing.py [--size 200] [--size 10k] [--size 50k] [--size 300k] [--smoke] [--command]

The debts are drawn from a seed: members' activity follows Zipf's law, as debtors and, loosely tied to it, as creditors;
amounts are log-normal with a heavy tail. Everybody gets the same table of debts and must find the greatest circulation,
each cent of debt gaining one. Ours includes the reductions, the sharing over debts and the certificate, whose
independent check is counted too. Peers, in the same run:

- OR-tools `SimpleMinCostFlow`, called directly on the debts (`pip install ortools`);
- HiGHS, the linear programme, through `highspy`, up to 10k members;
- networkx `network_simplex`, up to 200 members;
- LEMON `CostScaling` and `NetworkSimplex` (`apt install liblemon-dev`), compiled here when there is a C++ compiler. Its
  graph is built before its clock starts.

Seconds are of processor, not of the clock, so that other work on the machine does not count; all run on one core.
`--command` writes the largest size as a CSV and runs `maillage clear --json` on it: seconds and memory.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import numpy as np

from maillage.cores.clearing import UNDATED, Clearing, DebtTable, check, clear
from maillage.cores.clearing.graphs import load_libraries

SIZES = {
    "200": (200, 1_500),
    "10k": (10_000, 95_000),
    "50k": (50_000, 483_000),
    "300k": (300_000, 2_000_000),
}
ZIPF_EXPONENT = 0.8
TIMES = {1_000: 51, 10_000: 5}
"""How many times tables of so many members at most are measured, greater ones once: the median is kept."""

LEMON = r"""
#include <cstdio>
#include <ctime>
#include <cstring>
#include <vector>
#include <lemon/smart_graph.h>
#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
using namespace lemon;
typedef SmartDigraph Graph;
typedef long long Number;
template <class Solver> void run(Graph& graph, Graph::ArcMap<Number>& upper, Graph::ArcMap<Number>& cost) {
  std::clock_t begun = std::clock();
  Solver solver(graph);
  solver.upperMap(upper).costMap(cost);
  if (solver.run() != Solver::OPTIMAL) { std::printf("none 0\n"); return; }
  Number total = solver.totalCost();
  std::printf("%lld %f\n", -total, double(std::clock() - begun) / CLOCKS_PER_SEC);
}
int main(int, char** said) {
  Number sizes[2];
  FILE* file = std::fopen(said[1], "rb");
  if (std::fread(sizes, 8, 2, file) != 2) return 1;
  std::vector<Number> columns[3];
  for (auto& column : columns) {
    column.resize(sizes[1]);
    if (std::fread(column.data(), 8, sizes[1], file) != size_t(sizes[1])) return 1;
  }
  Graph graph;
  graph.reserveNode(sizes[0]);
  graph.reserveArc(sizes[1]);
  for (Number i = 0; i < sizes[0]; ++i) graph.addNode();
  Graph::ArcMap<Number> upper(graph), cost(graph);
  for (Number i = 0; i < sizes[1]; ++i) {
    Graph::Arc arc = graph.addArc(graph.nodeFromId(columns[0][i]), graph.nodeFromId(columns[1][i]));
    upper[arc] = columns[2][i];
    cost[arc] = -1;
  }
  if (!std::strcmp(said[2], "scaling")) run<CostScaling<Graph, Number, Number>>(graph, upper, cost);
  else run<NetworkSimplex<Graph, Number, Number>>(graph, upper, cost);
}
"""
Timed = tuple[int | None, float]


def network(members: int, debts: int, seed: int = 1) -> DebtTable:
    """A trade-credit network: few members owe and are owed by very many."""
    chance = np.random.default_rng(seed)
    activity = 1 / np.arange(1, members + 1) ** ZIPF_EXPONENT
    owed = activity * chance.lognormal(0, 1, members)
    names = chance.permutation(members)
    drawn = int(debts * 1.2) + 20
    debtors = chance.choice(members, drawn, p=activity / activity.sum())
    creditors = chance.choice(members, drawn, p=owed / owed.sum())
    different = debtors != creditors
    debtors, creditors = names[debtors[different]][:debts], names[creditors[different]][:debts]
    amounts = np.maximum(1, chance.lognormal(10.5, 1.8, len(debtors))).astype(np.int64)
    return DebtTable(
        tuple(f"m{number:06}" for number in range(members)),
        debtors.astype(np.int32),
        creditors.astype(np.int32),
        amounts,
        np.full(len(amounts), UNDATED, np.int32),
    )


def timed(work: Callable[[], int | None], times: int) -> Timed:
    seconds, total = [], None
    for _ in range(times):
        begun = time.process_time()
        total = work()
        seconds.append(time.process_time() - begun)
    return total, statistics.median(seconds)


def ours(table: DebtTable) -> int:
    answer = clear(table)
    assert isinstance(answer, Clearing)
    assert check(answer) == (), "our certificate does not hold"
    return answer.cleared_cents


def by_ortools(table: DebtTable) -> int | None:
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    costs = np.full(len(table), -1, np.int64)
    solver.add_arcs_with_capacity_and_unit_cost(table.debtors, table.creditors, table.amounts_cents, costs)
    return -solver.optimal_cost() if solver.solve() == solver.OPTIMAL else None


def by_highs(table: DebtTable) -> int | None:
    import highspy

    size, count = len(table.members), len(table)
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = count, size
    programme.col_cost_ = np.full(count, -1.0)
    programme.col_lower_, programme.col_upper_ = np.zeros(count), table.amounts_cents.astype(np.float64)
    programme.row_lower_ = programme.row_upper_ = np.zeros(size)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    programme.a_matrix_.start_ = np.arange(0, 2 * count + 1, 2, dtype=np.int32)
    programme.a_matrix_.index_ = np.stack((table.debtors, table.creditors), axis=1).ravel()
    programme.a_matrix_.value_ = np.tile([1.0, -1.0], count)
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.passModel(programme)
    solver.run()
    return round(-solver.getInfo().objective_function_value)


def by_networkx(table: DebtTable) -> int:
    import networkx

    graph = networkx.MultiDiGraph()
    rows = zip(table.debtors.tolist(), table.creditors.tolist(), table.amounts_cents.tolist(), strict=True)
    for debtor, creditor, amount in rows:
        graph.add_edge(debtor, creditor, capacity=amount, weight=-1)
    return -int(networkx.network_simplex(graph)[0])


@cache
def lemon_program() -> Path | None:
    """The peer compiled, or None when there is no compiler or no LEMON."""
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="lemon-"))
    (folder / "peer.cpp").write_text(LEMON)
    command = [compiler, "-O2", "-DNDEBUG", "-w", "-o", str(folder / "peer"), str(folder / "peer.cpp")]
    done = subprocess.run(command, capture_output=True)
    return folder / "peer" if done.returncode == 0 else None


def by_lemon(table: DebtTable, algorithm: str, times: int, seconds_max: float) -> Timed | None:
    program = lemon_program()
    if program is None:
        return None
    data = program.with_name("debts.bin")
    with data.open("wb") as file:
        np.array([len(table.members), len(table)]).tofile(file)
        for column in (table.debtors, table.creditors, table.amounts_cents):
            column.astype(np.int64).tofile(file)
    totals, seconds = [], []
    try:
        for _ in range(times):
            command = [str(program), str(data), algorithm]
            said = subprocess.run(command, capture_output=True, text=True, timeout=seconds_max, check=True)
            total, spent = said.stdout.split()
            totals.append(int(total))
            seconds.append(float(spent))
    except subprocess.TimeoutExpired:
        return None, seconds_max
    return totals[0], statistics.median(seconds)


def measure(name: str, seconds_max: float) -> None:
    members, debts = SIZES[name]
    table = network(members, debts)
    times = next((times for size, times in TIMES.items() if members <= size), 1)
    load_libraries()
    ours(network(20, 60))
    found: dict[str, Timed | None] = {"ours": timed(lambda: ours(table), max(times, 3))}
    found["OR-tools"] = timed(lambda: by_ortools(table), times)
    found["LEMON scaling"] = by_lemon(table, "scaling", times, seconds_max)
    found["LEMON simplex"] = by_lemon(table, "simplex", times, seconds_max)
    found["HiGHS"] = timed(lambda: by_highs(table), 1) if members <= 10_000 else None
    found["networkx"] = timed(lambda: by_networkx(table), 1) if members <= 200 else None
    best, mine = found["ours"]  # type: ignore[misc]
    cells = []
    for peer, said in found.items():
        if said is None:
            cells.append(f"{'–':>14}")
            continue
        total, seconds = said
        late = "> " if total is None else ""
        assert total in (None, best), f"{peer} finds {total}, we find {best}"
        cells.append(f"{late + format(seconds, '.3f'):>14}")
    peers = [said[1] for peer, said in found.items() if said and peer != "ours"]
    print(
        f"{name:>6}{len(table):>10}{(best or 0) / int(table.amounts_cents.sum()):>9.2%}"
        + "".join(cells)
        + f"{(found['OR-tools'] or (0, 0))[1] / mine:>12.1f}{min(peers) / mine:>12.1f}",
        flush=True,
    )


def run_command(name: str) -> None:
    """`maillage clear --json` on a file: the whole command, its memory, its answer against ours."""
    table = network(*SIZES[name])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "debts.csv"
        with file.open("w") as stream:
            stream.write("debtor,creditor,amount,invoice,due_date\n")
            rows = zip(
                table.debtors.tolist(), table.creditors.tolist(), table.amounts_cents.tolist(), strict=True
            )
            stream.writelines(
                f"{table.members[a]},{table.members[b]},{cents // 100}.{cents % 100:02},F{number},2026-{number % 12 + 1:02}-01\n"
                for number, (a, b, cents) in enumerate(rows)
            )
        del table
        begun = time.perf_counter()
        with (Path(folder) / "answer.json").open("w") as answer:
            child = subprocess.Popen(
                [sys.executable, "-m", "maillage.project.cli", "clear", str(file), "--json"],
                stdout=answer,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src")},
            )
            _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0, "the command failed"
        said = json.loads((Path(folder) / "answer.json").read_text())
        assert (
            said["optimal"] and sum(one["setoff_cents"] for one in said["setoffs"]) == said["cleared_cents"]
        )
        print(
            f"command, {name}: {time.perf_counter() - begun:.1f} s by the clock, {usage.ru_utime + usage.ru_stime:.1f} s of "
            f"processor (reading {said['seconds_reading']:.1f} s, clearing {said['seconds']:.1f} s by the clock), "
            f"{usage.ru_maxrss / 1024:.0f} MiB at most"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--smoke", action="store_true", help="the smallest size, to see that it works")
    parser.add_argument(
        "--command", action="store_true", help="the command on a file of the (last) size named"
    )
    parser.add_argument("--seconds", type=float, default=600.0, help="given to each run of LEMON")
    options = parser.parse_args()
    sizes = ["200"] if options.smoke else options.size or list(SIZES)
    if options.command:
        run_command(sizes[-1])
        return
    if lemon_program() is None:
        print("LEMON is absent: no C++ compiler, or no liblemon-dev")
    peers = ("ours", "OR-tools", "LEMON scaling", "LEMON simplex", "HiGHS", "networkx")
    print(
        f"{'size':>6}{'debts':>10}{'cleared':>9}"
        + "".join(f"{peer:>14}" for peer in peers)
        + f"{'OR/ours':>12}{'best/ours':>12}"
    )
    for name in sizes:
        measure(name, options.seconds)


if __name__ == "__main__":
    main()
