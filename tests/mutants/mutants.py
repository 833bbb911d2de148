#!/usr/bin/env python3
"""Changes the decision's comparisons and constants one at a time and sees whether a test notices.

    make mutants ARGS="[--jobs N] [--only FILE[:LINE],...] [--sample N --seed S] [--quick]"

The files under test are one shared library, and the test programs are linked to it once, plain and with sanitizers. Of a mutant one
file is compiled and the library linked; then it is tried on what is quick, until something fails: the unit tests of its file, the
stories that noticed others, every story (of the judge clock: the judgement suite), the unit tests of the engine; and then with sanitizers. One
that nothing notices survives: it is printed, and the exit status is 1. A change that cannot be noticed because it changes nothing
stands in equivalent.txt, with the reason; a line there that fits no mutant is an error too."""
import argparse
import collections
import concurrent.futures
import os
import random
import re
import resource
import shlex
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
COMPILER = shlex.split(os.environ.get("MUTANTS_CC", "gcc"))
FLAGS = shlex.split(os.environ.get("MUTANTS_FLAGS", ""))       # as make compiles the sources, but for optimising
LIBRARY = "libmutant.so"
HERE_TOO = os.path.join(ROOT, "build", "mutants", "tree")      # tables and stories as they are now, whatever is edited meanwhile

# Which unit tests look at which file first.
FILES = {
    "stage": ["steps_test"],
    "judge": ["judge_test", "judge_limits_test", "clock_state_test", "shard_test"],
    "clear": ["clear_test", "steps_test"],
    "compare": ["compare_test", "steps_test"],
    "merge": ["merge_limits_test", "merge_test", "state_test"],
    "due": ["due_test", "steps_test"],
    "decisions": ["decisions_test"],
    "reports_graver": ["reports_test"],
    "reports_further": ["reports_test"],
    "link_answer": ["link_answer_test", "link_reports_test"],
    "link_share": ["link_reports_test", "link_answer_test", "link_share_test"],
    "link_then": ["link_then_test", "link_answer_test"],
    "watch": ["watch_test", "watched_test"],
}
LIVE = ["judge"]                                # the engine's tests and stories know nothing of it, only the judgement suite does
ENGINE = ["engine_test", "engine_hold_test", "engine_actions_test"]


def read(name):
    with open(os.path.join(ROOT, "daemon", "core", name + ".c"), encoding="utf-8") as file:
        return file.read()


ORIGINAL = {name: read(name) for name in FILES}         # as they are now, too

SWAPS = [("<=", "<"), (">=", ">"), ("==", "!="), ("!=", "=="), ("&&", "||"), ("||", "&&"), ("<", "<="), (">", ">=")]
OPERATOR = re.compile(r"->|<<=?|>>=?|<=|>=|==|!=|&&|\|\||<|>")
NUMBER = re.compile(r"(?<![\w.])(\d+)(?![\w.])")
WORD = re.compile(r"\b(true|false)\b")

Mutant = collections.namedtuple("Mutant", "file line column before after text")


