// SPDX-License-Identifier: LGPL-3.0-or-later
#include "start_fault.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kFirstLine = 256; // as much as the kernel looks at

QByteArray beginningOf(const QString &program)
{
    QFile file(program);
    return file.open(QIODevice::ReadOnly) ? file.read(kFirstLine) : QByteArray();
}

// Of "#!/usr/bin/env python3".
QByteArray interpreterIn(const QByteArray &firstLine)
{
    return firstLine.mid(2).simplified().split(' ').first();
}

QString scriptFault(const QString &program, const QString &folder)
{
    const QByteArray line = beginningOf(program).split('\n').first();
    if (!line.startsWith("#!")) {
        return {};
    }
    if (line.endsWith('\r')) {
        return u"the lines of %1 end with CR LF, which becomes a part of its interpreter's name; write LF only"_s.arg(
            program);
    }
    const QString interpreter = QFile::decodeName(interpreterIn(line));
    if (interpreter.isEmpty()) {
        return u"the first line of %1 names no interpreter behind #!"_s.arg(program);
    }
    if (!QFileInfo(QDir(folder).absoluteFilePath(interpreter)).isExecutable()) {
        return u"the first line of %1 asks for the interpreter %2, which is not there; install it, or mend the line"_s
            .arg(program, interpreter);
    }
    return {};
}

} // namespace

QString startFault(const QString &program, const QString &folder)
{
    const QFileInfo info(program);
    if (!info.exists()) {
        return u"there is no program %1; put it there, or mend the path in the project"_s.arg(program);
    }
    if (!info.isFile()) {
        return u"%1 is no file and so no program"_s.arg(program);
    }
    if (!info.isExecutable()) {
        return u"%1 is not executable; run chmod +x on it"_s.arg(program);
    }
    if (!QFileInfo(folder).isDir()) {
        return u"there is no folder %1 to run %2 in"_s.arg(folder, program);
    }
    return scriptFault(program, folder);
}

QString formatFault(const QString &program)
{
    const QByteArray beginning = beginningOf(program);
    if (beginning.startsWith("#!") || beginning.startsWith("\x7f"
                                                           "ELF")) {
        return {};
    }
    return u"%1 is neither a compiled program nor a script; the first line of a script names its interpreter, such as #!/bin/sh"_s
        .arg(program);
}

} // namespace dragonscales::plugins::command
