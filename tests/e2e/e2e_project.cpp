// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageAuthenticationCode>

namespace dragonscales::test {

namespace {

const QByteArray kKey = "a key of the tests, 32 bytes long";

} // namespace

QByteArray projectJson()
{
    return R"({
  "id": "e2e",
  "queues": [
    {"name": "work", "args": {"workers": 2, "grace": 1}},
    {"name": "careful", "args": {"workers": 1, "isolation": "process", "grace": 1, "timeout": 20}},
    {"name": "threads", "args": {"workers": 1, "isolation": "thread", "grace": 1}}
  ],
  "tasks": [
    {"name": "echo", "queue": "work", "module": "echo", "args": {}},
    {"name": "sleep", "queue": "work", "module": "sleep", "args": {}},
    {"name": "short-sleep", "queue": "work", "module": "sleep", "args": {}, "timeout": 1},
    {"name": "checksum", "queue": "work", "module": "file.checksum", "args": {"directory": "files"}},
    {"name": "careful-sleep", "queue": "careful", "module": "sleep", "args": {}},
    {"name": "hold", "queue": "threads", "module": "command", "args": {"argv": ["/bin/sh", "-c", "touch \"$1\"; exec sleep 600", "sh", "{flag}"]}},
    {"name": "careful-hold", "queue": "careful", "module": "command", "args": {"argv": ["/bin/sh", "-c", "touch \"$1\"; exec sleep 600", "sh", "{flag}"]}}
  ],
  "storages": [
    {"name": "discard", "module": "discard", "args": {}},
    {"name": "disk", "module": "file", "args": {"directory": "results"}},
    {"name": "nowhere", "module": "file", "args": {"directory": "project.json/folder"}}
  ],
  "callbacks": [
    {"name": "hook", "module": "webhook", "args": {"secrets": [")" +
           hookSecret() + R"("], "allow": ["127.0.0.1"]},
     "retry": {"max": 3, "delays": [0, 1, 1]}},
    {"name": "log", "module": "log", "args": {}}
  ]
})";
}

QByteArray hookSecret()
{
    return "whsec_" + kKey.toBase64();
}

bool isSigned(const ReceivedHook &hook)
{
    const QByteArray text = hook.id() + '.' + hook.headers.value("webhook-timestamp") + '.' + hook.body;
    const QByteArray mac = QMessageAuthenticationCode::hash(text, kKey, QCryptographicHash::Sha256).toBase64();
    return hook.headers.value("webhook-signature").split(' ').contains("v1," + mac);
}

QByteArray jobBody(const QByteArray &task, const QByteArray &params, const QString &hookUrl, const QByteArray &storage,
                   const QByteArray &storageParams)
{
    return R"({"task":{"name":")" + task + R"(","params":)" + params + R"(},"storage":{"name":")" + storage +
           R"(","params":)" + storageParams + R"(},"callback":{"name":"hook","params":{"url":")" + hookUrl.toUtf8() +
           R"("}}})";
}

QByteArray member(const QByteArray &object, const QString &key)
{
    return QJsonDocument::fromJson(object).object().value(key).toString().toUtf8();
}

QByteArray submit(const HttpCall &http, const QByteArray &body)
{
    const auto answer = http.post("/api/v1/jobs/", body);
    return answer.status == 200 ? member(answer.body, QStringLiteral("id")) : QByteArray();
}

QByteArray statusOf(const HttpCall &http, const QByteArray &id)
{
    const auto answer = http.get("/api/v1/jobs/" + id);
    return answer.status == 200 ? member(answer.body, QStringLiteral("status")) : QByteArray::number(answer.status);
}

} // namespace dragonscales::test
