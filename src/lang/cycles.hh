// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Values that hold each other in a circle, which counting references never frees: an atom
/// whose function holds the atom, a lazy sequence whose end holds its begin. A circle needs
/// something that was changed after it was made, so the search begins there: at the containers that
/// live, and at the old values of vars. What only its own circle holds is emptied; the counts do
/// the rest.

#include "data/value.hh"

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace reops::lang {

class Container;

/// The containers of an interpreter. They may outlive it.
class ContainerList {
public:
    void enter(Container& container);
    void leave(Container& container);
    std::size_t size() const;

private:
    friend class Cycles;

    mutable std::mutex mutex_;  ///< while it is held, no container is taken apart
    Container* first_ = nullptr;
    Container* last_ = nullptr;
    std::size_t size_ = 0;
};

/// Base of what holds a value that may change: atoms, volatiles, promises. Its destructor must call
/// leave() before anything it holds is let go.
class Container {
public:
    /// Belongs to the interpreter of the thread's current task; without one it is not searched.
    explicit Container(const data::Object& self);
    Container(const Container&) = delete;
    Container& operator=(const Container&) = delete;

protected:
    ~Container() = default;
    void leave();

private:
    friend class ContainerList;
    friend class Cycles;

    const data::Object& self_;
    std::shared_ptr<ContainerList> list_;
    Container* before_ = nullptr;
    Container* after_ = nullptr;
};

/// One interpreter's search. Its work per step is bounded: what is not reached counts as alive.
class Cycles {
public:
    Cycles();

    /// Any thread. An old root of a var, whose circle may have lost its last holder.
    void suspect(data::Value value);
    bool is_wanted() const;
    /// Requires that no task runs. What is garbage is given back, to be emptied by free() when
    /// tasks may run again.
    class Garbage {
    public:
        void free();
        std::size_t size() const { return objects_.size(); }

    private:
        friend class Cycles;
        std::vector<data::Value> objects_;
        std::vector<data::Value> suspects_;  ///< nobody else may hold them either
    };
    Garbage step();
    /// Looks at everything.
    Garbage step_without_limit();

    const std::shared_ptr<ContainerList>& containers() const { return containers_; }

private:
    class Search;
    Garbage step(std::size_t most);

    std::shared_ptr<ContainerList> containers_;
    mutable std::mutex mutex_;
    std::vector<data::Value> suspects_;  // guarded by mutex_
    std::size_t next_size_;              // guarded by mutex_: of the list, when to look again
    std::size_t reach_;                  // guarded by mutex_: objects per step
};

}  // namespace reops::lang
