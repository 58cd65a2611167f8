// SPDX-License-Identifier: Apache-2.0
#include "lang/callable.hh"
#include "lang/core/registry.hh"
#include "lang/name_space.hh"
#include "lang/var.hh"
#include "tests/unit/lang/lang_world.hh"

#include <array>

#include <gtest/gtest.h>

namespace reops::lang {
namespace {

TEST(ArgumentLists, say_how_many_are_taken)
{
    const auto is = [](std::string_view args, std::size_t least, std::size_t most, bool variadic) {
        const Arity arity = arity_of(args);
        EXPECT_EQ(arity.least, least) << args;
        EXPECT_EQ(arity.most, most) << args;
        EXPECT_EQ(arity.is_variadic, variadic) << args;
    };
    is("[]", 0, 0, false);
    is("[x]", 1, 1, false);
    is("[x] [x y]", 1, 2, false);
    is("[x y & more]", 2, 2, true);
    is("[& xs]", 0, 0, true);
    is("[[a b] {:keys [c d]}]", 2, 2, false);
    is("[] [coll] [coll x] [coll x & xs]", 0, 2, true);
}

TEST(Builtins, are_documented)
{
    LangWorld world;
    for (const std::string_view space : {"clojure.core", "java.member"})
        for (const Var* var : world.interpreter.find_namespace(space)->own_vars()) {
            const Builtin* record = var->builtin();
            if (record == nullptr)
                continue;
            EXPECT_FALSE(record->doc.empty()) << var->full_name();
            EXPECT_NE(record->doc.find('\n'), std::string_view::npos)
                << var->full_name() << " has no example";
            EXPECT_FALSE(record->since.empty()) << var->full_name();
            EXPECT_TRUE(record->args.starts_with("[")) << var->full_name();
        }
}

Value run_twice(Task& task, Arguments arguments)
{
    return task.call(arguments[0], task.call(arguments[0], arguments[1]));
}

constexpr std::array extras = {
    Builtin{.name = "twice",
            .args = "[f x]",
            .doc = "Calls f on what f gives.\n(twice inc 1) ; => 3",
            .since = "0.1",
            .effects = true,
            .run = run_twice},
};

TEST(Builtins, of_others_are_registered)
{
    LangWorld world;
    world.interpreter.register_builtins("extra", extras);
    EXPECT_EQ(world.eval("(extra/twice (fn [x] (* x 3)) 2)"), "18");
    EXPECT_EQ(world.eval("(extra/twice inc)"),
              "ArityException: Wrong number of args (1) passed to: extra/twice");
    EXPECT_EQ(world.eval("(require '[extra :as e]) (e/twice inc 0)"), "2");
    world.interpreter.add_default_refer(world.interpreter.name_space("extra"));
    EXPECT_EQ(world.eval("(ns fresh) (twice dec 0)"), "-2");
}

TEST(Calls, from_cpp_reach_functions_of_the_language)
{
    LangWorld world;
    Task task{world.interpreter};
    const Value f = world.interpreter.eval(task, "(fn ([x] [:one x]) ([x & more] more))", "");
    EXPECT_EQ(print_value(task, task.call(f, Value::integer(1)), true), "[:one 1]");
    EXPECT_EQ(print_value(task, task.call(f, Value::integer(1), Value::integer(2)), true), "(2)");
    Task::Mark mark{task};
    EXPECT_THROW(task.call(f, Arguments{}), LangError);
    mark.restore();
    EXPECT_EQ(static_cast<const Callable&>(f.as_native()).arity().least, 1U);
    EXPECT_TRUE(static_cast<const Callable&>(f.as_native()).arity().is_variadic);
}

}  // namespace
}  // namespace reops::lang
