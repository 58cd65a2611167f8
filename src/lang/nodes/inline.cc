// SPDX-License-Identifier: Apache-2.0
#include "lang/nodes/inline.hh"

#include "lang/arithmetic.hh"
#include "lang/collections.hh"
#include "lang/nodes/simple.hh"
#include "lang/seq.hh"
#include "lang/var.hh"

#include <array>
#include <cstdint>
#include <limits>
#include <memory>

namespace reops::lang {

namespace {

using data::Kind;

bool is_integer(RawValue raw)
{
    return raw.tag == static_cast<std::uint64_t>(Kind::integer);
}

std::int64_t integer_of(RawValue raw)
{
    return static_cast<std::int64_t>(raw.payload);
}

RawValue raw_integer(std::int64_t value)
{
    return {static_cast<std::uint64_t>(Kind::integer), static_cast<std::uint64_t>(value)};
}

RawValue raw_boolean(bool value)
{
    return {static_cast<std::uint64_t>(Kind::boolean), value ? 1U : 0U};
}

/// What an operand is read from. A plain value (a number) is copied without counting.
struct AnyOperand {
    explicit AnyOperand(NodePtr node_) : node(std::move(node_)) {}
    Value get(Frame& frame) const { return node->value(frame); }

    NodePtr node;
};

struct LocalOperand {
    explicit LocalOperand(NodePtr node_)
        : node(std::move(node_)), slot(static_cast<const LocalNode&>(*node).slot)
    {
    }
    const Value& get(Frame& frame) const { return frame.slots[slot]; }

    NodePtr node;  ///< the analyzer may still mark it
    std::uint32_t slot;
};

/// A local beside an operand that may move or change it: its value is taken first.
struct TakenOperand {
    explicit TakenOperand(NodePtr node_)
        : node(std::move(node_)), local(static_cast<const LocalNode&>(*node))
    {
    }
    Value get(Frame& frame) const { return Value::adopt(local.LocalNode::eval(frame)); }

    NodePtr node;
    const LocalNode& local;
};

struct ConstantOperand {
    explicit ConstantOperand(const NodePtr& node)
        : value(static_cast<const ConstantNode&>(*node).constant)
    {
    }
    const Value& get(Frame&) const { return value; }

    Value value;
};

/// The changed function, called as any other.
Value call_changed(Frame& frame, const Node* site, const Var& var, const Value& a, const Value& b)
{
    frame.task.enter(site);
    Value result = frame.task.call(var.get(frame.task), a, b);
    frame.task.leave();
    return result;
}

Value call_changed(Frame& frame, const Node* site, const Var& var, const Value& a)
{
    frame.task.enter(site);
    Value result = frame.task.call(var.get(frame.task), a);
    frame.task.leave();
    return result;
}

// Arithmetic: the fast path is two integers without overflow.

struct Add {
    static constexpr Operation operation = Operation::add;
    static bool fast(std::int64_t a, std::int64_t b, std::int64_t& out)
    {
        return !__builtin_add_overflow(a, b, &out);
    }
};
struct Subtract {
    static constexpr Operation operation = Operation::subtract;
    static bool fast(std::int64_t a, std::int64_t b, std::int64_t& out)
    {
        return !__builtin_sub_overflow(a, b, &out);
    }
};
struct Multiply {
    static constexpr Operation operation = Operation::multiply;
    static bool fast(std::int64_t a, std::int64_t b, std::int64_t& out)
    {
        return !__builtin_mul_overflow(a, b, &out);
    }
};
struct Divide {
    static constexpr Operation operation = Operation::divide;
    static bool fast(std::int64_t a, std::int64_t b, std::int64_t& out)
    {
        if (b == 0 || b == -1 || a % b != 0)
            return false;
        out = a / b;
        return true;
    }
};
struct Quotient {
    static constexpr Operation operation = Operation::quotient;
    static bool fast(std::int64_t a, std::int64_t b, std::int64_t& out)
    {
        if (b == 0 || b == -1)
            return false;
        out = a / b;
        return true;
    }
};
struct Remainder {
    static constexpr Operation operation = Operation::remainder;
    static bool fast(std::int64_t a, std::int64_t b, std::int64_t& out)
    {
        if (b == 0 || b == -1)
            return false;
        out = a % b;
        return true;
    }
};
struct Modulo {
    static constexpr Operation operation = Operation::modulo;
    static bool fast(std::int64_t a, std::int64_t b, std::int64_t& out)
    {
        if (b == 0 || b == -1)
            return false;
        const std::int64_t rest = a % b;
        out = rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
        return true;
    }
};

template <class Op, class Left, class Right>
struct ArithmeticNode final : Node {
    ArithmeticNode(const Var& var_, NodePtr a, NodePtr b, bool is_unary_ = false)
        : var(var_), left(std::move(a)), right(std::move(b)), is_unary(is_unary_)
    {
    }
    RawValue eval(Frame& frame) const override
    {
        decltype(auto) a = left.get(frame);
        decltype(auto) b = right.get(frame);
        std::int64_t out = 0;
        if (is_integer(a.raw()) && is_integer(b.raw()) && !var.is_changed() &&
            Op::fast(integer_of(a.raw()), integer_of(b.raw()), out)) [[likely]]
            return raw_integer(out);
        return slow(frame, a, b);
    }
    [[gnu::noinline]] RawValue slow(Frame& frame, const Value& a, const Value& b) const
    {
        if (var.is_changed())
            return (is_unary ? call_changed(frame, this, var, a)
                             : call_changed(frame, this, var, a, b))
                .detach();
        frame.task.enter(this);
        const RawValue result = calculate(Op::operation, a, b).detach();
        frame.task.leave();
        return result;
    }

