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
#include "io/files.hh"
#include "runtime/call_threads.hh"
#include "runtime/dispatcher.hh"
#include "runtime/engine_clock.hh"
#include "runtime/history_feed.hh"
#include "runtime/intake.hh"
#include "store/history.hh"
#include "store/journal/journal.hh"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace reops::runtime {

struct RuntimeOptions {
    std::string state;                         ///< folder; holds journal/, history.sqlite
    Duration commit_window = milliseconds(5);  ///< least time between commits at low rates
    bool durable_power = true;                 ///< fdatasync each commit (:durable :power)
    std::size_t workers = 1;
    CallOptions calls = {};                    ///< of functions of the user
    std::size_t most_unacknowledged = 10'000;  ///< entries waiting for one commit
    std::size_t most_in_flight = 10'000;       ///< effects being performed; beyond, intake waits
    std::uint64_t segment_bytes = 64ULL << 20;
    std::uint64_t reserve_bytes = 4ULL << 20;  ///< kept for results when the disk is full
    std::uint64_t keep_bytes = 1ULL << 30;
    Duration keep_for = hours(24 * 30);
    std::uint64_t snapshot_after_bytes = 16ULL << 20;
    std::size_t keep_runs = 100'000;  ///< in the history
    std::string mail_host = "localhost";
    Duration utc_offset{};
    Duration synchronise_within = minutes(2);
    Duration look_again = seconds(1);      ///< at a full disk, at a clock that is not synchronised
    Duration look_at_clock = seconds(30);  ///< whether somebody set it
    store::FileLayer* files = nullptr;     ///< of journal and snapshots; null: the real ones
};

/// A flow and where it comes from: "program", "repl", a file.
struct DeclaredFlow {
    engine::FlowPtr flow;
    std::string origin;
};

/// What people see of the runtime itself.
struct RuntimeCounts {
    std::uint64_t events = 0;
    std::uint64_t commits = 0;
    std::uint64_t syncs = 0;
    std::uint64_t stalls = 0;  ///< times that a commit found no room
    bool low_on_disk = false;  ///< the reserve is in use; intake waits
};

/// Loop thread only. Order of life: open, add_performer and declare, start, ..., stop.
class Runtime final : public Intake {
public:
    /// Makes and locks the state folder, then reads the state back. Failures: conflict (another
    /// process uses the folder: names it), corrupt, unsupported (newer format), denied, each with
    /// what to type next.
    static Result<std::unique_ptr<Runtime>> open(io::EventLoop& loop,
                                                 const Clock& clock,
                                                 Log& log,
                                                 RuntimeOptions options);
    ~Runtime() override;
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    void add_performer(Performer& performer) { dispatcher_.add(performer); }
    /// A flow of the program; armed by start().
    void declare(engine::FlowPtr flow, std::string origin);
    /// While it runs: these flows are armed, in a new version where the name is known; those named
    /// in `gone` are disarmed. One batch, so that no event sees half of it. `done` is called after
    /// the commit. False, and nothing happens, while too many entries wait.
    bool change_flows(const std::vector<DeclaredFlow>& now,
                      const std::vector<std::string>& gone,
                      const std::string& actor,
                      std::function<void()> done);
    /// Commits the beginning (and with it the arming of flows), then offers what was left over.
    Result<void> start(std::shared_ptr<const hosts::Inventory> inventory);
    /// The same for somebody who only acts for a while: no flow is armed or disarmed, and what a
    /// server left over (effects, runs, timers) waits for the next one.
    Result<void> visit(std::shared_ptr<const hosts::Inventory> inventory, const std::string& actor);
    bool is_started() const { return started_; }
    /// How long the program was down before this start; nothing when that is not known, or not yet.
    std::optional<Duration> downtime() const { return downtime_; }
    /// Stops intake, waits up to `patience` for actions in flight, writes a snapshot, calls `done`.
    /// Called again it only shortens the patience (and calls that `done` too).
    void stop(Duration patience, std::function<void()> done);
    /// The disk failed under the journal: nothing is committed or acknowledged any more, and only
    /// another start can tell what is on it. The program should end with a failure; called once,
    /// on the loop.
    void on_broken(std::function<void(const Failure&)> told) { on_broken_ = std::move(told); }

    void offer(engine::Event event) override;
    void after_commit(std::function<void()> committed) override;
    Duration window_left() const override;
    bool is_accepting() const override { return accepting_; }
    void on_accepting(std::function<void(bool)> changed) override;
    void trouble(const std::string& cause, const std::string& text, bool over) override;

