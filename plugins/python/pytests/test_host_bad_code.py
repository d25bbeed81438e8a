# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whatever the code does: the job fails with what happened, and the next one runs."""

import os
import pathlib

import driver
import pytest

RUN = """
from dragonscales import tasks
class Task(tasks.BaseTask):
    def run(self):
"""


def failed(answer, error):
    assert answer["type"] == "failed", answer
    assert answer["error"] == error, answer
    return answer


def then_the_next_job_runs(project, host):
    assert project.run(host, "good", value=5)["location"] == "5"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, ["The module bad of the task “bad” was not found", "looked in"]),
        ("import no_such_thing\n", ["bad.py:1", "ModuleNotFoundError: No module named 'no_such_thing'"]),
        ("def broken(:\n", ["has a syntax error at", "bad.py:1"]),
        ("x = 1\nraise KeyError('k')\n", ["cannot be imported at", "bad.py:2", "KeyError: 'k'"]),
        ("raise SystemExit(3)\n", ["bad.py:1", "SystemExit: 3"]),
        ("raise KeyboardInterrupt\n", ["KeyboardInterrupt"]),
        ("class Job: pass\nclass Other: pass\n", ["has no class Task", "it has Job, Other"]),
        ("x = 1\n", ["has no class Task", "no class at all"]),
        ("Task = 3\n", ["has no class Task"]),
        ("class Task: pass\n", ["has no method run"]),
        ("from dragonscales import tasks\nclass Task(tasks.BaseTask): pass\n", ["has no method run"]),
        (
            "class Task:\n    def __init__(self):\n        raise OSError('no license')\n    def run(self): pass\n",
            ["The constructor of the task “bad” (module bad) failed at", "bad.py:3", "OSError: no license"],
        ),
        ("import json\n\njson.loads('{')\n", ["bad.py:3: json.decoder.JSONDecodeError"]),
        (
            "from dragonscales import tasks\nclass Task(tasks.BaseTask):\n    size: int\n    def run(self): pass\n",
            ["The constructor of the task “bad” (module bad) failed: ", "size"],
        ),
    ],
)
def test_module_faults_name_what_is_wrong(project, host, text, words):
    if text is not None:
        project.write("bad.py", text)
    answer = failed(project.run(host, "bad"), "module")
    for each in words:
        assert each in answer["message"]
    assert str(driver.HOST.parent) not in answer["detail"]
    then_the_next_job_runs(project, host)


def test_class_from_another_module_counts(project, host):
    project.write("alias.py", "from good import Task\n")
    assert project.run(host, "alias")["location"] == "7"


def test_traceback_is_as_python_prints_it_without_the_host(project, host):
    project.write(
        "deep.py",
        RUN
        + """
        try:
            inner()
        except KeyError as error:
            raise ValueError("outer") from error

def inner():
    raise KeyError("inner")
""",
    )
    answer = failed(project.run(host, "deep"), "exception")
    assert answer["message"] == "ValueError: outer"
    path = project.folder / "deep.py"
    lines = [line for line in answer["detail"].splitlines() if not line or not set(line.strip()) <= {"^", "~"}]
    assert lines == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 7, in run',
        "    inner()",
        f'  File "{path}", line 12, in inner',
        '    raise KeyError("inner")',
        "KeyError: 'inner'",
        "",
        "The above exception was the direct cause of the following exception:",
        "",
        "Traceback (most recent call last):",
        f'  File "{path}", line 9, in run',
        '    raise ValueError("outer") from error',
        "ValueError: outer",
    ]


BROKEN_STR = """
class Broken(Exception):
    def __str__(self):
        raise RuntimeError("no words")
    __repr__ = __str__
"""


