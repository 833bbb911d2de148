#!/usr/bin/env python3
"""`cdiwatch status` and the daemon's HTTP side without a broker: not live with the reason, not running, wrong addresses."""
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from desk import PROGRAM, equal, holds, run_all
from ports import free_ports

LIMIT = 120


def asked(desk, *words):
    return desk.run("status", *words, text=True)


class Daemon:
    """Runs without ever meeting its broker."""

    def __init__(self, desk, listen="127.0.0.1:0", view="view.sqlite"):
        with open(desk.path("key"), "w") as key:
            key.write("k" * 32)
        os.chmod(desk.path("key"), 0o600)
        with open(desk.path("c.yaml"), "w") as config:
            config.write(f"kafka: {{bootstrap.servers: 127.0.0.1:{free_ports(1)[0]}}}\nkey: {{file: key}}\nhttp: {{listen: '{listen}'}}\nview: {{file: {view}}}\n")
        self.log = desk.path("log")
        with open(self.log, "w") as out:
            self.process = subprocess.Popen([PROGRAM, "run", "-c", desk.path("c.yaml")], stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def text(self):
        with open(self.log) as log:
            return log.read()

    def wait_for(self, words):
        end = time.monotonic() + LIMIT
        while words not in self.text():
            holds(self.process.poll() is None and time.monotonic() < end, f"{words} is not in the log: {self.text()}")
            time.sleep(0.02)

    def address(self):
        self.wait_for("http_listening")
        return next(line for line in self.text().splitlines() if "http_listening" in line).rsplit("http://", 1)[1]


def without_a_broker_it_is_not_live_and_says_why(desk):
    with Daemon(desk) as daemon:
        address = daemon.address()
        result = asked(desk, "--at", address)
        equal(result.returncode, 1, result.stderr)
        holds(": not live\nno_session: " in result.stdout and "\nview: not level" in result.stdout, result.stdout)
        result = asked(desk, "--at", address, "--json")
        status = json.loads(result.stdout)
        equal((result.returncode, status["ready"], status["live"], status["reasons"][0]["why"], status["shards"]), (1, False, True, "no_session", []))


def where_nobody_is_it_is_not_running(desk):
    result = asked(desk, "--at", f"127.0.0.1:{free_ports(1)[0]}")
    equal((result.returncode, result.stdout), (3, ""))
    holds("nobody answers on 127.0.0.1:" in result.stderr and "--at" in result.stderr, result.stderr)


def what_is_no_cdiwatch_is_not_running_either(desk):
    answers = [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
               b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{\"version\":1,\"ready\":0}"[:-1], b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
               b"HTTP/1.1 200 OK\r\n\r\n{\"version\":\"1\"}"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            for answer in answers:
                with server.accept()[0] as one:
                    one.recv(4096)
                    one.sendall(answer)
        thread = threading.Thread(target=serve)
        thread.start()
        for answer in answers:
            result = asked(desk, "--at", f"127.0.0.1:{server.getsockname()[1]}")
            equal((result.returncode, result.stdout), (3, ""), answer)
            holds("does not answer as cdiwatch does" in result.stderr, result.stderr)
        thread.join()


def a_wrong_address_is_said(desk):
    for wrong in ("8080", "localhost:8080", "127.0.0.1:99999", "off", ""):
        result = asked(desk, "--at", wrong)
        equal(result.returncode, 64, wrong)
        holds("--at" in result.stderr, result.stderr)


def a_port_that_is_taken_ends_the_start_and_says_what_to_do(desk):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with Daemon(desk, f"127.0.0.1:{taken.getsockname()[1]}") as daemon:
            equal(daemon.process.wait(timeout=LIMIT), 78, daemon.text())
            holds("http_failed" in daemon.text() and "http.listen" in daemon.text(), daemon.text())


def a_view_that_cannot_be_where_it_was_told_ends_the_start_and_says_what_to_do(desk):
    with Daemon(desk, view="nowhere/view.sqlite") as daemon:
        equal(daemon.process.wait(timeout=LIMIT), 78, daemon.text())
        holds("view_failed" in daemon.text() and "view.file" in daemon.text() and "nowhere" in daemon.text(), daemon.text())


def two_daemons_never_write_one_view(desk):
    with Daemon(desk) as first:
        first.wait_for("view_made")
        with Daemon(desk) as second:
            equal(second.process.wait(timeout=LIMIT), 78, second.text())
            for words in ("view_failed", desk.path("view.sqlite"), f"process {first.process.pid}", "each instance has its own"):
                holds(words in second.text(), second.text())
        holds(first.process.poll() is None, first.text())
        equal(os.stat(desk.path("view.sqlite")).st_mode & 0o777, 0o600)


def without_a_view_it_says_so(desk):
    with Daemon(desk, view="off") as daemon:
        result = asked(desk, "--at", daemon.address())
        holds("\nview: none\n" in result.stdout, result.stdout)
        status = json.loads(asked(desk, "--at", daemon.address(), "--json").stdout)
        equal(status["view"], None)


def a_view_without_a_broker_waits_and_ends_in_time(desk):
    with Daemon(desk) as daemon:
        daemon.wait_for("view_waits")
        status = json.loads(asked(desk, "--at", daemon.address(), "--json").stdout)
        equal((status["view"]["level"], status["view"]["problem"]["code"]), (False, "broker"))
        daemon.process.send_signal(signal.SIGTERM)
        equal(daemon.process.wait(timeout=10), 0, daemon.text())
        holds("cut_short" not in daemon.text(), daemon.text())


def off_listens_nowhere(desk):
    with Daemon(desk, "off") as daemon:
        daemon.wait_for("starting")
        time.sleep(0.5)
        with open(f"/proc/{daemon.process.pid}/net/tcp") as table:
            inodes = {line.split()[9] for line in table if line.split()[3] == "0A"}
        mine = {os.readlink(f"/proc/{daemon.process.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{daemon.process.pid}/fd")}
        equal([name for name in mine if name.startswith("socket:") and name[8:-1] in inodes], [])
        holds("http_" not in daemon.text(), daemon.text())


run_all([without_a_broker_it_is_not_live_and_says_why, where_nobody_is_it_is_not_running, what_is_no_cdiwatch_is_not_running_either,
         a_wrong_address_is_said, a_port_that_is_taken_ends_the_start_and_says_what_to_do, off_listens_nowhere,
         a_view_that_cannot_be_where_it_was_told_ends_the_start_and_says_what_to_do, two_daemons_never_write_one_view,
         without_a_view_it_says_so, a_view_without_a_broker_waits_and_ends_in_time])
