// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Private keys, read once and shared by all connections.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct ssh_key_struct;

namespace reops::remote {

struct PrivateKey {
    std::string file;
    std::shared_ptr<ssh_key_struct> key;
};

/// Any thread; reading blocks, so it is for the pool.
class KeyRing {
public:
    /// The keys of these files, in order; missing files, and keys that need a passphrase, are left
    /// out, the latter with a word in `trouble`.
    std::vector<PrivateKey> read(const std::vector<std::string>& files,
                                 std::vector<std::string>& trouble);

private:
    struct Held {
        std::string stamp;
        std::shared_ptr<ssh_key_struct> key;
    };
    std::mutex guard_;
    std::map<std::string, Held> held_;
};

}  // namespace reops::remote
