// SPDX-License-Identifier: Apache-2.0
#include "providers/sim/world.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace reops::providers::sim {

namespace {

Failure no_machine(std::string_view system)
{
    return {Code::not_found, fmt::format("there is no machine `{}`", system)};
}

}  // namespace

Result<void> World::apply(const Entry& entry)
{
    advance(entry.at);
    if (entry.op == "declare")
        return declare(entry);
    if (entry.op == "set")
        return set(entry);
    const Place place = machines_.find(entry.system);
    if (place == machines_.end())
        return no_machine(entry.system);
    if (auto there = reach(*place); !there)
        return there;
    if (entry.op == "create") {
        if (place->second.state == PowerState::absent)
            change(place, PowerState::off, "created");
        return {};
    }
    if (place->second.state == PowerState::absent)
        return no_machine(entry.system);
    if (entry.op == "start")
        return start(place);
    if (entry.op == "stop")
        return stop(place);
    if (entry.op == "stop-hard") {
        change(place, PowerState::off, "switched off hard");
        return {};
    }
    if (entry.op == "destroy") {
        change(place, PowerState::absent, "destroyed");
        return {};
    }
    return Failure{Code::unsupported, fmt::format("simulated machines cannot `{}`", entry.op)};
}

Result<void> reach(const std::pair<const std::string, Machine>& machine)
{
    if (machine.second.settings.unreachable)
        return Failure{Code::unreachable, fmt::format("nobody answers for `{}`", machine.first)};
    if (machine.second.settings.denied)
        return Failure{Code::denied, fmt::format("the login for `{}` is refused", machine.first)};
    return {};
}

Result<void> World::declare(const Entry& entry)
{
    const Place known = machines_.find(entry.system);
    const data::Map words = merge_words({}, entry.arguments);
    const data::Map overrides = known == machines_.end() ? data::Map{} : known->second.overrides;
    auto settings = read_settings(merge_words(words, overrides));
    if (!settings)
        return settings.failure();
    if (known != machines_.end()) {
        known->second.declared = words;
        known->second.settings = std::move(settings).value();
        return {};
    }
    Machine machine;
    machine.state = settings->initial;
    machine.declared = words;
    machine.settings = std::move(settings).value();
    machines_.emplace(entry.system, std::move(machine));
    return {};
}

Result<void> World::set(const Entry& entry)
{
    if (!machines_.contains(entry.system))
        machines_.emplace(entry.system, Machine{});
    const Place place = machines_.find(entry.system);
    const data::Map said = merge_words({}, entry.arguments);
    const data::Map overrides = merge_words(place->second.overrides, entry.arguments);
    const auto now = read_settings(said);
    if (!now)
        return now.failure();
    auto settings = read_settings(merge_words(place->second.declared, overrides));
    if (!settings)
        return settings.failure();
    place->second.overrides = overrides;
    place->second.settings = std::move(settings).value();
    if (said.contains("state") || now->initial == PowerState::absent)
        change(place, now->initial, now->initial == PowerState::absent ? "vanished" : "set");
    return {};
}

Result<void> World::start(Place place)
{
    Machine& machine = place->second;
    if (machine.state == PowerState::on || machine.state == PowerState::starting)
        return {};
    if (machine.state == PowerState::stopping)
        return Failure{Code::conflict, fmt::format("`{}` is still stopping", place->first)};
    if (!machine.settings.fail_start.empty())
        return Failure{Code::internal, machine.settings.fail_start};
    const Machine* hypervisor = find(machine.settings.runs_on);
    if (hypervisor != nullptr && hypervisor->state != PowerState::on)
        return Failure{Code::conflict,
                       fmt::format("`{}`, on which it runs, is {}",
                                   machine.settings.runs_on,
                                   to_string(hypervisor->state))};
    change(place, PowerState::starting, "switched on");
    machine.due = now_ + machine.settings.boot;
    return {};
}

Result<void> World::stop(Place place)
{
    Machine& machine = place->second;
    if (machine.state == PowerState::off || machine.state == PowerState::stopping)
        return {};
    if (!machine.settings.fail_stop.empty())
        return Failure{Code::internal, machine.settings.fail_stop};
    if (machine.settings.ignore_stop)
        return {};
    change(place, PowerState::stopping, "asked to stop");
    machine.due = now_ + machine.settings.stop;
    return {};
}

void World::change(Place place, PowerState to, std::string why)
{
    Machine& machine = place->second;
    machine.due.reset();
    if (machine.state == to)
        return;
    transitions_.push_back({now_, place->first, machine.state, to, std::move(why)});
    machine.state = to;
    if (!is_running(to))
        cut_power_of_guests(place->first);
}

// What runs on a machine without power has none either; the words in the log are what tests look
// for when they judge the order of a shutdown.
void World::cut_power_of_guests(const std::string& hypervisor)
{
    for (auto place = machines_.begin(); place != machines_.end(); ++place)
        if (place->second.settings.runs_on == hypervisor && is_running(place->second.state))
            change(place, PowerState::off, fmt::format("lost power: {} went off", hypervisor));
}

void World::finish(Place place)
{
    const Machine& machine = place->second;
    if (machine.state == PowerState::stopping)
        change(place, PowerState::off, "stopped");
    else if (machine.settings.never_boots)
        change(place, PowerState::off, "did not boot");
    else
        change(place, PowerState::on, "booted");
}

void World::advance(Time now)
{
    for (;;) {
        Place next = machines_.end();
        for (auto place = machines_.begin(); place != machines_.end(); ++place) {
            const auto& due = place->second.due;
            if (due && *due <= now && (next == machines_.end() || *due < *next->second.due))
                next = place;
        }
        if (next == machines_.end())
            break;
        now_ = std::max(now_, *next->second.due);
        finish(next);
    }
    now_ = std::max(now_, now);
}

std::optional<Time> World::next_due() const
{
    std::optional<Time> next;
    for (const auto& [name, machine] : machines_)
        if (machine.due && (!next || *machine.due < *next))
            next = machine.due;
    return next;
}

const Machine* World::find(std::string_view system) const
{
    const auto place = machines_.find(system);
    return place == machines_.end() ? nullptr : &place->second;
}

std::optional<std::vector<std::string>> World::guests_of(std::string_view hypervisor) const
{
    bool has_guests = false;
    std::vector<std::string> running;
    for (const auto& [name, machine] : machines_) {
        if (machine.settings.runs_on != hypervisor)
            continue;
        has_guests = true;
        if (is_running(machine.state))
            running.push_back(name);
    }
    if (!has_guests)
        return std::nullopt;
    return running;
}

std::vector<Transition> World::take_transitions()
{
    return std::exchange(transitions_, {});
}

}  // namespace reops::providers::sim
