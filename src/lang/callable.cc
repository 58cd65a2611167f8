// SPDX-License-Identifier: Apache-2.0
#include "lang/callable.hh"

#include "lang/error.hh"

#include <algorithm>
#include <cctype>

namespace reops::lang {

namespace {

/// The form and the environment.
constexpr std::size_t macro_extras = 2;

/// One bracketed list: "[x y & more]" without the brackets.
Arity arity_of_list(std::string_view list)
{
    Arity arity;
    int depth = 0;
    bool in_word = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const char c = list[i];
        const bool space = c == ' ';
        if (c == '[' || c == '{')
            ++depth;
        else if (c == ']' || c == '}')
            --depth;
        if (c == '&' && depth == 0 && i + 1 < list.size() && list[i + 1] == ' ') {
            arity.is_variadic = true;
            break;
        }
        if (!space && !in_word && (depth == 0 || (depth == 1 && (c == '[' || c == '{'))))
            ++arity.least;
        in_word = !space || depth > 0;
    }
    arity.most = arity.least;
    return arity;
}

}  // namespace

Arity arity_of(std::string_view args)
{
    Arity all{SIZE_MAX, 0, false};
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (args[i] == '[' && depth++ == 0)
            begin = i + 1;
        if (args[i] != ']' || --depth != 0)
            continue;
        const Arity one = arity_of_list(args.substr(begin, i - begin));
        all.least = std::min(all.least, one.least);
        all.most = std::max(all.most, one.most);
        all.is_variadic = all.is_variadic || one.is_variadic;
    }
    return all;
}

BuiltinFunction::BuiltinFunction(std::string_view name_space, const Builtin& record)
    : Callable(id),
      record_(record),
      body_(record.run),
      arity_(arity_of(record.args)),
      name_(std::string{name_space} + "/" + std::string{record.name})
{
    if (record.macro) {
        arity_.least += macro_extras;
        arity_.most += macro_extras;
    }
}

Value BuiltinFunction::call(Task& task, Arguments arguments) const
{
    if (!arity_.takes(arguments.size())) [[unlikely]]
        fail_arity(arguments.size() - (record_.macro ? macro_extras : 0),
                   name_,
                   "it takes " + std::string{record_.args});
    return body_(task, arguments);
}

void fail_arity(std::size_t count, const std::string& name, std::string hint)
{
    fail(errors::arity,
         "Wrong number of args (" + std::to_string(count) + ") passed to: " + name,
         std::move(hint));
}

}  // namespace reops::lang
