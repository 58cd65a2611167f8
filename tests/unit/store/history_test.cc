// SPDX-License-Identifier: Apache-2.0
#include "store/history.hh"

#include "tests/support/temp_dir.hh"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace reops::store {
namespace {

class HistoryTest : public testing::Test {
protected:
    std::string path() const { return (folder / "history.sqlite").string(); }
    void open()
    {
        history.reset();
        auto opened = History::open(path());
        ASSERT_TRUE(opened.ok()) << opened.failure().message;
        history = std::move(*opened);
    }
    static RunRow run(std::uint64_t number, std::string flow = "closet-heat")
    {
        RunRow row;
        row.number = number;
        row.flow = std::move(flow);
        row.version = "v1";
        row.key = "closet";
        row.event = number * 10;
        row.event_name = "temperature";
        row.value = "71.4";
        row.opened = Time{1000};
        row.status = "open";
        return row;
    }
    static OutcomeRow outcome(std::uint64_t number, std::string host)
    {
        OutcomeRow row;
        row.run = number;
        row.stage = 1;
        row.host = std::move(host);
        row.action = "stop";
        row.outcome = "verified";
        row.message = "it's \"off\"; DROP TABLE runs";
        row.at = Time{2000};
        return row;
    }
    static NoteRow note(std::uint64_t position, std::string kind, std::uint64_t run = 0)
    {
        NoteRow row;
        row.position = position;
        row.at = Time{3000};
        row.kind = std::move(kind);
        row.run = run;
        row.flow = "closet-heat";
        return row;
    }
    /// Runs 1 to `last`, each closed, with an outcome and a note.
    void fill(std::uint64_t last)
    {
        history->begin();
        for (std::uint64_t i = 1; i <= last; ++i) {
            history->add_run(run(i, i % 2 == 0 ? "even" : "odd"));
            history->add_outcome(outcome(i, i % 3 == 0 ? "bar" : "foo"));
            history->add_note(note(i * 10, "outcome", i));
            RunRow closed = run(i);
            closed.closed = Time{5000};
            closed.status = i == 4 ? "unchanged" : "done";
            closed.good = "foo";
            history->close_run(closed);
        }
        ASSERT_TRUE(history->commit(engine::Position{last * 10}).ok());
    }
    std::vector<std::uint64_t> numbers(const RunQuery& query)
    {
        std::vector<std::uint64_t> out;
        const auto found = history->runs(query);
        EXPECT_TRUE(found.ok());
        for (const RunRow& row : *found)
            out.push_back(row.number);
        return out;
    }
    using Numbers = std::vector<std::uint64_t>;

    test::TempDir folder;
    std::unique_ptr<History> history;
};

TEST_F(HistoryTest, EveryFieldComesBackAfterAnotherOpen)
{
    open();
    EXPECT_EQ(history->position(), engine::Position{});
    fill(3);
    open();
    EXPECT_EQ(history->position().number, 30U);
    const auto found = history->run(3);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->flow, "odd");
    EXPECT_EQ(found->version, "v1");
    EXPECT_EQ(found->key, "closet");
    EXPECT_EQ(found->event, 30U);
    EXPECT_EQ(found->event_name, "temperature");
    EXPECT_EQ(found->value, "71.4");
    EXPECT_EQ(found->opened.us, 1000);
    EXPECT_EQ(found->closed.us, 5000);
    EXPECT_EQ(found->status, "done");
    EXPECT_EQ(found->good, "foo");
    const auto outcomes = history->outcomes(3);
    ASSERT_EQ(outcomes->size(), 1U);
    EXPECT_EQ(outcomes->front().host, "bar");
    EXPECT_EQ(outcomes->front().message, "it's \"off\"; DROP TABLE runs") << "bound, never pasted";
    EXPECT_EQ(outcomes->front().at.us, 2000);
    EXPECT_TRUE(outcomes->front().changed);
}

