#!/usr/bin/env python3
"""tests/scenarios/recording-cases.md names every recording rule of the shared list exactly once, and the stories keep its word."""
import glob
import json
import os
import re
import sys

from tap import report

PAGE = "tests/scenarios/recording-cases.md"
LIST = os.path.join(os.environ.get("SHARED", "../shared"), "reference", "recording_cases.jsonl")


def rows():
    """Each row of the page's tables that begins with an id."""
    with open(PAGE, encoding="utf-8") as page:
        cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in page if line.startswith("| X")]
    return [row for row in cells if len(row) == 5], [row for row in cells if len(row) == 2], len(cells)


def number_due(story, log):
    """What the story expects to be due of the log in the end: nothing if there is no report, if it is cleared, or if a crime that
    was recorded before holds it.  None: it does not say."""
    due, number = {}, {}                        # of each report of the log
    for line in re.findall(rf"^(?:expect|expect-no-report) {log}(?: .*)?$", story, re.M):
        report = re.search(r"\breport=(\d+)", line)
        key = report[1] if report else "0"
        told = re.search(r"\bdue=(\d+)", line)
        due[key] = int(told[1]) if told else due.get(key)
        ended = line.startswith("expect-no-report") or re.search(r"\bstate=cleared\b|\blinked=", line)
        number[key] = 0 if ended else due[key]
    return None if not number or None in number.values() else sum(number.values())


def stories_keep_their_word(told):
    wrong = []
    for identity, name, logs, due, note in told:
        paths = glob.glob(f"tests/scenarios/D??-due-{name}.scn")
        if len(paths) != 1:
            wrong.append(f"{identity}: {len(paths)} stories are D??-due-{name}.scn")
            continue
        with open(paths[0], encoding="utf-8") as file:
            story = file.read()
        for together in logs.split(","):
            numbers = [number_due(story, log.strip()) for log in together.split("+")]
            if due == "0" and not note:
                wrong.append(f"{identity}: nothing is due, and not said what ends it")
            # What is recorded first and cancelled later was due all the same.
            if None in numbers or sum(numbers) not in ((int(due),) if "cancelled" not in note else (0, int(due))):
                wrong.append(f"{identity}: {name} {together.strip()} expects {numbers}, the page says {due}")
    return wrong


def the_list_is_covered(told, untold):
    with open(LIST, encoding="utf-8") as file:
        wanted = {case["id"]: case["expected_count"] for case in map(json.loads, filter(str.strip, file))}
    named = [row[0] for row in told + untold]
    wrong = [f"{identity} is named {named.count(identity)} times" for identity in wanted if named.count(identity) != 1]
    wrong += [f"{identity} is not in the list" for identity in named if identity not in wanted]
    wrong += [f"{identity}: {due} is due, the list has {wanted[identity]}, and why is not said"
              for identity, _, _, due, note in told if identity in wanted and int(due) != wanted[identity] and not note]
    return wrong


def main():
    told, untold, count = rows()
    wrong = [] if told and len(told) + len(untold) == count else [f"{count} rows, of which {len(told) + len(untold)} are understood"]
    failed = report(1, "each story expects the number that the page gives", wrong + stories_keep_their_word(told))
    if os.path.exists(LIST):
        failed = report(2, "every recording rule of the list is named exactly once, with its number or why not", the_list_is_covered(told, untold)) or failed
    else:
        print(f"ok 2 - every recording rule of the list is named exactly once # SKIP {LIST} is not here")
    print("1..2")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
