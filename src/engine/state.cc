// SPDX-License-Identifier: Apache-2.0
#include "engine/state.hh"

#include "engine/record_codec.hh"
#include "engine/state_check.hh"

#include <algorithm>
#include <array>
#include <tuple>

namespace reops::engine {

namespace {

constexpr std::uint8_t format_version = 2;

/// Every table with the byte that names it in the formats. The order is the order in a snapshot.
template <class S>
auto tables_of(S& state)
{
    return std::tie(state.flows,
                    state.incidents,
                    state.runs,
                    state.outbox,
                    state.holds,
                    state.systems,
                    state.alerts,
                    state.timers,
                    state.counters,
                    state.run_queues,
                    state.pending,
                    state.operations,
                    state.operation_items);
}

constexpr std::uint8_t filter_table = 100;
constexpr std::uint8_t end_of_snapshot = 255;  ///< a snapshot cut off between records is damaged

template <class Record>
void put_record(std::string& out, const Record& record)
{
    std::string bytes;
    Putter putter{bytes};
    fields(putter, const_cast<Record&>(record));
    ByteWriter{out}.text(bytes);
}

template <class Record>
bool take_record(std::string_view bytes, Record& record)
{
    Taker taker{bytes};
    record = Record{};
    fields(taker, record);
    return taker.ok() && taker.reader().at_end();
}

template <class Record>
void put_change(std::string& out, std::uint8_t id, const Table<Record>& table, std::string_view key)
{
    ByteWriter writer{out};
    writer.byte(id);
    writer.text(key);
    const Record* record = table.find(key);
    writer.flag(record != nullptr);
    if (record != nullptr)
        put_record(out, *record);
}

template <class Record>
void put_changes(std::string& out, std::uint8_t id, Table<Record>& table)
{
    const auto& changes = table.changes();
    if (changes.empty())
        return;
    if (changes.size() == 1) {
        put_change(out, id, table, changes.front().key);
        table.clear_changes();
        return;
    }
    std::vector<std::string_view> keys;
    keys.reserve(changes.size());
    for (const auto& change : changes)
        keys.push_back(change.key);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    for (const std::string_view key : keys)
        put_change(out, id, table, key);
    table.clear_changes();
}

/// Reads one change into the table with that number; false when damaged.
struct ChangeReader {
    std::uint8_t id;
    std::string_view key;
    bool present;
    std::string_view bytes;
    bool found = false;
    bool good = true;

