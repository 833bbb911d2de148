#!/usr/bin/env python3
"""`cdiwatch broker`: the embedded broker as kcat and the other commands meet it, and what it says that it is not."""
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from desk import PROGRAM, equal, holds, run_all
from ports import free_ports

TOPICS = ["incidents", "crimes", "actions", "alerts", "changelog", "lists", "deadletters", "audit", "probe"]
# A crime C1 of dpp, as a program that wrote state records of version 1 left it.
STATE = bytes.fromhex("4357010112466db672d174a431046470700343318040e8e2f5ba350a000300384e09fce0017265636f726465640300fce001053130354182fce0018000")
LIMIT = 120             # seconds: far beyond what a noisy machine needs


class Served:
    """The broker, from its first line to its end by SIGTERM."""

    def __init__(self, *words):
        self.process = subprocess.Popen([PROGRAM, "broker", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def end(self, by=signal.SIGTERM):
        self.process.send_signal(by)
        _, said = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, said

    def kcat(self, *words, data=None):
        return subprocess.run(["kcat", "-b", self.address, "-q", *words], input=data, stdout=subprocess.PIPE, check=True, timeout=LIMIT).stdout

    def config(self, desk, name, **more):
        key = desk.file("key32", "k" * 32)
        os.chmod(key, 0o600)
        lines = [f'kafka: {{bootstrap.servers: "{self.address}"}}', f"key: {{file: {key}}}", "topics: {replication: 1}",
                 f"view: {{file: {desk.path('view.sqlite')}}}"]
        return desk.file(name, "\n".join(lines + [f"{word}: {value}" for word, value in more.items()]) + "\n")


def it_listens_where_it_was_told_with_all_topics_made(desk):
    port = free_ports(1)[0]
    with Served("--port", str(port), "--partitions", "3") as served:
        equal(served.address, f"127.0.0.1:{port}")
        known = served.kcat("-L").decode()
        for name in TOPICS:
            partitions = 1 if name in ("lists", "audit", "probe") else 3
            holds(f'topic "cdi.{name}" with {partitions} partitions' in known, known)
        status, said = served.end()
        equal(status, 0)
        for word in ("NOT KAFKA", "nothing is kept", "nothing is aborted", "offsets are dropped"):
            holds(word in said, said)
    # At once again on the same port, whatever state the last one left it in.
    with Served("--port", str(port)) as served:
        equal((served.address, served.end(signal.SIGINT)[0]), (f"127.0.0.1:{port}", 0))


def what_kcat_writes_kcat_reads(desk):
    with Served("--port", "0") as served:
        served.kcat("-P", "-t", "cdi.incidents", "-k", "dpp", data=b"one\ntwo\n")
        equal(served.kcat("-C", "-t", "cdi.incidents", "-e", "-f", "%k=%s;"), b"dpp=one;dpp=two;")


def a_port_that_is_taken_is_said(desk):
    with Served("--port", "0") as served:
        port = served.address.split(":")[1]
        result = desk.run("broker", "--port", port)
        equal((result.returncode, result.stdout), (69, b""), result.stderr)
        holds(f"cannot listen on 127.0.0.1:{port}".encode() in result.stderr, result.stderr)


def a_number_that_is_none_is_refused(desk):
    for words in (["--port", "x"], ["--port", "65536"], ["--port", "1x"], ["--partitions", "0"], ["--partitions", "1025"]):
        result = desk.run("broker", *words)
        equal((result.returncode, result.stdout), (64, b""), words)
        holds(f"{words[0]} is a number from".encode() in result.stderr, result.stderr)


def the_other_commands_know_what_it_is(desk):
    with Served("--port", "0") as served:
        strict, easy = served.config(desk, "strict.yaml"), served.config(desk, "easy.yaml", allow_create_time="true")
        result = desk.run("check", "-c", strict)
        equal(result.returncode, 78)
        holds(b"embedded broker" in result.stderr and b"allow_create_time: true" in result.stderr, result.stderr)
        equal(desk.run("check", "-c", easy).returncode, 0)
        equal(desk.run("topics", "--create", "-c", easy).stdout.count(b": there already, "), 9)
        for name in TOPICS:         # nothing was written to find out about rights: here it would be seen by all
            equal(served.kcat("-C", "-t", f"cdi.{name}", "-e"), b"", name)


def dead_letters_and_rekey_work_on_it(desk):
    with Served("--port", "0") as served:
        config = served.config(desk, "easy.yaml", allow_create_time="true")
        served.kcat("-P", "-t", "raw", data=b'{"force":"dpp","incident":"L-1","event_at":"2026-11-04T21:14:05Z"}\nzq-junk\n')
        result = desk.run("rekey", "-c", config, "--from", "raw", "--feed", "incidents", "--until-end")
        equal(result.returncode, 65, result.stderr)
        equal(served.kcat("-C", "-t", "cdi.incidents", "-e", "-f", "%k"), b"dpp")
        listed = desk.run("deadletters", "list", "-c", config)
        equal(listed.returncode, 0, listed.stderr)
        holds(b"not_json" in listed.stdout and b"zq-junk" not in listed.stdout, listed.stdout)


def what_is_said_of_positions_is_true_of_it(desk):
    with Served("--port", "0") as served:
        served.kcat("-P", "-t", "cdi.changelog", "-p", "2", "-k", "dpp/crime/C1", desk.file("record", STATE))
        config = served.config(desk, "run.yaml", allow_create_time="true", http="{listen: off}", log="{level: info}")
        run, said = subprocess.Popen([PROGRAM, "run", "-c", config], stderr=subprocess.PIPE, text=True), [""]
        try:
            while " ready: " not in said[-1]:
                said.append(run.stderr.readline())
                holds(said[-1], "".join(said))
        finally:
            run.kill()
            run.communicate()
        text = "".join(said)
        equal((text.count("positions_not_kept: shard 2 "), text.count("positions_not_kept"), "positions_gone" in text), (1, 1, False), text)
        holds("shard=2: restored from 1 state records" in text, text)


run_all([it_listens_where_it_was_told_with_all_topics_made, what_kcat_writes_kcat_reads, a_port_that_is_taken_is_said,
         a_number_that_is_none_is_refused, the_other_commands_know_what_it_is, dead_letters_and_rekey_work_on_it,
         what_is_said_of_positions_is_true_of_it])
