// SPDX-License-Identifier: Apache-2.0
// Packages: what is changed is told by comparing the lists of installed ones, not by what the
// package managers say about it.
#include "data/map.hh"
#include "data/vector.hh"
#include "operations/verbs/package_script.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/reading.hh"
#include "operations/verbs/subjects.hh"

#include <array>
#include <map>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

/// Unattended upgrades of a machine that has just booted take about as long.
constexpr std::string_view lock_wait_seconds = "300";

Words package_words(std::string_view verb, const Words& packages)
{
    Words arguments = {std::string{verb}, std::string{lock_wait_seconds}};
    arguments.insert(arguments.end(), packages.begin(), packages.end());
    return script_command(package_script(), arguments);
}

Result<Words> update_command(const Value&)
{
    return package_words("update", {});
}

Result<Words> upgrade_command(const Value&)
{
    return package_words("upgrade", {});
}

Result<Words> upgradable_command(const Value&)
{
    return package_words("upgradable", {});
}

Result<Words> install_command(const Value& args)
{
    Words packages = {text_argument(args, "package")};
    for (std::string& more : words_argument(args, "more"))
        packages.push_back(std::move(more));
    return package_words("install", packages);
}

/// What the script says, line by line.
struct PackageReport {
    std::string_view manager;
    /// Versions by name. A kernel may be there in several.
    std::map<std::string_view, std::vector<std::string_view>> before;
    std::map<std::string_view, std::vector<std::string_view>> after;
    data::VectorBuilder newer;
    std::string_view reboot;
};

bool read_line(std::string_view line, PackageReport& report)
{
    const auto fields = fields_of(line);
    if (fields.size() >= 2 && fields[0] == "manager")
        report.manager = fields[1];
    else if (fields.size() >= 2 && fields[0] == "reboot")
        report.reboot = trimmed(line.substr(sizeof "reboot"));
    else if (fields.size() == 3 && fields[0] == "-")
        report.before[fields[1]].push_back(fields[2]);
    else if (fields.size() == 3 && fields[0] == "+")
        report.after[fields[1]].push_back(fields[2]);
    else if (fields.size() == 4 && fields[0] == "~") {
        data::MapBuilder package;
        package.set(Value::keyword("name"), text(fields[1]));
        if (fields[2] != "-")
            package.set(Value::keyword("from"), text(fields[2]));
        package.set(Value::keyword("to"), text(fields[3]));
        report.newer.push_back(package.finish());
    } else  // a system without packages has empty lists
        return fields.size() < 2;
    return true;
}

Result<PackageReport> read_report(const CommandReply& reply)
{
    PackageReport report;
    for (const std::string_view line : lines_of(reply.out))
        if (!read_line(line, report))
            return not_understood("update", "packages with their versions", line);
    if (report.manager.empty() || report.reboot.empty())
        return not_understood("update", "a package manager and packages", reply.out);
    return report;
}

void set_reboot(data::MapBuilder& result, std::string_view reboot)
{
    const bool is_needed = reboot.starts_with("yes");
    result.set(Value::keyword("reboot-needed"), Value::boolean(is_needed));
    if (is_needed)
        result.set(Value::keyword("reboot-why"), text(trimmed(reboot.substr(3))));
}

Value versions(std::string_view name, std::string_view version)
{
    return row({{"name", text(name)}, {"version", text(version)}});
}

Result<Value> change_result(const CommandReply& reply)
{
    auto report = read_report(reply);
    if (!report.ok())
        return report.failure();
    data::VectorBuilder upgraded;
    data::VectorBuilder installed;
    data::VectorBuilder removed;
    for (const auto& [name, added] : report->after) {
        const auto gone = report->before.find(name);
        if (gone != report->before.end() && gone->second.size() == 1 && added.size() == 1)
            upgraded.push_back(row(
                {{"name", text(name)}, {"from", text(gone->second[0])}, {"to", text(added[0])}}));
        else
            for (const std::string_view version : added)
                installed.push_back(versions(name, version));
    }
    for (const auto& [name, gone] : report->before) {
        const auto added = report->after.find(name);
        if (added == report->after.end() || gone.size() != 1 || added->second.size() != 1)
            for (const std::string_view version : gone)
                removed.push_back(versions(name, version));
    }
    const std::size_t changed = upgraded.size() + installed.size() + removed.size();
    data::MapBuilder result;
    result.set(Value::keyword("changed"), Value::integer(static_cast<std::int64_t>(changed)));
    result.set(Value::keyword("upgraded"), upgraded.finish());
    result.set(Value::keyword("installed"), installed.finish());
    result.set(Value::keyword("removed"), removed.finish());
    set_reboot(result, report->reboot);
    result.set(Value::keyword("manager"), text(report->manager));
    return Value{result.finish()};
}

