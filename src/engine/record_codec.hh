// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One description of each record's fields that serves writing and reading alike: fields(a,
/// r) names them in order, `a` is a Putter or a Taker. A new field goes to the end of its record
/// and raises the format's version (docs/protocol/journal.md).

#include "base/bytes.hh"
#include "data/binary.hh"
#include "engine/event.hh"
#include "engine/records.hh"

#include <concepts>
#include <optional>
#include <type_traits>

namespace reops::engine {

/// Writes fields.
class Putter {
public:
    explicit Putter(std::string& out) : writer_(out) {}

    template <class... Fields>
    void operator()(Fields&... fields_in_order)
    {
        (put(fields_in_order), ...);
    }

private:
    void put(bool value) { writer_.flag(value); }
    void put(const std::string& value) { writer_.text(value); }
    void put(Time value) { writer_.time(value); }
    void put(Duration value) { writer_.duration(value); }
    void put(const data::Value& value) { data::encode(writer_, value); }
    void put(int value) { writer_.signed_(value); }
    template <std::unsigned_integral T>
    void put(T value)
    {
        writer_.unsigned_(value);
    }
    template <class T>
    requires std::is_enum_v<T>
    void put(T value) { writer_.byte(static_cast<std::uint8_t>(value)); }
    template <class T>
    void put(const std::vector<T>& values)
    {
        writer_.unsigned_(values.size());
        for (const T& value : values)
            put(value);
    }
    template <class T>
    void put(const std::optional<T>& value)
    {
        writer_.flag(value.has_value());
        if (value)
            put(*value);
    }
    template <class T>
    requires(std::is_class_v<T>) void put(const T& record)
    {
        fields(*this, const_cast<T&>(record));  // one description for both directions
    }

    ByteWriter writer_;
};

/// The last enumerator of each enum in the records: what is beyond it is damage.
constexpr RunStatus last_of(RunStatus)
{
    return RunStatus::shadow;
}
constexpr ItemState last_of(ItemState)
{
    return ItemState::ended;
}
constexpr Status last_of(Status)
{
    return Status::shadow;
}
constexpr hosts::Direction last_of(hosts::Direction)
{
    return hosts::Direction::start;
}
constexpr Arrival last_of(Arrival)
{
    return Arrival::implausible;
}

/// Reads fields; after damage all that follows is empty and ok() is false.
class Taker {
public:
    explicit Taker(std::string_view in) : reader_(in) {}
    explicit Taker(ByteReader reader) : reader_(reader) {}

    bool ok() const { return ok_ && reader_.ok(); }
    ByteReader& reader() { return reader_; }

    template <class... Fields>
    void operator()(Fields&... fields_in_order)
    {
        (take(fields_in_order), ...);
    }

private:
    void take(bool& value) { value = reader_.flag(); }
    void take(std::string& value) { value = std::string{reader_.text()}; }
    void take(Time& value) { value = reader_.time(); }
    void take(Duration& value) { value = reader_.duration(); }
    void take(int& value) { value = static_cast<int>(reader_.signed_()); }
    void take(data::Value& value)
    {
        auto decoded = data::decode(reader_);
        ok_ = ok_ && decoded.ok();
        value = decoded.ok() ? std::move(*decoded) : data::Value{};
    }
    template <std::unsigned_integral T>
    void take(T& value)
    {
        value = static_cast<T>(reader_.unsigned_());
    }
    template <class T>
    requires std::is_enum_v<T>
    void take(T& value)
    {
        value = static_cast<T>(reader_.byte());
        if (value > last_of(T{})) {
            value = T{};
            ok_ = false;
        }
    }
    template <class T>
    void take(std::vector<T>& values)
    {
        const std::uint64_t count = reader_.unsigned_();
        values.clear();
        ok_ = ok_ && count <= reader_.left();  // each takes a byte at least
        for (std::uint64_t i = 0; ok() && i < count; ++i)
            take(values.emplace_back());
    }
    template <class T>
    void take(std::optional<T>& value)
    {
        value.reset();
        if (reader_.flag())
            take(value.emplace());
    }
    template <class T>
    requires(std::is_class_v<T>) void take(T& record) { fields(*this, record); }