TEST_F(HistoryTest, QueriesNewestFirstByFlowHostAndRepeats)
{
    open();
    fill(6);
    EXPECT_EQ(numbers({}), (Numbers{6, 5, 3, 2, 1})) << "4 was a repeat that changed nothing";
    RunQuery query;
    query.with_repeats = true;
    query.limit = 3;
    EXPECT_EQ(numbers(query), (Numbers{6, 5, 4}));
    query = {};
    query.flow = "odd";
    EXPECT_EQ(numbers(query), (Numbers{5, 3, 1}));
    query = {};
    query.host = "bar";
    EXPECT_EQ(numbers(query), (Numbers{6, 3}));
    query.host = "bar' OR '1'='1";
    EXPECT_TRUE(numbers(query).empty());
}

TEST_F(HistoryTest, NotesByRunKindPositionAndOrder)
{
    open();
    fill(5);
    history->begin();
    history->add_note(note(55, "alert"));
    ASSERT_TRUE(history->commit(engine::Position{55}).ok());
    const auto positions = [&](const NoteQuery& query) {
        Numbers out;
        const auto found = history->notes(query);
        for (const NoteRow& row : *found)
            out.push_back(row.position);
        return out;
    };
    NoteQuery query;
    query.run = 2;
    EXPECT_EQ(positions(query), Numbers{20});
    query = {};
    query.kind = "alert";
    EXPECT_EQ(positions(query), Numbers{55});
    query = {};
    query.from_position = 40;
    query.newest_first = true;
    query.limit = 2;
    EXPECT_EQ(positions(query), (Numbers{55, 50}));
}

TEST_F(HistoryTest, AnUnknownRunIsNamed)
{
    open();
    const auto found = history->run(12);
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.failure().code, Code::not_found);
    EXPECT_EQ(found.failure().message, "no run r-12 in the history");
}

TEST_F(HistoryTest, WhatWasNotCommittedIsNotThere)
{
    open();
    fill(2);
    history->begin();
    history->add_run(run(3));
    open();
    EXPECT_EQ(numbers({}), (Numbers{2, 1}));
    EXPECT_EQ(history->position().number, 20U);
}

TEST_F(HistoryTest, ClearAndPrune)
{
    open();
    fill(10);
    ASSERT_TRUE(history->prune(100).ok());
    EXPECT_EQ(numbers({}).size(), 9U);
    ASSERT_TRUE(history->prune(3).ok());
    EXPECT_EQ(numbers({}), (Numbers{10, 9, 8}));
    EXPECT_TRUE(history->outcomes(7)->empty());
    EXPECT_EQ(history->outcomes(8)->size(), 1U);
    EXPECT_EQ(history->position().number, 100U) << "it still reflects all of it";
    ASSERT_TRUE(history->clear().ok());
    EXPECT_TRUE(numbers({}).empty());
    EXPECT_EQ(history->position(), engine::Position{});
}

TEST_F(HistoryTest, ADamagedFileIsSetAside)
{
    open();
    fill(3);
    history.reset();
    std::ofstream{path(), std::ios::trunc} << std::string(8192, 'x');
    open();
    EXPECT_TRUE(numbers({}).empty());
    EXPECT_EQ(history->position(), engine::Position{}) << "so that it is filled again";
    EXPECT_TRUE(std::filesystem::exists(path() + ".damaged"));
    fill(2);
    open();
    EXPECT_EQ(numbers({}), (Numbers{2, 1}));
}

TEST_F(HistoryTest, AFileOfANewerVersionIsSetAside)
{
    open();
    fill(3);
    history.reset();
    std::fstream file{path(), std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(60);  // user_version, SQLite file format section 1.3
    file.write("\0\0\0\x63", 4);
    file.close();
    open();
    EXPECT_EQ(history->position(), engine::Position{});
    EXPECT_TRUE(std::filesystem::exists(path() + ".damaged"));
}

TEST_F(HistoryTest, AFolderThatIsNotThereSaysSo)
{
    const auto opened = History::open((folder / "none" / "history.sqlite").string());
    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.failure().message.find("none/history.sqlite"), std::string::npos);
}

}  // namespace
}  // namespace reops::store
