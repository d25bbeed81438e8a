// SPDX-License-Identifier: LGPL-3.0-or-later
#include "signature.h"

#include <QMessageAuthenticationCode>

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;

namespace {
constexpr qsizetype kMinKeyBytes = 24; // the specification's least
}

sdk::Outcome<Signer> Signer::make(const QStringList &secrets)
{
    constexpr QLatin1StringView kPrefix("whsec_");
    Signer signer;
    for (qsizetype i = 0; i < secrets.size(); ++i) {
        const QString &secret = secrets.at(i);
        const auto key =
            QByteArray::fromBase64Encoding(secret.mid(kPrefix.size()).toLatin1(),
                                           QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
        if (!secret.startsWith(kPrefix) || !key || key.decoded.size() < kMinKeyBytes) {
            return sdk::fail(
                u"secrets[%1] must be whsec_ and base64 of at least %2 random bytes; make one with: echo whsec_$(openssl rand -base64 32)"_s
                    .arg(i)
                    .arg(kMinKeyBytes));
        }
        signer.m_keys.append(key.decoded);
    }
    return signer;
}

QByteArray Signer::sign(const QByteArray &id, qint64 timestamp, const QByteArray &body) const
{
    const QByteArray content = id + '.' + QByteArray::number(timestamp) + '.' + body;
    QList<QByteArray> signatures;
    for (const QByteArray &key : m_keys) {
        signatures.append("v1," +
                          QMessageAuthenticationCode::hash(content, key, QCryptographicHash::Sha256).toBase64());
    }
    return signatures.join(' ');
}

} // namespace dragonscales::plugins::http
