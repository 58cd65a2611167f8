// SPDX-License-Identifier: Apache-2.0
#include "io/stream.hh"

#include "io/detail/channel.hh"

#include <fcntl.h>

namespace reops::io {

namespace {

class ChannelStream final : public Stream {
public:
    explicit ChannelStream(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
    ~ChannelStream() override { channel_->abandon(); }
    ChannelStream(const ChannelStream&) = delete;
    ChannelStream& operator=(const ChannelStream&) = delete;

    void start(std::function<void(std::string_view)> on_data,
               std::function<void(const Failure&)> on_close) override
    {
        channel_->start(std::move(on_data), std::move(on_close));
    }
    bool write(std::string_view bytes) override { return channel_->write(bytes); }
    void flush() override { channel_->flush(); }
    void on_drained(std::function<void()> drained) override
    {
        channel_->on_drained(std::move(drained));
    }
    std::size_t unsent() const override { return channel_->unsent(); }
    void pause_reading(bool paused) override { channel_->pause_reading(paused); }
    void close() override { channel_->close(); }
    std::optional<Peer> peer() const override { return channel_->peer(); }
    std::string peer_name() const override { return channel_->name(); }

private:
    std::shared_ptr<Channel> channel_;
};

void make_non_blocking(int fd)
{
    const int flags = ::fcntl(fd, F_GETFL);
    ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

}  // namespace

std::unique_ptr<Stream> make_stream(std::shared_ptr<Channel> channel)
{
    return std::make_unique<ChannelStream>(std::move(channel));
}

std::unique_ptr<Stream> adopt(EventLoop& loop, int read_fd, int write_fd, const std::string& name)
{
    ChannelEnds ends;
    ends.read.reset(read_fd);
    if (write_fd != read_fd)
        ends.write.reset(write_fd);
    ends.is_socket = false;
    ends.name = name;
    make_non_blocking(read_fd);
    make_non_blocking(write_fd);
    auto channel = std::make_shared<Channel>(loop, std::move(ends), default_max_unsent);
    channel->attach();
    return make_stream(std::move(channel));
}

}  // namespace reops::io
