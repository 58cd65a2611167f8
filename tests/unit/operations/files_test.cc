// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/operations/verb_calls.hh"

#include <gtest/gtest.h>

namespace reops::operations {

namespace {

using Words = std::vector<std::string>;

TEST(Rm, RefusesTheRootAHomeAndTheSystem)
{
    for (const char* path :
         {"/",  "//",   "/.",   "/..",   "/a/..",  "/a/b/../..",   "/../../",
          ".",  "./",   "..",   "../..", "a/..",   "a/../..",      "~",
          "~/", "~/..", "/usr", "/etc/", "/./var", "/var/../home", "/x/../../etc"}) {
        const auto words = command_of("(rm web \"" + std::string{path} + "\" \"-rf\")");
        ASSERT_FALSE(words.ok()) << path << " became " << words->back();
        EXPECT_EQ(words.failure().code, Code::invalid_argument) << path;
    }
    EXPECT_EQ(command_of("(rm web \"/usr\")").failure().message,
              "`rm` expected something to remove but got \"/usr\": a folder of the system");
    EXPECT_FALSE(command_of("(rm web \"\")").ok());
}

TEST(Rm, TakesWhatIsBelow)
{
    EXPECT_EQ(*command_of("(rm web \"/var/tmp/x\" \"-rf\")"),
              (Words{"rm", "-rf", "--", "/var/tmp/x"}));
    EXPECT_EQ(*command_of("(rm web \"-rf\")"), (Words{"rm", "--", "./-rf"}));
    EXPECT_EQ(*command_of("(rm web \"~/x\")"), (Words{"rm", "--", "./x"}));
    EXPECT_EQ(*command_of("(rm web \"../x\")"), (Words{"rm", "--", "./../x"}));
    EXPECT_EQ(*command_of("(rm web \"/data\")"), (Words{"rm", "--", "/data"}));
    EXPECT_EQ(*command_of("(mkdir web \"a b\" \"-p\")"), (Words{"mkdir", "-p", "--", "./a b"}));
}

}  // namespace

}  // namespace reops::operations
