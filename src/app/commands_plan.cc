// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"
#include "app/control_client.hh"
#include "app/view.hh"

#include <array>

#include <fmt/format.h>

namespace reops::app {

namespace {

std::string after(const View& row, std::string_view key = "after")
{
    return "+" + show_span(row.word(key));
}

void show_looks(const Call& call, const View& view)
{
    for (const View& look : view.list("looks")) {
        std::string text = look.word("text");
        if (look.has("stage"))
            text.insert(0, look.word("stage") + ": ");
        if (look.has("error"))
            text += ": " + look.word("error");
        call.screen.out << fmt::format(
            "{:>10}  {}\n", after(look), call.screen.paint(text, tone_of(look.word("reason"))));
    }
}

std::string about_step(const View& step)
{
    std::string out;
    const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
    if (step.has("message"))
        add(step.word("message"));
    if (step.flag("already_there"))
        add(step.has("now") ? "is " + step.word("now") + " already" : "is so already");
    if (step.has("because"))
        add("because of " + step.word("because"));
    if (step.has("waits_for"))
        add("after " + step.joined("waits_for"));
    return out;
}

void show_steps(const Call& call, const View& view)
{
    for (const View& step : view.list("steps")) {
        const std::string outcome = step.word("outcome");
        std::string end = outcome == "verified" ? "" : call.screen.paint(outcome, tone_of(outcome));
        if (const std::string about = about_step(step); !about.empty())
            end += (end.empty() ? "" : "  ") + call.screen.paint(about, Tone::faint);
        std::string line = fmt::format("{:>10}  {} {}  {}",
                                       after(step, "begins"),
                                       step.word("action"),
                                       step.word("host"),
                                       end);
        while (line.ends_with(' '))
            line.pop_back();
        call.screen.out << line << "\n";
    }
}

void show_messages(const Call& call, const View& view)
{
    for (const View& mail : view.list("mails"))
        call.screen.out << fmt::format("{:>10}  mail \"{}\" to {}{}\n",
                                       after(mail),
                                       mail.word("subject"),
                                       mail.joined("to"),
                                       mail.flag("in_digest") ? ", in the digest" : "");
    for (const View& publish : view.list("publishes"))
        call.screen.out << fmt::format("{:>10}  publish {} {}\n",
                                       after(publish),
                                       publish.word("topic"),
                                       publish.word("payload"));
    for (const View& alert : view.list("alerts"))
        call.screen.out << fmt::format(
            "{:>10}  alert: {}\n", after(alert), call.screen.paint(alert.word("text"), Tone::bad));
}

int show_plan(const Call& call, const data::Value& answer)
{
    const View view{answer};
    call.screen.out << fmt::format("plan of `{}` for {}/{}{}: {}\n",
                                   view.word("flow"),
                                   view.word("event"),
                                   view.word("key"),
                                   view.has("value") ? " " + view.word("value") : "",
                                   view.flag("opens_run") ? "a run is opened" : "no run is opened");
    show_looks(call, view);
    show_steps(call, view);
    show_messages(call, view);
    if (view.has("status"))
        call.screen.out << fmt::format("the run would end: {}\n", view.word("status"));
    if (!view.list("other_flows").empty())
        call.screen.out << "the same event starts: " << view.joined("other_flows") << "\n";
    if (view.flag("cut"))
        call.screen.out << "the plan is cut after an hour\n";
    call.screen.out << "nothing was done\n";
    return exit_status::done;
}

int run_plan(const Call& call)
{
    Question question{.path = "/v1/plan"};
    question.query.emplace_back("flow", call.get("FLOW"));
    if (call.has("VALUE"))
        question.query.emplace_back("value", call.get("VALUE"));
    if (call.has("--key"))
        question.query.emplace_back("key", call.get("--key"));
    return ask_and_show(call, question, show_plan);
}

constexpr std::array<Argument, 2> arguments = {{
    {"FLOW", "its name, as `reops flows` shows it"},
    {"VALUE", "of the event; without it the stages before the first action let it pass", false},
}};

constexpr std::array<Option, 1> options = {{
    {"--key", "KEY", "which stream of the event's name"},
}};

constexpr std::array<Command, 1> table = {{
    {.name = "plan",
     .purpose = Purpose::see,
     .summary = "show what a flow would do, in order, without doing it",
     .example = "reops plan closet-heat 71.4 --key closet",
     .arguments = arguments,
     .options = options,
     .run = run_plan},
}};

}  // namespace

std::span<const Command> plan_commands()
{
    return table;
}

}  // namespace reops::app
