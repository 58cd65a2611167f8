// SPDX-License-Identifier: Apache-2.0
#include "app/config.hh"

#include "app/broker_settings.hh"
#include "tests/support/temp_dir.hh"

#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace reops::app {
namespace {

Surroundings home()
{
    return {.environment = {{"HOME", "/home/me"}}, .is_root = false};
}

Result<Config> read(const std::string& text, const Surroundings& surroundings = home())
{
    return read_config(text, "/etc/reops/reops.edn", surroundings);
}

Config good(const std::string& text, const Surroundings& surroundings = home())
{
    auto config = read(text, surroundings);
    EXPECT_TRUE(config.ok()) << config.failure().message;
    return config.ok() ? *config : Config{};
}

std::string refusal(const std::string& text, const Surroundings& surroundings = home())
{
    const auto config = read(text, surroundings);
    EXPECT_FALSE(config.ok()) << text;
    return config.ok() ? "" : config.failure().message;
}

TEST(Config, WithoutAFileAllIsDefault)
{
    const Config config = good("{}");
    EXPECT_EQ(config.state, "/home/me/.local/state/reops");
    EXPECT_EQ(config.socket, "/home/me/.local/state/reops/control.sock");
    EXPECT_EQ(config.sim_folder, "/home/me/.local/state/reops-sim");
    EXPECT_TRUE(config.broker.managed);
    EXPECT_TRUE(config.durable_power);
    EXPECT_TRUE(config.smtp.url.empty());
    EXPECT_EQ(config.limits.hosts, 10U);
    EXPECT_EQ(config.commit_window, milliseconds(5));
}

TEST(Config, TheServiceManagersFolderIsTheDefaultState)
{
    const Surroundings systemd{
        .environment = {{"HOME", "/"}, {"STATE_DIRECTORY", "/var/lib/reops"}}, .is_root = false};
    EXPECT_EQ(good("{}", systemd).state, "/var/lib/reops");
    const Surroundings user{.environment = {{"HOME", "/home/me"}, {"XDG_STATE_HOME", "/s"}},
                            .is_root = false};
    EXPECT_EQ(good("{}", user).state, "/s/reops");
}

/// Every word that the reader knows, with a value that is not its default.
constexpr std::string_view every_word = R"({
 :state "state" :zone "Australia/Sydney" :socket "reops.sock"
 :broker {:url "mqtts://broker.home:8884" :user "me" :password #secret "p" :ca "ca.pem"
          :cert "c.pem" :key "k.pem" :protocol "3.1.1"}
 :sensors {:temperature {:topic "sensors/+/temperature" :unit :celsius :range [-20 90] :max-step 10
                         :qos 1 :retained true}
           :power {:topic "solar/inverter" :path [:kw] :scale 0.001 :unit :kilowatt
                   :time-path [:ts]}}
 :ssh {:user "re-ops" :key "~/.ssh/id" :port 2222 :known-hosts :accept-new :config "ssh_config"}
 :systems {"big-iron" {:type :hypervisor :provider :sim}
           "foo" {:provider :sim :runs-on "big-iron"}}
 :email {:from "reops@home" :to ["me@home" "you@home"]}
 :smtp {:url "smtp://mail.home:587" :user "me" :password "p" :ca "mail.pem" :tls :optional}
 :alerts {:email ["boss@home"]} :durable :process :reload :manual :commit-window "2ms" :workers 4
 :journal {:segment-size "1MiB" :keep-size "1GB" :keep-for "7d"}
 :limits {:hosts 5 :share 0.5} :sim "machines"})";

