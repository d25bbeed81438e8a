// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bench/python_modules.h"

namespace dragonscales::bench {

namespace {

QByteArray module(const QByteArray &kind, const QByteArray &className, const QByteArray &signature,
                  const QByteArray &body)
{
    return "from dragonscales import " + kind + "\n\n\nclass " + className + '(' + kind + ".Base" + className +
           "):\n    def " + signature + ":\n        " + body + '\n';
}

} // namespace

QByteArray pythonProject(int workers, const QByteArray &authorizer)
{
    return R"({"id":"bench","queues":[{"name":"bench","args":{"workers":)" + QByteArray::number(workers) +
           R"(}}],)"
           R"("tasks":[{"name":"echo","queue":"bench","module":"bench_tasks.echo","args":{}},)"
           R"({"name":"big","queue":"bench","module":"bench_tasks.big","args":{}}],)"
           R"("storages":[{"name":"discard","module":"bench_storages.discard","args":{}},)"
           R"({"name":"length","module":"bench_storages.length","args":{}},)"
           R"({"name":"native","module":"discard","args":{}}],)"
           R"("callbacks":[{"name":"log","module":"bench_callbacks.log","args":{}}])" +
           (authorizer.isEmpty()
                ? "}"
                : R"(,"authorizer":{"name":"guard","module":"bench_authorizers.)" + authorizer + R"(","args":{}}})");
}

QList<QPair<QString, QByteArray>> pythonModules()
{
    const auto file = [](const char *name) { return QString::fromLatin1(name); };
    return {
        {file("bench_tasks/__init__.py"), {}},
        {file("bench_tasks/echo.py"), module("tasks", "Task", "run(self, value)", "return value")},
        {file("bench_tasks/big.py"), module("tasks", "Task", "run(self, mb: int)", "return mb * 1000000 * \"x\"")},
        {file("bench_storages/__init__.py"), {}},
        {file("bench_storages/discard.py"), module("storages", "Storage", "store(self, result)", "return None")},
        {file("bench_storages/length.py"), module("storages", "Storage", "store(self, result)", "return len(result)")},
        {file("bench_callbacks/__init__.py"), {}},
        {file("bench_callbacks/log.py"), module("callbacks", "Callback", "call(self, status)", "pass")},
        {file("bench_authorizers/__init__.py"), {}},
        {file("bench_authorizers/all.py"), module("authorizers", "Authorizer", "authorize(self, request)", "pass")},
        {file("bench_authorizers/kept.py"),
         module("authorizers", "Authorizer", "authorize(self, request)", "return authorizers.Allow(max_age=60)")},
    };
}

} // namespace dragonscales::bench
