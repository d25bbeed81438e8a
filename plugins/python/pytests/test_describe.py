# SPDX-License-Identifier: LGPL-3.0-or-later
import json

import driver
import pytest
from dragonscales._host.docstring import first_paragraph, parameter_texts


def described(project, host, kind, text):
    project.write("shown.py", text)
    answer = host.ask(type="describe", module=project.module(kind, "shown"))
    assert answer["type"] == "described", answer
    for name in ("args_schema", "params_schema", "result_schema"):
        answer[name] = json.loads(answer[name])
    return answer


def test_task(project, host):
    answer = described(
        project,
        host,
        "task",
        """
        from typing import Dict, List
        from dragonscales import tasks

        class Task(tasks.BaseTask):
            factor: int
            names: List[str] = ["a"]

            def run(self, a: int, b: str = "x", c=None) -> Dict[str, int]:
                '''Counts
                letters.

                And more.

                Args:
                    a (int): where to begin,
                        from zero
                    b: in what
                '''
        """,
    )
    assert answer == {
        "type": "described",
        "title": "Shown",
        "description": "Counts letters.",
        "args_schema": {
            "type": "object",
            "properties": {
                "factor": {"type": "integer"},
                "names": {"type": "array", "items": {"type": "string"}, "default": ["a"]},
            },
            "required": ["factor"],
            "additionalProperties": True,
        },
        "params_schema": {
            "type": "object",
            "properties": {
                "a": {"type": "integer", "description": "where to begin, from zero"},
                "b": {"type": "string", "default": "x", "description": "in what"},
                "c": {"default": None},
            },
            "required": ["a"],
        },
        "result_schema": {"type": "object", "additionalProperties": {"type": "integer"}},
        "file": str(project.folder / "shown.py"),
    }


def test_storage_leaves_out_the_result(project, host):
    answer = described(project, host, "storage", "class Storage:\n    def store(self, result, name: str) -> str: ...\n")
    assert answer["params_schema"]["properties"] == {"name": {"type": "string"}}
    assert answer["result_schema"] == {"type": "string"}


def test_callback_leaves_out_its_first_and_keeps_others(project, host):
    answer = described(project, host, "callback", "class Callback:\n    def call(self, told, url, **more): ...\n")
    assert answer["params_schema"] == {
        "type": "object",
        "properties": {"url": {}},
        "required": ["url"],
        "additionalProperties": True,
    }


def test_authorizer(project, host):
    text = "class Authorizer:\n    '''Asks nobody.'''\n    async def authorize(self, request): ...\n"
    answer = described(project, host, "authorizer", text)
    assert answer["params_schema"] == {"type": "object", "properties": {}}
    assert answer["description"] == "Asks nobody."


METHODS = [
    "def run(self, a)",
    "def run(self, a, /, b=2, *, c=3)",
    "@staticmethod\n    def run(a)",
    "@classmethod\n    def run(cls, a)",
    "@functools.lru_cache()\n    def run(self, a)",
]


@pytest.mark.parametrize("method", METHODS)
def test_every_sort_of_method(project, host, method):
    answer = described(project, host, "task", f"import functools\nclass Task:\n    {method}: return a\n")
    assert answer["params_schema"]["required"] == ["a"]
    assert host.job(project.task("shown", {"a": 1}), project.storage())["location"] == "1"


def test_constructor_is_not_called(project, host):
    text = "class Task:\n    def __init__(self): raise ValueError\n    def run(self): ...\n"
    assert described(project, host, "task", text)["params_schema"]["properties"] == {}


@pytest.mark.skipif(not driver.has("pydantic"), reason="needs pydantic")
def test_model_as_parameter(project, host):
    answer = described(
        project,
        host,
        "task",
        """
        import datetime
        from pydantic import BaseModel, Field
        from dragonscales import tasks

        try:
            from pydantic.v1 import Field as OwnField
        except ImportError:
            OwnField = Field

        class Inner(BaseModel):
            n: int = Field(3, ge=1, description="count")

        class Outer(BaseModel):
            inner: Inner
            others: list[Inner] = []
            when: datetime.datetime

        class Task(tasks.BaseTask):
            limit: int = OwnField(5, le=9)

            def run(self, outer: Outer, size: int = Field(2, gt=1, description="how big")):
                return [outer.inner.n, outer.when.year, size]
        """,
    )
    outer = answer["params_schema"]["properties"]["outer"]
    assert "definitions" not in outer
    inner = outer["properties"]["inner"]
    words = {"title": "N", "description": "count"}
    assert inner["properties"]["n"] == {**words, "default": 3, "minimum": 1, "type": "integer"}
    assert outer["properties"]["others"]["items"] == inner
    assert outer["properties"]["when"] == {"title": "When", "type": "string"}
    assert answer["params_schema"]["properties"]["size"] == {
        "type": "integer",
        "exclusiveMinimum": 1,
        "description": "how big",
        "default": 2,
    }
    assert answer["args_schema"]["properties"] == {"limit": {"type": "integer", "maximum": 9, "default": 5}}
    params = {"outer": {"inner": {}, "when": "2026-01-31T12:00:00"}}
    assert host.job(project.task("shown", params), project.storage())["location"] == "[3,2026,2]"
    wrong = host.job(project.task("shown", {"outer": {"inner": {}}}), project.storage())
    assert wrong["error"] == "params"
    assert "outer does not fit: when: field required" in wrong["message"].replace("Field", "field")


def test_module_that_cannot_be_imported_is_a_fault(project, host):
    project.write("shown.py", "def broken(:\n")
    answer = host.ask(type="describe", module=project.module("task", "shown"))
    assert (answer["type"], answer["error"]) == ("failed", "module")
    assert "shown.py:1" in answer["message"]


GOOGLE = """Does things.

Parameters:
    a: the first
    **more (dict): the rest: all
        of it

Returns:
    b: nothing
"""
NUMPY = """Does things.

Parameters
----------
a : int
    the first
b, c
    two
    lines

Returns
-------
d
    nothing
"""
SPHINX = """Does things.

:param a: the first
:param int b: on
    two lines
:type a: int
:returns: c
"""


@pytest.mark.parametrize(
    ("doc", "texts"),
    [
        (None, {}),
        ("", {}),
        ("Just text: nothing", {}),
        (GOOGLE, {"a": "the first", "more": "the rest: all of it"}),
        (NUMPY, {"a": "the first", "b": "two lines", "c": "two lines"}),
        (SPHINX, {"a": "the first", "b": "on two lines"}),
    ],
)
def test_docstring(doc, texts):
    assert parameter_texts(doc) == texts
    if texts:
        assert first_paragraph(doc) == "Does things."