    /// Puts a person's command (or any other body) in; `decided` gets what came of it after the
    /// commit. False, and nothing happens, while too many wait (a full disk, most_unacknowledged).
    using Decided = std::function<void(const engine::Entry&,
                                       const engine::Decision&,
                                       const std::vector<engine::TraceItem>& trace)>;
    bool submit(engine::Body body, Decided decided);

    /// The same, with a flow that becomes known just before and is forgotten when no run needs it.
    bool submit_with(engine::FlowPtr flow, engine::Body body, Decided decided);
    /// Told of every decision after its commit; for as long as the runtime lives.
    void on_decision(std::function<void(const engine::Entry&, const engine::Decision&)> told)
    {
        decision_watchers_.push_back(std::move(told));
    }
    /// Called behind these, once a commit.
    void on_committed(std::function<void()> told) { commit_watchers_.push_back(std::move(told)); }

    const engine::Engine& engine() const { return engine_; }
    /// For reading, up to the last commit.
    store::History& history()
    {
        history_feed_.flush();
        return *history_;
    }
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
    Result<void> load_state();
    Result<void> check_follows(engine::Position position) const;
    Result<void> catch_up_history();
    engine::Started facts_of_start();
    void wait_for_synchronised_clock(std::vector<engine::EffectId> leftovers, Time until);
    void offer_again(const std::vector<engine::EffectId>& effects);
    void offer_effect(engine::EffectId id);
    void put(engine::Body body);
    void put_disarm(const std::string& flow, const std::string& actor);
    void put_armed(const DeclaredFlow& declared);
    bool is_awaited(const engine::Ended& ended) const;
    void schedule_commit();
    void schedule_late_commit();
    void schedule_rest();
    void commit_now();
    void decide(Time at);
    bool write_frame();
    void retry_frame();
    void after_write();
    void stall(const Failure& why);
    void watch_room();
    bool has_room() const;
    void update_accepting();
    void tell_waiting();
    void tell_watchers();
    void tell_overdue(const std::string& flow, bool over);
    void perform_decisions();
    void watch_clock();
    void set_engine_timer();
    void maybe_snapshot(bool always);
    void drop_old();
    void tell_of_retention(engine::Position needed);
    void finish_stop();
    store::FileLayer& files();

    /// What came in and waits for a commit.
    struct Incoming {
        std::vector<engine::Entry> entries;
        std::vector<std::function<void()>> acknowledgements;
        std::unordered_map<std::size_t, Decided> waiting;  ///< by index of the entry
        bool is_awaited = false;                           ///< not only ends that can wait

        bool is_empty() const { return entries.empty() && acknowledgements.empty(); }
    };

    io::EventLoop& loop_;
    const Clock& wall_;
    Log& log_;
    RuntimeOptions options_;
    std::optional<io::LockFile> lock_;
    EngineClock clock_;
    engine::Engine engine_;
    std::unique_ptr<engine::Parallel> parallel_;
    CallThreads calls_;
    Dispatcher dispatcher_;
    std::unique_ptr<store::Journal> journal_;
    std::unique_ptr<store::History> history_;
    std::vector<DeclaredFlow> declared_;
    std::size_t changes_of_flows_ = 0;  ///< not committed yet

    Incoming incoming_;
    engine::Batch batch_;  ///< in the commit; kept as it is while the disk is full
    Incoming in_commit_;   ///< who is told after it
    std::string frame_;
    std::vector<std::function<void(bool)>> accepting_watchers_;
    std::vector<std::function<void(const engine::Entry&, const engine::Decision&)>>
        decision_watchers_;
    std::vector<std::function<void()>> commit_watchers_;

    io::Timer commit_timer_;
    io::Timer late_timer_;
    io::Timer engine_timer_;
    io::Timer clock_timer_;
    io::Timer stop_timer_;
    io::Timer sync_timer_;
    io::Timer room_timer_;
    HistoryFeed history_feed_;
    Time engine_timer_due_;
    std::int64_t last_commit_us_ = 0;
    bool commit_scheduled_ = false;
    bool committing_ = false;
    bool stalled_ = false;
    bool retention_is_forced_ = false;
    bool low_ = false;          ///< the journal lives on its reserve
    bool intake_open_ = false;  ///< between start() and stop()
    bool accepting_ = false;
    std::optional<Duration> downtime_;
    bool started_ = false;
    bool leftovers_wait_ = false;
    bool clock_alert_ = false;
    std::uint64_t bytes_since_snapshot_ = 0;
    Duration last_boot_span_{};  ///< CLOCK_BOOTTIME of the last commit before this start
    Time last_wall_;             ///< engine time of the last entry before this start
    std::vector<std::function<void()>> stopped_;
    std::function<void(const Failure&)> on_broken_;
    std::int64_t stop_deadline_us_ = 0;
    RuntimeCounts counts_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace reops::runtime
