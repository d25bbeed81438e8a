# SPDX-License-Identifier: LGPL-3.0-or-later
"""Starts the real host as the monitor does, and speaks with it."""

import json
import mmap
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import threading

HOST = pathlib.Path(__file__).resolve().parents[1] / "host.py"
TIMEOUT = 20
# Another interpreter than the one that runs the tests.
PYTHON = tuple(os.environ.get("DRAGONSCALES_PYTHON", sys.executable).split())


def has(name):
    """Whether the hosts' interpreter has a module."""
    return subprocess.run([*PYTHON, "-c", f"import {name}"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def module(kind, name, folder, args=None, params=None, **more):
    path = pathlib.Path(folder, *name.split(".")).with_suffix(".py")
    return {
        "kind": kind,
        "entry": more.pop("entry", name.rpartition(".")[2]),
        "module": name,
        "library": str(path) if path.exists() else "",
        "folder": str(folder),
        "queue": more.pop("queue", "queue" if kind == "task" else ""),
        "args": json.dumps(args or {}),
        "params": json.dumps(params or {}),
        **more,
    }


class Host:
    def __init__(self, cwd, scratch, options=(), python=PYTHON, env=None, script=HOST, stdout=None):
        self._own, other = socket.socketpair()
        self._own.settimeout(TIMEOUT)
        self._phase_fd = os.memfd_create("phase")
        os.ftruncate(self._phase_fd, 512)
        self._phase = mmap.mmap(self._phase_fd, 512)
        self._received = b""
        self._lines = []
        self._output = None
        self.process = subprocess.Popen(
            [*python, str(script), "--in", "3", "--out", "4", "--scratch", str(scratch), "--phase", "5", *options],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=stdout if stdout is not None else subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**_plain_environment(), **(env or {})},
            start_new_session=True,
            close_fds=False,
            preexec_fn=lambda: _place(other.fileno(), self._phase_fd),
        )
        other.close()
        self._readers = [self._read_apart(stream) for stream in (self.process.stdout, self.process.stderr) if stream]
        self.hello = self.receive()

    def send(self, **request):
        self._own.sendall(json.dumps(request).encode() + b"\n")

    def receive(self):
        """The next line; None when the host has ended."""
        parts = [self._received]
        while b"\n" not in parts[-1]:
            try:
                parts.append(self._own.recv(1 << 20))
            except ConnectionResetError:
                return None
            if not parts[-1]:
                return None
        line, self._received = b"".join(parts).split(b"\n", 1)
        return json.loads(line)

    def ask(self, **request):
        """The final answer; what came before it is in told."""
        self.told = []
        self.send(**request)
        while True:
            answer = self.receive()
            if answer is None or answer["type"] not in ("log", "progress"):
                return answer
            self.told.append(answer)

    def job(self, task, storage, **more):
        request = {"id": "4711", "timeout_ms": 0, "max_result": 1 << 30, **more}
        return self.ask(type="job", task=task, storage=storage, **request)

    @property
    def phase(self):
        return self._phase[0]

    @property
    def requests(self):
        return struct.unpack_from("=i", self._phase, 4)[0]

    @property
    def loading(self):
        return self._phase[8:512].split(b"\0")[0].decode()

    def output(self):
        """Standard output and error, until it ends."""
        self.process.wait(TIMEOUT)
        texts = []
        for thread, chunks in self._readers:
            thread.join(TIMEOUT)
            texts.append(b"".join(chunks).decode())
        return "".join(texts)

    def let_go(self):
        self._own.close()
        return self.process.wait(TIMEOUT)

    def close(self):
        self._own.close()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(TIMEOUT)
        for thread, _ in self._readers:
            thread.join(TIMEOUT)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
        self._phase.close()
        os.close(self._phase_fd)

    @staticmethod
    def _read_apart(stream):
        chunks = []
        thread = threading.Thread(target=lambda: chunks.extend(iter(lambda: stream.read1(65536), b"")), daemon=True)
        thread.start()
        return thread, chunks


def _plain_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _place(channel, phase):
    """In the child: the descriptors that the command line names, and the signal that stands for the monitor's end."""
    high = [os.dup2(fd, 50 + i) for i, fd in enumerate((channel, channel, phase))]
    for number, fd in zip((3, 4, 5), high):
        os.dup2(fd, number)
    os.closerange(6, 100)
    _become_subreaper()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMAX})


def _become_subreaper():
    import ctypes

    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
