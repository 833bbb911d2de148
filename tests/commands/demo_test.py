#!/usr/bin/env python3
"""`cdiwatch demo`: the daemon against the truth of a simulated story, and that nothing of it stays behind."""
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from desk import PROGRAM, equal, holds, run_all

LIMIT = 240             # seconds: far beyond what a noisy machine needs
STAGES = ["notice", "warning", "urgent", "breach"]


def start(desk, *words):
    """The demo, its temporary files in a folder of this test's own."""
    folder = desk.path("tmp")
    os.makedirs(folder, exist_ok=True)
    environment = dict(os.environ, TMPDIR=folder)
    return folder, subprocess.Popen([PROGRAM, "demo", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def gone(pid):
    deadline = time.monotonic() + LIMIT
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
        time.sleep(0.05)
    return not os.path.exists(f"/proc/{pid}")


def wait_for_folder(folder):
    """Until the configuration is written; its daemon is there by then."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        for name in os.listdir(folder):
            if os.path.exists(os.path.join(folder, name, "cdiwatch.yaml")):
                return
        time.sleep(0.02)
    raise AssertionError("the demo does not begin")


def played(desk, *words):
    folder, process = start(desk, *words)
    out, said = process.communicate(timeout=LIMIT)
    equal(os.listdir(folder), [])
    rows = {match[1]: [int(word) for word in match[2].split()] for match in re.finditer(r"^(\w+) +((?:\d+ *){4})$", out, re.M)}
    return process.returncode, rows, out, said


def agrees(desk, seed):
    status, rows, out, said = played(desk, "--for", "20s", "--seed", str(seed))
    equal((status, list(rows)), (0, STAGES), out + said)
    for stage, (due, raised, missed, false) in rows.items():
        equal((raised, missed, false), (due, 0, 0), f"{stage}\n{out}{said}")
    holds(rows["breach"][0] >= 10, out)
    holds(rows["notice"][0] > rows["warning"][0] > rows["urgent"][0] >= rows["breach"][0], out)
    holds("first reports only" in out and "the lexicon does not understand" in out, out)


def the_daemon_finds_what_is_true_of_seed_1(desk):
    agrees(desk, 1)


def the_daemon_finds_what_is_true_of_seed_2(desk):
    agrees(desk, 2)


def the_daemon_finds_what_is_true_of_seed_3(desk):
    agrees(desk, 3)


def an_interrupt_ends_it_and_nothing_stays_behind(desk):
    for words, status in ((["--speed", "100"], 0), (["--for", "1h"], 130)):
        folder, process = start(desk, *words)
        wait_for_folder(folder)
        daemons = children(process.pid)
        equal(len(daemons), 1)
        holds("kcat -b 127.0.0.1:" in process.stderr.readline(), words)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=LIMIT)
        equal((process.returncode, out, os.listdir(folder)), (status, "", []), said)
        holds(not os.path.exists(f"/proc/{daemons[0]}"), "the daemon outlived the demo")


def a_daemon_that_dies_is_said(desk):
    folder, process = start(desk)
    wait_for_folder(folder)
    holds("kcat -b" in process.stderr.readline(), "")
    os.kill(children(process.pid)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=LIMIT)
    equal((process.returncode, os.listdir(folder)), (69, []), said)
    holds("the daemon of the demo has ended" in said, said)


def nobody_outlives_a_demo_that_is_killed(desk):
    folder, process = start(desk)
    wait_for_folder(folder)
    process.stderr.readline()
    daemon = children(process.pid)[0]
    process.kill()
    process.communicate(timeout=LIMIT)
    holds(gone(daemon), "the daemon outlived the demo")


def what_cannot_be_played_is_refused(desk):
    for words in (["--for", "60"], ["--for", "0s"], ["--for", "soon"], ["--for", "5d"], ["--speed", "0"], ["--speed", "3601"], ["--seed", "x"]):
        result = desk.run("demo", *words)
        equal((result.returncode, result.stdout), (64, b""), words)
        holds(words[0].encode() in result.stderr, result.stderr)


run_all([the_daemon_finds_what_is_true_of_seed_1, the_daemon_finds_what_is_true_of_seed_2, the_daemon_finds_what_is_true_of_seed_3,
         an_interrupt_ends_it_and_nothing_stays_behind, a_daemon_that_dies_is_said, nobody_outlives_a_demo_that_is_killed,
         what_cannot_be_played_is_refused])
