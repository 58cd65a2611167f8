// SPDX-License-Identifier: Apache-2.0
#include "data/pool.hh"

#include <algorithm>
#include <array>
#include <mutex>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REOPS_PLAIN_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define REOPS_PLAIN_HEAP 1
#endif
#endif

namespace reops::data {

constinit thread_local std::int64_t thread_bytes = 0;

namespace {

/// In front of what comes from the heap: its size, so that giving back counts the same.
constexpr std::size_t prefix = 16;

void* from_heap(std::size_t bytes)
{
    char* memory = static_cast<char*>(::operator new(bytes + prefix));
    new (memory) std::size_t{bytes};
    thread_bytes += static_cast<std::int64_t>(bytes);
    return memory + prefix;
}

void to_heap(void* memory) noexcept
{
    char* begin = static_cast<char*>(memory) - prefix;
    thread_bytes -= static_cast<std::int64_t>(*reinterpret_cast<std::size_t*>(begin));
    ::operator delete(begin);
}

}  // namespace

#ifdef REOPS_PLAIN_HEAP

bool is_pooled()
{
    return false;
}

void* allocate(std::size_t bytes)
{
    return from_heap(bytes);
}

void deallocate(void* memory, std::uint8_t) noexcept
{
    to_heap(memory);
}

#else

bool is_pooled()
{
    return true;
}

namespace {

constexpr std::size_t class_count = largest_pooled / 16 + 1;
constexpr std::size_t slab_bytes = 16UL * 1024;

/// A free block. The first of a batch in the depot also knows the next batch.
struct Block {
    Block* next;
    Block* next_batch;
};

/// So many blocks move between a thread and the depot at once.
constexpr std::uint32_t batch_size(std::size_t size_class)
{
    return static_cast<std::uint32_t>(std::clamp<std::size_t>(2048 / size_class, 32, 512));
}

/// What threads handed back, for all.
struct Depot {
    std::mutex mutex;
    std::array<Block*, class_count> batches{};  // guarded by mutex

    void put(std::size_t size_class, Block* batch)
    {
        const std::lock_guard lock{mutex};
        batch->next_batch = batches[size_class];
        batches[size_class] = batch;
    }
    Block* take(std::size_t size_class)
    {
        const std::lock_guard lock{mutex};
        Block* batch = batches[size_class];
        if (batch != nullptr)
            batches[size_class] = batch->next_batch;
        return batch;
    }
};

constinit Depot depot;

/// One per thread, without constructor or destructor, so that it can be reached at any time, also
/// while other thread-local objects die.
struct ThreadPool {
    std::array<Block*, class_count> free{};
    std::array<std::uint32_t, class_count> count{};
    std::array<char*, class_count> slab{};  ///< the part not handed out yet
    std::array<char*, class_count> slab_end{};
    bool closed = false;  ///< the thread is ending: keep nothing
};

constinit thread_local ThreadPool pool;

/// Hands everything to the depot when its thread ends.
struct Closer {
    Closer() { pool.closed = false; }
    Closer(const Closer&) = delete;
    Closer& operator=(const Closer&) = delete;
    ~Closer()
    {
        pool.closed = true;
        for (std::size_t i = 1; i < class_count; ++i) {
            for (; pool.slab[i] != pool.slab_end[i]; pool.slab[i] += i * 16)
                pool.free[i] = new (pool.slab[i]) Block{pool.free[i], nullptr};
            if (pool.free[i] != nullptr)
                depot.put(i, pool.free[i]);
            pool.free[i] = nullptr;
            pool.count[i] = 0;
        }
    }
};

void close_with_this_thread()
{
    thread_local const Closer closer;
}

void* refill(std::size_t size_class)
{
    if (Block* batch = depot.take(size_class)) {
        if (!pool.closed) {
            close_with_this_thread();
            pool.free[size_class] = batch->next;
            // The length of a batch is not kept; what a thread holds may be twice the limit.
            pool.count[size_class] = 0;
        } else if (batch->next != nullptr) {
            depot.put(size_class, batch->next);
        }
        return batch;
    }
    const std::size_t size = size_class * 16;
    if (pool.closed)
        return ::operator new(size);
    close_with_this_thread();
    const std::size_t blocks = std::max<std::size_t>(slab_bytes / size, 8);
    char* slab = static_cast<char*>(::operator new(blocks* size));
    pool.slab[size_class] = slab + size;
    pool.slab_end[size_class] = slab + blocks * size;
    return slab;
}

/// Half of what may lie here goes to the depot.
void hand_back(std::size_t size_class)
{
    Block* first = pool.free[size_class];
    Block* last = first;
    const std::uint32_t batch = pool.closed ? pool.count[size_class] : batch_size(size_class);
    for (std::uint32_t i = 1; i < batch; ++i)
        last = last->next;
    pool.free[size_class] = last->next;
    pool.count[size_class] -= batch;
    last->next = nullptr;
    depot.put(size_class, first);
}

}  // namespace

void* allocate(std::size_t bytes)
{
    const std::uint8_t size_class = size_class_of(bytes);
    if (size_class == 0)
        return from_heap(bytes);
    thread_bytes += std::int64_t{size_class} * 16;
    if (Block* block = pool.free[size_class]) {
        pool.free[size_class] = block->next;
        pool.count[size_class] -= pool.count[size_class] > 0 ? 1 : 0;
        return block;
    }
    char* fresh = pool.slab[size_class];
    if (fresh == pool.slab_end[size_class])
        return refill(size_class);
    pool.slab[size_class] += size_class * 16;
    return fresh;
}

void deallocate(void* memory, std::uint8_t size_class) noexcept
{
    if (size_class == 0) {
        to_heap(memory);
        return;
    }
    thread_bytes -= std::int64_t{size_class} * 16;
    pool.free[size_class] = new (memory) Block{pool.free[size_class], nullptr};
    if (++pool.count[size_class] >= 2 * batch_size(size_class) || pool.closed)
        hand_back(size_class);
}

#endif

}  // namespace reops::data
