# SPDX-License-Identifier: LGPL-3.0-or-later
"""Answers requests: one function for each type."""

import os
import time
import traceback

from dragonscales._context import Context, set_context
from dragonscales._file import File
from dragonscales._host import answers, fault, phase
from dragonscales._host.authorize import Request, allowed, refused
from dragonscales._host.describe import description
from dragonscales._host.fault import Fault
from dragonscales._host.service import JobChannel
from dragonscales._json.text import dumps, loads
from dragonscales._json.values import NoJson

_MOST_INLINE = 1 << 20  # a longer result goes through a file


class Requests:
    def __init__(self, host):
        self._host = host
        self._loader = host.loader
        self._kept = []  # files and folders of the last answer, which the service reads
        self._types = {
            "job": self._job,
            "task": self._task,
            "store": self._store,
            "callback": self._callback,
            "authorize": self._authorize,
            "open": self._open,
            "describe": self._describe,
        }

    def answer(self, request):
        self._forget_last()
        handler = self._types.get(request.get("type"))
        try:
            if handler is None:
                raise Fault("protocol", "The Python host does not understand what the service asks for.")
            return handler(request)
        except Fault as error:
            return answers.failed(error)
        except Exception as error:  # nobody thought of it: it still costs one request only
            return answers.failed(Fault("host", f"The Python host failed: {fault.one_line(error)}", _whole(error)))

    def _job(self, request):
        task = self._loader.ready(request["task"], "task")
        storage = self._loader.ready(request["storage"], "storage")
        with self._context(request) as context:
            result = self._called(context, task, request["task"], phase.TASK)
            if context.stop_requested:
                raise _stopped(context)
            location = self._called(context, storage, request["storage"], phase.STORAGE, result)
        return answers.done(_text(location, "location", storage.who, request))

    def _task(self, request):
        task = self._loader.ready(request["task"], "task")
        with self._context(request, keep=True) as context:
            result = self._called(context, task, request["task"], phase.TASK)
            if context.stop_requested:
                raise _stopped(context)
        if isinstance(result, File):
            return _file_answer(result, task.who)
        text = _text(result, "result", task.who, request)
        return answers.result(text) if len(text) <= _MOST_INLINE else self._through_file(text, task.who)

    def _store(self, request):
        storage = self._loader.ready(request["storage"], "storage")
        with self._context(request) as context:
            result = _passed(request, storage.who)
            location = self._called(context, storage, request["storage"], phase.STORAGE, result)
        return answers.done(_text(location, "location", storage.who, request))

    def _callback(self, request):
        callback = self._loader.ready(request["callback"], "callback")
        try:
            with self._context(request) as context:
                self._called(context, callback, request["callback"], phase.CALLBACK, loads(request["status"]))
        except Fault as error:
            if error.permanent:
                return answers.called("give_up", error.message)
            raise
        return answers.called("delivered")

    def _authorize(self, request):
        authorizer = self._loader.ready(request["authorizer"], "authorizer")
        self._host.phase.set(phase.AUTHORIZER)
        with self._context(request) as context:
            context.entry = authorizer.entry
            verdicts = [_verdict(authorizer, asked) for asked in request["requests"]]
        return answers.verdicts(verdicts)

    def _open(self, _request):
        return answers.line(type="open", open=False)

    def _describe(self, request):
        return description(self._loader, request["module"])

    def _context(self, request, keep=False):
        return _Running(self._host, request, self._kept if keep else None)

    def _called(self, context, ready, module, number, *first):
        context.entry = ready.entry
        self._host.phase.set(number)
        params = module.get("params")
        try:
            return ready.call(loads(params) if params else {}, *first)
        except Fault:
            raise
        except BaseException as error:
            raise fault.of_exception(error) from None

    def _through_file(self, text, who):
        path = "the scratch folder"
        try:
            path = self._host.scratch.new_file()
            self._kept.append(lambda: os.unlink(path))
            with open(path, "wb") as file:
                file.write(text)
        except OSError as error:
            where = f"cannot be written to {error.filename or path}: {error.strerror}"
            raise Fault("result", f"The result of {who}, {len(text)} bytes, {where}.") from None
        return answers.result_file(result_path=path)

    def _forget_last(self):
        while self._kept:
            try:
                self._kept.pop()()
            except OSError:  # the service may have moved it
                pass


def _verdict(authorizer, asked):
    try:
        return allowed(authorizer.call({}, Request(asked)))
    except BaseException as error:
        refusal = refused(error)
        return answers.failed(fault.of_exception(error)) if refusal is None else refusal


class _Running:
    """The context while a request's code runs."""

    def __init__(self, host, request, kept):
        timeout = request.get("timeout_ms", 0)
        self._channel = JobChannel(host)
        self._kept = kept
        self._context = Context(
            request.get("id", ""),
            delivery_id=request.get("delivery", ""),
            traceparent=request.get("traceparent", ""),
            deadline=time.monotonic() + timeout / 1000 if timeout > 0 else None,
            channel=self._channel,
        )

    def __enter__(self):
        set_context(self._context)
        return self._context

    def __exit__(self, *_error):
        self._channel.close()
        set_context(None)
        if self._kept is None:
            self._channel.remove_scratch()
        else:
            self._kept.append(self._channel.remove_scratch)


def _whole(error):
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))


def _stopped(context):
    kind = "timeout" if context.remaining == 0.0 else "stopped"
    return Fault(kind, "Stopped before the result was stored.")


def _text(value, name, who, request):
    try:
        text = dumps(value, name)
    except NoJson as error:
        raise Fault("result", f"The {name} of {who} has no JSON form: {error}") from None
    most = request.get("max_result", 0)
    if 0 < most < len(text):
        message = f"The {name} of {who} has {len(text)} bytes; at most {most} are allowed. Let the task return a File."
        raise Fault("result", message)
    return text


def _file_answer(file, who):
    if not os.path.isfile(file.path):
        raise Fault("result", f"The result of {who} is the file {file.path}, which does not exist.")
    return answers.result_file(file=file.path, media_type=file.media_type)


def _passed(request, who):
    if "file" in request:
        return File(request["file"], request.get("media_type"))
    if "result_path" not in request:
        return loads(request["result"])
    path = request["result_path"]
    try:
        with open(path, encoding="utf-8") as file:
            return loads(file.read())
    except OSError as error:
        raise Fault("result", f"The result for {who} cannot be read from {path}: {error.strerror}.") from None
