// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/context.h>

#include <functional>
#include <mutex>

namespace dragonscales::host {

// "debug", "info", "warning", "error"
QString levelWord(sdk::LogLevel level);

// What one call's code may know and tell; the same for threads and runners, which differ in where the words go.
class CallContext final : public sdk::Context
{
public:
    struct Facts
    {
        QString jobId;
        QString deliveryId;
        QByteArray traceparent;
        std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
        std::function<QString()> scratchPath; // where the folder is to be; empty: there can be none
        std::function<void(sdk::LogLevel, const QString &)> log;
        std::function<void(double, const QString &)> progress;
        std::function<bool()> stop;
        qint64 maxOutputBytes = 0; // of log lines; more are dropped; 0: no limit
    };

    explicit CallContext(Facts facts);
    ~CallContext() override; // removes the scratch folder
    Q_DISABLE_COPY_MOVE(CallContext)

    QString jobId() const override { return m_facts.jobId; }
    QString entryName() const override;
    QByteArray traceparent() const override { return m_facts.traceparent; }
    QString deliveryId() const override { return m_facts.deliveryId; }
    void progress(double fraction, const QString &text) override;
    void log(sdk::LogLevel level, const QString &line) override;
    bool stopRequested() const override;
    std::chrono::steady_clock::time_point deadline() const override { return m_facts.deadline; }
    QString scratchFolder() override;

    void setEntry(const QString &name); // before each module's turn
    bool overdue() const { return std::chrono::steady_clock::now() >= m_facts.deadline; }
    bool outputOverflowed() const;

private:
    const Facts m_facts;
    mutable std::mutex m_mutex;
    QString m_entry;
    QString m_scratch;
    qint64 m_outputBytes = 0;
};

} // namespace dragonscales::host
