// SPDX-License-Identifier: Apache-2.0
// What a host is: its system and its hardware. Scripts print `NAME<tab>VALUE` lines.
#include "data/map.hh"
#include "data/vector.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/reading.hh"
#include "operations/verbs/subjects.hh"

#include <array>
#include <map>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

// --- os-info

constexpr std::string_view os_script = R"sh(
    for k in s r m n; do printf 'uname-%s\t%s\n' $k "$(uname -$k)"; done;
    if [ -d /run/systemd/system ]; then printf 'init\tsystemd\n';
    elif [ -d /run/openrc ]; then printf 'init\topenrc\n'; fi;
    for f in /etc/os-release /usr/lib/os-release; do
        if [ -r $f ]; then
            while IFS='=' read -r key value; do printf '%s\t%s\n' "$key" "$value"; done <$f;
            break;
        fi;
    done
)sh";

Result<Words> os_command(const Value&)
{
    return script_command(os_script, {});
}

std::map<std::string_view, std::string_view> read_facts(std::string_view said)
{
    std::map<std::string_view, std::string_view> facts;
    for (const std::string_view line : lines_of(said))
        if (const std::size_t tab = line.find('\t'); tab != std::string_view::npos)
            facts.emplace(line.substr(0, tab), trimmed(line.substr(tab + 1)));
    return facts;
}

/// A value of os-release(5): quoted as for a shell.
std::string unquoted(std::string_view value)
{
    if (value.size() < 2 || (value[0] != '"' && value[0] != '\'') || value.back() != value[0])
        return std::string{value};
    const bool has_escapes = value[0] == '"';
    std::string plain;
    for (std::size_t i = 1; i + 1 < value.size(); ++i) {
        if (has_escapes && value[i] == '\\' && i + 2 < value.size())
            ++i;
        plain += value[i];
    }
    return plain;
}

Result<Value> os_result(const CommandReply& reply)
{
    const auto facts = read_facts(reply.out);
    if (!facts.contains("uname-r"))
        return not_understood("os-info", "what `uname` says", reply.out);
    data::MapBuilder info;
    const auto set = [&](std::string_view key, std::string_view fact) {
        if (const auto found = facts.find(fact); found != facts.end() && !found->second.empty())
            info.set(Value::keyword(key), text(unquoted(found->second)));
    };
    set("id", "ID");
    set("version", "VERSION_ID");
    set("name", "PRETTY_NAME");
    set("like", "ID_LIKE");
    set("hostname", "uname-n");
    set("system", "uname-s");
    set("kernel", "uname-r");
    set("machine", "uname-m");
    set("init", "init");
    return Value{info.finish()};
}

// --- hardware-info

constexpr std::string_view hardware_script = R"sh(
    printf 'cpu\t%s\n' "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)";
    printf 'cpus\t%s\n' "$(grep -c '^cpu[0-9]' /proc/stat)";
    printf 'memory\t%s\n' "$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)";
    for k in sys_vendor product_name bios_version; do
        f=/sys/class/dmi/id/$k; if [ -r $f ]; then printf '%s\t%s\n' $k "$(cat $f)"; fi;
    done;
    for d in /sys/block/*; do
        if [ -e "$d/size" ] && [ "$(cat "$d/size")" != 0 ]; then
            case "${d##*/}" in
                loop*|ram*|zram*|dm-*|md*|sr*) ;;
                *) printf 'disk\t%s\t%s\t%s\t%s\n' "${d##*/}" "$(cat "$d/size")"
                    "$(cat "$d/queue/rotational")" "$(cat "$d/device/model" 2>/dev/null)";;
            esac;
        fi;
    done;
    for n in /sys/class/net/*; do
        if [ -r "$n/address" ]; then
            printf 'card\t%s\t%s\t%s\n' "${n##*/}" "$(cat "$n/address")"
                "$(cat "$n/operstate")";
        fi;
    done
)sh";

