// SPDX-License-Identifier: Apache-2.0
#include "mqtt/broker_config.hh"

#include <gtest/gtest.h>

namespace reops::mqtt {

namespace {

BrokerConfig config(std::string address, std::vector<BrokerUser> users = {})
{
    BrokerConfig out;
    out.folder = "/var/lib/reops/broker";
    out.address = std::move(address);
    out.port = 18'830;
    out.users = std::move(users);
    return out;
}

BrokerUser sensor()
{
    return {
        .name = "closet", .password = "secret", .write = {"sensors/closet/#"}, .read = {"time"}};
}

bool has_line(const std::string& text, const std::string& line)
{
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST(BrokerConfig, OnLoopbackAnybodyOnThisMachine)
{
    for (const char* address : {"127.0.0.1", "127.3.2.1", "::1", "localhost"})
        EXPECT_TRUE(check_broker_config(config(address)).ok()) << address;
    const std::string text = broker_conf_text(config("127.0.0.1"));
    EXPECT_TRUE(has_line(text, "listener 18830 127.0.0.1"));
    EXPECT_TRUE(has_line(text, "allow_anonymous true"));
    EXPECT_TRUE(has_line(text, "persistence true"));
    EXPECT_TRUE(has_line(text, "persistence_location /var/lib/reops/broker/"));
    EXPECT_TRUE(has_line(text, "autosave_interval 10"));
    EXPECT_EQ(text.find("password_file"), std::string::npos);
    EXPECT_EQ(text.find("\nuser "), std::string::npos);
}

TEST(BrokerConfig, BeyondLoopbackOnlyWithUsers)
{
    for (const char* address : {"0.0.0.0", "::", "192.168.1.5", "big-iron"}) {
        const auto refused = check_broker_config(config(address));
        ASSERT_FALSE(refused.ok()) << address;
        EXPECT_EQ(refused.failure().code, Code::denied);
    }
    EXPECT_EQ(check_broker_config(config("0.0.0.0")).failure().message,
              "the managed broker is to listen on 0.0.0.0 but has no users: a reading can switch "
              "machines off, so beyond this machine it requires users");
    EXPECT_TRUE(check_broker_config(config("0.0.0.0", {sensor()})).ok());
    const std::string text = broker_conf_text(config("0.0.0.0", {sensor()}));
    EXPECT_TRUE(has_line(text, "allow_anonymous false"));
    EXPECT_TRUE(has_line(text, "password_file /var/lib/reops/broker/users"));
    EXPECT_TRUE(has_line(text, "acl_file /var/lib/reops/broker/acl"));
    EXPECT_EQ(text.find("secret"), std::string::npos);
}

TEST(BrokerConfig, RootKeepsRootOnlyWhenWeAreRoot)
{
    BrokerConfig as_root = config("127.0.0.1");
    as_root.as_root = true;
    EXPECT_TRUE(has_line(broker_conf_text(as_root), "user root"));
}

TEST(BrokerConfig, ASensorsUserWritesItsOwnTopicsOnly)
{
    EXPECT_EQ(broker_acl_text({sensor()}),
              "# Written by reops at every start of the broker; changes are lost.\n"
              "user reops\ntopic readwrite #\n"
              "\nuser closet\ntopic write sensors/closet/#\ntopic read time\n");
    EXPECT_EQ(broker_passwords_text({sensor()}, "own"), "reops:own\ncloset:secret\n");
}

TEST(BrokerConfig, NothingCanBreakTheFiles)
{
    const auto refused = [](BrokerUser user) {
        const auto checked = check_broker_config(config("127.0.0.1", {std::move(user)}));
        return checked ? "accepted" : checked.failure().message;
    };
    BrokerUser user = sensor();
    user.name = "a:b";
    EXPECT_NE(refused(user), "accepted");
    user.name = "a\nuser root";
    EXPECT_NE(refused(user), "accepted");
    user.name = "reops";
    EXPECT_EQ(refused(user), "broker user `reops`: this name is reops' own");
    user = sensor();
    user.password = "x\nreops:mine";
    EXPECT_EQ(refused(user), "broker user `closet`: the password is one line and not empty");
    user = sensor();
    user.write = {"a\ntopic readwrite #"};
    EXPECT_EQ(refused(user), "broker user `closet`: a topic is one line");
    user.write = {"a/#/b"};
    EXPECT_EQ(refused(user),
              "broker user `closet`: `a/#/b` is no topic filter: nothing may follow `#`");
    EXPECT_EQ(check_broker_config(config("127.0.0.1", {sensor(), sensor()})).failure().message,
              "broker user `closet`: it stands there twice");
    EXPECT_FALSE(check_broker_config(config("127.0.0.1\nallow_anonymous true", {sensor()})).ok());
}

}  // namespace reops::mqtt
