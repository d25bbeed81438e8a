// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/project_file.h"

#include "core/json/reader.h"
#include "core/problem_list.h"

#include <QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

tl::unexpected<Problem> refuse(const QString &message, const QString &remedy)
{
    return tl::unexpected(fileProblem(message, remedy));
}

tl::unexpected<Problem> refuseToOpen(const QString &path, int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return refuse(u"There is no file “%1”."_s.arg(path), u"Name an existing project file, or make one there."_s);
    case EACCES:
    case EPERM:
        return refuse(u"The file “%1” may not be read by this user."_s.arg(path),
                      u"Allow it, with chmod u+r as its owner for instance."_s);
    default:
        return refuse(u"The file “%1” cannot be opened: %2."_s.arg(path, qt_error_string(error)),
                      u"Name another file."_s);
    }
}

tl::unexpected<Problem> tooLarge(const QString &path)
{
    return refuse(u"The file “%1” is larger than %2 MiB."_s.arg(path).arg(kMaxProjectBytes / 1024 / 1024),
                  u"Name the project file; such a large one is something else."_s);
}

tl::expected<QByteArray, Problem> readOpened(QFile &file, const QString &path)
{
    struct stat info
    {
    };
    if (::fstat(file.handle(), &info) != 0) {
        return refuseToOpen(path, errno);
    }
    if (S_ISDIR(info.st_mode)) {
        return refuse(u"“%1” is a folder."_s.arg(path), u"Name the project file in it."_s);
    }
    if (!S_ISREG(info.st_mode)) {
        return refuse(u"“%1” is no regular file but a pipe, a socket or a device."_s.arg(path),
                      u"Name a regular file."_s);
    }
    if (info.st_size > kMaxProjectBytes) {
        return tooLarge(path);
    }
    QByteArray bytes = file.read(kMaxProjectBytes + 1);
    if (file.error() != QFileDevice::NoError) {
        return refuse(u"The file “%1” cannot be read: %2."_s.arg(path, file.errorString()), u"Name another file."_s);
    }
    if (bytes.size() > kMaxProjectBytes) { // it has grown meanwhile
        return tooLarge(path);
    }
    return bytes;
}

// What is no JSON text at all, told apart so that the remedy fits.
std::optional<Problem> notText(const QByteArray &text)
{
    if (text.trimmed().isEmpty()) {
        return fileProblem(u"The file is empty."_s,
                           uR"(Write at least {"queues": [], "tasks": [], "storages": [], "callbacks": []}.)"_s);
    }
    if (text.startsWith("\xEF\xBB\xBF")) {
        return fileProblem(u"The file begins with a byte order mark, which JSON must not have."_s,
                           u"Save it as UTF-8 without a byte order mark."_s);
    }
    if (text.startsWith("\xFF\xFE") || text.startsWith("\xFE\xFF")) {
        return fileProblem(u"The file is UTF-16 and not UTF-8."_s, u"Save it as UTF-8."_s);
    }
    if (text.contains('\0')) {
        return fileProblem(u"The file is binary and not a JSON text."_s, u"Name the project file."_s);
    }
    return std::nullopt;
}

QString remedyFor(const QByteArray &text, const json::ParseError &error)
{
    if (error.kind == json::ParseError::Kind::NotUtf8) {
        return u"Save the file as UTF-8."_s;
    }
    if (error.kind == json::ParseError::Kind::TooDeep) {
        return u"Nest it at most %1 deep."_s.arg(json::kMaxDepth);
    }
    const qsizetype at = error.position.offset;
    switch (at < text.size() ? text[at] : '\0') {
    case '\0':
        return u"The text ends too early: close what is open."_s;
    case '\'':
        return u"Write texts and keys in double quotes."_s;
    case '/':
    case '#':
        return u"JSON has no comments: remove it."_s;
    case '}':
    case ']':
        return u"Remove the comma before it, or write what is missing."_s;
    default:
        return error.message == "Extra data" ? u"Remove what follows the closing bracket."_s
                                             : u"Mend the text there, or just before."_s;
    }
}

} // namespace

tl::expected<QByteArray, Problem> readProjectBytes(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    if (path.isEmpty() || name.contains('\0')) {
        return refuse(u"The path of the project file is empty or broken."_s, u"Name a project file."_s);
    }
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    const int descriptor = ::open(name.constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        return refuseToOpen(path, errno);
    }
    QFile file;
    if (!file.open(descriptor, QIODevice::ReadOnly | QIODevice::Unbuffered, QFileDevice::AutoCloseHandle)) {
        return refuse(u"The file “%1” cannot be read: %2."_s.arg(path, file.errorString()), u"Name another file."_s);
    }
    return readOpened(file, path);
}

tl::expected<json::Value, Problem> parseProjectText(const QByteArray &text)
{
    if (auto problem = notText(text)) {
        return tl::unexpected(std::move(*problem));
    }
    auto value = json::read(text);
    if (!value) {
        const json::ParseError &error = value.error();
        return tl::unexpected(Problem{Problem::Severity::Error,
                                      {},
                                      error.position,
                                      u"This is not JSON: %1."_s.arg(QString::fromUtf8(error.message)),
                                      remedyFor(text, error)});
    }
    return std::move(*value);
}

} // namespace dragonscales::core
