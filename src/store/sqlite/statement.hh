// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A prepared SQLite statement: bind in order, step, read in order. Text only, never pasted.

#include "base/result.hh"
#include "base/time.hh"

#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace reops::store {

/// Not copyable; must not outlive its database. Errors stick until reset(): look at ok() once.
class Statement {
public:
    Statement(sqlite3* database, std::string_view sql);
    ~Statement();
    Statement(Statement&& other) noexcept;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    Statement& operator=(Statement&&) = delete;

    Statement& bind(std::int64_t value);
    Statement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
    /// The text is not copied: it must live until the statement has run.
    Statement& bind(std::string_view value);
    Statement& bind(Time value) { return bind(value.us); }
    Statement& bind(bool value) { return bind(static_cast<std::int64_t>(value)); }

    /// True while there is a row.
    bool step();
    /// Steps to the end, then resets.
    Result<void> run();
    void reset();
    bool ok() const { return good_; }
    Failure failure() const;

    std::int64_t integer();
    std::uint64_t number() { return static_cast<std::uint64_t>(integer()); }
    std::string text();
    Time time() { return Time{integer()}; }

private:
    sqlite3* database_;
    sqlite3_stmt* statement_ = nullptr;
    int next_bind_ = 1;
    int next_column_ = 0;
    bool good_ = true;
};

}  // namespace reops::store
