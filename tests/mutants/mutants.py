#!/usr/bin/env python3
"""Changes the decision's comparisons and constants one at a time and sees whether a test notices.

    tests/mutants/mutants.py [--jobs N] [--only FILE[:LINE]] [--sample N --seed S]

Each mutant is built in a copy of the tree, with sanitizers, and tried on the unit tests of its file, then of the engine, then on every
scenario, until something fails.  One that nothing notices survives: it is printed, and the exit status is 1.  A change that cannot be
noticed because it changes nothing stands in equivalent.txt, with the reason; a line there that fits no mutant is an error too."""
import argparse
import collections
import concurrent.futures
import os
import random
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WORK = os.path.join(ROOT, "build", "mutants")
SANITIZE = "SANITIZE=address,undefined"
OUT = "build/address-undefined/tests"
LIMIT = 120                                     # seconds for one test program: far beyond what it needs

# Which unit tests look at which file first.
FILES = {
    "stage": ["steps_test"],
    "judge": ["judge_test", "clock_state_test", "shard_test"],
    "clear": ["steps_test"],
    "compare": ["steps_test"],
    "merge": ["merge_test", "state_test"],
    "due": ["due_test", "steps_test"],
}
ALWAYS = ["engine_test", "engine_hold_test", "engine_actions_test"]

SWAPS = [("<=", "<"), (">=", ">"), ("==", "!="), ("!=", "=="), ("&&", "||"), ("||", "&&"), ("<", "<="), (">", ">=")]
OPERATOR = re.compile(r"->|<<=?|>>=?|<=|>=|==|!=|&&|\|\||<|>")
NUMBER = re.compile(r"(?<![\w.])(\d+)(?![\w.])")
WORD = re.compile(r"\b(true|false)\b")

Mutant = collections.namedtuple("Mutant", "file line column before after text")


