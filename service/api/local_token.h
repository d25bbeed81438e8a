// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QString>

namespace dragonscales::api {

// Lets programs of the same user on this machine administer the service: a secret of 256 bits, new at each start, in a
// file that only this user can read.
class LocalToken
{
public:
    LocalToken();  // makes the secret
    ~LocalToken(); // removes the file
    Q_DISABLE_COPY_MOVE(LocalToken)

    QByteArray token() const { return m_token; }

    // Writes <folder>/<port>.json with {"pid","url","token"}, whole or not at all. Folder 0700, file 0600. An empty
    // folder stands for defaultFolder(). Errors name the file.
    core::Result<void> write(const QString &folder, quint16 port, const QString &url);
    // Unless another service has written its own there since. May be called twice.
    void remove();
    QString path() const { return m_path; }

    // $XDG_RUNTIME_DIR/dragonscales, else ~/.local/state/dragonscales.
    static QString defaultFolder();

private:
    QByteArray m_token;
    QString m_path;
};

// Whether two secrets are equal, in a time that does not tell where they differ.
bool equalSecrets(QByteArrayView a, QByteArrayView b);

} // namespace dragonscales::api
