// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/core/conversions.hh"
#include "lang/core/sorted.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/seq.hh"
#include "lang/task.hh"

namespace reops::lang {

namespace {

Value make_map(Task& task, Value comparator, Arguments entries)
{
    if (entries.size() % 2 != 0)
        fail(errors::illegal_argument, "No value supplied for key: the last of a sorted map");
    SortedTree tree{{}, std::move(comparator)};
    for (std::size_t i = 0; i < entries.size(); i += 2)
        tree = tree.insert(task, entries[i], entries[i + 1]);
    return data::make_native<SortedMap>(std::move(tree));
}
Value sorted_map(Task& task, Arguments arguments)
{
    return make_map(task, {}, arguments);
}
Value sorted_map_by(Task& task, Arguments arguments)
{
    return make_map(task, arguments[0], arguments.subspan(1));
}

Value make_set(Task& task, Value comparator, Arguments elements)
{
    SortedTree tree{{}, std::move(comparator)};
    for (const Value& element : elements)
        if (tree.find(task, element) == nullptr)
            tree = tree.insert(task, element, Value{});
    return data::make_native<SortedSet>(std::move(tree));
}
Value sorted_set(Task& task, Arguments arguments)
{
    return make_set(task, {}, arguments);
}
Value sorted_set_by(Task& task, Arguments arguments)
{
    return make_set(task, arguments[0], arguments.subspan(1));
}

const SortedTree& tree_of(const Value& value, std::string_view role)
{
    if (const auto* map = find<SortedMap>(value))
        return map->tree();
    if (const auto* set = find<SortedSet>(value))
        return set->tree();
    fail_type("a sorted map or set", value, role);
}

Value element_of(const Value& collection, const SortedNode& node)
{
    return find<SortedMap>(collection) != nullptr ? make_entry(node.key, node.value) : node.key;
}

/// `(test key)` for the tests given: a comparison function and a key each.
bool passes(Task& task, const SortedTree& tree, Arguments tests, const Value& key)
{
    for (std::size_t i = 0; i + 1 < tests.size(); i += 2) {
        const int order = tree.compare(task, key, tests[i + 1]);
        if (!task.call(tests[i], Value::integer(order), Value::integer(0)).truthy())
            return false;
    }
    return true;
}

Value part(Task& task, Arguments arguments, bool ascending)
{
    const Value& collection = arguments[0];
    const SortedTree& tree = tree_of(collection, ascending ? "`subseq`" : "`rsubseq`");
    std::vector<Value> found;
    for (const SortedNode* node : tree.nodes(task, ascending))
        if (passes(task, tree, arguments.subspan(1), node->key))
            found.push_back(element_of(collection, *node));
    return found.empty() ? Value{} : Value{data::make_list(std::move(found))};
}
Value subseq(Task& task, Arguments arguments)
{
    return part(task, arguments, true);
}
Value rsubseq(Task& task, Arguments arguments)
{
    return part(task, arguments, false);
}

Value rseq_of(Task& task, Arguments arguments)
{
    const Value& collection = arguments[0];
    if (collection.is_vector()) {
        data::List reversed;
        for (const Value& element : collection.as_vector())
            reversed = reversed.push_front(element);
        return reversed.empty() ? Value{} : Value{reversed};
    }
    std::vector<Value> found;
    for (const SortedNode* node : tree_of(collection, "`rseq`").nodes(task, false))
        found.push_back(element_of(collection, *node));
    return found.empty() ? Value{} : Value{data::make_list(std::move(found))};
}

constexpr Builtin table[] = {
    pure("sorted-map",
         "[& keyvals]",
         "A map in the order of its keys.\n(sorted-map :b 1 :a 2) ; => {:a 2, :b 1}",
         sorted_map),
    pure("sorted-map-by",
         "[comparator & keyvals]",
         "A map in the order of a function.\n(sorted-map-by > 1 :a 2 :b) ; => {2 :b, 1 :a}",
         sorted_map_by),
    pure("sorted-set", "[& keys]", "A set in order.\n(sorted-set 3 1 2) ; => #{1 2 3}", sorted_set),
    pure("sorted-set-by",
         "[comparator & keys]",
         "A set in the order of a function.\n(sorted-set-by > 1 2) ; => #{2 1}",
         sorted_set_by),
    pure("subseq",
         "[sc test key] [sc start-test start-key end-test end-key]",
         "The elements of a sorted collection within bounds.\n(subseq (sorted-set 1 2 3) > 1) ; => "
         "(2 3)",
         subseq),
    pure("rsubseq",
         "[sc test key] [sc start-test start-key end-test end-key]",
         "As subseq, from the greatest on.\n(rsubseq (sorted-set 1 2 3) > 1) ; => (3 2)",
         rsubseq),
    pure("rseq",
         "[rev]",
         "The elements of a vector or sorted collection from the last on.\n(rseq [1 2]) ; => (2 1)",
         rseq_of),
};

}  // namespace

std::span<const Builtin> sorted_builtins()
{
    return table;
}

}  // namespace reops::lang
