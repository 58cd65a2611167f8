// SPDX-License-Identifier: Apache-2.0
#include "lang/printer.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/print_order.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/record.hh"
#include "lang/reference.hh"
#include "lang/seq.hh"
#include "lang/task.hh"
#include "lang/var.hh"

namespace reops::lang {

namespace {

using data::Kind;

class Printer {
public:
    Printer(Task& task, bool readably) : task_(task), readably_(readably)
    {
        const auto limit = [&](std::string_view name) {
            const Value value = task.interpreter().core_var(name).get(task);
            return value.is_integer() ? value.as_integer() : std::int64_t{-1};
        };
        length_ = limit("*print-length*");
        level_ = limit("*print-level*");
    }

    void print(const Value& value)
    {
        task_.check_stack();
        switch (value.kind()) {
            case Kind::list:
            case Kind::vector:
            case Kind::set:
                return print_elements(value);
            case Kind::map:
                return print_map(value.as_map());
            case Kind::native:
                return print_native(value);
            case Kind::string:
            case Kind::character:
                out += readably_ ? data::print(value) : data::display(value);
                return;
            default:
                out += data::print(value);
        }
    }

    std::string out;

private:
    bool enter()
    {
        task_.poll();
        if (level_ >= 0 && depth_ >= level_) {
            out += '#';
            return false;
        }
        ++depth_;
        return true;
    }

    void print_elements(const Value& value)
    {
        if (!enter())
            return;
        out += value.is_vector() ? "[" : value.is_set() ? "#{" : "(";
        std::int64_t shown = 0;
        const auto each = [&](const Value& element) {
            if (shown > 0)
                out += ' ';
            if (length_ >= 0 && shown >= length_) {
                out += "...";
                return false;
            }
            ++shown;
            print(element);
            return true;
        };
        if (value.is_set()) {
            for (const Value& element : data::elements_in_print_order(value.as_set()))
                if (!each(element))
                    break;
        } else {
            Walk walk{task_, value};
            for (Value element; walk.next(element);)
                if (!each(element))
                    break;
        }
        out += value.is_vector() ? "]" : value.is_set() ? "}" : ")";
        --depth_;
    }

    void print_map(const data::Map& map)
    {
        if (!enter())
            return;
        out += '{';
        std::int64_t shown = 0;
        for (const data::KeyValue& entry : data::entries_in_print_order(map)) {
            if (shown > 0)
                out += ", ";
            if (length_ >= 0 && shown >= length_) {
                out += "...";
                break;
            }
            ++shown;
            print(entry.key);
            out += ' ';
            print(entry.value);
        }
        out += '}';
        --depth_;
    }

    void print_native(const Value& value)
    {
        if (find_seq(value) != nullptr)
            return print_elements(value);
        if (const auto* record = find<Record>(value); record != nullptr && record->is_map()) {
            out += "#" + record->type().name();
            return print_map(record->to_map());
        }
        if (const Collection* collection = find_collection(value))
            return print_collection(*collection, value);
        if (const auto* atom = find<Atom>(value))
            return print_held(*atom);
        if (const auto* box = find<Volatile>(value))
            return print_held(*box);
        out += data::print(value);
    }

    void print_held(const Reference& reference)
    {
        if (!enter())
            return;
        out += "#" + std::string{reference.type_name()} + "[";
        print(reference.deref(task_));
        out += ']';
        --depth_;
    }

    /// Sorted ones, queues: in their own order.
    void print_collection(const Collection& collection, const Value& value)
    {
        if (!enter())
            return;
        const bool is_map = collection.is_map();
        out += is_map ? "{" : collection.is_set() ? "#{" : "(";
        std::int64_t shown = 0;
        Walk walk{task_, value};
        for (Value element; walk.next(element); ++shown) {
            if (shown > 0)
                out += is_map ? ", " : " ";
            if (length_ >= 0 && shown >= length_) {
                out += "...";
                break;
            }
            if (!is_map) {
                print(element);
                continue;
            }
            print(nth(task_, element, 0));
            out += ' ';
            print(nth(task_, element, 1));
        }
        out += is_map || collection.is_set() ? "}" : ")";
        --depth_;
    }

    Task& task_;
    bool readably_;
    std::int64_t length_ = -1;
    std::int64_t level_ = -1;
    std::int64_t depth_ = 0;
};

}  // namespace

std::string print_value(Task& task, const Value& value, bool readably)
{
    Printer printer{task, readably};
    printer.print(value);
    return std::move(printer.out);
}

std::string display_value(Task& task, const Value& value)
{
    const bool is_collection = value.kind() >= Kind::list && value.kind() <= Kind::set;
    if (!is_collection && !value.is_native())
        return data::display(value);
    if (const auto* space = find<Namespace>(value))
        return space->name();
    if (value.is_native() && value.as_native().type_name() == "pattern") {
        const std::string shown = value.as_native().print();
        return shown.substr(2, shown.size() - 3);
    }
    // As on the JVM: the collection itself is printed readably.
    return print_value(task, value, true);
}

}  // namespace reops::lang
