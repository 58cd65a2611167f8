// SPDX-License-Identifier: Apache-2.0
#include "lang/printer.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/print_order.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/core/large_numbers.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/record.hh"
#include "lang/reference.hh"
#include "lang/seq.hh"
#include "lang/task.hh"
#include "lang/types.hh"
#include "lang/var.hh"

#include <optional>

namespace reops::lang {

namespace {

using data::Kind;

/// What the task's dynamic vars ask for.
struct PrintOptions {
    bool readably = true;                     ///< `pr` and not `print`
    std::optional<std::int64_t> length = {};  ///< *print-length*
    std::optional<std::int64_t> level = {};   ///< *print-level*
    bool meta = false;                        ///< *print-meta*
    bool name_space_maps = false;             ///< *print-namespace-maps*
};

PrintOptions options_of(Task& task, bool readably)
{
    const auto var = [&](std::string_view name) {
        return task.interpreter().core_var(name).get(task);
    };
    const auto limit = [&](std::string_view name) {
        const Value value = var(name);
        return value.is_integer() ? std::optional{value.as_integer()} : std::nullopt;
    };
    PrintOptions options;
    options.readably = readably && var("*print-readably*").truthy();
    options.length = limit("*print-length*");
    options.level = limit("*print-level*");
    options.meta = readably && var("*print-meta*").truthy();
    options.name_space_maps = var("*print-namespace-maps*").truthy();
    return options;
}

/// Prints one value into one string.
class Printer {
public:
    Printer(Task& task, bool readably) : task_(task), options_(options_of(task, readably)) {}

    void print(const Value& value)
    {
        task_.check_stack();
        if (options_.meta)
            print_meta(value);
        switch (value.kind()) {
            case Kind::list:
                return print_elements(value, "(", ")");
            case Kind::vector:
                return print_elements(value, "[", "]");
            case Kind::set:
                return print_set(value.as_set());
            case Kind::map:
                return print_map(value.as_map());
            case Kind::native:
                return print_native(value);
            case Kind::string:
            case Kind::character:
                out += options_.readably ? data::print(value) : data::display(value);
                return;
            default:
                out += data::print(value);
        }
    }

    std::string out;

private:
    void print_meta(const Value& value)
    {
        const Value meta = value.meta();
        if (!meta.is_map() || meta.as_map().empty())
            return;
        out += '^';
        print(meta);
        out += ' ';
    }

    /// Is there room for one more level? If not it prints the mark.
    bool enter(std::string_view opening)
    {
        task_.poll();
        if (options_.level && depth_ >= *options_.level) {
            out += '#';
            return false;
        }
        ++depth_;
        out += opening;
        return true;
    }

    void leave(std::string_view closing)
    {
        out += closing;
        --depth_;
    }

    /// Before element `index`: a separator, or the mark that says there are more.
    bool separate(std::int64_t index, std::string_view separator)
    {
        if (index > 0)
            out += separator;
        if (options_.length && index >= *options_.length) {
            out += "...";
            return false;
        }
        return true;
    }

    void print_elements(const Value& value, std::string_view opening, std::string_view closing)
    {
        if (!enter(opening))
            return;
        Walk walk{task_, value};
        std::int64_t index = 0;
        for (Value element; walk.next(element) && separate(index, " "); ++index)
            print(element);
        leave(closing);
    }

    void print_set(const data::Set& set)
    {
        if (!enter("#{"))
            return;
        std::int64_t index = 0;
        for (const Value& element : data::elements_in_print_order(set)) {
            if (!separate(index++, " "))
                break;
            print(element);
        }
        leave("}");
    }

    void print_entry(const Value& key, const Value& value, bool cut_name_space)
    {
        if (cut_name_space) {
            out += key.is_keyword() ? ":" : "";
            out += key.local_name();
        } else {
            print(key);
        }
        out += ' ';
        print(value);
    }

    /// The namespace that all keys share, or empty.
    static std::string shared_name_space(const data::Map& map)
    {
        std::string shared;
        for (const auto& [key, value] : map) {
            if (!(key.is_keyword() || key.is_symbol()) || key.name_space().empty() ||
                (!shared.empty() && shared != key.name_space()))
                return {};
            shared = key.name_space();
        }
        return shared;
    }

    void print_map(const data::Map& map, std::string_view prefix = {})
    {
        const std::string shared =
            options_.name_space_maps && prefix.empty() ? shared_name_space(map) : std::string{};
        if (!enter((shared.empty() ? std::string{prefix} : "#:" + shared) + "{"))
            return;
        std::int64_t index = 0;
        for (const data::KeyValue& entry : data::entries_in_print_order(map)) {
            if (!separate(index++, ", "))
                break;
            print_entry(entry.key, entry.value, !shared.empty());
        }
        leave("}");
    }

    void print_native(const Value& value)
    {
        if (find_seq(value) != nullptr)
            return print_elements(value, "(", ")");
        if (const auto* record = find<Record>(value); record != nullptr && record->is_map())
            return print_map(record->to_map(), "#" + record->type().name());
        if (const Collection* collection = find_collection(value))
            return print_collection(*collection, value);
        if (const auto* reference = find_reference(value);
            reference != nullptr && reference->is_realized())
            return print_held(*reference);
        out += data::print(value);
    }

    /// What may hold itself: the level is counted.
    void print_held(const Reference& reference)
    {
        if (!enter("#" + std::string{reference.type_name()} + "["))
            return;
        print(reference.held());
        leave("]");
    }

    /// Sorted ones, queues: in their own order.
    void print_collection(const Collection& collection, const Value& value)
    {
        if (!collection.is_map())
            return print_elements(
                value, collection.is_set() ? "#{" : "(", collection.is_set() ? "}" : ")");
        if (!enter("{"))
            return;
        Walk walk{task_, value};
        std::int64_t index = 0;
        for (Value entry; walk.next(entry) && separate(index, ", "); ++index)
            print_entry(nth(task_, entry, 0), nth(task_, entry, 1), false);
        leave("}");
    }

    Task& task_;
    PrintOptions options_;
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
    if (is_big_integer(value))
        return find<BigInteger>(value)->number().get_str();
    if (is_decimal(value))
        return find<Decimal>(value)->text();
    const bool is_collection = value.kind() >= Kind::list && value.kind() <= Kind::set;
    if (!is_collection && !value.is_native())
        return data::display(value);
    if (const auto* space = find<Namespace>(value))
        return space->name();
    if (find<BuiltinType>(value) != nullptr || find<ErrorType>(value) != nullptr ||
        find<RecordType>(value) != nullptr)
        return "class " + data::print(value);
    if (const auto* tagged = data::find_native<data::Tagged>(value);
        tagged != nullptr && tagged->content().is_string() &&
        (tagged->tag().is_symbol("uuid") || tagged->tag().is_symbol("inst")))
        return std::string{tagged->content().as_string()};
    if (value.is_native() && value.as_native().type_name() == "pattern") {
        const std::string shown = value.as_native().print();
        return shown.substr(2, shown.size() - 3);
    }
    // As on the JVM: the collection itself is printed readably.
    return print_value(task, value, true);
}

}  // namespace reops::lang
