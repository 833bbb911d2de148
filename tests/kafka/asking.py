"""The commands beside `run`, as a person calls them: what they printed, said, and their exit status."""
import subprocess

import broker
import documents
from runner import ROOT          # which also finds desk
from desk import equal, holds


class Asked:
    def __init__(self, *words, wait=broker.LIMIT):
        done = subprocess.run([documents.PROGRAM, *words], capture_output=True, text=True, errors="replace", check=False, cwd=ROOT, timeout=wait)
        self.words, self.status, self.out, self.said = words, done.returncode, done.stdout, done.stderr
        self.complaints = [line for line in self.said.splitlines() if line.startswith("cdiwatch: ")]

    def gives(self, status, *words):
        """Its status is this, and each of the words was printed or said."""
        equal(self.status, status, f"{self.words}: {self.out[-400:]} {self.said[-900:]}")
        for word in words:
            holds(word in self.out + self.said, f"{word!r} is not in: {self.out[-900:]} {self.said[-1500:]}")
        return self

    def lines(self, word):
        """What was printed or said in lines that hold the word."""
        return [line for line in (self.out + self.said).splitlines() if word in line]


def ask(verb, config, *words, **more):
    return Asked(verb, *words, "-c", config, **more)


def drop(kafka, name):
    """Deletes a topic, and waits until that is known."""
    broker.wait_until(lambda: name in kafka.admin().list_topics(timeout=30).topics, f"{name} is there")
    kafka.delete_topics(name)
    broker.wait_until(lambda: name not in kafka.admin().list_topics(timeout=30).topics, f"{name} is gone")
