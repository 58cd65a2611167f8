// SPDX-License-Identifier: Apache-2.0
#include "repl/client.hh"

#include "data/reader.hh"
#include "data/vector.hh"
#include "wire/bencode/bencode.hh"

#include <ostream>
#include <utility>

#include <fmt/format.h>

namespace reops::repl {

namespace {

using data::Value;

constexpr Duration connect_within = seconds(5);
constexpr Duration complete_within = milliseconds(500);
constexpr Duration for_ever = hours(24 * 365);

std::string text_of(const data::Map& message, std::string_view name)
{
    const Value value = message.get(Value::string(name));
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

bool has_status(const data::Map& message, std::string_view word)
{
    const Value status = message.get(Value::string("status"));
    if (status.is_vector())
        for (const Value& each : status.as_vector())
            if (each.is_string() && each.as_string() == word)
                return true;
    return false;
}

bool is_blank(const std::string& text)
{
    return text.find_first_not_of(" \t\r\n,") == std::string::npos;
}

}  // namespace

bool is_whole(const std::string& text)
{
    data::FormReader reader{text, data::ReadLimits::for_code()};
    while (true) {
        const auto form = reader.next();
        if (!form.ok())
            return !reader.is_unfinished();
        if (!form->has_value())
            return true;
    }
}

Client::Client(io::EventLoop& loop, ClientOptions options)
    : loop_(loop), options_(std::move(options))
{
}

Client::~Client() = default;

Result<void> Client::connect()
{
    std::optional<Failure> failed;
    io::ConnectOptions how;
    how.deadline = connect_within;
    attempt_ = io::connect(loop_,
                           {.host = "", .port = 0, .unix_path = options_.unix_path},
                           how,
                           [&](Result<std::unique_ptr<io::Stream>> stream) {
                               if (stream.ok())
                                   stream_ = std::move(*stream);
                               else
                                   failed = stream.failure();
                           });
    loop_.run_until([&] { return stream_ != nullptr || failed; }, connect_within);
    attempt_.reset();
    if (stream_ == nullptr)
        return failed.value_or(Failure{Code::timeout, "no answer at " + options_.unix_path});
    stream_->start([this](std::string_view bytes) { read(bytes); },
                   [this](const Failure& why) {
                       lost_ = why.message;
                       is_busy_ = false;
                   });
    send(data::make_map({{Value::keyword("op"), Value::string("clone")}}));
    if (!wait_done() || session_.empty())
        return Failure{Code::unreachable, "the server gave no session: " + lost_};
    return {};
}

void Client::send(data::Map message)
{
    message = message.assoc(Value::keyword("id"), Value::string(fmt::format("{}", ++last_id_)));
    if (!session_.empty())
        message = message.assoc(Value::keyword("session"), Value::string(session_));
    is_busy_ = true;
    stream_->write(wire::write_bencode(message));
}

void Client::read(std::string_view bytes)
{
    buffer_ += bytes;
    std::size_t used = 0;
    while (true) {
        const auto message = wire::read_bencode(std::string_view{buffer_}.substr(used));
        if (!message.ok()) {
            lost_ = message.failure().message;
            is_busy_ = false;
            return;
        }
        if (!*message)
            break;
        used += (*message)->size;
        if ((*message)->value.is_map())
            take((*message)->value.as_map());
    }
    buffer_.erase(0, used);
}

void Client::take(const data::Map& message)
{
    if (const std::string made = text_of(message, "new-session"); !made.empty())
        session_ = made;
    if (const std::string out = text_of(message, "out"); !out.empty())
        *options_.out << out << std::flush;
    if (const std::string err = text_of(message, "err"); !err.empty())
        *options_.err << err << std::flush;
    if (message.contains(Value::string("value"))) {
        name_space_ = text_of(message, "ns");
        if (prints_values_)
            *options_.out << text_of(message, "value") << '\n' << std::flush;
    }
    if (const Value found = message.get(Value::string("completions")); found.is_vector()) {
        completions_.clear();
        for (const Value& each : found.as_vector())
            if (each.is_map())
                completions_.push_back(text_of(each.as_map(), "candidate"));
    }
    failed_ = failed_ || has_status(message, "eval-error") || has_status(message, "error");
    if (has_status(message, "interrupted")) {
        failed_ = true;
        *options_.err << "interrupted" << '\n' << std::flush;
    }
    const bool is_ours = text_of(message, "id") == fmt::format("{}", last_id_);
    if (is_ours && has_status(message, "done"))
        is_busy_ = false;
}

bool Client::wait_done()
{
    loop_.run_until([this] { return !is_busy_; }, for_ever);
    return lost_.empty();
}

bool Client::eval(const std::string& code, bool print_values)
{
    failed_ = false;
    prints_values_ = print_values;
    send(data::make_map({{Value::keyword("op"), Value::string("eval")},
                         {Value::keyword("code"), Value::string(code)}}));
    return wait_done() && !failed_;
}

void Client::interrupt()
{
    if (!is_busy_ || session_.empty())
        return;
    // With an id of its own: what is waited for is the evaluation's end.
    stream_->write(wire::write_bencode(
        data::make_map({{Value::keyword("op"), Value::string("interrupt")},
                        {Value::keyword("id"), Value::string("interrupt")},
                        {Value::keyword("session"), Value::string(session_)}})));
    stream_->flush();
}

std::vector<std::string> Client::complete(const std::string& prefix)
{
    completions_.clear();
    send(data::make_map({{Value::keyword("op"), Value::string("completions")},
                         {Value::keyword("prefix"), Value::string(prefix)}}));
    loop_.run_until([this] { return !is_busy_; }, complete_within);
    return completions_;
}

int Client::run()
{
    LineEditor editor{options_.is_terminal, options_.history, [this](const std::string& prefix) {
                          return complete(prefix);
                      }};
    std::string entry;
    bool all_good = true;
    while (true) {
        const std::string prompt =
            entry.empty() ? name_space_ + "=> " : std::string(name_space_.size() + 1, ' ') + ". ";
        const auto line = editor.read(prompt);
        if (!line) {
            if (options_.is_terminal)
                *options_.out << '\n' << std::flush;
            break;
        }
        entry += (entry.empty() ? "" : "\n") + *line;
        if (is_blank(entry)) {
            entry.clear();
            continue;
        }
        if (!is_whole(entry))
            continue;
        editor.remember(entry);
        all_good = eval(std::exchange(entry, {}), true) && all_good;
        if (!lost_.empty()) {
            *options_.err << "error: the server is gone: " << lost_ << '\n' << std::flush;
            return 1;
        }
    }
    if (!is_blank(entry)) {
        *options_.err << "error: expected the rest of a form but the input ended" << '\n'
                      << std::flush;
        all_good = false;
    }
    return all_good || options_.is_terminal ? 0 : 1;
}

}  // namespace reops::repl
