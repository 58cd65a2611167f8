// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/session.hh"

#include "io/system_failure.hh"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <libssh/libssh.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace reops::remote {

namespace {

/// libssh before Debian's update of October 2026 checks the tag of AES-GCM too late.
constexpr const char* ciphers = "chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr";

constexpr std::array<std::string_view, 7> key_types = {"ssh-ed25519",
                                                       "ecdsa-sha2-nistp256",
                                                       "ecdsa-sha2-nistp384",
                                                       "ecdsa-sha2-nistp521",
                                                       "rsa-sha2-512",
                                                       "rsa-sha2-256",
                                                       "sk-ssh-ed25519@openssh.com"};

/// The known types first, so that the server shows a key that we know; then all others, so that a
/// host whose type has changed is told as changed.
std::string algorithms(const std::vector<std::string>& known)
{
    std::vector<std::string> out;
    const auto add = [&](std::string_view type) {
        if (std::find(out.begin(), out.end(), type) == out.end())
            out.emplace_back(type);
    };
    for (const std::string& type : known) {
        if (type == "ssh-rsa") {
            add("rsa-sha2-512");
            add("rsa-sha2-256");
        } else if (std::find(key_types.begin(), key_types.end(), type) != key_types.end()) {
            add(type);
        }
    }
    for (const std::string_view type : key_types)
        if (!type.starts_with("sk-"))
            add(type);
    std::string text;
    for (const std::string& type : out)
        text += (text.empty() ? "" : ",") + type;
    return text;
}

/// libssh makes the socket blocking when it takes it over (its pitfall; also in newer versions).
void keep_nonblocking(int fd)
{
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) == 0)
        ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/// A host that dies is noticed although we only wait for its words.
void watch_peer(int fd)
{
    const auto set = [fd](int level, int name, int value) {
        ::setsockopt(fd, level, name, &value, sizeof value);
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 15);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
}

