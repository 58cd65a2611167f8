// SPDX-License-Identifier: Apache-2.0
// Crashes and damage: every prefix of what was written, every bit of it flipped.
#include "store/journal/segment.hh"

#include "tests/unit/store/journal_fixture.hh"

#include <cstring>
#include <map>

namespace reops::store {
namespace {

/// One change of bytes, and how many commits were acknowledged before it.
struct Change {
    std::string path;
    std::uint64_t offset = 0;
    std::string bytes;
    std::uint64_t committed = 0;
};

/// Without the zeros that are written ahead: a record of which only they are missing is whole.
std::size_t size_of(const Change& change)
{
    if (change.offset == 0)
        return change.bytes.size();
    std::uint32_t payload = 0;
    std::memcpy(&payload, change.bytes.data(), sizeof payload);
    return std::min<std::size_t>(record_header_bytes + payload, change.bytes.size());
}

class SegmentTest : public JournalTest {
protected:
    /// A folder as it was when only the first `count` changes, and `part` bytes of the next, had
    /// reached the disk.
    void make_prefix(const std::vector<Change>& changes, std::size_t count, std::size_t part)
    {
        journal.reset();
        std::filesystem::remove_all(directory());
        std::filesystem::create_directories(directory());
        std::map<std::string, std::string> contents;
        for (std::size_t i = 0; i <= count && i < changes.size(); ++i) {
            const Change& change = changes[i];
            const std::string bytes = i < count ? change.bytes : change.bytes.substr(0, part);
            std::string& content = contents[change.path];
            content.resize(std::max<std::size_t>(4096, change.offset + change.bytes.size()), '\0');
            content.replace(change.offset, bytes.size(), bytes);
        }
        for (const auto& [path, content] : contents)
            write(path, content);
    }
};

TEST_F(SegmentTest, EveryPrefixOfWhatWasWritten)
{
    std::vector<Change> changes;
    std::uint64_t committed = 0;
    must_open();
    files.faults.seen = [&](const std::string& path, std::uint64_t offset, std::string_view bytes) {
        changes.push_back({path, offset, std::string{bytes}, committed});
    };
    for (std::uint64_t i = 1; i <= 40; ++i) {
        ASSERT_TRUE(commit(i).ok());
        committed = i;
    }
    files.faults.seen = {};
    ASSERT_GE(changes.size(), 42U) << "two segments at least";
    for (std::size_t count = 0; count < changes.size(); ++count) {
        const std::size_t whole = size_of(changes[count]);
        for (const std::size_t part : {std::size_t{0},
                                       std::size_t{1},
                                       std::size_t{31},
                                       std::size_t{32},
                                       whole / 2,
                                       whole - 1}) {
            make_prefix(changes, count, std::min(part, whole - 1));
            const auto opened = open();
            std::string header = changes[count].bytes.substr(0, std::min(part, whole - 1));
            header.resize(whole, '\0');
            const bool torn_header = changes[count].offset == 0 && header != changes[count].bytes &&
                                     header.find_first_not_of('\0') != std::string::npos;
            if (torn_header) {
                // 128 bytes within one sector are not torn by a disk: this is refused, not guessed.
                EXPECT_FALSE(opened.ok()) << count << " " << part;
                continue;
            }
            ASSERT_TRUE(opened.ok()) << count << " " << part << ": " << opened.failure().message;
            ASSERT_EQ(found(), up_to(changes[count].committed)) << count << " " << part;
            ASSERT_TRUE(commit(changes[count].committed + 1).ok());
            must_open();
            ASSERT_EQ(found(), up_to(changes[count].committed + 1)) << count << " " << part;
        }
    }
}

TEST_F(SegmentTest, EveryFlippedBitIsFoundAndSaid)
{
    must_open();
    commit_up_to(4);
    journal.reset();
    const std::string good = read(segment(1));
    const std::uint64_t end = [&] {
        auto file = system_files().open(segment(1), false);
        SegmentReader reader{**file, 1};
        while (reader.next()) {
        }
        return reader.end();
    }();
    for (std::uint64_t at = 0; at < end; ++at) {
        std::string bytes = good;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
        write(segment(1), bytes);
        const auto opened = open();
        if (opened.ok()) {
            // Only the last record may be taken for a torn one.
            ASSERT_EQ(damages.size(), 1U) << at;
            EXPECT_EQ(damages[0].file, segment(1));
            EXPECT_FALSE(damages[0].why.empty());
            EXPECT_LE(damages[0].offset, at);
            ASSERT_EQ(found(), up_to(3)) << at;
            write(segment(1), good);
            continue;
        }
        EXPECT_NE(opened.failure().message.find(segment(1)), std::string::npos);
        EXPECT_FALSE(opened.failure().details.empty());
        if (at >= segment_header_bytes) {
            EXPECT_EQ(opened.failure().code, Code::corrupt);
            EXPECT_NE(opened.failure().message.find("at byte "), std::string::npos);
            EXPECT_NE(opened.failure().details.find("truncate -s "), std::string::npos);
        }
        ASSERT_EQ(read(segment(1)), bytes) << "nothing is cut that may be needed";
    }
}

TEST_F(SegmentTest, WithoutSyncsTheEndIsCutWhereverItIs)
{
    options.sync = false;
    must_open();
    commit_up_to(8);
    journal.reset();
    std::string bytes = read(segment(1));
    bytes[segment_header_bytes + 40] ^= 1;
    write(segment(1), bytes);
    must_open();
    ASSERT_EQ(damages.size(), 1U);
    EXPECT_EQ(damages[0].offset, segment_header_bytes);
    EXPECT_TRUE(found().empty());
}

TEST_F(SegmentTest, StaleBytesOfAReusedFileAreNotReplayed)
{
    must_open();
    commit_up_to(8);
    journal.reset();
    std::string reused = read(segment(1));
    const std::string header = encode_segment_header({.segment = 2, .first = engine::Position{9}});
    reused.replace(0, header.size(), header);
    write(segment(2), reused);
    must_open();
    EXPECT_EQ(found(), up_to(8)) << "records of segment 1 in the file of segment 2";
    ASSERT_EQ(damages.size(), 1U);
    EXPECT_EQ(damages[0].why, "a record that is not of this segment");
}

TEST_F(SegmentTest, DamageInAnOlderSegmentSaysWhereAndWhatToType)
{
    must_open();
    commit_up_to(60);
    journal.reset();
    std::string bytes = read(segment(1));
    bytes[segment_header_bytes + 40] ^= 1;
    write(segment(1), bytes);
    const auto opened = open();
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.failure().code, Code::corrupt);
    EXPECT_EQ(opened.failure().message,
              segment(1) +
                  ": a record with a wrong checksum at byte 128, and later segments "
                  "follow: the disk is damaged");
}

/// Builds lie inside the tree: the document is somewhere above the program.
std::filesystem::path find_document()
{
    std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    while (folder.has_relative_path() &&
           !std::filesystem::exists(folder / "docs/protocol/journal.md"))
        folder = folder.parent_path();
    return folder / "docs/protocol/journal.md";
}

/// The worked example of docs/protocol/journal.md.
TEST(SegmentBytes, TheExampleOfTheDocument)
{
    std::string hex;
    std::string record;
    encode_record({.count = 2, .position = engine::Position{193}, .segment = 7}, "hot", record);
    const std::string all =
        encode_segment_header({.segment = 7, .first = engine::Position{193}}) + record;
    for (const char c : all) {
        constexpr std::string_view digits = "0123456789abcdef";
        hex.push_back(digits[static_cast<unsigned char>(c) >> 4]);
        hex.push_back(digits[static_cast<unsigned char>(c) & 15U]);
    }
    std::ifstream in{find_document()};
    ASSERT_TRUE(in.is_open());
    std::string documented;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("    00") && line.find(':') == 8)
            inside = true;
        else if (line.empty())
            inside = false;
        if (!inside)
            continue;
        // "    0080:  03 00 00 00 ...   words": the bytes stand in columns 11 to 57.
        for (const char c : line.substr(10, 49))
            if (c != ' ')
                documented.push_back(c);
    }
    // The document leaves out the zeros between the fields of the header and its end.
    ASSERT_EQ(documented.size(), 2 * (32 + 16 + 35));
    EXPECT_EQ(documented.substr(0, 64), hex.substr(0, 64));
    EXPECT_EQ(hex.substr(64, 192), std::string(192, '0'));
    EXPECT_EQ(documented.substr(64, 32), std::string(32, '0'));
    EXPECT_EQ(documented.substr(96), hex.substr(256));
}

}  // namespace
}  // namespace reops::store
