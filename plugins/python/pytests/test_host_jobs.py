# SPDX-License-Identifier: LGPL-3.0-or-later
import json
import os
import pathlib

import pytest


def location(answer):
    assert answer["type"] == "done", answer
    return json.loads(answer["location"])


def test_hello_names_protocol_and_process(host):
    assert host.hello["protocol"] == 1
    assert host.hello["pid"] == host.process.pid
    assert host.hello["version"]


def test_args_queue_and_params_reach_the_code(project, host):
    project.write(
        "tests/tasks/task.py",
        """
        from dragonscales import tasks

        class Task(tasks.BaseTask):
            factor: int = 1

            def run(self, a: int, b: str):
                return [a * self.factor, b, self.queue, self.undeclared]
        """,
    )
    project.write(
        "tests/storages/storage.py",
        """
        from dragonscales import storages

        class Storage(storages.BaseStorage):
            def store(self, result, key):
                return {"key": key, "where": self.where, "result": result}
        """,
    )
    task = project.module(
        "task", "tests.tasks.task", {"factor": "3", "undeclared": [1]}, {"a": 2, "b": "x", "unknown": 0}, queue="slow"
    )
    storage = project.module("storage", "tests.storages.storage", {"where": "here"}, {"key": "k"})
    assert location(host.job(task, storage)) == {"key": "k", "where": "here", "result": [6, "x", "slow", [1]]}


def test_instances_stay_for_equal_args(project, host):
    project.write_task("count.py", "self.calls = getattr(self, 'calls', 0) + 1\nreturn self.calls")
    tasks = [project.module("task", "count", args) for args in ({}, {}, {"other": 1}, {})]
    assert [location(host.job(task, project.storage())) for task in tasks] == [1, 2, 1, 3]


def test_storage_gets_the_very_object(project, host):
    project.write_task("odd.py", "return {1, 2}")
    project.write(
        "size.py",
        """
        from dragonscales import storages

        class Storage(storages.BaseStorage):
            def store(self, result):
                return [type(result).__name__, sorted(result)]
        """,
    )
    assert location(host.job(project.task("odd"), project.storage("size"))) == ["set", [1, 2]]


VALUES = [10**30, -(10**4200), 1.5, "ä\u2028😀", None, True, [], {"a": [{}]}]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_pass_unchanged(project, host, value):
    project.write(
        "same.py",
        """
        from dragonscales import tasks

        class Task(tasks.BaseTask):
            def run(self, value):
                return value
        """,
    )
    assert location(project.run(host, "same", value=value)) == value


def test_numbers_of_any_size_pass(project, host):
    project.write("same.py", "class Task:\n    def run(self, value): return value\n")
    digits = "9" * 10_000
    task = {**project.task("same"), "params": '{"value":%s}' % digits}
    assert host.job(task, project.storage())["location"] == digits


def test_location_keeps_order_and_is_written_as_utf8(project, host):
    project.write_task("order.py", "return {'z': 'ä', 'a': 1}")
    assert project.run(host, "order")["location"] == '{"z":"ä","a":1}'


def test_coroutines_run_and_leave_no_tasks(project, host):
    project.write(
        "later.py",
        """
        import asyncio
        from dragonscales import tasks

        class Task(tasks.BaseTask):
            ended = False

            async def run(self):
                left = len(asyncio.all_tasks()) - 1
                asyncio.ensure_future(asyncio.sleep(1000))
                await asyncio.sleep(0)
                return left
        """,
    )
    assert [location(project.run(host, "later")) for _ in range(2)] == [0, 0]


def test_result_for_another_host(project, host):
    project.write_task("made.py", "import datetime\nreturn {'when': datetime.date(2026, 1, 31)}")
    answer = host.ask(type="task", id="1", timeout_ms=0, max_result=1000, task=project.task("made"))
    assert answer == {"type": "result", "result": '{"when":"2026-01-31"}'}


def test_large_result_goes_through_a_file_until_the_next_request(project, host):
    project.write_task("big.py", "return 'x' * 50_000_000")
    answer = host.ask(type="task", id="1", timeout_ms=0, max_result=1 << 30, task=project.task("big"))
    path = pathlib.Path(answer["result_path"])
    assert path.parent == project.scratch
    assert path.stat().st_size == 50_000_002
    project.write(
        "length.py",
        """
        from dragonscales import storages

        class Storage(storages.BaseStorage):
            def store(self, result):
                return len(result)
        """,
    )
    other = project.host()
    store = {"type": "store", "id": "1", "timeout_ms": 0, "max_result": 100, "storage": project.storage("length")}
    assert location(other.ask(**store, result_path=str(path))) == 50_000_000
    assert location(other.ask(**store, result='"four"')) == 4
    project.run(host, "good")
    assert not path.exists()


def test_full_disk_is_told_with_its_place(project, host):
    path = project.scratch / "py1.json"
    path.symlink_to("/dev/full")
    project.write_task("big.py", "return 'x' * 2_000_000")
    answer = host.ask(type="task", id="1", timeout_ms=0, max_result=1 << 30, task=project.task("big"))
    assert (answer["type"], answer["error"]) == ("failed", "result")
    assert f"cannot be written to {path}: No space left" in answer["message"]


