// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/lang/lang_world.hh"

#include <gtest/gtest.h>

namespace reops::lang {
namespace {

TEST(Records, are_maps_of_a_type_of_their_own)
{
    LangWorld world;
    world.eval("(defrecord Hosts [auth hosts])");
    EXPECT_EQ(world.eval("(Hosts. {} [\"a\"])"), "#user.Hosts{:auth {}, :hosts [\"a\"]}");
    EXPECT_EQ(world.eval("(:hosts (->Hosts 1 2))"), "2");
    EXPECT_EQ(world.eval("(.-auth (->Hosts 1 2))"), "1");
    EXPECT_EQ(world.eval("(map->Hosts {:auth 1 :more 2})"),
              "#user.Hosts{:auth 1, :hosts nil, :more 2}");
    EXPECT_EQ(world.eval("(assoc (->Hosts 1 2) :auth 3)"), "#user.Hosts{:auth 3, :hosts 2}");
    EXPECT_EQ(world.eval("(dissoc (->Hosts 1 2) :auth)"), "{:hosts 2}");
    EXPECT_EQ(world.eval("(= (->Hosts 1 2) (->Hosts 1 2))"), "true");
    EXPECT_EQ(world.eval("(= (->Hosts 1 2) {:auth 1 :hosts 2})"), "false");
    EXPECT_EQ(world.eval("(= {:auth 1 :hosts 2} (->Hosts 1 2))"), "false");
    EXPECT_EQ(world.eval("[(map? (->Hosts 1 2)) (record? (->Hosts 1 2)) (record? {})]"),
              "[true true false]");
    EXPECT_EQ(world.eval("(instance? Hosts (->Hosts 1 2))"), "true");
    EXPECT_EQ(world.eval("(->Hosts 1)"),
              "ArityException: Wrong number of args (1) passed to: user/->Hosts");
    EXPECT_EQ(world.eval("(let [{:keys [auth]} (->Hosts 5 6)] auth)"), "5");
    EXPECT_EQ(world.eval("(keys (->Hosts 1 2))"), "(:auth :hosts)");
}

TEST(Protocols, choose_by_the_type_of_the_first_argument)
{
    LangWorld world;
    world.eval("(defprotocol Shape \"doc\" (area [this] \"its size\") (scale [this n]))");
    world.eval(
        "(defrecord Square [side] Shape (area [_] (* side side))"
        " (scale [this side] (->Square (* side (:side this)))))");
    EXPECT_EQ(world.eval("(area (->Square 3))"), "9");
    EXPECT_EQ(world.eval("(scale (->Square 3) 2)"), "#user.Square{:side 6}");
    EXPECT_EQ(world.eval("(area 1)"),
              "IllegalArgumentException: No implementation of method: :area of protocol: "
              "#'user/Shape found for class: java.lang.Long");
    world.eval("(extend-type Number Shape (area [n] n))");
    EXPECT_EQ(world.eval("[(area 2) (area 2.5)]"), "[2 2.5]");
    world.eval("(extend-protocol Shape nil (area [_] :nothing) Object (area [_] :anything))");
    EXPECT_EQ(world.eval("[(area nil) (area \"x\") (area 4)]"), "[:nothing :anything 4]");
    EXPECT_EQ(world.eval("(satisfies? Shape (->Square 1))"), "true");
    EXPECT_EQ(world.eval("(area (reify Shape (area [this] 7)))"), "7");
    EXPECT_EQ(world.eval("(map area [1 nil])"), "(1 :nothing)");
}

TEST(Multimethods, choose_by_what_the_dispatch_function_gives)
{
    LangWorld world;
    world.eval("(defmulti speak :kind) (defmethod speak :dog [_] 1)");
    EXPECT_EQ(world.eval("(speak {:kind :dog})"), "1");
    EXPECT_EQ(world.eval("(speak {:kind :cat})"),
              "IllegalArgumentException: No method in multimethod 'speak' for dispatch "
              "value: :cat");
    world.eval("(defmethod speak :default [_] 0)");
    EXPECT_EQ(world.eval("(speak {:kind :cat})"), "0");
    world.eval("(derive ::puppy ::dog) (defmulti f identity) (defmethod f ::dog [_] :dog)");
    EXPECT_EQ(world.eval("(f ::puppy)"), ":dog");
    EXPECT_EQ(world.eval("(isa? [::puppy 1] [::dog 1])"), "true");
    world.eval("(defmulti g class) (defmethod g Number [_] :n) (defmethod g String [_] :s)");
    EXPECT_EQ(world.eval("[(g 1) (g 1.0) (g \"\")]"), "[:n :n :s]");
    world.eval(
        "(derive ::c ::a) (derive ::c ::b) (defmulti h identity)"
        "(defmethod h ::a [_] :a) (defmethod h ::b [_] :b)");
    EXPECT_EQ(world.eval("(h ::c)").substr(0, 24), "IllegalArgumentException");
    EXPECT_EQ(world.eval("(prefer-method h ::a ::b) (h ::c)"), ":a");
}

TEST(Hierarchies, refuse_cycles)
{
    LangWorld world;
    world.eval("(derive ::a ::b)");
    EXPECT_EQ(world.eval("(derive ::b ::a)"),
              "Exception: Cyclic derivation: :user/a has :user/b as ancestor");
    EXPECT_EQ(world.eval("(ancestors ::a)"), "#{:user/b}");
    EXPECT_EQ(world.eval("(underive ::a ::b) (ancestors ::a)"), "nil");
}

}  // namespace
}  // namespace reops::lang
