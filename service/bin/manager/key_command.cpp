// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/command.h"

#include "bin/manager/key_store.h"
#include "core/json/reader.h"
#include "core/json/writer.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QRandomGenerator>

#include <cstdio>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::manager {

namespace {

constexpr qsizetype kSecretBytes = 32;

QByteArray newSecret()
{
    QByteArray bytes(kSecretBytes, Qt::Uninitialized);
    QRandomGenerator::system()->fillRange(reinterpret_cast<quint32 *>(bytes.data()), kSecretBytes / 4);
    return "ds_" + bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QString fileOf(const Call &call)
{
    return call.settings.text(u"file"_s);
}

Exit complain(const core::Error &error)
{
    return manager::complain(exitOf(error.code), error.message);
}

} // namespace

Exit runKeyAdd(const Call &call)
{
    const QString name = call.arguments.first();
    const QString role = call.settings.text(u"role"_s);
    if (role.isEmpty()) {
        return complain(Exit::Usage, u"--role is missing; write --role viewer, submitter, operator or admin."_s);
    }
    const auto store = KeyStore::open(fileOf(call), true);
    if (!store) {
        return complain(store.error());
    }
    if ((*store)->contains(name)) {
        return complain(Exit::Refused, u"“%1” has a key already; remove it first, or choose another name."_s.arg(name));
    }
    const QByteArray secret = newSecret();
    (*store)->add({name, role, QCryptographicHash::hash(secret, QCryptographicHash::Sha256).toHex(),
                   QDateTime::currentDateTimeUtc().toString(Qt::ISODate)});
    if (const auto saved = (*store)->save(); !saved) {
        return complain(saved.error());
    }
    print(secret + '\n');
    std::fprintf(stderr, "This key of “%s” is shown only now; %s keeps its hash.\n", name.toUtf8().constData(),
                 fileOf(call).toUtf8().constData());
    return Exit::Done;
}

Exit runKeyList(const Call &call)
{
    const auto store = KeyStore::open(fileOf(call), false);
    if (!store) {
        return complain(store.error());
    }
    QByteArray array = "[";
    for (const KeyEntry &key : (*store)->keys()) {
        core::json::ObjectWriter object;
        object.addText("name", key.name).addText("role", key.role).addText("created", key.created);
        array += (array.size() > 1 ? "," : "") + object.text();
    }
    const auto value = core::json::read(array + ']');
    print((value ? core::json::prettySorted(*value) : "[]") + '\n');
    return Exit::Done;
}

Exit runKeyRemove(const Call &call)
{
    const QString name = call.arguments.first();
    const auto store = KeyStore::open(fileOf(call), true);
    if (!store) {
        return complain(store.error());
    }
    if (!(*store)->remove(name)) {
        return complain(Exit::NotFound, u"“%1” has no key in %2."_s.arg(name, fileOf(call)));
    }
    if (const auto saved = (*store)->save(); !saved) {
        return complain(saved.error());
    }
    return Exit::Done;
}

} // namespace dragonscales::manager
