// SPDX-License-Identifier: Apache-2.0
// A note is one line of the binary file `unsynced`: how to take one change back.
#include "store/journal/power_cut.hh"

#include "base/bytes.hh"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::store {

#ifdef REOPS_CHECKED

namespace {

enum class What : std::uint8_t {
    bytes,    ///< of a file: put `content` back at `offset` and cut it to `size`
    made,     ///< a name: remove it
    renamed,  ///< `path` was `other`
    removed,  ///< a name: make it with `content`
};

struct Note {
    What what = What::bytes;
    std::string path = {};
    std::string other = {};
    std::string content = {};
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

std::string folder_of(const std::string& path)
{
    return std::filesystem::path{path}.parent_path().string();
}

/// What is not synced, in memory and in the file.
class Unsynced {
public:
    static Result<std::unique_ptr<Unsynced>> open(const std::string& folder)
    {
        auto made = system_files().make_directory(folder);
        if (!made.ok())
            return made.failure();
        auto file = system_files().open(folder + "/unsynced", true);
        if (!file.ok())
            return file.failure();
        auto opened = std::make_unique<Unsynced>(std::move(*file));
        if (auto loaded = opened->load(); !loaded.ok())
            return loaded.failure();
        return opened;
    }
    explicit Unsynced(std::unique_ptr<File> file) : file_(std::move(file)) {}

    Result<void> add(Note note)
    {
        const std::lock_guard lock{mutex_};
        std::string line;
        encode(note, line);
        notes_.push_back(std::move(note));
        auto written = file_->write_at(end_, line);
        end_ += line.size();
        return written;
    }
    Result<void> file_synced(const std::string& path)
    {
        return forget(
            [&](const Note& note) { return note.what == What::bytes && note.path == path; });
    }
    Result<void> directory_synced(const std::string& path)
    {
        return forget([&](const Note& note) {
            return note.what != What::bytes && folder_of(note.path) == path;
        });
    }
    Result<std::size_t> take_back()
    {
        const std::size_t count = notes_.size();
        while (!notes_.empty()) {
            const Result<void> done = undo(notes_.back());
            // What is gone by a newer note needs no older one.
            if (!done.ok() && done.failure().code != Code::not_found)
                return done.failure();
            notes_.pop_back();
        }
        if (auto written = rewrite(); !written.ok())
            return written.failure();
        return count;
    }

private:
    static void encode(const Note& note, std::string& out)
    {
        std::string body;
        ByteWriter writer{body};
        writer.byte(static_cast<std::uint8_t>(note.what));
        writer.text(note.path);
        writer.text(note.other);
        writer.text(note.content);
        writer.unsigned_(note.offset);
        writer.unsigned_(note.size);
        ByteWriter{out}.text(body);
    }
    Result<void> load()
    {
        const auto size = file_->size();
        if (!size.ok())
            return size.failure();
        const auto all = file_->read_at(0, *size);
        if (!all.ok())
            return all.failure();
        ByteReader lines{*all};
        while (!lines.at_end() && lines.ok()) {
            ByteReader line{lines.text()};
            Note note;
            note.what = static_cast<What>(line.byte());
            note.path = line.text();
            note.other = line.text();
            note.content = line.text();
            note.offset = line.unsigned_();
            note.size = line.unsigned_();
            if (!line.ok())
                return Failure{Code::corrupt, "the notes of unsynced changes cannot be read"};
            notes_.push_back(std::move(note));
        }
        end_ = *size;
        return {};
    }
    static Result<void> undo(const Note& note)
    {
        FileLayer& files = system_files();
        if (note.what == What::renamed)
            return files.rename(note.path, note.other);
        if (note.what == What::made) {
            std::error_code ignored;  // a name that is gone already is what is wanted
            std::filesystem::remove_all(note.path, ignored);
            return {};
        }
        auto file = files.open(note.path, note.what == What::removed);
        if (!file.ok())
            return file.failure();
        auto written = (*file)->write_at(note.offset, note.content);
        return written.ok() ? (*file)->truncate(note.size) : written;
    }
    template <class Which>
    Result<void> forget(const Which& which)
    {
        const std::lock_guard lock{mutex_};
        return std::erase_if(notes_, which) == 0 ? Result<void>{} : rewrite();
    }
    Result<void> rewrite()
    {
        std::string all;
        for (const Note& note : notes_)
            encode(note, all);
        end_ = all.size();
        // Cut first: what is left behind by a kill in between takes back too little, never too
        // much.
        auto cut = file_->truncate(0);
        return cut.ok() ? file_->write_at(0, all) : cut;
    }

