// SPDX-License-Identifier: Apache-2.0
#include "data/edn.hh"

#include "data/parser.hh"

namespace reops::data {

namespace {

Dialect edn_dialect(bool keep_children, const TagHandler& handler)
{
    return {.code = false, .keep_children = keep_children, .handler = handler ? &handler : nullptr};
}

}  // namespace

Result<Value> read_edn(std::string_view text, ReadLimits limits, const TagHandler& handler)
{
    // Only a handler wants to know where the parts of its form stand.
    Result<Form> form = read_one(text, limits, edn_dialect(handler != nullptr, handler), nullptr);
    if (!form)
        return form.failure();
    return std::move(form->value);
}

Result<Form> read_edn_form(std::string_view text,
                           ReadLimits limits,
                           const TagHandler& handler,
                           ReadError* error)
{
    return read_one(text, limits, edn_dialect(true, handler), error);
}

Result<std::vector<Form>> read_edn_forms(std::string_view text,
                                         ReadLimits limits,
                                         const TagHandler& handler,
                                         ReadError* error)
{
    return read_every(text, limits, edn_dialect(true, handler), error);
}

}  // namespace reops::data
