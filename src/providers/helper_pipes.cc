// SPDX-License-Identifier: Apache-2.0
#include "providers/helper_pipes.hh"

#include <array>
#include <cerrno>

#include <unistd.h>

namespace reops::providers {

void HelperOutput::write(std::string_view line)
{
    const std::lock_guard<std::mutex> guard{writing_};
    while (!line.empty()) {
        const ssize_t count = ::write(fd_, line.data(), line.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return;
        line.remove_prefix(static_cast<std::size_t>(count));
    }
}

HelperInput::HelperInput(int fd,
                         HelperOutput& output,
                         std::function<void(HelperRequest)> on_request)
    : fd_(fd),
      output_(output),
      on_request_(std::move(on_request)),
      lines_(
          max_helper_line,
          [this](std::string_view line) { on_line(line); },
          [this](std::size_t) { too_long_ = true; })
{
}

bool HelperInput::read()
{
    std::array<char, 64 * 1024> block;  // NOLINT: read() fills it
    const ssize_t count = ::read(fd_, block.data(), block.size());
    if (count < 0)
        return errno == EINTR || errno == EAGAIN;
    if (count == 0)
        return false;
    lines_.feed({block.data(), static_cast<std::size_t>(count)});
    return !too_long_;
}

void HelperInput::on_line(std::string_view line)
{
    std::uint64_t id = 0;
    auto request = parse_request(line, id);
    if (request)
        on_request_(std::move(request).value());
    else
        output_.answer(id, request.failure());
}

}  // namespace reops::providers
