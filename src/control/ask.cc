// SPDX-License-Identifier: Apache-2.0
#include "control/ask.hh"

#include "base/nearest.hh"
#include "data/json.hh"
#include "data/vector.hh"

#include <charconv>
#include <memory>
#include <utility>

namespace reops::control {

std::string Ask::query(std::string_view word) const
{
    const std::string* found = http.find_query(word);
    return found != nullptr ? *found : std::string{};
}

bool Ask::flag(std::string_view word) const
{
    const std::string value = query(word);
    return value == "true" || value == "1";
}

Result<std::string> Ask::need_text(std::string_view word) const
{
    const data::Value value = body.is_map() ? body.as_map().get(word) : data::Value{};
    if (value.is_string() && !value.as_string().empty())
        return std::string{value.as_string()};
    return Failure{Code::invalid_argument,
                   "expected a JSON object with the text \"" + std::string{word} + "\""};
}

Result<std::size_t> read_limit(const Ask& ask, std::size_t usual, std::size_t most)
{
    const std::string given = ask.query("limit");
    if (given.empty())
        return usual;
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), limit);
    if (error != std::errc{} || end != given.data() + given.size() || limit == 0 || limit > most)
        return Failure{Code::invalid_argument,
                       "limit: expected a number from 1 to " + std::to_string(most) + " but got `" +
                           given + "`"};
    return limit;
}

Failure no_such(std::string_view what,
                std::string_view name,
                const std::vector<std::string>& known,
                std::string_view list_command)
{
    std::string hint = did_you_mean(nearest_words(name, known));
    if (hint.empty())
        hint = list_command;
    return Failure{
        Code::not_found, "no " + std::string{what} + " `" + std::string{name} + "`", hint};
}

data::Value show_time(Time time)
{
    return time == Time{} ? data::Value{} : data::Value::string(to_iso(time, true));
}

data::Value show_time(std::optional<Time> time)
{
    return time ? show_time(*time) : data::Value{};
}

data::Value flag(bool value)
{
    return data::Value::boolean(value);
}

data::Value show_event(engine::Position position, Time at, const engine::Event& event)
{
    const bool live = event.arrival == engine::Arrival::live;
    return make_detail({{"id", text(engine::to_string(position))},
                        {"name", text(event.name)},
                        {"key", text(event.key)},
                        {"value", event.value},
                        {"at", show_time(at)},
                        {"observed", show_time(event.observed)},
                        {"arrival", live ? data::Value{} : text(to_string(event.arrival))},
                        {"origin", text(event.origin)},
                        {"actor", text(event.actor)},
                        {"emitted", event.emitted ? flag(true) : data::Value{}},
                        {"depth", event.depth > 0 ? number(event.depth) : data::Value{}},
                        {"caused_by", text(event.caused_by)}});
}

data::Value show_commas(std::string_view names)
{
    data::VectorBuilder out;
    if (names == "none")  // how the engine writes an empty list
        return out.finish();
    while (!names.empty()) {
        const std::size_t comma = names.find(',');
        std::string_view name = names.substr(0, comma);
        names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
        while (name.starts_with(' '))
            name.remove_prefix(1);
        out.push_back(data::Value::string(name));
    }
    return out.finish();
}

data::Value typed_value(std::string_view typed)
{
    if (auto json = data::read_loose_json(typed); json.ok())
        return *json;
    if (typed == "on" || typed == "off")
        return data::Value::boolean(typed == "on");
    return data::Value::string(typed);
}

namespace {

struct Waiting {
    explicit Waiting(io::EventLoop& loop) : timer(loop) {}
    io::Timer timer;
    Reply reply;

    void answer(Answer answer)
    {
        timer.cancel();
        if (const Reply once = std::exchange(reply, nullptr))
            once(std::move(answer));
    }
};

}  // namespace

Reply with_deadline(io::EventLoop& loop, Duration span, std::string doing, Reply reply)
{
    auto waiting = std::make_shared<Waiting>(loop);
    waiting->reply = std::move(reply);
    waiting->timer.after(
        span, [weak = std::weak_ptr<Waiting>{waiting}, span, doing = std::move(doing)] {
            if (const auto self = weak.lock())
                self->answer(
                    Failure{Code::timeout, doing + ": no answer within " + to_string(span)});
        });
    return [waiting](Answer answer) { waiting->answer(std::move(answer)); };
}

}  // namespace reops::control
