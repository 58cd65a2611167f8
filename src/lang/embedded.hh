// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The part of the library that is written in the language: every
/// src/lang/clj/NAMESPACE/*.clj, compiled into the binary. In these files each top-level form
/// begins in column 1 and no other line does; a plain `(defn name`, `(defn- name`, `(defmacro name`
/// or `(def name` is analysed when it is first needed, everything else when its namespace is
/// loaded.

#include <span>
#include <string_view>

namespace reops::lang {

struct EmbeddedSource {
    std::string_view name_space;  ///< "clojure.core"
    std::string_view file;        ///< "<clojure.core/macros.clj>"
    std::string_view text;
};

/// In order of path.
std::span<const EmbeddedSource> embedded_sources();

}  // namespace reops::lang
