// SPDX-License-Identifier: Apache-2.0
#include "providers/libvirt/failure.hh"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <libvirt/virterror.h>

namespace reops::providers::libvirt {

namespace {

constexpr std::array<std::pair<int, Code>, 22> codes{{
    {VIR_ERR_NO_DOMAIN, Code::not_found},
    {VIR_ERR_NO_CONNECT, Code::unreachable},
    {VIR_ERR_UNKNOWN_HOST, Code::unreachable},
    {VIR_ERR_SYSTEM_ERROR, Code::unreachable},
    {VIR_ERR_RPC, Code::unreachable},
    {VIR_ERR_SSH, Code::unreachable},
    {VIR_ERR_LIBSSH, Code::unreachable},
    {VIR_ERR_GNUTLS_ERROR, Code::unreachable},
    {VIR_ERR_OPERATION_ABORTED, Code::unreachable},
    {VIR_ERR_OPERATION_TIMEOUT, Code::timeout},
    {VIR_ERR_AGENT_UNRESPONSIVE, Code::timeout},
    {VIR_ERR_AUTH_FAILED, Code::denied},
    {VIR_ERR_AUTH_CANCELLED, Code::denied},
    {VIR_ERR_AUTH_UNAVAILABLE, Code::denied},
    {VIR_ERR_OPERATION_DENIED, Code::denied},
    {VIR_ERR_ACCESS_DENIED, Code::denied},
    {VIR_ERR_NO_SUPPORT, Code::unsupported},
    {VIR_ERR_OPERATION_UNSUPPORTED, Code::unsupported},
    {VIR_ERR_ARGUMENT_UNSUPPORTED, Code::unsupported},
    {VIR_ERR_CONFIG_UNSUPPORTED, Code::unsupported},
    {VIR_ERR_INVALID_ARG, Code::invalid_argument},
    {VIR_ERR_OPERATION_INVALID, Code::conflict},
}};

int last_code()
{
    const virError* error = virGetLastError();
    return error == nullptr ? static_cast<int>(VIR_ERR_OK) : error->code;
}

/// libvirt's messages may have several lines.
std::string one_line(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
    return text;
}

}  // namespace

Failure last_failure(std::string_view doing)
{
    const int last = last_code();
    const auto* found = std::find_if(
        codes.begin(), codes.end(), [&](const auto& row) { return row.first == last; });
    const Code code = found == codes.end() ? Code::internal : found->second;
    const char* message = virGetLastErrorMessage();
    return {code, fmt::format("{}: {}", doing, one_line(message == nullptr ? "" : message))};
}

bool was_no_domain()
{
    return last_code() == VIR_ERR_NO_DOMAIN;
}

void silence_library()
{
    virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
}

}  // namespace reops::providers::libvirt