    std::mutex mutex_;
    std::vector<Note> notes_;  ///< guarded by mutex_, as are the two below
    std::unique_ptr<File> file_;
    std::uint64_t end_ = 0;
};

class NotedFile final : public File {
public:
    NotedFile(std::unique_ptr<File> file, std::string path, Unsynced& unsynced)
        : file_(std::move(file)), path_(std::move(path)), unsynced_(unsynced)
    {
    }
    Result<void> write_at(std::uint64_t offset, std::string_view bytes) override
    {
        auto noted = note(offset, bytes.size());
        return noted.ok() ? file_->write_at(offset, bytes) : noted;
    }
    Result<std::string> read_at(std::uint64_t offset, std::size_t size) const override
    {
        return file_->read_at(offset, size);
    }
    Result<void> sync() override
    {
        auto synced = file_->sync();
        return synced.ok() ? unsynced_.file_synced(path_) : synced;
    }
    Result<void> reserve(std::uint64_t size) override
    {
        auto noted = note(size, 0);
        return noted.ok() ? file_->reserve(size) : noted;
    }
    Result<std::uint64_t> size() const override { return file_->size(); }
    Result<void> truncate(std::uint64_t size) override
    {
        const auto now = file_->size();
        if (!now.ok())
            return now.failure();
        auto noted = note(size, *now > size ? *now - size : 0);
        return noted.ok() ? file_->truncate(size) : noted;
    }
    Result<Time> written_at() const override { return file_->written_at(); }

private:
    Result<void> note(std::uint64_t offset, std::uint64_t count)
    {
        const auto size = file_->size();
        if (!size.ok())
            return size.failure();
        auto content = file_->read_at(offset, count);
        if (!content.ok())
            return content.failure();
        Note change{.what = What::bytes, .path = path_};
        change.content = std::move(*content);
        change.offset = offset;
        change.size = *size;
        return unsynced_.add(std::move(change));
    }

    std::unique_ptr<File> file_;
    std::string path_;
    Unsynced& unsynced_;
};

class NotedFiles final : public FileLayer {
public:
    explicit NotedFiles(std::unique_ptr<Unsynced> unsynced) : unsynced_(std::move(unsynced)) {}

    Result<void> make_directory(const std::string& path) override
    {
        if (auto noted = note_made(path); !noted.ok())
            return noted;
        return system_files().make_directory(path);
    }
    Result<std::unique_ptr<File>> open(const std::string& path, bool create) override
    {
        if (create)
            if (auto noted = note_made(path); !noted.ok())
                return noted.failure();
        auto file = system_files().open(path, create);
        if (!file.ok())
            return file.failure();
        return std::unique_ptr<File>{
            std::make_unique<NotedFile>(std::move(*file), path, *unsynced_)};
    }
    Result<void> rename(const std::string& from, const std::string& to) override
    {
        if (std::filesystem::exists(to))
            if (auto noted = note_removed(to); !noted.ok())
                return noted;
        auto noted = unsynced_->add({.what = What::renamed, .path = to, .other = from});
        return noted.ok() ? system_files().rename(from, to) : noted;
    }
    Result<void> remove(const std::string& path) override
    {
        if (std::filesystem::exists(path))
            if (auto noted = note_removed(path); !noted.ok())
                return noted;
        return system_files().remove(path);
    }
    Result<void> sync_directory(const std::string& path) override
    {
        auto synced = system_files().sync_directory(path);
        return synced.ok() ? unsynced_->directory_synced(path) : synced;
    }
    Result<std::vector<std::string>> list(const std::string& path) override
    {
        return system_files().list(path);
    }

private:
    Result<void> note_made(const std::string& path)
    {
        if (std::filesystem::exists(path))
            return {};
        return unsynced_->add({.what = What::made, .path = path});
    }
    Result<void> note_removed(const std::string& path)
    {
        auto file = system_files().open(path, false);
        if (!file.ok())
            return file.failure();
        const auto size = (*file)->size();
        auto content = (*file)->read_at(0, size.ok() ? *size : 0);
        if (!content.ok())
            return content.failure();
        Note gone{.what = What::removed, .path = path};
        gone.size = content->size();
        gone.content = std::move(*content);
        return unsynced_->add(std::move(gone));
    }

    std::unique_ptr<Unsynced> unsynced_;
};

}  // namespace

Result<std::unique_ptr<FileLayer>> make_power_cut_files(const std::string& folder)
{
    auto unsynced = Unsynced::open(folder);
    if (!unsynced.ok())
        return unsynced.failure();
    if (auto cut = (*unsynced)->take_back(); !cut.ok())
        return cut.failure().while_("taking back what was not synced");
    return std::unique_ptr<FileLayer>{std::make_unique<NotedFiles>(std::move(*unsynced))};
}

Result<std::size_t> cut_power(const std::string& folder)
{
    auto unsynced = Unsynced::open(folder);
    if (!unsynced.ok())
        return unsynced.failure();
    return (*unsynced)->take_back();
}

#else

Result<std::unique_ptr<FileLayer>> make_power_cut_files(const std::string&)
{
    return Failure{Code::unsupported, "this build cuts no power (REOPS_CHECKED is off)"};
}

Result<std::size_t> cut_power(const std::string&)
{
    return Failure{Code::unsupported, "this build cuts no power (REOPS_CHECKED is off)"};
}

#endif

}  // namespace reops::store
