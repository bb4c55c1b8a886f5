"""How long RPP's training steps take, and how much memory, beside the same steps in PyTorch.

Every measurement is a process of its own. A round runs each contestant once, in turn, so that a disturbance of the machine
meets all of them. Writes side-by-side.json (everything that was measured) and side-by-side.png; prints a table in Markdown.
"""

import argparse
import datetime
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

# Nothing large is imported here: a process starts with the peak memory of the one that started it.
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Contestant:
    name: str
    row: str
    steps: int  # measured in a process, after one that is not counted
    arguments: str

    @property
    def is_ours(self):
        return self.name.startswith("RPP")

    @property
    def key(self):
        return f"{self.row}: {self.name}"


ROWS = {
    "coop": "CoOp, n 16, 100 classes, batch 32",
    "coop-1000": "CoOp, n 16, 1000 classes, batch 32",
    "pomp": "CoOp, n 16, 21,000 classes, 1,000 of them and the batch's own in a step, batch 32",
    "maple-4": "MaPLe, n 2, depth 9, 100 classes, batch 4",
    "maple-32": "MaPLe, n 2, depth 9, 100 classes, batch 32",
}
# A process measures for a quarter of a minute or more: what neighbours on the same hardware do to a virtual machine comes and
# goes by the ten seconds.
CONTESTANTS = [
    Contestant("published", "coop", 1, "published-coop --classes 100 --batch 32"),
    Contestant("RPP", "coop", 40, "--structure coop --classes 100 --batch 32"),
    Contestant("RPP --no-cache", "coop", 3, "--structure coop --classes 100 --batch 32 --no-cache"),
    Contestant("tuned fp32", "coop", 8, "tuned-coop --classes 100 --batch 32"),
    Contestant("tuned bf16", "coop", 12, "tuned-coop --classes 100 --batch 32 --bf16"),
    # The published step with 1000 classes needs more than 24 GB: it is not run.
    Contestant("RPP", "coop-1000", 4, "--structure coop --classes 1000 --batch 32"),
    Contestant("tuned fp32", "coop-1000", 1, "tuned-coop --classes 1000 --batch 32"),
    # The published step (77 rows a class, with those of all layers kept) needs more than 24 GB here too.
    Contestant("RPP", "pomp", 4, "--structure coop --classes 21000 --sampled-classes 1000 --batch 32"),
    Contestant("tuned fp32", "pomp", 1, "tuned-coop --classes 21000 --sampled-classes 1000 --batch 32"),
    Contestant("published", "maple-4", 1, "published-maple --classes 100 --batch 4"),
    Contestant("RPP", "maple-4", 8, "--structure maple --classes 100 --batch 4"),
    Contestant("published", "maple-32", 1, "published-maple --classes 100 --batch 32"),
    Contestant("RPP", "maple-32", 2, "--structure maple --classes 100 --batch 32"),
]


@dataclass(frozen=True)
class Comparison:
    """How many times faster ours is to be at least, and which share of their memory it is to need at most."""

    row: str
    ours: str
    theirs: str
    faster: float
    memory: float | None = None


COMPARISONS = [
    Comparison("coop", "RPP", "published", 40, 1 / 3),
    Comparison("coop", "RPP --no-cache", "published", 2.2, 1 / 3),
    Comparison("coop", "RPP", "tuned fp32", 4),
    Comparison("coop", "RPP", "tuned bf16", 3),
    Comparison("coop-1000", "RPP", "tuned fp32", 8),
    Comparison("pomp", "RPP", "tuned fp32", 10, 1 / 3),
    Comparison("maple-4", "RPP", "published", 6, 1 / 3),
    Comparison("maple-32", "RPP", "published", 2.5, 1 / 3),
]
TIMES_THE_STEP_WITH_100_CLASSES = 10.5
BYTES_WITH_1000_CLASSES = 6e9
SHARE_OF_PEAK = 0.8  # over a MaPLe step of batch 32
DISTURBANCE = 0.1  # cores used by other programs, above which a measurement is pointed out


def fail(message):
    sys.exit(f"side_by_side.py: {message}")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often each contestant runs (default: 3)")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="what to measure (default: all)")
    parser.add_argument("--steps", type=int, help="steps measured in each process (default: 1 to 40, by their length)")
    parser.add_argument("--out", type=Path, default=Path(".build/benchmarks"), help="folder of the results")
    parser.add_argument("--rpp", default=".build/release/rpp", help="the program (default: .build/release/rpp)")
    parser.add_argument("--smoke", action="store_true", help="one step of each on a tiny CLIP: does all this run?")
    chosen = parser.parse_args()
    if chosen.rounds < 1 or (chosen.steps is not None and chosen.steps < 1):
        fail("--rounds and --steps are whole numbers above 0")
    chosen.backbone = "random:ViT-B-16"
    if chosen.smoke:
        chosen.rounds, chosen.steps, chosen.backbone = 1, 1, "embedded:student"
    return chosen


