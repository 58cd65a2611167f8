// SPDX-License-Identifier: Apache-2.0
#include "mqtt/managed_broker.hh"

#include "io/files.hh"
#include "io/process.hh"
#include "io/stream.hh"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace reops::mqtt {

namespace {

constexpr std::string_view where = "broker";
constexpr Duration lasting = seconds(10);
constexpr Duration ready_patience = seconds(2);
constexpr std::size_t longest_line = 4096;
/// Below the range that the kernel gives to outgoing connections (32768 and up), so that nobody
/// sits on the remembered port by accident.
constexpr std::uint16_t first_port = 18'830;
constexpr std::uint16_t last_port = 18'929;
/// Debian keeps it where a plain user's PATH does not look.
constexpr const char* usual_program = "/usr/sbin/mosquitto";

Result<std::uint16_t> read_port(const std::string& path)
{
    auto text = io::read_file(path, 64);
    if (!text)
        return text.failure();
    std::uint16_t port = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), port);
    if (read.ec != std::errc{} || port == 0)
        return Failure{Code::not_found, fmt::format("`{}` holds no port", path)};
    return port;
}

std::string make_password(Random& random)
{
    return fmt::format("{:016x}{:016x}", random.next(), random.next());
}

Failure ending_of(io::ExitStatus status, std::string_view last_error)
{
    std::string message = status.signal != 0
                              ? fmt::format("mosquitto was ended by signal {}", status.signal)
                              : fmt::format("mosquitto ended with status {}", status.code);
    if (!last_error.empty())
        message += fmt::format(": {}", last_error);
    return {Code::unreachable, std::move(message)};
}

}  // namespace

ManagedBroker::ManagedBroker(io::EventLoop& loop,
                             Random& random,
                             Log& log,
                             ManagedBrokerOptions options,
                             ManagedBrokerHandler& handler)
    : loop_(loop),
      log_(log),
      random_(random),
      options_(std::move(options)),
      handler_(handler),
      backoff_(random, options_.first_retry, options_.longest_retry),
      timer_(loop),
      steady_(loop)
{
}

ManagedBroker::~ManagedBroker() = default;

std::string ManagedBroker::file(std::string_view name) const
{
    return options_.config.folder + '/' + std::string{name};
}

Result<void> ManagedBroker::start()
{
    is_stopping_ = false;
    is_hashed_ = false;
    options_.config.as_root = io::own_uid() == 0;
    if (options_.program.empty())
        options_.program = ::access(usual_program, X_OK) == 0 ? usual_program : "mosquitto";
    if (auto prepared = prepare(); !prepared)
        return prepared.failure().while_("preparing the managed broker");
    return begin();
}

Result<void> ManagedBroker::prepare()
{
    BrokerConfig& config = options_.config;
    if (auto checked = check_broker_config(config); !checked)
        return checked;
    if (auto made = io::make_private_directory(config.folder); !made)
        return made;
    if (config.port == 0) {
        if (auto chosen = choose_port(); !chosen)
            return chosen;
    }
    const bool listens_everywhere = config.address == "0.0.0.0" || config.address == "::";
    address_.endpoint.host = listens_everywhere ? "127.0.0.1" : config.address;
    address_.endpoint.port = config.port;
    return write_files();
}

Result<void> ManagedBroker::choose_port()
{
    BrokerConfig& config = options_.config;
    if (const auto remembered = read_port(file(broker_file::port))) {
        config.port = *remembered;
        return {};
    }
    for (std::uint16_t port = first_port; port <= last_port; ++port) {
        io::Endpoint at;
        at.host = config.address;
        at.port = port;
        auto listener = io::listen(loop_, at, [](std::unique_ptr<io::Stream>) {});
        if (!listener && listener.failure().code != Code::conflict)
            return listener.failure();
        if (!listener)
            continue;
        config.port = port;
        return io::write_file_atomically(file(broker_file::port), fmt::format("{}\n", port));
    }
    return Failure{
        Code::conflict,
        fmt::format("no port from {} to {} is free on {}", first_port, last_port, config.address)};
}

Result<void> ManagedBroker::write_files()
{
    const BrokerConfig& config = options_.config;
    if (auto written = io::write_file_atomically(file(broker_file::conf), broker_conf_text(config));
        !written)
        return written;
    if (config.users.empty())
        return {};
    address_.user = own_broker_user;
    address_.password = make_password(random_);
    if (auto written =
            io::write_file_atomically(file(broker_file::acl), broker_acl_text(config.users));
        !written)
        return written;
    return io::write_file_atomically(file(broker_file::passwords),
                                     broker_passwords_text(config.users, address_.password));
}

Result<void> ManagedBroker::begin()
{
    return options_.config.users.empty() || is_hashed_ ? launch() : hash_passwords();
}

