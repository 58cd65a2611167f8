// SPDX-License-Identifier: Apache-2.0
#include "app/reloader.hh"

#include "engine/detail.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::app {

namespace {

constexpr Duration quiet = milliseconds(300);  // an editor writes a file in several steps
constexpr const char* cause = "flow-files";

data::Value show(const FlowChanges& changes)
{
    return engine::make_detail({{"armed", engine::texts(changes.armed)},
                                {"replaced", engine::texts(changes.replaced)},
                                {"disarmed", engine::texts(changes.disarmed)},
                                {"unchanged", engine::texts(changes.unchanged)}});
}

std::string sentence(const FlowChanges& changes)
{
    std::vector<std::string> parts;
    const auto add = [&](const char* word, const std::vector<std::string>& names) {
        if (!names.empty())
            parts.push_back(fmt::format("{} {}", word, fmt::join(names, ", ")));
    };
    add("armed", changes.armed);
    add("replaced", changes.replaced);
    add("disarmed", changes.disarmed);
    return parts.empty() ? "flow files read again: no flow changed"
                         : fmt::format("flow files read again: {}", fmt::join(parts, "; "));
}

/// Of a report the sentence and its place, on one line: "no event :x (closet.clj:2:6)".
std::string in_one_line(const std::string& report)
{
    const std::string mark = "error: ";
    const std::size_t begin = report.find(mark);
    if (begin == std::string::npos)
        return report;
    const std::size_t end = report.find('\n', begin);
    std::string sentence = report.substr(begin + mark.size(), end - begin - mark.size());
    const std::string at = "\n  at ";
    const std::size_t place = report.find(at, begin);
    if (place == std::string::npos)
        return sentence;
    const std::size_t from = place + at.size();
    return fmt::format("{} ({})", sentence, report.substr(from, report.find('\n', from) - from));
}

}  // namespace

Reloader::Reloader(io::EventLoop& loop, Log& log, Server& server, LoadFlows load)
    : loop_(loop), log_(log), server_(server), load_(std::move(load))
{
}

Reloader::~Reloader()
{
    *alive_ = false;
}

Result<void> Reloader::watch(const std::string& folder)
{
    auto watch =
        io::TreeWatch::make(loop_, folder, quiet, [this] { reload("flow files", nullptr); });
    if (!watch.ok())
        return watch.failure();
    watch_ = std::move(*watch);
    return {};
}

void Reloader::reload(const std::string& actor, std::function<void(Result<data::Value>)> done)
{
    waiting_.push_back({actor, std::move(done)});
    if (!is_loading_)
        begin();
}

void Reloader::begin()
{
    is_loading_ = true;
    served_ = std::exchange(waiting_, {});
    auto result = std::make_shared<Result<std::vector<ServedFlow>>>(
        Failure{Code::cancelled, "the flow files were not read"});
    const bool taken = loop_.run_blocking([load = load_, result] { *result = load(); },
                                          [this, result, alive = alive_] {
                                              if (*alive)
                                                  loaded(*result);
                                          });
    if (!taken)
        loop_.post([this, alive = alive_] {
            if (*alive)
                loaded(Failure{Code::conflict, "too much work waits; try again"});
        });
}

void Reloader::loaded(const Result<std::vector<ServedFlow>>& flows)
{
    is_loading_ = false;
    std::vector<Request> requests = std::exchange(served_, {});
    if (!flows.ok()) {
        answer(requests, flows.failure());
        return;
    }
    // Shared: the function must be copyable, and the commit may come after us.
    auto waiting = std::make_shared<std::vector<Request>>(std::move(requests));
    auto value = std::make_shared<data::Value>();
    const std::string actor = waiting->empty() ? "reload" : waiting->front().actor;
    const auto changes =
        server_.change_flows(*flows, actor, [this, waiting, value, alive = alive_] {
            if (*alive)
                answer(*waiting, *value);
        });
    if (!changes.ok()) {
        answer(*waiting, changes.failure());
        return;
    }
    *value = show(*changes);
    log_.info("flows", sentence(*changes));
    if (reloaded_)
        reloaded_();
}

void Reloader::answer(const std::vector<Request>& requests, const Result<data::Value>& answer)
{
    report(answer);
    for (const Request& request : requests)
        if (request.done)
            request.done(answer);
    if (!waiting_.empty() && !is_loading_)
        begin();
}

/// Files that do not load are an alert until they do: the flows of before stay armed meanwhile.
void Reloader::report(const Result<data::Value>& answer)
{
    if (answer.ok()) {
        if (!last_trouble_.empty())
            server_.runtime().trouble(cause, "the flow files are good again", true);
        last_trouble_.clear();
        return;
    }
    const Failure& why = answer.failure();
    if (why.message == last_trouble_)
        return;
    last_trouble_ = why.message;
    const std::string told = in_one_line(why.message) + "; the flows of before stay armed";
    log_.error("flows", told);
    server_.runtime().trouble(cause, told, false);
}

}  // namespace reops::app
