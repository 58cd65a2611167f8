// SPDX-License-Identifier: Apache-2.0
#include "engine/note_kinds.hh"

#include "base/check.hh"

#include <array>

namespace reops::engine {

namespace {

constexpr std::array<NoteKind, 30> kinds = {{
    {"unknown", "written by a newer program"},
    {"run-opened", "a passing event opened a run"},
    {"run-closed", "the run has ended"},
    {"outcome", "how an action on one host ended"},
    {"no-hosts", "the action had no hosts: nothing was done"},
    {"nothing-left", "`pick` left no host: the run ends here"},
    {"incident-opened", "the condition began to hold"},
    {"incident-closed", "the condition is over, or silent"},
    {"hold-set", "the host may not be started by others"},
    {"hold-released", "the host is free again"},
    {"mail-decided", "a mail is in the outbox"},
    {"mail-in-digest", "over 30 mails an hour: told in the digest"},
    {"told", "a mail, message or alert was delivered"},
    {"untold", "a mail, message or alert could not be delivered"},
    {"retry", "an attempt failed and will be repeated"},
    {"alert-raised", "reops is in trouble itself"},
    {"alert-cleared", "the trouble is over"},
    {"armed", "a flow takes events, in this version"},
    {"disarmed", "a flow takes no more events"},
    {"paused", "a flow failed too often and is paused"},
    {"resumed", "a paused flow takes events again"},
    {"stage-failed", "the function of a stage failed for one event"},
    {"started", "the program began"},
    {"clock-stepped", "the wall clock was set"},
    {"command", "a person's command and its answer"},
    {"offered", "an effect was handed to its performer"},
    {"stopped", "the program ended in order"},
    {"decided-late", "an entry that was pending was decided"},
    {"evaluated-again", "the function of a pending entry was called again after a start"},
    {"shadowed", "a flow in shadow would have told somebody"},
}};

}  // namespace

std::span<const NoteKind> note_kinds()
{
    return kinds;
}

std::uint8_t note_kind_number(std::string_view name)
{
    for (std::size_t i = 0; i < kinds.size(); ++i)
        if (kinds[i].name == name)
            return static_cast<std::uint8_t>(i);
    REOPS_CHECK(false, "a note's kind is in the table");
    return 0;
}

std::string_view note_kind(std::uint8_t number)
{
    return number < kinds.size() ? kinds[number].name : kinds[0].name;
}

}  // namespace reops::engine
