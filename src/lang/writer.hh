// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What *out* holds: something that text is written to.

#include "data/native.hh"
#include "lang/class_id.hh"
#include "lang/outside.hh"

#include <mutex>
#include <string>
#include <string_view>

namespace reops::lang {

/// Any thread may write.
class Writer : public data::Native {
public:
    static constexpr ClassId id = ClassId::writer;

    Writer() : Native(static_cast<std::uint16_t>(id)) {}
    virtual void write(std::string_view text) const = 0;
    virtual void flush() const {}

    std::string_view type_name() const override { return "writer"; }
    std::string print() const override { return "#writer"; }
};

/// To an Output that outlives it; null: nowhere.
class OutputWriter final : public Writer {
public:
    explicit OutputWriter(Output* output) : output_(output) {}
    void write(std::string_view text) const override;
    void flush() const override;

private:
    mutable std::mutex mutex_;
    Output* output_;
};

/// Collects: with-out-str.
class TextWriter final : public Writer {
public:
    void write(std::string_view text) const override;
    std::string text() const;

private:
    mutable std::mutex mutex_;
    mutable std::string text_;  // guarded by mutex_
};

}  // namespace reops::lang
