#!/usr/bin/env python3
"""`cdiwatch demo`: the daemon against the truth of a simulated story, and that nothing of it stays behind."""
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(__file__))
from desk import PROGRAM, equal, holds, run_all

LIMIT = 240             # seconds: far beyond what a noisy machine needs
FIRST_PORT = 8080
STAGES = ["notice", "warning", "urgent", "breach"]


def start(desk, *words, place="tmp"):
    """The demo, its temporary files in a folder of this test's own."""
    folder = desk.path(place)
    os.makedirs(folder, exist_ok=True)
    environment = dict(os.environ, TMPDIR=folder)
    return folder, subprocess.Popen([PROGRAM, "demo", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def gone(pid):
    deadline = time.monotonic() + LIMIT
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
        time.sleep(0.05)
    return not os.path.exists(f"/proc/{pid}")


def wait_for_folder(folder):
    """Until the configuration is written; its daemon is there by then."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        for name in os.listdir(folder):
            if os.path.exists(os.path.join(folder, name, "cdiwatch.yaml")):
                return
        time.sleep(0.02)
    raise AssertionError("the demo does not begin")


def page_of(process):
    """Its address is the first thing that the demo says."""
    line = process.stderr.readline()
    match = re.fullmatch(r"the page: (http://127\.0\.0\.1:(\d+)/)\n", line)
    holds(match, line + ("" if match else process.stderr.read()))
    return match[1], int(match[2])


def lives(page):
    """Whoever asks before the daemon is there waits, and is answered."""
    with urllib.request.urlopen(page + "livez", timeout=LIMIT) as answer:
        equal((answer.status, answer.read()), (200, b"live\n"))


def shows_an_alert(page):
    """The list; 503 as long as the daemon has not read what there was."""
    try:
        with urllib.request.urlopen(page, timeout=LIMIT) as answer:
            equal(answer.status, 200)
            return 'href="/alerts/' in answer.read().decode()
    except urllib.error.HTTPError as refused:
        equal(refused.code, 503, refused.read())
        return False


def agrees(process, folder):
    out, said = process.communicate(timeout=LIMIT)
    rows = {match[1]: [int(word) for word in match[2].split()] for match in re.finditer(r"^(\w+) +((?:\d+ *){4})$", out, re.M)}
    equal((process.returncode, list(rows), os.listdir(folder)), (0, STAGES, []), out + said)
    for stage, (due, raised, missed, false) in rows.items():
        equal((raised, missed, false), (due, 0, 0), f"{stage}\n{out}{said}")
    holds(rows["breach"][0] >= 10, out)
    holds(rows["notice"][0] > rows["warning"][0] > rows["urgent"][0] >= rows["breach"][0], out)
    further = re.search(r"(\d+) of them more later to an officer", out)
    holds(further and int(further[1]) > 0 and "the lexicon does not understand" in out, out)


def three_stories_at_once_each_show_their_page_and_find_what_is_true(desk):
    """As people are told to try it, but at the same time; each takes the next port."""
    played = [start(desk, "--for", "60s", "--seed", str(seed), place=f"tmp{seed}") for seed in (1, 2, 3)]
    pages = [page_of(process) for _, process in played]
    equal(len({port for _, port in pages}), 3, pages)
    for (page, _), (_, process) in zip(pages, played):
        while not shows_an_alert(page):
            holds(process.poll() is None, "it has ended, and its page never showed an alert")
            time.sleep(0.2)
    for folder, process in played:
        agrees(process, folder)


def a_port_that_is_taken_is_left_to_whoever_has_it(desk):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)     # as the daemon does: connections of another demo linger
        try:
            taken.bind(("127.0.0.1", FIRST_PORT))
            taken.listen()
        except OSError:                         # somebody else has it, which is as good
            pass
        _, process = start(desk)
        page, port = page_of(process)
        holds(port > FIRST_PORT, page)
        lives(page)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        equal(process.returncode, 0)


def an_interrupt_ends_it_and_nothing_stays_behind(desk):
    for words, status, how in ((["--speed", "100"], 0, signal.SIGINT), (["--for", "1h"], 130, signal.SIGINT),
                               (["--speed", "100"], 0, signal.SIGHUP)):           # its terminal is closed
        folder, process = start(desk, *words)
        wait_for_folder(folder)
        daemons = children(process.pid)
        equal(len(daemons), 1)
        page_of(process)
        holds("kcat -b 127.0.0.1:" in process.stderr.readline(), words)
        process.send_signal(how)
        out, said = process.communicate(timeout=LIMIT)
        equal((process.returncode, out, os.listdir(folder)), (status, "", []), said)
        holds(not os.path.exists(f"/proc/{daemons[0]}"), "the daemon outlived the demo")


def a_daemon_that_dies_is_said(desk):
    folder, process = start(desk)
    wait_for_folder(folder)
    page_of(process)
    holds("kcat -b" in process.stderr.readline(), "")
    os.kill(children(process.pid)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=LIMIT)
    equal((process.returncode, os.listdir(folder)), (69, []), said)
    holds("the daemon of the demo has ended" in said, said)


def nobody_outlives_a_demo_that_is_killed(desk):
    folder, process = start(desk)
    wait_for_folder(folder)
    page_of(process)
    daemon = children(process.pid)[0]
    process.kill()
    process.communicate(timeout=LIMIT)
    holds(gone(daemon), "the daemon outlived the demo")


def what_cannot_be_played_is_refused(desk):
    for words in (["--for", "60"], ["--for", "0s"], ["--for", "soon"], ["--for", "5d"], ["--speed", "0"], ["--speed", "3601"], ["--seed", "x"]):
        result = desk.run("demo", *words)
        equal((result.returncode, result.stdout), (64, b""), words)
        holds(words[0].encode() in result.stderr, result.stderr)


run_all([three_stories_at_once_each_show_their_page_and_find_what_is_true, a_port_that_is_taken_is_left_to_whoever_has_it,
         an_interrupt_ends_it_and_nothing_stays_behind, a_daemon_that_dies_is_said, nobody_outlives_a_demo_that_is_killed,
         what_cannot_be_played_is_refused])
