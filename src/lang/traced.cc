// SPDX-License-Identifier: Apache-2.0
#include "lang/traced.hh"

#include "lang/agent.hh"
#include "lang/closure.hh"
#include "lang/core/queue.hh"
#include "lang/core/sorted.hh"
#include "lang/error.hh"
#include "lang/outcome.hh"
#include "lang/protocol.hh"
#include "lang/record.hh"
#include "lang/reduced.hh"
#include "lang/reference.hh"
#include "lang/reified.hh"
#include "lang/sequences.hh"
#include "lang/transaction.hh"

#include <concepts>

namespace reops::lang {

namespace {

/// Calls `work` with the object as what it is; false when its class is not traced.
template <class Work>
bool visit(const data::Native& native, const Work& work)
{
    const auto as = [&]<class T>() {
        work(static_cast<const T&>(native));
        return true;
    };
    switch (static_cast<ClassId>(native.class_id())) {
        case ClassId::closure:
            return as.template operator()<Closure>();
        case ClassId::multimethod:
            return as.template operator()<Multimethod>();
        case ClassId::protocol_method:
            return as.template operator()<ProtocolMethod>();
        case ClassId::cons:
            return as.template operator()<Cons>();
        case ClassId::lazy_seq:
            return as.template operator()<LazySeq>();
        case ClassId::vector_seq:
            return as.template operator()<VectorSeq>();
        case ClassId::record:
            return as.template operator()<Record>();
        case ClassId::reified:
            return as.template operator()<Reified>();
        case ClassId::sorted_map:
            return as.template operator()<SortedMap>();
        case ClassId::sorted_set:
            return as.template operator()<SortedSet>();
        case ClassId::sorted_node:
            return as.template operator()<SortedNode>();
        case ClassId::queue:
            return as.template operator()<Queue>();
        case ClassId::exception:
            return as.template operator()<Exception>();
        case ClassId::protocol:
            return as.template operator()<Protocol>();
        case ClassId::atom:
            return as.template operator()<Atom>();
        case ClassId::volatile_box:
            return as.template operator()<Volatile>();
        case ClassId::delay:
            return as.template operator()<Delay>();
        case ClassId::promise:
            return as.template operator()<Promise>();
        case ClassId::future:
            return as.template operator()<Future>();
        case ClassId::agent:
            return as.template operator()<Agent>();
        case ClassId::reference:
            return as.template operator()<Ref>();
        case ClassId::reduced:
            return as.template operator()<Reduced>();
        default:
            return false;
    }
}

}  // namespace

bool is_traced(const data::Native& native)
{
    return visit(native, [](const auto&) {});
}

bool is_container(const data::Native& native)
{
    bool result = false;
    visit(native, [&]<class T>(const T&) { result = std::derived_from<T, Container>; });
    return result;
}

void list_native(References& out, const data::Native& native)
{
    visit(native, [&](const auto& object) { object.list(out); });
}

void empty_native(const data::Native& native)
{
    visit(native, [](const auto& object) {
        if constexpr (requires { object.empty(); })
            object.empty();
    });
}

}  // namespace reops::lang
