#!/usr/bin/python3
"""The embedded broker (`cdiwatch broker`): it knows no aborts and no fencing, so that only what stands there in the end is looked at.
Needs no Java.  Prints TAP."""
import contextlib
import os
import signal
import subprocess
import sys
import tempfile

import broker
import documents
import feeds
from broker import ROOT, wait_until
from runner import Place, run_suite, tests_of
from desk import equal
from ports import free_ports


class Mock(broker.Broker):
    """As much of a broker as the tests of `run` ask for."""

    def __init__(self, folder, port):       # no broker.json: nobody restarts it
        self.folder, self.address = folder, f"127.0.0.1:{port}"

    def delete_topics(self, prefix):
        """All is gone with the process."""


@contextlib.contextmanager
def mock():
    with tempfile.TemporaryDirectory(prefix="cdiwatch-mock-") as folder:
        kafka = Mock(folder, free_ports(1)[0])
        process = subprocess.Popen([documents.PROGRAM, "broker", "--port", kafka.address.rpartition(":")[2]], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, cwd=ROOT)
        try:
            wait_until(lambda: kafka.answers() and "cdi.probe" in kafka.admin().list_topics(timeout=10).topics, "the mock answers")
            yield kafka
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=broker.LIMIT)


def simulated_feeds_end_as_replay_says(kafka):
    with Place(kafka, make=False, create_time=True, prefix="cdi.") as place:
        messages, _ = feeds.simulated(61, documents.now(), 800)
        place.produce(messages)
        run = place.run()
        place.agree(messages, run=run)
        equal(run.stop(), 0, run.text()[-500:])


if __name__ == "__main__":
    with mock() as started:
        sys.exit(run_suite(tests_of(globals()), lambda: started))
