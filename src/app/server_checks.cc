// SPDX-License-Identifier: Apache-2.0
// The checks of `reops doctor` that need the server's own connections: broker, mail, providers.
#include "app/host_checks.hh"
#include "app/server.hh"

#include <map>
#include <memory>
#include <utility>

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
    void add(Check check) { add(std::vector<Check>{std::move(check)}); }
    void add(std::vector<Check> checks)
    {
        for (Check& check : checks)
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
    std::vector<const hosts::System*> physical;
    for (const auto& [name, system] : inventory_->systems()) {
        if (system.provider == "physical")
            physical.push_back(&system);
        else if (!system.provider.empty())
            by_provider.emplace(system.provider, &system);
    }
    collected->expect();  // the broker
    collected->expect();  // the mail
    for (std::size_t i = 0; i < by_provider.size() + physical.size(); ++i)
        collected->expect();

    for (const hosts::System* system : physical)
        check_host(*remote_, *registry_, *system, deadline / 2, [collected](auto checks) {
            collected->add(std::move(checks));
        });

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

/// Hosts that are silent take as long as the phases of SSH: what is not there at the deadline is
/// left out.
void Server::check_hosts(
    const std::vector<std::string>& hosts,
    Duration deadline,
    std::function<void(std::map<std::string, std::vector<control::Check>>)> done)
{
    struct Looked {
        std::map<std::string, std::vector<Check>> checks;
        std::function<void(std::map<std::string, std::vector<Check>>)> done;
        std::size_t open = 0;
        std::unique_ptr<io::Timer> patience;
        void end()
        {
            if (const auto told = std::exchange(done, nullptr))
                told(std::move(checks));
        }
        void take(const std::string& name, std::vector<Check> found)
        {
            if (done)
                checks[name] = std::move(found);
            if (--open == 0)
                end();
        }
    };
    const auto looked = std::make_shared<Looked>();
    looked->done = std::move(done);
    looked->open = hosts.size() + 1;
    looked->patience = std::make_unique<io::Timer>(parts_.loop);
    looked->patience->after(deadline, [weak = std::weak_ptr{looked}] {
        if (const auto alive = weak.lock())
            alive->end();
    });
    for (const std::string& host : hosts)
        check_host(*remote_,
                   *registry_,
                   system_or_name(*inventory_, host),
                   deadline / 2,
                   [looked, host](auto checks) { looked->take(host, std::move(checks)); });
    if (config_.smtp.url.empty())
        return looked->take(
            "", {{"mail", Health::fail, "goes to files in " + config_.state + "/mail"}});
    mail_->check_login(deadline / 2, [this, looked](const engine::Outcome& login) {
        looked->take("", {mail_check(config_.smtp, config_.state + "/mail", login)});
    });
}

}  // namespace reops::app
