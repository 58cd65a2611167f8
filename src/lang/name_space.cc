// SPDX-License-Identifier: Apache-2.0
#include "lang/name_space.hh"

#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/var.hh"

#include <algorithm>
#include <bit>

namespace reops::lang {

namespace {

/// A var belongs to its namespace for ever: its first reference is never given back before that.
void free_var(Var* var)
{
    data::release(static_cast<const data::Object*>(var));
}

}  // namespace

Namespace::Namespace(Interpreter& interpreter, std::string name)
    : Native(static_cast<std::uint16_t>(id)), interpreter_(interpreter), name_(std::move(name))
{
}

Namespace::~Namespace()
{
    for (const auto& [name, var] : mappings_)
        if (&var->home() == this)
            free_var(var);
    for (Var* var : forgotten_)
        free_var(var);
}

Var* Namespace::find_own(std::string_view name) const
{
    const std::lock_guard lock{mutex_};
    const auto found = mappings_.find(name);
    return found != mappings_.end() && &found->second->home() == this ? found->second : nullptr;
}

Var* Namespace::find(std::string_view name) const
{
    const std::lock_guard lock{mutex_};
    const auto found = mappings_.find(name);
    if (found != mappings_.end())
        return found->second;
    for (const Namespace* base : bases_)
        if (Var* var = base->find_own(name); var != nullptr && !var->is_private())
            return var;
    return nullptr;
}

Var& Namespace::intern(std::string_view name)
{
    const std::lock_guard lock{mutex_};
    if (Var* own = find_own(name))
        return *own;
    const auto found = mappings_.find(name);
    if (found != mappings_.end() && found->second->home().name() != "clojure.core" &&
        found->second->home().name() != "reops.core")
        fail(errors::illegal_state,
             std::string{name} + " already refers to: " + found->second->print() +
                 " in namespace: " + name_);
    // One that was unmapped comes back: code that refers to it sees the new definition.
    const auto forgotten = std::find_if(forgotten_.begin(), forgotten_.end(), [&](const Var* each) {
        return each->name().name() == name;
    });
    if (forgotten != forgotten_.end()) {
        Var* const again = *forgotten;
        forgotten_.erase(forgotten);
        again->set_metadata({});
        mappings_.insert_or_assign(std::string{name}, again);
        return *again;
    }
    auto* var = new Var{interpreter_, *this, Value::symbol(name)};
    mappings_.insert_or_assign(std::string{name}, var);
    return *var;
}

void Namespace::refer(std::string_view name, Var& var)
{
    const std::lock_guard lock{mutex_};
    const auto found = mappings_.find(name);
    if (found != mappings_.end() && found->second != &var && &found->second->home() == this)
        fail(errors::illegal_state,
             std::string{name} + " already refers to: " + found->second->print() +
                 " in namespace: " + name_);
    mappings_.insert_or_assign(std::string{name}, &var);
}

void Namespace::refer_all(const Namespace& other)
{
    for (Var* var : other.own_vars())
        if (!var->is_private())
            refer(var->name().name(), *var);
}

void Namespace::unmap(std::string_view name)
{
    const std::lock_guard lock{mutex_};
    const auto found = mappings_.find(name);
    if (found == mappings_.end())
        return;
    // Code may still point to a var of our own, so it is only forgotten.
    if (&found->second->home() == this) {
        found->second->unbind_root();
        forgotten_.push_back(found->second);
    }
    mappings_.erase(found);
}

void Namespace::add_alias(std::string_view alias, Namespace& target)
{
    const std::lock_guard lock{mutex_};
    aliases_.insert_or_assign(std::string{alias}, &target);
}

void Namespace::remove_alias(std::string_view alias)
{
    const std::lock_guard lock{mutex_};
    const auto found = aliases_.find(alias);
    if (found != aliases_.end())
        aliases_.erase(found);
}

Namespace* Namespace::find_alias(std::string_view alias) const
{
    const std::lock_guard lock{mutex_};
    const auto found = aliases_.find(alias);
    return found == aliases_.end() ? nullptr : found->second;
}

std::vector<std::pair<std::string, Namespace*>> Namespace::aliases() const
{
    const std::lock_guard lock{mutex_};
    return {aliases_.begin(), aliases_.end()};
}

void Namespace::import(std::string_view name, Value imported)
{
    const std::lock_guard lock{mutex_};
    imports_.insert_or_assign(std::string{name}, std::move(imported));
}

std::optional<Value> Namespace::find_import(std::string_view name) const
{
    const std::lock_guard lock{mutex_};
    const auto found = imports_.find(name);
    if (found != imports_.end())
        return found->second;
    for (const Namespace* base : bases_)
        if (auto inherited = base->find_import(name))
            return inherited;
    return std::nullopt;
}

std::vector<std::string> Namespace::names() const
{
    std::vector<std::string> all;
    {
        const std::lock_guard lock{mutex_};
        for (const auto& [name, var] : mappings_)
            all.push_back(name);
        for (const Namespace* base : bases_)
            for (const Var* var : base->own_vars())
                if (!var->is_private())
                    all.emplace_back(var->name().name());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

std::vector<Var*> Namespace::own_vars() const
{
    const std::lock_guard lock{mutex_};
    std::vector<Var*> own;
    for (const auto& [name, var] : mappings_)
        if (&var->home() == this)
            own.push_back(var);
    std::sort(own.begin(), own.end(), [](const Var* a, const Var* b) {
        return a->name().name() < b->name().name();
    });
    return own;
}

std::vector<std::pair<std::string, Var*>> Namespace::mappings() const
{
    std::vector<std::pair<std::string, Var*>> all;
    const std::lock_guard lock{mutex_};
    for (const Namespace* base : bases_)
        for (Var* var : base->own_vars())
            if (!var->is_private() && !mappings_.contains(std::string{var->name().name()}))
                all.emplace_back(var->name().name(), var);
    all.insert(all.end(), mappings_.begin(), mappings_.end());
    std::sort(all.begin(), all.end());
    return all;
}

Value Namespace::metadata() const
{
    const std::lock_guard lock{mutex_};
    return metadata_;
}

void Namespace::set_metadata(Value map)
{
    const std::lock_guard lock{mutex_};
    metadata_ = std::move(map);
}

}  // namespace reops::lang
