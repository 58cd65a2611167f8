// SPDX-License-Identifier: Apache-2.0
#include "app/config.hh"

#include "app/config_form.hh"
#include "app/config_tags.hh"
#include "app/zone.hh"
#include "data/edn.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

namespace reops::app {

namespace {

using data::Form;

// --- :broker

void read_port(ConfigErrors& errors, const Form& form, std::string_view text, std::uint16_t& port)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0)
        expected(errors, form, "a port from 1 to 65535 in the broker's address");
}

/// mqtt://user:password@host:1883, mqtts://host
void read_broker_url(ConfigErrors& errors, const Form& form, BrokerConfig& broker)
{
    // A login in the address makes all of it a secret: #secret is allowed around it.
    std::string_view url = form.value.is_secret()   ? form.value.reveal()
                           : form.value.is_string() ? form.value.as_string()
                                                    : std::string_view{};
    broker.managed = false;
    broker.tls = url.starts_with("mqtts://");
    if (!broker.tls && !url.starts_with("mqtt://")) {
        expected(errors, form, ":managed or an address such as \"mqtt://host:1883\"");
        return;
    }
    url.remove_prefix(broker.tls ? 8 : 7);
    if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
        const std::string_view who = url.substr(0, at);
        const std::size_t colon = who.find(':');
        broker.user = who.substr(0, colon);
        if (colon != std::string_view::npos)
            broker.password = data::Value::secret(who.substr(colon + 1));
        url.remove_prefix(at + 1);
    }
    while (url.ends_with('/'))
        url.remove_suffix(1);
    const std::size_t colon = url.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && url.find(']', colon) == std::string_view::npos;
    broker.host = url.substr(0, has_port ? colon : url.size());
    broker.port = broker.tls ? 8883 : 1883;
    if (has_port)
        read_port(errors, form, url.substr(colon + 1), broker.port);
    if (broker.host.empty())
        expected(errors, form, "a host in the broker's address");
}

constexpr std::array<ConfigField<BrokerUser>, 3> user_fields = {{
    {"password",
     "#secret",
     [](auto& e, const Form& f, auto& t) { t.password = read_secret(e, f); }},
    {"write",
     "topics that it may publish to",
     [](auto& e, const Form& f, auto& t) { t.write = read_words(e, f); }},
    {"read",
     "topics that it may subscribe to",
     [](auto& e, const Form& f, auto& t) { t.read = read_words(e, f); }},
}};

/// {"kitchen" {:password #secret #env KITCHEN}}
void read_users(ConfigErrors& errors, const Form& tagged, BrokerConfig& broker)
{
    const Form& form = untagged(tagged);
    if (!form.value.is_map()) {
        expected(errors, form, "a map such as {\"kitchen\" {:password #secret #env KITCHEN}}");
        return;
    }
    for (std::size_t i = 0; i + 1 < form.children.size(); i += 2) {
        BrokerUser user;
        user.name = read_text(errors, form.children[i]);
        user.write = {"sensors/" + user.name + "/#"};
        read_fields<BrokerUser>(
            errors, form.children[i + 1], user_fields, "`:broker :users`", user);
        if (user.password.is_nil())
            errors.add(form.children[i + 1],
                       "the broker user \"" + user.name + "\" has no password",
                       ":password #secret #env KITCHEN_PASSWORD");
        broker.users.push_back(std::move(user));
    }
}

