// SPDX-License-Identifier: LGPL-3.0-or-later
#include "program_input.h"

#include <QMap>

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;

namespace {

class ObjectText final
{
public:
    ObjectText &add(const QByteArray &name, const QByteArray &json)
    {
        m_text += (m_text.isEmpty() ? "{" : ",") + sdk::Json::of(QString::fromUtf8(name)).text() + ':' + json;
        return *this;
    }
    ObjectText &addText(const QByteArray &name, const QString &text) { return add(name, sdk::Json::of(text).text()); }
    QByteArray text() const { return m_text.isEmpty() ? "{}" : m_text + '}'; }

private:
    QByteArray m_text;
};

qint64 timeLeftMs(const sdk::Context &context)
{
    const auto deadline = context.deadline();
    if (deadline == std::chrono::steady_clock::time_point::max()) {
        return 0; // none
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return qMax<qint64>(1, left.count());
}

ObjectText begun(const QString &kind, const ProgramEntry &entry)
{
    ObjectText object;
    object.addText("kind", kind).addText("entry", entry.name).add("args", entry.args.text());
    return object;
}

ObjectText begun(const QString &kind, const ProgramEntry &entry, const sdk::Json &params, sdk::Context &context)
{
    ObjectText object = begun(kind, entry);
    object.addText("job", context.jobId())
        .add("params", params.text())
        .add("timeout_ms", QByteArray::number(timeLeftMs(context)));
    if (!context.traceparent().isEmpty()) {
        object.addText("traceparent", QString::fromUtf8(context.traceparent()));
    }
    if (const QString scratch = context.scratchFolder(); !scratch.isEmpty()) {
        object.addText("scratch", scratch);
    }
    return object;
}

// In lower case, since names come in any; what comes several times is one list.
QByteArray headersText(const sdk::Request &request)
{
    QByteArrayList names;
    QMap<QByteArray, QByteArray> values;
    for (const auto &[name, value] : request.headers) {
        const QByteArray lower = name.toLower();
        if (values.contains(lower)) {
            values[lower] += ", " + value;
        } else {
            names.append(lower);
            values.insert(lower, value);
        }
    }
    ObjectText object;
    for (const QByteArray &name : names) {
        object.addText(name, QString::fromLatin1(values.value(name)));
    }
    return object.text();
}

} // namespace

QByteArray taskInput(const ProgramEntry &entry, const sdk::Json &params, sdk::Context &context)
{
    return begun(u"task"_s, entry, params, context).text() + '\n';
}

QByteArray storageInput(const ProgramEntry &entry, const sdk::TaskResult &result, const sdk::Json &params,
                        sdk::Context &context)
{
    ObjectText object = begun(u"storage"_s, entry, params, context);
    if (const auto *file = std::get_if<sdk::File>(&result)) {
        object.addText("file", file->path).addText("media_type", file->mediaType);
    } else {
        object.add("result", std::get<sdk::Json>(result).text());
    }
    return object.text() + '\n';
}

QByteArray callbackInput(const ProgramEntry &entry, const sdk::Json &status, const sdk::Json &params,
                         sdk::Context &context)
{
    ObjectText object = begun(u"callback"_s, entry, params, context);
    object.addText("delivery", context.deliveryId()).add("status", status.text());
    return object.text() + '\n';
}

QByteArray authorizerInput(const ProgramEntry &entry, const sdk::Request &request)
{
    ObjectText about;
    about.addText("method", QString::fromLatin1(request.method))
        .addText("path", request.path)
        .addText("query", QString::fromLatin1(request.query))
        .add("headers", headersText(request))
        .addText("client", request.clientAddress);
    ObjectText object = begun(u"authorizer"_s, entry);
    return object.add("request", about.text()).text() + '\n';
}

} // namespace dragonscales::plugins::command