// mosquitto_passwd replaces the passwords in the file by hashes; as arguments every user of the
// machine could read them.
Result<void> ManagedBroker::hash_passwords()
{
    io::SpawnOptions spawn;
    spawn.argv = {"mosquitto_passwd", "-U", file(broker_file::passwords)};
    if (auto spawned = spawn_child(spawn); !spawned)
        return spawned;
    child_->start(
        {},
        [this](std::string_view bytes) { read_log(bytes); },
        [this](io::ExitStatus status) { hashed(status); });
    return {};
}

void ManagedBroker::hashed(io::ExitStatus status)
{
    child_.reset();
    if (is_stopping_)
        return finish_stop();
    if (status.code != 0)
        return down(
            {Code::internal,
             fmt::format("mosquitto_passwd ended with status {}: {}", status.code, last_error_)});
    is_hashed_ = true;
    if (auto launched = launch(); !launched)
        down(launched.failure());
}

Result<void> ManagedBroker::launch()
{
    io::SpawnOptions spawn;
    spawn.argv = {options_.program, "-c", file(broker_file::conf)};
    spawn.directory = options_.config.folder;
    if (auto spawned = spawn_child(spawn); !spawned)
        return spawned;
    ++starts_;
    // It says when it is ready; should another version say it in other words, time will do.
    timer_.after(ready_patience, [this] { became_ready(); });
    child_->start(
        {},
        [this](std::string_view bytes) { read_log(bytes); },
        [this](io::ExitStatus status) { ended(status); });
    return {};
}

Result<void> ManagedBroker::spawn_child(const io::SpawnOptions& spawn)
{
    partial_line_.clear();
    last_error_.clear();
    auto child = io::spawn(loop_, spawn);
    if (!child) {
        Failure why = child.failure().while_("starting the managed broker");
        if (why.code == Code::not_found)
            why.details = "try: apt-get install mosquitto";
        return why;
    }
    child_ = std::move(*child);
    return {};
}

void ManagedBroker::read_log(std::string_view bytes)
{
    partial_line_ += bytes.substr(0, longest_line);
    std::size_t end = 0;
    while ((end = partial_line_.find('\n')) != std::string::npos) {
        const std::string line = partial_line_.substr(0, end);
        partial_line_.erase(0, end + 1);
        log_line(line);
    }
    if (partial_line_.size() > longest_line)
        partial_line_.clear();
}

void ManagedBroker::log_line(std::string_view line)
{
    if (line.starts_with("Error")) {
        log_.warning(where, line);
        if (last_error_.empty())
            last_error_ = line;
        return;
    }
    log_.debug(where, line);
    if (line.starts_with("mosquitto version") && line.ends_with(" running"))
        became_ready();
}

void ManagedBroker::became_ready()
{
    if (is_stopping_ || std::exchange(is_ready_, true))
        return;
    timer_.cancel();
    steady_.after(lasting, [this] { backoff_.reset(); });
    log_.info(where, fmt::format("mosquitto runs on {}, process {}", to_string(address_), pid()));
    handler_.on_broker_ready();
}

void ManagedBroker::ended(io::ExitStatus status)
{
    child_.reset();
    is_ready_ = false;
    timer_.cancel();
    steady_.cancel();
    if (is_stopping_)
        return finish_stop();
    if (last_error_.find("database") != std::string::npos)
        set_damaged_database_aside();
    down(ending_of(status, last_error_));
}

// What it cannot read it refuses to start with, for ever. Retained messages and sessions in it are
// lost for the broker, not for who wants to look at the file.
void ManagedBroker::set_damaged_database_aside()
{
    const std::string from = file(broker_file::database);
    const std::string to = from + ".damaged";
    if (std::rename(from.c_str(), to.c_str()) == 0)
        log_.error(
            where,
            fmt::format("mosquitto cannot read its database; it is kept as `{}`, and the broker "
                        "starts without retained messages and sessions",
                        to));
}

void ManagedBroker::down(const Failure& why)
{
    const Duration wait = backoff_.next();
    log_.warning(where,
                 fmt::format("{}, starting it again in {}",
                             why.message,
                             reops::to_string(Duration{std::chrono::round<milliseconds>(wait)})));
    timer_.after(wait, [this] {
        if (auto begun = begin(); !begun)
            down(begun.failure());
    });
    handler_.on_broker_down(why, wait);
}

void ManagedBroker::stop(std::function<void()> stopped)
{
    is_stopping_ = true;
    stopped_ = stopped ? std::move(stopped) : [] {};
    timer_.cancel();
    steady_.cancel();
    if (!child_)
        return finish_stop();
    child_->kill(SIGTERM);
    timer_.after(options_.stop_patience, [this] {
        log_.warning(where, "mosquitto does not end by itself; it is killed");
        child_->kill(SIGKILL);
    });
}

void ManagedBroker::finish_stop()
{
    timer_.cancel();
    is_ready_ = false;
    if (stopped_)
        loop_.post(std::exchange(stopped_, nullptr));
}

}  // namespace reops::mqtt
