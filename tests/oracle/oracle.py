#!/usr/bin/env python3
"""The decision of cdiwatch a second time, slow and plain, against what `cdiwatch replay` says (README.md beside this).

    oracle.py [--seeds 1..5] [--days 30] [--histories 1..5] [--count 150] [--jobs 2]
    oracle.py FOLDER UNTIL          incidents.ndjson, crimes.ndjson and actions.ndjson of a folder, with a `key` beside them
"""
import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

import facts
import histories
import world

PROGRAM = os.path.join(world.BUILD, "cdiwatch")
STORY = os.path.join(world.BUILD, "tests", "oracle", "story")
FORCES = {0: "eas", 5: "cal", 15: "cal"}                # of twenty seeds a large force, two middling ones; small ones else
START = facts.instant("2026-10-24T00:00:00Z")           # of story.c
SHOWN = 20

# What of a document is not promised: it says what was known when (DESIGN.md "What is promised about order").
KNOWN_WHEN = ("version", "detected_late_by_s", "published")
NOT_ASKED = ()                                          # as world.SWITCHES names them
OF_WATCHED = ("alert", "state", "risk", "watches", "exists")    # of a document where nothing is likely
MARKS_OF_KNOWING = {"unsure", "late_message"}


def replayed(folder, until, *options):
    result = subprocess.run([PROGRAM, "replay", "--incidents", os.path.join(folder, "incidents.ndjson"), "--crimes",
                             os.path.join(folder, "crimes.ndjson"), "--actions", os.path.join(folder, "actions.ndjson"), "--key",
                             os.path.join(folder, "key"), "--until", until, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if result.returncode != 0:
        raise SystemExit(f"replay ended with {result.returncode}:\n{result.stderr.decode()}")
    about = {}
    for document in map(json.loads, result.stdout.splitlines()):
        about.setdefault((document["force"], document["incident"]), []).append(document)
    return about


def product(folder, until):
    """The documents of current reports, and which of them exist as documents."""
    whole, existing = replayed(folder, until, "--all"), replayed(folder, until)
    alerts = {document["alert"] for documents in existing.values() for document in documents}
    current = {}
    for key, documents in whole.items():
        for document in documents:
            document["watches"] = [(reason["watch"], reason["since"]) for reason in document.pop("watch_reasons")]
            document["exists"] = document["alert"] in alerts
            if document["state"] == "superseded" or document["state"] == "not_disclosed" and not document["watches"]:
                continue                                # it was due once, and what was said since took that back
            if document["state"] == "not_disclosed":
                current[*key, document["report"]] = {field: document[field] for field in OF_WATCHED}
                continue
            current[*key, document["report"]] = document
            for field in NOT_ASKED:
                document.pop(field, None)
            document["marks"] = sorted(set(document["marks"]) - MARKS_OF_KNOWING)
            for field in KNOWN_WHEN:
                del document[field]
    return current


def messages_of(folder, key, documents):
    """What was said of that log and of the crimes that its documents name."""
    force, reference, _ = key
    crimes = {link["crime"] for document in documents for link in document.get("linked", []) + document.get("alternatives", [])}
    front = next((document["alert"][:24] for document in documents if "alert" in document), "none")
    for feed in ("incidents", "crimes", "actions"):
        for message in facts.lines(os.path.join(folder, feed + ".ndjson")):
            about = message.get("incident") == reference if feed == "incidents" else message.get("crime") in crimes or \
                reference in (message.get("incidents") or ()) or message.get("alert", "").startswith(front)
            if about and message["force"] == force:
                yield json.dumps(message)


def compare(folder, until):
    """How many documents, and what differs in them, in words."""
    facts_known = world.World(folder)
    ours, theirs = facts_known.decide(facts.instant(until)), product(folder, until)
    told, differed = [], 0
    for key in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(key), theirs.get(key)
        differing = [field for field in sorted((mine.keys() | other.keys()) - set(NOT_ASKED)) if mine.get(field, "none") != other.get(field, "none")] if mine and other else ["report"]
        if not differing:
            continue
        differed += 1
        told.append(f"{key[1]} report {key[2]} (force {key[0]}, until {until})")
        for field in differing:
            told.append(f"    {field}: the product says {json.dumps((other or {}).get(field))}")
            told.append(f"    {field}: the oracle says  {json.dumps((mine or {}).get(field))}")
        if differed <= SHOWN:
            told += ["        " + line for line in messages_of(folder, key, [document for document in (mine, other) if document])]
    return len(ours.keys() | theirs.keys()), differed, told


def one_run(run):
    """A story of the simulator or a batch of histories, in a folder of its own: (name, documents, how many differ, what)."""
    kind, seed, size = run
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "key"), "w", encoding="utf-8") as key:
            key.write("k" * 32)
        if kind == "seed":
            subprocess.run([STORY, str(seed), str(size), folder, FORCES.get(seed % 20, "wst")], check=True)
            until = facts.written(START + size * facts.DAY)
        else:
            until = histories.write(seed, size, folder)
        return (f"{kind} {seed}", *compare(folder, until))


def runs(kind, seeds, size):
    first, _, last = seeds.partition("..")
    return [(kind, seed, size) for seed in range(int(first), int(last or first) + 1)] if seeds else []


def compare_all(wanted, jobs, say=print):
    """Returns how many documents were compared, how many of them differed."""
    documents = differences = 0
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for name, count, differed, told in pool.map(one_run, wanted):
            documents += count
            differences += differed
            say(f"{name}: {count} documents, {differed} differ")
            for line in told:
                say(line)
    return documents, differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--histories", default="")
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("folder", nargs="*")
    chosen = parser.parse_args()
    if chosen.folder:
        documents, differed, told = compare(*chosen.folder)
        print("\n".join(told + [f"{documents} documents compared, {differed} differ"]))
        return 1 if told else 0
    wanted = runs("seed", chosen.seeds, chosen.days) + runs("histories", chosen.histories, chosen.count)
    documents, differed = compare_all(wanted, chosen.jobs)
    print(f"{len(wanted)} runs, {documents} documents compared, {differed} differ")
    for name, why in world.SWITCHES.items():
        print(f"not compared: {name}: {why}")
    return 1 if differed else 0


if __name__ == "__main__":
    sys.exit(main())
