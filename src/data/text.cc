// SPDX-License-Identifier: Apache-2.0
#include "data/text.hh"

#include "data/pool.hh"

#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>

namespace reops::data {

Text* make_text(ObjectType type, std::string_view text)
{
    if (text.size() > UINT32_MAX)
        throw std::length_error{"a string is over 4 GiB"};
    const std::size_t bytes = sizeof(Text) + text.size();
    void* memory = allocate(bytes);
    auto* made =
        new (memory) Text(type, size_class_of(bytes), static_cast<std::uint32_t>(text.size()));
    if (!text.empty())
        std::memcpy(made->bytes(), text.data(), text.size());
    return made;
}

namespace {

__extension__ using Wide = unsigned __int128;

/// The 128-bit product folded: the mixing step of wyhash.
std::uint64_t fold(std::uint64_t a, std::uint64_t b)
{
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load8(const char* from)
{
    std::uint64_t word = 0;
    std::memcpy(&word, from, 8);
    return word;
}

/// Up to 8 bytes as a number, without a loop: two loads that may overlap.
std::uint64_t load_short(const char* from, std::size_t bytes)
{
    if (bytes >= 4) {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        std::memcpy(&first, from, 4);
        std::memcpy(&last, from + bytes - 4, 4);
        return std::uint64_t{first} << 32 | last;
    }
    if (bytes == 0)
        return 0;
    const auto byte = [from](std::size_t at) {
        return std::uint64_t{static_cast<unsigned char>(from[at])};
    };
    return byte(0) << 16 | byte(bytes / 2) << 8 | byte(bytes - 1);
}

// The table of names: open addressing over pointers. Readers take no lock: a table only gains
// entries, and a larger one is published whole. Outgrown tables stay (together less than the
// current one), because a reader may still be in them.
struct NameTable {
    explicit NameTable(std::size_t slots_)
        : mask(slots_ - 1), slots(new std::atomic<const Text*>[slots_]())
    {
    }
    std::size_t mask;
    std::unique_ptr<std::atomic<const Text*>[]> slots;
    NameTable* outgrown = nullptr;
};

constinit std::atomic<NameTable*> names{nullptr};
constinit std::mutex names_mutex;
constinit std::size_t names_count = 0;  // guarded by names_mutex

const Text* find_in(const NameTable& table, std::string_view name, std::uint32_t hash)
{
    for (std::size_t i = hash & table.mask;; i = (i + 1) & table.mask) {
        const Text* there = table.slots[i].load(std::memory_order_acquire);
        if (there == nullptr)
            return nullptr;
        if (there->hash.load(std::memory_order_relaxed) == hash && there->view() == name)
            return there;
    }
}

void put_in(const NameTable& table, const Text* name)
{
    std::size_t i = name->hash.load(std::memory_order_relaxed) & table.mask;
    while (table.slots[i].load(std::memory_order_relaxed) != nullptr)
        i = (i + 1) & table.mask;
    table.slots[i].store(name, std::memory_order_release);
}

NameTable* roomy_table()
{
    NameTable* table = names.load(std::memory_order_relaxed);
    if (table != nullptr && names_count * 2 <= table->mask)
        return table;
    auto* larger = new NameTable(table == nullptr ? 1024 : (table->mask + 1) * 2);
    if (table != nullptr)
        for (std::size_t i = 0; i <= table->mask; ++i)
            if (const Text* name = table->slots[i].load(std::memory_order_relaxed))
                put_in(*larger, name);
    larger->outgrown = table;
    names.store(larger, std::memory_order_release);
    return larger;
}

}  // namespace

std::uint32_t hash_text(std::string_view text)
{
    constexpr std::uint64_t p0 = 0xa0761d6478bd642fULL;
    constexpr std::uint64_t p1 = 0xe7037ed1a0b428dbULL;
    std::uint64_t hash = p0 ^ text.size();
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left > 8; left -= 8, at += 8)
        hash = fold(hash ^ load8(at), p1);
    hash = fold(hash ^ load_short(at, left), p1);
    hash = fold(hash, p0);
    const auto folded = static_cast<std::uint32_t>(hash ^ (hash >> 32));
    return folded == 0 ? 1 : folded;
}

const Text* find_interned(std::string_view name)
{
    const NameTable* table = names.load(std::memory_order_acquire);
    return table == nullptr ? nullptr : find_in(*table, name, hash_text(name));
}

const Text* intern(std::string_view name)
{
    if (const Text* known = find_interned(name))
        return known;
    const std::uint32_t hash = hash_text(name);
    const std::lock_guard lock{names_mutex};
    NameTable* table = roomy_table();
    if (const Text* known = find_in(*table, name, hash))
        return known;
    Text* made = make_text(ObjectType::name, name);
    made->hash.store(hash, std::memory_order_relaxed);
    put_in(*table, made);
    ++names_count;
    return made;
}

}  // namespace reops::data
