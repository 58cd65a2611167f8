// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The real files with faults on order: a disk that is full, does not sync, does not read. It
/// also counts.

#include "store/journal/file_layer.hh"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::test {

/// One thread. Each fault is given the path; nothing = no fault.
struct Faults {
    using Fault = std::function<Result<void>(const std::string& path)>;
    Fault on_write;
    Fault on_sync;
    Fault on_read;
    Fault on_reserve;
    bool real_syncs =
        true;  ///< false: counted, not done; a test without a power cut sees no difference
    std::uint64_t syncs = 0;
    std::uint64_t directory_syncs = 0;
    /// Called with every change of bytes before it happens.
    std::function<void(const std::string& path, std::uint64_t offset, std::string_view bytes)> seen;
};

inline Failure disk_full(const std::string& path)
{
    return Failure{Code::conflict, "writing " + path + ": No space left on device"};
}
inline Failure disk_failed(const std::string& path)
{
    return Failure{Code::internal, "syncing " + path + ": Input/output error"};
}

class FaultyFile final : public store::File {
public:
    FaultyFile(std::unique_ptr<store::File> file, std::string path, Faults& faults)
        : file_(std::move(file)), path_(std::move(path)), faults_(faults)
    {
    }
    Result<void> write_at(std::uint64_t offset, std::string_view bytes) override
    {
        if (auto fault = ask(faults_.on_write); !fault.ok()) {
            // A real disk may have taken a part of it.
            (void)file_->write_at(offset, bytes.substr(0, bytes.size() / 2)).ok();
            return fault;
        }
        if (faults_.seen)
            faults_.seen(path_, offset, bytes);
        return file_->write_at(offset, bytes);
    }
    Result<std::string> read_at(std::uint64_t offset, std::size_t size) const override
    {
        if (auto fault = ask(faults_.on_read); !fault.ok())
            return fault.failure();
        return file_->read_at(offset, size);
    }
    Result<void> sync() override
    {
        ++faults_.syncs;
        auto fault = ask(faults_.on_sync);
        return fault.ok() && faults_.real_syncs ? file_->sync() : fault;
    }
    Result<void> reserve(std::uint64_t size) override
    {
        auto fault = ask(faults_.on_reserve);
        return fault.ok() ? file_->reserve(size) : fault;
    }
    Result<std::uint64_t> size() const override { return file_->size(); }
    Result<void> truncate(std::uint64_t size) override { return file_->truncate(size); }
    Result<Time> written_at() const override { return file_->written_at(); }

private:
    Result<void> ask(const Faults::Fault& fault) const
    {
        return fault ? fault(path_) : Result<void>{};
    }

    std::unique_ptr<store::File> file_;
    std::string path_;
    Faults& faults_;
};

class FaultyFiles final : public store::FileLayer {
public:
    Faults faults;

    Result<void> make_directory(const std::string& path) override
    {
        return real_.make_directory(path);
    }
    Result<std::unique_ptr<store::File>> open(const std::string& path, bool create) override
    {
        auto file = real_.open(path, create);
        if (!file.ok())
            return file.failure();
        return std::unique_ptr<store::File>{
            std::make_unique<FaultyFile>(std::move(*file), path, faults)};
    }
    Result<void> rename(const std::string& from, const std::string& to) override
    {
        return real_.rename(from, to);
    }
    Result<void> remove(const std::string& path) override { return real_.remove(path); }
    Result<void> sync_directory(const std::string& path) override
    {
        ++faults.directory_syncs;
        return faults.real_syncs ? real_.sync_directory(path) : Result<void>{};
    }
    Result<std::vector<std::string>> list(const std::string& path) override
    {
        return real_.list(path);
    }

private:
    store::FileLayer& real_ = store::system_files();
};

}  // namespace reops::test
