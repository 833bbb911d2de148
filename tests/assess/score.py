#!/usr/bin/env python3
"""Scores what `cdiwatch assess` says of the labelled logs against their labels, as the README beside them says.

    score.py                                   runs build/cdiwatch over both sets under $SHARED/data/logs and over
                                               blind.jsonl (written apart from the lexicon), and prints TAP
    score.py LABELLED.jsonl ASSESSED.jsonl     scores one file of assessments

A log counts as a crime if its label says so.  Logs that end without a new crime because of what is known or decided later
(NEG, CRI, N100, PART_OF_CRIME, ADD_TO_EXISTING) are left out of precision and recall and counted apart.
"""
import json
import os
import subprocess
import sys

LATER = {"NEG", "CRI", "N100", "PART_OF_CRIME", "ADD_TO_EXISTING"}
AT_LEAST = 0.80


class Tally:
    """Precision and recall over things said and things true."""

    def __init__(self):
        self.right = self.said = self.true = 0

    def add(self, said, true):
        self.right += len(said & true)
        self.said += len(said)
        self.true += len(true)

    def precision(self):
        return self.right / self.said if self.said else 0.0

    def recall(self):
        return self.right / self.true if self.true else 0.0

    def __str__(self):
        return f"precision {self.precision():.3f}  recall {self.recall():.3f}  ({self.right} right, {self.said} said, {self.true} true)"


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def families():
    """class -> family, from the product's own table (ruling R4)."""
    import csv
    with open("config/tables/offences.csv", encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(row for row in file if not row.startswith("#"))
        return {row["class"]: row["family"] for row in rows}


def score(logs, assessed, family):
    said = {(log["force"], log["incident"]): log["reports"] for log in assessed}
    result = {name: Tally() for name in ("disclosed", "category", "class", "family")}
    due_right = due_counted = later = later_likely = 0
    for log in logs:
        label, reports = log["label"], said.get((log["force"], log["incident"]), [])
        likely = [item for report in reports for item in report["likely"]]
        if label["disposition"] in LATER:
            later += 1
            later_likely += bool(likely)
            continue
        true = label["likely"] if label["crime"] else []
        result["disclosed"].add({1} if likely else set(), {1} if label["crime"] else set())
        result["category"].add({item["category"] for item in likely}, {item["category"] for item in true})
        result["class"].add({item["class"] for item in likely}, {item["class"] for item in true})
        result["family"].add({family.get(item["class"]) for item in likely}, {family.get(item["class"]) for item in true})
        if label["crime"]:
            due_counted += 1
            due_right += sum(report["due"] for report in reports) == label["expected_count"]
    return result, (due_right, due_counted), (later_likely, later)


def show(name, scored):
    result, (due_right, due_counted), (later_likely, later) = scored
    print(f"# {name}")
    for key, tally in result.items():
        print(f"#   {key:10} {tally}")
    print(f"#   number due right in {due_right} of {due_counted} logs that disclose a crime ({due_right / max(due_counted, 1):.3f})")
    print(f"#   apart: {later_likely} of {later} logs that end without a new crime for later reasons are likely at first")


def assess(path):
    done = subprocess.run(["build/cdiwatch", "assess", "--source", "cdiwatch", path], capture_output=True, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    if len(sys.argv) == 3:
        show(sys.argv[1], score(lines(sys.argv[1]), lines(sys.argv[2]), families()))
        return 0
    folder = os.path.join(os.environ.get("SHARED", "../shared"), "data", "logs")
    failed = False
    for number, path in enumerate((os.path.join(folder, "labelled_logs.jsonl"), os.path.join(folder, "labelled_logs_2.jsonl"),
                                   "tests/assess/blind.jsonl"), 1):
        name = os.path.basename(path)
        if not os.path.exists(path) or not os.path.exists("build/cdiwatch"):
            print(f"ok {number} - {name} # SKIP the labelled logs or build/cdiwatch are not here")
            continue
        scored = score(lines(path), assess(path), families())
        show(name, scored)
        disclosed = scored[0]["disclosed"]
        good = min(disclosed.precision(), disclosed.recall()) >= AT_LEAST
        failed = failed or not good
        print(f"{'ok' if good else 'not ok'} {number} - precision and recall of a crime disclosed in {name} are at least {AT_LEAST}")
    print("1..3")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
