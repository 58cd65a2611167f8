// SPDX-License-Identifier: Apache-2.0
// fanout_bench CONFIG HOSTS ROUNDS COMMAND...: runs a command on every host of a file (a name on
// each line) through remote/, ROUNDS times over the same connections. One JSON object a round: what
// it took on the wall and of our CPU (children included), how many came back with exit status 0,
// and what is resident. CONFIG is a file of ssh_config(5), which names keys and known_hosts.
#include "base/log.hh"
#include "operations/command_line.hh"
#include "remote/remote.hh"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

namespace reops {

namespace {

class Quiet final : public Log {
public:
    void write(Level, std::string_view, std::string_view) override {}
};

double to_ms(Duration span)
{
    return std::chrono::duration<double, std::milli>(span).count();
}

double cpu_ms()
{
    double total = 0;
    for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage used{};
        ::getrusage(who, &used);
        for (const timeval& part : {used.ru_utime, used.ru_stime})
            total +=
                static_cast<double>(part.tv_sec) * 1e3 + static_cast<double>(part.tv_usec) / 1e3;
    }
    return total;
}

long resident_kib()
{
    std::ifstream statm{"/proc/self/statm"};
    long size = 0;
    long resident = 0;
    statm >> size >> resident;
    return resident * (::sysconf(_SC_PAGESIZE) / 1024);
}

struct Round {
    std::vector<double> times = {};  ///< of the good ones, since the start of the round
    std::size_t ended = 0;
    std::string trouble = {};  ///< one of them
};

Round run_round(io::EventLoop& loop,
                remote::Remote& remote,
                const std::vector<std::string>& hosts,
                const remote::Order& order)
{
    Round round;
    const Duration began = loop.now();
    for (const std::string& host : hosts) {
        remote::Target target;
        target.host = host;
        remote.run(target, order, [&round, &loop, began](const Result<remote::Ran>& ran) {
            ++round.ended;
            if (remote::code_of(ran) == 0)
                round.times.push_back(to_ms(loop.now() - began));
            else
                round.trouble = remote::describe(ran);
        });
    }
    loop.run_until([&] { return round.ended == hosts.size(); }, minutes(5));
    std::sort(round.times.begin(), round.times.end());
    return round;
}

void print_round(int number, const Round& round, double wall, double cpu, std::size_t open)
{
    const std::size_t good = round.times.size();
    std::string trouble;
    for (const char c : round.trouble)
        if (c != '"' && c != '\\')
            trouble += c;
    fmt::print(
        "{{\"round\": {}, \"wall_ms\": {:.1f}, \"good_ms\": {:.1f}, \"median_ms\": {:.1f}, "
        "\"cpu_ms\": {:.1f}, \"good\": {}, \"open\": {}, \"resident_kib\": {}, "
        "\"trouble\": \"{}\"}}\n",
        number,
        wall,
        good == 0 ? 0 : round.times.back(),
        good == 0 ? 0 : round.times[good / 2],
        cpu,
        good,
        open,
        resident_kib(),
        trouble);
    std::fflush(stdout);
}

int run(const std::vector<std::string>& words)
{
    std::vector<std::string> hosts;
    std::ifstream file{words[1]};
    for (std::string line; std::getline(file, line);)
        hosts.push_back(line);
    int rounds = 0;
    std::from_chars(words[2].data(), words[2].data() + words[2].size(), rounds);
    const auto line = operations::quote_command({words.begin() + 3, words.end()});
    if (hosts.empty() || rounds < 1 || !line.ok())
        return 2;

    io::EventLoop loop;
    Quiet log;
    remote::SshSettings settings;
    settings.config_file = words[0];
    settings.limits.connections = 4096;
    settings.limits.idle = minutes(10);
    remote::Remote remote{loop, log, settings, "/nowhere"};
    remote::Order order;
    order.line = *line;
    order.limit = minutes(4);
    print_round(0, {}, 0, cpu_ms(), 0);
    for (int number = 1; number <= rounds; ++number) {
        const double cpu = cpu_ms();
        const Duration began = loop.now();
        const Round round = run_round(loop, remote, hosts, order);
        print_round(
            number, round, to_ms(loop.now() - began), cpu_ms() - cpu, remote.own().connections());
    }
    return 0;
}

}  // namespace

}  // namespace reops

int main(int count, char** words)
{
    if (count < 5) {
        std::fputs("usage: fanout_bench CONFIG HOSTS ROUNDS COMMAND...\n", stderr);
        return 2;
    }
    return reops::run({words + 1, words + count});
}
