// SPDX-License-Identifier: Apache-2.0
#include "wire/nmap/nmap_report.hh"

#include <gtest/gtest.h>

namespace reops::wire {

namespace {

std::string report(const std::string& hosts, const std::string& end = "exit=\"success\"")
{
    return "<?xml version=\"1.0\"?><!DOCTYPE nmaprun><nmaprun>" + hosts + "<runstats><finished " +
           end + "/><hosts up=\"1\" total=\"4\"/></runstats></nmaprun>";
}

std::string why(const std::string& xml)
{
    const auto read = read_nmap_report(xml);
    EXPECT_FALSE(read.ok());
    if (read.ok())
        return {};
    EXPECT_EQ(read.failure().code, Code::corrupt);
    return read.failure().message;
}

/// The elements as nmap's own DTD (nmap.dtd) has them.
constexpr const char* one_host =
    "<host><status state=\"up\"/><address addr=\"10.0.0.7\" addrtype=\"ipv4\"/>"
    "<address addr=\"52:54:00:12:34:56\" addrtype=\"mac\" vendor=\"QEMU virtual NIC\"/>"
    "<hostnames><hostname name=\"plex.home\" type=\"PTR\"/></hostnames><ports>"
    "<extraports state=\"closed\" count=\"998\"/>"
    "<port protocol=\"tcp\" portid=\"22\"><state state=\"open\"/><service name=\"ssh\"/></port>"
    "<port protocol=\"tcp\" portid=\"25\"><state state=\"filtered\"/></port></ports></host>";

TEST(NmapReport, HasHostsWithTheirPorts)
{
    const auto read = read_nmap_report(report(one_host));
    ASSERT_TRUE(read.ok()) << read.failure().message;
    ASSERT_EQ(read->hosts.size(), 1U);
    const NmapHost& host = read->hosts[0];
    EXPECT_EQ(host.address, "10.0.0.7");
    EXPECT_EQ(host.mac, "52:54:00:12:34:56");
    EXPECT_EQ(host.vendor, "QEMU virtual NIC");
    EXPECT_EQ(host.name, "plex.home");
    EXPECT_TRUE(host.is_up);
    ASSERT_EQ(host.ports.size(), 2U);
    EXPECT_EQ(host.ports[0].number, 22);
    EXPECT_EQ(host.ports[0].service, "ssh");
    EXPECT_EQ(host.ports[1].state, "filtered");
    EXPECT_EQ(read->up, 1U);
    EXPECT_EQ(read->total, 4U);
}

TEST(NmapReport, ThatIsNotWholeIsRefused)
{
    EXPECT_NE(why("").find("expected nmap's XML"), std::string::npos);
    EXPECT_NE(why("<nmaprun><host>").find("expected nmap's XML"), std::string::npos);
    EXPECT_NE(why("<other/>").find("`nmaprun`"), std::string::npos);
    EXPECT_NE(why("<nmaprun/>").find("has no end"), std::string::npos);
    EXPECT_EQ(why(report("", "exit=\"error\" errormsg=\"no route\"")),
              "nmap ended without success: no route");
}

TEST(NmapReport, WithPortsAndHostsThatCannotBeIsRefused)
{
    const std::string address = "<host><address addr=\"10.0.0.7\" addrtype=\"ipv4\"/><ports>";
    for (const char* port : {"65536", "-1", "22x", "", "99999999999999999999"})
        EXPECT_NE(why(report(address + "<port portid=\"" + port + "\"/></ports></host>"))
                      .find("expected a port from 0 to 65535 of 10.0.0.7"),
                  std::string::npos)
            << port;
    EXPECT_EQ(why(report("<host/>")), "a host in nmap's report has no address");
}

TEST(NmapReport, IsBounded)
{
    EXPECT_NE(why(std::string(longest_nmap_report + 1, ' ')).find("the limit is 16 MiB"),
              std::string::npos);
    const auto named = read_nmap_report(report("<host><address addr=\"" + std::string(100000, 'a') +
                                               "\" addrtype=\"ipv4\"/></host>"));
    ASSERT_TRUE(named.ok());
    EXPECT_EQ(named->hosts[0].address.size(), 255U);
    std::string deep;
    for (int i = 0; i < 200000; ++i)
        deep += "<a>";
    EXPECT_FALSE(read_nmap_report(report(deep)).ok()) << "depth costs no stack";
}

TEST(NmapReport, TakesNoEntitiesOfItsOwn)
{
    const auto bomb = read_nmap_report(
        "<!DOCTYPE nmaprun [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><nmaprun><host><address "
        "addr=\"&b;\" addrtype=\"ipv4\"/></host><runstats><finished exit=\"success\"/>"
        "</runstats></nmaprun>");
    ASSERT_TRUE(bomb.ok()) << bomb.failure().message;
    EXPECT_EQ(bomb->hosts[0].address, "&b;");
}

}  // namespace

}  // namespace reops::wire
