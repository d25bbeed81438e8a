# SPDX-License-Identifier: LGPL-3.0-or-later
import re

import driver
import pytest

TEXT = (driver.HOST.parent / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
MODULES = [block for block in BLOCKS if "\nclass " in block]


def names_of(block):
    found = {}
    exec(block, found)
    return found


@pytest.mark.parametrize("block", BLOCKS)
def test_example_is_python(block):
    compile("def example():\n" + re.sub("^", "    ", block, flags=re.MULTILINE), "README.md", "exec")


def test_task_does_what_the_page_says():
    task = names_of(MODULES[0])["Task"](queue="queue", factor=2)
    assert task.run(a=2, b="x") == {"text": "xxxx", "queue": "queue"}


def test_storage_stores(tmp_path):
    storage = names_of(MODULES[1])["Storage"](directory=str(tmp_path))
    assert storage.store({"a": 1}, name="file") == {"name": "file"}
    assert (tmp_path / "file").read_text() == "{'a': 1}"


def test_authorizer_asks_for_a_key(project, host):
    project.write("gate.py", MODULES[2])
    gate = project.module("authorizer", "gate", {"keys": {"k": "ann"}})
    request = {"method": "GET", "path": "/", "query": "", "client": ""}
    requests = [{**request, "headers": [["X-Key", "k"]]}, {**request, "headers": []}]
    verdict, refusal = host.ask(type="authorize", authorizer=gate, requests=requests)["verdicts"]
    assert (verdict["allowed"], verdict["principal"], verdict["max_age_ms"]) == (True, "ann", 30_000)
    assert (refusal["allowed"], refusal["status"], refusal["detail"]) == (False, 401, "Who are you?")


def test_page_names_each_module_of_the_host():
    rows = TEXT.partition("`dragonscales/_host/`")[2].partition("| `dragonscales/_types/`")[0]
    modules = {path.stem for path in (driver.HOST.parent / "dragonscales/_host").glob("*.py")} - {"__init__"}
    assert set(re.findall(r"`(\w+)`", rows)) == modules
