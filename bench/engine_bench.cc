// SPDX-License-Identifier: Apache-2.0
// engine_bench FOLDER: the engine without broker and runtime. sensor -> pick -> publish, 100
// sensors, one reading in ten passes, in group commits of 256 entries; alone, with the journal in
// FOLDER, and beside 10,000 other flows. Prints one JSON object a row; a second is a second of CPU.
#include "engine/engine.hh"
#include "engine/frame_codec.hh"
#include "engine/plan.hh"
#include "engine/stages.hh"
#include "store/journal/journal.hh"

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <malloc.h>
#include <sys/resource.h>

namespace reops::bench {
namespace {

using data::Value;

constexpr std::size_t batch_events = 256;
constexpr std::size_t sensors = 100;
constexpr std::size_t others = 10'000;

double cpu_seconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds_of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

std::size_t bytes_in_use()
{
    const struct mallinfo2 info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

void print_row(std::string_view row, double value, std::string_view unit)
{
    fmt::print("{{\"bench\":\"engine\",\"row\":\"{}\",\"value\":{:.3f},\"unit\":\"{}\"}}\n",
               row,
               value,
               unit);
}

template <class T>
T must(Result<T> result)
{
    if (result)
        return std::move(result).value();
    fmt::print(stderr, "engine_bench: {}\n", result.failure().message);
    std::exit(1);  // NOLINT: one thread
}

engine::StagePtr pick_above(double limit)
{
    return engine::make_pick([limit](const Value& value) { return value.as_real() > limit; },
                             fmt::format("t > {}", limit));
}

engine::FlowPtr publishing_flow(std::string name,
                                std::string event,
                                std::optional<std::string> key,
                                double limit)
{
    engine::Flow flow;
    flow.name = std::move(name);
    flow.event = std::move(event);
    flow.key = std::move(key);
    flow.stages = {pick_above(limit),
                   std::make_shared<engine::PublishStage>(engine::PublishOptions{"alarms"})};
    return must(engine::make_flow(std::move(flow), "bench"));
}

/// An engine that is fed as the runtime feeds it: events, and the ends of the publishes before.
class Site {
public:
    Site() { put(engine::Started{}); }

    void arm(const engine::FlowPtr& flow)
    {
        engine_.declare(flow);
        put(engine::Armed{flow->name, flow->version, {}, "bench"});
    }
    void write_to(store::Journal& journal) { journal_ = &journal; }
    void run_until_idle()
    {
        while (!batch_.entries.empty())
            commit();
    }
    /// Offers that many readings and decides them; one in ten is 71.4.
    void read(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i) {
            engine::Event event;
            event.name = "temperature";
            event.key = keys_[i % sensors];
            event.value = Value::real((i + i / sensors) % 10 == 0 ? 71.4 : 21.5);
            event.origin = "mqtt";
            put(std::move(event));
            if (batch_.entries.size() >= batch_events)
                commit();
        }
        run_until_idle();
    }
    /// One low reading of `level` from each of that many sensors.
    void read_keys(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i) {
            engine::Event event;
            event.name = "level";
            event.key = fmt::format("tank-{}", i);
            event.value = Value::real(12);
            put(std::move(event));
            if (batch_.entries.size() >= batch_events)
                commit();
        }
        run_until_idle();
    }
    std::size_t published() const { return published_; }
    void put_inventory(std::shared_ptr<const hosts::Inventory> inventory)
    {
        put(engine::InventoryChanged{std::move(inventory)});
    }
    const engine::Engine& engine() const { return engine_; }

private:
    void put(engine::Body body)
    {
        batch_.entries.push_back(engine::Entry{{}, {}, std::move(body)});
    }
    void commit()
    {
        at_ = at_ + milliseconds(1);
        const engine::Position first{position_ + 1};
        for (engine::Entry& entry : batch_.entries) {
            entry.position = engine::Position{++position_};
            entry.at = at_;
        }
        engine_.process(batch_, inline_);
        position_ = engine_.state().position.number;
        if (journal_ != nullptr) {
            frame_.clear();
            engine::encode_frame(batch_, 0, batch_.entries.size(), frame_);
            if (const auto written = journal_->commit(
                    first, static_cast<std::uint32_t>(batch_.entries.size()), frame_);
                !written)
                must(Result<int>{written.failure()});
        }
        std::vector<engine::EffectId> offered;
        for (const engine::Decision& decision : batch_.decisions)
            offered.insert(offered.end(), decision.offered.begin(), decision.offered.end());
        batch_.clear();
        for (const engine::EffectId effect : offered) {
            ++published_;
            engine::Ended ended{effect};
            ended.outcome.status = engine::Status::done;
            put(std::move(ended));
        }
    }

