// SPDX-License-Identifier: Apache-2.0
#include "engine/stages.hh"

namespace reops::engine {

namespace {

class ChooseHosts final : public ChooseStage {
public:
    ChooseHosts(Chooser chooser, std::string text)
        : chooser_(std::move(chooser)), printed_("(pick " + std::move(text) + ")")
    {
    }
    std::string_view name() const override { return "pick"; }
    std::string printed() const override { return printed_; }
    std::vector<std::string> choose(const HostResults& success,
                                    const HostResults& failure,
                                    const std::vector<std::string>& hosts) const override
    {
        return chooser_(success, failure, hosts);
    }

private:
    Chooser chooser_;
    std::string printed_;
};

}  // namespace

StagePtr make_choose(Chooser chooser, std::string printed)
{
    return std::make_shared<ChooseHosts>(std::move(chooser), std::move(printed));
}

}  // namespace reops::engine
