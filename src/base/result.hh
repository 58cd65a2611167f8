// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The value-or-error type used below the language layer (g++ 12 has no std::expected).
/// A Failure carries a stable code for programs and retry policy, and a sentence for people.
/// It does not carry positions: the language layer has its own report type.

#include "base/check.hh"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace reops {

/// Stable failure codes; they reach the API and decide about retries (unreachable and timeout are
/// worth another try, denied and invalid_argument never are).
enum class Code {
    invalid_argument,
    not_found,
    unreachable,
    denied,
    timeout,
    cancelled,
    conflict,
    corrupt,
    unsupported,
    internal,
};

/// The name of a code as it appears in JSON: "not_found".
std::string_view to_string(Code code);

/// Why an operation failed. `details` is one optional line more: a command to try.
struct [[nodiscard]] Failure {
    Code code = Code::internal;
    std::string message;
    std::string details = {};

    /// Adds what was being done, outermost first: "starting `foo`: no answer from 10.0.0.9:22".
    [[nodiscard]] Failure while_(std::string_view doing) const;
};

/// Either a T or a Failure. Reading the wrong side is a programming mistake (REOPS_CHECK).
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure why) : held_(std::in_place_index<1>, std::move(why)) {}

    bool ok() const { return held_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() &
    {
        REOPS_CHECK(ok(), "value() of a failed Result");
        return *std::get_if<0>(&held_);
    }
    const T& value() const&
    {
        REOPS_CHECK(ok(), "value() of a failed Result");
        return *std::get_if<0>(&held_);
    }
    T&& value() &&
    {
        REOPS_CHECK(ok(), "value() of a failed Result");
        return std::move(*std::get_if<0>(&held_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Failure& failure() const
    {
        REOPS_CHECK(!ok(), "failure() of a good Result");
        return *std::get_if<1>(&held_);
    }

private:
    std::variant<T, Failure> held_;
};

/// Success without a value, or a Failure.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Failure why) : why_(std::move(why)) {}

    bool ok() const { return !why_.has_value(); }
    explicit operator bool() const { return ok(); }
    const Failure& failure() const
    {
        REOPS_CHECK(!ok(), "failure() of a good Result");
        return *why_;
    }

private:
    std::optional<Failure> why_;
};

}  // namespace reops
