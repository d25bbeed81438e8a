# SPDX-License-Identifier: LGPL-3.0-or-later
"""Edits, limits, signals, and where modules come from."""

import os
import pathlib
import shutil
import signal
import time

import driver
import pytest


def rewritten(path, text):
    """An edit that keeps the size and comes within the same second, on a file that may have been cached."""
    before = path.stat()
    path.write_text(text)
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))


VALUE = "class Task:\n    def run(self): return %d\n"


def test_edited_module_ends_the_host_before_it_counts(project, host):
    path = project.write("edited.py", VALUE % 1)
    assert project.run(host, "edited")["location"] == "1"
    rewritten(path, VALUE % 2)
    assert project.run(host, "edited") is None
    assert host.process.wait(20) == 0
    assert host.requests == 1
    assert project.run(project.host(), "edited")["location"] == "2"


def test_edited_helper_ends_the_host(project, host):
    helper = project.write("lib/helper.py", "value = 1\n")
    project.write_task("uses.py", "from lib.helper import value\nreturn value")
    assert project.run(host, "uses")["location"] == "1"
    rewritten(helper, "value = 2\n")
    assert project.run(host, "uses") is None
    assert project.run(project.host(), "uses")["location"] == "2"


def test_edit_in_a_project_of_many_files(project, host):
    for i in range(50):
        helper = project.write(f"many{i}.py", "value = 1\n")
    project.write_task("uses.py", "return value", "\n".join(f"from many{i} import value" for i in range(50)))
    assert project.run(host, "uses")["location"] == "1"
    rewritten(helper, "value = 2\n")
    end = time.monotonic() + 20
    while project.run(host, "uses") is not None:
        assert time.monotonic() < end


def test_edit_after_a_failed_import(project, host):
    path = project.write("edited.py", "raise ValueError\n")
    assert project.run(host, "edited")["error"] == "module"
    path.write_text(VALUE % 3)
    assert project.run(host, "edited") is None
    assert project.run(project.host(), "edited")["location"] == "3"


def test_module_that_appears_is_found(project, host):
    assert project.run(host, "late")["error"] == "module"
    project.write("late.py", VALUE % 4)
    assert project.run(host, "late")["location"] == "4"


def test_vanished_file_counts_for_a_module_only(project, host):
    helper = project.write("helper.py", "value = 1\n")
    path = project.write("uses.py", "from helper import value\nclass Task:\n    def run(self): return value\n")
    assert project.run(host, "uses")["location"] == "1"
    helper.unlink()
    assert project.run(host, "uses")["location"] == "1"
    path.unlink()
    assert project.run(host, "uses") is None


def test_nothing_is_written_into_the_project(project, host):
    project.run(host, "good")
    assert not list(project.folder.rglob("__pycache__"))


HANG = "import time\ntime.sleep(1000)\n"


def test_hanging_import_is_told_with_its_place(project):
    path = project.write("hangs.py", HANG)
    host = project.host(options=("--import-limit", "0.3"))
    answer = project.run(host, "hangs")
    assert answer["error"] == "module"
    assert "The module hangs of the task “hangs” took longer than 0.3 s to load" in answer["message"]
    assert f"{path}:2" in answer["message"]
    assert answer["detail"].splitlines()[-2:] == [f'  File "{path}", line 2, in <module>', "    time.sleep(1000)"]
    assert "host.py" not in answer["detail"]
    assert host.receive() is None
    assert host.process.wait(20) == 0


def test_hanging_constructor_counts_as_loading(project):
    text = "import time\nclass Task:\n    def __init__(self): time.sleep(1000)\n    def run(self): pass\n"
    project.write("hangs.py", text)
    answer = project.run(project.host(options=("--import-limit", "0.3")), "hangs")
    assert "hangs.py:3" in answer["message"]


def test_running_is_not_limited_as_loading_is(project):
    # Threads while it runs: Python's own, and the one that waits for the monitor's end. One that watched the loading
    # would stay until its limit, and then end the process.
    body = "while len(os.listdir('/proc/self/task')) > 2:\n    time.sleep(0.001)\nreturn 1"
    project.write_task("slow.py", body, "import os, time")
    assert project.run(project.host(options=("--import-limit", "5")), "slow")["location"] == "1"


def test_hang_in_code_that_lets_no_thread_run_ends_the_process(project):
    path = project.write("hangs.py", "import re\nre.match('(a*)*b', 'a' * 64)\n")
    host = project.host(options=("--import-limit", "0.1"))
    assert project.run(host, "hangs") is None
    assert host.process.wait(20) == 1
    assert f'File "{path}", line 2' in host.output()