Result<Value> upgradable_result(const CommandReply& reply)
{
    auto report = read_report(reply);
    if (!report.ok())
        return report.failure();
    const auto count = static_cast<std::int64_t>(report->newer.size());
    data::MapBuilder result;
    result.set(Value::keyword("upgradable"), Value::integer(count));
    result.set(Value::keyword("packages"), report->newer.finish());
    set_reboot(result, report->reboot);
    result.set(Value::keyword("manager"), text(report->manager));
    return Value{result.finish()};
}

/// The line that tells what is wrong, among all that package managers say. What dpkg says of a
/// package goes on in the next line.
std::string trouble_of(const CommandReply& reply)
{
    const auto lines = lines_of(reply.err);
    for (const std::string_view begin :
         {"dpkg: error ", "E: ", "Error in ", "Error: ", "ERROR: ", "error: ", "sudo: "})
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (!lines[i].starts_with(begin))
                continue;
            std::string line =
                first_line_or_sudo({reply.exit_code, {}, std::string{trimmed(lines[i])}});
            if (line.ends_with(':') && i + 1 < lines.size())
                line += " " + std::string{text(trimmed(lines[i + 1])).as_string()};
            return line;
        }
    return first_line(reply);
}

std::string packages_explained(const CommandReply& reply)
{
    for (const std::string_view line : lines_of(reply.err)) {
        const auto fields = fields_of(line);
        if (fields.size() == 3 && fields[0] == "reops-lock")
            return fmt::format("process {} ({}) holds the lock of the packages since {} s or more",
                               text(fields[1]).as_string(),
                               text(fields[2]).as_string(),
                               lock_wait_seconds);
    }
    std::string trouble = trouble_of(reply);
    if (trouble.find("dpkg --configure -a") != std::string::npos)
        trouble += "; try: (exec HOST \"sudo -n dpkg --configure -a\")";
    std::size_t changed = 0;
    for (const std::string_view line : lines_of(reply.out))
        if (line.starts_with("+ "))
            ++changed;
    if (changed > 0)
        trouble +=
            fmt::format("; {} package{} changed before", changed, changed == 1 ? " was" : "s were");
    return trouble;
}

constexpr std::array<Parameter, 2> install_parameters = {{
    {.name = "package", .about = "its name", .kind = ParameterKind::package},
    {.name = "more",
     .about = "names of more packages",
     .kind = ParameterKind::package,
     .presence = Presence::rest},
}};

constexpr std::string_view result =
    "{:changed 1, :upgraded [{:name \"htop\", :from \"3.2.1-1\", :to \"3.2.2-2\"}], :installed [], "
    ":removed [], :reboot-needed true, :reboot-why \"the kernel 6.1.0-19-amd64 is installed and "
    "6.1.0-18-amd64 runs\", :manager \"apt\"}; installed and removed ones have :name :version";
constexpr std::string_view programs = "apt-get, dnf, yum or apk; sudo or doas unless root asks";
constexpr std::size_t most_said = 4UL << 20;

constexpr std::array<Verb, 4> table = {{
    {.name = "update",
     .about = "bring all packages up to date; removes none and restarts no machine",
     .example = "(update web)",
     .result = result,
     .needs = programs,
     .changes = true,
     .in_batches = true,
     .limit = minutes(60),
     .most_output = most_said,
     .command = update_command,
     .parse = change_result,
     .explain = packages_explained},
    {.name = "upgrade",
     .about = "as update, and removes packages where newer ones want that",
     .example = "(upgrade web)",
     .result = result,
     .needs = programs,
     .changes = true,
     .in_batches = true,
     .limit = minutes(60),
     .most_output = most_said,
     .command = upgrade_command,
     .parse = change_result,
     .explain = packages_explained},
    {.name = "install",
     .about = "install packages, or bring them up to date",
     .parameters = install_parameters,
     .example = "(install web \"htop\")",
     .result = result,
     .needs = programs,
     .changes = true,
     .in_batches = true,
     .limit = minutes(30),
     .most_output = most_said,
     .command = install_command,
     .parse = change_result,
     .explain = packages_explained},
    {.name = "upgradable",
     .about = "fetch the lists of packages and tell which could be newer; changes no package",
     .example = "(upgradable web)",
     .result = "{:upgradable 1, :packages [{:name \"htop\", :from \"3.2.1-1\", :to \"3.2.2-2\"}], "
               ":reboot-needed false, :manager \"apt\"}; dnf tells no :from",
     .needs = programs,
     .limit = minutes(30),
     .most_output = most_said,
     .command = upgradable_command,
     .parse = upgradable_result,
     .explain = packages_explained},
}};

}  // namespace

std::span<const Verb> package_verbs()
{
    return table;
}

}  // namespace reops::operations
