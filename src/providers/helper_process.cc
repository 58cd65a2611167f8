// SPDX-License-Identifier: Apache-2.0
#include "providers/helper_process.hh"

#include <csignal>
#include <utility>

#include <fmt/format.h>

namespace reops::providers {

namespace {

constexpr Duration hello_within = seconds(10);
constexpr std::size_t longest_error_line = 4096;

std::string describe_end(const io::ExitStatus& status)
{
    if (status.signal != 0)
        return fmt::format("ended by signal {}", status.signal);
    return fmt::format("ended with status {}", status.code);
}

}  // namespace

HelperProcess::HelperProcess(io::EventLoop& loop, Log& log, std::string name, Listener listener)
    : log_(log),
      name_(std::move(name)),
      listener_(std::move(listener)),
      hello_timer_(loop),
      lines_(
          max_helper_line,
          [this](std::string_view line) { on_line(line); },
          [this](std::size_t size) {
              end({Code::unreachable,
                   fmt::format(
                       "wrote a line of {} bytes, the limit is {}", size, max_helper_line)});
          }),
      error_lines_(longest_error_line, [this](std::string_view line) { on_error_line(line); })
{
}

Result<std::unique_ptr<HelperProcess>> HelperProcess::start(io::EventLoop& loop,
                                                            Log& log,
                                                            const std::string& name,
                                                            const std::vector<std::string>& argv,
                                                            Listener listener)
{
    io::SpawnOptions options;
    options.argv = argv;
    auto child = io::spawn(loop, options);
    if (!child)
        return child.failure();
    std::unique_ptr<HelperProcess> helper{new HelperProcess(loop, log, name, std::move(listener))};
    helper->child_ = std::move(child).value();
    HelperProcess* self = helper.get();
    helper->child_->start([self](std::string_view bytes) { self->lines_.feed(bytes); },
                          [self](std::string_view bytes) { self->error_lines_.feed(bytes); },
                          [self](io::ExitStatus status) {
                              std::string why = describe_end(status);
                              if (!self->last_error_line_.empty())
                                  why += fmt::format(" ({})", self->last_error_line_);
                              self->end({Code::unreachable, std::move(why)});
                          });
    helper->hello_timer_.after(hello_within, [self] {
        self->end({Code::unreachable,
                   fmt::format("said no hello within {}", reops::to_string(hello_within))});
    });
    return helper;
}

void HelperProcess::kill()
{
    ended_ = true;
    hello_timer_.cancel();
    child_->kill(SIGKILL);
}

void HelperProcess::end(Failure why)
{
    if (ended_)
        return;
    kill();
    listener_.on_end(std::move(why));
}

void HelperProcess::on_line(std::string_view line)
{
    if (ended_)
        return;  // the rest of a block whose first line was the end
    auto message = parse_message(line);
    if (!message)
        return end(
            {Code::unreachable, fmt::format("broke the protocol: {}", message.failure().message)});
    const auto* hello = std::get_if<Hello>(&*message);
    if (hello == nullptr) {
        if (!greeted_)
            return end({Code::unreachable, "did not begin with a hello"});
        return listener_.on_message(std::move(message).value());
    }
    if (greeted_)
        return end({Code::unreachable, "said hello twice"});
    if (hello->protocol != helper_protocol)
        return end(
            {Code::unsupported,
             fmt::format(
                 "speaks protocol {}, this reops speaks {}", hello->protocol, helper_protocol)});
    greeted_ = true;
    hello_timer_.cancel();
    listener_.on_hello(*hello);
}

void HelperProcess::on_error_line(std::string_view line)
{
    last_error_line_ = line;
    log_.warning(name_, line);
}

}  // namespace reops::providers