constexpr std::array<ConfigField<BrokerConfig>, 10> broker_fields = {{
    {"url", "mqtt:// or mqtts:// address", read_broker_url},
    {"ca",
     "file with the authority of mqtts",
     [](auto& e, const Form& f, auto& t) { t.ca = read_text(e, f); }},
    {"cert",
     "client certificate",
     [](auto& e, const Form& f, auto& t) { t.cert = read_text(e, f); }},
    {"key",
     "key of the client certificate",
     [](auto& e, const Form& f, auto& t) { t.key = read_text(e, f); }},
    {"user",
     "name to log in with",
     [](auto& e, const Form& f, auto& t) { t.user = read_text(e, f); }},
    {"password",
     "#secret",
     [](auto& e, const Form& f, auto& t) { t.password = read_secret(e, f); }},
    {"protocol",
     "\"5\" (falls back) or \"3.1.1\"",
     [](auto& e, const Form& f, auto& t) {
         t.protocol = read_text(e, f);
         if (t.protocol != "5" && t.protocol != "3.1.1")
             expected(e, f, "\"5\" or \"3.1.1\"");
     }},
    {"port",
     "of the managed broker",
     [](auto& e, const Form& f, auto& t) {
         t.port = static_cast<std::uint16_t>(read_count(e, f, 65535));
     }},
    {"listen",
     "address of the managed broker; beyond this machine it requires users",
     [](auto& e, const Form& f, auto& t) { t.listen = read_text(e, f); }},
    {"users", "who may log in to the managed broker", read_users},
}};

void read_broker(ConfigErrors& errors, const Form& form, Config& config)
{
    if (form.value.is_keyword("managed"))
        config.broker = BrokerConfig{};
    else if (form.value.is_map())
        read_fields<BrokerConfig>(errors, form, broker_fields, "`:broker`", config.broker);
    else
        read_broker_url(errors, form, config.broker);
}

// --- :sensors

void read_range(ConfigErrors& errors, const Form& form, sources::SensorMapping& mapping)
{
    const Form& pair = untagged(form);
    if (!pair.value.is_vector() || pair.children.size() != 2) {
        expected(errors, form, "a range such as [-20 90]");
        return;
    }
    mapping.range = {read_number(errors, pair.children[0]), read_number(errors, pair.children[1])};
    if (mapping.range->first > mapping.range->second)
        expected(errors, form, "a range with the smaller number first");
}

constexpr std::array<ConfigField<sources::SensorMapping>, 9> sensor_fields = {{
    {"topic",
     "MQTT filter; each + gives a part of the key",
     [](auto& e, const Form& f, auto& t) { t.topic = read_text(e, f); }},
    {"path",
     "keys to the value inside JSON",
     [](auto& e, const Form& f, auto& t) { t.path = read_words(e, f); }},
    {"time-path",
     "keys to the reading's own time",
     [](auto& e, const Form& f, auto& t) { t.time_path = read_words(e, f); }},
    {"scale", "factor", [](auto& e, const Form& f, auto& t) { t.scale = read_number(e, f); }},
    {"unit", "for people", [](auto& e, const Form& f, auto& t) { t.unit = read_word(e, f); }},
    {"range", "what is plausible", read_range},
    {"max-step",
     "largest plausible jump",
     [](auto& e, const Form& f, auto& t) { t.max_step = read_number(e, f); }},
    {"retained",
     "retained readings start runs",
     [](auto& e, const Form& f, auto& t) { t.retained = read_flag(e, f); }},
    {"qos",
     "0, 1 or 2",
     [](auto& e, const Form& f, auto& t) { t.qos = static_cast<int>(read_count(e, f, 2)); }},
}};

void read_sensors(ConfigErrors& errors, const Form& tagged, Config& config)
{
    const Form& form = untagged(tagged);
    if (!form.value.is_map()) {
        expected(errors, form, "a map such as {:temperature {:range [-20 90]}}");
        return;
    }
    for (std::size_t i = 0; i + 1 < form.children.size(); i += 2) {
        const std::string event{sources::canonical_event(read_word(errors, form.children[i]))};
        sources::SensorMapping mapping = sources::default_mapping(event);
        read_fields<sources::SensorMapping>(
            errors, form.children[i + 1], sensor_fields, "`:sensors :" + event + "`", mapping);
        config.sensors[event] = std::move(mapping);
    }
}

// --- the others

/// The part of a map that a message speaks of: the key whose text it quotes, deepest first.
const Form& part_named(const Form& tagged, std::string_view message)
{
    const Form& form = untagged(tagged);
    if (!form.value.is_map())
        return form;
    for (std::size_t i = 0; i + 1 < form.children.size(); i += 2) {
        const Form& key = form.children[i];
        const std::string printed = data::print(key.value);
        const std::string quoted =
            key.value.is_string() ? "`" + std::string{key.value.as_string()} + "`" : printed;
        if (message.find(printed) == std::string_view::npos &&
            message.find(quoted) == std::string_view::npos)
            continue;
        const Form& inner = part_named(form.children[i + 1], message);
        return &inner == &untagged(form.children[i + 1]) ? key : inner;
    }
    return form;
}