TEST(Config, EveryWordIsRead)
{
    const Config config = good(std::string{every_word});
    EXPECT_EQ(config.state, "/etc/reops/state");
    EXPECT_EQ(config.zone, "Australia/Sydney");
    EXPECT_EQ(config.socket, "/etc/reops/reops.sock");
    EXPECT_FALSE(config.broker.managed);
    EXPECT_TRUE(config.broker.tls);
    EXPECT_EQ(config.broker.host, "broker.home");
    EXPECT_EQ(config.broker.port, 8884);
    EXPECT_EQ(config.broker.user, "me");
    EXPECT_EQ(config.broker.password.reveal(), "p");
    EXPECT_EQ(config.broker.ca, "/etc/reops/ca.pem");
    EXPECT_EQ(config.broker.cert, "/etc/reops/c.pem");
    EXPECT_EQ(config.broker.key, "/etc/reops/k.pem");
    EXPECT_EQ(config.broker.protocol, "3.1.1");
    ASSERT_EQ(config.sensors.size(), 2U);
    const auto& heat = config.sensors.at("temperature");
    EXPECT_EQ(heat.topic, "sensors/+/temperature");
    EXPECT_EQ(heat.unit, "celsius");
    EXPECT_EQ(heat.range->first, -20);
    EXPECT_EQ(heat.range->second, 90);
    EXPECT_EQ(heat.max_step, 10);
    EXPECT_EQ(heat.qos, 1);
    EXPECT_TRUE(heat.retained);
    const auto& power = config.sensors.at("power");
    EXPECT_EQ(power.path, std::vector<std::string>{"kw"});
    EXPECT_EQ(power.time_path, std::vector<std::string>{"ts"});
    EXPECT_EQ(power.scale, 0.001);
    ASSERT_EQ(config.systems.size(), 2U);
    EXPECT_EQ(config.email.from, "reops@home");
    EXPECT_EQ(config.email.to.size(), 2U);
    EXPECT_EQ(config.smtp.url, "smtp://mail.home:587");
    EXPECT_EQ(config.smtp.password.reveal(), "p");
    EXPECT_EQ(config.smtp.ca, "/etc/reops/mail.pem");
    EXPECT_EQ(config.smtp.tls, "optional");
    EXPECT_EQ(config.alert_to, std::vector<std::string>{"boss@home"});
    EXPECT_FALSE(config.durable_power);
    EXPECT_FALSE(config.reload_by_itself);
    EXPECT_EQ(config.commit_window, milliseconds(2));
    EXPECT_EQ(config.workers, 4U);
    EXPECT_EQ(config.journal.segment_bytes, 1ULL << 20);
    EXPECT_EQ(config.journal.keep_bytes, 1ULL << 30);
    EXPECT_EQ(config.journal.keep_for, hours(24 * 7));
    EXPECT_EQ(config.limits.hosts, 5U);
    EXPECT_EQ(config.limits.share, 0.5);
    EXPECT_EQ(config.sim_folder, "/etc/reops/machines");
    EXPECT_EQ(config.ssh.user, "re-ops");
    EXPECT_EQ(config.ssh.key, "/home/me/.ssh/id");
    EXPECT_EQ(config.ssh.port, 2222);
    EXPECT_EQ(config.ssh.known_hosts, "accept-new");
    EXPECT_EQ(config.ssh.config, "/etc/reops/ssh_config");
}

TEST(Config, TheTestAboveHasEveryWord)
{
    for (const ConfigWord& word : config_words()) {
        EXPECT_NE(every_word.find(":" + std::string{word.key} + " "), std::string_view::npos)
            << word.key;
        EXPECT_FALSE(word.about.empty()) << word.key;
    }
}

TEST(Config, TheSampleThatIsInstalledIsRead)
{
    const auto config = load_config(REOPS_SAMPLE_CONFIG, home());
    ASSERT_TRUE(config.ok()) << config.failure().message;
    EXPECT_EQ(config->email.to, std::vector<std::string>{"root@localhost"});
    EXPECT_EQ(config->alert_to, std::vector<std::string>{"root@localhost"});
    EXPECT_EQ(config->limits.share, 0.25);
}

