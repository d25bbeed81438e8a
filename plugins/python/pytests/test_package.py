# SPDX-License-Identifier: LGPL-3.0-or-later
import subprocess
import sys
from typing import ClassVar, List, Optional

import driver
import dragonscales
import pytest
from dragonscales import authorizers, callbacks, storages, tasks
from dragonscales._plain import Base
from dragonscales._types.base import Misfit

PACKAGE = driver.HOST.parent


class Plain(Base):
    size: int
    names: List[str] = []
    word: Optional[str] = None
    shared: ClassVar[int] = 1
    _cache = None

    def remember(self):
        self._cache = 5
        return self._cache


def test_plain_base_checks_what_is_declared():
    made = Plain(size="3", other={"a": 1})
    assert (made.size, made.names, made.word, made.other) == (3, [], None, {"a": 1})
    assert made.dict() == {"size": 3, "names": [], "word": None, "other": {"a": 1}}
    assert made.remember() == 5


def test_plain_base_shares_no_defaults():
    Plain(size=1).names.append("a")
    assert Plain(size=1).names == []


@pytest.mark.parametrize(("args", "words"), [({}, "size is missing"), ({"size": "x"}, "size is 'x'")])
def test_plain_base_says_what_does_not_fit(args, words):
    with pytest.raises(Misfit, match=words):
        Plain(**args)


def test_pydantic_bases_take_fields_validators_and_more():
    pydantic = pytest.importorskip("pydantic")
    if not pydantic.VERSION.startswith("1."):
        pydantic = pydantic.v1

    class Task(tasks.BaseTask):
        size: int = pydantic.Field(3, ge=1)
        _cache: int = 0

        @pydantic.validator("size")
        def even(cls, value):
            if value % 2:
                raise ValueError("size is odd")
            return value

        def run(self):
            values = self.dict()
            self._cache += 1
            self._other = self._cache
            return values

    task = Task(queue="q", size="4", more=[1])
    assert task.run() == {"queue": "q", "size": 4, "more": [1]}
    assert task._other == 1
    for size in (5, 0):
        with pytest.raises(pydantic.ValidationError):
            Task(size=size)


@pytest.mark.parametrize(
    ("base", "method"),
    [
        (tasks.BaseTask, "run"),
        (storages.BaseStorage, "store"),
        (callbacks.BaseCallback, "call"),
        (authorizers.BaseAuthorizer, "authorize"),
    ],
)
def test_bases_leave_their_method_to_the_project(base, method):
    with pytest.raises(NotImplementedError):
        getattr(base(), method)(None)


def test_http_exception_in_both_ways():
    error = dragonscales.HTTPException(status_code=401, detail="who?", headers={"A": "b"})
    assert (error.status_code, error.detail, error.headers) == (401, "who?", {"A": "b"})
    assert str(dragonscales.HTTPException(403, "no")) == "403: no"
    assert authorizers.HTTPException is dragonscales.HTTPException


def test_context_outside_of_the_service(capsys, tmp_path):
    context = dragonscales.get_context()
    context.log("info", "line")
    context.progress(0.5, "half")
    assert capsys.readouterr().err == "info: line\n"
    assert (context.job_id, context.stop_requested, context.remaining) == ("", False, None)
    with open(context.scratch + "/a", "w"):
        pass
    with pytest.raises(ValueError, match="use one of debug, info, warning, error"):
        context.log("loud", "line")


def test_file_knows_its_place_and_type(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    file = dragonscales.File(path)
    assert (file.path, file.media_type) == (str(path), "image/png")
    assert dragonscales.File("b", "text/x").media_type == "text/x"
    with open(file, "rb") as opened, file.open() as other:
        assert opened.read() == other.read() == b"x"


def test_version_is_that_of_the_program():
    root = PACKAGE.parents[1] / "CMakeLists.txt"
    if not root.exists():
        pytest.skip("not in the source tree")
    assert f"project(dragonscales VERSION {dragonscales.__version__} " in root.read_text()


def test_import_brings_no_pydantic_and_no_host():
    code = "import sys, dragonscales; print(sorted(n for n in sys.modules if 'pydantic' in n or '_host' in n))"
    made = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE, capture_output=True, text=True, check=True)
    assert made.stdout == "[]\n"
