// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/result.h>

#include <QList>
#include <QStringList>

namespace dragonscales::plugins::http {

// Signs messages as the Standard Webhooks specification says (symmetric scheme, v1). Immutable; thread-safe.
class Signer final
{
public:
    // Secrets "whsec_" and base64 of at least 24 bytes; several while they are being changed. Failures don't repeat
    // them.
    static sdk::Outcome<Signer> make(const QStringList &secrets);

    // Value of the header webhook-signature: one signature per secret, with spaces between; empty without secrets.
    QByteArray sign(const QByteArray &id, qint64 timestamp, const QByteArray &body) const;

private:
    QList<QByteArray> m_keys;
};

} // namespace dragonscales::plugins::http
