// SPDX-License-Identifier: Apache-2.0
#include "lang/sequences.hh"

#include "data/utf8.hh"
#include "lang/error.hh"
#include "lang/task.hh"

namespace reops::lang {

/// The right to run a lazy sequence's body.
class LazySeq::Claim {
public:
    /// Waits while another thread runs it. Not held when the value is there already.
    Claim(const LazySeq& lazy, Task& task) : lazy_(lazy)
    {
        for (;;) {
            std::uint32_t seen = waiting;
            if (lazy_.state_.compare_exchange_strong(seen, running, std::memory_order_acq_rel)) {
                lazy_.runner_ = &task;
                held_ = true;
                return;
            }
            if (seen == done)
                return;
            if (lazy_.runner_ == &task)
                fail(errors::illegal_state, "a lazy sequence asks for itself");
            lazy_.state_.wait(running, std::memory_order_acquire);
        }
    }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    ~Claim()
    {
        if (!held_)
            return;
        lazy_.runner_ = nullptr;
        lazy_.state_.store(finished_ ? done : waiting, std::memory_order_release);
        lazy_.state_.notify_all();
    }

    bool is_held() const { return held_; }
    void finish() { finished_ = true; }

private:
    const LazySeq& lazy_;
    bool held_ = false;
    bool finished_ = false;
};

namespace {

/// A lazy sequence may give another one, and that another; they are unwrapped in a loop, so that a
/// filter that drops a million elements needs no stack.
Value unwrap(Task& task, Value value)
{
    for (const LazySeq* inner = find<LazySeq>(value); inner != nullptr;
         inner = find<LazySeq>(value)) {
        task.poll();
        value = inner->step(task);
    }
    return seq(task, value);
}

}  // namespace

Value LazySeq::step(Task& task) const
{
    Claim claim{*this, task};
    if (!claim.is_held())
        return value_;
    value_ = body_->run(task);
    body_ = nullptr;
    claim.finish();
    return value_;
}

Value LazySeq::seq(Task& task) const
{
    if (!is_realized()) {
        task.check_stack();
        Claim claim{*this, task};
        if (claim.is_held()) {
            value_ = unwrap(task, body_->run(task));
            body_ = nullptr;
            claim.finish();
            return value_;
        }
    }
    return find<LazySeq>(value_) == nullptr ? lang::seq(task, value_) : unwrap(task, value_);
}

Value LazySeq::first(Task& task) const
{
    const Value sequence = seq(task);
    return lang::first(task, sequence);
}

Value LazySeq::rest(Task& task) const
{
    const Value sequence = seq(task);
    return lang::rest(task, sequence);
}

void LazySeq::list(References& out) const
{
    out.add(value_);
    if (body_ != nullptr)
        body_->list(out);
}

void LazySeq::empty() const
{
    body_.reset();
    const Value dropped = std::move(value_);
}

Value VectorSeq::first(Task&) const
{
    return vector_[index_];
}

Value VectorSeq::rest(Task&) const
{
    if (index_ + 1 == vector_.size())
        return data::List{};
    return data::make_native<VectorSeq>(vector_, index_ + 1);
}

Value StringSeq::first(Task&) const
{
    return Value::character(data::decode_utf8(text_.as_string().substr(offset_)).character);
}

Value StringSeq::rest(Task&) const
{
    const std::size_t after = offset_ + data::decode_utf8(text_.as_string().substr(offset_)).bytes;
    if (after >= text_.as_string().size())
        return data::List{};
    return data::make_native<StringSeq>(text_, after);
}

Value Range::first(Task&) const
{
    return Value::integer(begin_);
}

Value Range::rest(Task&) const
{
    std::int64_t after = 0;
    if (__builtin_add_overflow(begin_, step_, &after))
        return data::List{};
    return make_range(after, end_, step_);
}

std::optional<std::size_t> Range::known_count() const
{
    if (!end_ || step_ == 0)
        return std::nullopt;
    const std::uint64_t span =
        step_ > 0 ? static_cast<std::uint64_t>(*end_) - static_cast<std::uint64_t>(begin_)
                  : static_cast<std::uint64_t>(begin_) - static_cast<std::uint64_t>(*end_);
    const std::uint64_t step =
        step_ > 0 ? static_cast<std::uint64_t>(step_) : 0 - static_cast<std::uint64_t>(step_);
    return (span + step - 1) / step;
}

Value make_range(std::int64_t begin, std::optional<std::int64_t> end, std::int64_t step)
{
    if (end && (step >= 0 ? begin >= *end : begin <= *end))
        return data::List{};
    return data::make_native<Range>(begin, end, step);
}

}  // namespace reops::lang
