// SPDX-License-Identifier: Apache-2.0
#include "providers/physical/power_ledger.hh"

#include "data/edn.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "io/files.hh"

#include <utility>

namespace reops::providers {

namespace {

using data::Value;
using Records = std::map<std::string, PowerRecord, std::less<>>;

constexpr std::size_t largest_file = 8UL << 20;

Records read(const Value& file)
{
    Records out;
    if (!file.is_map())
        return out;
    for (const auto& [host, record] : file.as_map()) {
        if (!host.is_string() || !record.is_map())
            continue;
        const Value begun = record.as_map().get("begun");
        const Value accepted = record.as_map().get("accepted");
        PowerRecord one;
        one.begun.us = begun.is_integer() ? begun.as_integer() : 0;
        if (accepted.is_integer())
            one.accepted = Time{accepted.as_integer()};
        out.emplace(host.as_string(), one);
    }
    return out;
}

std::string print(const Records& records)
{
    data::MapBuilder file;
    for (const auto& [host, record] : records) {
        data::MapBuilder one;
        one.set(Value::keyword("begun"), Value::integer(record.begun.us));
        if (record.accepted)
            one.set(Value::keyword("accepted"), Value::integer(record.accepted->us));
        file.set(Value::string(host), one.finish());
    }
    return data::print(file.finish()) + "\n";
}

}  // namespace

PowerLedger::PowerLedger(io::EventLoop& loop, Log& log, std::string file)
    : loop_(loop), log_(log), file_(std::move(file))
{
    const auto text = io::read_file(file_, largest_file);
    if (!text.ok()) {
        if (text.failure().code != Code::not_found)
            log_.error("physical", text.failure().message);
        return;
    }
    const auto value = data::read_edn(*text);
    if (!value.ok())
        log_.error("physical", file_ + ": " + value.failure().message);
    else
        records_ = read(*value);
}

const PowerRecord* PowerLedger::find(std::string_view host) const
{
    const auto found = records_.find(host);
    return found == records_.end() ? nullptr : &found->second;
}

void PowerLedger::set(const std::string& host,
                      std::optional<PowerRecord> record,
                      std::function<void(Result<void>)> written)
{
    if (record)
        records_[host] = *record;
    else
        records_.erase(host);
    waiting_.push_back(std::move(written));
    write();
}

/// One write at a time; what is set meanwhile goes into the next one together.
void PowerLedger::write()
{
    if (is_writing_ || waiting_.empty())
        return;
    is_writing_ = true;
    const auto result = std::make_shared<Result<void>>();
    auto told = std::make_shared<std::vector<std::function<void(Result<void>)>>>(
        std::exchange(waiting_, {}));
    const auto then = [this, told, result, alive = std::weak_ptr{alive_}] {
        if (alive.expired())
            return;
        is_writing_ = false;
        if (!result->ok())
            log_.error("physical", result->failure().message);
        for (const auto& one : *told) {
            if (one)
                one(*result);
            if (alive.expired())
                return;
        }
        write();
    };
    if (!loop_.run_blocking(
            [result, file = file_, text = print(records_)] {
                *result = io::write_file_atomically(file, text);
            },
            then)) {
        *result = Failure{Code::internal, "too much work waits for the disk"};
        loop_.post(then);
    }
}

}  // namespace reops::providers
