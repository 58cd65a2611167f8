// SPDX-License-Identifier: Apache-2.0
#include "app/repl_host.hh"

#include "app/version.hh"
#include "io/process.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/task.hh"

#include <future>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::app {

namespace {

constexpr auto look_every = std::chrono::milliseconds(20);  // between two polls of the task

std::string sentence(const FlowChanges& changes)
{
    std::string out;
    if (!changes.armed.empty())
        out += fmt::format("armed {}\n", fmt::join(changes.armed, ", "));
    if (!changes.replaced.empty())
        out += fmt::format("replaced {}\n", fmt::join(changes.replaced, ", "));
    return out;
}

}  // namespace

ReplHost::ReplHost(io::EventLoop& loop, Server& server, FlowLoader& loader)
    : loop_(loop),
      server_(server),
      loader_(loader),
      runs_(server.runtime()),
      steps_(
          [this] {
              return Result<PostedSteps::Place>{{loop_, runs_}};
          },
          fmt::format("uid {}, at the prompt", io::own_uid()),
          [](lang::Task& task) {
              return Progress{ProgressForm::lines, [&task](std::string_view text) {
                                  task.interpreter().print(task, text);
                              }};
          }),
      program_(library::Program::make(facts()))
{
}

library::ProgramFacts ReplHost::facts()
{
    library::ProgramFacts out = loader_.facts();
    out.direct = &steps_;
    return out;
}

ReplHost::~ReplHost()
{
    *alive_ = false;
    nrepl_.reset();
}

Result<std::unique_ptr<ReplHost>> ReplHost::start(io::EventLoop& loop,
                                                  Random& random,
                                                  Log& log,
                                                  Server& server,
                                                  FlowLoader& loader,
                                                  const ReplPlaces& places)
{
    std::unique_ptr<ReplHost> host{new ReplHost(loop, server, loader)};
    auto nrepl = repl::NreplServer::start(
        loop,
        random,
        log,
        host->program_->interpreter(),
        {.unix_path = places.socket,
         .host = places.host,
         .port = places.port,
         .version = std::string{program_version},
         .after_form = [raw = host.get()](lang::Task& task) { raw->arm_declared(task); }});
    if (!nrepl.ok())
        return nrepl.failure();
    host->nrepl_ = std::move(*nrepl);
    host->learn();
    return host;
}

void ReplHost::learn()
{
    loop_.run_blocking(
        [program = program_, files = loader_.good_files()] { program->learn(files); }, [] {});
}

/// On a session's thread. What was declared is armed on the loop's; an interrupt ends the waiting.
void ReplHost::arm_declared(lang::Task& task)
{
    std::vector<ServedFlow> flows;
    for (library::DeclaredFlow& flow : program_->take_declared())
        flows.push_back({.pipeline = std::move(flow.pipeline),
                         .origin = "repl",
                         .source_id = std::move(flow.source_id)});
    if (flows.empty())
        return;
    auto told = std::make_shared<std::promise<Result<FlowChanges>>>();
    auto answer = told->get_future();
    loop_.post([this, alive = alive_, told, flows = std::move(flows)] {
        if (!*alive)
            return;
        auto changes = std::make_shared<FlowChanges>();
        const auto changed = server_.add_flows(
            flows, "repl", [told, changes] { told->set_value(std::move(*changes)); });
        if (changed.ok())
            *changes = *changed;
        else
            told->set_value(changed.failure());
    });
    while (answer.wait_for(look_every) != std::future_status::ready)
        task.poll();
    const Result<FlowChanges> changes = answer.get();
    if (!changes.ok())
        lang::fail(
            lang::errors::illegal_argument, changes.failure().message, changes.failure().details);
    task.interpreter().print(task, sentence(*changes));
}

}  // namespace reops::app