WAITS = """
import time
print("begun", flush=True)
while not get_context().stop_requested:
    time.sleep(0.001)
return "stopped"
"""


def test_stop_signal_is_a_flag(project, host):
    project.write_task("waits.py", "get_context().log('info', 'begun')\n" + WAITS)
    task = {"id": "1", "timeout_ms": 0, "max_result": 100, "task": project.task("waits")}
    host.send(type="task", **task)
    assert host.receive()["text"] == "begun"
    host.process.send_signal(signal.SIGINT)
    host.process.send_signal(signal.SIGTERM)
    answer = host.receive()
    assert (answer["type"], answer["error"]) == ("failed", "stopped")
    assert project.run(host, "good") is None  # nothing begins any more
    assert host.process.wait(20) == 0


def test_stopped_job_stores_nothing(project, host):
    project.write_task("waits.py", "get_context().log('info', 'begun')\n" + WAITS)
    host.send(type="job", id="1", timeout_ms=0, max_result=100, task=project.task("waits"), storage=project.storage())
    assert host.receive()["text"] == "begun"
    host.process.send_signal(signal.SIGTERM)
    assert host.receive()["error"] == "stopped"


def test_overdue_job_sees_it(project, host):
    project.write_task("waits.py", WAITS)
    answer = host.job(project.task("waits"), project.storage(), timeout_ms=50)
    assert answer["error"] == "timeout"


def test_end_of_the_monitor_ends_everything(project, host):
    project.write_task(
        "stubborn.py",
        """
        child = subprocess.Popen(["sleep", "1000"])
        get_context().log("info", child.pid)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child.wait()
        """,
        "import signal, subprocess",
    )
    host.send(type="job", id="1", timeout_ms=0, max_result=9, task=project.task("stubborn"), storage=project.storage())
    child = int(host.receive()["text"])
    host.process.send_signal(signal.SIGRTMAX)
    assert host.process.wait(20) == -signal.SIGKILL
    end = time.monotonic() + 20
    while pathlib.Path(f"/proc/{child}").exists() and not _is_zombie(child):
        assert time.monotonic() < end


