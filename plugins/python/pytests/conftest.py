# SPDX-License-Identifier: LGPL-3.0-or-later
import pathlib
import sys
import textwrap

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import driver  # noqa: E402
import pytest  # noqa: E402

STORAGE = """
from dragonscales import storages

class Storage(storages.BaseStorage):
    def store(self, result):
        return result
"""
TASK = """
from dragonscales import tasks

class Task(tasks.BaseTask):
    def run(self, value: int = 7):
        return value
"""


class Project:
    """A folder with modules, and the hosts that run them."""

    def __init__(self, folder):
        self.folder = folder / "project"
        self.scratch = folder / "scratch"
        self.cwd = folder / "cwd"
        for each in (self.folder, self.scratch, self.cwd):
            each.mkdir()
        self._hosts = []
        self.write("echo.py", STORAGE)
        self.write("good.py", TASK)

    def write(self, path, text, below=None):
        file = (below or self.folder) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
        return file

    def write_task(self, path, body, before=""):
        """A module whose task's run() has this body."""
        method = "    def run(self, **params):\n" + textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
        text = f"from dragonscales import get_context, tasks\n{textwrap.dedent(before)}\n"
        return self.write(path, f"{text}\nclass Task(tasks.BaseTask):\n{method}\n")

    def module(self, kind, name, args=None, params=None, **more):
        return driver.module(kind, name, self.folder, args, params, **more)

    def task(self, name, params=None, **more):
        return self.module("task", name, params=params, **more)

    def storage(self, name="echo", params=None, **more):
        return self.module("storage", name, params=params, **more)

    def host(self, **options):
        made = driver.Host(self.cwd, self.scratch, **options)
        self._hosts.append(made)
        return made

    def run(self, host, name, **params):
        return host.job(self.task(name, params), self.storage())

    def close(self):
        for host in self._hosts:
            host.close()


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path)
    yield made
    made.close()


@pytest.fixture
def host(project):
    return project.host()
