// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QString>
#include <QTimer>

namespace dragonscales::manager {

// One line on standard error that says how things stand and for how long, while that is a terminal; nothing elsewhere.
// It is wiped at the end.
class ProgressLine final
{
public:
    ProgressLine();
    ~ProgressLine();
    Q_DISABLE_COPY_MOVE(ProgressLine)

    void say(const QString &state);

private:
    void draw() const;

    const bool m_terminal;
    QString m_state;
    QElapsedTimer m_elapsed;
    QTimer m_tick;
};

} // namespace dragonscales::manager
