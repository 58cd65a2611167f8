// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "data/print.hh"
#include "data/print_order.hh"
#include "data/utf8.hh"
#include "data/vector.hh"

#include <algorithm>

namespace reops::data {

namespace {

constexpr unsigned max_depth = 500;

std::size_t count_columns(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

bool is_collection(const Value& value)
{
    return value.kind() >= Kind::list && value.kind() <= Kind::set;
}

/// What fits into the rest of the line is printed flat; else one element per line, map values
/// beside their keys.
class PrettyPrinter {
public:
    explicit PrettyPrinter(std::size_t width) : width_(width) {}

    void print(const Value& value, std::size_t closers)
    {
        // The flat text is made anew on each level: nesting is shallow where people look.
        const std::string flat = data::print(value);
        if (!is_collection(value) || depth_ == max_depth ||
            column() + count_columns(flat) + closers <= width_) {
            out_ += flat;
            return;
        }
        ++depth_;
        if (value.is_map())
            print_map(entries_in_print_order(value.as_map()), closers + 1);
        else if (value.is_set())
            print_all("#{", elements_in_print_order(value.as_set()), "}", closers + 1);
        else if (value.is_list())
            print_all("(", value.as_list(), ")", closers + 1);
        else
            print_all("[", value.as_vector(), "]", closers + 1);
        --depth_;
    }

    std::string finish() { return std::move(out_); }

private:
    std::size_t column() const
    {
        const std::size_t newline = out_.rfind('\n');
        return count_columns(
            std::string_view{out_}.substr(newline == std::string::npos ? 0 : newline + 1));
    }

    void new_line(std::size_t indent)
    {
        out_ += '\n';
        out_.append(indent, ' ');
    }

    template <class Sequence>
    void print_all(std::string_view open,
                   const Sequence& elements,
                   std::string_view close,
                   std::size_t closers)
    {
        out_ += open;
        const std::size_t indent = column();
        std::size_t left = elements.size();
        for (const Value& element : elements) {
            print(element, --left == 0 ? closers : 0);
            if (left > 0)
                new_line(indent);
        }
        out_ += close;
    }

    void print_map(const std::vector<KeyValue>& entries, std::size_t closers)
    {
        out_ += '{';
        const std::size_t indent = column();
        std::size_t left = entries.size();
        for (const KeyValue& entry : entries) {
            print(entry.key, 0);
            out_ += ' ';
            print(entry.value, --left == 0 ? closers : 1);
            if (left > 0) {
                out_ += ',';
                new_line(indent);
            }
        }
        out_ += '}';
    }

    std::size_t width_;
    std::string out_;
    unsigned depth_ = 0;
};

}  // namespace

std::string print_pretty(const Value& value, std::size_t width)
{
    PrettyPrinter printer{width};
    printer.print(value, 0);
    return printer.finish();
}

}  // namespace reops::data
