// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/authorizer.h>
#include <dragonscales/callback.h>
#include <dragonscales/storage.h>
#include <dragonscales/task.h>

#include <QDir>
#include <QHash>
#include <QObject>
#include <QtPlugin>

#include <functional>
#include <memory>
#include <type_traits>

namespace dragonscales::sdk {

// The constructor's arguments of a module: the entry's "args", ${NAME} replaced, and the folder of the project file,
// which relative paths in them are relative to.
struct Args
{
    Json json;
    QString projectFolder;

    QString path(const QString &relativeOrAbsolute) const
    {
        return QDir::cleanPath(QDir(projectFolder).absoluteFilePath(relativeOrAbsolute));
    }
};

// A library of modules. Derive from it, register what it provides in the constructor, and name the metadata file:
//
//   class MyPlugin final : public QObject, public dragonscales::sdk::Plugin
//   {
//       Q_OBJECT
//       Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "my_plugin.json")
//       Q_INTERFACES(dragonscales::sdk::Plugin)
//   public:
//       MyPlugin() { add<MyTask>(QStringLiteral("my.task")); }
//   };
//
// The metadata: {"modules": [{"kind": "task", "name": "my.task", "title": …, "description": …, "args": SCHEMA,
// "params": SCHEMA, "result": SCHEMA, "isolation": "thread" | "process"}, …]}. It is read without loading the library.
class Plugin
{
public:
    virtual ~Plugin() = default;

    // Null when this library has no such module. May throw what the module's constructor throws.
    std::unique_ptr<BaseTask> task(const QString &module, const Args &args) const
    {
        return make(m_tasks, module, args);
    }
    std::unique_ptr<BaseStorage> storage(const QString &module, const Args &args) const
    {
        return make(m_storages, module, args);
    }
    std::unique_ptr<BaseCallback> callback(const QString &module, const Args &args) const
    {
        return make(m_callbacks, module, args);
    }
    std::unique_ptr<BaseAuthorizer> authorizer(const QString &module, const Args &args) const
    {
        return make(m_authorizers, module, args);
    }

protected:
    // T has a constructor from const Args &, or a default one.
    template <typename T>
    void add(const QString &module)
    {
        if constexpr (std::is_base_of_v<BaseTask, T>) {
            m_tasks.insert(module, maker<BaseTask, T>());
        } else if constexpr (std::is_base_of_v<BaseStorage, T>) {
            m_storages.insert(module, maker<BaseStorage, T>());
        } else if constexpr (std::is_base_of_v<BaseCallback, T>) {
            m_callbacks.insert(module, maker<BaseCallback, T>());
        } else {
            static_assert(std::is_base_of_v<BaseAuthorizer, T>);
            m_authorizers.insert(module, maker<BaseAuthorizer, T>());
        }
    }

private:
    template <typename Base>
    using Makers = QHash<QString, std::function<std::unique_ptr<Base>(const Args &)>>;

    template <typename Base, typename T>
    static std::function<std::unique_ptr<Base>(const Args &)> maker()
    {
        return [](const Args &args) -> std::unique_ptr<Base> {
            if constexpr (std::is_constructible_v<T, const Args &>) {
                return std::make_unique<T>(args);
            } else {
                return std::make_unique<T>();
            }
        };
    }

    template <typename Base>
    static std::unique_ptr<Base> make(const Makers<Base> &makers, const QString &module, const Args &args)
    {
        const auto it = makers.find(module);
        return it == makers.end() ? nullptr : (*it)(args);
    }

    Makers<BaseTask> m_tasks;
    Makers<BaseStorage> m_storages;
    Makers<BaseCallback> m_callbacks;
    Makers<BaseAuthorizer> m_authorizers;
};

} // namespace dragonscales::sdk

// Changes with every break of these headers: a library built against another one is refused with a sentence.
#define DRAGONSCALES_PLUGIN_IID "org.dragonscales.Plugin/1"
Q_DECLARE_INTERFACE(dragonscales::sdk::Plugin, DRAGONSCALES_PLUGIN_IID)
