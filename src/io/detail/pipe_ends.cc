// SPDX-License-Identifier: Apache-2.0
#include "io/detail/pipe_ends.hh"

#include "io/stream.hh"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <unistd.h>

namespace reops::io {

namespace {

constexpr int reads_per_turn = 4;
/// What a pipe can hold at most; a grandchild that goes on writing must not hold us.
constexpr int reads_at_end = 16;

}  // namespace

void PipeReader::start(std::weak_ptr<void> owner,
                       std::function<void(std::string_view)> on_data,
                       std::function<void()> on_end)
{
    on_data_ = std::move(on_data);
    on_end_ = std::move(on_end);
    ready_ = std::make_unique<Readiness>(loop_, fd_.get(), [this, owner = std::move(owner)] {
        if (const auto held = owner.lock())
            readable();
    });
    ready_->arm_read();
}

PipeReader::Got PipeReader::read_once()
{
    const std::span<char> buffer = loop_.impl().read_buffer();
    ssize_t count = 0;
    do
        count = ::read(fd_.get(), buffer.data(), buffer.size());
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? Got::nothing : Got::end;
    if (count == 0)
        return Got::end;
    if (on_data_)
        on_data_({buffer.data(), static_cast<std::size_t>(count)});
    return Got::piece;
}

void PipeReader::readable()
{
    for (int i = 0; i < reads_per_turn && fd_; ++i) {
        const Got got = read_once();
        if (got == Got::nothing)
            break;
        if (got == Got::end) {
            close();
            on_end_();
            return;
        }
    }
    if (ready_)
        ready_->arm_read();
}

void PipeReader::drain_and_close()
{
    for (int i = 0; i < reads_at_end && fd_ && read_once() == Got::piece; ++i) {
    }
    close();
}

void PipeReader::close()
{
    ready_.reset();
    fd_.reset();
}

bool PipeWriter::write(std::string_view bytes)
{
    if (!fd_ || closing_)
        return false;
    if (bytes.size() > default_max_unsent - std::min(default_max_unsent, queue_.size()))
        return false;
    queue_.append(bytes);
    send_some();
    return true;
}

void PipeWriter::send_some()
{
    while (fd_ && !queue_.is_empty()) {
        const std::string_view bytes = queue_.front();
        const ssize_t sent = ::write(fd_.get(), bytes.data(), bytes.size());
        if (sent >= 0) {
            queue_.pop(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!ready_)
                ready_ =
                    std::make_unique<Readiness>(loop_, fd_.get(), nullptr, [this] { send_some(); });
            ready_->arm_write();
            return;
        } else if (errno != EINTR) {
            close();
        }
    }
    if (closing_)
        close();
}

void PipeWriter::close_when_empty()
{
    closing_ = true;
    send_some();
}

void PipeWriter::close()
{
    ready_.reset();
    fd_.reset();
    queue_.clear();
}

}  // namespace reops::io