Result<Words> hardware_command(const Value&)
{
    return script_command(hardware_script, {});
}

/// `disk<tab>vda<tab>sectors of 512 bytes<tab>1 when it turns<tab>model`.
Value read_disk(const std::vector<std::string_view>& cells)
{
    data::MapBuilder disk;
    disk.set(Value::keyword("name"), text(cells[1]));
    if (const auto sectors = to_whole(cells[2]))
        disk.set(Value::keyword("size-bytes"), bytes(*sectors, 512));
    disk.set(Value::keyword("rotates"), Value::boolean(cells[3] == "1"));
    if (cells.size() > 4 && !trimmed(cells[4]).empty())
        disk.set(Value::keyword("model"), text(trimmed(cells[4])));
    return disk.finish();
}

/// `card<tab>eth0<tab>52:54:00:12:34:56<tab>up`.
Value read_card(const std::vector<std::string_view>& cells)
{
    return row(
        {{"name", text(cells[1])}, {"mac", text(cells[2])}, {"state", text(trimmed(cells[3]))}});
}

Result<Value> hardware_result(const CommandReply& reply)
{
    const auto facts = read_facts(reply.out);
    const auto number = [&](std::string_view name) {
        const auto found = facts.find(name);
        return found == facts.end() ? std::nullopt : to_whole(found->second);
    };
    const auto cpus = number("cpus");
    const auto memory = number("memory");
    if (!cpus || !memory)
        return not_understood("hardware-info", "numbers of processors and of memory", reply.out);
    data::MapBuilder info;
    info.set(Value::keyword("cpus"), Value::integer(*cpus));
    info.set(Value::keyword("memory-bytes"), bytes(*memory, 1024));
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> texts = {{
        {"cpu", "cpu"},
        {"vendor", "sys_vendor"},
        {"product", "product_name"},
        {"firmware", "bios_version"},
    }};
    for (const auto& [key, fact] : texts)
        if (const auto found = facts.find(fact); found != facts.end() && !found->second.empty())
            info.set(Value::keyword(key), text(found->second));
    data::VectorBuilder disks;
    data::VectorBuilder cards;
    for (const std::string_view line : lines_of(reply.out)) {
        const auto cells = cells_of(line, '\t');
        if (cells[0] == "disk" && cells.size() >= 4)
            disks.push_back(read_disk(cells));
        else if (cells[0] == "card" && cells.size() >= 4)
            cards.push_back(read_card(cells));
    }
    info.set(Value::keyword("disks"), disks.finish());
    info.set(Value::keyword("cards"), cards.finish());
    return Value{info.finish()};
}

constexpr std::array<Verb, 2> table = {{
    {.name = "os-info",
     .about = "the system: its distribution, kernel and name",
     .example = "(os-info web)",
     .result = "{:id \"debian\", :version \"12\", :name \"Debian GNU/Linux 12 (bookworm)\", "
               ":hostname \"web-1\", :system \"Linux\", :kernel \"6.1.0-18-amd64\", :machine "
               "\"x86_64\", :init \"systemd\"}; what a host does not know is left out",
     .needs = "",
     .command = os_command,
     .parse = os_result,
     .explain = first_line},
    {.name = "hardware-info",
     .about = "the machine: processors, memory, disks, network cards",
     .example = "(hardware-info web)",
     .result = "{:cpus 2, :memory-bytes 8234156032, :cpu \"AMD EPYC 7B13\", :vendor \"QEMU\", "
               ":product \"Standard PC\", :firmware \"1.16.2\", :disks [{:name \"vda\", "
               ":size-bytes 21474836480, :rotates true, :model \"QEMU\"}], :cards [{:name "
               "\"eth0\", :mac \"52:54:00:12:34:56\", :state \"up\"}]}",
     .needs = "",
     .command = hardware_command,
     .parse = hardware_result,
     .explain = first_line},
}};

}  // namespace

std::span<const Verb> fact_verbs()
{
    return table;
}

}  // namespace reops::operations
