// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The shell around the engine: collects entries, lets the engine decide, commits entries and
/// decisions together, and only then acknowledges and performs.
///
///     offer() -> batch --(commit window)--> engine -> journal (fdatasync) -> acknowledge, perform
///                  ^                                                              |
///                  '------------------------- outcomes --------------------------'

#include "base/clock.hh"
#include "base/log.hh"
#include "engine/engine.hh"
#include "engine/frame_codec.hh"
#include "io/event_loop.hh"
#include "runtime/dispatcher.hh"
#include "runtime/engine_clock.hh"
#include "runtime/intake.hh"
#include "store/history.hh"
#include "store/journal/journal.hh"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace reops::runtime {

struct RuntimeOptions {
    std::string state;                         ///< folder; holds journal/, history.sqlite
    Duration commit_window = milliseconds(5);  ///< least time between commits at low rates
    bool durable_power = true;                 ///< fdatasync each commit (:durable :power)
    std::size_t workers = 1;
    std::size_t most_unacknowledged = 10'000;  ///< entries waiting for one commit (RULES 10)
    std::uint64_t segment_bytes = 64ULL << 20;
    std::uint64_t keep_bytes = 1ULL << 30;
    Duration keep_for = hours(24 * 30);
    std::uint64_t snapshot_after_bytes = 16ULL << 20;
    std::string mail_host = "localhost";
    Duration utc_offset{};
    Duration synchronise_within = minutes(2);
};

/// What people see of the runtime itself.
struct RuntimeCounts {
    std::uint64_t events = 0;
    std::uint64_t commits = 0;
    std::uint64_t syncs = 0;
    std::uint64_t stalls = 0;
};

/// Loop thread only. Order of life: open, add_performer and declare, start, ..., stop.
class Runtime final : public Intake {
public:
    /// Reads the state back. Failures: corrupt, unsupported (newer format), denied, each with what
    /// to type next.
    static Result<std::unique_ptr<Runtime>> open(io::EventLoop& loop,
                                                 const Clock& clock,
                                                 Log& log,
                                                 RuntimeOptions options);
    ~Runtime() override;

    void add_performer(Performer& performer) { dispatcher_.add(performer); }
    /// A flow of the program; armed by start().
    void declare(engine::FlowPtr flow, std::string origin);
    /// Commits the beginning (and with it the arming of flows), then offers what was left over.
    Result<void> start(std::shared_ptr<const hosts::Inventory> inventory);
    bool is_started() const { return started_; }
    /// Stops intake, waits up to `patience` for actions in flight, writes a snapshot, calls `done`.
    void stop(Duration patience, std::function<void()> done);

    void offer(engine::Event event) override;
    void after_commit(std::function<void()> committed) override;
    bool is_accepting() const override { return accepting_; }
    void on_accepting(std::function<void(bool)> changed) override;
    void trouble(const std::string& cause, const std::string& text, bool over) override;

    /// Puts a person's command (or any other body) in; `decided` gets what came of it after the
    /// commit.
    using Decided = std::function<void(const engine::Entry&,
                                       const engine::Decision&,
                                       const std::vector<engine::TraceItem>& trace)>;
    void submit(engine::Body body, Decided decided);

    const engine::Engine& engine() const { return engine_; }
    store::History& history() { return *history_; }
    RuntimeCounts counts() const;
    Time now() { return clock_.now(); }

    /// One entry as it was committed, with its trace (for why-not). not_found when it is older than
    /// what the journal keeps.
    Result<engine::FrameItem> read_entry(engine::Position position);
    /// Calls `each` for entries from `from` on until it returns false.
    Result<void> read_entries(engine::Position from,
                              const std::function<bool(engine::FrameItem&)>& each);

private:
    Runtime(io::EventLoop& loop, const Clock& clock, Log& log, RuntimeOptions options);

    Result<void> recover();
    Result<void> catch_up_history();
    engine::Started facts_of_start();
    void wait_for_synchronised_clock(std::vector<engine::EffectId> leftovers, Time until);
    void offer_again(const std::vector<engine::EffectId>& effects);
    void put(engine::Body body);
    void schedule_commit();
    void commit_now();
    bool write_frame();
    void after_write();
    void stall(const Failure& why);
    void set_accepting(bool accepting);
    void feed_history(const engine::Batch& done);
    void perform_decisions(const engine::Batch& done);
    void watch_clock();
    void set_engine_timer();
    void maybe_snapshot(bool always);
    void finish_stop();

    io::EventLoop& loop_;
    const Clock& wall_;
    Log& log_;
    RuntimeOptions options_;
    EngineClock clock_;
    engine::Engine engine_;
    std::unique_ptr<engine::Parallel> parallel_;
    Dispatcher dispatcher_;
    std::unique_ptr<store::Journal> journal_;
    std::unique_ptr<store::History> history_;
    std::vector<std::pair<engine::FlowPtr, std::string>> declared_;

    engine::Batch batch_;
    std::string frame_;
    std::vector<std::function<void()>> acknowledgements_;
    std::unordered_map<std::size_t, Decided> waiting_;  ///< by index in the batch
    std::vector<std::function<void(bool)>> accepting_watchers_;

    io::Timer commit_timer_;
    io::Timer engine_timer_;
    io::Timer clock_timer_;
    io::Timer stop_timer_;
    io::Timer sync_timer_;
    std::int64_t last_commit_us_ = 0;
    bool commit_scheduled_ = false;
    bool committing_ = false;
    bool stalled_ = false;
    bool accepting_ = false;
    bool started_ = false;
    bool stopping_ = false;
    bool leftovers_wait_ = false;
    std::uint64_t bytes_since_snapshot_ = 0;
    Duration last_boot_span_{};  ///< CLOCK_BOOTTIME of the last commit before this start
    Time last_wall_;             ///< engine time of the last entry before this start
    std::function<void()> stopped_;
    std::int64_t stop_deadline_us_ = 0;
    RuntimeCounts counts_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace reops::runtime
