#!/usr/bin/env python3
"""That the heap is mapped by huge pages where the host gives them to who asks, as the environment of the running program tells."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from desk import PROGRAM, equal, run_all

MODES = "/sys/kernel/mm/transparent_hugepage/enabled"
NAME, WANTED = "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"


def for_who_asks():
    try:
        with open(MODES, encoding="ascii") as file:
            return "[madvise]" in file.read()
    except OSError:
        return False


def tunables_of(environment):
    """The C library ends each tunable where it stands, so that those after the first look like variables of their own."""
    places = [place for place, each in enumerate(environment) if each.startswith(NAME + "=")]
    if not places:
        return None
    found = [environment[places[0]][len(NAME) + 1:]]
    for each in environment[places[0] + 1:]:
        if not each.startswith("glibc."):
            break
        found.append(each)
    return ":".join(found)


def started_with(tunables):
    """What the program has of it once it is at work, its words, and its name."""
    others = {name: value for name, value in os.environ.items() if name != NAME}
    environment = others if tunables is None else {**others, NAME: tunables}
    with subprocess.Popen([PROGRAM, "broker", "--port", "0"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            process.stdout.readline()
            of = f"/proc/{process.pid}/"
            with open(of + "environ", "rb") as file:
                found = tunables_of(file.read().decode().split("\0"))
            with open(of + "cmdline", "rb") as file:
                words = file.read().decode().split("\0")[1:-1]
            with open(of + "comm", encoding="ascii") as file:
                return found, words, file.read().strip()
        finally:
            process.kill()


def check(tunables, wanted):
    equal(started_with(tunables), (wanted if for_who_asks() else tunables, ["broker", "--port", "0"], "cdiwatch"))


def a_program_that_was_told_nothing_asks_for_them(_):
    check(None, WANTED)


def what_else_was_set_stays(_):
    check("glibc.malloc.top_pad=65536", "glibc.malloc.top_pad=65536:" + WANTED)
    check("glibc.malloc.check=0:glibc.malloc.top_pad=65536", "glibc.malloc.check=0:glibc.malloc.top_pad=65536:" + WANTED)


def whoever_has_decided_is_left_alone(_):
    check("glibc.malloc.hugetlb=0", "glibc.malloc.hugetlb=0")
    check(WANTED, WANTED)


run_all([a_program_that_was_told_nothing_asks_for_them, what_else_was_set_stays, whoever_has_decided_is_left_alone])
