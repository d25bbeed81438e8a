// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/settings.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

using Type = Setting::Type;

constexpr qint64 kDaySec = 86'400;

QStringList env(const QString &name)
{
    return {u"DRAGONSCALES_"_s + name};
}

QList<Setting> whatRuns()
{
    return {
        {u"project"_s,
         env(u"PROJECT_PATH"_s),
         Type::Path,
         u"project.json"_s,
         0,
         0,
         u"FILE"_s,
         u"The project file. Naming it means that its code is trusted."_s,
         {}},
        {u"queue-url"_s,
         env(u"QUEUE_URL"_s) + env(u"REDIS_URL"_s),
         Type::Text,
         {},
         0,
         0,
         u"URL"_s,
         u"Where the jobs are kept: sqlite:PATH. Without it, a file of its own for each project in the user's data "
         "folder."_s,
         {}},
        {{},
         env(u"PYTHON"_s),
         Type::Text,
         {},
         0,
         0,
         u"PROGRAM"_s,
         u"The Python that runs Python modules, before the project's key \"python\": a path, or a name to be looked up "
         u"in "
         "PATH. Without both, that of the active virtual environment, or python3."_s,
         {}},
        {u"workers"_s,
         env(u"WORKERS"_s),
         Type::Integer,
         {},
         1,
         1000,
         u"N"_s,
         u"Workers of each queue, instead of what the project says."_s,
         {}},
        {u"no-workers"_s, {}, Type::Flag, {}, 0, 0, {}, u"Answer HTTP only and run no jobs."_s, {}},
        {u"no-api"_s, {}, Type::Flag, {}, 0, 0, {}, u"Run jobs only and answer no HTTP."_s, {}},
        {u"queues"_s,
         env(u"QUEUE_NAME"_s),
         Type::List,
         {},
         0,
         0,
         u"A,B"_s,
         u"Run jobs of these queues only. Without it, of all."_s,
         {}},
        {u"lease"_s,
         env(u"LEASE"_s),
         Type::Seconds,
         u"30"_s,
         3,
         3600,
         u"S"_s,
         u"For how many seconds a worker owns a job without a sign of life; then the job goes back to its queue."_s,
         {}},
        {u"plugin-path"_s,
         env(u"PLUGIN_PATH"_s),
         Type::PathList,
         {},
         0,
         0,
         u"DIR"_s,
         u"Folders with further plugins, separated by colons."_s,
         {}},
    };
}

QList<Setting> network()
{
    return {
        {u"address"_s,
         env(u"SERVICE_ADDRESS"_s),
         Type::Text,
         u"127.0.0.1:5003"_s,
         0,
         0,
         u"HOST:PORT"_s,
         u"Where to answer HTTP; port 0 picks a free one."_s,
         {}},
        {u"insecure"_s,
         {},
         Type::Flag,
         {},
         0,
         0,
         {},
         u"Answer on an address that others can reach even though the project has no authorizer."_s,
         {}},
        {u"tls-cert"_s,
         env(u"TLS_CERT"_s),
         Type::Path,
         {},
         0,
         0,
         u"FILE"_s,
         u"Certificate in PEM form; with --tls-key the service speaks HTTPS."_s,
         {}},
        {u"tls-key"_s, env(u"TLS_KEY"_s), Type::Path, {}, 0, 0, u"FILE"_s, u"Its private key in PEM form."_s, {}},
        {u"allowed-hosts"_s,
         env(u"ALLOWED_HOSTS"_s),
         Type::List,
         {},
         0,
         0,
         u"A,B"_s,
         u"Further names, with or without port, by which clients may address the service."_s,
         {}},
        {u"trusted-proxies"_s,
         env(u"TRUSTED_PROXIES"_s),
         Type::List,
         {},
         0,
         0,
         u"A,B"_s,
         u"Addresses or networks whose X-Forwarded-* fields are believed."_s,
         {}},
        {{},
         env(u"CORS_ORIGINS"_s),
         Type::List,
         {},
         0,
         0,
         u"A,B"_s,
         u"Origins of web pages that may use the service from a browser."_s,
         {}},
    };
}

