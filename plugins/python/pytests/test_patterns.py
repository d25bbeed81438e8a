# SPDX-License-Identifier: LGPL-3.0-or-later
import json
import re
from typing import Annotated, List, Optional

import pytest
from dragonscales._pydantic import first_version
from dragonscales._types.annotations import shape_of
from dragonscales._types.base import Misfit
from dragonscales._types.inline import inlined
from dragonscales._types.patterns import in_ecma_script, in_schema

TRANSLATED = [
    ("^[a-z]+$", "^[a-z]+$"),
    (r"\A[a-z]+\Z", "^[a-z]+$"),
    (r"a\Z|b", "a$|b"),
    (r"\\A\\Z", r"\\A\\Z"),
    (r"(?P<n>a+)-(?P=n)", r"(?<n>a+)-\k<n>"),
    (r"(?:a)(?=b)(?!c)(?<=d)(?<!e)(f)\1", r"(?:a)(?=b)(?!c)(?<=d)(?<!e)(f)\1"),
    ("[]a]", r"[\]a]"),
    ("[^]a]", r"[^\]a]"),
    ("[(?i)*+]", "[(?i)*+]"),
    (r"[\]\\a-z\d]", r"[\]\\a-z\d]"),
    (r"\a[\a]", r"\x07[\x07]"),
    (r"\x41\u0041\U0001F600", r"\x41\u0041\u{1F600}"),
    ("a*?b+?c??d{1,2}?", "a*?b+?c??d{1,2}?"),
    ("a{,3}b{,}c{2}{}", "a{0,3}b{0,}c{2}{}"),
    (r"\.\-\/\(", r"\.\-\/\("),
]
FOREIGN = [
    "(?i)abc",
    "(?i:abc)",
    "(?-i:abc)",
    "(?#words)abc",
    "(a)?(?(1)b|c)",
    "(?>a)",
    "a++",
    "a*+",
    "a?+",
    "a{1,2}+",
    r"\N{DIGIT ONE}",
    r"\0",
    r"\101",
    r"[\1]",
    r"[\A]",
    "[[:alpha:]]",
    "[a&&b]",
    "[a",
    "a\\",
    "(?P=n",
]


@pytest.mark.parametrize(("pattern", "expected"), TRANSLATED)
def test_pattern_that_ecma_script_has(pattern, expected):
    assert in_ecma_script(pattern) == expected


@pytest.mark.parametrize("pattern", FOREIGN)
def test_pattern_that_ecma_script_lacks(pattern):
    assert in_ecma_script(pattern) is None


def test_what_python_does_not_understand_is_left_to_the_service():
    assert in_schema("(?P=n") == "(?P=n"
    assert in_schema("(?i)a") is None


def test_flags_of_a_compiled_expression_cannot_be_in_a_schema():
    assert in_schema(re.compile("^a")) == "^a"
    assert in_schema(re.compile("^a", re.IGNORECASE)) is None


class Limit:
    def __init__(self, **limits):
        vars(self).update(limits)


@pytest.mark.parametrize(
    ("limit", "fits", "misfit"),
    [
        (Limit(pattern="(?i)abc"), "xABCx", "xABx"),
        (Limit(regex="(?i)abc"), "ABCx", "xABC"),
        (Limit(pattern=re.compile("^abc", re.IGNORECASE)), "ABC", "xABC"),
        (Limit(metadata=[Limit(pattern="(?i)abc")]), "ABC", "AB"),
    ],
)
def test_pattern_that_is_left_out_is_checked_by_the_conversion(limit, fits, misfit):
    shape = shape_of(Annotated[str, limit])
    assert shape.schema() == {"type": "string"}
    assert shape.exact is None
    assert shape.convert(fits, "a") == fits
    with pytest.raises(Misfit, match=r"^a is '\w+', which is not a text that matches the regular expression .*abc$"):
        shape.convert(misfit, "a")


def test_pattern_that_is_left_out_within_others():
    word = Annotated[str, Limit(pattern="(?i)^abc$")]
    with pytest.raises(Misfit, match=r"a\[1\] is 'x'"):
        shape_of(List[word]).convert(["ABC", "x"], "a")
    maybe = shape_of(Annotated[Optional[str], Limit(pattern="(?i)^abc$")])
    assert maybe.convert(None, "a") is None
    with pytest.raises(Misfit):
        maybe.convert("x", "a")


def test_patterns_of_a_models_schema():
    text = {"type": "string"}
    schema = {
        "properties": {"pattern": {**text, "pattern": r"\Aa\Z"}, "b": {**text, "pattern": "(?i)b"}},
        "patternProperties": {r"\Ac": text, "(?i)d": text},
        "additionalProperties": False,
    }
    assert inlined(schema) == {
        "properties": {"pattern": {**text, "pattern": "^a$"}, "b": text},
        "patternProperties": {"^c": text},
        "additionalProperties": True,
    }


@pytest.mark.skipif(first_version() is None, reason="needs pydantic")
def test_regex_of_a_field(project, host):
    project.write(
        "words.py",
        r"""
        try:
            from pydantic.v1 import BaseModel, Field
        except ImportError:
            from pydantic import BaseModel, Field

        class Model(BaseModel):
            word: str = Field(regex=r"(?i)\Aabc\Z")

        class Task:
            def run(self, plain: str = Field("a", regex=r"\A[a-z]+\Z"), any_case: str = Field("", regex="(?i)abc"),
                    model: Model = None):
                return [plain, any_case]
        """,
    )
    answer = host.ask(type="describe", module=project.task("words"))
    shown = json.loads(answer["params_schema"])["properties"]
    assert shown["plain"]["pattern"] == "^[a-z]+$"
    assert "pattern" not in shown["any_case"]
    assert "(?i)" not in answer["params_schema"]
    assert project.run(host, "words", any_case="ABC")["location"] == '["a","ABC"]'
    for params, words in (
        ({"any_case": "x"}, "any_case is 'x', which is not a text that matches the regular expression (?i)abc"),
        ({"model": {"word": "x"}}, "model does not fit: word: "),
    ):
        answer = project.run(host, "words", **params)
        assert answer["error"] == "params"
        assert words in answer["message"]
