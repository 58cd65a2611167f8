// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario/world.hh"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace reops::scenario {

namespace {

constexpr std::array<std::string_view, 4> power_names = {"on", "off", "starting", "stopping"};
constexpr Duration hard_off_in = seconds(1);

template <class T, class From>
void set_if(T& target, const std::optional<From>& from)
{
    if (from)
        target = *from;
}

}  // namespace

std::string_view to_string(Power power)
{
    return power_names.at(static_cast<std::size_t>(power));
}

void Machine::take(const MachineChange& change)
{
    if (change.state) {
        state = *change.state;
        due.reset();
    }
    set_if(stops_in, change.stops_in);
    set_if(starts_in, change.starts_in);
    set_if(never_stops, change.never_stops);
    set_if(never_starts, change.never_starts);
    set_if(unreachable, change.unreachable);
    set_if(fails, change.fails);
    set_if(strangers, change.strangers);
    set_if(stays_off, change.stays_off);
}

const Machine* World::find(std::string_view host) const
{
    const auto found = machines_.find(host);
    return found == machines_.end() ? nullptr : &found->second;
}

void World::change(const std::string& host, const MachineChange& change)
{
    machines_[host].take(change);
}

Time World::next() const
{
    Time next = Time::never();
    for (const auto& [name, machine] : machines_)
        if (machine.due)
            next = std::min(next, *machine.due);
    return next;
}

void World::advance(Time now)
{
    while (next() <= now) {
        const Time at = next();
        for (auto& [name, machine] : machines_) {
            if (machine.due != at)
                continue;
            machine.due.reset();
            machine.state = machine.state == Power::starting ? Power::on : Power::off;
            if (machine.state == Power::off)
                lose_guests(name, at);
        }
    }
}

/// Its guests were running on it.
void World::lose_guests(const std::string& host, Time now)
{
    for (const std::string& guest : inventory_->guests_of(host)) {
        const auto found = machines_.find(guest);
        if (found == machines_.end() || found->second.state == Power::off)
            continue;
        found->second.state = Power::off;
        found->second.due.reset();
        requests_.push_back({now, "lost power", guest});
        lose_guests(guest, now);
    }
}

std::string World::ask(const std::string& host, std::string_view what, Time now)
{
    Machine& machine = machines_[host];
    requests_.push_back({now, std::string{what}, host});
    if (!machine.fails.empty())
        return machine.fails;
    if (what == "start") {
        const hosts::System* system = inventory_->find(host);
        const Machine* below = system != nullptr ? find(system->runs_on) : nullptr;
        if (below != nullptr && below->state != Power::on)
            return fmt::format("{} is {}", system->runs_on, to_string(below->state));
        if (!machine.never_starts) {
            machine.state = Power::starting;
            machine.due = now + machine.starts_in;
        }
    } else if (what == "stop-hard") {
        machine.state = Power::stopping;
        machine.due = now + hard_off_in;
    } else if (!machine.never_stops) {
        machine.state = Power::stopping;
        machine.due = now + machine.stops_in;
    }
    return "";
}

void World::power_cut(Time now)
{
    for (auto& [name, machine] : machines_) {
        if (machine.state != Power::off)
            requests_.push_back({now, "lost power", name});
        machine.state = Power::off;
        machine.due.reset();
    }
}

void World::power_back()
{
    for (auto& [name, machine] : machines_)
        if (!machine.stays_off)
            machine.state = Power::on;
}

MachineChange read_machine_change(Source& source, const data::Form& form)
{
    const Fields words{source,
                       form,
                       "a machine's answers",
                       {"state",
                        "stops-in",
                        "starts-in",
                        "never-stops",
                        "never-starts",
                        "unreachable",
                        "fails",
                        "strangers",
                        "stays-off"}};
    MachineChange change;
    if (words.has("state")) {
        const std::string state = words.choice("state", {"on", "off"});
        change.state = state == "off" ? Power::off : Power::on;
    }
    if (words.has("stops-in"))
        change.stops_in = words.span("stops-in");
    if (words.has("starts-in"))
        change.starts_in = words.span("starts-in");
    if (words.has("never-stops"))
        change.never_stops = words.flag("never-stops");
    if (words.has("never-starts"))
        change.never_starts = words.flag("never-starts");
    if (words.has("unreachable"))
        change.unreachable = words.flag("unreachable");
    if (words.has("fails"))
        change.fails = words.text("fails");
    if (words.has("strangers"))
        change.strangers = words.texts("strangers");
    if (words.has("stays-off"))
        change.stays_off = words.flag("stays-off");
    return change;
}

namespace {

std::shared_ptr<const hosts::Inventory> read_inventory(const Fields& file)
{
    const data::Form* form = file.find("systems");
    auto systems = hosts::read_systems(form != nullptr ? form->value : data::Value{});
    auto inventory = systems.ok() ? hosts::Inventory::make(std::move(*systems), 1)
                                  : Result<hosts::Inventory>{systems.failure()};
    if (inventory.ok())
        return std::make_shared<const hosts::Inventory>(std::move(*inventory));
    file.complain("systems", inventory.failure().message, inventory.failure().details);
    return std::make_shared<const hosts::Inventory>();
}

}  // namespace

World read_world(Source& source)
{
    if (source.root() == nullptr)
        return {};
    const Fields file{source, *source.root(), "hosts.edn", {"systems", "answers", "mail-server"}};
    auto inventory = read_inventory(file);
    std::map<std::string, Machine, std::less<>> machines;
    for (const auto& [name, system] : inventory->systems())
        machines[name] = Machine{};
    if (const data::Form* answers = file.find("answers"))
        for (const Named& entry : entries_of(source, *answers)) {
            if (!machines.contains(entry.name))
                source.complain(*entry.form,
                                fmt::format("no system \"{}\" in :systems", entry.name));
            machines[entry.name].take(read_machine_change(source, *entry.form));
        }
    World world{std::move(inventory), std::move(machines)};
    world.mail_answers = file.choice("mail-server", {"alive", "dead"}) == "alive";
    return world;
}

}  // namespace reops::scenario
