// SPDX-License-Identifier: Apache-2.0
#include "tests/live/smtp/live_mail_server.hh"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace reops::sinks::test {

namespace {

const std::string support = REOPS_TEST_SUPPORT;

std::string read(const std::filesystem::path& path)
{
    std::ifstream file{path};
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

}  // namespace

bool LiveMailServer::start(const std::vector<std::string>& options)
{
    io::SpawnOptions spawn;
    spawn.argv = {"/usr/bin/python3",
                  support + "/smtp_server.py",
                  folder_.path().string(),
                  "--port",
                  std::to_string(port_)};
    spawn.argv.insert(spawn.argv.end(), options.begin(), options.end());
    auto spawned = io::spawn(loop_, spawn);
    if (!spawned)
        return false;
    child_ = std::move(*spawned);
    has_ended_ = false;
    printed_.clear();
    const auto keep = [this](std::string_view bytes) { printed_ += bytes; };
    child_->start(keep, keep, [this](io::ExitStatus status) {
        has_ended_ = true;
        exit_code_ = status.code;
    });
    loop_.run_until([this] { return has_ended_ || printed_.find('\n') != std::string::npos; },
                    seconds(20));
    if (has_ended_ && exit_code_ == 77)
        return false;
    EXPECT_TRUE(printed_.starts_with("port ")) << printed_;
    if (printed_.starts_with("port "))
        port_ = static_cast<std::uint16_t>(std::stoi(printed_.substr(5)));
    return true;
}

void LiveMailServer::end()
{
    child_->kill(SIGKILL);
    ASSERT_TRUE(loop_.run_until([this] { return has_ended_; }, seconds(10)));
    child_.reset();
}

void LiveMailServer::behave(const std::string& words)
{
    std::ofstream{folder_ / "mode.new"} << words;
    std::filesystem::rename(folder_ / "mode.new", folder_ / "mode");
}

std::string LiveMailServer::log() const
{
    return read(folder_ / "log");
}

std::size_t LiveMailServer::count(std::string_view line) const
{
    std::istringstream lines{log()};
    std::size_t found = 0;
    for (std::string each; std::getline(lines, each);)
        found += each == line ? 1 : 0;
    return found;
}

testing::AssertionResult LiveMailServer::logs(std::string_view line)
{
    io::Timer pause{loop_};
    std::function<void()> again = [&] { pause.after(milliseconds(5), again); };
    again();
    if (loop_.run_until([&] { return count(line) > 0; }, seconds(10)))
        return testing::AssertionSuccess();
    return testing::AssertionFailure() << "no line `" << line << "` in:\n" << log();
}

std::vector<std::string> LiveMailServer::mails()
{
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator{folder_ / "maildir/new"})
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> out;
    for (const std::filesystem::path& path : paths) {
        io::SpawnOptions spawn;
        spawn.argv = {"/usr/bin/python3", support + "/show_mail.py", path.string()};
        auto reader = io::spawn(loop_, spawn);
        EXPECT_TRUE(reader.ok());
        std::string shown;
        std::optional<int> code;
        const auto keep = [&](std::string_view bytes) { shown += bytes; };
        (*reader)->start(keep, keep, [&](io::ExitStatus status) { code = status.code; });
        EXPECT_TRUE(loop_.run_until([&] { return code.has_value(); }, seconds(20)));
        EXPECT_EQ(code.value_or(-1), 0) << shown;
        out.push_back(shown);
    }
    return out;
}

}  // namespace reops::sinks::test