def test_fifty_megabytes_as_location(project, host):
    project.write_task("big.py", "return ['x' * 50_000_000]")
    assert len(location(project.run(host, "big"))[0]) == 50_000_000


@pytest.mark.parametrize("kind", ["job", "task"])
def test_too_large_result_is_a_fault(project, host, kind):
    project.write_task("big.py", "return 'x' * 100")
    request = {"type": kind, "id": "1", "timeout_ms": 0, "max_result": 50, "task": project.task("big")}
    answer = host.ask(**request, storage=project.storage())
    assert answer["error"] == "result"
    assert "102 bytes; at most 50 are allowed" in answer["message"]


def test_files_are_handed_over_as_such(project, host):
    project.write_task(
        "picture.py",
        """
        path = get_context().scratch + "/a.png"
        open(path, "wb").write(b"data")
        return File(path)
        """,
        "from dragonscales import File",
    )
    project.write(
        "keep.py",
        """
        from dragonscales import storages

        class Storage(storages.BaseStorage):
            def store(self, result):
                return [type(result).__name__, result.path, result.media_type, result.open().read().decode()]
        """,
    )
    name, path, media_type, content = location(host.job(project.task("picture"), project.storage("keep")))
    assert (name, media_type, content) == ("File", "image/png", "data")
    assert not os.path.exists(path)
    answer = host.ask(type="task", id="1", timeout_ms=0, max_result=9, task=project.task("picture"))
    assert answer["media_type"] == "image/png"
    assert pathlib.Path(answer["file"]).read_bytes() == b"data"
    store = {"type": "store", "id": "1", "timeout_ms": 0, "max_result": 1000, "storage": project.storage("keep")}
    stored = project.host().ask(**store, file=answer["file"], media_type="image/png")
    assert location(stored) == ["File", answer["file"], "image/png", "data"]


def test_callback_is_told_the_status(project, host):
    project.write(
        "tell.py",
        """
        from dragonscales import callbacks, get_context

        class Callback(callbacks.BaseCallback):
            def call(self, whatever, target: str):
                get_context().log("info", [whatever, target, get_context().delivery_id])
        """,
    )
    callback = project.module("callback", "tell", params={"target": "t"})
    request = {"type": "callback", "id": "1", "timeout_ms": 0, "delivery": "d", "callback": callback}
    answer = host.ask(**request, status='{"id":"1","status":"finished"}')
    assert (answer["type"], answer["outcome"]) == ("called", "delivered")
    assert host.told[0]["text"] == "[{'id': '1', 'status': 'finished'}, 't', 'd']"


def test_parameter_that_is_called_as_the_status_is_ignored(project, host):
    project.write("tell.py", "class Callback:\n    def call(self, status, **more):\n        assert more == {'a': 1}\n")
    request = {"type": "callback", "id": "1", "timeout_ms": 0, "delivery": "d", "status": "{}"}
    callback = project.module("callback", "tell", params={"status": 0, "a": 1})
    assert host.ask(**request, callback=callback)["type"] == "called"


def test_callback_with_a_parameter_that_does_not_fit_gives_up(project, host):
    text = "import datetime\nclass Callback:\n    def call(self, status, when: datetime.date): ...\n"
    project.write("tell.py", text)
    request = {"type": "callback", "id": "1", "timeout_ms": 0, "delivery": "d", "status": "{}"}
    answer = host.ask(**request, callback=project.module("callback", "tell", params={"when": "soon"}))
    assert (answer["type"], answer["outcome"]) == ("called", "give_up")
    assert "when is 'soon'" in answer["error"]


def test_callback_that_raises_is_for_the_service_to_retry(project, host):
    project.write("tell.py", "class Callback:\n    def call(self, status):\n        raise OSError('down')\n")
    request = {"type": "callback", "id": "1", "timeout_ms": 0, "delivery": "d", "status": "{}"}
    answer = host.ask(**request, callback=project.module("callback", "tell"))
    assert (answer["type"], answer["error"], answer["message"]) == ("failed", "exception", "OSError: down")


def test_permanent_error_ends_the_tries(project, host):
    project.write(
        "gone.py",
        """
        from dragonscales import PermanentError

        class Gone(PermanentError):
            pass

        class Task:
            def run(self, well: bool):
                raise (ValueError if well else Gone)("no such customer")

        class Callback:
            def call(self, status):
                raise Gone("410")
        """,
    )
    answer = host.job(project.task("gone", params={"well": False}), project.storage())
    assert (answer["type"], answer["permanent"], answer["message"]) == ("failed", True, "gone.Gone: no such customer")
    assert "permanent" not in host.job(project.task("gone", params={"well": True}), project.storage())
    assert host.job(project.task("gone", params={"well": "perhaps"}), project.storage())["permanent"] is True
    request = {"type": "callback", "id": "1", "timeout_ms": 0, "delivery": "d", "status": "{}"}
    answer = host.ask(**request, callback=project.module("callback", "gone"))
    assert (answer["type"], answer["outcome"], answer["error"]) == ("called", "give_up", "gone.Gone: 410")


