// SPDX-License-Identifier: Apache-2.0
#include "app/config_tags.hh"

#include "base/nearest.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"

#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

namespace reops::app {

namespace {

using data::Form;
using data::Value;

constexpr int deepest_include = 8;

struct TagCase {
    const TagSource& source;
    const Form& form;
};

Failure refuse(std::string message)
{
    return Failure{Code::invalid_argument, std::move(message)};
}

/// `NAME` or "NAME"; the text of an environment variable.
Result<Value> on_env(const TagCase& tag)
{
    const Value& name = tag.form.value;
    if (!name.is_symbol() && !name.is_string())
        return refuse("`#env` expected the name of a variable, for example #env SMTP_PASSWORD");
    const std::string key{name.is_symbol() ? name.name() : name.as_string()};
    const auto found = tag.source.surroundings.environment.find(key);
    if (found == tag.source.surroundings.environment.end())
        return refuse(fmt::format("the environment variable {} is not set", key));
    return Value::string(found->second);
}

Result<Value> on_secret(const TagCase& tag)
{
    if (tag.form.value.is_secret())
        return tag.form.value;
    if (!tag.form.value.is_string())
        return refuse("`#secret` expected a string");
    return Value::secret(tag.form.value.as_string());
}

std::string path_of(const TagCase& tag)
{
    const std::string path{tag.form.value.as_string()};
    return path.starts_with('/') ? path : tag.source.folder + "/" + path;
}

Result<Value> on_file(const TagCase& tag)
{
    if (!tag.form.value.is_string())
        return refuse("`#file` expected a path as a string");
    auto text = read_trusted_file(path_of(tag));
    if (!text.ok())
        return text.failure();
    while (!text->empty() && (text->back() == '\n' || text->back() == '\r'))
        text->pop_back();
    return Value::string(*text);
}

Result<Value> on_include(const TagCase& tag)
{
    if (!tag.form.value.is_string())
        return refuse("`#include` expected a path as a string");
    const std::string path = path_of(tag);
    auto text = read_trusted_file(path);
    if (!text.ok())
        return text.failure();
    if (tag.source.depth >= deepest_include)
        return refuse(fmt::format("`#include` goes deeper than {} files; does {} include itself?",
                                  deepest_include,
                                  path));
    const TagSource inner{
        tag.source.surroundings, path.substr(0, path.rfind('/')), *text, tag.source.depth + 1};
    data::ReadError error;
    auto form =
        data::read_edn_form(*text, data::ReadLimits::for_code(), config_tags(inner), &error);
    if (!form.ok())
        return refuse(fmt::format("{}: {}", path, form.failure().message));
    return form->value;
}

Result<Value> on_profile(const TagCase& tag)
{
    if (!tag.form.value.is_map())
        return refuse("`#profile` expected a map such as {:home 1 :default 2}");
    const auto found = tag.source.surroundings.environment.find("REOPS_PROFILE");
    const data::Map& map = tag.form.value.as_map();
    if (found != tag.source.surroundings.environment.end())
        if (const Value* value = map.find(found->second))
            return *value;
    if (const Value* value = map.find("default"))
        return *value;
    return refuse("`#profile` has neither the profile of REOPS_PROFILE nor :default");
}

/// #ref [:smtp :user]: what stands there in the same file, by a reading that leaves other #refs
/// out.
Result<Value> on_ref(const TagCase& tag)
{
    if (!tag.form.value.is_vector() || tag.form.value.as_vector().empty())
        return refuse("`#ref` expected a path such as [:smtp :user]");
    const data::TagHandler others = config_tags(tag.source);
    auto whole =
        data::read_edn(tag.source.text,
                       data::ReadLimits::for_code(),
                       [&others](std::string_view name, const Form& form) {
                           return name == "ref" ? Result<Value>{Value{}} : others(name, form);
                       });
    if (!whole.ok())
        return whole.failure();
    Value at = *whole;
    for (const Value& step : tag.form.value.as_vector())
        at = at.is_map() ? at.as_map().get(step) : Value{};
    if (at.is_nil())
        return refuse("`#ref` found nothing at " + data::print(tag.form.value));
    return at;
}

struct TagRow {
    std::string_view tag;
    Result<Value> (*handle)(const TagCase& tag);
};

constexpr std::array<TagRow, 6> tags = {{
    {"env", on_env},
    {"secret", on_secret},
    {"file", on_file},
    {"include", on_include},
    {"profile", on_profile},
    {"ref", on_ref},
}};

}  // namespace

data::TagHandler config_tags(TagSource source)
{
    return [source = std::move(source)](std::string_view tag, const Form& form) -> Result<Value> {
        std::vector<std::string> known;
        for (const TagRow& row : tags) {
            if (row.tag == tag)
                return row.handle({source, form});
            known.push_back("#" + std::string{row.tag});
        }
        const std::string name = "#" + std::string{tag};
        const std::string near = did_you_mean(nearest_words(name, known));
        return Failure{Code::invalid_argument,
                       fmt::format("no tag {}", name),
                       near.empty() ? fmt::format("known are {}", fmt::join(known, " ")) : near};
    };
}

Result<std::string> read_trusted_file(const std::string& path)
{
    struct stat facts = {};
    if (::stat(path.c_str(), &facts) != 0)
        return Failure{Code::not_found, "cannot read " + path + ": no such file"};
    if ((facts.st_mode & (S_IWOTH | S_IWGRP)) != 0 && S_ISREG(facts.st_mode))
        return Failure{Code::denied,
                       path +
                           " can be written by others than its owner, and what it says decides "
                           "about power",
                       "chmod go-w " + path};
    if (!S_ISREG(facts.st_mode))
        return refuse(path + " is no file");
    if (facts.st_size > (16 << 20))
        return refuse(path + " is larger than 16 MiB");
    std::ifstream in{path, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    if (!in)
        return Failure{Code::denied, "cannot read " + path};
    return text.str();
}

}  // namespace reops::app
