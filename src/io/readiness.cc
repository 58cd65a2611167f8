// SPDX-License-Identifier: Apache-2.0
#include "io/readiness.hh"

#include "io/detail/loop_core.hh"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace asio = boost::asio;

namespace reops::io {

struct Readiness::Watch : std::enable_shared_from_this<Readiness::Watch> {
    Watch(EventLoop& loop, int descriptor_)
        : core(loop.impl()), fd(descriptor_), descriptor(*core.context, fd)
    {
    }

    /// Errors other than the end of the watch count as ready: the read or write will tell. (A
    /// regular file as standard input is "not supported" by epoll and always ready.)
    void arm(bool& armed,
             const std::function<void()>& ready,
             asio::posix::stream_descriptor::wait_type type)
    {
        if (gone || armed)
            return;
        armed = true;
        if (!descriptor.is_open())
            descriptor.assign(fd);
        descriptor.async_wait(
            type,
            [self = shared_from_this(), &armed, &ready](const boost::system::error_code& error) {
                armed = false;
                if (!self->gone && error != asio::error::operation_aborted)
                    self->core.turn(ready);
            });
    }

    EventLoop::Impl& core;
    int fd;
    asio::posix::stream_descriptor descriptor;
    std::function<void()> readable;
    std::function<void()> writable;
    bool reading = false;
    bool writing = false;
    bool gone = false;
};

Readiness::Readiness(EventLoop& loop,
                     int fd,
                     std::function<void()> readable,
                     std::function<void()> writable)
    : watch_(std::make_shared<Watch>(loop, fd))
{
    watch_->readable = std::move(readable);
    watch_->writable = std::move(writable);
}

Readiness::~Readiness()
{
    watch_->gone = true;
    if (watch_->descriptor.is_open())
        watch_->descriptor.release();
}

void Readiness::arm_read()
{
    watch_->arm(watch_->reading, watch_->readable, asio::posix::stream_descriptor::wait_read);
}

// Asio keeps a descriptor in its epoll set, where each packet is an edge that wakes the loop up.
void Readiness::rest()
{
    if (!watch_->reading && !watch_->writing && watch_->descriptor.is_open())
        watch_->descriptor.release();
}

void Readiness::arm_write()
{
    watch_->arm(watch_->writing, watch_->writable, asio::posix::stream_descriptor::wait_write);
}

}  // namespace reops::io
