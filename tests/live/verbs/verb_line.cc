// SPDX-License-Identifier: Apache-2.0
// verb-line command CALL: the line for a host's shell. verb-line result VERB CODE OUT ERR: what the
// verb makes of a reply whose output and errors are in files. Tests run the lines for real with it.
#include "data/print.hh"
#include "operations/command_line.hh"
#include "tests/unit/operations/verb_calls.hh"

#include <fstream>
#include <iostream>
#include <sstream>

namespace reops {

namespace {

int show(const Failure& failure)
{
    std::cout << to_string(failure.code) << ": " << failure.message << "\n";
    return 1;
}

int command(std::string_view call)
{
    auto words = operations::command_of(call);
    if (!words.ok())
        return show(words.failure());
    const auto line = operations::quote_command(*words);
    if (!line.ok())
        return show(line.failure());
    std::cout << *line;
    return 0;
}

std::string read_file(const char* path)
{
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

int result(std::string_view name, int code, const char* out, const char* err)
{
    const operations::Verb* verb = operations::find_verb(name);
    if (verb == nullptr)
        return 2;
    const operations::CommandReply reply{code, read_file(out), read_file(err)};
    if (code != 0) {
        std::cout << "failed: " << verb->explain(reply) << "\n";
        return 1;
    }
    const auto value = operations::read_reply(*verb, reply);
    if (!value.ok())
        return show(value.failure());
    std::cout << data::print(*value) << "\n";
    return 0;
}

}  // namespace

}  // namespace reops

int main(int count, char** words)
{
    const std::string_view what = count > 1 ? words[1] : "";
    if (what == "command" && count == 3)
        return reops::command(words[2]);
    if (what == "result" && count == 6)
        return reops::result(words[2], std::atoi(words[3]), words[4], words[5]);
    std::cerr << "verb-line command CALL | verb-line result VERB CODE OUT ERR\n";
    return 2;
}
