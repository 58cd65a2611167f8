// SPDX-License-Identifier: Apache-2.0
// The provider contract with a real guest under a real libvirtd.
#include "data/map.hh"
#include "providers/registry.hh"
#include "tests/live/libvirt/live_guests.hh"
#include "tests/support/provider_contract.hh"

namespace reops::test {
namespace {

ContractCase qemu()
{
    const LiveGuests guests = LiveGuests::find().value_or(LiveGuests{});
    ContractCase made;
    made.name = "qemu";
    made.make = helper_maker("libvirt", [](const TempDir&) {
        const auto folder = providers::RegistrySettings::default_helper_folders().at(0);
        return std::vector<std::string>{(folder / "reops-provider-libvirt").string()};
    });
    made.system = guests.system_named("foo");
    made.missing = guests.system_named("gone");
    made.unreachable = {
        "far",
        "",
        data::make_map({{data::Value::keyword("uri"),
                         data::Value::string("qemu:///system?socket=/nonexistent/libvirt-sock")}})};
    made.is_ready = [guests] { return guests.is_up("foo"); };
    made.patience = seconds(20);
    return made;
}

INSTANTIATE_TEST_SUITE_P(Live, ProviderContract, testing::Values(qemu()), contract_name);
INSTANTIATE_TEST_SUITE_P(Live, KnowingContract, testing::Values(qemu()), contract_name);
INSTANTIATE_TEST_SUITE_P(Live, WatchContract, testing::Values(qemu()), contract_name);
INSTANTIATE_TEST_SUITE_P(Live, HelperContract, testing::Values(qemu()), contract_name);

}  // namespace
}  // namespace reops::test
