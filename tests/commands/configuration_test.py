#!/usr/bin/env python3
"""`cdiwatch check -c FILE`, `help configuration`, and the sample: one table of options, said three ways."""
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(__file__))
from desk import equal, holds, run_all

SAMPLE = "config/cdiwatch.yaml"
CANARY = "zq-canary-9411"
LEAST = "kafka: {bootstrap.servers: 127.0.0.1:9}\nkey: {file: key}\nview: {file: view.sqlite}\n"
VIEW = "/var/lib/cdiwatch/view.sqlite"


def rows():
    """The names of options.def, sections first apart: (sections, options)."""
    text = open("daemon/edge/options.def", encoding="utf-8").read()
    return re.findall(r'^SECTION\("([^"]+)"', text, re.M), re.findall(r'^X\("([^"]+)"', text, re.M)


def sample_keys():
    """Every key of the sample, with dots, also those that are commented out; not those within kafka."""
    keys, section = set(), None
    for line in open(SAMPLE, encoding="utf-8"):
        found = re.match(r"^( *)(#?)([a-z_]+):( \S.*)?$", line)
        if not found:
            continue
        if found[1] == "":
            section = found[3] if found[4] is None else None
            keys.add(found[3])
        elif section != "kafka":
            keys.add(f"{section}.{found[3]}")
    return keys


def check(desk, text, *words, mode=0o600, env=None):
    os.chmod(desk.path("key"), mode)
    return desk.run("check", "-c", desk.file("c.yaml", text), "--offline", *words, env=env)


def credentials(desk):
    os.mkdir(desk.path("creds"))
    desk.file("creds/key", CANARY * 4)
    return {"CREDENTIALS_DIRECTORY": desk.path("creds")}


def the_sample_is_what_the_table_makes_of_itself(desk):
    equal(desk.run("help", "--sample").stdout, open(SAMPLE, "rb").read(), "make it anew: build/cdiwatch help --sample > " + SAMPLE)
    sections, options = rows()
    equal(sample_keys(), set(sections) | set(options))
    holds(len(options) >= 20, options)


def the_sample_is_right_as_it_stands(desk):
    text = open(SAMPLE, encoding="utf-8").read()
    holds(f"\n  file: {VIEW}\n" in text, "the folder that systemd makes")
    result = check(desk, text.replace(VIEW, "view.sqlite"), env=credentials(desk))
    equal((result.returncode, result.stderr), (0, b""))
    text = result.stdout.decode()
    for words in ("configuration " + desk.path("c.yaml"), "view.sqlite: it can be kept there", "of group cdiwatch, 1 property of librdkafka", "tables (built in)", "source cdiwatch"):
        holds(words in text, text)


def its_credentials_are_those_that_the_unit_offers(desk):
    unit = open("systemd/cdiwatch.service", encoding="utf-8").read()
    names = re.findall(r"\{credential: ([^}N][^}]*)\}", open(SAMPLE, encoding="utf-8").read())
    holds(len(names) >= 2, names)
    for name in names:
        holds(f"LoadCredential={name}:" in unit, name)


def every_commented_line_of_the_sample_is_right_too(desk):
    env = credentials(desk)
    desk.file("creds/sasl-password", CANARY)
    desk.file("ca.pem", "x")
    shutil.copytree("config/tables", desk.path("tables"))
    text = re.sub(r"^( *)#(\S+: )", r"\1\2", open(SAMPLE, encoding="utf-8").read(), flags=re.M)
    text = text.replace("/etc/cdiwatch/kafka-ca.pem", "ca.pem").replace("tables: FOLDER", "tables: tables").replace(VIEW, "view.sqlite")
    holds("\ninstance: NAME" in text and "\n  sasl.password: {credential" in text, text)
    result = check(desk, text, env=env)
    equal((result.returncode, result.stderr), (0, b""))
    holds("instance NAME" in result.stdout.decode() and "6 properties" in result.stdout.decode(), result.stdout)
    holds(CANARY not in result.stdout.decode(), "a secret is shown")


def help_and_manual_name_every_option_and_fit_the_width(desk):
    sections, options = rows()
    page = desk.run("help", "configuration").stdout.decode()
    manual = desk.run("help", "--man").stdout.decode()
    holds(".Sh CONFIGURATION" in manual, "no section")
    for name in sections + options:
        holds(f"\n    {name}:" in page, name)
        holds(f"\n.It Cm {name} :" in manual, name)
    for words in ("[default: 512M]", "64M..1024G", "beginning|end", "enable.auto.commit", "[restart]", "[reload]"):
        holds(words in page, words)
    for width in (40, 72, 110):
        lines = desk.run("help", "configuration", env={"COLUMNS": str(width)}).stdout.decode().splitlines()
        holds(max(map(len, lines)) <= width, width)


def every_mistake_is_said_at_its_place_and_nothing_is_shown(desk):
    result = check(desk, "instanse: a\nkafka:\n  bootstrap.server: x\n  sasl.password: " + CANARY + "\n  acks: 1\nkey: " + CANARY +
                   "\nmemory: 1M\ntopics: {partitions: 5000}\n")
    talk = result.stderr.decode()
    equal((result.returncode, result.stdout), (78, b""), talk)
    for place, words in (("1:1", 'did you mean "instance"?'), ("3:3", 'did you mean "bootstrap.servers"?'), ("4:18", "{file: FILE}"),
                         ("5:3", "idempotent"), ("6:6", "{credential: NAME}"), ("7:9", "between 64M and 1024G"),
                         ("8:22", "between 1 and 1024"), ("3:3", '"bootstrap.servers" is missing')):
        line = next((line for line in talk.splitlines() if f"c.yaml:{place}: " in line and words in line), None)
        holds(line is not None, f"{place} {words}: {talk}")
    holds("8 problems" in talk and CANARY not in talk, talk)


