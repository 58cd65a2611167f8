// SPDX-License-Identifier: Apache-2.0
#include "runtime/note_log.hh"

#include "engine/detail.hh"
#include "tests/support/recorded_log.hh"

#include <gtest/gtest.h>

namespace reops::runtime {

namespace {

using engine::make_detail;
using engine::text;

bool says(const engine::Note& note, std::string_view line)
{
    test::RecordedLog log;
    log_note(log, note);
    return log.contains(line);
}

bool is_silent(const engine::Note& note)
{
    test::RecordedLog log;
    log_note(log, note);
    return log.count("") == 0;
}

TEST(NoteLog, SaysHowARunEnded)
{
    engine::Note note;
    note.kind = "run-closed";
    note.run = engine::RunId{4};
    note.flow = "closet-heat";
    note.key = "closet";
    note.detail = make_detail(
        {{"status", text("partial")}, {"good", text("foo, bar")}, {"bad", text("big-iron")}});
    EXPECT_TRUE(says(note, "r-4 of `closet-heat` for closet partial: foo, bar; not big-iron"));
}

TEST(NoteLog, IsSilentAboutRunsWithoutHosts)
{
    engine::Note note;
    note.kind = "run-closed";
    note.run = engine::RunId{4};
    note.detail = make_detail({{"status", text("done")}});
    EXPECT_TRUE(is_silent(note));
}

TEST(NoteLog, IsSilentAboutKindsWithoutALine)
{
    engine::Note note;
    note.kind = "offered";
    EXPECT_TRUE(is_silent(note));
}

TEST(NoteLog, AnOutcomeShowsItsMessageOrItsTime)
{
    engine::Note note;
    note.kind = "outcome";
    note.run = engine::RunId{1};
    note.host = "bar";
    note.detail = make_detail({{"action", text("stop")},
                               {"outcome", text("timeout")},
                               {"message", text("did not stop")}});
    EXPECT_TRUE(says(note, "r-1: stop bar: timeout (did not stop)"));
}

}  // namespace

}  // namespace reops::runtime
