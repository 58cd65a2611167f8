// SPDX-License-Identifier: Apache-2.0
// The one table that says how each kind of effect is repeated; docs/effects.md shows it.
#include "engine/effect.hh"

namespace reops::engine {

namespace {

constexpr Duration week = hours(7 * 24);

constexpr std::array<EffectKind, 10> kinds = {{
    {"stop",
     Repeat::probe,
     minutes(10),
     minutes(3),
     true,
     true,
     false,
     "shut a system down, verified off"},
    {"stop-hard", Repeat::probe, minutes(10), minutes(1), true, true, false, "switch a system off"},
    {"start",
     Repeat::probe,
     minutes(10),
     minutes(5),
     true,
     true,
     false,
     "bring a system up, verified on"},
    {"email",
     Repeat::keyed,
     week,
     minutes(2),
     false,
     false,
     true,
     "one mail; the Message-ID is the identity"},
    {"publish", Repeat::again, hours(1), seconds(30), false, false, true, "one MQTT message"},
    {"alert", Repeat::keyed, week, minutes(2), false, false, true, "reops about itself, by mail"},
    {"file-mail",
     Repeat::again,
     week,
     minutes(1),
     false,
     false,
     true,
     "a mail that no server took, as a file"},
    {"exec",
     Repeat::never,
     minutes(10),
     minutes(10),
     true,
     false,
     false,
     "a verb that changes something on a host; begun and lost it is unknown"},
    {"ask",
     Repeat::again,
     minutes(10),
     minutes(10),
     true,
     false,
     false,
     "a verb that only reads on a host, or may be repeated"},
    {"reply",
     Repeat::is_volatile,
     seconds(30),
     seconds(30),
     false,
     false,
     false,
     "an answer to who asked; gone with the connection"},
}};

}  // namespace

const EffectKind* find_effect_kind(std::string_view name)
{
    for (const EffectKind& kind : kinds)
        if (kind.name == name)
            return &kind;
    return nullptr;
}

const EffectKind* effect_kinds_begin()
{
    return kinds.data();
}

const EffectKind* effect_kinds_end()
{
    return kinds.data() + kinds.size();
}

}  // namespace reops::engine
