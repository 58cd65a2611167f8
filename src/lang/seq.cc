// SPDX-License-Identifier: Apache-2.0
#include "lang/seq.hh"

#include "data/print.hh"
#include "data/sequence_hash.hh"
#include "data/utf8.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/error.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"

namespace reops::lang {

using data::Kind;

Value make_entry(Value key, Value value)
{
    data::VectorBuilder entry;
    entry.push_back(std::move(key));
    entry.push_back(std::move(value));
    return entry.finish();
}

Value Seq::seq(Task&) const
{
    return value_of(*this);
}

std::string Seq::print() const
{
    Task& task = Task::current();
    task.check_stack();
    std::string out = "(";
    Walk walk{task, Seq::seq(task)};
    for (Value element; walk.next(element);) {
        if (out.size() > 1)
            out += ' ';
        out += data::print(element);
    }
    return out + ")";
}

bool Seq::equal(const data::Native& other) const
{
    return equal_value(static_cast<const Seq&>(other).Seq::seq(Task::current()));
}

bool Seq::equal_value(const Value& other) const
{
    if (!is_sequential(other))
        return false;
    Task& task = Task::current();
    task.check_stack();
    Walk mine{task, Seq::seq(task)};
    Walk theirs{task, other};
    Value a;
    Value b;
    while (mine.next(a))
        if (!theirs.next(b) || !(a == b))
            return false;
    return !theirs.next(b);
}

std::uint32_t Seq::hash_value() const
{
    Task& task = Task::current();
    task.check_stack();
    data::SequenceHash sum;
    Walk walk{task, Seq::seq(task)};
    for (Value element; walk.next(element);)
        sum.add(element);
    return sum.finish();
}

bool is_seq(const Value& value)
{
    return value.is_list() || find_seq(value) != nullptr;
}

bool is_sequential(const Value& value)
{
    return value.is_list() || value.is_vector() || find_seq(value) != nullptr ||
           class_id_of(value) == static_cast<std::uint16_t>(ClassId::queue);
}

bool is_seqable(const Value& value)
{
    switch (value.kind()) {
        case Kind::nil:
        case Kind::list:
        case Kind::vector:
        case Kind::map:
        case Kind::set:
        case Kind::string:
            return true;
        default:
            return find_seq(value) != nullptr || find_collection(value) != nullptr;
    }
}

namespace {

Value seq_of_vector(const data::Vector& vector)
{
    return vector.empty() ? Value{} : data::make_native<VectorSeq>(vector, 0U);
}

data::Vector entries_of(const data::Map& map)
{
    data::VectorBuilder entries;
    for (const auto& [key, value] : map)
        entries.push_back(make_entry(key, value));
    return entries.finish();
}

data::Vector elements_of(const data::Set& set)
{
    data::VectorBuilder elements;
    for (const Value& element : set)
        elements.push_back(element);
    return elements.finish();
}

[[noreturn]] void fail_seq(const Value& value)
{
    fail(errors::illegal_argument,
         "Don't know how to create ISeq from: " +
             (value.is_native() ? std::string{value.as_native().type_name()}
                                : std::string{data::describe(value.kind())}));
}

}  // namespace

Value seq(Task& task, const Value& collection)
{
    switch (collection.kind()) {
        case Kind::nil:
            return {};
        case Kind::list:
            return collection.as_list().empty() ? Value{} : collection;
        case Kind::vector:
            return seq_of_vector(collection.as_vector());
        case Kind::map:
            return seq_of_vector(entries_of(collection.as_map()));
        case Kind::set:
            return seq_of_vector(elements_of(collection.as_set()));
        case Kind::string:
            return collection.as_string().empty() ? Value{}
                                                  : data::make_native<StringSeq>(collection, 0U);
        default:
            break;
    }
    if (const Seq* sequence = find_seq(collection))
        return sequence->seq(task);
    if (const Collection* other = find_collection(collection))
        return other->seq(task);
    fail_seq(collection);
}

Value first(Task& task, const Value& collection)
{
    switch (collection.kind()) {
        case Kind::list:
            return collection.as_list().empty() ? Value{} : collection.as_list().front();
        case Kind::vector:
            return collection.as_vector().empty() ? Value{} : collection.as_vector().front();
        case Kind::map: {
            const auto entry = collection.as_map().begin();
            if (entry == collection.as_map().end())
                return {};
            return make_entry((*entry).key, (*entry).value);
        }
        default:
            break;
    }
    const Value sequence = seq(task, collection);
    if (sequence.is_nil())
        return {};
    return sequence.is_list() ? sequence.as_list().front() : find_seq(sequence)->first(task);
}

Value rest(Task& task, const Value& collection)
{
    if (collection.is_list())
        return collection.as_list().rest();
    const Value sequence = seq(task, collection);
    if (sequence.is_nil())
        return data::List{};
    if (sequence.is_list())
        return sequence.as_list().rest();
    Value left = find_seq(sequence)->rest(task);
    return left.is_nil() ? Value{data::List{}} : left;
}

Value next(Task& task, const Value& collection)
{
    if (collection.is_list()) {
        data::List left = collection.as_list().rest();
        return left.empty() ? Value{} : Value{std::move(left)};
    }
    return seq(task, rest(task, collection));
}

Value cons(Value first, Value rest)
{
    if (rest.is_nil())
        return data::List{}.push_front(std::move(first));
    if (rest.is_list())
        return rest.as_list().push_front(std::move(first));
    if (!is_seqable(rest))
        fail_seq(rest);
    return data::make_native<Cons>(std::move(first), std::move(rest));
}

Walk::Walk(Task& task, Value collection) : task_(task), source_(std::move(collection))
{
    switch (source_.kind()) {
        case Kind::nil:
            return;
        case Kind::list:
            mode_ = Mode::list;
            return;
        case Kind::vector:
            mode_ = Mode::vector;
            return;
        case Kind::map:
            mode_ = Mode::map;
            entry_ = source_.as_map().begin();
            return;
        case Kind::set:
            source_ = elements_of(source_.as_set());
            mode_ = Mode::vector;
            return;
        case Kind::string:
            mode_ = Mode::string;
            return;
        default:
            break;
    }
    if (const auto* view = find<VectorSeq>(source_)) {
        index_ = view->index();
        source_ = view->vector();
        mode_ = Mode::vector;
        return;
    }
    if (find_seq(source_) == nullptr && find_collection(source_) == nullptr)
        fail_seq(source_);
    mode_ = Mode::seq;
}

bool Walk::next(Value& element)
{
    task_.poll();
    switch (mode_) {
        case Mode::none:
            return false;
        case Mode::list: {
            const data::List& list = source_.as_list();
            if (list.empty())
                return false;
            element = list.front();
            source_ = list.rest();
            return true;
        }
        case Mode::vector:
            if (index_ >= source_.as_vector().size())
                return false;
            element = source_.as_vector()[index_++];
            return true;
        case Mode::map:
            if (entry_ == entry_end_)
                return false;
            element = make_entry((*entry_).key, (*entry_).value);
            ++entry_;
            return true;
        case Mode::string: {
            const std::string_view text = source_.as_string();
            if (index_ >= text.size())
                return false;
            const data::DecodedCharacter decoded = data::decode_utf8(text.substr(index_));
            element = Value::character(decoded.character);
            index_ += decoded.bytes;
            return true;
        }
        case Mode::seq:
            break;
    }
    source_ = seq(task_, std::exchange(source_, Value{}));
    if (source_.is_nil()) {
        mode_ = Mode::none;
        return false;
    }
    if (source_.is_list()) {
        mode_ = Mode::list;
        return next(element);
    }
    if (const auto* view = find<VectorSeq>(source_)) {
        index_ = view->index();
        source_ = Value{view->vector()};
        mode_ = Mode::vector;
        return next(element);
    }
    element = find_seq(source_)->first(task_);
    source_ = find_seq(source_)->rest(task_);
    return true;
}

Value Walk::rest()
{
    switch (mode_) {
        case Mode::none:
            return data::List{};
        case Mode::vector:
            if (index_ >= source_.as_vector().size())
                return data::List{};
            return data::make_native<VectorSeq>(source_.as_vector(), index_);
        case Mode::string:
            if (index_ >= source_.as_string().size())
                return data::List{};
            return data::make_native<StringSeq>(source_, index_);
        case Mode::map: {
            data::VectorBuilder left;
            for (; !(entry_ == entry_end_); ++entry_)
                left.push_back(make_entry((*entry_).key, (*entry_).value));
            return left.finish();
        }
        default:
            return source_.is_nil() ? Value{data::List{}} : source_;
    }
}

std::vector<Value> to_vector(Task& task, Value collection)
{
    std::vector<Value> elements;
    Walk walk{task, std::move(collection)};
    for (Value element; walk.next(element);)
        elements.push_back(std::move(element));
    return elements;
}

data::List to_list(Task& task, Value collection)
{
    if (collection.is_list())
        return collection.as_list();
    return data::make_list(to_vector(task, std::move(collection)));
}

}  // namespace reops::lang