    const Var& var;
    Left left;
    Right right;
    bool is_unary;  ///< the second operand is implied: (inc x), (zero? x)
};

struct Less {
    static bool fast(std::int64_t a, std::int64_t b) { return a < b; }
    static bool of(int order) { return order == -1; }
};
struct Greater {
    static bool fast(std::int64_t a, std::int64_t b) { return a > b; }
    static bool of(int order) { return order == 1; }
};
struct LessEqual {
    static bool fast(std::int64_t a, std::int64_t b) { return a <= b; }
    static bool of(int order) { return order == -1 || order == 0; }
};
struct GreaterEqual {
    static bool fast(std::int64_t a, std::int64_t b) { return a >= b; }
    static bool of(int order) { return order == 0 || order == 1; }
};
struct SameNumber {
    static bool fast(std::int64_t a, std::int64_t b) { return a == b; }
    static bool of(int order) { return order == 0; }
};

template <class Op, class Left, class Right>
struct CompareNode final : Node {
    CompareNode(const Var& var_, NodePtr a, NodePtr b, bool is_unary_ = false)
        : var(var_), left(std::move(a)), right(std::move(b)), is_unary(is_unary_)
    {
    }
    RawValue eval(Frame& frame) const override { return raw_boolean(test(frame)); }
    bool test(Frame& frame) const override
    {
        decltype(auto) a = left.get(frame);
        decltype(auto) b = right.get(frame);
        if (is_integer(a.raw()) && is_integer(b.raw()) && !var.is_changed()) [[likely]]
            return Op::fast(integer_of(a.raw()), integer_of(b.raw()));
        return slow(frame, a, b);
    }
    [[gnu::noinline]] bool slow(Frame& frame, const Value& a, const Value& b) const
    {
        if (var.is_changed())
            return (is_unary ? call_changed(frame, this, var, a)
                             : call_changed(frame, this, var, a, b))
                .truthy();
        frame.task.enter(this);
        const bool result = Op::of(compare_numbers(a, b));
        frame.task.leave();
        return result;
    }

    const Var& var;
    Left left;
    Right right;
    bool is_unary;  ///< the second operand is implied: (inc x), (zero? x)
};

template <class Left, class Right>
struct EqualNode final : Node {
    EqualNode(const Var& var_, NodePtr a, NodePtr b)
        : var(var_), left(std::move(a)), right(std::move(b))
    {
    }
    RawValue eval(Frame& frame) const override { return raw_boolean(test(frame)); }
    bool test(Frame& frame) const override
    {
        decltype(auto) a = left.get(frame);
        decltype(auto) b = right.get(frame);
        if (var.is_changed()) [[unlikely]]
            return call_changed(frame, this, var, a, b).truthy();
        return a == b;
    }

