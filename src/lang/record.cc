// SPDX-License-Identifier: Apache-2.0
#include "lang/record.hh"

#include "data/print.hh"
#include "lang/error.hh"
#include "lang/seq.hh"

namespace reops::lang {

Record::Record(const RecordType& type, data::Vector fields, data::Map extra)
    : Collection(id), type_(type), fields_(std::move(fields)), extra_(std::move(extra))
{
    data::retain(static_cast<const data::Object*>(&type_));
}

Record::~Record()
{
    data::release(static_cast<const data::Object*>(&type_));
}

data::Map Record::to_map() const
{
    data::MapBuilder builder;
    for (std::size_t i = 0; i < fields_.size(); ++i)
        builder.set(type_.fields()[i], fields_[i]);
    for (const auto& [key, value] : extra_)
        builder.set(key, value);
    return builder.finish();
}

Value Record::seq(Task& task) const
{
    data::VectorBuilder entries;
    for (std::size_t i = 0; i < fields_.size(); ++i)
        entries.push_back(make_entry(type_.fields()[i], fields_[i]));
    for (const auto& [key, value] : extra_)
        entries.push_back(make_entry(key, value));
    return lang::seq(task, entries.finish());
}

std::int64_t Record::count(Task&) const
{
    return static_cast<std::int64_t>(fields_.size() + extra_.size());
}

std::optional<Value> Record::find(Task&, const Value& key) const
{
    if (const auto index = type_.index_of(key))
        return fields_[*index];
    if (const Value* found = extra_.find(key))
        return *found;
    return std::nullopt;
}

Value Record::assoc(Task&, Value self, Value key, Value value) const
{
    const Value meta = self.meta();
    Value made;
    if (const auto index = type_.index_of(key))
        made = data::make_native<Record>(type_, fields_.set(*index, std::move(value)), extra_);
    else
        made = data::make_native<Record>(
            type_, fields_, extra_.assoc(std::move(key), std::move(value)));
    return std::move(made).with_meta(meta);
}

Value Record::dissoc(Task&, Value self, const Value& key) const
{
    if (type_.index_of(key))
        return to_map().dissoc(key);
    return data::make_native<Record>(type_, fields_, extra_.dissoc(key)).with_meta(self.meta());
}

Value Record::conj(Task& task, Value self, Value element) const
{
    if (element.is_vector() && element.as_vector().size() == 2)
        return assoc(task, std::move(self), element.as_vector()[0], element.as_vector()[1]);
    Walk walk{task, std::move(element)};
    for (Value entry; walk.next(entry);)
        self = lang::conj(task, std::move(self), std::move(entry));
    return self;
}

std::string Record::print() const
{
    return "#" + type_.name() + data::print(to_map());
}

bool Record::equal(const data::Native& other) const
{
    const auto* that = dynamic_cast<const Record*>(&other);
    return that != nullptr && &that->type_ == &type_ && type_.is_map() &&
           that->fields_ == fields_ && that->extra_ == extra_;
}

std::uint32_t Record::hash_value() const
{
    return fields_.hash() * 31 + extra_.hash();
}

}  // namespace reops::lang