QList<Setting> limits()
{
    return {
        {u"max-head"_s,
         env(u"MAX_HEAD"_s),
         Type::Integer,
         u"32768"_s,
         1024,
         1 << 20,
         u"BYTES"_s,
         u"The longest head of a request."_s,
         {}},
        {u"max-fields"_s,
         env(u"MAX_FIELDS"_s),
         Type::Integer,
         u"100"_s,
         10,
         10'000,
         u"N"_s,
         u"The most fields in the head of a request."_s,
         {}},
        {u"max-url"_s,
         env(u"MAX_URL"_s),
         Type::Integer,
         u"8192"_s,
         256,
         1 << 20,
         u"BYTES"_s,
         u"The longest address in a request."_s,
         {}},
        {u"max-body"_s,
         env(u"MAX_BODY"_s),
         Type::Integer,
         u"10485760"_s,
         1024,
         1 << 30,
         u"BYTES"_s,
         u"The longest body of a request."_s,
         {}},
        {u"max-buffered"_s,
         env(u"MAX_BUFFERED"_s),
         Type::Integer,
         u"268435456"_s,
         1 << 20,
         1LL << 40,
         u"BYTES"_s,
         u"The most that all clients together may have sent of requests that are not whole yet."_s,
         {}},
        {u"send-timeout"_s,
         env(u"SEND_TIMEOUT"_s),
         Type::Seconds,
         u"30"_s,
         1,
         kDaySec,
         u"S"_s,
         u"How long a client may take to send a request."_s,
         {}},
        {u"idle-timeout"_s,
         env(u"IDLE_TIMEOUT"_s),
         Type::Seconds,
         u"75"_s,
         1,
         kDaySec,
         u"S"_s,
         u"How long a connection may stay without a request."_s,
         {}},
        {u"max-connections"_s,
         env(u"MAX_CONNECTIONS"_s),
         Type::Integer,
         u"1024"_s,
         1,
         1'000'000,
         u"N"_s,
         u"The most connections at a time."_s,
         {}},
    };
}

QList<Setting> logging()
{
    return {
        {u"log-level"_s,
         env(u"LOGGER_LEVEL"_s),
         Type::Text,
         u"info"_s,
         0,
         0,
         u"L"_s,
         u"What to log at least: debug, info, warning or error."_s,
         {u"debug"_s, u"info"_s, u"warning"_s, u"error"_s, u"critical"_s, u"warn"_s, u"fatal"_s, u"notset"_s}},
        {u"log-path"_s,
         env(u"LOGGER_PATH"_s),
         Type::Path,
         {},
         0,
         0,
         u"FILE"_s,
         u"Where to log, one JSON object a line. Without it, to standard error; on a terminal as plain lines."_s,
         {}},
        {{},
         env(u"LOGGER_MAX_BYTES"_s),
         Type::Integer,
         u"1048576"_s,
         0,
         0,
         u"BYTES"_s,
         u"When the log file reaches this size, it becomes FILE.1 and a new one begins; 0: never."_s,
         {}},
    };
}

QList<Setting> about()
{
    return {
        {u"help"_s, {}, Type::Flag, {}, 0, 0, {}, u"Show this text."_s, {}},
        {u"version"_s, {}, Type::Flag, {}, 0, 0, {}, u"Show the version."_s, {}},
    };
}

} // namespace

const QList<Setting> &serviceSettings()
{
    static const QList<Setting> table = whatRuns() + network() + limits() + logging() + about();
    return table;
}

const QList<Setting> &managerSettings()
{
    static const QList<Setting> table =
        QList<Setting>{
            {u"url"_s,
             env(u"SERVICE_URL"_s),
             Type::Text,
             u"http://127.0.0.1:5003"_s,
             0,
             0,
             u"URL"_s,
             u"The service's address; a path in it is kept."_s,
             {}},
            {u"header"_s,
             {},
             Type::Pair,
             {},
             0,
             0,
             u"NAME VALUE"_s,
             u"A field to send with each request, such as Authorization; may be given many times."_s,
             {}},
            {u"wait"_s, {}, Type::Flag, {}, 0, 0, {}, u"With check: wait for the end of the job."_s, {}},
            {u"timeout"_s,
             {},
             Type::Seconds,
             {},
             1,
             365 * kDaySec,
             u"S"_s,
             u"With --wait: give up after so many seconds. Else: how long an answer may take, 30 if nothing is said."_s,
             {}},
            {u"plugin-path"_s,
             env(u"PLUGIN_PATH"_s),
             Type::PathList,
             {},
             0,
             0,
             u"DIR"_s,
             u"With validate: folders with further plugins, separated by colons."_s,
             {}},
            {u"role"_s,
             {},
             Type::Text,
             {},
             0,
             0,
             u"ROLE"_s,
             u"With key add: what the key's owner may do."_s,
             {u"viewer"_s, u"submitter"_s, u"operator"_s, u"admin"_s}},
            {u"file"_s, {}, Type::Path, u"keys.json"_s, 0, 0, u"FILE"_s, u"With key: the file of the keys."_s, {}},
        } +
        about();
    return table;
}

} // namespace dragonscales::core
