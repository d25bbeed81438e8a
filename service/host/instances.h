// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/guard.h"
#include "host/module_spec.h"
#include "host/plugin_libraries.h"

#include <QHashFunctions>

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace dragonscales::host {

// What tells one instance of a module from another.
struct InstanceKey
{
    QString library;
    QString module;
    QString folder;
    QByteArray args;

    static InstanceKey of(const ModuleSpec &spec) { return {spec.library, spec.module, spec.folder, spec.args}; }
    bool operator==(const InstanceKey &) const = default;
};

inline size_t qHash(const InstanceKey &key, size_t seed = 0)
{
    return qHashMulti(seed, key.library, key.module, key.folder, key.args);
}

// Makes one new instance of T = BaseTask, BaseStorage, BaseCallback or BaseAuthorizer. Errors are of type "module" or
// "exception" and name the module.
template <typename T>
tl::expected<std::unique_ptr<T>, core::JobError> makeInstance(PluginLibraries &libraries, const ModuleSpec &spec);

// Warm instances of one kind: one thread at a time has an instance; more are made as threads need them. Thread-safe.
template <typename T>
class Instances final
{
public:
    tl::expected<std::unique_ptr<T>, core::JobError> take(PluginLibraries &libraries, const ModuleSpec &spec)
    {
        {
            const std::lock_guard lock(m_mutex);
            const auto found = m_idle.find(InstanceKey::of(spec));
            if (found != m_idle.end() && !found->second.empty()) {
                std::unique_ptr<T> instance = std::move(found->second.back());
                found->second.pop_back();
                --m_count;
                return instance;
            }
        }
        return makeInstance<T>(libraries, spec);
    }

    // Only what came back in order: an instance that threw is not given back.
    void giveBack(const ModuleSpec &spec, std::unique_ptr<T> instance)
    {
        Idle surplus; // destroyed without the lock
        const std::lock_guard lock(m_mutex);
        if (m_count >= kMost) { // of projects that are no more, most likely
            surplus.swap(m_idle);
            m_count = 0;
        }
        m_idle[InstanceKey::of(spec)].push_back(std::move(instance));
        ++m_count;
    }

private:
    static constexpr int kMost = 256;
    struct Hash
    {
        size_t operator()(const InstanceKey &key) const { return qHash(key); }
    };

    using Idle = std::unordered_map<InstanceKey, std::vector<std::unique_ptr<T>>, Hash>;

    std::mutex m_mutex;
    Idle m_idle;
    int m_count = 0;
};

} // namespace dragonscales::host