    std::vector<std::string> keys_ = [] {
        std::vector<std::string> keys;
        for (std::size_t i = 0; i < sensors; ++i)
            keys.push_back(fmt::format("room-{}", i));
        return keys;
    }();
    engine::Engine engine_;
    engine::Inline inline_;
    engine::Batch batch_;
    std::string frame_;
    store::Journal* journal_ = nullptr;
    Time at_{1'795'442'400'000'000};
    std::uint64_t position_ = 0;
    std::size_t published_ = 0;
};

void measure(std::string_view row, Site& site, std::size_t events)
{
    site.run_until_idle();
    site.read(events / 10);  // warm
    const std::size_t before = site.published();
    const double began = cpu_seconds();
    site.read(events);
    const double took = cpu_seconds() - began;
    if (site.published() - before != events / 10) {
        fmt::print(stderr,
                   "engine_bench: {}: expected {} publishes but got {}\n",
                   row,
                   events / 10,
                   site.published() - before);
        std::exit(1);  // NOLINT: one thread
    }
    print_row(row, static_cast<double>(events) / took, "events/s per core");
}

Site make_site()
{
    Site site;
    site.arm(publishing_flow("alarm", "temperature", std::nullopt, 70));
    return site;
}

void measure_journal(const std::filesystem::path& folder)
{
    for (const bool sync : {false, true}) {
        const std::filesystem::path place = folder / (sync ? "synced" : "written");
        std::filesystem::remove_all(place);
        store::JournalOptions options;
        options.sync = sync;
        const auto journal =
            must(store::Journal::open(place.string(), options, [](const store::Damage&) {}));
        Site site = make_site();
        site.write_to(*journal);
        measure(sync ? "with journal, fdatasync each 256 entries" : "with journal, not synced",
                site,
                200'000);
        std::filesystem::remove_all(place);
    }
}

using MakeOther = std::function<engine::FlowPtr(std::size_t)>;

void measure_beside(std::string_view row, const MakeOther& other, std::size_t events)
{
    Site site = make_site();
    for (std::size_t i = 0; i < others; ++i)
        site.arm(other(i));
    measure(row, site, events);
}

void measure_memory()
{
    Site site = make_site();
    site.run_until_idle();
    std::size_t before = bytes_in_use();
    for (std::size_t i = 0; i < others; ++i)
        site.arm(publishing_flow(fmt::format("flow-{}", i), fmt::format("event-{}", i), {}, 70));
    site.run_until_idle();
    print_row("memory per flow", static_cast<double>(bytes_in_use() - before) / others, "bytes");

    engine::Flow flow;
    flow.name = "rising";
    flow.event = "level";
    flow.stages = {engine::make_rising(70),
                   std::make_shared<engine::PublishStage>(engine::PublishOptions{"alarms"})};
    site.arm(must(engine::make_flow(std::move(flow), "bench")));
    site.run_until_idle();
    before = bytes_in_use();
    constexpr std::size_t keys = 100'000;
    site.read_keys(keys);
    print_row("memory per key of a stateful flow",
              static_cast<double>(bytes_in_use() - before) / keys,
              "bytes");
}

/// What a stop of a large site would do, all its systems on ten hypervisors.
void measure_plan()
{
    constexpr std::size_t hosts = 5'000;
    constexpr std::size_t hypervisors = 10;
    std::vector<hosts::System> systems;
    engine::PowerOptions stop;
    for (std::size_t i = 0; i < hosts; ++i) {
        hosts::System system;
        system.name = fmt::format("host-{}", i);
        system.provider = "sim";
        if (i >= hypervisors)
            system.runs_on = fmt::format("host-{}", i % hypervisors);
        stop.hosts.names.push_back(system.name);
        systems.push_back(std::move(system));
    }
    engine::Flow flow;
    flow.name = "site";
    flow.event = "temperature";
    flow.stages = {pick_above(70), std::make_shared<engine::PowerStage>(stop)};
    Site site;
    site.put_inventory(std::make_shared<const hosts::Inventory>(
        must(hosts::Inventory::make(std::move(systems), 1))));
    site.arm(must(engine::make_flow(std::move(flow), "bench")));
    site.run_until_idle();
    engine::PlanQuestion question;
    question.flow = "site";
    question.value = Value::real(71);
    question.most_steps = 10 * hosts;
    const double began = cpu_seconds();
    const engine::Plan plan = must(engine::make_plan(site.engine(), question));
    const double took = cpu_seconds() - began;
    if (plan.steps.size() != hosts || plan.cut) {
        fmt::print(stderr, "engine_bench: the plan has {} of {} steps\n", plan.steps.size(), hosts);
        std::exit(1);  // NOLINT: one thread
    }
    print_row("plan of a stop of 5,000 hosts", took * 1e3, "ms");
}

void measure_all(const std::filesystem::path& folder)
{
    Site alone = make_site();
    measure("alone", alone, 1'000'000);
    measure_journal(folder);
    measure_beside(
        "beside 10,000 flows of other events",
        [](std::size_t i) {
            return publishing_flow(fmt::format("other-{}", i), fmt::format("event-{}", i), {}, 70);
        },
        500'000);
    measure_beside(
        "beside 10,000 flows of other keys",
        [](std::size_t i) {
            return publishing_flow(
                fmt::format("other-{}", i), "temperature", fmt::format("cellar-{}", i), 70);
        },
        500'000);
    measure_beside(
        "beside 10,000 flows whose pick drops",
        [](std::size_t i) {
            return publishing_flow(fmt::format("other-{}", i), "temperature", {}, 1000);
        },
        1'000);
    measure_memory();
    measure_plan();
}

}  // namespace
}  // namespace reops::bench

int main(int count, char** words)
{
    if (count != 2) {
        fmt::print(stderr, "usage: engine_bench FOLDER (on the disk that matters)\n");
        return 2;
    }
    reops::bench::measure_all(words[1]);
    return 0;
}