def what_the_configuration_names_is_looked_at_as_run_would(desk):
    equal(check(desk, LEAST).returncode, 0)
    desk.file("short", "k" * 31)
    result = check(desk, LEAST.replace("file: key", "file: short"))
    equal(result.returncode, 78)
    holds(b"short: a key has at least 32 bytes" in result.stderr, result.stderr)
    result = check(desk, LEAST.replace("file: key", "file: nowhere"))
    equal(result.returncode, 78)
    holds(b"nowhere: cannot open" in result.stderr, result.stderr)
    shutil.copytree("config/tables", desk.path("tables"))
    os.remove(desk.path("tables/stages.csv"))
    desk.file("only.yaml", "name: only\nfeeds:\n  incidents: {}\n")
    result = check(desk, LEAST + "tables: ./tables\nsources: {incidents: only.yaml, crimes: only.yaml}\n")
    talk = result.stderr.decode()
    equal(result.returncode, 78, talk)
    holds("stages.csv" in talk and "says nothing of crimes" in talk and "2 problems" in talk, talk)
    result = check(desk, LEAST + "sources: {incidents: only.yaml, crimes: niche}\n")
    equal(result.returncode, 0, result.stderr)
    for name in ("only.yaml: incidents", "source niche", "source cdiwatch"):
        holds(name in result.stdout.decode(), name)


def a_view_that_cannot_be_where_it_is_to_be_is_said(desk):
    os.mkdir(desk.path("folder"))
    for said, words in (("nowhere/view.sqlite", "nowhere: No such file or directory"), ("key/view", "key: it is no folder"),
                        ("folder", "folder: it is no ordinary file"), ("x" * 300, "File name too long"),
                        ("/proc/view.sqlite", "/proc: ") if os.geteuid() else ("folder/../nowhere/v", "No such file")):
        result = check(desk, LEAST.replace("view.sqlite", said))
        equal(result.returncode, 78, said)
        holds(b"view.file: " in result.stderr and words.encode() in result.stderr and b"or off" in result.stderr, result.stderr)
    result = check(desk, LEAST.replace("view.sqlite", "/var/lib/cdiwatsh/view.sqlite"))
    holds(result.returncode == 78 and b"/var/lib/cdiwatsh: No such file" in result.stderr, result.stderr)
    if not os.path.exists(os.path.dirname(VIEW)):       # only that of the unit is made by systemd
        result = check(desk, LEAST.replace("view.sqlite", VIEW))
        holds(result.returncode == 0 and b"systemd makes it" in result.stdout, result.stderr)
    result = check(desk, LEAST.replace("view.sqlite", "off"))
    equal(result.returncode, 0, result.stderr)
    holds(b"view: none" in result.stdout, result.stdout)


def a_secret_that_others_can_read_is_a_warning_and_no_error(desk):
    result = check(desk, LEAST, mode=0o644)
    equal(result.returncode, 0)
    holds(b"warning: " in result.stderr and b"key: holds a secret" in result.stderr, result.stderr)
    equal(check(desk, LEAST).stderr, b"")


def a_command_line_that_cannot_be_meant_is_refused(desk):
    result = check(desk, LEAST, "--source", "niche")
    equal(result.returncode, 64)
    holds(b"leave out --tables and --source" in result.stderr, result.stderr)
    result = desk.run("check", "-c", "@nowhere.yaml")
    equal(result.returncode, 64)
    holds(b"nowhere.yaml: cannot open" in result.stderr, result.stderr)


def a_file_of_something_else_is_refused_by_its_place(desk):
    for content in (b"", b"\x00\x01", b"\xff\xfe", b"- a\n", b"text\n", b"{", b"a: [\n", b"\x1f\x8b\x08", b"x" * 2000000):
        path = desk.file("c.yaml", content)
        result = desk.run("check", "-c", path, "--offline")
        equal((result.returncode, result.stdout), (78, b""), content[:8])
        holds(path in result.stderr.decode(), result.stderr)


def a_property_that_librdkafka_itself_takes_passes(desk):
    lines = ["client.id: desk", "linger.ms: 5", "compression.type: lz4", "session.timeout.ms: 6000", "debug: broker",
             "security.protocol: plaintext", "client.rack: a", "socket.keepalive.enable: true", "transaction.timeout.ms: 30000"]
    result = check(desk, "kafka:\n  bootstrap.servers: a:1,b:2\n  " + "\n  ".join(lines) + "\nkey: {file: key}\nview: {file: off}\n")
    equal((result.returncode, result.stderr), (0, b""))


def run_ends_with_78_where_check_does(desk):
    for name, text in (("a key that is not there", LEAST.replace("file: key", "file: nokey")), ("a typing mistake", LEAST + "memroy: 1G\n"),
                       ("tables that are not there", LEAST + "tables: nowhere\n")):
        path = desk.file("c.yaml", text)
        equal((desk.run("check", "-c", path, "--offline").returncode, desk.run("run", "-c", path).returncode), (78, 78), name)



run_all([value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == "__main__"
         and name not in ("rows", "sample_keys", "check", "credentials")])
