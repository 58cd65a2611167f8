// SPDX-License-Identifier: Apache-2.0
#include "lang/core/printer.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/print_order.hh"
#include "data/set.hh"
#include "lang/collections.hh"
#include "lang/core/large_numbers.hh"
#include "lang/interpreter.hh"
#include "lang/seq.hh"
#include "lang/task.hh"
#include "lang/var.hh"

#include <cmath>

namespace reops::lang {

namespace {

constexpr std::size_t max_depth = 2'000;

/// Prints one value into one string.
class Printer {
public:
    Printer(Task& task, std::string& out, const PrintOptions& options)
        : task_(task), out_(out), options_(options)
    {
    }

    void print(const Value& value)
    {
        print_meta(value);
        if (value.is_string() || value.is_character())
            return print_text(value);
        if (value.is_list() || value.is_vector() || find_seq(value) != nullptr)
            return print_elements(value);
        if (value.is_set())
            return print_set(value);
        if (value.is_map())
            return print_map(value);
        if (const Collection* collection = find_collection(value))
            return print_other(value, *collection);
        out_ += data::print(value);
    }

private:
    void print_text(const Value& value)
    {
        out_ += options_.readably ? data::print(value) : data::display(value);
    }

    void print_meta(const Value& value)
    {
        if (!options_.meta || value.kind() < data::Kind::symbol || value.is_string())
            return;
        const Value meta = value.meta();
        if (!meta.is_map() || meta.as_map().size() == 0)
            return;
        out_ += '^';
        print(meta);
        out_ += ' ';
    }

    /// Is there room for one more level? If not it prints the mark.
    bool enter()
    {
        task_.check_stack();
        if (depth_ == max_depth ||
            (options_.level && depth_ >= static_cast<std::size_t>(*options_.level))) {
            out_ += '#';
            return false;
        }
        ++depth_;
        return true;
    }

    /// Before element `index`: a separator, or the mark that says there are more.
    bool separate(std::int64_t index, std::string_view separator)
    {
        if (index > 0)
            out_ += separator;
        if (options_.length && index >= *options_.length) {
            out_ += "...";
            return false;
        }
        return true;
    }

    void print_elements(const Value& value)
    {
        if (!enter())
            return;
        const bool is_vector = value.is_vector();
        out_ += is_vector ? '[' : '(';
        Walk walk{task_, value};
        std::int64_t index = 0;
        for (Value element; walk.next(element); ++index) {
            if (!separate(index, " "))
                break;
            print(element);
        }
        out_ += is_vector ? ']' : ')';
        --depth_;
    }

    void print_set(const Value& value)
    {
        if (!enter())
            return;
        out_ += "#{";
        std::int64_t index = 0;
        for (const Value& element : data::elements_in_print_order(value.as_set())) {
            if (!separate(index++, " "))
                break;
            print(element);
        }
        out_ += '}';
        --depth_;
    }

    void print_entry(const Value& key, const Value& value, bool cut_name_space)
    {
        if (cut_name_space) {
            out_ += key.is_keyword() ? ":" : "";
            out_ += key.local_name();
        } else {
            print(key);
        }
        out_ += ' ';
        print(value);
    }

    /// The namespace that all keys share, or empty.
    std::string shared_name_space(const data::Map& map) const
    {
        std::string shared;
        for (const auto& [key, value] : map) {
            if (!(key.is_keyword() || key.is_symbol()) || key.name_space().empty())
                return {};
            if (!shared.empty() && shared != key.name_space())
                return {};
            shared = key.name_space();
        }
        return shared;
    }

    void print_map(const Value& value)
    {
        if (!enter())
            return;
        const data::Map& map = value.as_map();
        const std::string shared =
            options_.name_space_maps ? shared_name_space(map) : std::string{};
        if (!shared.empty())
            out_ += "#:" + shared;
        out_ += '{';
        std::int64_t index = 0;
        for (const data::KeyValue& entry : data::entries_in_print_order(map)) {
            if (!separate(index++, ", "))
                break;
            print_entry(entry.key, entry.value, !shared.empty());
        }
        out_ += '}';
        --depth_;
    }

    /// Records, sorted maps and sets, queues.
    void print_other(const Value& value, const Collection& collection)
    {
        if (!(collection.is_map() || collection.is_set())) {
            out_ += data::print(value);
            return;
        }
        if (!enter())
            return;
        out_ += prefix_of(value, collection);
        Walk walk{task_, collection.seq(task_)};
        std::int64_t index = 0;
        for (Value element; walk.next(element); ++index) {
            if (!separate(index, collection.is_map() ? ", " : " "))
                break;
            if (collection.is_map())
                print_entry(first(task_, element), nth(task_, element, 1), false);
            else
                print(element);
        }
        out_ += '}';
        --depth_;
    }

    /// "{", "#{" or "#user.Point{".
    std::string prefix_of(const Value& value, const Collection& collection) const
    {
        if (class_id_of(value) == static_cast<std::uint16_t>(ClassId::record)) {
            const std::string text = value.as_native().print();
            return text.substr(0, text.find('{') + 1);
        }
        return collection.is_set() ? "#{" : "{";
    }

    Task& task_;
    std::string& out_;
    const PrintOptions& options_;
    std::size_t depth_ = 0;
};

std::optional<std::int64_t> limit_of(const Value& value)
{
    return value.is_integer() ? std::optional{value.as_integer()} : std::nullopt;
}

Value var_value(Task& task, std::string_view name)
{
    Var& var = task.interpreter().core_var(name);
    return var.is_bound() ? var.get(task) : Value{};
}

}  // namespace

PrintOptions print_options(Task& task)
{
    PrintOptions options;
    options.readably = var_value(task, "*print-readably*").truthy();
    options.length = limit_of(var_value(task, "*print-length*"));
    options.level = limit_of(var_value(task, "*print-level*"));
    options.meta = var_value(task, "*print-meta*").truthy();
    options.name_space_maps = var_value(task, "*print-namespace-maps*").truthy();
    return options;
}

void print(Task& task, std::string& out, const Value& value, const PrintOptions& options)
{
    Printer{task, out, options}.print(value);
}

std::string print(Task& task, const Value& value)
{
    std::string out;
    print(task, out, value, print_options(task));
    return out;
}

std::string display(Task& task, const Value& value)
{
    if (is_big_integer(value))
        return find<BigInteger>(value)->number().get_str();
    if (is_decimal(value))
        return find<Decimal>(value)->text();
    if (value.kind() < data::Kind::list)
        return data::display(value);
    std::string out;
    print(task, out, value, PrintOptions{});
    return out;
}

}  // namespace reops::lang
