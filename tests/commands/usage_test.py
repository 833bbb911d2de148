#!/usr/bin/env python3
"""What is said of wrong command lines, and by --help: exit codes and words."""
import fcntl
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from desk import equal, holds, run_all

USAGE = [   # words, what stderr must hold
    ([], "Usage: cdiwatch COMMAND"),
    (["replai"], "did you mean cdiwatch replay?"),
    (["xyzzy"], "cdiwatch --help"),
    (["replay"], "--incidents FILE is missing"),
    (["replay", "--incidents", "@empty"], "--crimes FILE is missing"),
    (["replay", "--incident", "@empty"], "did you mean --incidents?"),
    (["replay", "--frobnicate"], "unknown option --frobnicate"),
    (["replay", "-x"], "unknown option -x"),
    (["replay", "--incidents"], "--incidents needs a value"),
    (["replay", "--incidents", "--crimes", "@empty"], "--incidents needs a value"),
    (["replay", "--all=yes", "--incidents", "@empty", "--crimes", "@empty"], "--all takes no value"),
    (["replay", "--all", "--changes", "--incidents", "@empty", "--crimes", "@empty"], "exclude each other"),
    (["replay", "--until", "tomorrow", "--incidents", "@empty", "--crimes", "@empty"], "is not a time"),
    (["replay", "--until", "2026-02-30", "--incidents", "@empty", "--crimes", "@empty"], "is not a time"),
    (["replay", "--out", "a", "--out", "b", "--incidents", "@empty", "--crimes", "@empty"], "--out is given twice"),
    (["replay", "stray", "--incidents", "@empty", "--crimes", "@empty"], "'stray' is not expected here"),
    (["replay", "--incidents", "@nowhere", "--crimes", "@empty"], "nowhere: cannot open"),
    (["replay", "--incidents", "@", "--crimes", "@empty"], "is a folder"),
    (["assess"], "FILE is missing"),
    (["assess", "@nowhere"], "nowhere: cannot open"),
    (["explain"], "ALERT is missing"),
    (["explain", "D-1", "--from", "@empty", "--view", "@nowhere"], "exclude each other"),
    (["explain", "D-1", "--at", "8080"], "--at should be an address and a port"),
    (["explain", "D-1", "--from", "@empty", "--as-of", "noon"], "'noon' is not a time"),
    (["explain", "D-1", "D-2", "--from", "@empty"], "'D-2' is not expected here"),
    (["explain", "D-1", "--from", "@empty"], "no alert in"),
    (["explain", "D-1", "--from", "@nowhere"], "nowhere: cannot open"),
    (["show"], "ALERT is missing"),
    (["show", "D-1", "--view", "@nowhere"], "there is no view at"),
    (["show", "D-1", "--at", "127.0.0.1:1", "--view", "@nowhere"], "exclude each other"),
    (["list", "D-1"], "'D-1' is not expected here"),
    (["list", "--stage", "urgent,late"], "'late' is none of: none, notice, warning, urgent, breach"),
    (["list", "--state", ""], "'' is none of: open,"),
    (["list", "--risk", "RAPE"], "'RAPE' is none of: rape,"),
    (["list", "--all", "--state", "open"], "--all and --state exclude each other"),
    (["list", "--limit", "0"], "--limit is a number from 1 to 100000"),
    (["list", "--view", "@nowhere"], "there is no view at"),
    (["list", "--at", "off"], "--at should be an address and a port"),
    (["help", "reply"], "did you mean cdiwatch replay?"),
    (["run"], "--config FILE is missing"),
    (["topics"], "--config FILE is missing"),
    (["topics", "-c", "@empty"], "say --create or --check"),
    (["topics", "-c", "@empty", "--create", "--check"], "exclude each other"),
    (["rekey", "-c", "@empty", "--feed", "crimes"], "--from TOPIC is missing"),
    (["rekey", "-c", "@empty", "--from", "raw", "--feed", "crime"], "--feed is incidents, crimes or actions"),
    (["deadletters", "-c", "@empty"], "list|show|replay is missing"),
    (["deadletters", "lists", "-c", "@empty"], "list, show or replay"),
    (["broker", "--port", "many"], "--port is a number from 0 to 65535"),
    (["demo", "--for", "soon"], "--for is a span such as 60s"),
]
COMMANDS = ["run", "status", "check", "topics", "deadletters", "rekey", "list", "show", "explain", "replay", "assess", "demo", "broker", "help"]


