// SPDX-License-Identifier: Apache-2.0
// The checks of `reops doctor` that need the server's own connections: broker, mail, providers.
#include "app/server.hh"

#include <map>
#include <memory>

#include <fmt/format.h>

namespace reops::app {

namespace {

using control::Check;
using control::Health;

/// Collects answers of several parts and hands them over once: when all are there.
class Collected : public std::enable_shared_from_this<Collected> {
public:
    explicit Collected(std::function<void(std::vector<Check>)> done) : done_(std::move(done)) {}
    void expect() { ++open_; }
    void add(Check check)
    {
        checks_.push_back(std::move(check));
        if (--open_ == 0)
            done_(std::move(checks_));
    }

private:
    std::function<void(std::vector<Check>)> done_;
    std::vector<Check> checks_;
    std::size_t open_ = 0;
};

Check broker_check(const mqtt::Client& client, bool managed)
{
    const std::string where = to_string(client.broker());
    if (client.is_connected())
        return {"broker",
                Health::ok,
                fmt::format("connected to {}{}", where, managed ? ", started by reops" : "")};
    return {"broker",
            Health::fail,
            "no connection to " + where,
            managed ? "the log says why mosquitto does not start"
                    : fmt::format("mosquitto_sub -h {} -p {} -t '$SYS/#' -C 1",
                                  client.broker().endpoint.host,
                                  client.broker().endpoint.port)};
}

Check provider_check(const std::string& name,
                     const std::string& system,
                     const Result<providers::SystemStatus>& status)
{
    if (!status.ok())
        return {"provider " + name,
                Health::fail,
                fmt::format("asked for `{}`: {}", system, status.failure().message),
                status.failure().details};
    return {"provider " + name,
            Health::ok,
            fmt::format("answers: `{}` is {}", system, to_string(status->state))};
}

Check mail_check(const SmtpConfig& smtp, const std::string& folder, const engine::Outcome& login)
{
    if (engine::is_success(login.status))
        return {"mail", Health::ok, "logged in to " + smtp.url};
    return {"mail",
            Health::fail,
            login.message,
            "mails wait and are tried again; files of mails given up lie in " + folder + "/failed"};
}

}  // namespace

void Server::run_checks(Duration deadline, std::function<void(std::vector<control::Check>)> done)
{
    const auto collected = std::make_shared<Collected>(std::move(done));
    std::map<std::string, const hosts::System*> by_provider;
    for (const auto& [name, system] : inventory_->systems())
        if (!system.provider.empty())
            by_provider.emplace(system.provider, &system);
    collected->expect();  // the broker
    collected->expect();  // the mail
    for (std::size_t i = 0; i < by_provider.size(); ++i)
        collected->expect();

    for (const auto& [provider, system] : by_provider) {
        auto found = registry_->get(provider);
        if (!found.ok()) {
            collected->add({"provider " + provider, Health::fail, found.failure().message});
            continue;
        }
        (*found)->status(providers::system_ref(*system),
                         deadline,
                         [collected, provider = provider, name = system->name](const auto& status) {
                             collected->add(provider_check(provider, name, status));
                         });
    }
    if (config_.smtp.url.empty())
        collected->add({"mail",
                        Health::fail,
                        "mail goes to files in " + config_.state + "/mail",
                        "put :smtp {:url \"smtp://mail.home:587\" ..} into reops.edn"});
    else
        mail_->check_login(deadline, [this, collected](const engine::Outcome& login) {
            collected->add(mail_check(config_.smtp, config_.state + "/mail", login));
        });
    collected->add(broker_check(sensors_->client(), config_.broker.managed));
}

}  // namespace reops::app
