#!/usr/bin/env python3
"""The decision of cdiwatch a second time, slow and plain, against what `cdiwatch replay` says (README.md beside this).

    oracle.py [--seeds 1..5] [--days 30] [--histories 1..5] [--count 400] [--jobs 2]
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
FORCES = ("wst", "cal", "eas")
START = facts.instant("2026-10-24T00:00:00Z")           # of story.c
SHOWN = 20

# What of a document is compared.
FIELDS = ("area", "unit", "opened_as", "classified_as", "closed_as", "channel", "caller_role", "state", "stage", "marks", "risk", "received_at",
          "same_day_at", "due_at", "next_stage_at", "overdue_days", "likely", "due", "recorded", "linked", "alternatives", "disposal", "history",
          "exists")
MARKS = ("breached", "late", "class", "unendorsed", "victim_not_told")


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
    """The document of each log that is one report; None for one that fell into several."""
    whole, existing, single = replayed(folder, until, "--all"), replayed(folder, until), {}
    for key, documents in whole.items():
        current = [document for document in documents if document["state"] != "superseded"]
        single[key] = current[0] if len(current) == 1 else None
        for document in current[:1]:
            document["exists"] = any(document["alert"] == other["alert"] for other in existing.get(key, ()))
            document["marks"] = sorted(set(document["marks"]) & set(MARKS))
            for likely in document["likely"]:
                del likely["evidence"]
    return single


def settle_victims(ours, theirs):
    """Which of several victims is first is no rule's; that it is one of them is."""
    for mine, other in zip(ours["likely"], theirs["likely"]):
        if mine["victim"] is not None:
            mine["victim"] = other["victim"] if other["victim"] in mine["victim"] else mine["victim"][0]


def messages_of(folder, key, documents):
    """What was said of that log and of the crimes that its documents name."""
    force, reference = key
    crimes = {link["crime"] for document in documents for link in document["linked"] + document["alternatives"]}
    for feed in ("incidents", "crimes", "actions"):
        for message in facts.lines(os.path.join(folder, feed + ".ndjson")):
            about = message.get("incident") == reference if feed == "incidents" else message.get("crime") in crimes or \
                reference in (message.get("incidents") or ()) or message.get("alert") in {document.get("alert") for document in documents}
            if about and message["force"] == force:
                yield json.dumps(message)


def compare(folder, until):
    """How many documents, how many left out, and what differs in them, in words."""
    facts_known = world.World(folder)
    ours, theirs = facts_known.decide(facts.instant(until)), product(folder, until)
    compared, left_out, told, differed = 0, 0, [], 0
    without = facts_known.left_out(theirs)
    for key in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(key), theirs.get(key)
        if key in without:
            left_out += 1
            continue
        if mine is None and other["state"] == "not_disclosed":
            continue                                    # it was due once, and what was said since took that back
        compared += 1
        if mine is not None and other is not None:
            settle_victims(mine, other)
            differing = [field for field in FIELDS if mine[field] != other[field]]
        else:
            differing = ["report"]
        if not differing:
            continue
        differed += 1
        told.append(f"{key[1]} (force {key[0]}, until {until})")
        for field in differing:
            told.append(f"    {field}: the product says {json.dumps((other or {}).get(field))}")
            told.append(f"    {field}: the oracle says  {json.dumps((mine or {}).get(field))}")
        if differed <= SHOWN:
            told += ["        " + line for line in messages_of(folder, key, [document for document in (mine, other) if document])]
    return compared, left_out, told


def one_run(run):
    """A story of the simulator or a batch of histories, in a folder of its own: (name, documents, left out, differences)."""
    kind, seed, size = run
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "key"), "w", encoding="utf-8") as key:
            key.write("k" * 32)
        if kind == "seed":
            subprocess.run([STORY, str(seed), str(size), folder, FORCES[seed % len(FORCES)]], check=True)
            until = facts.written(START + size * facts.DAY)
        else:
            until = histories.write(seed, size, folder)
        return (f"{kind} {seed}", *compare(folder, until))


def runs(kind, seeds, size):
    first, _, last = seeds.partition("..")
    return [(kind, seed, size) for seed in range(int(first), int(last or first) + 1)] if seeds else []


def compare_all(wanted, jobs, say=print):
    """Returns how many documents were compared, how many left out, and how many runs differed."""
    documents = without = differed = 0
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for name, count, left_out, told in pool.map(one_run, wanted):
            documents += count
            without += left_out
            differed += bool(told)
            if told:
                say(f"{name}: {count} documents")
                for line in told:
                    say(line)
    return documents, without, differed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--histories", default="")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("folder", nargs="*")
    chosen = parser.parse_args()
    if chosen.folder:
        documents, without, told = compare(*chosen.folder)
        print("\n".join(told + [f"{documents} documents compared, {without} left out"]))
        return 1 if told else 0
    wanted = runs("seed", chosen.seeds, chosen.days) + runs("histories", chosen.histories, chosen.count)
    documents, without, differed = compare_all(wanted, chosen.jobs)
    print(f"{len(wanted)} runs, {documents} documents compared, {without} left out, {differed} runs with differences")
    for name, why in world.SWITCHES.items():
        print(f"not compared: {name}: {why}")
    return 1 if differed else 0


if __name__ == "__main__":
    sys.exit(main())
