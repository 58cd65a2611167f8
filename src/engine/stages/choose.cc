// SPDX-License-Identifier: Apache-2.0
#include "engine/stages.hh"

namespace reops::engine {

namespace {

class ChooseHosts final : public ChooseStage {
public:
    ChooseHosts(Chooser chooser, std::string text, Pace pace)
        : chooser_(std::move(chooser)), printed_("(pick " + std::move(text) + ")"), pace_(pace)
    {
    }
    std::string_view name() const override { return "pick"; }
    std::string printed() const override { return printed_; }
    Pace pace() const override { return pace_; }
    std::vector<std::string> choose(const HostResults& success,
                                    const HostResults& failure,
                                    const std::vector<std::string>& hosts) const override
    {
        return chooser_(success, failure, hosts);
    }

private:
    Chooser chooser_;
    std::string printed_;
    Pace pace_;
};

}  // namespace

StagePtr make_choose(Chooser chooser, std::string printed, Pace pace)
{
    return std::make_shared<ChooseHosts>(std::move(chooser), std::move(printed), pace);
}

}  // namespace reops::engine
