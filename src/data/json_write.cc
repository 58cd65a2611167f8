// SPDX-License-Identifier: Apache-2.0
#include "data/json.hh"
#include "data/list.hh"
#include "data/map.hh"
#include "data/native.hh"
#include "data/print.hh"
#include "data/print_order.hh"
#include "data/set.hh"
#include "data/utf8.hh"
#include "data/vector.hh"

#include <charconv>
#include <cmath>

namespace reops::data {

namespace {

constexpr unsigned max_depth = 500;

/// How many characters are ASCII that stands for itself.
std::size_t plain_at_front(std::string_view text)
{
    std::size_t count = 0;
    while (count < text.size() && text[count] >= 0x20 && text[count] < 0x7f && text[count] != '"' &&
           text[count] != '\\')
        ++count;
    return count;
}

void write_text(std::string& out, std::string_view text)
{
    static constexpr char digits[] = "0123456789abcdef";
    static constexpr std::string_view letters = "btn?fr";  // 8, 9, 10, 12, 13
    out += '"';
    while (!text.empty()) {
        if (const std::size_t plain = plain_at_front(text); plain > 0) {
            out += text.substr(0, plain);
            text.remove_prefix(plain);
            continue;
        }
        const auto c = static_cast<unsigned char>(text[0]);
        const std::size_t bytes = decode_utf8(text).bytes;
        if (bytes == 0) {
            out += "\xef\xbf\xbd";  // U+FFFD: JSON is UTF-8 whatever came in
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += text[0];
        } else if (c >= 8 && c <= 13 && c != 11) {
            out += '\\';
            out += letters[c - 8];
        } else if (c < 0x20 || c == 0x7f) {
            out += "\\u00";
            out += digits[c >> 4];
            out += digits[c & 15];
        } else {
            out += text.substr(0, bytes);
        }
        text.remove_prefix(bytes == 0 ? 1 : bytes);
    }
    out += '"';
}

void write_real(std::string& out, double value)
{
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    char buffer[32];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    const std::string_view text{buffer, static_cast<std::size_t>(end - buffer)};
    out += text;
    // Still a real when it is read back.
    if (text.find_first_of(".e") == std::string_view::npos)
        out += ".0";
}

class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    void write(const Value& value)
    {
        switch (value.kind()) {
            case Kind::nil:
                out_ += "null";
                return;
            case Kind::boolean:
                out_ += value.as_boolean() ? "true" : "false";
                return;
            case Kind::integer:
                out_ += std::to_string(value.as_integer());
                return;
            case Kind::real:
                return write_real(out_, value.as_real());
            case Kind::keyword:
            case Kind::symbol:
                return write_text(out_, value.name());
            case Kind::secret:
                out_ += "\"#secret\"";
                return;
            case Kind::string:
                return write_text(out_, value.as_string());
            case Kind::character:
            case Kind::native:
                return write_text(out_, display(value));
            default:
                return write_collection(value);
        }
    }

private:
    void write_collection(const Value& value)
    {
        if (depth_ == max_depth) {
            out_ += "null";
            return;
        }
        ++depth_;
        if (value.is_map())
            write_object(value.as_map());
        else if (value.is_list())
            write_array(value.as_list());
        else if (value.is_vector())
            write_array(value.as_vector());
        else
            write_array(elements_in_print_order(value.as_set()));
        --depth_;
    }

    template <class Sequence>
    void write_array(const Sequence& sequence)
    {
        out_ += '[';
        bool first = true;
        for (const Value& element : sequence) {
            if (!first)
                out_ += ',';
            first = false;
            write(element);
        }
        out_ += ']';
    }

    void write_object(const Map& map)
    {
        out_ += '{';
        bool first = true;
        const auto each = [&](const Value& key, const Value& value) {
            if (!first)
                out_ += ',';
            first = false;
            write_key(key);
            out_ += ':';
            write(value);
        };
        if (map.is_hashed())
            for (const KeyValue& entry : entries_in_print_order(map))
                each(entry.key, entry.value);
        else
            for (const auto& [key, value] : map)
                each(key, value);
        out_ += '}';
    }

    void write_key(const Value& key)
    {
        if (key.is_keyword() || key.is_symbol())
            write_text(out_, key.name());
        else
            write_text(out_, key.is_string() ? key.as_string() : std::string_view{print(key)});
    }

    std::string& out_;
    unsigned depth_ = 0;
};

}  // namespace

std::string write_json(const Value& value)
{
    std::string out;
    JsonWriter{out}.write(value);
    return out;
}

}  // namespace reops::data
