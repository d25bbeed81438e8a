// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QIODevice>
#include <QList>
#include <QUuid>

namespace dragonscales::api {

// Reads as a JSON array of ids, ["…","…"], whose text is made piece by piece.
class IdListStream final : public QIODevice
{
    Q_OBJECT

public:
    explicit IdListStream(QList<QUuid> ids); // open

    bool isSequential() const override { return true; }
    bool atEnd() const override;
    qint64 bytesAvailable() const override;

protected:
    qint64 readData(char *data, qint64 most) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    bool refill();
    qint64 remaining() const;

    const QList<QUuid> m_ids;
    qsizetype m_next = 0;
    bool m_closed = false; // the last bracket is in the buffer
    QByteArray m_buffer = "[";
    qsizetype m_at = 0;
};

} // namespace dragonscales::api
