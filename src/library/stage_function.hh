// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A function of the language as the engine calls it: on any worker, under limits, with the
/// entry's time and a randomness that the entry seeds. Everything that acts on the world is refused
/// in it, so that a decision can be repeated (a replay, a crash) and gives the same.

#include "base/time.hh"
#include "data/value.hh"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reops::library {

class Program;

/// What the entry at hand gives to a function: `now` and the seed of `rand`.
struct StageFacts {
    Time at = {};
    std::uint64_t seed = 0;
};

/// The stage function that this thread is in; nothing outside of one.
class StageScope {
public:
    StageScope(std::string word, StageFacts facts);
    StageScope(const StageScope&) = delete;
    StageScope& operator=(const StageScope&) = delete;
    ~StageScope();

    static StageScope* current();

    const std::string& word() const { return word_; }
    Time at() const { return facts_.at; }
    /// The next number of a generator that the entry seeds (splitmix64, Steele et al. 2014).
    std::uint64_t random();

private:
    std::string word_;
    StageFacts facts_;
    StageScope* outer_;
};

/// Immutable; any thread may call. Keeps its program alive.
class StageFunction {
public:
    /// `word` is the stage it stands in, for messages: "pick".
    StageFunction(std::shared_ptr<const Program> program, data::Value function, std::string word);

    /// Plain data. Throws std::exception with the language's message and place.
    data::Value call(std::vector<data::Value> arguments, StageFacts facts) const;

private:
    // In this order: the function goes before its program.
    std::shared_ptr<const Program> program_;
    data::Value function_;
    std::string word_;
};

}  // namespace reops::library
