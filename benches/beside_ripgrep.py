#!/usr/bin/env python3
"""What a run of akvlint costs beside a search for one word, and how the cost grows with the tree.

    benches/beside_ripgrep.py AKVLINT TREE                  ratio to `rg -c -i -uu microsoft.keyvault`, and peak memory
    benches/beside_ripgrep.py AKVLINT TREE --copies 1,2,4,8  the same of so many copies of the tree in one folder
    benches/beside_ripgrep.py AKVLINT FILE --alone           start to finish on one file

The two run in turn, so that a change of the machine's speed meets both; medians are printed. Read the tree once before,
or take more rounds: the first round is not counted. Needs `rg` on the PATH, and Linux or macOS.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time

# ru_maxrss is in KiB, on macOS in bytes.
PER_MIB = 1 << 20 if sys.platform == "darwin" else 1 << 10


def run(command, folder):
    """Runs a command once: wall time, processor time, and peak memory in MiB."""
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.chdir(folder)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        try:
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"{' '.join(command)}: exit code {code}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / PER_MIB


def in_turn(commands, folder, rounds):
    """The medians of each command's figures, and the median of the ratios of the first two, round by round."""
    figures = [[] for _ in commands]
    for number in range(rounds + 1):
        for known, command in zip(figures, commands):
            measured = run(command, folder)
            if number > 0:
                known.append(measured)
    medians = [tuple(map(statistics.median, zip(*known))) for known in figures]
    ratios = [
        [one[place] / max(other[place], 1e-9) for one, other in zip(*figures)]
        for place in (0, 1)
    ] if len(commands) == 2 else [[0], [0]]
    return medians, [statistics.median(ratio) for ratio in ratios]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("akvlint")
    parser.add_argument("tree")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--copies", type=lambda text: [int(part) for part in text.split(",")])
    parser.add_argument("--alone", action="store_true")
    arguments = parser.parse_args()
    akvlint = os.path.abspath(arguments.akvlint)
    tree = os.path.abspath(arguments.tree)
    if arguments.alone:
        folder, name = os.path.split(tree)
        command = [akvlint, "check", name, "-q", "-f", "json"]
        medians, _ = in_turn([command], folder, arguments.rounds)
        wall, cpu, peak = medians[0]
        print(f"one file: {wall * 1000:.1f} ms wall, {cpu * 1000:.1f} ms of processor time, {peak:.0f} MiB")
        return
    check = [akvlint, "check", "--no-ignore", ".", "-q", "-f", "json"]
    search = ["rg", "-c", "-i", "-uu", "microsoft.keyvault", "."]
    print("| copies | akvlint wall | processor | peak MiB | rg wall | ratio of wall | ratio of processor |")
    print("|---|---|---|---|---|---|---|")
    for copies in arguments.copies or [1]:
        with tempfile.TemporaryDirectory() as scratch:
            folder = tree
            if arguments.copies:
                folder = scratch
                for copy in range(copies):
                    shutil.copytree(tree, os.path.join(scratch, f"copy{copy}"), symlinks=True)
            medians, (wall, cpu) = in_turn([check, search], folder, arguments.rounds)
            (own, own_cpu, peak), (other, _, _) = medians
            print(
                f"| {copies} | {own:.3f} s | {own_cpu:.3f} s | {peak:.0f} | {other:.3f} s | {wall:.1f} | {cpu:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