    ByteReader reader_;
    bool ok_ = true;
};

void fields(auto& a, Position& r)
{
    a(r.number);
}
void fields(auto& a, RunId& r)
{
    a(r.number);
}
void fields(auto& a, EffectId& r)
{
    a(r.number);
}

void fields(auto& a, Outcome& r)
{
    a(r.status, r.exit_code, r.message, r.changed, r.hard, r.retry, r.evidence, r.took);
}
void fields(auto& a, Trigger& r)
{
    a(r.event, r.at, r.name, r.key, r.value, r.payload, r.actor, r.depth, r.emitted, r.caused_by);
}
void fields(auto& a, HostResult& r)
{
    a(r.stage, r.host, r.action, r.because, r.outcome);
}
void fields(auto& a, ArmedFlow& r)
{
    a(r.ordinal,
      r.name,
      r.version,
      r.event,
      r.key,
      r.has_key,
      r.active,
      r.paused,
      r.stages,
      r.origin,
      r.failures,
      r.armed);
}
void fields(auto& a, FilterState& r)
{
    a(r.stages);
}
void fields(auto& a, Incident& r)
{
    a(r.number,
      r.flow,
      r.key,
      r.event,
      r.opened,
      r.last_pass,
      r.last_event,
      r.last_run,
      r.open_run,
      r.last_run_id,
      r.runs,
      r.joined,
      r.repeats,
      r.signature,
      r.told,
      r.thread);
}
void fields(auto& a, RunQueue& r)
{
    a(r.open_run, r.waiting);
}
void fields(auto& a, HostItem& r)
{
    a(r.host,
      r.waits_for,
      r.because,
      r.state,
      r.effect,
      r.is_start,
      r.hard,
      r.behind_timed_out,
      r.outcome);
}
void fields(auto& a, Operation& r)
{
    a(r.verb, r.hosts, r.released, r.open);
}
void fields(auto& a, OperationItem& r)
{
    a(r.host, r.effect, r.ended, r.outcome);
}
void fields(auto& a, Run& r)
{
    a(r.id,
      r.flow,
      r.version,
      r.trigger,
      r.opened,
      r.stage,
      r.hosts,
      r.results,
      r.items,
      r.incident,
      r.repeat,
      r.evaluating,
      r.cancelled,
      r.expired,
      r.found_no_hosts,
      r.told,
      r.error);
}
void fields(auto& a, Waiter& r)
{
    a(r.run, r.stage);
}
void fields(auto& a, Effect& r)
{
    a(r.id,
      r.identity,
      r.run,
      r.flow,
      r.kind,
      r.host,
      r.args,
      r.opened,
      r.expires,
      r.limit,
      r.attempt,
      r.begun);
}
void fields(auto& a, OutboxItem& r)
{
    a(r.effect, r.waiters, r.waits_for_retry, r.retry_at, r.last_trouble, r.kept_back);
}
void fields(auto& a, Hold& r)
{
    a(r.host, r.flow, r.key, r.since, r.silent, r.confirmed);
}
void fields(auto& a, SystemState& r)
{
    a(r.in_flight, r.kind, r.has_direction, r.direction, r.changes, r.last_stop, r.is_off, r.seen);
}
void fields(auto& a, Event& r)
{
    a(r.name,
      r.key,
      r.value,
      r.payload,
      r.observed,
      r.arrival,
      r.emitted,
      r.origin,
      r.actor,
      r.depth,
      r.caused_by);
}
void fields(auto& a, Pending& r)
{
    a(r.flow, r.key, r.entry, r.at, r.event, r.is_timer, r.stage, r.due, r.overdue);
}
void fields(auto& a, Alert& r)
{
    a(r.cause, r.text, r.since);
}
void fields(auto& a, TimerRecord& r)
{
    a(r.due);
}
void fields(auto& a, Counters& r)
{
    a(r.next_run,
      r.next_effect,
      r.next_incident,
      r.next_ordinal,
      r.mails,
      r.digest,
      r.boot_id,
      r.mail_host,
      r.utc_offset,
      r.frozen,
      r.frozen_since,
      r.frozen_by);
}

}  // namespace reops::engine
