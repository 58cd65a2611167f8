// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/key_ring.hh"

#include <fmt/format.h>
#include <libssh/libssh.h>
#include <sys/stat.h>

namespace reops::remote {

namespace {

/// Nobody is there to type a passphrase. (Without this libssh asks the terminal.)
int no_passphrase(const char*, char*, std::size_t, int, int, void*)
{
    return -1;
}

}  // namespace

std::vector<PrivateKey> KeyRing::read(const std::vector<std::string>& files,
                                      std::vector<std::string>& trouble)
{
    const std::lock_guard lock{guard_};
    std::vector<PrivateKey> out;
    for (const std::string& file : files) {
        struct stat facts = {};
        if (::stat(file.c_str(), &facts) != 0)
            continue;
        const std::string stamp = fmt::format("{} {} {}.{}",
                                              facts.st_ino,
                                              facts.st_size,
                                              facts.st_mtim.tv_sec,
                                              facts.st_mtim.tv_nsec);
        Held& held = held_[file];
        if (held.stamp != stamp) {
            ssh_key key = nullptr;
            const int read =
                ssh_pki_import_privkey_file(file.c_str(), nullptr, no_passphrase, nullptr, &key);
            held.key =
                read == SSH_OK ? std::shared_ptr<ssh_key_struct>{key, ssh_key_free} : nullptr;
            held.stamp = stamp;
        }
        if (held.key)
            out.push_back({file, held.key});
        else
            trouble.push_back(file + " cannot be read without a passphrase");
    }
    return out;
}

}  // namespace reops::remote