    template <class Record>
    void offer(std::uint8_t table_id, Table<Record>& table)
    {
        if (id != table_id)
            return;
        found = true;
        if (present)
            good = take_record(bytes, table.load(key));
        else
            table.drop(key);
    }
};

template <class S, class F>
void for_each_table(S& state, F&& visit)
{
    std::uint8_t id = 1;
    std::apply([&](auto&... table) { (visit(id++, table), ...); }, tables_of(state));
}

Failure corrupt(const char* what)
{
    return Failure{Code::corrupt, std::string{"the engine's "} + what + " cannot be read"};
}

Result<void> read_change(State& state, ByteReader& reader)
{
    ChangeReader change{
        .id = reader.byte(), .key = reader.text(), .present = reader.flag(), .bytes = {}};
    if (change.present)
        change.bytes = reader.text();
    if (!reader.ok())
        return corrupt("delta");
    for_each_table(state, [&](std::uint8_t id, auto& table) { change.offer(id, table); });
    if (change.id == filter_table && !change.key.empty()) {
        const std::size_t shard =
            static_cast<unsigned char>(change.key.front()) % FilterStates::shard_count;
        change.found = true;
        if (change.present)
            change.good = take_record(change.bytes, state.filters.at(shard, change.key.substr(1)));
        else
            state.filters.erase(shard, change.key.substr(1));
    }
    if (!change.found || !change.good)
        return corrupt("delta");
    return {};
}

void put_filter(std::string& out,
                std::size_t shard,
                std::string_view key,
                const FilterState* record)
{
    ByteWriter writer{out};
    writer.byte(filter_table);
    std::string full(1, static_cast<char>(shard));
    full.append(key);
    writer.text(full);
    writer.flag(record != nullptr);
    if (record != nullptr)
        put_record(out, *record);
}

}  // namespace

std::size_t FilterStates::shard_of(std::string_view event_key)
{
    // Stable over processes: the shard's number is part of the stored key.
    std::uint32_t hash = 2166136261U;
    for (const char c : event_key)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return (hash ^ (hash >> 16)) % shard_count;
}

FilterState& FilterStates::at(std::size_t shard, std::string_view key)
{
    Shard& rows = shards_.at(shard);
    if (const auto found = rows.find(key); found != rows.end())
        return found->second;
    return rows.emplace(std::string{key}, FilterState{}).first->second;
}

FilterState* FilterStates::find(std::size_t shard, std::string_view key)
{
    Shard& rows = shards_.at(shard);
    const auto found = rows.find(key);
    return found == rows.end() ? nullptr : &found->second;
}

void FilterStates::erase(std::size_t shard, std::string_view key)
{
    Shard& rows = shards_.at(shard);
    if (const auto found = rows.find(key); found != rows.end())
        rows.erase(found);
}

std::vector<FilterKey> FilterStates::keys_of(std::string_view flow) const
{
    const std::string prefix = join_key(flow, "");
    std::vector<FilterKey> keys;
    for (std::size_t shard = 0; shard < shard_count; ++shard)
        for (const auto& [key, record] : shards_[shard])
            if (key.starts_with(prefix))
                keys.push_back({shard, key});
    std::sort(keys.begin(), keys.end(), [](const FilterKey& a, const FilterKey& b) {
        return std::tie(a.shard, a.key) < std::tie(b.shard, b.key);
    });
    return keys;
}

std::size_t FilterStates::size() const
{
    std::size_t total = 0;
    for (const Shard& rows : shards_)
        total += rows.size();
    return total;
}

std::string encode_snapshot(const State& state)
{
    std::string out;
    ByteWriter writer{out};
    writer.byte(format_version);
    writer.time(state.now);
    writer.unsigned_(state.position.number);
    for_each_table(state, [&](std::uint8_t id, const auto& table) {
        for (const auto& [key, record] : table.rows()) {
            writer.byte(id);
            writer.text(key);
            writer.flag(true);
            put_record(out, record);
        }
    });
    for (std::size_t shard = 0; shard < FilterStates::shard_count; ++shard) {
        std::vector<std::string_view> keys;
        for (const auto& [key, record] : state.filters.shards()[shard])
            keys.push_back(key);
        std::sort(keys.begin(), keys.end());
        for (const std::string_view key : keys)
            put_filter(out, shard, key, &state.filters.shards()[shard].find(key)->second);
    }
    writer.byte(end_of_snapshot);
    return out;
}

Result<State> decode_snapshot(std::string_view bytes)
{
    ByteReader reader{bytes};
    const std::uint8_t version = reader.byte();
    if (version > format_version)
        return Failure{Code::unsupported,
                       "the state was written by a newer reops (format " + std::to_string(version) +
                           ", this program reads up to " + std::to_string(format_version) + ")"};
    if (version == 0 || bytes.empty() || static_cast<std::uint8_t>(bytes.back()) != end_of_snapshot)
        return corrupt("snapshot");
    bytes.remove_suffix(1);
    ByteReader body{bytes.substr(1)};
    State state;
    state.now = body.time();
    state.position = Position{body.unsigned_()};
    while (body.ok() && !body.at_end())
        if (auto change = read_change(state, body); !change.ok())
            return change.failure();
    if (!body.ok())
        return corrupt("snapshot");
    if (auto fits = check_state(state); !fits.ok())
        return fits.failure();
    return state;
}

std::string take_delta(State& state, const std::vector<FilterKey>& filters)
{
    std::string out;
    for_each_table(state, [&](std::uint8_t id, auto& table) { put_changes(out, id, table); });
    for (const FilterKey& changed : filters)
        put_filter(out, changed.shard, changed.key, state.filters.find(changed.shard, changed.key));
    return out;
}

void forget_changes(State& state)
{
    for_each_table(state, [](std::uint8_t, auto& table) { table.clear_changes(); });
}

Result<void> apply_delta(State& state, std::string_view delta)
{
    ByteReader reader{delta};
    while (!reader.at_end())
        if (auto change = read_change(state, reader); !change.ok())
            return change;
    return {};
}

}  // namespace reops::engine
