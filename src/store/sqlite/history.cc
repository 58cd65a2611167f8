// SPDX-License-Identifier: Apache-2.0
#include "store/history.hh"

#include "store/sqlite/statement.hh"

#include <filesystem>
#include <optional>

#include <sqlite3.h>

namespace reops::store {

namespace {

// A projection that the journal can rebuild: WAL without syncs is enough.
constexpr const char* set_up = R"(
PRAGMA journal_mode=WAL;
PRAGMA synchronous=OFF;
PRAGMA cache_size=-2048;
CREATE TABLE IF NOT EXISTS reflects(one INTEGER PRIMARY KEY CHECK(one=1), position INTEGER);
INSERT OR IGNORE INTO reflects VALUES(1, 0);
CREATE TABLE IF NOT EXISTS runs(number INTEGER PRIMARY KEY, flow TEXT, version TEXT, key TEXT,
  event INTEGER, event_name TEXT, value TEXT, actor TEXT, repeat INTEGER, opened INTEGER,
  closed INTEGER, status TEXT, good TEXT, bad TEXT, error TEXT);
CREATE INDEX IF NOT EXISTS runs_by_flow ON runs(flow, number);
CREATE TABLE IF NOT EXISTS outcomes(run INTEGER, stage INTEGER, host TEXT, action TEXT, outcome TEXT,
  code INTEGER, message TEXT, changed INTEGER, hard INTEGER, because TEXT, took TEXT, at INTEGER,
  PRIMARY KEY(run, stage, host)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outcomes_by_host ON outcomes(host, run);
CREATE TABLE IF NOT EXISTS notes(position INTEGER, at INTEGER, kind TEXT, run INTEGER,
  effect INTEGER, flow TEXT, key TEXT, host TEXT, detail TEXT);
CREATE INDEX IF NOT EXISTS notes_by_run ON notes(run) WHERE run <> 0;
CREATE INDEX IF NOT EXISTS notes_by_position ON notes(position);
PRAGMA user_version=1;
)";
constexpr std::int64_t history_format = 1;

constexpr std::string_view run_columns =
    "number, flow, version, key, event, event_name, value, actor, repeat, opened, closed, status, "
    "good, bad, error";

RunRow read_run(Statement& s)
{
    RunRow run;
    run.number = s.number();
    run.flow = s.text();
    run.version = s.text();
    run.key = s.text();
    run.event = s.number();
    run.event_name = s.text();
    run.value = s.text();
    run.actor = s.text();
    run.repeat = s.integer() != 0;
    run.opened = s.time();
    run.closed = s.time();
    run.status = s.text();
    run.good = s.text();
    run.bad = s.text();
    run.error = s.text();
    return run;
}

class Database {
public:
    explicit Database(sqlite3* handle) : handle_(handle) {}
    ~Database() { sqlite3_close(handle_); }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    sqlite3* get() const { return handle_; }

