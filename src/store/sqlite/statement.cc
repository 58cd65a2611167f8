// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/statement.hh"

#include <utility>

#include <sqlite3.h>

namespace reops::store {

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database)
{
    good_ = sqlite3_prepare_v3(database,
                               sql.data(),
                               static_cast<int>(sql.size()),
                               SQLITE_PREPARE_PERSISTENT,
                               &statement_,
                               nullptr) == SQLITE_OK;
}

Statement::~Statement()
{
    sqlite3_finalize(statement_);
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      next_bind_(other.next_bind_),
      next_column_(other.next_column_),
      good_(other.good_)
{
}

Statement& Statement::bind(std::int64_t value)
{
    good_ = sqlite3_bind_int64(statement_, next_bind_++, value) == SQLITE_OK && good_;
    return *this;
}

Statement& Statement::bind(std::string_view value)
{
    good_ = sqlite3_bind_text(statement_,
                              next_bind_++,
                              value.data(),
                              static_cast<int>(value.size()),
                              SQLITE_STATIC) == SQLITE_OK &&
            good_;
    return *this;
}

bool Statement::step()
{
    next_column_ = 0;
    const int result = sqlite3_step(statement_);
    good_ = good_ && (result == SQLITE_ROW || result == SQLITE_DONE);
    return result == SQLITE_ROW;
}

Result<void> Statement::run()
{
    while (good_ && step()) {
    }
    const bool good = good_;
    const Failure why = good ? Failure{} : failure();
    reset();
    if (!good)
        return why;
    return {};
}

void Statement::reset()
{
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    next_bind_ = 1;
    next_column_ = 0;
    good_ = statement_ != nullptr;
}

Failure Statement::failure() const
{
    return Failure{Code::internal, std::string{"history: "} + sqlite3_errmsg(database_)};
}

std::int64_t Statement::integer()
{
    return sqlite3_column_int64(statement_, next_column_++);
}

std::string Statement::text()
{
    const int column = next_column_++;
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (text == nullptr)
        return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace reops::store