void refuse_systems(ConfigErrors& errors, const Form& form, const Failure& why)
{
    errors.add(part_named(form, why.message), why.message, why.details);
}

void read_systems_form(ConfigErrors& errors, const Form& form, Config& config)
{
    auto systems = hosts::read_systems(form.value);
    if (!systems.ok())
        return refuse_systems(errors, form, systems.failure());
    if (const auto whole = hosts::Inventory::make(*systems, 1); !whole.ok())
        return refuse_systems(errors, form, whole.failure());
    config.systems = std::move(*systems);
}

constexpr std::array<ConfigField<MailConfig>, 2> mail_fields = {{
    {"from", "sender", [](auto& e, const Form& f, auto& t) { t.from = read_text(e, f); }},
    {"to",
     "one address or a vector",
     [](auto& e, const Form& f, auto& t) { t.to = read_words(e, f); }},
}};

constexpr std::array<ConfigField<SmtpConfig>, 5> smtp_fields = {{
    {"url",
     "smtp://host:587 or smtps://host",
     [](auto& e, const Form& f, auto& t) { t.url = read_text(e, f); }},
    {"user",
     "name to log in with",
     [](auto& e, const Form& f, auto& t) { t.user = read_text(e, f); }},
    {"password",
     "#secret",
     [](auto& e, const Form& f, auto& t) { t.password = read_secret(e, f); }},
    {"ca",
     "file with the server's authority",
     [](auto& e, const Form& f, auto& t) { t.ca = read_text(e, f); }},
    {"tls",
     ":required :optional :none :implicit",
     [](auto& e, const Form& f, auto& t) {
         t.tls = read_word(e, f);
         if (t.tls != "required" && t.tls != "optional" && t.tls != "none" && t.tls != "implicit")
             expected(e, f, ":required, :optional, :none or :implicit");
     }},
}};

constexpr std::array<ConfigField<JournalConfig>, 3> journal_fields = {{
    {"segment-size",
     "of one file",
     [](auto& e, const Form& f, auto& t) { t.segment_bytes = read_size(e, f); }},
    {"keep-size",
     "of all files",
     [](auto& e, const Form& f, auto& t) { t.keep_bytes = read_size(e, f); }},
    {"keep-for",
     "how long history is kept",
     [](auto& e, const Form& f, auto& t) { t.keep_for = read_span(e, f); }},
}};

constexpr std::array<ConfigField<Config>, 1> alert_fields = {{
    {"email",
     "true: the mail's addresses; or other ones",
     [](auto& e, const Form& f, Config& t) {
         if (f.value != data::Value::boolean(true))
             t.alert_to = read_words(e, f);
     }},
}};

/// {:email true}, or addresses.
void read_alerts(ConfigErrors& errors, const Form& form, Config& config)
{
    if (form.value.is_map())
        read_fields<Config>(errors, form, alert_fields, "`:alerts`", config);
    else
        config.alert_to = read_words(errors, form);
}

