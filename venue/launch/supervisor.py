"""Runs the venue's processes and its embedded servers in one terminal, and starts again whatever ends."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from honcho.printer import Message, Printer

from venue.launch import children

FIRST_DELAY = 0.1
LONGEST_DELAY = 5.0
# A process that lived this long had started well: its next end is a new story.
SETTLED = 10.0
TICK = 0.1
STOP_PATIENCE = 15.0
COLOURS = ("36", "33", "32", "95", "35", "34", "31", "96")


class Server(Protocol):
    """An embedded server."""

    name: str

    def start(self) -> None: ...

    def running(self) -> bool: ...

    def stop(self) -> None: ...


class Backoff:
    """When to start again: at once the first time, then later and later."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.started = 0.0
        self.due: float | None = None

    def begun(self) -> None:
        self.started = time.monotonic()
        self.due = None

    def is_due(self) -> bool:
        """To be asked while the process is not there; the first question sets the time."""
        now = time.monotonic()
        if self.due is None:
            settled = now - self.started > SETTLED
            self.delay = FIRST_DELAY if settled or not self.delay else min(2 * self.delay, LONGEST_DELAY)
            self.due = now + self.delay
        return now >= self.due


class Child:
    """One line of the Procfile."""

    def __init__(self, name: str, command: str, environment: Mapping[str, str], colour: str) -> None:
        self.name = name
        self.command = command
        self.environment = environment
        self.colour = colour
        self.backoff = Backoff()
        self.process: subprocess.Popen[bytes] | None = None
        self.unfinished = b""

    def start(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {self.command}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.environment["PWD"],
            env=self.environment,
            start_new_session=True,
            preexec_fn=children.signalled_with_parent(signal.SIGTERM),
        )
        self.backoff.begun()
        return self.process

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.running():
            self.process.send_signal(number)

    def end_group(self) -> None:
        """Kills the process and what it left behind: it led a group of its own, so nobody else is in there."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def lines(self, received: bytes) -> list[bytes]:
        *whole, self.unfinished = (self.unfinished + received).split(b"\n")
        return whole


class Supervisor:
    """One thread: output, ends and signals are all looked at in the same loop.

    What is `later` starts once the others are ready, so that these have the processors to themselves until then.
    """

    def __init__(self, servers: Iterable[Server], children: Iterable[Child], later: Iterable[Child] = ()) -> None:
        self.servers = {server: Backoff() for server in servers}
        self.children = list(children)
        self.later = list(later)
        self.selector = selectors.DefaultSelector()
        self.printer = Printer(sys.stdout, width=max(len(child.name) for child in [*self.children, *self.later]))
        self.stopping = 0

    def run(self, ready: Callable[[], bool], when_ready: Callable[[], None]) -> None:
        """Until a signal asks to stop; calls `when_ready` once, after `ready` has said yes."""
        self.listen_to_signals()
        announced = False
        try:
            self.start_all(self.children)
            while not self.stopping:
                self.pass_output_on(TICK)
                self.start_what_ended()
                if not announced and ready():
                    announced = True
                    self.start_all(self.later)
                    self.children += self.later
                    when_ready()
        finally:
            self.stop()

    def start_all(self, children: Iterable[Child]) -> None:
        for child in children:
            self.start(child)

    def listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self.ask_to_stop)

    def ask_to_stop(self, number: int, frame: object) -> None:
        self.stopping += 1

    def say(self, text: str | bytes, child: Child | None = None) -> None:
        name, colour = (child.name, child.colour) if child else ("venue", None)
        self.printer.write(Message("line", text, datetime.now().astimezone(), name, colour))

    def start(self, child: Child) -> None:
        process = child.start()
        if process.stdout is not None:
            self.selector.register(process.stdout, selectors.EVENT_READ, child)

    def pass_output_on(self, patience: float) -> None:
        for key, _ in self.selector.select(patience):
            received = os.read(key.fd, 65_536)
            if not received:
                self.selector.unregister(key.fileobj)
                continue
            for line in key.data.lines(received):
                self.say(line, key.data)

    def start_what_ended(self) -> None:
        for server, backoff in self.servers.items():
            if not server.running() and backoff.is_due():
                backoff.begun()
                self.start_server_again(server)
        for child in self.children:
            if not child.running() and child.backoff.is_due():
                self.start_again(child)

    def start_server_again(self, server: Server) -> None:
        self.say(f"{server.name} ended: starting it again")
        try:
            server.start()
        except (OSError, RuntimeError) as error:
            self.say(f"{server.name} could not be started: {error}")

    def start_again(self, child: Child) -> None:
        code = child.process.returncode if child.process else None
        child.end_group()
        self.say(f"{child.name} ended with {code}: starting it again")
        self.start(child)

    def stop(self) -> None:
        """Doors first and the matcher after them, so that what was taken in is still answered; the servers last."""
        self.say("stopping")
        self.stop_children([child for child in self.children if child.name != "matcher"])
        self.stop_children([child for child in self.children if child.name == "matcher"])
        for server in reversed(self.servers):
            server.stop()
        self.say("stopped; the data is kept")

    def stop_children(self, asked: list[Child]) -> None:
        """A second signal from outside ends the patience."""
        for child in asked:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE
        while any(child.running() for child in asked) and time.monotonic() < deadline and self.stopping < 2:
            self.pass_output_on(TICK)
        for child in asked:
            child.end_group()
