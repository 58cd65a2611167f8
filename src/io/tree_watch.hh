// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Tells when files under a folder change, so that they can be read again.

#include "base/result.hh"
#include "io/event_loop.hh"

#include <functional>
#include <memory>
#include <string>

namespace reops::io {

/// Watches a folder and the folders in it, by inotify(7). Loop thread only; the destructor stops
/// the calls. A folder that goes is looked for again every second.
class TreeWatch {
public:
    /// `changed` is called once for each burst of changes, when nothing has changed for `quiet`. It
    /// may be called without a change that matters. Failures: not_found, denied, internal (the
    /// system's limit of watches: fs.inotify.max_user_watches).
    static Result<std::unique_ptr<TreeWatch>> make(EventLoop& loop,
                                                   const std::string& folder,
                                                   Duration quiet,
                                                   std::function<void()> changed);
    ~TreeWatch();
    TreeWatch(const TreeWatch&) = delete;
    TreeWatch& operator=(const TreeWatch&) = delete;

private:
    struct Impl;
    explicit TreeWatch(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace reops::io
