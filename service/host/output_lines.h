// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <functional>

namespace dragonscales::host {

// Cuts what comes through a pipe into lines of text. Lines that are too long become several.
class OutputLines final
{
public:
    using Sink = std::function<void(const QString &line)>;
    static constexpr qsizetype kMaxLine = 4096; // bytes

    void add(QByteArrayView bytes, const Sink &sink);
    void flush(const Sink &sink); // the last line has no end
    void clear();

    qint64 bytes() const { return m_bytes; }
    // The last of all that came, for the detail of a crash.
    QString tail() const;

private:
    static qsizetype cutAt(QByteArrayView text);

    QByteArray m_rest;
    QByteArray m_tail;
    qint64 m_bytes = 0;
};

} // namespace dragonscales::host
