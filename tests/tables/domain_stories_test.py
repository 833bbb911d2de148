#!/usr/bin/env python3
"""tests/scenarios/domain.md gives each paragraph of the domain a number, and each has its stories: D12-... is the twelfth's."""
import glob
import os
import re
import sys

from tap import report

PAGE = "tests/scenarios/domain.md"
DOMAIN = os.path.join(os.environ.get("SHARED", "../shared"), "DOMAIN.md")
LEAST = 80


def paragraphs():
    """By number, as the first line of a story cites it."""
    with open(PAGE, encoding="utf-8") as page:
        rows = re.findall(r"^\| D(\d\d) \| (.*?) \|", page.read(), re.M)
    return {int(number): paragraph for number, paragraph in rows}, len(rows)


def stories():
    """Number and first line of each."""
    for path in sorted(glob.glob("tests/scenarios/D*.scn")):
        with open(path, encoding="utf-8") as file:
            number = re.match(r"D(\d\d)-", os.path.basename(path))
            yield path, int(number[1]) if number else None, file.readline().strip()


def stories_cite_their_paragraph(cited, rows):
    wrong = [f"{PAGE}: two rows have one number"] if rows != len(cited) else []
    for path, number, line in stories():
        wanted = f"# DOMAIN.md {cited.get(number)}"
        if number not in cited:
            wrong.append(f"{path}: no row of {PAGE} has this number")
        elif not line.startswith(wanted) or line[len(wanted):len(wanted) + 1].isalnum():
            wrong.append(f"{path}: begins with {line[:80]!r}, and not with {wanted!r}")
    return wrong


def each_is_told(cited):
    told = [number for _, number, _ in stories()]
    wrong = [f"D{number:02}, {paragraph}: no story" for number, paragraph in cited.items() if number not in told]
    return wrong + ([f"{len(told)} stories, {LEAST} are wanted"] if len(told) < LEAST else [])


def what_the_domain_names():
    """Its rulings, the numbered paragraphs of the recording rule, and the reasons of its table."""
    with open(DOMAIN, encoding="utf-8") as file:
        text = file.read()
    rule = text.split("## The recording rule")[1].split("##")[0]
    ends = text.split("## What legitimately ends")[1].split("##")[0]
    named = re.findall(r"^- \*\*(R\d+)", text, re.M)
    named += [f"rule {number}" for number in re.findall(r"^(\d)\. ", rule, re.M)]
    for cell in re.findall(r"^\| ([A-Z][A-Z0-9_/, -]*[A-Z0-9])\b", ends, re.M):
        named += [f'"What legitimately ends a report", {reason.split("-01")[0]}' for reason in cell.split(", ")]
    return named


def the_domain_is_covered(cited):
    named = what_the_domain_names()
    wrong = [f"only {len(named)} paragraphs were understood"] if len(named) < 40 else []
    return wrong + [f"{paragraph} has no row" for paragraph in named if paragraph not in cited.values()]


def main():
    cited, rows = paragraphs()
    failed = report(1, "the first line of each story of the domain names its paragraph", stories_cite_their_paragraph(cited, rows))
    failed = report(2, f"each paragraph has a story, and there are at least {LEAST}", each_is_told(cited)) or failed
    if os.path.exists(DOMAIN):
        failed = report(3, "every ruling, every recording rule and every reason has a row", the_domain_is_covered(cited)) or failed
    else:
        print(f"ok 3 - every ruling, every recording rule and every reason has a row # SKIP {DOMAIN} is not here")
    print("1..3")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
