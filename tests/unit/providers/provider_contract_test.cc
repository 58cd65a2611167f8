// SPDX-License-Identifier: Apache-2.0
// The contract, kept by the simulated machines and by libvirt's own test driver. The helper
// programs are those of this build: they lie beside the test.
#include "tests/support/provider_contract.hh"

#include "data/map.hh"
#include "providers/registry.hh"

namespace reops::test {
namespace {

using data::Value;

std::string program(const std::string& name)
{
    return (providers::RegistrySettings::default_helper_folders().at(0) / name).string();
}

Value options(std::initializer_list<std::pair<const char*, const char*>> words)
{
    data::MapBuilder map;
    for (const auto& [key, value] : words)
        map.set(Value::keyword(key), Value::string(value));
    return map.finish();
}

Value sim_options(std::initializer_list<data::KeyValue> words)
{
    return data::make_map({{Value::keyword("sim"), data::make_map(words)}});
}

ContractCase sim()
{
    ContractCase made;
    made.name = "sim";
    made.argv = [](const std::filesystem::path& folder) {
        return std::vector<std::string>{
            program("reops-provider-sim"), "--dir", (folder / "sim").string()};
    };
    made.system = {"foo",
                   "",
                   sim_options({{Value::keyword("stop"), Value::string("20ms")},
                                {Value::keyword("boot"), Value::string("20ms")}})};
    made.missing = {"gone", "", sim_options({{Value::keyword("state"), Value::keyword("absent")}})};
    made.unreachable = {
        "far", "", sim_options({{Value::keyword("unreachable"), Value::boolean(true)}})};
    return made;
}

ContractCase libvirt_test_driver()
{
    ContractCase made;
    made.name = "libvirt_test_driver";
    made.argv = [](const std::filesystem::path&) {
        return std::vector<std::string>{program("reops-provider-libvirt")};
    };
    made.system = {"plex", "", options({{"uri", "test:///default"}, {"domain", "test"}})};
    made.missing = {"gone", "", options({{"uri", "test:///default"}})};
    made.unreachable = {
        "far", "", options({{"uri", "qemu:///system?socket=/nonexistent/libvirt-sock"}})};
    made.machines_outlive_helper = false;
    return made;
}

INSTANTIATE_TEST_SUITE_P(Unit,
                         ProviderContract,
                         testing::Values(sim(), libvirt_test_driver()),
                         contract_name);

}  // namespace
}  // namespace reops::test
