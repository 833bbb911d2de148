#!/usr/bin/env python3
"""The unit: what systemd itself says of it, and that what it names is there after `make install`."""
import ipaddress
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from desk import equal, holds, run_all

UNIT = "systemd/cdiwatch.service"
EXPOSURE_MOST = 15      # tenths
BROKERS = ["10.1.2.3", "172.20.0.9", "192.168.7.7", "127.0.0.1"]


def call(*words):
    """Without what a make around this test would pass on to a make within it."""
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, timeout=600, text=True)


def install(desk, *words):
    result = call("make", "--no-print-directory", "BUILD=" + os.environ.get("BUILD", "build"), "install", *words)
    equal(result.returncode, 0, result.stdout[-2000:])


def settings(path):
    """name: values, in the order of the unit; an empty value is one."""
    found = {}
    with open(path) as lines:
        for line in lines:
            name, sign, value = line.rstrip("\n").partition("=")
            if sign and not line.startswith("#"):
                found.setdefault(name, []).append(value)
    return found


def analyzed(*words):
    return call("systemd-analyze", "--no-pager", *words)


def systemd_finds_nothing_wrong_with_what_is_installed(desk):
    install(desk, "PREFIX=" + desk.path("usr"), "SYSCONFDIR=" + desk.path("etc"))
    unit = desk.path("usr/lib/systemd/system/cdiwatch.service")
    result = analyzed("verify", "--man=no", "--recursive-errors=no", unit)
    equal((result.returncode, result.stdout), (0, ""))
    with open(unit, "a") as more:
        more.write("\n[Service]\nTyp=notify\n")
    holds("Typ" in analyzed("verify", "--man=no", "--recursive-errors=no", unit).stdout, "verify overlooks an unknown key")


def it_is_exposed_no_more_than_promised(desk):
    result = analyzed("security", "--offline=true", f"--threshold={EXPOSURE_MOST}", UNIT)
    said = re.search(r"Overall exposure level for cdiwatch.service: ([0-9.]+)", result.stdout)
    holds(said, result.stdout[-500:])
    print(f"# figure systemd exposure {said[1]}, at most {EXPOSURE_MOST / 10}")
    equal(result.returncode, 0, said[0])
    held = json.loads(analyzed("security", "--offline=true", "--json=short", UNIT).stdout)
    open_rows = [(row["name"], float(row["exposure"])) for row in held if row["exposure"]]
    print("# what is left: " + ", ".join(f"{name} {exposure}" for name, exposure in open_rows))
    equal([name for name, exposure in open_rows if exposure > 0.3], ["PrivateNetwork="], "it needs the network and nothing else")


def all_that_the_unit_names_is_put_in_place(desk):
    install(desk, "DESTDIR=" + desk.path("stage"), "PREFIX=/opt/cdi", "SYSCONFDIR=/opt/etc")
    unit = settings(desk.path("stage/opt/cdi/lib/systemd/system/cdiwatch.service"))
    program, command, option, configuration = unit["ExecStart"][0].split()
    equal((program, command, option, configuration), ("/opt/cdi/bin/cdiwatch", "run", "-c", "/opt/etc/cdiwatch/cdiwatch.yaml"))
    holds(os.access(desk.path("stage" + program), os.X_OK), program)
    holds(os.path.isdir(desk.path("stage" + os.path.dirname(configuration))), configuration)
    with open(desk.path("stage/opt/cdi/lib/systemd/system/cdiwatch.service")) as text:
        holds("/usr/local/" not in text.read(), "another prefix is left in it")


def the_program_of_the_unit_runs(desk):
    install(desk, "PREFIX=" + desk.path("usr"), "SYSCONFDIR=" + desk.path("etc"))
    program = settings(desk.path("usr/lib/systemd/system/cdiwatch.service"))["ExecStart"][0].split()[0]
    holds(call(program, "--version").stdout.startswith("cdiwatch "), program)


def a_configuration_that_is_there_is_kept(desk):
    os.makedirs(desk.path("stage/etc/cdiwatch"))
    mine = desk.file("stage/etc/cdiwatch/cdiwatch.yaml", "mine: yes\n")
    install(desk, "DESTDIR=" + desk.path("stage"))
    with open(mine) as text:
        equal(text.read(), "mine: yes\n")


def sysusers_makes_the_user_that_it_runs_as(desk):
    install(desk, "DESTDIR=" + desk.path("stage"))
    os.makedirs(desk.path("stage/etc"), exist_ok=True)
    said = call("systemd-sysusers", "--root=" + desk.path("stage"), "--dry-run").stdout
    user, group = settings(UNIT)["User"][0], settings(UNIT)["Group"][0]
    holds(f"Creating user '{user}'" in said and f"Creating group '{group}'" in said, said)


def a_stop_has_more_time_than_the_daemon_takes_and_wrong_input_is_not_tried_again(desk):
    unit = settings(UNIT)
    equal((unit["Type"], unit["NotifyAccess"], unit["KillSignal"]), (["notify"], ["main"], ["SIGTERM"]))
    holds(int(unit["TimeoutStopSec"][0]) > 10, "run may take 10 s")
    holds(int(unit["WatchdogSec"][0]) >= 10, "a pause of the machine is no hang")
    exits = dict(re.findall(r"CDI_EXIT_([A-Z]+) = ([0-9]+)", open("daemon/commands/arguments.h").read()))
    fatal = [exits[name] for name in ("USAGE", "DATA", "RIGHTS", "CONFIGURATION")]
    equal(unit["RestartPreventExitStatus"][0].split(), fatal)
    holds(exits["BROKER"] not in fatal, "a broker that is away comes back")


def brokers_on_private_networks_can_be_reached_as_it_is_installed(desk):
    unit = settings(UNIT)
    equal(unit["IPAddressDeny"], ["any"])
    words = " ".join(unit["IPAddressAllow"]).replace("localhost", "127.0.0.0/8 ::1/128").split()
    networks = [ipaddress.ip_network(word) for word in words]
    for broker in BROKERS:
        holds(any(ipaddress.ip_address(broker) in network for network in networks), broker)
    holds(not any(network.is_global for network in networks), "the world is not private")
    for family in ("AF_INET", "AF_INET6", "AF_UNIX"):
        holds(family in unit["RestrictAddressFamilies"][0].split(), family)


run_all([
    systemd_finds_nothing_wrong_with_what_is_installed,
    it_is_exposed_no_more_than_promised,
    all_that_the_unit_names_is_put_in_place,
    the_program_of_the_unit_runs,
    a_configuration_that_is_there_is_kept,
    sysusers_makes_the_user_that_it_runs_as,
    a_stop_has_more_time_than_the_daemon_takes_and_wrong_input_is_not_tried_again,
    brokers_on_private_networks_can_be_reached_as_it_is_installed,
])
