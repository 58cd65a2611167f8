// SPDX-License-Identifier: Apache-2.0
#include "lang/outside.hh"

namespace reops::lang {

namespace {

Failure refuse(std::string_view what)
{
    return Failure{Code::unsupported, std::string{what} + " is not possible here"};
}

}  // namespace

Result<std::optional<SourceFile>> Outside::find_namespace(std::string_view)
{
    return std::optional<SourceFile>{};
}

Result<std::string> Outside::read_file(const std::string&)
{
    return refuse("reading files");
}

Result<void> Outside::write_file(const std::string&, std::string_view, bool)
{
    return refuse("writing files");
}

Result<bool> Outside::delete_file(const std::string&)
{
    return refuse("deleting files");
}

bool Outside::file_exists(const std::string&)
{
    return false;
}

Result<std::string> Outside::read_line()
{
    return refuse("reading lines");
}

Result<ProcessResult> Outside::run_process(const std::vector<std::string>&, std::string_view)
{
    return refuse("starting processes");
}

Result<Duration> Outside::pause(Duration)
{
    return refuse("sleeping");
}

Result<Time> Outside::wall_time()
{
    return refuse("asking for the time");
}

Result<Duration> Outside::steady_time()
{
    return refuse("asking for the time");
}

std::optional<std::string> Outside::variable(const std::string&)
{
    return std::nullopt;
}

Result<void> Outside::start_thread(std::function<void()>)
{
    return refuse("starting threads");
}

Result<std::uint64_t> Outside::random()
{
    return refuse("drawing random numbers");
}

}  // namespace reops::lang
