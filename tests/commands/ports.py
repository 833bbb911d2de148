"""Ports for tests that need to know one before anybody listens there."""
import contextlib
import random
import socket


def free_ports(count):
    """Ports that nobody has now, and that the system gives to nobody who takes any: other tests go on at the same time."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        first, last = map(int, file.read().split())
    choice = [port for port in range(10000, 65536) if not first <= port <= last]
    taken = []
    with contextlib.ExitStack() as stack:       # all are held until all are known, so that they differ
        for port in random.sample(choice, len(choice)):
            if len(taken) == count:
                return taken
            with contextlib.suppress(OSError):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
                taken.append(port)
    raise AssertionError(f"of {len(choice)} ports beyond {first} to {last} no {count} are free")