def wrong_command_lines_exit_with_64_and_say_what_is_wrong(desk):
    for words, wanted in USAGE:
        result = desk.run(*words)
        holds(wanted in result.stderr.decode(), f"{words}: {wanted!r} not in {result.stderr.decode()!r}")
        equal(result.returncode, 64, words)
        equal(result.stdout, b"", words)


def help_goes_to_stdout_and_names_every_option(desk):
    equal(desk.run("--help").returncode, 0)
    for command in COMMANDS:
        holds(command in desk.run("--help").stdout.decode(), command)
        result = desk.run(command, "--help")
        equal((result.returncode, result.stderr), (0, b""), command)
        equal(desk.run("help", command).stdout, result.stdout, command)
    text = desk.run("replay", "--help").stdout.decode()
    for option in ["--source", "--incidents FILE...", "--crimes", "--actions", "--until TIME", "--all", "--changes", "--out", "--key"]:
        holds(option in text, option)


def help_fits_the_width(desk):
    for width in (40, 72, 110):
        for command in COMMANDS:
            lines = desk.run(command, "--help", env={"COLUMNS": str(width)}).stdout.decode().split("Examples")[0].splitlines()
            lines = [line for line in lines if not line.startswith("Usage")]
            holds(max(map(len, lines)) <= width, f"{command} at {width}")


def help_is_asked_for_anywhere_on_the_line(desk):
    equal(desk.run("replay", "--incidents", "x", "--help").returncode, 0)
    equal(desk.run("replay", "-h").returncode, 0)


def an_option_and_its_value_may_be_one_word(desk):
    result = desk.run("replay", "--incidents=" + desk.path("empty"), "--crimes=" + desk.path("empty"))
    equal(result.returncode, 0, result.stderr)


def the_manual_is_right_mdoc(desk):
    page = desk.run("help", "--man").stdout
    holds(page.startswith(b".Dd "), "no page")
    for command in COMMANDS:
        holds(b".Ss cdiwatch " + command.encode() in page, command)
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning"], input=page, stdout=subprocess.PIPE, check=False)
        equal(lint.stdout, b"")


def the_version_is_one_line(desk):
    result = desk.run("--version")
    equal((result.returncode, result.stdout.count(b"\n")), (0, 1))
    holds(result.stdout.startswith(b"cdiwatch "), result.stdout)


def what_cannot_be_printed_is_an_error(desk):
    with open("/dev/full", "wb") as full:
        result = desk.run("--help", stdout=full)
    equal(result.returncode, 74)
    holds(b"cannot write" in result.stderr, result.stderr)


def a_closed_stdout_is_an_error_and_no_file_is_written_over(desk):
    result = desk.run("--version", stdout=None, preexec_fn=lambda: os.close(1))
    equal(result.returncode, 74)
    victim = desk.file("out.ndjson", "precious")
    desk.run("replay", "--incidents", "@incidents.ndjson", "--crimes", victim, stdout=None, preexec_fn=lambda: os.close(1))
    equal(open(victim).read(), "precious")


def a_pipe_that_nobody_reads_is_an_exit_code_without_words_and_no_signal(desk):
    reader, writer = os.pipe()
    os.close(reader)
    result = desk.run("help", "--man", stdout=writer)
    os.close(writer)
    equal((result.returncode, result.stderr), (74, b""))


def a_reader_that_goes_halfway_is_not_told_of_it(desk):
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)       # less than is printed: the program is in the middle of it
    head = subprocess.Popen(["head", "-1"], stdin=reader, stdout=subprocess.DEVNULL)
    os.close(reader)
    result = desk.run("help", "--man", stdout=writer)
    os.close(writer)
    head.wait()
    equal((result.returncode, result.stderr), (74, b""))


run_all([value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == "__main__"])