def thread_count():
    given = os.environ.get("RPP_NUM_THREADS", "")
    if not given:
        return len(os.sched_getaffinity(0))
    if not given.isdecimal() or int(given) < 1:
        fail(f"RPP_NUM_THREADS is a whole number above 0, not {given!r}")
    return int(given)


def cpu_info(key):
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")


def first_line(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE).stdout.split("\n")[0]
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def command(contestant, chosen, threads):
    steps = ["--steps", str(chosen.steps or contestant.steps), "--backbone", chosen.backbone]
    if contestant.is_ours:
        return [chosen.rpp, "benchmark", "--json", *contestant.arguments.split(), *steps]
    program = [sys.executable, str(HERE / "clip_step.py")]
    return [*program, *contestant.arguments.split(), *steps, "--threads", str(threads)]


def busy_seconds():
    """Processor time of everything on the machine so far, and of this program's finished processes."""
    user, nice, system, _, _, *others = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:9])
    children = os.times()
    machine = (user + nice + system + sum(others)) / os.sysconf("SC_CLK_TCK")
    return machine, children.children_user + children.children_system


def measure(command, threads):
    environment = os.environ | {"RPP_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    (machine, own), start = busy_seconds(), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    (machine_after, own_after), seconds = busy_seconds(), time.monotonic() - start
    if done.returncode == -9:
        fail(f"{shlex.join(command)} was killed: there may be too little memory (choose --rows)")
    if done.returncode:
        fail(f"{shlex.join(command)} failed: {(done.stderr.strip() or 'no message').splitlines()[-1]}")
    others = (machine_after - machine - (own_after - own)) / seconds
    return json.loads(done.stdout) | {"coresUsedByOthers": max(0, others)}


def is_disturbed(run):
    """Whether other programs took part of the processor: PyTorch's threads, which wait for each other, suffer most."""
    return run["coresUsedByOthers"] > DISTURBANCE


def summary(runs):
    """Medians over the steps of all rounds; of memory the largest."""
    result = {
        "seconds": statistics.median(second for run in runs for second in run["stepSeconds"]),
        "roundSeconds": [statistics.median(run["stepSeconds"]) for run in runs],
        "bytes": max(run["peakResidentBytes"] for run in runs),
    }
    if "peakOperationsPerSecond" in runs[0]:
        # The fastest of the rounds, lest a slow moment of the machine while it was measured flatter the steps.
        peak = max(run["peakOperationsPerSecond"] for run in runs)
        result["shareOfPeak"] = runs[0]["floatingPointOperations"] / result["seconds"] / peak
    return result


def table(measured):
    """Lines of Markdown: each comparison, with what is asked of it."""
    lines = [
        "| step | RPP | | compared with | | times faster | at least | memory | at most |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for each in COMPARISONS:
        ours, theirs = measured.get(f"{each.row}: {each.ours}"), measured.get(f"{each.row}: {each.theirs}")
        if not ours or not theirs:
            continue
        rounds = [their / our for our, their in zip(ours["roundSeconds"], theirs["roundSeconds"])]
        faster, memory = theirs["seconds"] / ours["seconds"], ours["bytes"] / theirs["bytes"]
        lines.append(
            f"| {ROWS[each.row]} | {each.ours} | {cost(ours)} | {each.theirs} | {cost(theirs)} "
            f"| **{faster:.1f}** ({min(rounds):.1f} – {max(rounds):.1f}) | {each.faster:g}{missed(faster < each.faster)} "
            f"| {memory:.2f} | {f'{each.memory:.2f}{missed(memory > each.memory)}' if each.memory else ''} |")
    lines.append("")
    many, few, maple = (measured.get(key) for key in ("coop-1000: RPP", "coop: RPP", "maple-32: RPP"))
    if many and few:
        times = many["seconds"] / few["seconds"]
        lines.append(
            f"RPP with 1000 classes takes {times:.1f} times the CoOp step with 100 (at most "
            f"{TIMES_THE_STEP_WITH_100_CLASSES:g}{missed(times > TIMES_THE_STEP_WITH_100_CLASSES)}) and "
            f"{many['bytes'] * 1e-9:.2f} GB (at most {BYTES_WITH_1000_CLASSES * 1e-9:g}"
            f"{missed(many['bytes'] > BYTES_WITH_1000_CLASSES)}). The published step does not fit into 24 GB: not run.")
    if maple:
        lines.append(
            f"RPP's MaPLe step with batch 32 runs at {maple['shareOfPeak'] * 100:.0f} % of the rate of a large matrix "
            f"product (at least {SHARE_OF_PEAK * 100:.0f} %{missed(maple['shareOfPeak'] < SHARE_OF_PEAK)}).")
    return lines


def missed(is_missed):
    return " (missed)" if is_missed else ""


def cost(entry):
    return f"{entry['seconds']:.2f} s, {entry['bytes'] * 1e-9:.2f} GB"


def plot(measured, machine, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    entries = [contestant for contestant in CONTESTANTS if contestant.key in measured]
    rows = list(dict.fromkeys(entry.row for entry in entries))
    # A gap and a heading between the rows.
    places = [index + 1.3 * rows.index(entry.row) for index, entry in enumerate(entries)]
    colors = ["#c1440e" if entry.is_ours else "#8a95a5" for entry in entries]
    names = ["RPP, images in every step" if "--no-cache" in entry.name else entry.name for entry in entries]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 0.42 * (places[-1] + 3)), sharey=True)
    # A bar's length means nothing on a logarithmic axis.
    seconds = [measured[entry.key]["seconds"] for entry in entries]
    left.scatter(seconds, places, color=colors, s=60, zorder=2)
    left.hlines(places, 0, 1, transform=left.get_yaxis_transform(), color="#e4e7ec", linewidth=1, zorder=1)
    for value, place in zip(seconds, places):
        left.annotate(
            f"{value:.2f} s", (value, place), (7, 0), textcoords="offset points", va="center", fontsize=9,
            bbox={"color": "white", "pad": 1})
    left.set_xscale("log")
    left.set_xlabel("seconds a step (logarithmic)")
    bytes_used = [measured[entry.key]["bytes"] * 1e-9 for entry in entries]
    bars = right.barh(places, bytes_used, color=colors, height=0.8)
    right.bar_label(bars, labels=[f"{value:.2f} GB" for value in bytes_used], padding=3, fontsize=9)
    right.set_xlabel("peak memory in GB")
    for axes in (left, right):
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(left=False)
        axes.margins(x=0.2)
    left.set_yticks(places, names)
    left.invert_yaxis()
    for row in rows:
        first = min(place for place, entry in zip(places, entries) if entry.row == row)
        left.text(0, first - 0.75, ROWS[row], transform=left.get_yaxis_transform(), weight="bold", fontsize=9)
    figure.suptitle(f"A training step on {machine['backbone']}: {machine['threads']} threads of {machine['cpu']}")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main():
    chosen = options()
    if not os.access(chosen.rpp, os.X_OK):
        fail(f"no program at {chosen.rpp}: run make build first, or give --rpp PATH")
    if not util.find_spec("torch"):
        fail(f"{sys.executable} has no torch: run make benchmark, or make benchmark PYTHON=PATH of one that has it")
    if subprocess.run([sys.executable, HERE / "check_against_golden.py"], stdout=sys.stderr).returncode:
        fail("the PyTorch steps do not compute what the published code computes: not timed")
    has_bf16 = {"avx512_bf16", "amx_bf16", "bf16"} & set((cpu_info("flags") or cpu_info("Features")).split())
    threads = thread_count()
    contestants = [
        each for each in CONTESTANTS if each.row in chosen.rows and (has_bf16 or "--bf16" not in each.arguments)]
    commands = {each.key: command(each, chosen, threads) for each in contestants}
    machine = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "backbone": chosen.backbone,
        "cpu": cpu_info("model name") or platform.machine(),
        "cores": os.cpu_count(),
        "threads": threads,
        "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "loadBefore": os.getloadavg()[0],
        "python": platform.python_version(),
        "torch": metadata.version("torch"),
        "openblas": first_line("dpkg-query", "-W", "-f=${Version}", "libopenblas0-pthread"),
        "commit": first_line("git", "describe", "--always", "--dirty"),
        "sideBySide": shlex.join([Path(sys.executable).name, *sys.argv]),
    }
    runs = {each.key: [] for each in contestants}
    started = time.monotonic()
    for index in range(chosen.rounds):
        for each in contestants:
            result = measure(commands[each.key], threads)
            runs[each.key].append(result)
            print(
                f"{time.monotonic() - started:6.0f} s  round {index + 1} of {chosen.rounds}  {each.key}: "
                f"{statistics.median(result['stepSeconds']):.3g} s, {result['peakResidentBytes'] * 1e-9:.2f} GB"
                + (f" (others used {result['coresUsedByOthers']:.1f} cores)" if is_disturbed(result) else ""),
                file=sys.stderr)
    measured = {key: summary(results) for key, results in runs.items()}

    chosen.out.mkdir(parents=True, exist_ok=True)
    report = {
        "machine": machine,
        "summary": measured,
        "commands": {key: shlex.join(value) for key, value in commands.items()},
        "runs": runs,
    }
    (chosen.out / "side-by-side.json").write_text(json.dumps(report, indent=1) + "\n")
    if chosen.smoke:
        print("A trial on a tiny CLIP: these numbers say nothing about the sizes in the table.\n")
    print("\n".join(table(measured)))
    disturbed = sum(is_disturbed(run) for results in runs.values() for run in results)
    if disturbed:
        print(
            f"\n{disturbed} of {chosen.rounds * len(contestants)} measurements were disturbed by other programs: "
            "measure again on a quiet machine.")
    if util.find_spec("matplotlib"):
        plot(measured, machine, chosen.out / "side-by-side.png")
    else:
        print("no plot: matplotlib is missing", file=sys.stderr)
    print(f"written to {chosen.out}", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