    const Var& var;
    Left left;
    Right right;
};

/// A core function of one argument as C++.
using Unary = Value (*)(Task& task, const Value& a);

template <class Operand>
struct UnaryNode final : Node {
    UnaryNode(const Var& var_, Unary run_, NodePtr a) : var(var_), run(run_), operand(std::move(a))
    {
    }
    RawValue eval(Frame& frame) const override
    {
        decltype(auto) a = operand.get(frame);
        if (var.is_changed()) [[unlikely]]
            return call_changed(frame, this, var, a).detach();
        frame.task.enter(this);
        const RawValue result = run(frame.task, a).detach();
        frame.task.leave();
        return result;
    }

    const Var& var;
    Unary run;
    Operand operand;
};

/// A question about one value that never throws.
using Question = bool (*)(const Value& a);

template <class Operand>
struct QuestionNode final : Node {
    QuestionNode(const Var& var_, Question ask_, NodePtr a)
        : var(var_), ask(ask_), operand(std::move(a))
    {
    }
    RawValue eval(Frame& frame) const override { return raw_boolean(test(frame)); }
    bool test(Frame& frame) const override
    {
        decltype(auto) a = operand.get(frame);
        if (var.is_changed()) [[unlikely]]
            return call_changed(frame, this, var, a).truthy();
        return ask(a);
    }

    const Var& var;
    Question ask;
    Operand operand;
};

using Binary = Value (*)(Task& task, const Value& a, const Value& b);

template <class Left, class Right>
struct BinaryNode final : Node {
    BinaryNode(const Var& var_, Binary run_, NodePtr a, NodePtr b)
        : var(var_), run(run_), left(std::move(a)), right(std::move(b))
    {
    }
    RawValue eval(Frame& frame) const override
    {
        decltype(auto) a = left.get(frame);
        decltype(auto) b = right.get(frame);
        if (var.is_changed()) [[unlikely]]
            return call_changed(frame, this, var, a, b).detach();
        frame.task.enter(this);
        const RawValue result = run(frame.task, a, b).detach();
        frame.task.leave();
        return result;
    }

