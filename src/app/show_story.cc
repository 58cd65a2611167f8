// SPDX-License-Identifier: Apache-2.0
#include "app/show_story.hh"

#include "app/view.hh"

#include <algorithm>

#include <fmt/format.h>

namespace reops::app {

namespace {

/// Lines with a time in front, or without one where it is the same moment.
class Story {
public:
    Story(const Call& call, const Times& times) : call_(call), times_(times) {}

    void line(std::optional<Time> at, const std::string& text)
    {
        const std::string moment = times_.moment(at);
        const std::string shown = moment == last_ ? "" : moment;
        if (!moment.empty())
            last_ = moment;
        width_ = std::max(width_, moment.size());
        call_.screen.out << fmt::format("{:<{}}  {}\n", shown, width_, text);
    }
    void below(const std::string& text) { line(std::nullopt, text); }
    std::string paint(std::string_view text, Tone tone) const
    {
        return call_.screen.paint(text, tone);
    }
    std::string word(const std::string& outcome, std::size_t width = 0) const
    {
        const std::string padded = fmt::format("{:<{}}", outcome, width);
        return paint(padded, tone_of(outcome));
    }

private:
    const Call& call_;
    const Times& times_;
    std::string last_;
    std::size_t width_ = 8;
};

void tell_event(Story& story, const View& answer)
{
    const View opening = answer.at("opening");
    if (opening.has("typed")) {
        story.line(opening.time("at"),
                   fmt::format("{}, typed by {}",
                               story.paint(opening.word("typed"), Tone::strong),
                               opening.word("by")));
        return;
    }
    if (!opening.has("event")) {
        story.below(opening.word("gone"));
        return;
    }
    const View event = opening.at("event");
    std::string from = event.word("origin").empty() ? "" : ", from " + event.word("origin");
    if (event.has("actor"))
        from += ", by " + event.word("actor");
    story.line(event.time("at"),
               fmt::format("{} {}/{}  ({}{})",
                           story.paint(event.word("value"), Tone::strong),
                           event.word("name"),
                           event.word("key"),
                           event.word("id"),
                           from));
    if (event.has("observed") && event.time("observed") != event.time("at"))
        story.below("its own time is " + event.word("observed"));
}

void tell_stages(Story& story, const View& answer)
{
    std::vector<View> values = answer.at("opening").at("trace").list("values");
    std::size_t next = 0;
    for (const View& stage : answer.list("stages")) {
        if (stage.word("state") != "passed")
            continue;
        std::string text = stage.word("text") + " " + story.word("passed");
        // Only `map` replaces the value; the values stand in the order of its stages.
        if (stage.word("name") == "map" && next < values.size())
            text += ": the value is now " + values[next++].word();
        story.below(text);
    }
}

void tell_opening(Story& story, const View& answer)
{
    const View run = answer.at("run");
    const std::string kind = run.flag("repeat") ? "repeat run" : "run";
    story.line(run.time("opened"), kind + " " + run.word("id") + " opened");
}

std::string about_host(const View& outcome)
{
    std::string out;
    const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
    if (outcome.has("message"))
        add(outcome.word("message"));
    else if (outcome.has("changed") && !outcome.flag("changed") &&
             outcome.word("outcome") == "verified")
        add("was so already");
    if (outcome.flag("hard"))
        add("switched off hard");
    if (outcome.has("because"))
        add("because of " + outcome.word("because"));
    if (outcome.at("evidence").has("state"))
        add("seen " + outcome.at("evidence").word("state"));
    return out;
}

/// The widest text under a key, so that columns line up.
std::size_t widest(const std::vector<View>& rows, std::string_view key)
{
    std::size_t width = 0;
    for (const View& row : rows)
        width = std::max(width, columns_of(row.word(key)));
    return width;
}

void tell_hosts(Story& story, const View& answer)
{
    const std::vector<View> outcomes = answer.list("outcomes");
    const std::size_t host_width = widest(outcomes, "host");
    const std::size_t outcome_width = widest(outcomes, "outcome");
    for (const View& each : outcomes) {
        const std::string about = about_host(each);
        const std::string took = each.word("took") == "0s" ? "" : show_span(each.word("took"));
        std::string text = fmt::format("{} {:<{}}  {}  {:>8}",
                                       each.word("action"),
                                       each.word("host"),
                                       host_width,
                                       story.word(each.word("outcome"), outcome_width),
                                       took);
        if (!about.empty())
            text += "  " + story.paint(about, Tone::faint);
        while (text.ends_with(' '))
            text.pop_back();
        story.line(each.time("at"), text);
    }
    for (const View& each : answer.list("pending")) {
        std::string text =
            fmt::format("{} {}  {}", each.word("action"), each.word("host"), each.word("state"));
        if (each.has("waits_for"))
            text += ": " + each.joined("waits_for");
        story.below(story.paint(text, Tone::doubtful));
    }
}

void tell_messages(Story& story, const View& answer)
{
    for (const View& each : answer.list("told")) {
        const std::string kind = each.word("kind") == "email" ? "mail" : each.word("kind");
        std::string text = kind;
        if (each.has("subject"))
            text += fmt::format(" \"{}\"", each.word("subject"));
        if (each.has("to"))
            text += " to " + each.joined("to");
        text += ": " + story.word(each.word("state"));
        if (each.has("message"))
            text += " (" + each.word("message") + ")";
        story.line(each.time("at"), text);
    }
}

void tell_end(Story& story, const View& answer)
{
    const View run = answer.at("run");
    if (!run.has("closed")) {
        story.below("the run is " + story.word("open"));
        return;
    }
    std::string text = "run closed: " + story.word(run.word("status"));
    if (run.has("took"))
        text += " after " + show_span(run.word("took"));
    if (run.has("error"))
        text += ": " + run.word("error");
    story.line(run.time("closed"), text);
}

void tell_notes(Story& story, const View& answer)
{
    for (const View& note : answer.list("notes")) {
        std::string text = note.word("kind");
        for (const std::string_view key : {"host", "effect", "detail"})
            if (note.has(key))
                text += " " + note.word(key);
        story.line(note.time("at"), text);
    }
}

}  // namespace

int show_story(const Call& call, const data::Value& answer)
{
    const View view{answer};
    const Times times{call, view};
    const View run = view.at("run");
    const std::string status = run.word("status");
    call.screen.out << fmt::format("{}  {}  {}\n\n",
                                   call.screen.paint(run.word("id"), Tone::strong),
                                   run.word("flow"),
                                   call.screen.paint(status, tone_of(status)));
    Story story{call, times};
    tell_event(story, view);
    tell_stages(story, view);
    tell_opening(story, view);
    tell_hosts(story, view);
    tell_end(story, view);
    tell_messages(story, view);
    if (call.has("--trace")) {
        call.screen.out << "\n" << call.screen.paint("history", Tone::faint) << "\n";
        Story trace{call, times};
        tell_notes(trace, view);
    }
    return exit_status::done;
}

}  // namespace reops::app
