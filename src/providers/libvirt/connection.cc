// SPDX-License-Identifier: Apache-2.0
#include "providers/libvirt/connection.hh"

#include "providers/libvirt/failure.hh"

#include <array>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

namespace reops::providers::libvirt {

namespace {

constexpr int keepalive_seconds = 5;
constexpr unsigned keepalive_count = 3;

struct FreeDomain {
    void operator()(virDomainPtr domain) const { virDomainFree(domain); }
};
using Domain = std::unique_ptr<virDomain, FreeDomain>;

struct FreeMemory {
    void operator()(void* memory) const { std::free(memory); }  // NOLINT: libvirt uses malloc
};

PowerState to_state(int state)
{
    switch (state) {
        case VIR_DOMAIN_RUNNING:
        case VIR_DOMAIN_BLOCKED:
        case VIR_DOMAIN_PAUSED:
        case VIR_DOMAIN_PMSUSPENDED:
            return PowerState::on;
        case VIR_DOMAIN_SHUTDOWN:
            return PowerState::stopping;
        case VIR_DOMAIN_SHUTOFF:
        case VIR_DOMAIN_CRASHED:
            return PowerState::off;
        default:
            return PowerState::unknown;
    }
}

const char* detail_of(int state)
{
    switch (state) {
        case VIR_DOMAIN_PAUSED:
            return "paused";
        case VIR_DOMAIN_PMSUSPENDED:
            return "suspended";
        case VIR_DOMAIN_CRASHED:
            return "crashed";
        default:
            return "";
    }
}

PowerState state_after(int event)
{
    switch (event) {
        case VIR_DOMAIN_EVENT_STARTED:
        case VIR_DOMAIN_EVENT_RESUMED:
        case VIR_DOMAIN_EVENT_SUSPENDED:
        case VIR_DOMAIN_EVENT_PMSUSPENDED:
            return PowerState::on;
        case VIR_DOMAIN_EVENT_SHUTDOWN:
            return PowerState::stopping;
        case VIR_DOMAIN_EVENT_STOPPED:
        case VIR_DOMAIN_EVENT_CRASHED:
            return PowerState::off;
        default:
            return PowerState::unknown;  // defined and undefined: nothing that anybody waits for
    }
}

/// What libvirt's callbacks refer to; they may come later than the connection lives.
struct Told {
    OnDomain on_domain;
    std::atomic<bool> closed{false};
};
using ToldPointer = std::shared_ptr<Told>;

void free_told(void* opaque)
{
    delete static_cast<ToldPointer*>(opaque);
}

void on_close(virConnectPtr, int, void* opaque)
{
    (*static_cast<ToldPointer*>(opaque))->closed = true;
}

void on_lifecycle(virConnectPtr, virDomainPtr domain, int event, int, void* opaque)
{
    const PowerState state = state_after(event);
    const char* name = virDomainGetName(domain);
    if (state != PowerState::unknown && name != nullptr)
        (*static_cast<ToldPointer*>(opaque))->on_domain(name, state);
}

}  // namespace

Result<void> start_library()
{
    silence_library();
    if (virInitialize() != 0 || virEventRegisterDefaultImpl() != 0)
        return last_failure("starting libvirt");
    // a timer that does nothing but keep the loop from sleeping for ever
    virEventAddTimeout(
        1000, [](int, void*) {}, nullptr, nullptr);
    // lives until _exit(): libvirt has no way to end its loop from outside
    static std::thread events{[] {
        while (virEventRunDefaultImpl() == 0) {
        }
    }};
    return {};
}

std::vector<std::string> addresses_of(virDomainPtr domain)
{
    constexpr std::array sources{VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE,
                                 VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT,
                                 VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP};
    std::vector<std::string> addresses;
    for (const auto source : sources) {
        virDomainInterfacePtr* interfaces = nullptr;
        const int count = virDomainInterfaceAddresses(domain, &interfaces, source, 0);
        for (int i = 0; i < count; ++i) {
            for (unsigned k = 0; k < interfaces[i]->naddrs; ++k)
                addresses.emplace_back(interfaces[i]->addrs[k].addr);
            virDomainInterfaceFree(interfaces[i]);
        }
        const std::unique_ptr<void, FreeMemory> owned{static_cast<void*>(interfaces)};
        if (!addresses.empty())
            break;
    }
    return addresses;
}

struct Connection::Impl {
    std::string uri;
    OnDomain on_domain;
    virConnectPtr connection = nullptr;
    int lifecycle = -1;
    ToldPointer told;