    Result<void> run(const char* sql)
    {
        if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            return Failure{Code::internal, std::string{"history: "} + sqlite3_errmsg(handle_)};
        return {};
    }

private:
    sqlite3* handle_;
};

class SqliteHistory final : public History {
public:
    explicit SqliteHistory(std::unique_ptr<Database> database)
        : database_(std::move(database)),
          add_run_(database_->get(),
                   "INSERT OR REPLACE INTO runs VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
          close_run_(database_->get(),
                     "UPDATE runs SET closed=?, status=?, good=?, bad=?, error=? WHERE number=?"),
          add_outcome_(database_->get(),
                       "INSERT OR REPLACE INTO outcomes VALUES(?,?,?,?,?,?,?,?,?,?,?,?)"),
          add_note_(database_->get(), "INSERT INTO notes VALUES(?,?,?,?,?,?,?,?,?)"),
          set_position_(database_->get(), "UPDATE reflects SET position=?")
    {
        Statement read{database_->get(), "SELECT position FROM reflects"};
        if (read.step())
            position_ = engine::Position{read.number()};
    }

    engine::Position position() const override { return position_; }

    /// Takes the write lock at once: a file that somebody else writes costs one wait, not one a
    /// row.
    void begin() override { keep(database_->run("BEGIN IMMEDIATE")); }

    void add_run(const RunRow& run) override
    {
        if (trouble_)
            return;
        add_run_.bind(run.number).bind(run.flow).bind(run.version).bind(run.key).bind(run.event);
        add_run_.bind(run.event_name).bind(run.value).bind(run.actor).bind(run.repeat);
        add_run_.bind(run.opened).bind(run.closed).bind(run.status).bind(run.good).bind(run.bad);
        keep(add_run_.bind(run.error).run());
    }

    void close_run(const RunRow& run) override
    {
        if (trouble_)
            return;
        close_run_.bind(run.closed).bind(run.status).bind(run.good).bind(run.bad).bind(run.error);
        keep(close_run_.bind(run.number).run());
    }

    void add_outcome(const OutcomeRow& o) override
    {
        if (trouble_)
            return;
        add_outcome_.bind(o.run).bind(std::uint64_t{o.stage}).bind(o.host).bind(o.action);
        add_outcome_.bind(o.outcome).bind(std::int64_t{o.code}).bind(o.message).bind(o.changed);
        keep(add_outcome_.bind(o.hard).bind(o.because).bind(o.took).bind(o.at).run());
    }

    void add_note(const NoteRow& n) override
    {
        if (trouble_)
            return;
        add_note_.bind(n.position).bind(n.at).bind(n.kind).bind(n.run).bind(n.effect).bind(n.flow);
        keep(add_note_.bind(n.key).bind(n.host).bind(n.detail).run());
    }

    Result<void> commit(engine::Position position) override
    {
        if (!trouble_)
            keep(set_position_.bind(position.number).run());
        if (!trouble_)
            keep(database_->run("COMMIT"));
        Result<void> result;
        if (trouble_) {
            result = *trouble_;
            (void)database_->run("ROLLBACK").ok();
        } else {
            position_ = position;
        }
        trouble_.reset();
        return result;
    }

    Result<std::vector<RunRow>> runs(const RunQuery& query) override
    {
        const std::string sql =
            "SELECT " + std::string{run_columns} +
            " FROM runs WHERE (?1='' OR flow=?1) AND (?2='' OR EXISTS(SELECT 1 FROM outcomes o "
            "WHERE o.host=?2 AND o.run=runs.number)) AND (?3 OR status<>'unchanged') "
            "ORDER BY number DESC LIMIT ?4";
        Statement s{database_->get(), sql};
        s.bind(query.flow)
            .bind(query.host)
            .bind(query.with_repeats)
            .bind(std::uint64_t{query.limit});
        std::vector<RunRow> out;
        while (s.step())
            out.push_back(read_run(s));
        if (!s.ok())
            return s.failure();
        return out;
    }

    Result<RunRow> run(std::uint64_t number) override
    {
        Statement s{database_->get(),
                    "SELECT " + std::string{run_columns} + " FROM runs WHERE number=?"};
        s.bind(number);
        if (s.step())
            return read_run(s);
        return Failure{Code::not_found,
                       "no run r-" + std::to_string(number) + " in the history",
                       "reops runs"};
    }

    Result<std::vector<OutcomeRow>> outcomes(std::uint64_t run) override
    {
        Statement s{database_->get(),
                    "SELECT * FROM outcomes WHERE run=? ORDER BY at, stage, host"};
        s.bind(run);
        std::vector<OutcomeRow> out;
        while (s.step()) {
            OutcomeRow& o = out.emplace_back();
            o.run = s.number();
            o.stage = static_cast<std::uint32_t>(s.integer());
            o.host = s.text();
            o.action = s.text();
            o.outcome = s.text();
            o.code = static_cast<int>(s.integer());
            o.message = s.text();
            o.changed = s.integer() != 0;
            o.hard = s.integer() != 0;
            o.because = s.text();
            o.took = s.text();
            o.at = s.time();
        }
        if (!s.ok())
            return s.failure();
        return out;
    }

    Result<std::vector<NoteRow>> notes(const NoteQuery& query) override
    {
        const std::string sql =
            "SELECT * FROM notes WHERE (?1=0 OR run=?1) AND position>=?2 AND (?3='' OR flow=?3) "
            "AND "
            "(?4='' OR kind=?4) ORDER BY rowid " +
            std::string{query.newest_first ? "DESC" : "ASC"} + " LIMIT ?5";
        Statement s{database_->get(), sql};
        s.bind(query.run).bind(query.from_position).bind(query.flow).bind(query.kind);
        s.bind(std::uint64_t{query.limit});
        std::vector<NoteRow> out;
        while (s.step()) {
            NoteRow& n = out.emplace_back();
            n.position = s.number();
            n.at = s.time();
            n.kind = s.text();
            n.run = s.number();
            n.effect = s.number();
            n.flow = s.text();
            n.key = s.text();
            n.host = s.text();
            n.detail = s.text();
        }
        if (!s.ok())
            return s.failure();
        return out;
    }

    Result<void> clear() override
    {
        auto cleared = database_->run(
            "BEGIN; DELETE FROM runs; DELETE FROM outcomes; DELETE FROM notes; "
            "UPDATE reflects SET position=0; COMMIT");
        if (cleared.ok())
            position_ = {};
        return cleared;
    }

    Result<void> prune(std::size_t keep_newest) override
    {
        Statement find{database_->get(),
                       "SELECT number FROM runs ORDER BY number DESC LIMIT 1 OFFSET ?"};
        find.bind(std::uint64_t{keep_newest});
        if (!find.step())
            return {};
        const std::string last = std::to_string(find.number());
        find.reset();
        return database_->run(
            ("BEGIN; DELETE FROM notes WHERE position < (SELECT event FROM runs WHERE "
             "number=" +
             last + "); DELETE FROM outcomes WHERE run<=" + last +
             "; DELETE FROM runs WHERE number<=" + last + "; COMMIT")
                .c_str());
    }

private:
    void keep(const Result<void>& result)
    {
        if (!result.ok() && !trouble_)
            trouble_ = result.failure();
    }

    std::unique_ptr<Database> database_;
    Statement add_run_;
    Statement close_run_;
    Statement add_outcome_;
    Statement add_note_;
    Statement set_position_;
    engine::Position position_;
    std::optional<Failure> trouble_;
};

Result<std::unique_ptr<Database>> open_database(const std::string& path)
{
    sqlite3* handle = nullptr;
    const int result =
        sqlite3_open_v2(path.c_str(),
                        &handle,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        nullptr);
    auto database = std::make_unique<Database>(handle);
    if (result != SQLITE_OK)
        return Failure{Code::internal, "opening " + path + ": " + sqlite3_errmsg(handle)};
    sqlite3_busy_timeout(handle, 100);  // the loop waits meanwhile; what failed is caught up with
    Statement version{handle, "PRAGMA user_version"};
    if (version.step() && version.integer() > history_format)
        return Failure{Code::unsupported, path + " was written by a newer reops"};
    version.reset();
    if (auto made = database->run(set_up); !made.ok())
        return made.failure().while_("preparing " + path);
    return database;
}

}  // namespace

Result<std::unique_ptr<History>> History::open(const std::string& path)
{
    auto database = open_database(path);
    if (!database.ok()) {
        std::error_code ignored;  // a missing file is as good as a moved one
        std::filesystem::rename(path, path + ".damaged", ignored);
        std::filesystem::remove(path + "-wal", ignored);
        std::filesystem::remove(path + "-shm", ignored);
        database = open_database(path);
    }
    if (!database.ok())
        return database.failure();
    return std::unique_ptr<History>{std::make_unique<SqliteHistory>(std::move(*database))};
}

}  // namespace reops::store
