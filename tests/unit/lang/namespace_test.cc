// SPDX-License-Identifier: Apache-2.0
#include "lang/var.hh"
#include "tests/unit/lang/lang_world.hh"

#include <gtest/gtest.h>

namespace reops::lang {
namespace {

TEST(Namespaces, are_made_and_changed)
{
    LangWorld world;
    EXPECT_EQ(world.eval("(ns a.b \"doc\") (def x 1) (ns user) [a.b/x (ns-name *ns*)]"),
              "[1 user]");
    EXPECT_EQ(world.eval("(in-ns 'c) (def y a.b/x) y"), "1");
    EXPECT_EQ(world.eval("(:doc (meta (find-ns 'a.b)))"), "\"doc\"");
    EXPECT_EQ(world.eval("(alias 'ab 'a.b) [ab/x ::ab/k]"), "[1 :a.b/k]");
    EXPECT_EQ(world.eval("(ns-resolve 'a.b 'x)"), "#'a.b/x");
}

TEST(Namespaces, load_from_outside_once)
{
    LangWorld world;
    world.files.files["my.tools"] = "(ns my.tools) (defn twice [x] (* 2 x)) (defn- hidden [] 1)";
    EXPECT_EQ(world.eval("(ns u (:require [my.tools :as t :refer [twice]]))"
                         "[(twice 1) (t/twice 2) (my.tools/twice 3) (ns-name *ns*)]"),
              "[2 4 6 u]");
    EXPECT_EQ(world.eval("(require 'my.tools) (my.tools/twice 4)"), "8");
    EXPECT_EQ(world.files.asked, 1);
    EXPECT_EQ(world.eval("(require 'my.tools :reload) 1"), "1");
    EXPECT_EQ(world.files.asked, 2);
    EXPECT_EQ(world.eval("(my.tools/hidden)"),
              "Compiler$CompilerException: var: #'my.tools/hidden is not public");
    EXPECT_EQ(world.eval("(#'my.tools/hidden)"), "1");
    EXPECT_EQ(world.eval("(require '[my.tools :refer (nothing)])"),
              "IllegalStateException: nothing does not exist");
}

TEST(Namespaces, understand_prefix_lists_use_and_refer_all)
{
    LangWorld world;
    world.files.files["my.a"] = "(ns my.a) (def a 1)";
    world.files.files["my.b"] = "(ns my.b) (def b 2)";
    EXPECT_EQ(world.eval("(ns p (:require (my [a :as one] b))) [one/a my.b/b]"), "[1 2]");
    EXPECT_EQ(world.eval("(ns q (:use my.a) (:require [my.b :refer :all])) [a b]"), "[1 2]");
    EXPECT_EQ(world.eval("(defn refer-a [] (require '[my.a :as z :refer (a)]))"
                         "(ns r) (user/refer-a) (eval '[a z/a])"),
              "[1 1]");
}

TEST(Namespaces, that_nobody_has_are_named)
{
    LangWorld world;
    EXPECT_EQ(world.eval("(require 'nobody.has)"),
              "FileNotFoundException: Could not locate nobody.has on the search path");
}

TEST(Namespaces, replace_names_of_the_core)
{
    LangWorld world;
    EXPECT_EQ(world.eval("(ns mine) (defn map [x] [:mine x]) (map 1)"), "[:mine 1]");
    EXPECT_EQ(world.eval("(map inc [1])"), "(2)");
}

TEST(Vars, know_what_defined_them)
{
    LangWorld world;
    world.eval("(def a 1)\n(defn f \"adds\" [x] (+ a x))");
    ASSERT_EQ(world.defined.size(), 2U);
    const Var& f = *world.defined[1];
    EXPECT_EQ(f.full_name(), "user/f");
    EXPECT_EQ(f.doc(), "adds");
    EXPECT_EQ(f.arglists(), "([x])");
    const Definition definition = f.definition();
    EXPECT_EQ(world.interpreter.sources().text_of(definition.place),
              "(defn f \"adds\" [x] (+ a x))");
    ASSERT_EQ(definition.uses.size(), 1U);
    EXPECT_EQ(definition.uses[0]->full_name(), "user/a");
    EXPECT_EQ(world.eval("[(:line (meta #'f)) (:file (meta #'f))]"), "[2 \"test.clj\"]");
}

TEST(Vars, of_builtins_are_described_by_their_record)
{
    LangWorld world;
    const Var& assoc = world.interpreter.core_var("assoc");
    EXPECT_EQ(assoc.arglists(), "([map key val] [map key val & kvs])");
    EXPECT_FALSE(assoc.doc().empty());
}

TEST(Vars, see_new_definitions_at_the_next_call)
{
    LangWorld world;
    EXPECT_EQ(world.eval("(defn g [] 1) (defn f [] (g)) (f)"), "1");
    EXPECT_EQ(world.eval("(defn g [] 2) (f)"), "2");
    EXPECT_EQ(world.eval("(defn g [] (def g (fn [] 3)) (g)) (f)"), "3");
}

TEST(Completion, offers_names_aliases_and_namespaces)
{
    LangWorld world;
    Task task{world.interpreter};
    world.interpreter.eval(task, "(ns a.tools) (def hammer 1) (ns user) (alias 't 'a.tools)", "");
    const auto names = world.interpreter.complete(task, "when-l");
    EXPECT_EQ(names, (std::vector<std::string>{"when-let"}));
    EXPECT_EQ(world.interpreter.complete(task, "t/"), (std::vector<std::string>{"t/hammer"}));
    EXPECT_EQ(world.interpreter.complete(task, "a.to"), (std::vector<std::string>{"a.tools"}));
}

}  // namespace
}  // namespace reops::lang
