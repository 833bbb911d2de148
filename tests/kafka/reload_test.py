#!/usr/bin/python3
"""SIGHUP: all is checked before anything changes; tables are swapped and every report is judged again by them.  Prints TAP."""
import os
import shutil
import signal

import documents
import feeds
from broker import ROOT
from runner import Place, run_all, tests_of
from desk import equal, holds

TABLES = os.path.join(ROOT, "config", "tables")


def with_tables(place):
    folder = place.path("tables")
    shutil.copytree(TABLES, folder)
    return folder


def edit(folder, old, new):
    path = os.path.join(folder, "stages.csv")
    with open(path, encoding="utf-8") as file:
        before = file.read()
    holds(old in before, f"{old} is not in stages.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write(before.replace(old, new))


def published(place, messages):
    """A run that has said what it has to say of `messages`, with tables of its own."""
    run = place.run(tables=place.path("tables")).ready()
    place.produce(messages)
    return run, place.agree(messages, run=run)


def other_tables_are_swapped_in_and_every_report_is_judged_by_them(kafka):
    with Place(kafka) as place:
        folder = with_tables(place)
        messages, _ = feeds.simulated(41, documents.now(), 300)
        run, alerts = published(place, messages)
        edit(folder, "other,12h,20h,23h,24h", "other,1h,2h,3h,24h")
        edit(folder, "violence,12h,20h,23h,24h", "violence,1h,2h,3h,24h")
        run.send(signal.SIGHUP)
        run.wait_for("reloaded")
        run.wait_for("ready", 2)
        before = len(alerts.messages)
        alerts = place.agree(messages, alerts=alerts, run=run, tables=folder)
        holds(len(alerts.messages) > before, "other stages changed no document")
        equal((alerts.twice(), alerts.gaps()[:3]), (0, []), "versions")
        equal(run.stop(), 0, run.text()[-500:])


def a_broken_table_changes_nothing_and_is_named(kafka):
    with Place(kafka) as place:
        folder = with_tables(place)
        messages, _ = feeds.simulated(42, documents.now(), 100)
        run, alerts = published(place, messages)
        before = len(alerts.messages)
        edit(folder, "rape,4h,12h,20h,24h", "rape,4h,12h,20h,25h")
        run.send(signal.SIGHUP)
        run.wait_for("reload_refused")
        complaint = [event for event in run.events("configuration") if "stages.csv:" in event.about.get("where", "")]
        holds(complaint, run.text()[-900:])
        more, _ = feeds.simulated(43, documents.now(), 100, forces=("zfa",))
        place.produce(more)
        alerts = place.agree(messages + more, alerts=alerts, run=run)
        equal(len(run.events("ready")), 1, "the session went on")
        holds(len(alerts.messages) > before, "nothing more was published")
        equal(run.stop(), 0, run.text()[-500:])


def a_broken_configuration_changes_nothing_and_is_named(kafka):
    with Place(kafka) as place:
        run = place.run().ready()
        with open(place.path("a.yaml"), "a", encoding="utf-8") as file:
            file.write("memori: 1G\n")
        run.send(signal.SIGHUP)
        run.wait_for("reload_refused")
        holds('did you mean "memory"' in run.text() or "did you mean memory" in run.text(), run.text()[-900:])
        equal(run.stop(), 0, run.text()[-500:])


def what_only_a_restart_changes_is_said_and_the_rest_is_done(kafka):
    with Place(kafka) as place:
        run = place.run(memory="256M").ready()
        with open(place.path("a.yaml"), encoding="utf-8") as file:
            text = file.read()
        with open(place.path("a.yaml"), "w", encoding="utf-8") as file:
            file.write(text.replace("memory: 256M", "memory: 300M").replace("level: debug", "level: warning"))
        run.send(signal.SIGHUP)
        partly = run.wait_for("reload_partly")
        holds("memory" in partly.words and "log.level" not in partly.words, partly.words)
        run.wait_for("reloaded")
        equal(run.stop(), 0, run.text()[-500:])
        equal(run.events("stopped"), [], "a notice although the level is warning")


if __name__ == "__main__":
    run_all(tests_of(dict(globals())))