@pytest.mark.parametrize(
    ("body", "before", "message"),
    [
        ("raise SystemExit(3)", "", "SystemExit: 3"),
        ("import sys; sys.exit()", "", "SystemExit"),
        ("raise KeyboardInterrupt", "", "KeyboardInterrupt"),
        ("raise GeneratorExit", "", "GeneratorExit"),
        ("raise Broken", BROKEN_STR, "Broken"),
        ("return self.run(**params)", "", "RecursionError: maximum recursion depth exceeded"),
        ("raise ValueError('x' * 50_000_000)", "", "ValueError: xxx"),
        ("raise ValueError('\\ud800')", "", "ValueError: "),
        ("return 'x' * (1 << 62)", "", "MemoryError"),
        ("open('/dev/full', 'w', 1).write('x\\n')", "", "OSError: [Errno 28] No space left on device"),
    ],
)
def test_what_the_code_raises_is_its_fault(project, host, body, before, message):
    project.write_task("bad.py", body, before)
    answer = failed(project.run(host, "bad"), "exception")
    assert message in answer["message"]
    assert len(answer["message"]) < 8192
    assert len(answer["detail"]) < 65536
    assert 'bad.py", line ' in answer["detail"]
    then_the_next_job_runs(project, host)


def test_failing_storage_says_where(project, host):
    project.write("lost.py", "class Storage:\n    def store(self, result):\n        raise OSError('full')\n")
    answer = failed(host.job(project.task("good"), project.storage("lost")), "exception")
    assert answer["message"] == "OSError: full"
    assert 'lost.py", line 3, in store' in answer["detail"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return {'rows': [0, {1}]}", 'location["rows"][1] is a set, which JSON does not have; return a list'),
        ("return {'rows': b''}", 'location["rows"] is a bytes'),
        ("return [float('nan')]", "location[0] is nan"),
        ("return object()", "location is an object"),
        ("a = []; a.append(a); return a", "location[0] is location again"),
    ],
)
def test_unserialisable_value_is_named_by_its_path(project, host, body, words):
    project.write_task("bad.py", body)
    answer = failed(project.run(host, "bad"), "result")
    assert words in answer["message"]
    then_the_next_job_runs(project, host)


@pytest.mark.parametrize("where", ["import", "run"])
def test_exit_without_a_word_ends_the_host(project, host, where):
    text = "import os\nos._exit(5)\n" if where == "import" else RUN + "        import os; os._exit(5)\n"
    path = project.write("bad.py", text)
    assert project.run(host, "bad") is None
    assert host.process.wait(20) == 5
    assert host.phase == (1 if where == "import" else 2)
    if where == "import":
        assert host.loading == str(path)
    then_the_next_job_runs(project, project.host())


def test_prints_before_the_protocol_starts_stay_out_of_it(project):
    project.write("sitecustomize.py", "print('early', flush=True)\n")
    host = project.host(env={"PYTHONPATH": str(project.folder)})
    assert host.hello["type"] == "hello"
    then_the_next_job_runs(project, host)
    host.let_go()
    assert host.output() == "early\n"


# Ends once the orphan is what it is to be.
ORPHAN = "setsid sleep 1000 & until grep -q sleep /proc/$!/comm; do :; done"


@pytest.mark.parametrize(
    "body",
    [
        "import subprocess\nsubprocess.Popen(['sleep', '1000'])",
        "import subprocess\nsubprocess.run(ORPHAN, shell=True)",
    ],
)
def test_children_left_behind_are_killed_and_named(project, host, body):
    project.write_task("bad.py", body, f"ORPHAN = {ORPHAN!r}")
    answer = project.run(host, "bad")
    assert answer["type"] == "left_behind"
    pid, _, name = answer["processes"].partition(" ")
    assert name == "(sleep 1000)"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
    then_the_next_job_runs(project, host)


def test_forked_child_that_comes_back_says_nothing(project, host):
    project.write_task("bad.py", "import os\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\nreturn 'parent'")
    assert project.run(host, "bad")["location"] == '"parent"'
    then_the_next_job_runs(project, host)


