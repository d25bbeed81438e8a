// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/plugin.h>

#include <QEventLoop>
#include <QPluginLoader>
#include <QTemporaryDir>
#include <QThread>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace dragonscales::tests {

// A bundled plugin as the host gets it: the built library, through Qt's loader.
inline sdk::Plugin &bundledPlugin(const QString &name)
{
    QPluginLoader loader(QStringLiteral(DRAGONSCALES_BIN_DIR "/plugins/dragonscales_") + name + QStringLiteral(".so"));
    auto *plugin = qobject_cast<sdk::Plugin *>(loader.instance());
    if (!plugin) {
        throw std::runtime_error(loader.errorString().toStdString());
    }
    return *plugin;
}

inline sdk::Args argsOf(const QByteArray &json, const QString &projectFolder = {})
{
    return {sdk::Json(json), projectFolder};
}

// JSON written with ' for ": moc of Qt 6.4 loses its way in raw strings with an odd number of quotes.
inline QByteArray quoted(QByteArray text)
{
    return text.replace('\'', '"');
}

class FakeContext final : public sdk::Context
{
public:
    QString jobId() const override { return QStringLiteral("0198c0de-0000-7000-8000-000000000001"); }
    QString entryName() const override { return QStringLiteral("entry"); }
    QByteArray traceparent() const override { return trace; }
    QString deliveryId() const override { return delivery; }
    void progress(double fraction, const QString &) override
    {
        lastProgress = fraction;
        if (stopAtProgress) {
            stop = true;
        }
    }
    void log(sdk::LogLevel, const QString &line) override
    {
        const std::lock_guard lock(mutex);
        lines.append(line);
    }
    bool stopRequested() const override { return stop; }
    std::chrono::steady_clock::time_point deadline() const override { return limit; }
    QString scratchFolder() override { return scratch.path(); }

    QByteArray trace;
    QString delivery;
    std::atomic<bool> stop = false;
    bool stopAtProgress = false;
    std::atomic<double> lastProgress = -1;
    std::chrono::steady_clock::time_point limit = std::chrono::steady_clock::time_point::max();
    std::mutex mutex; // guards lines
    QStringList lines;
    QTemporaryDir scratch;
};

// Runs the code in a thread that has no event loop, as pools do, while the caller's loop goes on.
inline void inPoolThread(const std::function<void()> &code)
{
    const std::unique_ptr<QThread> thread(QThread::create(code));
    QEventLoop loop;
    QObject::connect(thread.get(), &QThread::finished, &loop, &QEventLoop::quit);
    thread->start();
    loop.exec();
    thread->wait();
}

// The JSON text of a result; "File: …" for a file, "Failure: …" for a failure.
inline QByteArray textOf(const sdk::Outcome<sdk::TaskResult> &outcome)
{
    if (!outcome) {
        return "Failure: " + outcome.error().message.toUtf8();
    }
    if (const auto *file = std::get_if<sdk::File>(&*outcome)) {
        return "File: " + file->path.toUtf8();
    }
    return std::get<sdk::Json>(*outcome).text();
}

inline QByteArray textOf(const sdk::Outcome<sdk::Json> &outcome)
{
    return outcome ? outcome->text() : "Failure: " + outcome.error().message.toUtf8();
}

} // namespace dragonscales::tests