def masked(source):
    """The source with comments, texts and preprocessor lines blank, every other character in its place."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|^#[^\n]*', re.S | re.M)
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)


def changes_of(line):
    for match in OPERATOR.finditer(line):
        for before, after in SWAPS:
            if match[0] == before:
                yield match.start(), before, after
    for match in NUMBER.finditer(line):
        yield match.start(), match[1], str(int(match[1]) + 1)
    for match in WORD.finditer(line):
        yield match.start(), match[1], "false" if match[1] == "true" else "true"


def mutants_of(name):
    path = os.path.join(ROOT, "daemon", "core", name + ".c")
    with open(path, encoding="utf-8") as file:
        source = file.read()
    for number, (line, text) in enumerate(zip(masked(source).split("\n"), source.split("\n")), 1):
        for column, before, after in sorted(changes_of(line)):
            yield Mutant(name, number, column, before, after, text)


# ---- what cannot be noticed ----

def read_equivalents():
    """FILE | the line's text, blanks at its ends apart | which change of the line, as BEFORE AFTER or BEFORE AFTER #N | why"""
    found = {}
    with open(os.path.join(HERE, "equivalent.txt"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, rest = line.split(" | ", 1)
                text, change, why = (part.strip() for part in rest.rsplit(" | ", 2))    # the text may hold a bar itself
                found[name, text, change] = why
    return found


def key_of(mutant, all_mutants):
    """The change's name within its line: the number says which of those that look alike."""
    alike = [one.column for one in all_mutants if (one.file, one.line, one.before, one.after) ==
             (mutant.file, mutant.line, mutant.before, mutant.after)]
    number = f" #{alike.index(mutant.column) + 1}" if len(alike) > 1 else ""
    return mutant.file, mutant.text.strip(), f"{mutant.before} {mutant.after}{number}"


# ---- trying ----

def is_story(name):
    """Those of the engine: the judgement suite's have a player of their own."""
    return name.endswith(".scn") and not name.startswith("J")


class Place:
    """A copy of the tree of its own, built once; a mutant changes one file of it."""

    def __init__(self, number):
        self.tree = os.path.join(WORK, str(number))
        self.killers = collections.Counter()
        os.makedirs(self.tree, exist_ok=True)
        for name in ("daemon", "include", "config", "tests"):
            subprocess.run(["cp", "-ru", "--preserve=timestamps", os.path.join(ROOT, name), self.tree], check=True)
        shutil.copy2(os.path.join(ROOT, "Makefile"), self.tree)
        self.scenarios = sorted(name for name in os.listdir(os.path.join(ROOT, "tests", "scenarios")) if not name.startswith("J"))
        self.restore_all()
        units = sorted({unit for units in FILES.values() for unit in units} | set(ALWAYS))
        if not self.make(units):
            raise SystemExit("the tree as it is does not build")
        for program in [[f"{OUT}/unit/{unit}"] for unit in units] + [self.scenario(name) for name in self.scenarios if is_story(name)]:
            if not self.passes(program):
                raise SystemExit(f"the tree as it is does not pass {' '.join(program)}")

    def restore_all(self):
        for name in FILES:
            with open(os.path.join(ROOT, "daemon", "core", name + ".c"), encoding="utf-8") as file:
                self.write(name, file.read())

    def write(self, name, source):
        path = os.path.join(self.tree, "daemon", "core", name + ".c")
        with open(path, encoding="utf-8") as file:
            same = file.read() == source
        if not same:
            with open(path, "w", encoding="utf-8") as file:
                file.write(source)

    def make(self, units):
        targets = [f"{OUT}/unit/{unit}" for unit in units] + [f"{OUT}/scenario"]
        built = subprocess.run(["make", "-s", SANITIZE, "OPTIMISE=-O1 -g0 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all",
                                *targets], cwd=self.tree, capture_output=True, check=False)
        return built.returncode == 0

    def passes(self, command):
        try:
            return subprocess.run(command, cwd=self.tree, capture_output=True, timeout=LIMIT, check=False).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    @staticmethod
    def scenario(name):
        return [f"{OUT}/scenario", f"tests/scenarios/{name}"]

    def killed_by(self, mutant):
        """What noticed the mutant; None: nothing did."""
        with open(os.path.join(ROOT, "daemon", "core", mutant.file + ".c"), encoding="utf-8") as file:
            original = file.read()
        lines = original.split("\n")
        line = lines[mutant.line - 1]
        lines[mutant.line - 1] = line[:mutant.column] + mutant.after + line[mutant.column + len(mutant.before):]
        self.write(mutant.file, "\n".join(lines))
        try:
            units = list(dict.fromkeys(FILES[mutant.file] + ALWAYS))
            if not self.make(units):
                return "the compiler"
            for unit in units:
                if not self.passes([f"{OUT}/unit/{unit}"]):
                    return unit
            order = sorted((name for name in self.scenarios if is_story(name)), key=lambda name: -self.killers[mutant.file, name])
            for name in order:
                if not self.passes(self.scenario(name)):
                    self.killers[mutant.file, name] += 1
                    return name
            return None
        finally:
            self.write(mutant.file, original)


def work(number, queue, tell):
    place = Place(number)
    while queue:
        try:
            mutant = queue.popleft()
        except IndexError:
            return
        tell(mutant, place.killed_by(mutant))


def chosen(arguments):
    every = [mutant for name in FILES for mutant in mutants_of(name)]
    equivalents = read_equivalents()
    keys = {mutant: key_of(mutant, every) for mutant in every}
    stale = set(equivalents) - set(keys.values())
    for key in sorted(stale):
        print("equivalent.txt: no mutant is", " | ".join(key))
    wanted = [mutant for mutant in every if keys[mutant] not in equivalents]
    if arguments.only:
        name, _, line = arguments.only.partition(":")
        wanted = [mutant for mutant in wanted if mutant.file == name and line in ("", str(mutant.line))]
    if arguments.sample:
        wanted = random.Random(arguments.seed).sample(wanted, min(arguments.sample, len(wanted)))
    return wanted, keys, len(equivalents), stale


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("--only")
    options.add_argument("--sample", type=int)
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    wanted, keys, equivalent, stale = chosen(arguments)
    began, survivors, by = time.monotonic(), [], collections.Counter()

    def tell(mutant, killer):
        by[killer if killer is None or not killer.endswith(".scn") else "scenarios"] += 1
        if killer is None:
            survivors.append(mutant)
            print("SURVIVED", f"daemon/core/{mutant.file}.c:{mutant.line}:", " | ".join(keys[mutant][1:]), flush=True)
        if sum(by.values()) % 50 == 0:
            print(f"# {sum(by.values())} of {len(wanted)}, {len(survivors)} survived, {time.monotonic() - began:.0f} s", flush=True)

    queue = collections.deque(wanted)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for done in [pool.submit(work, number, queue, tell) for number in range(arguments.jobs)]:
            done.result()
    print(f"{len(wanted)} mutants, {len(wanted) - len(survivors)} caught, {len(survivors)} survived, {equivalent} known to change nothing")
    print("caught by", ", ".join(f"{name}: {count}" for name, count in by.most_common() if name))
    return 1 if survivors or stale else 0


if __name__ == "__main__":
    sys.exit(main())
