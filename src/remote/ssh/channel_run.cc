// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/channel_run.hh"

#include <algorithm>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

namespace reops::remote {

namespace {

constexpr std::size_t longest_signal = 32;
constexpr std::size_t largest_piece = 32UL * 1024;

}  // namespace

struct ChannelRun::Callbacks {
    ssh_channel_callbacks_struct table{};

    explicit Callbacks(ChannelRun* run)
    {
        table.userdata = run;
        table.channel_data_function = on_data;
        table.channel_exit_status_function = on_exit;
        table.channel_exit_signal_function = on_signal;
        table.channel_close_function = on_close;
        table.size = sizeof table;
    }

    static ChannelRun& of(void* user) { return *static_cast<ChannelRun*>(user); }

    static int on_data(
        ssh_session, ssh_channel, void* data, std::uint32_t size, int is_error, void* user)
    {
        of(user).take({static_cast<const char*>(data), size}, is_error != 0);
        return static_cast<int>(size);
    }
    static void on_exit(ssh_session, ssh_channel, int status, void* user)
    {
        of(user).exit_code_ = status;
    }
    // NOLINTNEXTLINE(readability-function-size): libssh says what it is called with
    static void on_signal(
        ssh_session, ssh_channel, const char* signal, int, const char*, const char*, void* user)
    {
        of(user).signal_ =
            signal == nullptr ? "unknown" : std::string{signal}.substr(0, longest_signal);
    }
    static void on_close(ssh_session, ssh_channel, void* user) { of(user).is_closed_ = true; }
};

ChannelRun::ChannelRun(std::shared_ptr<Session> session, const Order& order)
    : session_(std::move(session)),
      line_(order.line),
      most_(order.most_output),
      live_(order.live),
      channel_(ssh_channel_new(session_->raw())),
      callbacks_(std::make_unique<Callbacks>(this))
{
    if (channel_ != nullptr)
        ssh_set_channel_callbacks(channel_, &callbacks_->table);
}

ChannelRun::~ChannelRun()
{
    if (channel_ == nullptr)
        return;
    ssh_remove_channel_callbacks(channel_, &callbacks_->table);
    if (ssh_is_connected(session_->raw()) != 0 && is_open_)
        ssh_channel_close(channel_);
    ssh_channel_free(channel_);
}

Stepped ChannelRun::begin()
{
    if (channel_ == nullptr)
        return Stepped::failed;
    if (!is_open_) {
        const int rc = ssh_channel_open_session(channel_);
        if (rc == SSH_AGAIN)
            return Stepped::again;
        if (rc != SSH_OK)
            return ssh_is_connected(session_->raw()) != 0 ? Stepped::refused : Stepped::failed;
        is_open_ = true;
    }
    is_asked_ = true;
    const int rc = ssh_channel_request_exec(channel_, line_.c_str());
    if (rc == SSH_AGAIN)
        return Stepped::again;
    if (rc != SSH_OK && ssh_is_connected(session_->raw()) == 0)
        return Stepped::failed;
    if (rc != SSH_OK) {
        is_asked_ = false;
        return Stepped::refused;
    }
    ssh_channel_send_eof(channel_);  // else whoever reads its standard input waits for ever
    return Stepped::done;
}

void ChannelRun::take(std::string_view bytes, bool is_error)
{
    std::string& into = is_error ? err_ : out_;
    const std::size_t room = most_ - std::min(most_, into.size());
    into += bytes.substr(0, room);
    is_cut_ = is_cut_ || bytes.size() > room;
}

void ChannelRun::signal(const char* name)
{
    if (channel_ != nullptr && ssh_is_connected(session_->raw()) != 0)
        ssh_channel_request_send_signal(channel_, name);
}

void ChannelRun::tell()
{
    if (!live_)
        return;
    const auto hand_over = [this](const std::string& all, std::size_t& told, bool is_error) {
        while (told < all.size()) {
            const std::string_view piece = std::string_view{all}.substr(told, largest_piece);
            told += piece.size();
            live_(piece, is_error);
        }
    };
    hand_over(out_, told_out_, false);
    hand_over(err_, told_err_, true);
}

Ran ChannelRun::result() const
{
    Ran ran;
    ran.out = out_;
    ran.err = err_;
    ran.is_cut = is_cut_;
    ran.signal = signal_;
    if (!signal_.empty()) {
        ran.end = End::signalled;
    } else if (exit_code_) {
        ran.exit_code = *exit_code_;
    } else {
        ran.end = End::lost;
        ran.trouble = "it ended without an exit status";
    }
    return ran;
}

}  // namespace reops::remote
