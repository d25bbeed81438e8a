# SPDX-License-Identifier: LGPL-3.0-or-later
import pathlib

import pytest

HEADERS = [["Authorization", "Bearer t"], ["X-Name", "\xe4"], ["x-name", "second"]]
REQUEST = {"method": "POST", "path": "/api/v1/jobs/", "query": "a=1&a=2&b=", "headers": HEADERS, "client": "127.0.0.1"}
REFUSAL = "from dragonscales import HTTPException"


def ask(project, host, body, before="", keyword="def"):
    lines = "\n".join("        " + line for line in body.splitlines())
    base = "from dragonscales import authorizers\n" + before
    text = f"{base}\nclass Authorizer(authorizers.BaseAuthorizer):\n    {keyword} authorize(self, request):\n{lines}\n"
    project.write("gate.py", text)
    (answer,) = verdicts(project, host, REQUEST)
    return answer


def verdicts(project, host, *requests):
    answer = host.ask(type="authorize", authorizer=project.module("authorizer", "gate"), requests=requests)
    assert answer["type"] == "verdicts"
    return answer["verdicts"]


@pytest.mark.parametrize("body", ["pass", "return False", "return None", "return {'role': 'admin'}"])
@pytest.mark.parametrize("keyword", ["def", "async def"])
def test_any_return_value_allows(project, host, body, keyword):
    verdict = ask(project, host, body, keyword=keyword)
    assert verdict == {
        "type": "verdict",
        "allowed": True,
        "status": 200,
        "detail": "",
        "principal": "",
        "role": "",
        "max_age_ms": 0,
        "headers": [],
    }


def test_allow_carries_more(project, host):
    verdict = ask(project, host, "return authorizers.Allow(principal='ann', role='admin', max_age=2.5)")
    assert (verdict["principal"], verdict["role"], verdict["max_age_ms"]) == ("ann", "admin", 2500)


@pytest.mark.parametrize(
    "expression",
    [
        "request.headers['AUTHORIZATION'] == 'Bearer t'",
        "request.headers.get('x-name') == '\xe4'",
        "request.headers.getlist('X-NAME') == ['\xe4', 'second']",
        "request.headers.get('none', 7) == 7",
        "'authorization' in request.headers and 'none' not in request.headers",
        "('authorization', 'Bearer t') in request.headers.items()",
        "dict(request.headers)['authorization'] == 'Bearer t'",
        "request.method == 'POST'",
        "request.url.path == '/api/v1/jobs/'",
        "str(request.url) == '/api/v1/jobs/?a=1&a=2&b='",
        "request.query_params['a'] == '2' and request.query_params.getlist('a') == ['1', '2']",
        "request.query_params.get('b') == '' and request.query_params.get('c') is None",
        "request.client.host == '127.0.0.1'",
    ],
)
def test_request_is_as_authorizers_know_it(project, host, expression):
    assert ask(project, host, f"assert {expression}")["type"] == "verdict"


@pytest.mark.parametrize(
    ("body", "before", "expected"),
    [
        ("raise HTTPException(401, 'who?')", REFUSAL, (401, "who?", [])),
        ("raise HTTPException(status_code=403, detail='no')", REFUSAL, (403, "no", [])),
        ("raise HTTPException(401, {'a': [1]})", REFUSAL, (401, '{"a":[1]}', [])),
        ("raise HTTPException(401, '', {'Retry-After': 3})", REFUSAL, (401, "", [["Retry-After", "3"]])),
        ("raise HTTPException(200, 'odd')", REFUSAL, (200, "odd", [])),
        ("raise HTTPException(302, 'away')", REFUSAL, (302, "away", [])),
        ("raise HTTPException(99, 'low')", REFUSAL, (403, "low", [])),
        ("raise HTTPException(600, 'high')", REFUSAL, (403, "high", [])),
        ("raise Own", "class Own(Exception):\n    status_code = 429\n    detail = 'slowly'\n", (429, "slowly", [])),
    ],
)
def test_error_with_a_status_refuses(project, host, body, before, expected):
    verdict = ask(project, host, body, before)
    assert verdict["allowed"] is False
    assert (verdict["status"], verdict["detail"], verdict["headers"]) == expected


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("request.headers['none']", "KeyError: 'none'"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("class Odd(Exception): status_code = 'x'\nraise Odd", "Odd"),
        ("class Odd(Exception): status_code = property(lambda self: 1 / 0)\nraise Odd", "Odd"),
        ("return authorizers.Allow(max_age=float('inf'))", "OverflowError"),
    ],
)
def test_any_other_error_lets_nobody_in(project, host, body, message):
    answer = ask(project, host, body)
    assert (answer["type"], answer["error"]) == ("failed", "exception")
    assert message in answer["message"]


def test_missing_authorizer_lets_nobody_in(project, host):
    answer = host.ask(type="authorize", authorizer=project.module("authorizer", "nowhere"), requests=[REQUEST])
    assert (answer["type"], answer["error"]) == ("failed", "module")


def test_context_of_an_authorizer(project, host):
    body = "context = get_context()\nopen(context.scratch + '/a', 'w').close()\ncontext.log('info', context.scratch)"
    assert ask(project, host, body, "from dragonscales import get_context\n")["allowed"]
    (line,) = host.told
    assert pathlib.Path(line["text"]).parent == project.scratch
    assert not list(project.scratch.iterdir())


def test_no_python_authorizer_is_open(project, host):
    assert host.ask(type="open", authorizer=project.module("authorizer", "gate")) == {"type": "open", "open": False}


def test_event_loop_stays_for_all_requests(project, host):
    body = "import asyncio\nloops.add(id(asyncio.get_running_loop()))\nassert len(loops) == 1"
    assert [ask(project, host, body, "loops = set()", "async def")["type"]] == ["verdict"]
    assert [answer["type"] for answer in verdicts(project, host, REQUEST, REQUEST)] == ["verdict", "verdict"]


def test_a_failure_among_many_is_alone(project, host):
    body = "if request.method == 'PUT':\n    raise ValueError('no')\nif request.method == 'DELETE':\n    raise HTTPException(403, 'n')"
    ask(project, host, body, REFUSAL)
    requests = [{**REQUEST, "method": method} for method in ("GET", "PUT", "DELETE", "GET")]
    answers = verdicts(project, host, *requests)
    assert [answer["type"] for answer in answers] == ["verdict", "failed", "verdict", "verdict"]
    assert [answer.get("allowed") for answer in answers] == [True, None, False, True]
