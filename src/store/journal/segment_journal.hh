// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The Journal over segment files. The list of segments is in memory; the last one is open.

#include "store/journal/journal.hh"
#include "store/journal/segment.hh"

#include <optional>
#include <vector>

namespace reops::store {

class SegmentJournal final : public Journal {
public:
    SegmentJournal(std::string directory, JournalOptions options);

    Result<void> recover(const std::function<void(const Damage&)>& on_damage);

    Result<void> commit(engine::Position first,
                        std::uint32_t count,
                        std::string_view payload) override;
    bool is_broken() const override { return broken_; }
    bool is_low() const override { return low_; }
    bool find_room() override;
    Result<void> replay(engine::Position from, const Frame& each) override;
    Result<void> read_from(engine::Position from, const FrameWhile& each) override;
    engine::Position first() const override;
    engine::Position last() const override { return last_; }
    Result<void> drop_before(engine::Position before,
                             std::uint64_t keep_bytes,
                             Duration keep_for,
                             Time wall_now) override;
    std::uint64_t kept_bytes() const override;
    const std::string& directory() const override { return directory_; }
    JournalStats stats() const override { return stats_; }

private:
    struct Segment {
        std::uint64_t number = 0;
        engine::Position first;
        std::string path;
        std::uint64_t bytes = 0;
    };

    Result<void> recover_segment(const std::string& name,
                                 bool is_last,
                                 const std::function<void(const Damage&)>& on_damage);
    Result<void> check_end(SegmentReader& reader, const std::string& path, bool is_last) const;
    Result<void> open_segment(engine::Position first, std::uint64_t least_bytes);
    Result<void> make_segment(engine::Position first, std::uint64_t bytes);
    Result<void> write_header(File& file, std::uint64_t number, engine::Position first);
    Result<void> make_reserve();
    void drop_reserve();
    Result<void> close_segment(std::unique_ptr<File> file, std::uint64_t end, std::uint64_t room);
    Failure broken(const Failure& why);

    std::string directory_;
    JournalOptions options_;
    FileLayer& files_;
    std::vector<Segment> segments_;
    std::unique_ptr<File> file_;  ///< of the last segment, while it is written
    std::uint64_t room_ = 0;      ///< reserved bytes of it
    std::uint64_t at_ = 0;        ///< where the next record goes
    std::uint64_t written_ = 0;   ///< of file_: up to here its blocks are more than reserved
    engine::Position last_;
    std::string record_;  ///< reused
    bool broken_ = false;
    bool low_ = false;
    JournalStats stats_;
};

}  // namespace reops::store
