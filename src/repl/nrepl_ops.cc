// SPDX-License-Identifier: Apache-2.0
#include "repl/nrepl_ops.hh"

#include "data/print.hh"
#include "data/vector.hh"
#include "lang/callable.hh"
#include "lang/name_space.hh"
#include "lang/var.hh"
#include "repl/nrepl_server.hh"
#include "repl/session.hh"

#include <array>
#include <charconv>
#include <utility>

namespace reops::repl {

namespace {

using data::Map;
using data::Value;

Value text(std::string_view given)
{
    return Value::string(given);
}

Value key(std::string_view name)
{
    return Value::keyword(name);
}

/// {"status" ["done" ..]}.
Map status(std::initializer_list<std::string_view> words)
{
    data::VectorBuilder list;
    for (const std::string_view word : words)
        list.push_back(text(word));
    return data::make_map({{key("status"), list.finish()}});
}

void clone(const NreplRequest& request)
{
    const std::string id = request.make_session();
    if (id.empty())
        return request.answer(status({"done", "error", "too-many-sessions"}));
    request.answer(status({"done"}).assoc(key("new-session"), text(id)));
}

void close(const NreplRequest& request)
{
    const bool known = request.server.close_session(request.text("session"));
    request.answer(known ? status({"done", "session-closed"})
                         : status({"done", "error", "unknown-session"}));
}

void list_sessions(const NreplRequest& request)
{
    data::VectorBuilder ids;
    for (const std::string& id : request.server.session_ids())
        ids.push_back(text(id));
    request.answer(status({"done"}).assoc(key("sessions"), ids.finish()));
}

EvalEvents events_of(const NreplRequest& request)
{
    const auto answer = request.answer;
    EvalEvents events;
    events.on_output = [answer](const std::string& out) {
        answer(data::make_map({{key("out"), text(out)}}));
    };
    events.on_error_output = [answer](const std::string& err) {
        answer(data::make_map({{key("err"), text(err)}}));
    };
    events.on_value = [answer](const std::string& space, const std::string& printed) {
        answer(data::make_map({{key("ns"), text(space)}, {key("value"), text(printed)}}));
    };
    events.on_failure = [answer](const std::string& name, const std::string& told) {
        answer(data::make_map({{key("err"), text(told + '\n')}}));
        answer(status({"eval-error"})
                   .assoc(key("ex"), text("class " + name))
                   .assoc(key("root-ex"), text("class " + name)));
    };
    events.on_end = [answer](EvalEvents::End end) {
        if (end == EvalEvents::End::interrupted)
            answer(status({"done", "interrupted"}));
        else if (end == EvalEvents::End::unknown_namespace)
            answer(status({"done", "error", "namespace-not-found"}));
        else
            answer(status({"done"}));
    };
    return events;
}

void start_eval(const NreplRequest& request, Session& session, EvalJob job)
{
    if (!session.eval(request.text("id"), std::move(job), events_of(request)))
        request.answer(status({"done", "error", "too-much-waits"}));
}

/// Without a session a client gets one for this evaluation only, which is closed after it.
void with_session(const NreplRequest& request, EvalJob job)
{
    if (request.session != nullptr)
        return start_eval(request, *request.session, std::move(job));
    const std::string id = request.make_session();
    Session* session = request.server.find_session(id);
    if (session == nullptr)
        return request.answer(status({"done", "error", "too-many-sessions"}));
    NreplRequest once = request;
    once.answer = [answer = request.answer, &server = request.server, id](Map message) {
        const bool is_last = message.contains("status") && [&] {
            for (const Value& word : message.get("status").as_vector())
                if (word == text("done"))
                    return true;
            return false;
        }();
        answer(std::move(message));
        if (is_last)
            server.close_session(id);
    };
    start_eval(once, *session, std::move(job));
}

void eval(const NreplRequest& request)
{
    if (!request.message.contains(text("code")))
        return request.answer(status({"done", "error", "no-code"}));
    with_session(request, {request.text("code"), request.text("ns"), request.text("file")});
}

void load_file(const NreplRequest& request)
{
    const std::string path = request.text("file-path");
    with_session(request,
                 {request.text("file"), {}, path.empty() ? request.text("file-name") : path});
}

void interrupt(const NreplRequest& request)
{
    if (request.session == nullptr)
        return request.answer(status({"done", "error", "unknown-session"}));
    switch (request.session->interrupt(request.text("interrupt-id"))) {
        case Session::Interrupting::idle:
            return request.answer(status({"done", "session-idle"}));
        case Session::Interrupting::mismatch:
            return request.answer(status({"done", "error", "interrupt-id-mismatch"}));
        case Session::Interrupting::asked:
            return request.answer(status({"done"}));
    }
}

/// Programs here read nothing from standard input.
void take_input(const NreplRequest& request)
{
    request.answer(status({"done"}));
}

std::string_view type_of(const lang::Var& var)
{
    if (var.is_macro())
        return "macro";
    return var.arglists().empty() ? "var" : "function";
}

void complete(const NreplRequest& request)
{
    data::VectorBuilder out;
    const std::string given = request.text("prefix");
    const std::string prefix = given.empty() ? request.text("symbol") : given;
    if (request.session != nullptr)
        for (const std::string& name : request.session->complete(prefix, request.text("ns"))) {
            const lang::Var* var = request.session->find_var(name, request.text("ns"));
            out.push_back(data::make_map(
                {{key("candidate"), text(name)},
                 {key("type"), text(var == nullptr ? "namespace" : type_of(*var))}}));
        }
    request.answer(status({"done"}).assoc(key("completions"), out.finish()));
}

std::string symbol_of(const NreplRequest& request)
{
    const std::string sym = request.text("sym");
    return sym.empty() ? request.text("symbol") : sym;
}

Map info_of(const lang::Var& var, lang::Interpreter& interpreter)
{
    Map out = data::make_map(
        {{key("ns"), text(var.home().name())}, {key("name"), text(var.name().name())}});
    if (const std::string doc = var.doc(); !doc.empty())
        out = out.assoc(key("doc"), text(doc));
    if (const std::string args = var.arglists(); !args.empty())
        out = out.assoc(key("arglists-str"), text(args)).assoc(key("arglists"), text(args));
    const lang::Location at = interpreter.sources().locate(var.definition().place);
    if (at.span.line > 0)
        out = out.assoc(key("file"), text(at.file))
                  .assoc(key("line"), Value::integer(at.span.line))
                  .assoc(key("column"), Value::integer(at.span.column));
    return out;
}

const lang::Var* var_asked_for(const NreplRequest& request)
{
    return request.session == nullptr
               ? nullptr
               : request.session->find_var(symbol_of(request), request.text("ns"));
}

void lookup(const NreplRequest& request)
{
    const lang::Var* var = var_asked_for(request);
    if (var == nullptr)
        return request.answer(status({"done", "no-info"}).assoc(key("info"), Map{}));
    request.answer(
        status({"done"}).assoc(key("info"), info_of(*var, request.server.interpreter())));
}

/// As cider-nrepl's `info`: the same, not inside a map.
void info(const NreplRequest& request)
{
    const lang::Var* var = var_asked_for(request);
    if (var == nullptr)
        return request.answer(status({"done", "no-info"}));
    Map out = info_of(*var, request.server.interpreter());
    for (const auto& [name, value] : status({"done"}))
        out = out.assoc(name, value);
    request.answer(std::move(out));
}

void list_namespaces(const NreplRequest& request)
{
    data::VectorBuilder out;
    for (const lang::Namespace* space : request.server.interpreter().namespaces())
        out.push_back(text(space->name()));
    request.answer(status({"done"}).assoc(key("ns-list"), out.finish()));
}

void describe(const NreplRequest& request);

struct Op {
    std::string_view name;
    void (*handle)(const NreplRequest& request);
};

constexpr std::array<Op, 14> ops = {{
    {"clone", clone},
    {"close", close},
    {"complete", complete},
    {"completions", complete},
    {"describe", describe},
    {"eval", eval},
    {"info", info},
    {"interrupt", interrupt},
    {"load-file", load_file},
    {"lookup", lookup},
    {"ls-sessions", list_sessions},
    {"ns-list", list_namespaces},
    {"eldoc", info},
    {"stdin", take_input},
}};

Map version(std::string_view whole)
{
    Map out = data::make_map({{key("version-string"), text(whole)}});
    const char* at = whole.data();
    const char* const end = at + whole.size();
    for (const char* part : {"major", "minor", "incremental"}) {
        std::int64_t number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc{})
            break;
        out = out.assoc(key(part), Value::integer(number));
        at = next < end ? next + 1 : end;
    }
    return out;
}

void describe(const NreplRequest& request)
{
    Map known;
    for (const Op& op : ops)
        known = known.assoc(text(op.name), Map{});
    const Map versions =
        data::make_map({{key("reops"), version(request.server.options().version)},
                        {key("nrepl"), version("1.0.0")},       // whose operations these are
                        {key("clojure"), version("1.11.1")}});  // whose language it is
    const std::string space = request.session == nullptr ? "user" : request.session->name_space();
    request.answer(status({"done"})
                       .assoc(key("ops"), known)
                       .assoc(key("versions"), versions)
                       .assoc(key("aux"), data::make_map({{key("current-ns"), text(space)}})));
}

}  // namespace

std::string NreplRequest::text(std::string_view name) const
{
    const Value value = message.get(Value::string(name));
    if (value.is_string())
        return std::string{value.as_string()};
    return value.is_integer() ? data::print(value) : std::string{};
}

void handle_nrepl(const NreplRequest& request)
{
    const std::string name = request.text("op");
    for (const Op& op : ops)
        if (op.name == name)
            return op.handle(request);
    request.answer(status({"done", "error", "unknown-op"}).assoc(key("op"), text(name)));
}

}  // namespace reops::repl
