// SPDX-License-Identifier: LGPL-3.0-or-later
#include "command.h"

#include "child_process.h"

#include <QFile>
#include <QFileInfo>
#include <QMap>
#include <QStandardPaths>

#include <stdexcept>

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double kDefaultGraceSec = 5;

QStringList textsOf(const QJsonValue &list)
{
    QStringList texts;
    for (const auto &text : list.toArray()) {
        texts.append(text.toString());
    }
    return texts;
}

ArgvTemplate templateFrom(const sdk::Args &args)
{
    auto made = ArgvTemplate::make(textsOf(args.json.object().value("argv"_L1)));
    if (!made) {
        throw std::invalid_argument(made.error().message.toStdString());
    }
    return std::move(*made);
}

// What a program needs to feel at home, and nothing of what this process was told: that may be secret.
QMap<QString, QString> environmentFrom(const QJsonObject &wanted)
{
    QMap<QString, QString> environment;
    for (const char *name :
         {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"}) {
        if (qEnvironmentVariableIsSet(name)) {
            environment.insert(QString::fromLatin1(name), qEnvironmentVariable(name));
        }
    }
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        const QString value = it.value().toString();
        if (it.key().isEmpty() || it.key().contains(u'=') || it.key().contains(QChar(u'\0')) ||
            value.contains(QChar(u'\0')) || !it.key().isValidUtf16() || !value.isValidUtf16()) {
            throw std::invalid_argument("\"env\" holds a name or value that an environment cannot hold: " +
                                        it.key().toStdString());
        }
        environment.insert(it.key(), value);
    }
    return environment;
}

QString programFrom(const sdk::Args &args, const QString &name, const QString &searchPath)
{
    const QString found = name.contains(u'/')
                              ? args.path(name)
                              : QStandardPaths::findExecutable(name, searchPath.split(u':', Qt::SkipEmptyParts));
    const QFileInfo info(found);
    if (found.isEmpty() || !info.isFile() || !info.isExecutable()) {
        throw std::invalid_argument(u"argv[0]: there is no program \"%1\" to run"_s.arg(name).toStdString());
    }
    return found;
}

QByteArray resultText(const ChildEnd &end)
{
    return "{\"exit\":" + QByteArray::number(end.exitCode) +
           ",\"stdout\":" + sdk::Json::of(QString::fromUtf8(end.output)).text() +
           ",\"stderr\":" + sdk::Json::of(QString::fromUtf8(end.errors)).text() +
           (end.outputCut || end.errorsCut ? ",\"truncated\":true}" : "}");
}

} // namespace

Command::Command(const sdk::Args &args)
    : m_argv(templateFrom(args))
{
    const QJsonObject object = args.json.object();
    const QMap<QString, QString> environment = environmentFrom(object.value("env"_L1).toObject());
    for (auto it = environment.begin(); it != environment.end(); ++it) {
        m_environment.append(QFile::encodeName(it.key() + u'=' + it.value()));
    }
    m_program = programFrom(args, textsOf(object.value("argv"_L1)).first(), environment.value(u"PATH"_s));
    m_folder = args.path(object.value("cwd"_L1).toString(u"."_s));
    m_grace =
        std::chrono::milliseconds(static_cast<qint64>(object.value("grace"_L1).toDouble(kDefaultGraceSec) * 1000));
    m_check = object.value("check"_L1).toBool();
}

sdk::Outcome<sdk::TaskResult> Command::run(const sdk::Json &params, sdk::Context &context)
{
    const auto argv = m_argv.filled(params.object().value("values"_L1).toObject());
    if (!argv) {
        return tl::unexpected(argv.error());
    }
    const ChildSpec spec{m_program, *argv, m_environment, m_folder, m_grace};
    const auto end = runChild(spec, [&context] { return context.stopRequested(); });
    if (!end) {
        return tl::unexpected(end.error());
    }
    const QString errors = QString::fromUtf8(end->errors);
    if (const auto fault = abnormalEnd(m_program, *end)) {
        return sdk::fail(*fault, errors);
    }
    if (m_check && end->exitCode != 0) {
        return sdk::fail(u"%1 ended with status %2"_s.arg(m_program).arg(end->exitCode), errors);
    }
    if (end->outputCut || end->errorsCut) {
        context.log(sdk::LogLevel::Warning, u"the output was cut at %1 bytes"_s.arg(spec.maxOutput));
    }
    return sdk::TaskResult(sdk::Json(resultText(*end)));
}

} // namespace dragonscales::plugins::command