    bool is_alive() const
    {
        return connection != nullptr && !told->closed && virConnectIsAlive(connection) == 1;
    }
    void close();
    Result<void> open();
    Failure failed(std::string_view doing) const;
    Result<Domain> find(const std::string& name);
    /// Why an operation was refused; fine when the domain is as it was wanted.
    Result<void> fine_if(virDomainPtr domain, bool running, std::string_view doing) const;
};

Failure Connection::Impl::failed(std::string_view doing) const
{
    Failure why = last_failure(doing);
    // asking replaces the last error: not before it was read
    if (!is_alive() && why.code != Code::denied)
        why.code = Code::unreachable;
    return why;
}

void Connection::Impl::close()
{
    if (connection == nullptr)
        return;
    if (lifecycle >= 0)
        virConnectDomainEventDeregisterAny(connection, lifecycle);
    virConnectUnregisterCloseCallback(connection, on_close);
    virConnectClose(connection);
    connection = nullptr;
    lifecycle = -1;
}

Result<void> Connection::Impl::open()
{
    if (is_alive())
        return {};
    close();
    connection = virConnectOpen(uri.c_str());
    if (connection == nullptr)
        return last_failure(fmt::format("connecting to {}", uri));
    told = std::make_shared<Told>();
    told->on_domain = on_domain;
    // not every driver has these; without keepalive TCP finds out, without events there is polling
    virConnectSetKeepAlive(connection, keepalive_seconds, keepalive_count);
    if (virConnectRegisterCloseCallback(connection, on_close, new ToldPointer{told}, free_told) !=
        0)
        virResetLastError();
    lifecycle = virConnectDomainEventRegisterAny(connection,
                                                 nullptr,
                                                 VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                                 VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle),
                                                 new ToldPointer{told},
                                                 free_told);
    return {};
}

Result<Domain> Connection::Impl::find(const std::string& name)
{
    if (auto opened = open(); !opened)
        return opened.failure();
    Domain domain{virDomainLookupByName(connection, name.c_str())};
    if (domain)
        return domain;
    if (was_no_domain())
        return Failure{Code::not_found, fmt::format("there is no domain `{}` at {}", name, uri)};
    return failed(fmt::format("looking for `{}`", name));
}

Result<void> Connection::Impl::fine_if(virDomainPtr domain,
                                       bool running,
                                       std::string_view doing) const
{
    Failure why = failed(doing);
    // the state decides, not the error's number: drivers differ in what they call a wrong state
    int state = VIR_DOMAIN_NOSTATE;
    if (virDomainGetState(domain, &state, nullptr, 0) == 0 &&
        is_running(to_state(state)) == running)
        return {};
    return why;
}

Connection::Connection(std::string uri, OnDomain on_domain) : impl_(std::make_unique<Impl>())
{
    impl_->uri = std::move(uri);
    impl_->on_domain = std::move(on_domain);
}

Connection::~Connection()
{
    impl_->close();
}

Result<void> Connection::open()
{
    return impl_->open();
}

Result<SystemStatus> Connection::status(const std::string& domain)
{
    const auto found = impl_->find(domain);
    if (!found) {
        if (found.failure().code == Code::not_found)
            return SystemStatus{PowerState::absent};
        return found.failure();
    }
    int state = VIR_DOMAIN_NOSTATE;
    if (virDomainGetState(found.value().get(), &state, nullptr, 0) != 0) {
        if (was_no_domain())
            return SystemStatus{PowerState::absent};
        return impl_->failed(fmt::format("reading the state of `{}`", domain));
    }
    return SystemStatus{to_state(state), std::nullopt, detail_of(state)};
}

Result<void> Connection::start(const std::string& domain)
{
    const auto found = impl_->find(domain);
    if (!found)
        return found.failure();
    if (virDomainCreate(found.value().get()) == 0)
        return {};
    return impl_->fine_if(found.value().get(), true, fmt::format("starting `{}`", domain));
}

Result<void> Connection::stop(const std::string& domain, ShutdownMode mode)
{
    const auto found = impl_->find(domain);
    if (!found)
        return found.failure();
    const unsigned flags = mode == ShutdownMode::acpi    ? VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN
                           : mode == ShutdownMode::agent ? VIR_DOMAIN_SHUTDOWN_GUEST_AGENT
                                                         : VIR_DOMAIN_SHUTDOWN_DEFAULT;
    if (virDomainShutdownFlags(found.value().get(), flags) == 0)
        return {};
    return impl_->fine_if(found.value().get(), false, fmt::format("shutting down `{}`", domain));
}

Result<void> Connection::stop_hard(const std::string& domain)
{
    const auto found = impl_->find(domain);
    if (!found)
        return found.failure();
    if (virDomainDestroy(found.value().get()) == 0)
        return {};
    return impl_->fine_if(found.value().get(), false, fmt::format("switching off `{}`", domain));
}

Result<std::vector<std::string>> Connection::addresses(const std::string& domain)
{
    const auto found = impl_->find(domain);
    if (!found)
        return found.failure();
    std::vector<std::string> addresses = addresses_of(found.value().get());
    if (!impl_->is_alive())
        return impl_->failed(fmt::format("reading the addresses of `{}`", domain));
    return addresses;
}

Result<std::vector<ListedSystem>> Connection::list()
{
    if (auto opened = impl_->open(); !opened)
        return opened.failure();
    virDomainPtr* domains = nullptr;
    const int count = virConnectListAllDomains(impl_->connection, &domains, 0);
    if (count < 0)
        return impl_->failed("listing domains");
    const std::unique_ptr<void, FreeMemory> owned{static_cast<void*>(domains)};
    std::vector<ListedSystem> systems;
    for (int i = 0; i < count; ++i) {
        const Domain domain{domains[i]};
        int state = VIR_DOMAIN_NOSTATE;
        virDomainGetState(domain.get(), &state, nullptr, 0);
        const char* name = virDomainGetName(domain.get());
        ListedSystem system{name == nullptr ? "" : name, to_state(state)};
        if (system.state == PowerState::on)
            system.addresses = addresses_of(domain.get());
        systems.push_back(std::move(system));
    }
    return systems;
}

}  // namespace reops::providers::libvirt
