#!/usr/bin/env python3
"""`cdiwatch check`: what is loaded, and every mistake at its place."""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(__file__))
from desk import TABLE, equal, holds, run_all


def tables(desk):
    folder = desk.path("tables")
    shutil.copytree("config/tables", folder)
    return folder


def what_is_built_in_is_right_and_listed(desk):
    result = desk.run("check", "--offline")
    equal((result.returncode, result.stderr), (0, b""))
    text = result.stdout.decode()
    for name in ("tables (built in)", "source cdiwatch", "source storm", "source controlworks", "source niche", "source connect"):
        holds(name in text, name)


def a_folder_of_tables_is_looked_at_as_excel_saves_it(desk):
    folder = tables(desk)
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        data = open(path, "rb").read()
        with open(path, "wb") as out:
            out.write(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    result = desk.run("check", "--tables", folder)
    equal((result.returncode, result.stderr), (0, b""))


def every_mistake_is_said_with_file_and_line(desk):
    folder = tables(desk)
    lines = open(os.path.join(folder, "offences.csv"), encoding="utf-8").read().splitlines()
    header = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    cells = lines[header + 1].split(",")
    lines[header + 1] = ",".join(["1"] + ["zq"] * (len(cells) - 1))
    with open(os.path.join(folder, "offences.csv"), "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    os.remove(os.path.join(folder, "stages.csv"))
    result = desk.run("check", "--tables", folder, "--source", TABLE)
    talk = result.stderr.decode()
    equal(result.returncode, 78, talk)
    holds(f"offences.csv:{header + 2}" in talk and "stages.csv" in talk and "problems" in talk, talk)
    holds("source " + TABLE in result.stdout.decode(), "the source table was looked at all the same")


def every_source_table_named_is_looked_at(desk):
    desk.file("one.yaml", "name: one\nfeeds:\n  incidents:\n    feilds: {}\n")
    desk.file("two.yaml", "name: two\nname: two\nfeeds: {}\n")
    result = desk.run("check", "--source", "@one.yaml", "@two.yaml", "storm")
    talk = result.stderr.decode()
    equal(result.returncode, 78, talk)
    holds("one.yaml:4" in talk and "did you mean" in talk and "two.yaml:2" in talk, talk)
    holds(b"source storm" in result.stdout, result.stdout)


run_all([value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == "__main__"
         and name != "tables"])