def test_context_tells_and_knows(project, host):
    project.write_task(
        "busy.py",
        """
        context = get_context()
        for i in range(1000):
            context.progress(i / 1000, "half")
        context.progress(1)
        context.log("warning", "look")
        return [context.job_id, context.traceparent, context.stop_requested, 0 < context.remaining <= 60]
        """,
    )
    answer = host.job(project.task("busy"), project.storage(), timeout_ms=60_000, traceparent="00-1-2-01")
    assert location(answer) == ["4711", "00-1-2-01", False, True]
    progress = [each for each in host.told if each["type"] == "progress"]
    assert progress[0] == {"type": "progress", "fraction": 0.0, "text": "half"}
    assert progress[-1] == {"type": "progress", "fraction": 1.0, "text": ""}
    assert len(progress) < 50
    assert {"type": "log", "level": "warning", "text": "look"} in host.told


def test_context_that_a_module_takes_is_that_of_each_job(project, host):
    project.write_task(
        "early.py",
        """
        CONTEXT.log("info", CONTEXT.entry)
        return [CONTEXT.job_id, CONTEXT.remaining > 0, CONTEXT.scratch == get_context().scratch]
        """,
        "CONTEXT = get_context()",
    )
    for job in ("1", "2"):
        answer = host.job(project.task("early"), project.storage(), id=job, timeout_ms=60_000)
        assert location(answer) == [job, True, True]
        assert [line["text"] for line in host.told] == ["early"]


def test_context_of_an_ended_job_is_silent(project, host):
    project.write_task(
        "keeper.py",
        """
        old = kept[0] if kept else None
        kept[:] = [get_context()]
        if old:
            old.log("info", "too late")
            old.progress(1)
        """,
        "kept = []",
    )
    project.run(host, "keeper")
    project.run(host, "keeper")
    assert host.told == []


def test_logging_becomes_log_lines_with_levels(project, host):
    before = "import logging\nlog = logging.getLogger('me')"
    project.write_task("logs.py", "log.info('one')\nlog.error('two %d', 2)", before)
    project.run(host, "logs")
    assert [(each["level"], each["text"]) for each in host.told] == [("info", "me: one"), ("error", "me: two 2")]


def test_logging_that_is_imported_while_a_task_runs(project, host):
    body = "import logging\nlog = logging.getLogger('me')\nlog.info('one')\nlog.warning('two')"
    project.write_task("logs.py", body)
    project.run(host, "logs")
    assert [(each["level"], each["text"]) for each in host.told] == [("info", "me: one"), ("warning", "me: two")]


def test_functions_of_logging_show_info(project, host):
    project.write_task("logs.py", "import logging\nlogging.info('one')")
    project.run(host, "logs")
    host.let_go()
    assert host.output() == "INFO:root:one\n"


def test_logging_that_a_task_sets_up_has_pythons_level(project, host):
    body = "import logging, sys\nlogging.basicConfig(stream=sys.stdout)\nlogging.info('no')\nlogging.warning('yes')"
    project.write_task("logs.py", body)
    project.run(host, "logs")
    assert host.told == []
    host.let_go()
    assert host.output() == "WARNING:root:yes\n"


def test_a_level_that_the_code_sets_stays(project, host):
    body = "root.setLevel(logging.INFO)\nroot.addHandler(logging.NullHandler())\nreturn root.level"
    project.write_task("logs.py", body, "import logging\nroot = logging.root")
    assert location(project.run(host, "logs")) == 20


def test_a_module_of_the_project_may_be_called_logging(project, host):
    project.write("logging.py", "word = 'mine'\n")
    project.write_task("logs.py", "import logging\nreturn logging.word")
    assert location(project.run(host, "logs")) == "mine"


def test_a_projects_own_logging_set_up_counts(project, host):
    project.write_task(
        "logs.py",
        "logging.info('mine')",
        "import logging, sys\nlogging.basicConfig(level='INFO', stream=sys.stdout, format='<%(message)s>')",
    )
    project.run(host, "logs")
    assert host.told == []
    host.let_go()
    assert "<mine>" in host.output()


def test_prints_are_flushed_and_may_hold_anything(project, host):
    project.write_task("prints.py", "print('half \\ud800', end='')")
    project.run(host, "prints")
    host.let_go()
    assert host.output() == "half \\ud800"


def test_phase_and_count_for_the_monitor(project, host):
    project.write_task("end.py", "import os\nos._exit(3)")
    project.run(host, "good")
    assert host.loading == str(project.folder / "echo.py")
    assert project.run(host, "end") is None
    assert host.process.wait(20) == 3
    assert (host.phase, host.requests) == (2, 2)
    host = project.host()
    project.run(host, "good")
    host.let_go()
    assert (host.phase, host.requests) == (0, 1)


def test_let_go_it_leaves(host):
    assert host.let_go() == 0


def test_unknown_request_is_answered(host):
    assert host.ask(type="dance")["error"] == "protocol"
