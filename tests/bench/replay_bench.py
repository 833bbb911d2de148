#!/usr/bin/env python3
"""Whole processes: `replay` of the real logs under $SHARED, of nothing, and `check`; seconds and peak memory of the median run."""
import os
import subprocess
import sys
import tempfile
import time

RUNS = 5
BUILD = os.environ.get("BUILD", "build")
SHARED = os.environ.get("SHARED", "../shared")


def once(command):
    """Wall and processor seconds and peak KiB of one process, which must succeed or only have refused rows."""
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 65):
        sys.exit(f"{' '.join(command)}: ended with {child.returncode}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def report(name, command, bound):
    runs = sorted(once(command) for _ in range(RUNS))
    wall, processor, peak = runs[RUNS // 2]
    print(f"replay: {name:<46} {wall:6.2f} s, processor {processor:5.2f} s, {peak / 1024:6.1f} MiB  {bound}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        empty = os.path.join(folder, "empty")
        open(empty, "w").close()
        report("of two empty files (start-up)", [f"{BUILD}/cdiwatch", "replay", "--incidents", empty, "--crimes", empty],
               "(memory at most 64 MiB)")
    for source, bound in (("usc", "(at most 1 s)"), ("lbpd", "")):
        calls, reports = (f"{SHARED}/data/real/{source}_{what}.csv.gz" for what in ("calls", "reports"))
        if not os.path.exists(calls):
            print(f"replay: {source}: skipped, {calls} is not there")
            continue
        report(f"of {source}", [f"{BUILD}/cdiwatch", "replay", "--source", f"tests/sources/{source}.yaml", "--incidents", calls,
                                "--crimes", reports], bound)


main()
