// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/host_look.hh"

#include <utility>

#include <fmt/format.h>

namespace reops::remote {

namespace {

std::string_view to_string(Verdict verdict)
{
    switch (verdict) {
        case Verdict::trusted:
            return "trusted";
        case Verdict::unknown:
            return "unknown";
        case Verdict::changed:
            return "changed";
        case Verdict::revoked:
            return "revoked";
    }
    return "unknown";
}

}  // namespace

HostKeyLook::HostKeyLook(const SshShared& shared, std::string host, RoutePtr route, Ended ended)
    : shared_(shared),
      host_(std::move(host)),
      route_(std::move(route)),
      ended_(std::move(ended)),
      deadline_(shared.loop)
{
}

void HostKeyLook::begin()
{
    const SshPhases& phases = shared_.settings.phases;
    const Duration within = phases.tcp + phases.banner + phases.key_exchange;
    deadline_.after(within, [this, within] {
        end(Failure{
            Code::unreachable,
            fmt::format("{} shows no host key within {}", host_, reops::to_string(within))});
    });
    const auto known = std::make_shared<std::shared_ptr<const KnownHosts>>();
    shared_.loop.run_blocking(
        [known, files = shared_.known_hosts, route = route_] {
            *known = files->load(route->known_hosts);
        },
        [known, weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self || !self->ended_)
                return;
            self->known_ = *known;
            self->attempt_ = io::connect_socket(self->shared_.loop,
                                                {self->route_->host_name, self->route_->port, ""},
                                                self->shared_.settings.phases.tcp,
                                                [raw = self.get()](Result<io::UniqueFd> socket) {
                                                    raw->on_socket(std::move(socket));
                                                });
        });
}

void HostKeyLook::on_socket(Result<io::UniqueFd> socket)
{
    if (!socket.ok())
        return end(socket.failure());
    auto session = Session::make(
        std::move(*socket), *route_, known_->types_of(route_->known_as, route_->port));
    if (!session.ok())
        return end(session.failure());
    session_ = std::move(*session);
    ready_ = std::make_unique<io::Readiness>(
        shared_.loop, session_->fd(), [this] { step(); }, [this] { step(); });
    step();
}

void HostKeyLook::step()
{
    const auto alive = shared_from_this();
    const Stepped how = session_->handshake();
    if (how == Stepped::failed)
        return end(Failure{Code::unreachable, fmt::format("{}: {}", host_, session_->trouble())});
    if (how == Stepped::done) {
        const auto key = session_->host_key();
        return key.ok() ? end(judge(*key)) : end(key.failure());
    }
    ready_->arm_read();
    if (session_->wants_write())
        ready_->arm_write();
}

HostLook HostKeyLook::judge(const HostKey& key) const
{
    HostLook look;
    look.key_type = key.type;
    look.fingerprint = key.fingerprint;
    look.known_line = known_line(route_->known_as, route_->port, key);
    const Judgement judgement = known_->judge(route_->known_as, route_->port, key);
    look.verdict = to_string(judgement.verdict);
    if (const auto refused =
            refuse_host_key(judgement, key, host_, *route_, HostKeyPolicy::strict)) {
        look.message = refused->message;
        look.type = refused->details;
    }
    return look;
}

void HostKeyLook::end(Result<HostLook> result)
{
    const auto alive = shared_from_this();
    deadline_.cancel();
    ready_.reset();
    if (const Ended told = std::exchange(ended_, nullptr))
        told(this, std::move(result));
}

}  // namespace reops::remote
