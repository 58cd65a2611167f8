// SPDX-License-Identifier: Apache-2.0
#include "io/log_output.hh"

#include "io/unique_fd.hh"
#include "tests/support/fake_clock.hh"
#include "tests/support/temp_dir.hh"
#include "tests/unit/io/files_of_test.hh"

#include <cstdlib>
#include <memory>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace reops::io {
namespace {

constexpr Time two_past_two{1'795'442'527'123'000};  // 2026-11-23T14:02:07.123Z

/// A log that writes to a file.
class Output : public testing::Test {
protected:
    void open(LogFormat format, Level least = Level::info)
    {
        fd.reset(::open((folder / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        log = std::make_unique<LogOutput>(clock, format, least, fd.get());
    }
    std::string written() const { return text_of(folder / "log"); }

    test::TempDir folder;
    test::FakeClock clock;
    UniqueFd fd;
    std::unique_ptr<LogOutput> log;
};

TEST(LogLine, HasAFormForEachReader)
{
    const auto line = [](LogFormat format) {
        return format_log_line(
            format, two_past_two, Level::warning, "mqtt", "the broker \"b\" has gone");
    };
    EXPECT_EQ(line(LogFormat::text),
              "2026-11-23T14:02:07.123Z warning mqtt: the broker \"b\" has gone\n");
    EXPECT_EQ(line(LogFormat::journal), "<4>mqtt: the broker \"b\" has gone\n");
    EXPECT_EQ(line(LogFormat::json),
              "{\"time\": \"2026-11-23T14:02:07.123Z\", \"level\": \"warning\", "
              "\"where\": \"mqtt\", \"line\": \"the broker \\\"b\\\" has gone\"}\n");
    ::setenv("TZ", "UTC-1", 1);
    ::tzset();
    EXPECT_EQ(line(LogFormat::terminal),
              "15:02:07 \x1b[33mwarning\x1b[0m mqtt: the broker \"b\" has gone\n");
    ::unsetenv("TZ");
    ::tzset();
}

TEST(LogLine, CannotSteerTheTerminal)
{
    const std::string evil =
        "a\x1b[2J\nb\x7f \xC2\x9B"
        "m \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x94\xA5 \xFF \xC0\x80 \xED\xA0\x80";
    const auto line = [&](LogFormat format) {
        return format_log_line(format, two_past_two, Level::info, "x", evil);
    };
    EXPECT_EQ(line(LogFormat::journal),
              "<6>x: a\\x1b[2J\\x0ab\\x7f \\xc2\\x9bm \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x94\xA5 "
              "\\xff \\xc0\\x80 \\xed\\xa0\\x80\n");
    EXPECT_NE(line(LogFormat::json)
                  .find("\"a\\u001b[2J\\u000ab\\u007f \\u009bm \xC3\xA4 \xE2\x82\xAC "
                        "\xF0\x9F\x94\xA5 \\ufffd \\ufffd\\ufffd \\ufffd\\ufffd\\ufffd\""),
              std::string::npos);
}

TEST_F(Output, CollapsesRepeatedLines)
{
    open(LogFormat::journal);
    for (int i = 0; i < 13; ++i)
        log->info("mqtt", "no answer");
    log->info("mqtt", "connected");
    log->info("other", "connected");
    log->warning("other", "connected");
    log->warning("other", "connected");
    EXPECT_EQ(written(),
              "<6>mqtt: no answer\n<6>mqtt: no answer (repeated 12 times)\n<6>mqtt: connected\n"
              "<6>other: connected\n<4>other: connected\n");
    log.reset();
    EXPECT_TRUE(written().ends_with("<4>other: connected (repeated 1 time)\n"));
}

TEST_F(Output, TellsOfRepeatsEveryMinute)
{
    open(LogFormat::journal);
    log->info("mqtt", "no answer");
    for (int i = 0; i < 70; ++i) {
        clock.advance(seconds(1));
        log->info("mqtt", "no answer");
    }
    EXPECT_EQ(written(), "<6>mqtt: no answer\n<6>mqtt: no answer (repeated 60 times)\n");
}

TEST_F(Output, DropsWhatIsBelowItsLevel)
{
    open(LogFormat::journal, Level::warning);
    log->info("a", "unseen");
    log->error("a", "seen");
    EXPECT_EQ(written(), "<3>a: seen\n");
}

TEST_F(Output, TheFormatFollowsTheDescriptor)
{
    open(LogFormat::text);
    struct stat found {};
    ASSERT_EQ(::fstat(fd.get(), &found), 0);
    const std::string own = std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino);
    EXPECT_EQ(choose_log_format(fd.get(), own, false), LogFormat::journal);
    EXPECT_EQ(choose_log_format(fd.get(), "1:2", false), LogFormat::text);
    EXPECT_EQ(choose_log_format(fd.get(), "", false), LogFormat::text);
    const UniqueFd terminal{::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)};
    ASSERT_TRUE(terminal);
    EXPECT_EQ(choose_log_format(terminal.get(), "1:2", false), LogFormat::terminal);
    EXPECT_EQ(choose_log_format(terminal.get(), "", true), LogFormat::text);
}

}  // namespace
}  // namespace reops::io
