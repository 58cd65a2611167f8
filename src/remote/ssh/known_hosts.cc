// SPDX-License-Identifier: Apache-2.0
// The format is sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
#include "remote/ssh/known_hosts.hh"

#include "io/files.hh"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>

namespace reops::remote {

namespace {

constexpr std::size_t largest_file = 16UL << 20;
constexpr std::size_t most_lists = 8;  ///< of files, that are held

std::optional<std::string> decode_base64(std::string_view text)
{
    if (text.empty() || text.size() % 4 != 0)
        return std::nullopt;
    std::string out(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    if (size < 0)
        return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && text[text.size() - 1 - padding] == '=')
        ++padding;
    out.resize(static_cast<std::size_t>(size) - padding);
    return out;
}

std::string encode_base64(std::string_view bytes)
{
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string_view next_word(std::string_view& line)
{
    const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    const std::string_view word = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return word;
}

std::string lower(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// `*` and `?`, without recursion: a star that fails is tried one character later.
bool matches(std::string_view pattern, std::string_view name)
{
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_name = 0;
    while (n < name.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n]) &&
            pattern[p] != '*') {
            ++p;
            ++n;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_name = n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++star_name;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

/// |1|salt|hash: HMAC-SHA1 of the name with the salt.
bool matches_hash(std::string_view pattern, std::string_view name)
{
    const std::size_t bar = pattern.find('|', 3);
    if (!pattern.starts_with("|1|") || bar == std::string_view::npos)
        return false;
    const auto salt = decode_base64(pattern.substr(3, bar - 3));
    const auto wanted = decode_base64(pattern.substr(bar + 1));
    if (!salt || !wanted)
        return false;
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    HMAC(EVP_sha1(),
         salt->data(),
         static_cast<int>(salt->size()),
         reinterpret_cast<const unsigned char*>(name.data()),
         name.size(),
         hash.data(),
         &size);
    return std::string_view{reinterpret_cast<const char*>(hash.data()), size} == *wanted;
}

template <class Each>
void for_each_pattern(std::string_view patterns, Each&& each)
{
    while (!patterns.empty()) {
        const std::size_t comma = std::min(patterns.find(','), patterns.size());
        each(patterns.substr(0, comma));
        patterns.remove_prefix(std::min(comma + 1, patterns.size()));
    }
}

bool is_name_matched(const KnownKey& key, std::string_view name)
{
    if (key.patterns.starts_with('|'))
        return matches_hash(key.patterns, name);
    bool is_in = false;
    bool is_out = false;
    for_each_pattern(key.patterns, [&](std::string_view pattern) {
        const bool negated = pattern.starts_with('!');
        if (negated)
            pattern.remove_prefix(1);
        if (matches(pattern, name))
            (negated ? is_out : is_in) = true;
    });
    return is_in && !is_out;
}

std::optional<KnownKey> read_line(std::string_view line)
{
    KnownKey key;
    std::string_view word = next_word(line);
    if (word.empty() || word.starts_with('#'))
        return std::nullopt;
    if (word.starts_with('@')) {
        if (word != "@revoked")
            return std::nullopt;
        key.is_revoked = true;
        word = next_word(line);
    }
    key.patterns = word.starts_with('|') ? std::string{word} : lower(word);
    key.type = next_word(line);
    key.blob = next_word(line);
    if (!decode_base64(key.blob))
        return std::nullopt;
    return key;
}

}  // namespace

std::string fingerprint_of(std::string_view blob)
{
    const auto bytes = decode_base64(blob);
    if (!bytes)
        return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    EVP_Digest(bytes->data(), bytes->size(), hash.data(), &size, EVP_sha256(), nullptr);
    std::string text = encode_base64({reinterpret_cast<const char*>(hash.data()), size});
    while (text.ends_with('='))
        text.pop_back();
    return "SHA256:" + text;
}

std::string known_name(std::string_view name, std::uint16_t port)
{
    const std::string small = lower(name);
    return port == 22 || port == 0 ? small : fmt::format("[{}]:{}", small, port);
}

std::string known_line(std::string_view name, std::uint16_t port, const HostKey& key)
{
    return fmt::format("{} {} {}\n", known_name(name, port), key.type, key.blob);
}

void KnownHosts::add(std::string_view text, const std::string& file)
{
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        auto key = read_line(line);
        if (!key)
            continue;
        key->file = file;
        key->line = number;
        keys_.push_back(std::move(*key));
        index(keys_.size() - 1);
    }
}

void KnownHosts::index(std::size_t key)
{
    const KnownKey& known = keys_[key];
    by_key_[std::hash<std::string>{}(known.blob)].push_back(key);
    if (known.patterns.starts_with('|')) {
        hashed_.push_back(key);
        if (!known.is_revoked)
            ++hashed_types_[known.type];
    } else if (known.patterns.find_first_of("*?!") != std::string::npos) {
        patterns_.push_back(key);
    } else {
        for_each_pattern(known.patterns, [&](std::string_view name) { plain_.emplace(name, key); });
    }
}

std::vector<const KnownKey*> KnownHosts::find(std::string_view name, bool with_hashed) const
{
    std::vector<const KnownKey*> out;
    const auto [begin, end] = plain_.equal_range(name);
    for (auto at = begin; at != end; ++at)
        out.push_back(&keys_[at->second]);
    const auto add = [&](const std::vector<std::size_t>& lines) {
        for (const std::size_t key : lines)
            if (is_name_matched(keys_[key], name))
                out.push_back(&keys_[key]);
    };
    add(patterns_);
    if (with_hashed)
        add(hashed_);
    return out;
}

/// The line that has just this key for the name.
const KnownKey* KnownHosts::find_key(std::string_view name,
                                     const HostKey& key,
                                     bool is_revoked) const
{
    const auto found = by_key_.find(std::hash<std::string>{}(key.blob));
    if (found == by_key_.end())
        return nullptr;
    for (const std::size_t at : found->second) {
        const KnownKey& known = keys_[at];
        if (known.blob == key.blob && known.is_revoked == is_revoked &&
            is_name_matched(known, name))
            return &known;
    }
    return nullptr;
}

/// A line that has another key for the name: one of the same type says more about what has changed.
const KnownKey* KnownHosts::find_other(std::string_view name, const HostKey& key) const
{
    const KnownKey* other = nullptr;
    for (const KnownKey* known : find(name, true))
        if (!known->is_revoked &&
            (other == nullptr || (other->type != key.type && known->type == key.type)))
            other = known;
    return other;
}

Judgement KnownHosts::judge(std::string_view name, std::uint16_t port, const HostKey& key) const
{
    const std::string full = known_name(name, port);
    const std::string plain = known_name(name, 22);
    for (const std::string& one : {full, plain})
        if (const KnownKey* known = find_key(one, key, true))
            return {Verdict::revoked, known};
    if (const KnownKey* known = find_key(full, key, false))
        return {Verdict::trusted, known};
    if (const KnownKey* known = find_other(full, key))
        return {Verdict::changed, known};
    if (const KnownKey* known = find_key(plain, key, false))
        return {Verdict::trusted, known};
    return {};
}

std::vector<std::string> KnownHosts::types_of(std::string_view name,
                                              std::uint16_t port,
                                              bool with_hashed) const
{
    std::vector<std::string> out;
    const auto take = [&](const std::string& one) {
        for (const KnownKey* known : find(one, with_hashed))
            if (!known->is_revoked && std::find(out.begin(), out.end(), known->type) == out.end())
                out.push_back(known->type);
    };
    take(known_name(name, port));
    if (out.empty() && port != 22)
        take(known_name(name, 22));
    return out;
}

std::vector<std::string> KnownHosts::types_of(std::string_view name, std::uint16_t port) const
{
    return types_of(name, port, true);
}

std::vector<std::string> KnownHosts::likely_types_of(std::string_view name,
                                                     std::uint16_t port) const
{
    std::vector<std::string> out = types_of(name, port, false);
    if (!out.empty())
        return out;
    for (const auto& [type, count] : hashed_types_)
        out.push_back(type);
    std::stable_sort(out.begin(), out.end(), [this](const std::string& a, const std::string& b) {
        return hashed_types_.at(a) > hashed_types_.at(b);
    });
    return out;
}

std::shared_ptr<const KnownHosts> KnownHostsFiles::load(const std::vector<std::string>& files)
{
    const std::lock_guard lock{guard_};
    std::string stamp;
    for (const std::string& file : files) {
        struct stat facts = {};
        const bool there = ::stat(file.c_str(), &facts) == 0;
        stamp += fmt::format("{} {} {}.{}\n",
                             there ? facts.st_ino : 0,
                             there ? facts.st_size : -1,
                             there ? facts.st_mtim.tv_sec : 0,
                             there ? facts.st_mtim.tv_nsec : 0);
    }
    if (const auto held = read_.find(files); held != read_.end() && held->second.stamp == stamp)
        return held->second.known;
    auto known = std::make_shared<KnownHosts>();
    for (const std::string& file : files)
        if (const auto text = io::read_file(file, largest_file); text.ok())
            known->add(*text, file);
    if (read_.size() >= most_lists)
        read_.clear();
    return (read_[files] = {std::move(stamp), std::move(known)}).known;
}

Result<void> KnownHostsFiles::append(const std::string& file, const std::string& line)
{
    const std::lock_guard lock{guard_};
    std::string whole;
    if (std::error_code ignored; std::filesystem::exists(file, ignored)) {
        auto text = io::read_file(file, largest_file);
        if (!text.ok())
            return text.failure();
        whole = std::move(*text);
    }
    if (!whole.empty() && !whole.ends_with('\n'))
        whole += '\n';
    return io::write_file_atomically(file, whole + line);
}

}  // namespace reops::remote