constexpr std::array<ConfigField<LimitsConfig>, 2> limits_fields = {{
    {"hosts",
     "how many at most",
     [](auto& e, const Form& f, auto& t) {
         t.hosts = static_cast<std::uint32_t>(read_count(e, f, 100'000));
     }},
    {"share",
     "of all systems, from 20 systems up",
     [](auto& e, const Form& f, auto& t) {
         t.share = read_number(e, f);
         if (t.share < 0 || t.share > 1)
             expected(e, f, "a share from 0 to 1");
     }},
}};

constexpr std::array<ConfigField<SshConfig>, 5> ssh_fields = {{
    {"user",
     "name to log in with",
     [](auto& e, const Form& f, auto& t) { t.user = read_text(e, f); }},
    {"key",
     "file of the private key",
     [](auto& e, const Form& f, auto& t) { t.key = read_text(e, f); }},
    {"port",
     "of sshd",
     [](auto& e, const Form& f, auto& t) {
         t.port = static_cast<std::uint16_t>(read_count(e, f, 65535));
     }},
    {"known-hosts",
     ":strict or :accept-new",
     [](auto& e, const Form& f, auto& t) {
         t.known_hosts = read_word(e, f);
         if (t.known_hosts != "strict" && t.known_hosts != "accept-new")
             expected(e, f, ":strict or :accept-new");
     }},
    {"config",
     "a file instead of ~/.ssh/config",
     [](auto& e, const Form& f, auto& t) { t.config = read_text(e, f); }},
}};

void read_zone(ConfigErrors& errors, const Form& form, Config& config)
{
    config.zone = read_text(errors, form);
    if (const auto known = utc_offset(config.zone, Time{}); !known.ok())
        errors.add(form, known.failure().message, known.failure().details);
}

void read_durable(ConfigErrors& errors, const Form& form, Config& config)
{
    const std::string word = read_word(errors, form);
    config.durable_power = word == "power";
    if (word != "power" && word != "process")
        expected(errors, form, ":power or :process");
}

void read_reload(ConfigErrors& errors, const Form& form, Config& config)
{
    const std::string word = read_word(errors, form);
    config.reload_by_itself = word == "automatic";
    if (word != "automatic" && word != "manual")
        expected(errors, form, ":automatic or :manual");
}

constexpr std::array<ConfigField<Config>, 17> fields = {{
    {"state",
     "folder of journal, history and mails",
     [](auto& e, const Form& f, Config& t) { t.state = read_text(e, f); }},
    {"zone", "time zone of schedules and shown times", read_zone},
    {"socket",
     "path of the control socket",
     [](auto& e, const Form& f, Config& t) { t.socket = read_text(e, f); }},
    {"broker", ":managed, an address, or a map", read_broker},
    {"sensors", "how messages become events", read_sensors},
    {"systems", "the inventory", read_systems_form},
    {"email",
     "from and to: `to-from` in flows",
     [](auto& e, const Form& f, Config& t) {
         read_fields<MailConfig>(e, f, mail_fields, "`:email`", t.email);
     }},
    {"smtp",
     "the mail server; without it mails become files",
     [](auto& e, const Form& f, Config& t) {
         read_fields<SmtpConfig>(e, f, smtp_fields, "`:smtp`", t.smtp);
     }},
    {"alerts", "who hears about reops itself: {:email true}, or addresses", read_alerts},
    {"limits",
     "how many hosts a rule may touch",
     [](auto& e, const Form& f, Config& t) {
         read_fields<LimitsConfig>(e, f, limits_fields, "`:limits`", t.limits);
     }},
    {"ssh",
     "how hosts are reached",
     [](auto& e, const Form& f, Config& t) {
         read_fields<SshConfig>(e, f, ssh_fields, "`:ssh`", t.ssh);
     }},
    {"durable", ":power (fdatasync each commit) or :process", read_durable},
    {"reload", "flow files that change: :automatic, or :manual (reops reload)", read_reload},
    {"commit-window",
     "least time between commits at low rates",
     [](auto& e, const Form& f, Config& t) { t.commit_window = read_span(e, f); }},
    {"workers",
     "threads that filter events",
     [](auto& e, const Form& f, Config& t) {
         t.workers = static_cast<std::uint32_t>(read_count(e, f, 64));
     }},
    {"journal",
     "sizes and ages",
     [](auto& e, const Form& f, Config& t) {
         read_fields<JournalConfig>(e, f, journal_fields, "`:journal`", t.journal);
     }},
    {"sim",
     "folder of the simulated machines",
     [](auto& e, const Form& f, Config& t) { t.sim_folder = read_text(e, f); }},
}};

std::string env_or(const Surroundings& surroundings,
                   const std::string& name,
                   const std::string& fallback)
{
    const auto found = surroundings.environment.find(name);
    return found == surroundings.environment.end() || found->second.empty() ? fallback
                                                                            : found->second;
}

void set_defaults(Config& config, const Surroundings& surroundings)
{
    const std::string home = env_or(surroundings, "HOME", "/");
    const std::string states = env_or(surroundings, "XDG_STATE_HOME", home + "/.local/state");
    const std::string given = env_or(surroundings, "STATE_DIRECTORY", states + "/reops");
    if (config.state.empty())
        config.state = given;
    if (config.socket.empty())
        config.socket = config.state + "/control.sock";
    if (config.sim_folder.empty())
        config.sim_folder = config.state + "-sim";
    if (config.alert_to.empty())
        config.alert_to = config.email.to;
    if (config.email.from.empty())
        config.email.from = "reops@localhost";
    config.home = home;
    config.agent_socket = env_or(surroundings, "SSH_AUTH_SOCK", "");
    if (config.ssh.key.starts_with("~/"))
        config.ssh.key = home + config.ssh.key.substr(1);
}

std::string find_config(const Surroundings& surroundings)
{
    const std::string home = env_or(surroundings, "HOME", "/");
    const std::string folder = env_or(surroundings, "XDG_CONFIG_HOME", home + "/.config");
    for (const std::string& path : {std::string{"reops.edn"},
                                    folder + "/reops/reops.edn",
                                    std::string{"/etc/reops/reops.edn"}})
        if (std::filesystem::exists(path))
            return path;
    return {};
}

Failure refuse(const data::ReadError& error, std::string_view text, const std::string& path)
{
    return Failure{Code::invalid_argument, data::report(error, hide_secrets(text), path)};
}

/// The reader names what it stumbled over, and that may be a secret.
Failure refuse_form(data::ReadError error, std::string_view text, const std::string& path)
{
    const std::string shown = hide_secrets(text);
    const std::size_t offset = std::min(error.span.offset, text.size());
    const std::size_t length = std::min(error.span.length, text.size() - offset);
    const bool is_hidden = text.substr(offset, length) != shown.substr(offset, length);
    if (is_hidden && !error.message.starts_with("no tag"))
        error.message = "expected a string, or #secret with one";
    return refuse(error, text, path);
}

/// Relative paths in a configuration begin at its folder.
std::string beside(const std::string& folder, const std::string& path)
{
    return path.empty() || path.starts_with('/') ? path : folder + "/" + path;
}

}  // namespace

Result<Config> read_config(std::string_view text,
                           const std::string& path,
                           const Surroundings& surroundings)
{
    const std::string folder = std::filesystem::absolute(path).parent_path().string();
    data::ReadError error;
    auto form = data::read_edn_form(
        text, data::ReadLimits::for_code(), config_tags({surroundings, folder, text}), &error);
    if (!form.ok())
        return refuse_form(std::move(error), text, path);
    Config config;
    config.path = path;
    ConfigErrors errors;
    read_fields<Config>(errors, *form, fields, "the configuration", config);
    if (errors.first())
        return refuse(*errors.first(), text, path);
    for (std::string* one : {&config.state,
                             &config.socket,
                             &config.sim_folder,
                             &config.broker.ca,
                             &config.broker.cert,
                             &config.broker.key,
                             &config.smtp.ca,
                             &config.ssh.config})
        *one = beside(folder, *one);
    if (!config.ssh.key.starts_with("~/"))
        config.ssh.key = beside(folder, config.ssh.key);
    set_defaults(config, surroundings);
    return config;
}

Result<Config> load_config(const std::string& path, const Surroundings& surroundings)
{
    const std::string found = path.empty() ? find_config(surroundings) : path;
    if (found.empty()) {
        Config config;
        set_defaults(config, surroundings);
        return config;
    }
    auto text = read_trusted_file(found);
    if (!text.ok())
        return text.failure();
    return read_config(*text, found, surroundings);
}

std::vector<ConfigWord> config_words()
{
    std::vector<ConfigWord> out;
    out.reserve(fields.size());
    for (const auto& field : fields)
        out.push_back({field.key, field.about});
    return out;
}

}  // namespace reops::app