def masked(source):
    """The source with comments, texts, preprocessor lines and assertions of the compiler's blank, every other character in its place."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|^#[^\n]*|\b_Static_assert\b[^;]*;', re.S | re.M)
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
    source = ORIGINAL[name]
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

class Build:
    """The test programs, linked to the files under test as a shared library."""

    def __init__(self, sanitize):
        units = dict.fromkeys([unit for first in FILES.values() for unit in first] + ([] if sanitize else ENGINE))
        self.sanitize = ["-fsanitize=" + sanitize, "-fsanitize=bounds-strict", "-fno-sanitize-recover=all"] if sanitize else []
        self.folder = os.path.join("build", "mutants", sanitize.replace(",", "-") or "plain")
        os.makedirs(os.path.join(self.folder, "objects"), exist_ok=True)
        for name in FILES:
            if not self.compile(source_of(name), self.object(name)):
                raise SystemExit(f"daemon/core/{name}.c does not compile")
        if not self.link(self.folder, {}):
            raise SystemExit("the files under test do not link")
        self.programs = [self.unit(name) for name in units] + [self.scenario(), self.judge()]
        optimise = shlex.join(["-O1", "-fno-omit-frame-pointer", *self.sanitize])
        built = subprocess.run(["make", "-s", f"-j{os.cpu_count()}", f"BUILD={self.folder}", f"SANITIZE={sanitize}", f"OPTIMISE={optimise}",
                                f"LDFLAGS=-pie {shlex.join(self.sanitize)} -Wl,--no-as-needed {self.folder}/{LIBRARY}", *self.programs], check=False)
        if built.returncode != 0:
            raise SystemExit("the tree as it is does not build")
        self.seconds = {}                       # of processor time that each program may need, far beyond what it does
        for program in self.programs:
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            noticed = self.noticed_by(self.folder, [program, "--rounds", "2"] if program == self.judge() else [program])
            self.seconds[program] = int(2 + 5 * (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before))
            if noticed:
                raise SystemExit(f"the tree as it is does not pass {noticed}")

    def unit(self, name):
        return f"{self.folder}/tests/unit/{name}"

    def scenario(self):
        return f"{self.folder}/tests/scenario"

    def judge(self):
        return f"{self.folder}/tests/judge"

    def object(self, name):
        return os.path.join(self.folder, "objects", name + ".o")

    def compile(self, source, to):
        command = [*COMPILER, *FLAGS, "-O0", *self.sanitize, "-fPIC", "-x", "c", "-c", "-o", to, "-"]
        return subprocess.run(command, input=source, text=True, capture_output=True, check=False).returncode == 0

    def link(self, folder, instead):
        """The library in that folder, of the files as they are, but for those that have another object."""
        objects = [instead.get(name, self.object(name)) for name in FILES]
        command = [*COMPILER, "-shared", f"-Wl,-soname,{LIBRARY}", *self.sanitize, "-o", os.path.join(folder, LIBRARY), *objects]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def noticed_by(self, folder, command):
        """The test of the program, run with the library of that folder, that failed first; None: all passed."""
        surroundings = dict(os.environ, LD_LIBRARY_PATH=os.path.abspath(folder))
        surroundings.setdefault("ASAN_OPTIONS", "detect_leaks=1")
        name = os.path.basename(command[0])
        limited = ["prlimit", f"--cpu={self.seconds.get(command[0], 300)}", "--", os.path.abspath(command[0]), *command[1:]]
        with subprocess.Popen(limited, cwd=HERE_TOO, env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, errors="replace") as process:
            for line in process.stdout:
                if line.startswith("not ok"):
                    process.kill()
                    return line.split(" - ", 1)[-1].strip()
        return None if process.returncode == 0 else name


def source_of(name, mutant=None):
    lines = ORIGINAL[name].split("\n")
    if mutant:
        line = lines[mutant.line - 1]
        lines[mutant.line - 1] = line[:mutant.column] + mutant.after + line[mutant.column + len(mutant.before):]
    return f'#line 1 "daemon/core/{name}.c"\n' + "\n".join(lines)


class Trial:
    """Mutants one after the other, in a folder of its own."""

    def __init__(self, number, builds):
        self.folder = os.path.join("build", "mutants", f"trial{number}")
        self.builds = builds
        self.killers = collections.defaultdict(collections.Counter)
        os.makedirs(self.folder, exist_ok=True)

    def put(self, build, mutant):
        to = os.path.join(self.folder, "mutant.o")
        return build.compile(source_of(mutant.file, mutant), to) and build.link(self.folder, {mutant.file: to})

    def programs(self, build, mutant):
        """What to try, the quickest and likeliest first."""
        yield from ([build.unit(name)] for name in FILES[mutant.file])
        if mutant.file in LIVE:
            yield [build.judge(), "--rounds", "2"]
            return
        often = [story for story, _ in self.killers[mutant.file].most_common(20)]
        if often:
            yield [build.scenario(), *often]
        yield [build.scenario()]
        if not build.sanitize:                  # what is left is not worth its time there
            yield from ([build.unit(name)] for name in ENGINE)

    def killed_by(self, mutant):
        """What noticed the mutant; None: nothing did."""
        for build in self.builds:
            if not self.put(build, mutant):
                return "the compiler"
            for command in self.programs(build, mutant):
                noticed = build.noticed_by(self.folder, command)
                if noticed:
                    if noticed.endswith(".scn") and command[0] == build.scenario():
                        self.killers[mutant.file][noticed] += 1
                    return os.path.basename(command[0]) + (" with sanitizers" if build.sanitize else "")
        return None


def work(number, builds, queue, tell):
    trial = Trial(number, builds)
    while queue:
        try:
            mutant = queue.popleft()
        except IndexError:
            return
        tell(mutant, trial.killed_by(mutant))


def chosen(arguments):
    every = [mutant for name in FILES for mutant in mutants_of(name)]
    equivalents = read_equivalents()
    keys = {mutant: key_of(mutant, every) for mutant in every}
    stale = set(equivalents) - set(keys.values())
    for key in sorted(stale):
        print("equivalent.txt: no mutant is", " | ".join(key))
    wanted = [mutant for mutant in every if keys[mutant] not in equivalents]
    if arguments.only:
        places = [place.partition(":")[::2] for place in arguments.only.split(",")]
        wanted = [mutant for mutant in wanted if (mutant.file, "") in places or (mutant.file, str(mutant.line)) in places]
    if arguments.sample:
        wanted = random.Random(arguments.seed).sample(wanted, min(arguments.sample, len(wanted)))
    return wanted, keys, len(equivalents), stale


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--only")
    options.add_argument("--sample", type=int)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--quick", action="store_true", help="without sanitizers: some that survive would not")
    arguments = options.parse_args()
    os.chdir(ROOT)
    wanted, keys, equivalent, stale = chosen(arguments)
    survivors, by = [], collections.Counter()
    shutil.rmtree(HERE_TOO, ignore_errors=True)
    for name in ("config", "tests"):
        shutil.copytree(name, os.path.join(HERE_TOO, name))
    builds = [Build("")] + ([] if arguments.quick else [Build("address,undefined")])
    began = time.monotonic()

    def tell(mutant, killer):
        by[killer] += 1
        if killer is None:
            survivors.append(mutant)
            print("SURVIVED", f"daemon/core/{mutant.file}.c:{mutant.line}:", " | ".join(keys[mutant][1:]), flush=True)
        if sum(by.values()) % 25 == 0:
            print(f"# {sum(by.values())} of {len(wanted)}, {len(survivors)} survived, {time.monotonic() - began:.0f} s", flush=True)

    queue = collections.deque(wanted)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for done in [pool.submit(work, number, builds, queue, tell) for number in range(arguments.jobs)]:
            done.result()
    print(f"{len(wanted)} mutants, {len(wanted) - len(survivors)} caught, {len(survivors)} survived, {equivalent} known to change nothing; "
          f"{time.monotonic() - began:.0f} s")
    print("caught by", ", ".join(f"{name}: {count}" for name, count in by.most_common() if name))
    return 1 if survivors or stale else 0


if __name__ == "__main__":
    sys.exit(main())
