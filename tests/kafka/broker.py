#!/usr/bin/python3
"""A real Apache Kafka for tests: one broker (KRaft) on free loopback ports, its data in a folder that may be thrown away.

    with broker.shared() as kafka:              # tests/run's, if it started one ($KAFKA_FOLDER); else one of our own
        kafka.create_topic("t1.raw", 4)         # runner.Place makes those of `run`, with `cdiwatch topics --create`
        kafka.address                           # "127.0.0.1:PORT", everything is allowed there
        kafka.restart()                         # the same ports, the same data; so stop(), kill(), start()

A second listener wants SASL/PLAIN and allows nothing but what `allow()` gave: `kafka.secured`, users of USERS.
From a shell: `broker.py start FOLDER` prints the address, `broker.py stop FOLDER` ends it.
Debian's own python3 runs this: python3-confluent-kafka is there for no other."""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.append(os.path.join(ROOT, "tests", "commands"))
from ports import free_ports            # noqa: E402  (the path comes first)

JARS = os.path.join(ROOT, "build", "kafka", "lib")
USERS = {"limited": "limited-Qx7", "other": "other-Qx8"}       # of the secured listener; passwords also serve as canaries
INPUTS = ("incidents", "crimes", "actions")
LIMIT = 120                                                     # seconds: far beyond what a noisy machine needs

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{plain},SECURED://127.0.0.1:{secured},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},SECURED://127.0.0.1:{secured}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.secured.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required {users};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
log.dirs={folder}/data
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
num.network.threads=1
num.io.threads=2
log.cleaner.dedupe.buffer.size=2097152
"""
LOG4J = """\
log4j.rootLogger=WARN, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.File={folder}/broker.log
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=%d %p %c %m%n
"""
JAVA = ["-Xms256m", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"]


def wait_until(condition, what, limit=LIMIT, pause=0.05, watch=None):
    """Waits for `condition()` to be true and gives back what it gave.  `watch()` is called beside it and may raise."""
    end = time.monotonic() + limit
    while True:
        found = condition()
        if found:
            return found
        if watch:
            watch()
        if time.monotonic() > end:
            raise AssertionError(f"waited {limit} s in vain: {what}")
        time.sleep(pause)


class Unavailable(Exception):
    """Apache Kafka cannot be had on this machine."""


def jars():
    """The folder of the artifacts; fetched by `make kafka` once."""
    if not os.path.exists(os.path.join(JARS, ".whole")):
        for tool in ("java", "mvn"):
            if shutil.which(tool) is None:
                raise Unavailable(f"{tool} is not installed")
        made = subprocess.run(["make", "--no-print-directory", "-C", ROOT, "kafka"], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise Unavailable("`make kafka` cannot fetch the artifacts: " + (made.stdout + made.stderr)[-500:])
    return JARS


class Broker:
    """What is known of it lies in its folder (broker.json), so that any process may stop or restart it."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "broker.json"), encoding="utf-8") as file:
            self.known = json.load(file)
        self.address = f"127.0.0.1:{self.known['plain']}"
        self.secured = f"127.0.0.1:{self.known['secured']}"

    @classmethod
    def create(cls, folder):
        """A new broker in an empty folder; not started yet."""
        jars()
        os.makedirs(folder, exist_ok=True)
        folder = os.path.realpath(folder)
        plain, secured, controller = free_ports(3)
        users = " ".join(f'user_{name}="{password}"' for name, password in USERS.items())
        files = {"server.properties": PROPERTIES.format(plain=plain, secured=secured, controller=controller, folder=folder, users=users),
                 "log4j.properties": LOG4J.format(folder=folder),
                 "broker.json": json.dumps({"plain": plain, "secured": secured, "pid": None})}
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        self = cls(folder)
        identity = self.java("kafka.tools.StorageTool", "random-uuid").stdout.split()[-1]
        self.java("kafka.tools.StorageTool", "format", "-t", identity, "-c", self.path("server.properties"), "--ignore-formatted")
        return self

    def path(self, name):
        return os.path.join(self.folder, name)

    def command(self, *words):
        return ["java", *JAVA, "-Dlog4j.configuration=file:" + self.path("log4j.properties"), "-cp", os.path.join(JARS, "*"), *words]

    def java(self, *words):
        """One of Kafka's own command-line tools."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{words[0]} {words[1]}: exit {done.returncode}: {(done.stdout + done.stderr)[-800:]}")
        return done

    # ---- its process ----

    def pid(self):
        """Its process, or None: never a stranger that has the number now."""
        with open(self.path("broker.json"), encoding="utf-8") as file:
            pid = json.load(file)["pid"]
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                return pid if self.folder.encode() in file.read() else None
        except OSError:
            return None

    def start(self, cpus=None):
        """Starts it and waits until it answers.  `cpus`: the CPUs that it may use, for figures."""
        pin = ["taskset", "-c", cpus] if cpus else []
        with open(self.path("output.log"), "ab") as out:
            # In a session of its own: an interrupt at the terminal is for the tests, which then stop it in order.
            process = subprocess.Popen(pin + self.command("kafka.Kafka", self.path("server.properties")), stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=out, start_new_session=True)
        self.known["pid"] = process.pid
        with open(self.path("broker.json"), "w", encoding="utf-8") as file:
            json.dump(self.known, file)

        def alive():
            if process.poll() is not None:
                with open(self.path("output.log"), encoding="utf-8", errors="replace") as file:
                    raise AssertionError(f"the broker ended, status {process.returncode}: {file.read()[-800:]}")
        try:
            wait_until(self.answers, "the broker answers", watch=alive)
        except BaseException:
            self.kill()
            raise
        return self

    def answers(self):
        try:
            return bool(self.admin().list_topics(timeout=2).brokers)
        except KafkaException:
            return False

    def end(self, by):
        pid = self.pid()
        if pid is not None:
            os.kill(pid, by)
            wait_until(lambda: reap(pid) or self.pid() is None, "the broker ends")

    def stop(self):
        self.end(signal.SIGTERM)

    def kill(self):
        self.end(signal.SIGKILL)

    def freeze(self):
        """It holds its connections and answers nothing, until thaw()."""
        os.kill(self.pid(), signal.SIGSTOP)

    def thaw(self):
        os.kill(self.pid(), signal.SIGCONT)

    def restart(self):
        self.stop()
        return self.start()

    # ---- what is in it ----

    def admin(self):
        return AdminClient({"bootstrap.servers": self.address, "log_level": 2})

    def create_topic(self, name, partitions, **config):
        self.create_topics({name: (partitions, config)})

    def create_topics(self, wanted):
        """NAME: (PARTITIONS, {config_with_underscores: VALUE})."""
        new = [NewTopic(name, num_partitions=partitions, replication_factor=1,
                        config={key.replace("_", "."): value for key, value in config.items()})
               for name, (partitions, config) in wanted.items()]
        admin = self.admin()            # has to live as long as what it promised
        for future in admin.create_topics(new, operation_timeout=30).values():
            future.result()

        def seen():                     # the broker answers before it knows of them itself
            known = admin.list_topics(timeout=60).topics
            return all(name in known and len(known[name].partitions) == partitions for name, (partitions, _) in wanted.items())
        wait_until(seen, "the broker knows its new topics")

    def delete_topics(self, prefix):
        admin = self.admin()
        names = [name for name in admin.list_topics(timeout=30).topics if name.startswith(prefix)]
        for future in admin.delete_topics(names, operation_timeout=30).values() if names else ():
            future.result()
        wait_until(lambda: not [name for name in admin.list_topics(timeout=60).topics if name in names], "the broker forgets its topics")

    def producer(self, **more):
        """Keys find their partitions as Java clients find them."""
        settings = {"bootstrap.servers": self.address, "partitioner": "murmur2_random", "enable.idempotence": True,
                    "linger.ms": 5, "log_level": 2}
        settings.update({key.replace("_", "."): value for key, value in more.items()})
        return Producer(settings)

    def allow(self, user, *words):
        """Gives a user of the secured listener a right, in the words of Kafka's own tool: "--operation", "Read", "--topic", NAME."""
        self.java("kafka.admin.AclCommand", "--bootstrap-server", self.address, "--add", "--allow-principal", "User:" + user, *words)

    def login(self, user):
        """librdkafka's properties for the secured listener; the password as it is, wherever it is to be written."""
        return {"bootstrap.servers": self.secured, "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
                "sasl.username": user, "sasl.password": USERS[user]}


def reap(pid):
    """Of a child of ours the number stays taken until it is asked for."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False


@contextlib.contextmanager
def own():
    """A broker for this test alone, gone with it."""
    with tempfile.TemporaryDirectory(prefix="cdiwatch-kafka-") as folder:
        kafka = Broker.create(folder)
        try:
            yield kafka.start()
        finally:
            kafka.kill()


@contextlib.contextmanager
def shared():
    """The broker of the whole run ($KAFKA_FOLDER, which tests/run sets), which stays; without one, one of our own."""
    folder = os.environ.get("KAFKA_FOLDER")
    if folder is None:
        with own() as kafka:
            yield kafka
        return
    kafka = Broker(folder)
    if kafka.pid() is None:             # a test before us left it down
        kafka.start()
    yield kafka


def main(words):
    if len(words) == 2 and words[0] == "start":
        try:
            print(Broker.create(words[1]).start().address)
        except Unavailable as problem:
            print(problem, file=sys.stderr)
            return 69
        return 0
    if len(words) == 2 and words[0] == "stop":
        Broker(words[1]).stop()
        return 0
    print("usage: broker.py start|stop FOLDER", file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
