// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Reading a configuration's forms by tables of fields. The first mistake is kept with its
/// place; what follows it is read all the same and ignored.

#include "base/nearest.hh"
#include "base/time.hh"
#include "data/print.hh"
#include "data/reader.hh"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reops::app {

class ConfigErrors {
public:
    void add(const data::Form& at, std::string message, std::string hint = {});
    const std::optional<data::ReadError>& first() const { return first_; }

private:
    std::optional<data::ReadError> first_;
};

/// One key of a map of the configuration.
template <class Target>
struct ConfigField {
    std::string_view key;
    std::string_view about;
    void (*read)(ConfigErrors& errors, const data::Form& value, Target& target);
};

/// "`:port` expected an integer but found "ssh"".
void expected(ConfigErrors& errors, const data::Form& at, std::string_view what);

std::string read_text(ConfigErrors& errors, const data::Form& form);
/// A string or a secret.
data::Value read_secret(ConfigErrors& errors, const data::Form& form);
/// A keyword's name, or a string.
std::string read_word(ConfigErrors& errors, const data::Form& form);
std::vector<std::string> read_words(ConfigErrors& errors, const data::Form& form);
double read_number(ConfigErrors& errors, const data::Form& form);
std::uint64_t read_count(ConfigErrors& errors, const data::Form& form, std::uint64_t most);
bool read_flag(ConfigErrors& errors, const data::Form& form);
Duration read_span(ConfigErrors& errors, const data::Form& form);
/// "64MB", "16KiB" (both 1024-based) or a number of bytes.
std::uint64_t read_size(ConfigErrors& errors, const data::Form& form);

/// The form behind tags, which have one child.
const data::Form& untagged(const data::Form& form);
void unknown_key(ConfigErrors& errors,
                 const data::Form& key,
                 const std::vector<std::string>& known,
                 std::string_view where);

template <class Target>
void read_fields(ConfigErrors& errors,
                 const data::Form& tagged,
                 std::span<const ConfigField<Target>> fields,
                 std::string_view where,
                 Target& target)
{
    const data::Form& form = untagged(tagged);
    if (!form.value.is_map()) {
        expected(errors, form, "a map such as {:key value}");
        return;
    }
    for (std::size_t i = 0; i + 1 < form.children.size(); i += 2) {
        const data::Form& key = form.children[i];
        const ConfigField<Target>* found = nullptr;
        std::vector<std::string> known;
        for (const ConfigField<Target>& field : fields) {
            known.push_back(":" + std::string{field.key});
            if (key.value.is_keyword(field.key))
                found = &field;
        }
        if (found == nullptr)
            unknown_key(errors, key, known, where);
        else
            found->read(errors, form.children[i + 1], target);
    }
}

}  // namespace reops::app