def test_ended_children_are_no_fault(project, host):
    project.write_task(
        "fine.py",
        """
        import os, subprocess
        child = subprocess.Popen(["true"])
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        """,
    )
    assert project.run(host, "fine")["type"] == "done"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_works_and_leaves_nothing(project, host, method):
    project.write(
        "pool.py",
        f"""
        import multiprocessing
        from dragonscales import tasks

        def double(x):
            return 2 * x

        class Task(tasks.BaseTask):
            def run(self):
                with multiprocessing.get_context("{method}").Pool(1) as pool:
                    made = pool.map(double, [1, 2])
                    pool.close()
                    pool.join()
                return made
        """,
    )
    assert project.run(host, "pool") == {"type": "done", "location": "[2,4]"}
    then_the_next_job_runs(project, host)


@pytest.mark.parametrize("body", ["import sys\nsys.stdout = None", "import sys\nsys.stdout = open('/dev/null', 'w')"])
def test_replaced_output_is_put_back(project, host, body):
    project.write_task("bad.py", body)
    project.write_task("say.py", "print('heard')")
    assert project.run(host, "bad")["type"] == "done"
    assert project.run(host, "say")["type"] == "done"
    host.let_go()
    assert "heard" in host.output()


def test_closed_output_is_opened_again(project, host):
    project.write_task("bad.py", "import sys\nsys.stdout.close()\nsys.stderr.detach()")
    project.write_task("say.py", "print('heard')")
    project.run(host, "bad")
    assert project.run(host, "say")["type"] == "done"
    host.let_go()
    assert "heard" in host.output()


def test_closed_channel_ends_the_host_with_its_own_status(project, host):
    project.write_task("bad.py", "import os\nos.closerange(3, 2000)")
    assert project.run(host, "bad") is None
    assert host.process.wait(20) == 71
    then_the_next_job_runs(project, project.host())


def test_replaced_channel_gets_no_line(project, host):
    body = """
    import os
    for number in range(100, 200):
        try:
            os.fstat(number)
        except OSError:
            continue
        os.dup2(os.open("stolen", os.O_RDWR | os.O_CREAT), number)
    """
    project.write_task("bad.py", body)
    assert project.run(host, "bad") is None
    assert host.process.wait(20) == 71
    assert (project.cwd / "stolen").read_bytes() == b""


def test_full_disk_where_the_result_goes(project):
    project.scratch.rmdir()
    project.scratch.symlink_to("/dev/full")
    project.write_task("big.py", "return 'x' * 2_000_000")
    host = project.host()
    answer = host.ask(type="task", id="1", timeout_ms=0, max_result=1 << 30, task=project.task("big"))
    failed(answer, "result")
    assert "cannot be written to" in answer["message"]
    then_the_next_job_runs(project, host)


def test_full_disk_behind_standard_output(project):
    project.write_task("say.py", "import sys\nsys.stdout.write('x')\nreturn 1")
    with open("/dev/full", "wb") as full:
        host = project.host(stdout=full)
    assert project.run(host, "say") == {"type": "done", "location": "1"}
    then_the_next_job_runs(project, host)


def test_parameter_that_does_not_fit(project, host):
    project.write("when.py", "import datetime\nclass Task:\n    def run(self, when: datetime.date): return when.year\n")
    answer = failed(project.run(host, "when", when="tomorrow"), "params")
    assert "when is 'tomorrow', which is not a date such as 2026-01-31" in answer["message"]
    assert project.run(host, "when", when="2026-01-31")["location"] == "2026"


def test_what_the_host_cannot_handle_costs_one_request(project, host):
    project.write(
        "odd.py",
        """
        class Odd:
            def __hash__(self):
                raise RuntimeError("no hash")

        class Task:
            def run(self, a: Odd()): ...
        """,
    )
    answer = failed(project.run(host, "odd"), "host")
    assert answer["message"] == "The Python host failed: RuntimeError: no hash"
    assert 'odd.py", line 4' in answer["detail"]
    then_the_next_job_runs(project, host)


def test_missing_file_as_result(project, host):
    project.write_task("bad.py", "return File('nowhere')", "from dragonscales import File")
    answer = host.ask(type="task", id="1", timeout_ms=0, max_result=9, task=project.task("bad"))
    failed(answer, "result")
    assert str(pathlib.Path(project.cwd, "nowhere")) in answer["message"]
