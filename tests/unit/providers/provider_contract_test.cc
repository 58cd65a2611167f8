// SPDX-License-Identifier: Apache-2.0
// The contract, kept by the simulated machines and by libvirt's own test driver. The helper
// programs are those of this build: they lie beside the test.
#include "tests/support/provider_contract.hh"

#include "data/map.hh"
#include "providers/registry.hh"
#include "tests/support/ssh_host.hh"

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
    made.make = helper_maker("sim", [](const TempDir& folder) {
        return std::vector<std::string>{
            program("reops-provider-sim"), "--dir", (folder / "sim").string()};
    });
    const data::KeyValue stop{Value::keyword("stop"), Value::string("20ms")};
    const data::KeyValue boot{Value::keyword("boot"), Value::string("20ms")};
    const data::KeyValue absent{Value::keyword("state"), Value::keyword("absent")};
    const auto flag = [](const char* word) {
        return data::KeyValue{Value::outside_keyword(word), Value::boolean(true)};
    };
    made.system = {"foo", "", sim_options({stop, boot})};
    made.missing = {"gone", "", sim_options({absent})};
    made.fresh = {"new", "", sim_options({stop, boot, absent})};
    made.unreachable = {"far", "", sim_options({flag("unreachable")})};
    made.denied = {"locked", "", sim_options({flag("denied")})};
    made.silent = {"mute", "", sim_options({flag("silent")})};
    made.vanish = [](ContractWorld& world) {
        ASSERT_TRUE(run_program(world.loop,
                                {program("reops-provider-sim"),
                                 "--dir",
                                 (world.folder / "sim").string(),
                                 "set",
                                 "new",
                                 "vanish=true"}));
    };
    return made;
}

ContractCase libvirt_test_driver()
{
    ContractCase made;
    made.name = "libvirt_test_driver";
    made.make = helper_maker("libvirt", [](const TempDir&) {
        return std::vector<std::string>{program("reops-provider-libvirt")};
    });
    made.system = {"plex", "", options({{"uri", "test:///default"}, {"domain", "test"}})};
    made.missing = {"gone", "", options({{"uri", "test:///default"}})};
    made.unreachable = {
        "far", "", options({{"uri", "qemu:///system?socket=/nonexistent/libvirt-sock"}})};
    made.machines_outlive_helper = false;
    return made;
}

const auto both = testing::Values(sim(), libvirt_test_driver());
const auto sim_alone = testing::Values(sim());

INSTANTIATE_TEST_SUITE_P(Unit, ProviderContract, both, contract_name);
INSTANTIATE_TEST_SUITE_P(Unit, KnowingContract, both, contract_name);
INSTANTIATE_TEST_SUITE_P(Unit, WatchContract, both, contract_name);
INSTANTIATE_TEST_SUITE_P(Unit, HelperContract, both, contract_name);
INSTANTIATE_TEST_SUITE_P(Unit, CreatingContract, sim_alone, contract_name);
INSTANTIATE_TEST_SUITE_P(Unit, LoginContract, sim_alone, contract_name);
INSTANTIATE_TEST_SUITE_P(Unit, SilenceContract, sim_alone, contract_name);

TEST(SimProvider, KeepsTheTypeAndTheHypervisorOfItsMachines)
{
    ContractWorld world;
    const auto provider = sim().make(world);
    provider->sync({{"foo", "", options({{"type", "plex"}, {"runs-on", "big-iron"}})}});
    std::optional<Result<std::vector<providers::ListedSystem>>> got;
    provider->list({}, seconds(10), [&](auto reply) { got = std::move(reply); });
    ASSERT_TRUE(world.loop.run_until([&] { return got.has_value(); }, seconds(20)));
    ASSERT_TRUE(got->ok()) << got->failure().message;
    ASSERT_EQ(got->value().size(), 1U);
    EXPECT_EQ(got->value()[0].type, "plex");
    EXPECT_EQ(got->value()[0].labels.at("runs-on"), "big-iron");
}

}  // namespace
}  // namespace reops::test
