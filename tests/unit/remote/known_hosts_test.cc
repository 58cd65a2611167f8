// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/known_hosts.hh"

#include "tests/support/ssh_host.hh"

#include <gtest/gtest.h>

namespace reops::test {

namespace {

using remote::HostKey;
using remote::KnownHosts;
using remote::Verdict;

const HostKey first{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIAAA", ""};
const HostKey second{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIBBB", ""};
const HostKey other_type{"ssh-rsa", "AAAAB3NzaC1yc2EAAAADAQABAAAB", ""};

std::string line(const std::string& names, const HostKey& key)
{
    return names + " " + key.type + " " + key.blob + "\n";
}

KnownHosts of(const std::string& text)
{
    KnownHosts known;
    known.add(text, "file");
    return known;
}

TEST(KnownHostsFile, AKnownKeyIsTrusted)
{
    const KnownHosts known = of("# words\n\n" + line("foo,10.0.0.9", first));
    EXPECT_EQ(known.judge("foo", 22, first).verdict, Verdict::trusted);
    EXPECT_EQ(known.judge("FOO", 22, first).verdict, Verdict::trusted);
    EXPECT_EQ(known.judge("10.0.0.9", 22, first).verdict, Verdict::trusted);
    EXPECT_EQ(known.judge("fo", 22, first).verdict, Verdict::unknown);
}

TEST(KnownHostsFile, AnotherKeyOfAKnownHostIsAChange)
{
    const KnownHosts known = of(line("x", second) + line("foo", first));
    const auto judgement = known.judge("foo", 22, second);
    EXPECT_EQ(judgement.verdict, Verdict::changed);
    ASSERT_NE(judgement.known, nullptr);
    EXPECT_EQ(judgement.known->line, 2U);
    EXPECT_EQ(known.judge("foo", 22, other_type).verdict, Verdict::changed)
        << "a new type of key is no way around the known one";
}

TEST(KnownHostsFile, APortIsPartOfTheName)
{
    const KnownHosts known = of(line("[foo]:2222", first) + line("bar", second));
    EXPECT_EQ(known.judge("foo", 2222, first).verdict, Verdict::trusted);
    EXPECT_EQ(known.judge("foo", 22, first).verdict, Verdict::unknown);
    EXPECT_EQ(known.judge("bar", 2222, second).verdict, Verdict::trusted) << "as OpenSSH does";
    EXPECT_EQ(known.judge("bar", 2222, first).verdict, Verdict::unknown);
}

TEST(KnownHostsFile, WildcardsAndNegation)
{
    const KnownHosts known = of(line("*.home,!bad.home,10.0.?.1", first));
    EXPECT_EQ(known.judge("foo.home", 22, first).verdict, Verdict::trusted);
    EXPECT_EQ(known.judge("bad.home", 22, first).verdict, Verdict::unknown);
    EXPECT_EQ(known.judge("10.0.7.1", 22, first).verdict, Verdict::trusted);
    EXPECT_EQ(known.judge("10.0.77.1", 22, first).verdict, Verdict::unknown);
}

TEST(KnownHostsFile, RevokedWinsOverTrusted)
{
    const KnownHosts known = of(line("foo", first) + "@revoked " + line("*", first));
    EXPECT_EQ(known.judge("foo", 22, first).verdict, Verdict::revoked);
    EXPECT_EQ(known.judge("foo", 2222, first).verdict, Verdict::revoked);
    EXPECT_EQ(known.judge("foo", 22, second).verdict, Verdict::changed);
}

TEST(KnownHostsFile, AuthoritiesTrustNothing)
{
    const KnownHosts known = of("@cert-authority " + line("*", first));
    EXPECT_EQ(known.judge("foo", 22, first).verdict, Verdict::unknown);
}

TEST(KnownHostsFile, BrokenLinesAreSkipped)
{
    const KnownHosts known = of(
        "foo\nfoo ssh-ed25519\nfoo ssh-ed25519 !!!!\n|1|x|y ssh-rsa AAAA\n" + line("foo", first));
    EXPECT_EQ(known.size(), 2U);
    EXPECT_EQ(known.judge("foo", 22, first).verdict, Verdict::trusted);
}

/// OpenSSH itself hashes the names.
TEST(KnownHostsFile, HashedNames)
{
    if (!SshHost::is_possible())
        GTEST_SKIP() << "needs openssh-client";
    io::EventLoop loop;
    const TempDir dir;
    const std::string file = (dir / "known").string();
    std::ofstream{file} << line("foo,10.0.0.9", first) << line("[bar]:2222", second);
    ASSERT_TRUE(run_program(loop, {"ssh-keygen", "-H", "-f", file}));
    const auto text = io::read_file(file, 10'000);
    ASSERT_TRUE(text.ok());
    ASSERT_EQ(text->find("foo"), std::string::npos);
    const KnownHosts known = of(*text);
    EXPECT_EQ(known.judge("foo", 22, first).verdict, Verdict::trusted);
    EXPECT_EQ(known.judge("10.0.0.9", 22, first).verdict, Verdict::trusted);
    EXPECT_EQ(known.judge("bar", 2222, second).verdict, Verdict::trusted);
    EXPECT_EQ(known.judge("bar", 22, second).verdict, Verdict::unknown);
    EXPECT_EQ(known.types_of("foo", 22), std::vector<std::string>{"ssh-ed25519"});
}

TEST(KnownHostsFile, ListsOfFilesAreHeldSideBySide)
{
    const TempDir dir;
    const std::string one = (dir / "one").string();
    const std::string two = (dir / "two").string();
    std::ofstream{one} << line("foo", first);
    std::ofstream{two} << line("bar", first);
    remote::KnownHostsFiles files;
    const auto known = files.load({one});
    EXPECT_EQ(files.load({one, two})->size(), 2U);
    EXPECT_EQ(files.load({one}), known);
}

TEST(KnownHostsFile, OfAnUnknownNameTheCommonestHashedTypesAreLikely)
{
    const std::string hashed = "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=";
    const KnownHosts known = of(line(hashed, other_type) + line(hashed, first) +
                                line(hashed, second) + line("foo", other_type));
    EXPECT_EQ(known.likely_types_of("foo", 22), std::vector<std::string>{"ssh-rsa"});
    EXPECT_EQ(known.likely_types_of("bar", 22),
              (std::vector<std::string>{"ssh-ed25519", "ssh-rsa"}));
    EXPECT_TRUE(of("").likely_types_of("bar", 22).empty());
}

TEST(KnownHostsFile, FilesAreReadAgainWhenTheyChange)
{
    const TempDir dir;
    const std::string file = (dir / "known").string();
    remote::KnownHostsFiles files;
    EXPECT_EQ(files.load({file})->size(), 0U);
    ASSERT_TRUE(files.append(file, line("foo", first)).ok());
    ASSERT_TRUE(files.append(file, line("bar", second)).ok());
    const auto known = files.load({file});
    EXPECT_EQ(known->size(), 2U);
    EXPECT_EQ(files.load({file}), known) << "unchanged files are not read again";
}

}  // namespace

}  // namespace reops::test
