// SPDX-License-Identifier: LGPL-3.0-or-later
#include "deeds.h"

#include <QFile>
#include <QHash>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;

namespace misbehave {

namespace {

struct Stage
{
    QJsonObject params;
    sdk::Context *context;

    void note(pid_t pid) const
    {
        QFile file(params.value("note"_L1).toString());
        if (file.open(QIODevice::Append)) {
            file.write(QByteArray::number(pid) + '\n');
        }
    }
};

[[noreturn]] void loop()
{
    volatile unsigned turns = 0;
    while (true) {
        turns = turns + 1;
    }
}

__attribute__((no_sanitize("address", "undefined"))) void crash()
{
    std::signal(SIGSEGV, SIG_DFL);
    volatile std::uintptr_t nowhere = 0;
    *reinterpret_cast<volatile int *>(nowhere) = 1;
}

void ignoreTerminate()
{
    std::signal(SIGTERM, SIG_IGN);
    loop();
}

void blockAllSignals()
{
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
    loop();
}

void allocate()
{
    constexpr size_t kStep = 16 * 1024 * 1024;
    std::vector<void *> blocks;
    for (int i = 0; i < 64; ++i) { // 1 GiB
        void *block = ::mmap(nullptr, kStep, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        std::memset(block, 1, kStep);
        blocks.push_back(block);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    loop();
}

void flood()
{
    const std::string line(999, 'x');
    while (true) {
        std::puts(line.c_str());
    }
}

void floodLog(const Stage &stage)
{
    const QString line(1000, u'x');
    for (int i = 0; i < 20'000 && !stage.context->stopRequested(); ++i) {
        stage.context->log(sdk::LogLevel::Info, line);
    }
}

// Two ends of a pipe that closes once everybody who holds it has become another program.
struct ExecPipe
{
    std::array<int, 2> ends{-1, -1};

    ExecPipe() { [[maybe_unused]] const int made = ::pipe2(ends.data(), O_CLOEXEC); }
    void wait()
    {
        ::close(ends[1]);
        std::array<char, 16> dropped;
        while (::read(ends[0], dropped.data(), dropped.size()) > 0) {
        }
        ::close(ends[0]);
    }
};

[[noreturn]] void becomeSleep()
{
    ::execlp("sleep", "sleep", "1000", nullptr);
    ::_exit(127);
}

void leaveChild(const Stage &stage)
{
    ExecPipe pipe;
    const pid_t pid = ::fork();
    if (pid == 0) {
        becomeSleep();
    }
    stage.note(pid);
    pipe.wait();
}

// A process of a session of its own whose parent has ended: nobody's child.
void leaveDaemon(const Stage &stage)
{
    ExecPipe pipe;
    if (::fork() == 0) {
        ::setsid();
        const pid_t daemon = ::fork();
        if (daemon == 0) {
            becomeSleep();
        }
        stage.note(daemon);
        ::_exit(0);
    }
    pipe.wait();
}

void closeDescriptors()
{
    for (int fd = 3; fd < 1024; ++fd) {
        ::close(fd);
    }
}

void replaceDescriptors()
{
    const int null = ::open("/dev/null", O_RDWR);
    for (int fd = 3; fd < 1024; ++fd) {
        ::dup2(null, fd);
    }
}

void writeGarbage()
{
    for (int fd = 3; fd < 1024; ++fd) {
        [[maybe_unused]] const ssize_t written = ::write(fd, "}{ garbage\n", 11);
    }
}

void print(const Stage &stage)
{
    std::puts("hello from stdout");
    std::fputs("hello from stderr\n", stderr);
    std::fputs("no line end", stdout);
    stage.context->log(sdk::LogLevel::Warning, u"hello from the log"_s);
    stage.context->progress(0.5, u"half"_s);
}

void waitForStop(const Stage &stage)
{
    while (!stage.context->stopRequested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

const QHash<QString, std::function<void(const Stage &)>> &deeds()
{
    static const QHash<QString, std::function<void(const Stage &)>> table{
        {u"segv"_s, [](const Stage &) { crash(); }},
        {u"abort"_s, [](const Stage &) { std::abort(); }},
        {u"exit"_s, [](const Stage &) { std::exit(3); }},
        {u"_exit"_s, [](const Stage &) { ::_exit(3); }},
        {u"kill"_s, [](const Stage &) { ::raise(SIGKILL); }},
        {u"words, then abort"_s,
         [](const Stage &) {
             std::fputs("the last words\n", stderr);
             std::abort();
         }},
        {u"loop"_s, [](const Stage &) { loop(); }},
        {u"ignore SIGTERM"_s, [](const Stage &) { ignoreTerminate(); }},
        {u"block signals"_s, [](const Stage &) { blockAllSignals(); }},
        {u"stop"_s, [](const Stage &) { ::raise(SIGSTOP); }},
        {u"allocate"_s, [](const Stage &) { allocate(); }},
        {u"flood"_s, [](const Stage &) { flood(); }},
        {u"flood log"_s, floodLog},
        {u"child"_s, leaveChild},
        {u"daemon"_s, leaveDaemon},
        {u"daemon, then crash"_s,
         [](const Stage &stage) {
             leaveDaemon(stage);
             crash();
         }},
        {u"daemon, then loop"_s,
         [](const Stage &stage) {
             leaveDaemon(stage);
             blockAllSignals();
         }},
        {u"close descriptors"_s, [](const Stage &) { closeDescriptors(); }},
        {u"replace descriptors"_s, [](const Stage &) { replaceDescriptors(); }},
        {u"garbage"_s, [](const Stage &) { writeGarbage(); }},
        {u"close output"_s,
         [](const Stage &) {
             ::close(1);
             ::close(2);
         }},
        {u"throw"_s, [](const Stage &) { throw std::runtime_error("thrown on purpose"); }},
        {u"throw int"_s, [](const Stage &) { throw 42; }},
        {u"print"_s, print},
        {u"wait for stop"_s, waitForStop},
    };
    return table;
}

} // namespace

void perform(const sdk::Json &params, sdk::Context *context)
{
    const Stage stage{params.object(), context};
    const QString deed = stage.params.value("do"_L1).toString();
    if (stage.params.contains("note"_L1)) {
        stage.note(::getpid());
    }
    if (const auto found = deeds().find(deed); found != deeds().end()) {
        (*found)(stage);
    }
}

} // namespace misbehave
