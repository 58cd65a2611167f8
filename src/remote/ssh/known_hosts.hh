// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Which key belongs to which host: an index of known_hosts files in memory. Plain and hashed
/// names, wildcards, negation, ports, @revoked. Certificates (@cert-authority) are left to the
/// user's own `ssh`: such lines trust nothing here.

#include "base/result.hh"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reops::remote {

/// A host's key as the server shows it.
struct HostKey {
    std::string type;         ///< "ssh-ed25519"
    std::string blob;         ///< base64, as it stands in known_hosts
    std::string fingerprint;  ///< "SHA256:..."
};

/// "SHA256:..." of a key's base64; empty when that is not base64.
std::string fingerprint_of(std::string_view blob);

/// One line of a file.
struct KnownKey {
    std::string patterns;  ///< the names, comma separated, or |1|salt|hash
    std::string type;
    std::string blob;
    std::string file;
    std::size_t line = 0;
    bool is_revoked = false;
};

enum class Verdict : std::uint8_t {
    trusted,
    unknown,  ///< no file knows the host
    changed,  ///< the host is known with another key
    revoked,  ///< a file says that this key must not be used
};

struct Judgement {
    Verdict verdict = Verdict::unknown;
    const KnownKey* known = nullptr;  ///< the line that decided; of changed: the one that differs
};

/// Immutable once filled; any thread.
class KnownHosts {
public:
    /// Reads the lines of one file; bad ones are skipped, as OpenSSH does.
    void add(std::string_view text, const std::string& file);

    /// Judges what the server shows. `name` is the host as it is looked up: its address or name, or
    /// its HostKeyAlias. A port other than 22 is part of the name ("[host]:2222"); a key of the
    /// plain name is taken then too.
    Judgement judge(std::string_view name, std::uint16_t port, const HostKey& key) const;
    /// Types of the keys that are known for the host, so that the server is asked for one of them.
    /// Takes a hash for each line with a hashed name.
    std::vector<std::string> types_of(std::string_view name, std::uint16_t port) const;
    /// The same without those hashes: when only a hashed line may know the host, the types of all
    /// such lines, the commonest first.
    std::vector<std::string> likely_types_of(std::string_view name, std::uint16_t port) const;
    bool knows(std::string_view name, std::uint16_t port) const
    {
        return !types_of(name, port).empty();
    }
    std::size_t size() const { return keys_.size(); }

private:
    std::vector<const KnownKey*> find(std::string_view name, bool with_hashed) const;
    const KnownKey* find_key(std::string_view name, const HostKey& key, bool is_revoked) const;
    const KnownKey* find_other(std::string_view name, const HostKey& key) const;
    std::vector<std::string> types_of(std::string_view name,
                                      std::uint16_t port,
                                      bool with_hashed) const;
    void index(std::size_t key);

    std::vector<KnownKey> keys_;
    std::multimap<std::string, std::size_t, std::less<>> plain_;  ///< by one exact name
    std::vector<std::size_t> patterns_;                           ///< with wildcards
    std::vector<std::size_t> hashed_;
    std::map<std::string, std::size_t> hashed_types_;  ///< how many lines of each
    /// By the hash of a key: a host that shows a known key costs one hash of a name, however many
    /// lines there are.
    std::unordered_map<std::size_t, std::vector<std::size_t>> by_key_;
};

/// The name under which a host stands in a file: "host", or "[host]:2222".
std::string known_name(std::string_view name, std::uint16_t port);
/// The line that makes a key known, with its line end.
std::string known_line(std::string_view name, std::uint16_t port, const HostKey& key);

/// Reads the files again when one of them has changed. Blocks (files): for the pool. Any thread.
class KnownHostsFiles {
public:
    /// Missing files are no failure.
    std::shared_ptr<const KnownHosts> load(const std::vector<std::string>& files);
    /// Adds a line to a file, which is made when missing (0600); one after the other.
    Result<void> append(const std::string& file, const std::string& line);

private:
    struct Read {
        std::string stamp;  ///< sizes and times of what was read
        std::shared_ptr<const KnownHosts> known;
    };

    std::mutex guard_;  ///< of both
    std::map<std::vector<std::string>, Read> read_;
};

}  // namespace reops::remote
