// SPDX-License-Identifier: Apache-2.0
#include "app/demo.hh"

#include "app/demo_server.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "io/process.hh"
#include "io/system_clock.hh"

#include <array>
#include <cstdio>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace reops::app {

namespace {

constexpr std::array<std::string_view, 5> climbing = {"66.8", "68.3", "69.7", "71.4", "72.6"};
constexpr std::array<std::string_view, 3> falling = {"70.9", "69.2", "66.5"};

/// What the demo says, on one screen.
class Story {
public:
    explicit Story(bool colours) : colours_(colours) {}

    void heading(std::string_view line) const { say(fmt::format("\n{}\n", paint("1", line))); }
    void line(std::string_view text) const { say(fmt::format("  {}\n", text)); }
    void command(std::string_view text) const
    {
        say(fmt::format("\n{} {}\n", paint("2", "$"), paint("1", text)));
    }
    void reading(std::string_view clock, std::string_view value, bool hot, std::string_view more)
    {
        say(fmt::format("  {}  {:>5} {}  {}\n",
                        clock,
                        hot ? paint("31", value) : std::string{value},
                        bar(value),
                        more));
    }
    void news(std::string_view clock, std::string_view text) const
    {
        say(fmt::format("  {}        {}\n", clock, text));
    }
    std::string paint(std::string_view code, std::string_view text) const
    {
        return colours_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string{text};
    }
    static void say(std::string_view text)
    {
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    }

private:
    /// One mark per half degree above 65.
    static std::string bar(std::string_view value)
    {
        const double degrees = std::strtod(std::string{value}.c_str(), nullptr);
        const int marks = std::max(0, static_cast<int>((degrees - 65) * 2));
        return fmt::format("{:<16}", std::string(static_cast<std::size_t>(marks), '#'));
    }

    bool colours_;
};

std::string text_at(const data::Value& map, std::string_view key)
{
    if (!map.is_map())
        return {};
    const data::Value value = map.as_map().get(key);
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

/// Tells each host's end once, as the server's answers show it.
class Watcher {
public:
    Watcher(DemoServer& server, Story& story) : server_(server), story_(story) {}

    /// True when the run is closed and its mail was written.
    bool look()
    {
        const auto run = server_.ask("/v1/runs/r-1");
        if (!run.ok())
            return false;
        if (!is_open_told_) {
            story_.news(server_.clock_text(), story_.paint("1", "run r-1 began: stop the closet"));
            is_open_told_ = true;
        }
        for (const data::Value& host : items(*run, "outcomes"))
            tell(host);
        return text_at(run->as_map().get("run"), "status") != "open" && server_.has_mail();
    }
    std::size_t hosts_done() const { return told_.size(); }

private:
    static std::vector<data::Value> items(const data::Value& map, std::string_view key)
    {
        std::vector<data::Value> out;
        const data::Value list = map.is_map() ? map.as_map().get(key) : data::Value{};
        if (list.is_vector())
            for (const data::Value& item : list.as_vector())
                out.push_back(item);
        return out;
    }
    void tell(const data::Value& host)
    {
        const std::string name = text_at(host, "host");
        const std::string outcome = text_at(host, "outcome");
        if (outcome.empty() || !told_.insert(name).second)
            return;
        const std::string because = name == "big-iron" ? ", after its guests" : "";
        story_.news(server_.clock_text(),
                    fmt::format("{:<9} off, {}{}", name, story_.paint("32", outcome), because));
    }

    DemoServer& server_;
    Story& story_;
    std::set<std::string> told_;
    bool is_open_told_ = false;
};

class Demo {
public:
    Demo(const DemoOptions& options, DemoServer& server)
        : program_(options.program),
          pause_(options.quick ? milliseconds(150) : milliseconds(700)),
          server_(server),
          story_(options.colours),
          watcher_(server_, story_)
    {
    }

    Result<void> run()
    {
        introduce();
        if (auto started = server_.start(); !started.ok())
            return started;
        story_.line(
            fmt::format("server   pid {}, listening on {}", server_.pid(), server_.socket()));
        story_.line(fmt::format("broker   mosquitto at {}, started by reops", server_.broker()));
        story_.heading("The room gets warm");
        if (auto climbed = climb(); !climbed.ok())
            return climbed;
        story_.heading("And cools down again");
        for (const std::string_view value : falling)
            if (auto sent = send(value, value > "70" ? "over 70" : ""); !sent.ok())
                return sent;
        return explain();
    }

private:
    void introduce()
    {
        story_.heading("reops demo: a closet that gets hot");
        story_.line("foo and bar are guests of the hypervisor big-iron; all three are simulated.");
        if (!program_.empty())
            return story_.line("The flow is built into " + program_ + ".");
        story_.line("The flow is a file, flows/closet.clj:");
        Story::say("\n");
        std::string_view rest = DemoServer::flow_text();
        for (std::size_t end = 0; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1))
            story_.line(fmt::format("    {}", rest.substr(0, end)));
        Story::say("\n");
    }
    Result<void> climb()
    {
        for (const std::string_view value : climbing)
            if (auto sent = send(value, value > "70" ? "over 70" : ""); !sent.ok())
                return sent;
        return server_.wait(
            "the closet to be stopped", seconds(30), [this] { return watcher_.look(); });
    }
    Result<void> send(std::string_view value, std::string_view more)
    {
        story_.reading(server_.clock_text(), value, value > "70", more);
        if (auto sent = server_.publish("sensors/closet/temperature", value); !sent.ok())
            return sent;
        server_.let_pass(pause_, [this] { watcher_.look(); });
        return {};
    }
    Result<void> explain()
    {
        for (const auto& words : {std::vector<std::string>{"runs"},
                                  std::vector<std::string>{"why", "r-1"},
                                  std::vector<std::string>{"why-not", "temperature"}}) {
            std::string line = "reops";
            for (const std::string& word : words)
                line += " " + word;
            story_.command(line);
            if (auto shown = server_.show(words); !shown.ok())
                return shown;
        }
        story_.command("cat " + server_.mail_name());
        Story::say(server_.mail_text());
        if (watcher_.hosts_done() != 3)
            return Failure{
                Code::internal,
                fmt::format("expected 3 hosts to be off but {} are", watcher_.hosts_done())};
        return {};
    }

    std::string program_;
    Duration pause_;
    DemoServer& server_;
    Story story_;
    Watcher watcher_;
};

}  // namespace

int demo(const DemoOptions& options)
{
    const io::SystemClock clock;
    io::EventLoop loop;
    DemoServer server{loop, clock, options.program, options.keep};
    Demo story{options, server};
    const auto told = story.run();
    const auto stopped = server.stop();
    if (!told.ok() || !stopped.ok()) {
        const Failure& why = told.ok() ? stopped.failure() : told.failure();
        fmt::print(stderr, "error: {}\n{}", why.message, server.log_tail());
        if (!why.details.empty())
            fmt::print(stderr, "  hint: {}\n", why.details);
        return 1;
    }
    fmt::print("\nThat was all simulated, except the broker and the program. README.md goes on.\n");
    return 0;
}

}  // namespace reops::app