    const Var& var;
    Binary run;
    Left left;
    Right right;
};

// Choosing the shape.

bool is_local(const NodePtr& node)
{
    return dynamic_cast<const LocalNode*>(node.get()) != nullptr;
}

bool is_constant(const NodePtr& node)
{
    return dynamic_cast<const ConstantNode*>(node.get()) != nullptr;
}

/// Calls `make` with the types of both operands.
template <class Make>
NodePtr choose(Nodes& arguments, Make make)
{
    NodePtr a = std::move(arguments[0]);
    NodePtr b = std::move(arguments[1]);
    // A local that is read where it lies is read after the right operand has run, which may have
    // moved it away: so only beside an operand that runs nothing.
    if (is_local(a) && (is_local(b) || is_constant(b))) {
        if (is_constant(b))
            return make.template operator()<LocalOperand, ConstantOperand>(std::move(a),
                                                                           std::move(b));
        return make.template operator()<LocalOperand, LocalOperand>(std::move(a), std::move(b));
    }
    if (is_constant(b))
        return make.template operator()<AnyOperand, ConstantOperand>(std::move(a), std::move(b));
    if (is_local(a))
        return make.template operator()<TakenOperand, AnyOperand>(std::move(a), std::move(b));
    if (is_local(b))
        return make.template operator()<AnyOperand, LocalOperand>(std::move(a), std::move(b));
    return make.template operator()<AnyOperand, AnyOperand>(std::move(a), std::move(b));
}

template <template <class, class, class> class Shape, class Op>
NodePtr make_binary(const Var& var, Nodes& arguments)
{
    return choose(arguments, [&]<class Left, class Right>(NodePtr a, NodePtr b) -> NodePtr {
        return std::make_unique<Shape<Op, Left, Right>>(var, std::move(a), std::move(b));
    });
}

NodePtr make_equal(const Var& var, Nodes& arguments)
{
    return choose(arguments, [&]<class Left, class Right>(NodePtr a, NodePtr b) -> NodePtr {
        return std::make_unique<EqualNode<Left, Right>>(var, std::move(a), std::move(b));
    });
}

template <Binary run>
NodePtr make_function(const Var& var, Nodes& arguments)
{
    return choose(arguments, [&]<class Left, class Right>(NodePtr a, NodePtr b) -> NodePtr {
        return std::make_unique<BinaryNode<Left, Right>>(var, run, std::move(a), std::move(b));
    });
}

template <Unary run>
NodePtr make_unary(const Var& var, Nodes& arguments)
{
    if (is_local(arguments[0]))
        return std::make_unique<UnaryNode<LocalOperand>>(var, run, std::move(arguments[0]));
    return std::make_unique<UnaryNode<AnyOperand>>(var, run, std::move(arguments[0]));
}

template <Question ask>
NodePtr make_question(const Var& var, Nodes& arguments)
{
    if (is_local(arguments[0]))
        return std::make_unique<QuestionNode<LocalOperand>>(var, ask, std::move(arguments[0]));
    return std::make_unique<QuestionNode<AnyOperand>>(var, ask, std::move(arguments[0]));
}

template <class Op>
NodePtr make_step(const Var& var, Nodes& arguments)
{
    // (inc x) is (+ x 1), as long as inc is unchanged.
    NodePtr one = std::make_unique<ConstantNode>(Value::integer(1));
    if (is_local(arguments[0]))
        return std::make_unique<ArithmeticNode<Op, LocalOperand, ConstantOperand>>(
            var, std::move(arguments[0]), std::move(one), true);
    return std::make_unique<ArithmeticNode<Op, AnyOperand, ConstantOperand>>(
        var, std::move(arguments[0]), std::move(one), true);
}

bool ask_nil(const Value& a)
{
    return a.is_nil();
}

bool ask_some(const Value& a)
{
    return !a.is_nil();
}

bool ask_not(const Value& a)
{
    return !a.truthy();
}

Value run_get(Task& task, const Value& map, const Value& key)
{
    return get(task, map, key);
}

template <class Op>
NodePtr make_zero_test(const Var& var, Nodes& arguments)
{
    NodePtr zero = std::make_unique<ConstantNode>(Value::integer(0));
    if (is_local(arguments[0]))
        return std::make_unique<CompareNode<Op, LocalOperand, ConstantOperand>>(
            var, std::move(arguments[0]), std::move(zero), true);
    return std::make_unique<CompareNode<Op, AnyOperand, ConstantOperand>>(
        var, std::move(arguments[0]), std::move(zero), true);
}

struct Inlined {
    std::string_view name;
    std::size_t arguments;
    NodePtr (*make)(const Var& var, Nodes& arguments);
};

constexpr std::array inlined = {
    Inlined{"+", 2, make_binary<ArithmeticNode, Add>},
    Inlined{"-", 2, make_binary<ArithmeticNode, Subtract>},
    Inlined{"*", 2, make_binary<ArithmeticNode, Multiply>},
    Inlined{"/", 2, make_binary<ArithmeticNode, Divide>},
    Inlined{"quot", 2, make_binary<ArithmeticNode, Quotient>},
    Inlined{"rem", 2, make_binary<ArithmeticNode, Remainder>},
    Inlined{"mod", 2, make_binary<ArithmeticNode, Modulo>},
    Inlined{"<", 2, make_binary<CompareNode, Less>},
    Inlined{">", 2, make_binary<CompareNode, Greater>},
    Inlined{"<=", 2, make_binary<CompareNode, LessEqual>},
    Inlined{">=", 2, make_binary<CompareNode, GreaterEqual>},
    Inlined{"==", 2, make_binary<CompareNode, SameNumber>},
    Inlined{"=", 2, make_equal},
    Inlined{"get", 2, make_function<run_get>},
    Inlined{"inc", 1, make_step<Add>},
    Inlined{"dec", 1, make_step<Subtract>},
    Inlined{"zero?", 1, make_zero_test<SameNumber>},
    Inlined{"pos?", 1, make_zero_test<Greater>},
    Inlined{"neg?", 1, make_zero_test<Less>},
    Inlined{"nil?", 1, make_question<ask_nil>},
    Inlined{"some?", 1, make_question<ask_some>},
    Inlined{"not", 1, make_question<ask_not>},
    Inlined{"first", 1, make_unary<first>},
    Inlined{"seq", 1, make_unary<seq>},
    Inlined{"next", 1, make_unary<next>},
    Inlined{"rest", 1, make_unary<rest>},
};

}  // namespace

NodePtr make_inline(const Var& var, Nodes& arguments)
{
    for (const Inlined& each : inlined)
        if (each.arguments == arguments.size() && each.name == var.name().name())
            return each.make(var, arguments);
    return nullptr;
}

}  // namespace reops::lang
