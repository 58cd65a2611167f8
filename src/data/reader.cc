// SPDX-License-Identifier: Apache-2.0
#include "data/reader.hh"

#include "base/check.hh"
#include "data/parser.hh"

namespace reops::data {

class FormReader::State {
public:
    State(std::string_view text, ReadLimits limits, const ReadHooks* hooks)
        : parser(text, limits, Dialect{.hooks = hooks})
    {
    }

    Parser parser;
    bool failed = false;
};

FormReader::FormReader(std::string_view text, ReadLimits limits)
    : state_(std::make_unique<State>(text, limits, nullptr))
{
}

FormReader::FormReader(std::string_view text, ReadLimits limits, const ReadHooks& hooks)
    : state_(std::make_unique<State>(text, limits, &hooks))
{
}

FormReader::~FormReader() = default;

Result<std::optional<Form>> FormReader::next()
{
    Form form;
    bool found = false;
    if (state_->failed || !state_->parser.next(form, found)) {
        state_->failed = true;
        return to_failure(state_->parser.error());
    }
    if (!found)
        return std::optional<Form>{};
    return std::optional<Form>{std::move(form)};
}

const ReadError& FormReader::error() const
{
    REOPS_CHECK(state_->failed, "error() of a reader that did not fail");
    return state_->parser.error();
}

std::size_t FormReader::offset() const
{
    return state_->parser.offset();
}

bool FormReader::is_unfinished() const
{
    return state_->failed && state_->parser.is_unfinished();
}

Result<Form> read_form(std::string_view text, ReadLimits limits)
{
    return read_one(text, limits, Dialect{}, nullptr);
}

Result<std::vector<Form>> read_all(std::string_view text, ReadLimits limits)
{
    return read_every(text, limits, Dialect{}, nullptr);
}

Result<std::vector<Form>> read_every(std::string_view text,
                                     ReadLimits limits,
                                     Dialect dialect,
                                     ReadError* error)
{
    Parser parser{text, limits, dialect};
    std::vector<Form> forms;
    for (;;) {
        Form form;
        bool found = false;
        if (!parser.next(form, found)) {
            if (error != nullptr)
                *error = parser.error();
            return to_failure(parser.error());
        }
        if (!found)
            return forms;
        forms.push_back(std::move(form));
    }
}

Result<Form> read_one(std::string_view text, ReadLimits limits, Dialect dialect, ReadError* error)
{
    Parser parser{text, limits, dialect};
    const auto refuse = [error](const ReadError& why) {
        if (error != nullptr)
            *error = why;
        return to_failure(why);
    };
    Form form;
    Form extra;
    bool found = false;
    if (!parser.next(form, found))
        return refuse(parser.error());
    if (!found)
        return refuse({"expected a form but the text ends", span_of(text, text.size(), 0), ""});
    if (!parser.next(extra, found))
        return refuse(parser.error());
    if (found)
        return refuse({"expected one form but found another",
                       span_of(text, extra.span.offset, extra.span.length),
                       ""});
    return form;
}

}  // namespace reops::data
