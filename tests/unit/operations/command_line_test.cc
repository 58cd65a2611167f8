// SPDX-License-Identifier: Apache-2.0
#include "operations/command_line.hh"

#include "data/edn.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "operations/printable.hh"
#include "operations/verb.hh"

#include <gtest/gtest.h>

namespace reops::operations {

namespace {

using data::Value;

TEST(QuoteCommand, QuotesWhatAShellWouldRead)
{
    EXPECT_EQ(*quote_command({"uptime", "-p"}), "uptime -p");
    EXPECT_EQ(*quote_command({"echo", "a b", "", "$x", "it's"}), "echo 'a b' '' '$x' 'it'\\''s'");
    EXPECT_EQ(*quote_command({"A=b", "c"}), "'A=b' c") << "a program, no assignment";
    EXPECT_EQ(*quote_command({"if", "if"}), "'if' if") << "a program, no keyword";
    EXPECT_EQ(*quote_command({"echo", "~", "{a,b}", "#"}), "echo '~' '{a,b}' '#'");
}

TEST(QuoteCommand, RefusesWhatNoLineCanHold)
{
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {}, {""}, {"a\nb"}, {"a", "b\r"}, {"a", std::string{"b\0c", 3}}}) {
        const auto line = quote_command(words);
        ASSERT_FALSE(line.ok());
        EXPECT_EQ(line.failure().code, Code::invalid_argument);
    }
}

TEST(Names, ThatCouldBeOptionsOrSyntaxAreRefused)
{
    for (const char* good : {"foo", "10.0.0.9", "fe80::1%eth0", "a-b_c.home"})
        EXPECT_TRUE(check_host_name(good).ok()) << good;
    for (const char* bad : {"", "-o", "a b", "a;b", "$(x)", "a/b", "a\nb", "ä"})
        EXPECT_FALSE(check_host_name(bad).ok()) << bad;
    EXPECT_FALSE(check_host_name(std::string(300, 'a')).ok());
    EXPECT_TRUE(check_user_name("re-ops").ok());
    EXPECT_FALSE(check_user_name("-l").ok());
    EXPECT_FALSE(check_user_name("a b").ok());
}

TEST(Printable, LeavesWordsAndReplacesWhatSteers)
{
    EXPECT_EQ(printable("ä line\n\tmore"), "ä line\n\tmore");
    EXPECT_EQ(printable("\x1b[2J\a\x7f"), "\\x1b[2J\\x07\\x7f");
    EXPECT_EQ(printable("a\u202eb\xff"), "a\\u202eb\\xff");
    EXPECT_EQ(printable("\u009b1m"), "\\x9b1m");
}

TEST(Verbs, HaveWordsForTheirCommand)
{
    ASSERT_NE(find_verb("exec"), nullptr);
    EXPECT_EQ(find_verb("exek"), nullptr);
    const Value args =
        data::make_map({{Value::keyword("command"),
                         data::make_vector({Value::string("ls"), Value::string("a b")})}});
    EXPECT_EQ(*find_verb("exec")->command(args), (std::vector<std::string>{"ls", "a b"}));
    EXPECT_FALSE(find_verb("exec")->command(Value{}).ok());
    const auto wrong = find_verb("exec")->command(
        data::make_map({{Value::keyword("command"), data::make_vector({Value::integer(1)})}}));
    ASSERT_FALSE(wrong.ok());
    EXPECT_NE(wrong.failure().message.find("expected words such as"), std::string::npos);
}

TEST(Verbs, PowerOffKnowsRootAndSudo)
{
    using Words = std::vector<std::string>;
    EXPECT_EQ(power_off_command({}, "root"), (Words{"/sbin/poweroff"}));
    EXPECT_EQ(power_off_command({}, "ops"), (Words{"sudo", "-n", "/sbin/poweroff"}));
    EXPECT_EQ(power_off_command({"halt", "-p"}, "ops"), (Words{"halt", "-p"}));
    EXPECT_EQ(power_check_command({"sudo", "-n", "/sbin/poweroff", "now"}),
              (Words{"sudo", "-n", "-l", "/sbin/poweroff", "now"}));
    EXPECT_EQ(power_check_command({"/sbin/poweroff"}), (Words{"test", "-x", "/sbin/poweroff"}));
    EXPECT_EQ(sudoers_line("ops", {"sudo", "-n", "/sbin/shutdown", "-h", "now"}),
              "ops ALL=(root) NOPASSWD: /sbin/shutdown -h now");
    EXPECT_EQ(sudoers_line("root", {"/sbin/poweroff"}), "");
}

TEST(Verbs, FailuresAreExplainedByTheirFirstWords)
{
    const Verb& verb = *find_verb("power-off");
    EXPECT_EQ(verb.explain({1, "", "\nsudo: a password is required\nmore\n"}),
              "sudo: a password is required");
    EXPECT_EQ(verb.explain({1, "out\n", ""}), "out");
    EXPECT_EQ(verb.explain({1, "", ""}), "");
    EXPECT_EQ(verb.explain({1, "", "\x1b[1mno"}), "\\x1b[1mno");
}

}  // namespace

}  // namespace reops::operations
