// SPDX-License-Identifier: Apache-2.0
#include "io/thread_place.hh"

#include <pthread.h>

namespace reops::io {

ThreadPlace::ThreadPlace() : anywhere_{}
{
    if (::sched_getaffinity(0, sizeof anywhere_, &anywhere_) != 0)
        CPU_ZERO(&anywhere_);
}

void ThreadPlace::bring_here(std::thread& other)
{
    const int here = ::sched_getcpu();
    if (here == here_ || here < 0 || CPU_COUNT(&anywhere_) < 2)
        return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<unsigned>(here), &one);
    if (::pthread_setaffinity_np(other.native_handle(), sizeof one, &one) == 0)
        here_ = here;
}

void ThreadPlace::let_go(std::thread& other)
{
    if (here_ >= 0)
        (void)::pthread_setaffinity_np(other.native_handle(), sizeof anywhere_, &anywhere_);
    here_ = -1;
}

}  // namespace reops::io