def _is_zombie(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except OSError:
        return True


def test_import_path(project, host):
    project.write("where.py", "import sys\nclass Task:\n    def run(self): return sys.path\n")
    path = project.run(host, "where")["location"]
    expected = [str(driver.HOST.parent), str(project.cwd), str(project.folder)]
    import json

    assert json.loads(path)[:3] == expected
    assert not set(json.loads(path)[3:]) & set(expected)


def test_command_line_is_not_shown_to_the_project(project, host):
    project.write_task("argv.py", "import sys\nreturn sys.argv[1:]")
    assert project.run(host, "argv")["location"] == "[]"


def test_working_directory_comes_before_the_projects_folder(project, host):
    project.write("same.py", VALUE % 1)
    project.write("same.py", VALUE % 2, below=project.cwd)
    assert project.run(host, "same")["location"] == "2"


@pytest.mark.parametrize("name", ["host", "pytests", "conftest", "driver"])
def test_names_beside_the_host_belong_to_the_project(project, host, name):
    project.write(f"{name}.py", VALUE % 5)
    assert project.run(host, name)["location"] == "5"


def test_old_checkout_in_the_working_directory_loses(project, host):
    project.write("dragonscales/__init__.py", "raise ImportError('the old one, which needs rq')\n", below=project.cwd)
    project.write("dragonscales/tasks.py", "raise ImportError\n", below=project.cwd)
    assert project.run(host, "good")["location"] == "7"


def test_host_runs_from_any_folder(project, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(driver.HOST.parent, copy, ignore=shutil.ignore_patterns("__pycache__", "pytests"))
    host = project.host(script=copy / "host.py")
    assert project.run(host, "good")["location"] == "7"


KIND = """
from dragonscales import tasks

class Task(tasks.BaseTask):
    n: int = 1

    def run(self):
        return [type(self).__mro__[2].__module__, self.n]
"""


def test_without_pydantic_the_bases_are_plain(project):
    project.write("kind.py", KIND)
    host = project.host(python=(*driver.PYTHON, "-S"))
    answer = host.job(project.module("task", "kind", {"n": "5"}), project.storage())
    assert answer["location"] == '["dragonscales._plain",5]'


def test_broken_pydantic_counts_as_none(project):
    project.write("pydantic.py", "raise RuntimeError('broken')\n", below=project.cwd)
    project.write("kind.py", KIND)
    assert project.run(project.host(), "kind")["location"] == '["dragonscales._plain",1]'


def test_what_a_job_changes_in_its_process_is_put_back(project, host):
    project.write_task(
        "changes.py",
        """
        os.chdir("/")
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        sys.stdout = io.TextIOWrapper(sys.stdout.buffer)
        """,
        "import io, os, signal, sys",
    )
    project.write_task("looks.py", "import os\nprint('heard')\nreturn os.getcwd()")
    project.run(host, "changes")
    assert project.run(host, "looks")["location"] == f'"{project.cwd}"'
    host.process.send_signal(signal.SIGTERM)
    assert project.run(host, "looks") is None
    assert host.process.wait(20) == 0
    assert host.output() == "heard\n"


def test_streams_that_a_module_sets_up_stay(project, host):
    project.write_task(
        "wraps.py",
        "print('x')",
        """
        import io, sys
        class Loud(io.TextIOWrapper):
            def write(self, text):
                return super().write(text.upper())
        sys.stdout = Loud(sys.stdout.buffer, write_through=True)
        """,
    )
    assert [project.run(host, "wraps")["type"] for _ in range(2)] == ["done", "done"]
    host.let_go()
    assert host.output() == "X\nX\n"


def test_context_in_a_process_of_the_jobs_own(project, host):
    project.write(
        "pool.py",
        """
        import multiprocessing
        from dragonscales import get_context, tasks

        def work(context):
            context.log("info", "from below")
            context.progress(1)

        class Task(tasks.BaseTask):
            def run(self):
                process = multiprocessing.get_context("fork").Process(target=work, args=(get_context(),))
                process.start()
                process.join()
                return process.exitcode
        """,
    )
    assert project.run(host, "pool")["location"] == "0"
    assert host.told == []
    host.let_go()
    assert host.output() == "info: from below\n"


@pytest.mark.parametrize(
    "deed, look",
    [
        ("signal.alarm(1)", "signal.getitimer(signal.ITIMER_REAL)[0] == 0"),
        ("signal.setitimer(signal.ITIMER_PROF, 9)", "signal.getitimer(signal.ITIMER_PROF)[0] == 0"),
        ("signal.signal(signal.SIGCHLD, signal.SIG_IGN)", "subprocess.run(['false']).returncode == 1"),
        ("signal.signal(signal.SIGALRM, lambda *_: 1 / 0)", "signal.getsignal(signal.SIGALRM) == signal.SIG_DFL"),
        (
            "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])",
            "signal.SIGTERM not in signal.pthread_sigmask(signal.SIG_BLOCK, ())",
        ),
        (
            "signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGRTMAX])",
            "signal.SIGRTMAX in signal.pthread_sigmask(signal.SIG_BLOCK, ())",
        ),
        ("os.umask(0o777)", "os.umask(0o22) != 0o777"),
        (
            "resource.setrlimit(resource.RLIMIT_NOFILE, (50, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))",
            "resource.getrlimit(resource.RLIMIT_NOFILE)[0] != 50",
        ),
    ],
)
def test_what_a_job_does_to_its_process_does_not_meet_the_next_one(project, host, deed, look):
    project.write(
        "tasks/deed.py",
        f"""
        import os, resource, signal, subprocess
        from dragonscales import tasks

        class Task(tasks.BaseTask):
            def run(self, look: bool):
                if look:
                    return {look}
                {deed}
        """,
    )
    for look_now in (False, True):
        task = project.module("task", "tasks.deed", params={"look": look_now})
        answer = host.ask(type="task", id="1", timeout_ms=0, max_result=1000, task=task)
        assert answer["type"] == "result", answer
    assert answer["result"] == "true"


def test_limits_that_cannot_be_put_back_end_the_interpreter(project, host):
    project.write(
        "tasks/low.py",
        """
        import resource
        from dragonscales import tasks
        from dragonscales._host import process_state

        def refused(*_):
            raise ValueError("not allowed to raise maximum limit")

        class Task(tasks.BaseTask):
            def run(self):
                resource.setrlimit(resource.RLIMIT_NOFILE, (50, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
                process_state.resource.setrlimit = refused  # as for whoever is not root
        """,
    )
    task = project.module("task", "tasks.low")
    assert host.ask(type="task", id="1", timeout_ms=0, max_result=1000, task=task)["type"] == "result"
    assert host.receive() is None
    assert host.process.wait(20) == 0