void acknowledge_at_once(int fd)
{
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

Result<io::UniqueFd> connect_agent(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Failure{Code::invalid_argument, "the path of the SSH agent is too long: " + path};
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    io::UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const timeval patience{2, 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (!fd ||
        ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return io::system_failure(errno, "connecting to the SSH agent " + path);
    return fd;
}

}  // namespace

Result<std::shared_ptr<Session>> Session::make(io::UniqueFd socket,
                                               const Route& route,
                                               const std::vector<std::string>& known_types)
{
    std::shared_ptr<Session> made{new Session};
    made->fd_ = std::move(socket);
    made->session_ = ssh_new();
    made->event_ = ssh_event_new();
    // libssh closes its descriptor when it likes; the one that is waited on must stay ours
    int given = ::fcntl(made->fd_.get(), F_DUPFD_CLOEXEC, 3);
    if (made->session_ == nullptr || made->event_ == nullptr || given < 0)
        return io::system_failure(errno, "making an SSH session");
    ssh_session session = made->session_;
    const bool off = false;
    const int on = 1;
    const unsigned port = route.port;
    const std::string types = algorithms(known_types);
    const std::array<std::pair<ssh_options_e, const void*>, 10> options = {{
        {SSH_OPTIONS_PROCESS_CONFIG, &off},
        {SSH_OPTIONS_HOST, route.host_name.c_str()},
        {SSH_OPTIONS_PORT, &port},
        {SSH_OPTIONS_USER, route.user.c_str()},
        {SSH_OPTIONS_KNOWNHOSTS, "/dev/null"},
        {SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null"},
        {SSH_OPTIONS_HOSTKEYS, types.c_str()},
        {SSH_OPTIONS_CIPHERS_C_S, ciphers},
        {SSH_OPTIONS_CIPHERS_S_C, ciphers},
        {SSH_OPTIONS_NODELAY, &on},
    }};
    for (const auto& [option, value] : options)
        if (ssh_options_set(session, option, value) != SSH_OK) {
            ::close(given);
            return Failure{Code::internal,
                           fmt::format("libssh refuses an option: {}", ssh_get_error(session))};
        }
    if (ssh_options_set(session, SSH_OPTIONS_FD, &given) != SSH_OK)
        return Failure{Code::internal, "libssh refuses the socket"};
    ssh_set_blocking(session, 0);
    watch_peer(made->fd_.get());
    return made;
}

Session::~Session()
{
    if (is_listening_)
        ssh_event_remove_session(event_, session_);
    if (event_ != nullptr)
        ssh_event_free(event_);
    if (session_ != nullptr)
        ssh_free(session_);
}

Stepped Session::handshake()
{
    acknowledge_at_once(fd());
    const int rc = ssh_connect(session_);
    keep_nonblocking(fd());
    if (rc == SSH_AGAIN)
        return Stepped::again;
    return rc == SSH_OK ? Stepped::done : Stepped::failed;
}

bool Session::has_banner() const
{
    return ssh_get_serverbanner(session_) != nullptr;
}

Result<HostKey> Session::host_key() const
{
    ssh_key key = nullptr;
    if (ssh_get_server_publickey(session_, &key) != SSH_OK)
        return Failure{Code::unreachable, "the host shows no key"};
    const std::unique_ptr<ssh_key_struct, decltype(&ssh_key_free)> held{key, ssh_key_free};
    char* text = nullptr;
    if (ssh_pki_export_pubkey_base64(key, &text) != SSH_OK)
        return Failure{Code::unreachable, "the host's key cannot be read"};
    HostKey out;
    out.type = ssh_key_type_to_char(ssh_key_type(key));
    out.blob = text;
    ssh_string_free_char(text);
    out.fingerprint = fingerprint_of(out.blob);
    return out;
}

Stepped Session::listen()
{
    if (!is_listening_ && ssh_event_add_session(event_, session_) != SSH_OK)
        return Stepped::failed;
    is_listening_ = true;
    return Stepped::done;
}

Stepped Session::poll()
{
    acknowledge_at_once(fd());
    if (ssh_event_dopoll(event_, 0) == SSH_ERROR || ssh_is_connected(session_) == 0)
        return Stepped::failed;
    return Stepped::again;
}

bool Session::wants_write() const
{
    return (ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0;
}

bool Session::is_hung_up() const
{
    char byte = 0;
    const ssize_t got = ::recv(fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

std::string Session::trouble() const
{
    const char* text = ssh_get_error(session_);
    return text == nullptr || *text == '\0' ? "the connection was closed" : text;
}

std::string Session::other_ways() const
{
    constexpr std::array<std::pair<int, std::string_view>, 5> ways = {
        {{SSH_AUTH_METHOD_PUBLICKEY, "publickey"},
         {SSH_AUTH_METHOD_PASSWORD, "password"},
         {SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
         {SSH_AUTH_METHOD_HOSTBASED, "hostbased"},
         {SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"}}};
    const int known = ssh_userauth_list(session_, nullptr);
    std::string out;
    for (const auto& [bit, name] : ways)
        if ((known & bit) != 0)
            out += (out.empty() ? "" : ",") + std::string{name};
    return out;
}

Stepped Session::login_by_agent(const std::string& socket, Duration within)
{
    const Stepped how = ask_agent(socket, within);
    agent_fd_ = -1;
    return how;
}

Stepped Session::ask_agent(const std::string& socket, Duration within)
{
    auto agent = connect_agent(socket);
    if (!agent.ok())
        return Stepped::refused;
    // a hung agent is waited for without end inside libssh; give_up() shuts this descriptor down
    agent_fd_ = agent->get();
    if (given_up_)
        return Stepped::failed;
    ssh_set_agent_socket(session_, agent->release());
    const int step = 50;
    for (Duration waited{}; waited < within && !given_up_;) {
        const int rc = ssh_userauth_agent(session_, nullptr);
        if (given_up_)
            break;
        if (rc != SSH_AUTH_AGAIN) {
            if (rc == SSH_AUTH_SUCCESS)
                return Stepped::done;
            return rc == SSH_AUTH_DENIED ? Stepped::refused : Stepped::failed;
        }
        pollfd one{fd(), static_cast<short>(wants_write() ? POLLIN | POLLOUT : POLLIN), 0};
        if (::poll(&one, 1, step) == 0)
            waited += milliseconds(step);
    }
    return Stepped::failed;
}

void Session::give_up()
{
    given_up_ = true;
    if (const int agent = agent_fd_.load(); agent >= 0)
        ::shutdown(agent, SHUT_RDWR);
    ::shutdown(fd(), SHUT_RDWR);
}

}  // namespace reops::remote
