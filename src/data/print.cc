// SPDX-License-Identifier: Apache-2.0
#include "data/print.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/native.hh"
#include "data/print_order.hh"
#include "data/set.hh"
#include "data/utf8.hh"
#include "data/vector.hh"

#include <charconv>
#include <cmath>

namespace reops::data {

namespace {

constexpr unsigned max_depth = 500;

void print_escaped(std::string& out, unsigned char byte)
{
    static constexpr char digits[] = "0123456789abcdef";
    out += "\\u00";
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

void print_string(std::string& out, std::string_view text)
{
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\f':
                out += "\\f";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                    print_escaped(out, static_cast<unsigned char>(c));
                else
                    out += c;
        }
    }
    out += '"';
}

void print_character(std::string& out, char32_t c)
{
    out += '\\';
    switch (c) {
        case U'\n':
            out += "newline";
            return;
        case U' ':
            out += "space";
            return;
        case U'\t':
            out += "tab";
            return;
        case U'\r':
            out += "return";
            return;
        case U'\b':
            out += "backspace";
            return;
        case U'\f':
            out += "formfeed";
            return;
        default:
            break;
    }
    if (c < 0x20 || c == 0x7f) {
        out.pop_back();
        print_escaped(out, static_cast<unsigned char>(c));
    } else {
        append_utf8(out, c);
    }
}

/// Appends to one string; recursion is bounded by max_depth.
class Printer {
public:
    explicit Printer(std::string& out) : out_(out) {}

    void print(const Value& value)
    {
        switch (value.kind()) {
            case Kind::nil:
                out_ += "nil";
                return;
            case Kind::boolean:
                out_ += value.as_boolean() ? "true" : "false";
                return;
            case Kind::integer:
                out_ += std::to_string(value.as_integer());
                return;
            case Kind::real:
                out_ += print_real(value.as_real());
                return;
            case Kind::character:
                return print_character(out_, value.as_character());
            case Kind::keyword:
                out_ += ':';
                out_ += value.name();
                return;
            case Kind::symbol:
                out_ += value.name();
                return;
            case Kind::string:
                return print_string(out_, value.as_string());
            case Kind::secret:
                out_ += "#secret";
                return;
            case Kind::native:
                out_ += value.as_native().print();
                return;
            default:
                return print_collection(value);
        }
    }

private:
    void print_collection(const Value& value)
    {
        if (depth_ == max_depth) {
            out_ += '#';
            return;
        }
        ++depth_;
        if (value.is_list())
            print_elements("(", value.as_list(), ")");
        else if (value.is_vector())
            print_elements("[", value.as_vector(), "]");
        else if (value.is_set())
            print_elements("#{", elements_in_print_order(value.as_set()), "}");
        else
            print_map(value.as_map());
        --depth_;
    }

    template <class Sequence>
    void print_elements(std::string_view open, const Sequence& elements, std::string_view close)
    {
        out_ += open;
        bool first = true;
        for (const Value& element : elements) {
            if (!first)
                out_ += ' ';
            first = false;
            print(element);
        }
        out_ += close;
    }

    void print_map(const Map& map)
    {
        out_ += '{';
        bool first = true;
        for (const KeyValue& entry : entries_in_print_order(map)) {
            if (!first)
                out_ += ", ";
            first = false;
            print(entry.key);
            out_ += ' ';
            print(entry.value);
        }
        out_ += '}';
    }

    std::string& out_;
    unsigned depth_ = 0;
};

}  // namespace

std::string print_real(double value)
{
    if (std::isnan(value))
        return "##NaN";
    if (std::isinf(value))
        return value > 0 ? "##Inf" : "##-Inf";
    char buffer[64];
    const double magnitude = std::fabs(value);
    const bool plain = magnitude == 0 || (magnitude >= 1e-3 && magnitude < 1e7);
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, format);
    std::string text{buffer, end};
    if (plain)
        return text.find('.') == std::string::npos ? text + ".0" : text;
    // to_chars gives 1e+10 and 1.5e-07, the JVM 1.0E10 and 1.5E-7.
    const std::size_t e = text.find('e');
    std::string mantissa = text.substr(0, e);
    if (mantissa.find('.') == std::string::npos)
        mantissa += ".0";
    const bool negative = text[e + 1] == '-';
    const std::size_t digits = text.find_first_not_of('0', e + 2);
    return mantissa + (negative ? "E-" : "E") + text.substr(digits);
}

std::string print(const Value& value)
{
    std::string out;
    Printer{out}.print(value);
    return out;
}

std::string display(const Value& value)
{
    if (value.is_string())
        return std::string{value.as_string()};
    if (value.is_nil())
        return {};
    if (value.is_character()) {
        std::string out;
        append_utf8(out, value.as_character());
        return out;
    }
    if (value.is_real() && !std::isfinite(value.as_real()))
        return std::isnan(value.as_real()) ? "NaN" : value.as_real() > 0 ? "Infinity" : "-Infinity";
    return print(value);
}

}  // namespace reops::data
