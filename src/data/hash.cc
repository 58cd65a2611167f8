// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "data/map.hh"
#include "data/map_node.hh"
#include "data/native.hh"
#include "data/sequence_hash.hh"
#include "data/set.hh"
#include "data/text.hh"
#include "data/value.hh"
#include "data/vector.hh"

#include <vector>

namespace reops::data {

namespace {

/// MurmurHash3's 64-bit finalizer, folded. Never 0, which means "not computed yet".
std::uint32_t mix(std::uint64_t bits)
{
    bits ^= bits >> 33;
    bits *= 0xff51afd7ed558ccdULL;
    bits ^= bits >> 33;
    bits *= 0xc4ceb9fe1a85ec53ULL;
    bits ^= bits >> 33;
    const auto folded = static_cast<std::uint32_t>(bits ^ (bits >> 32));
    return folded == 0 ? 1 : folded;
}

std::uint32_t mix_pair(std::uint32_t high, std::uint32_t low)
{
    return mix(std::uint64_t{high} << 32 | low);
}

// One per kind, so that 1, 1.0, \a, "a", :a and a differ.
constexpr std::uint32_t salt(Kind kind)
{
    return (static_cast<std::uint32_t>(kind) + 1) * 0x9e3779b9U;
}

std::uint32_t hash_real(double value)
{
    if (value == 0.0)
        value = 0.0;  // -0.0 equals 0.0
    return mix(std::bit_cast<std::uint64_t>(value) ^ salt(Kind::real));
}

std::uint32_t hash_string(std::string_view text, const Object* object)
{
    if (object == nullptr)
        return hash_text(text);
    std::uint32_t hash = object->hash.load(std::memory_order_relaxed);
    if (hash == 0) {
        hash = hash_text(text);
        object->hash.store(hash, std::memory_order_relaxed);
    }
    return hash;
}

std::uint32_t hash_name(Kind kind, std::uint32_t text_hash)
{
    return mix_pair(text_hash, salt(kind));
}

/// Of a value that is no collection.
std::uint32_t hash_simple(const Value& value)
{
    const RawValue raw = value.raw();
    switch (value.kind()) {
        case Kind::real:
            return hash_real(value.as_real());
        case Kind::integer:
            return mix(raw.payload);
        case Kind::string:
            return hash_string(value.as_string(), raw.object());
        case Kind::keyword:
        case Kind::symbol:
            return hash_name(value.kind(), raw.object()->hash.load(std::memory_order_relaxed));
        case Kind::native: {
            const std::uint32_t hash = value.as_native().hash_value();
            return hash == 0 ? 1 : hash;
        }
        case Kind::secret:
            return salt(Kind::secret);  // says nothing about the text
        default:
            return mix_pair(static_cast<std::uint32_t>(raw.payload), salt(value.kind()));
    }
}

/// Computes and remembers hashes of nested collections. Below max_depth it gives up, notes the
/// place, and the outermost level hashes that place first; what is hashed stays hashed, so the
/// second try gets further. Values nest this deep only by mistake.
class Hasher {
public:
    std::uint32_t run(const Value& value)
    {
        std::vector<const Value*> places{&value};
        for (;;) {
            const std::uint32_t hash = hash_of(*places.back());
            if (hash == 0)
                places.push_back(too_deep_);
            else if (places.size() == 1)
                return hash;
            else
                places.pop_back();
        }
    }

private:
    static constexpr unsigned max_depth = 500;

    /// 0: too deep.
    std::uint32_t hash_of(const Value& value)
    {
        if (value.kind() < Kind::list || value.kind() > Kind::set)
            return hash_simple(value);
        const Object* object = value.raw().object();
        if (object == nullptr)
            return hash_parts(value);
        std::uint32_t hash = object->hash.load(std::memory_order_relaxed);
        if (hash != 0)
            return hash;
        if (depth_ == max_depth) {
            too_deep_ = &value;
            return 0;
        }
        ++depth_;
        hash = hash_parts(value);
        --depth_;
        object->hash.store(hash, std::memory_order_relaxed);
        return hash;
    }

    std::uint32_t hash_parts(const Value& value)
    {
        switch (value.kind()) {
            case Kind::list:
                return hash_in_order(value.as_list());
            case Kind::vector:
                return hash_in_order(value.as_vector());
            case Kind::map:
                return hash_map(value.as_map());
            default:
                return hash_set(value.as_set());
        }
    }

    template <class Sequence>
    std::uint32_t hash_in_order(const Sequence& sequence)
    {
        std::uint32_t all = 1;
        for (const Value& element : sequence) {
            const std::uint32_t hash = hash_of(element);
            if (hash == 0)
                return 0;
            all = 31 * all + hash;
        }
        return mix_pair(all, salt(Kind::vector));  // a list equals a vector
    }

    std::uint32_t hash_map(const Map& map)
    {
        std::uint32_t all = 0;
        for (const auto& [key, value] : map) {
            const std::uint32_t key_hash = hash_of(key);
            const std::uint32_t value_hash = key_hash == 0 ? 0 : hash_of(value);
            if (value_hash == 0)
                return 0;
            all += mix_pair(key_hash, value_hash);
        }
        return mix_pair(all, salt(Kind::map));
    }

    std::uint32_t hash_set(const Set& set)
    {
        std::uint32_t all = 0;
        for (const Value& element : set) {
            const std::uint32_t hash = hash_of(element);
            if (hash == 0)
                return 0;
            all += mix_pair(hash, 1);
        }
        return mix_pair(all, salt(Kind::set));
    }

    unsigned depth_ = 0;
    const Value* too_deep_ = nullptr;
};

}  // namespace

std::uint32_t Value::hash() const
{
    if (kind() < Kind::list || kind() > Kind::set)
        return hash_simple(*this);
    const Object* object = raw_.object();
    const std::uint32_t known =
        object == nullptr ? 0 : object->hash.load(std::memory_order_relaxed);
    return known != 0 ? known : Hasher{}.run(*this);
}

std::uint32_t hash_keyword(std::string_view name)
{
    return hash_name(Kind::keyword, hash_text(name));
}

std::uint32_t SequenceHash::finish() const
{
    return mix_pair(all_, salt(Kind::vector));
}

std::uint32_t Native::hash_value() const
{
    return hash_text(type_name());
}

}  // namespace reops::data