std::string manual()
{
    std::ifstream file{REOPS_CONFIG_MANUAL};
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(Config, TheManualHasEveryWord)
{
    const std::string text = manual();
    for (const ConfigWord& word : config_words())
        EXPECT_NE(text.find("| `:" + std::string{word.key} + "`"), std::string::npos) << word.key;
}

TEST(Config, TheManualsExamplesAreRead)
{
    Surroundings surroundings = home();
    for (const char* name : {"SMTP_PASSWORD", "KITCHEN", "PHONE"})
        surroundings.environment[name] = "x";
    const std::string text = manual();
    std::size_t count = 0;
    const std::string begin = "```clojure\n";
    for (std::size_t at = text.find(begin); at != std::string::npos;
         at = text.find(begin, at + 1)) {
        const std::size_t from = at + begin.size();
        good(text.substr(from, text.find("```", from) - from), surroundings);
        ++count;
    }
    EXPECT_EQ(count, 2U);
}

TEST(Config, BrokerAddresses)
{
    struct Row {
        const char* url;
        const char* host;
        std::uint16_t port;
        bool tls;
        const char* user;
        const char* password;
    };
    const std::array<Row, 6> rows = {{
        {"mqtt://h", "h", 1883, false, "", ""},
        {"mqtts://h", "h", 8883, true, "", ""},
        {"mqtt://h:1/", "h", 1, false, "", ""},
        {"mqtt://u:p@h:7", "h", 7, false, "u", "p"},
        {"mqtt://u:p@ss:w@h", "h", 1883, false, "u", "p@ss:w"},
        {"mqtt://[::1]:9", "[::1]", 9, false, "", ""},
    }};
    for (const Row& row : rows) {
        const Config config = good("{:broker \"" + std::string{row.url} + "\"}");
        EXPECT_FALSE(config.broker.managed) << row.url;
        EXPECT_EQ(config.broker.host, row.host) << row.url;
        EXPECT_EQ(config.broker.port, row.port) << row.url;
        EXPECT_EQ(config.broker.tls, row.tls) << row.url;
        EXPECT_EQ(config.broker.user, row.user) << row.url;
        if (*row.password != '\0')
            EXPECT_EQ(config.broker.password.reveal(), row.password) << row.url;
        else
            EXPECT_TRUE(config.broker.password.is_nil()) << row.url;
    }
    EXPECT_TRUE(good("{:broker :managed}").broker.managed);
    EXPECT_EQ(good("{:broker #secret \"mqtt://u:p@h\"}").broker.host, "h");
}

TEST(Config, TheManagedBrokerMayHaveAPort)
{
    const Config config = good("{:broker {:port 1885}}");
    EXPECT_TRUE(config.broker.managed);
    EXPECT_EQ(config.broker.port, 1885);
}

TEST(Config, TheManagedBrokerMayListenWhenItHasUsers)
{
    const Config config = good(R"({:broker {:listen "0.0.0.0"
        :users {"kitchen" {:password #secret "p1"}
                "phone" {:password #secret "p2" :write ["voice/#"] :read ["state/#"]}}}})");
    EXPECT_TRUE(config.broker.managed);
    EXPECT_EQ(config.broker.listen, "0.0.0.0");
    ASSERT_EQ(config.broker.users.size(), 2U);
    EXPECT_EQ(config.broker.users[0].write, std::vector<std::string>{"sensors/kitchen/#"});
    EXPECT_EQ(config.broker.users[0].password.reveal(), "p1");
    EXPECT_EQ(config.broker.users[1].read, std::vector<std::string>{"state/#"});
    const auto settings = managed_broker_options(config.broker, "/state/broker", false);
    EXPECT_TRUE(mqtt::check_broker_config(settings.config).ok());
    EXPECT_FALSE(
        mqtt::check_broker_config(
            managed_broker_options(good("{:broker {:listen \"0.0.0.0\"}}").broker, "/b", false)
                .config)
            .ok())
        << "beyond this machine it requires users";
}

TEST(Config, TheOldSpellingOfTemperatureIsTheSameSensor)
{
    EXPECT_TRUE(good("{:sensors {:temperture {:qos 1}}}").sensors.contains("temperature"));
}

TEST(Config, AlertsGoWhereMailGoesUnlessSaid)
{
    EXPECT_EQ(good(R"({:email {:to "me@home"} :alerts {:email true}})").alert_to,
              std::vector<std::string>{"me@home"});
    EXPECT_EQ(good(R"({:email {:to "me@home"} :alerts ["x@home"]})").alert_to,
              std::vector<std::string>{"x@home"});
}

// --- tags

TEST(ConfigTags, EnvSecretAndBothTogether)
{
    Surroundings with = home();
    with.environment["SMTP_PASSWORD"] = "canary";
    const Config config = good("{:smtp {:password #secret #env SMTP_PASSWORD}}", with);
    EXPECT_TRUE(config.smtp.password.is_secret());
    EXPECT_EQ(config.smtp.password.reveal(), "canary");
    EXPECT_EQ(good("{:state #env \"SMTP_PASSWORD\"}", with).state, "/etc/reops/canary");
    EXPECT_NE(refusal("{:state #env NOWHERE}").find("the environment variable NOWHERE is not set"),
              std::string::npos);
}

TEST(ConfigTags, ProfileChoosesByTheEnvironment)
{
    Surroundings with = home();
    EXPECT_EQ(good("{:workers #profile {:home 2 :default 3}}", with).workers, 3U);
    with.environment["REOPS_PROFILE"] = "home";
    EXPECT_EQ(good("{:workers #profile {:home 2 :default 3}}", with).workers, 2U);
    EXPECT_NE(refusal("{:workers #profile {:work 2}}", with).find("#profile"), std::string::npos);
}

TEST(ConfigTags, RefTakesWhatStandsElsewhere)
{
    const Config config = good(
        R"({:email {:from "a@b" :to [#ref [:email :from]]} :smtp {:user #ref [:email :from]}})");
    EXPECT_EQ(config.smtp.user, "a@b");
    EXPECT_EQ(config.email.to, std::vector<std::string>{"a@b"});
    EXPECT_NE(refusal("{:state #ref [:nowhere]}").find("`#ref` found nothing at [:nowhere]"),
              std::string::npos);
    EXPECT_NE(refusal("{:state #ref [:zone] :zone #ref [:state]}").find("found nothing"),
              std::string::npos)
        << "a circle of references ends";
}

class ConfigFiles : public testing::Test {
protected:
    std::string write(const std::string& name, const std::string& text, unsigned mode = 0600)
    {
        std::string path = (folder / name).string();
        std::ofstream{path} << text;
        ::chmod(path.c_str(), mode);
        return path;
    }
    Result<Config> load(const std::string& text)
    {
        return load_config(write("reops.edn", text), home());
    }

    test::TempDir folder;
};

TEST_F(ConfigFiles, IncludeAndFileBeginAtTheFolderOfTheConfiguration)
{
    write("systems.edn", R"({"foo" {:provider :sim}})");
    write("password", "canary\n");
    const auto config =
        load(R"({:systems #include "systems.edn" :smtp {:password #secret #file "password"}})");
    ASSERT_TRUE(config.ok()) << config.failure().message;
    EXPECT_EQ(config->systems.front().name, "foo");
    EXPECT_EQ(config->smtp.password.reveal(), "canary");
}

TEST_F(ConfigFiles, AMistakeInAnIncludedFileNamesThatFile)
{
    write("systems.edn", "{\"foo\"\n {:provider )");
    const auto config = load(R"({:systems #include "systems.edn"})");
    ASSERT_FALSE(config.ok());
    EXPECT_NE(config.failure().message.find("systems.edn: 2:"), std::string::npos)
        << config.failure().message;
}

TEST_F(ConfigFiles, AFileThatIncludesItselfIsRefused)
{
    const auto config = load(R"({:systems #include "reops.edn"})");
    ASSERT_FALSE(config.ok());
    EXPECT_NE(config.failure().message.find("deeper than 8 files"), std::string::npos)
        << config.failure().message;
}

TEST_F(ConfigFiles, WhatOthersCanWriteIsRefused)
{
    for (const unsigned mode : {0602U, 0620U, 0666U}) {
        const auto config = load_config(write("open.edn", "{}", mode), home());
        ASSERT_FALSE(config.ok()) << std::oct << mode;
        EXPECT_EQ(config.failure().code, Code::denied);
        EXPECT_EQ(config.failure().details, "chmod go-w " + (folder / "open.edn").string());
    }
    write("open.edn", "{}", 0622);
    EXPECT_FALSE(load(R"({:systems #include "open.edn"})").ok());
    EXPECT_FALSE(load(R"({:state #file "open.edn"})").ok());
    EXPECT_TRUE(load_config(write("ours.edn", "{}", 0644), home()).ok());
}

TEST_F(ConfigFiles, WhatIsNoFileIsRefused)
{
    EXPECT_EQ(load_config((folder / "absent.edn").string(), home()).failure().code,
              Code::not_found);
    EXPECT_FALSE(load_config(folder.path().string(), home()).ok());
    EXPECT_FALSE(load("").ok());
}

// --- secrets

TEST(ConfigSecrets, NoReportShowsThem)
{
    const std::array<std::string, 11> texts = {
        "{:smtp {:password #secrt \"canary\"}}",
        "{:smtp {:pasword \"canary\"}}",
        "{:smtp {:password \"canary\"\n        :prot 1}}",
        "{:smtp {:password #secret \"canary\" :prot 1}}",
        "{:smtp {:password canary}}",
        "{:smtp {:password 4canary}}",
        "{:smtp {:password [\"canary\"]}}",
        "{:broker \"mqtt://u:canary@h:port\"}",
        "{:broker \"http://u:canary@h\"}",
        ";; one \" quote\n{:smtp {:password \"canary\" :prot 1}}",
        "{:state \\\" :smtp {:password \"can\\\"ary canary\" :prot 1}}",
    };
    for (const std::string& text : texts)
        EXPECT_EQ(refusal(text).find("canary"), std::string::npos) << refusal(text);
}

TEST(ConfigSecrets, HidingKeepsTheColumns)
{
    EXPECT_EQ(hide_secrets(R"({:password "abc" :user "abc"})"), R"({:password "***" :user "abc"})");
    EXPECT_EQ(hide_secrets(R"(#secret #env NAME)"), R"(#secret #env NAME)");
    EXPECT_EQ(hide_secrets(R"("mqtt://u:p:q@h")"), R"("mqtt://u:***@h")");
    EXPECT_EQ(hide_secrets(R"("mqtt://u@h")"), R"("mqtt://u@h")");
    EXPECT_EQ(hide_secrets(";; :password \"abc\"\n1"), ";; :password \"***\"\n1");
    EXPECT_EQ(hide_secrets(":password \"abc"), ":password \"***");
}

}  // namespace
}  // namespace reops::app
