// SPDX-License-Identifier: Apache-2.0
#include "library/program.hh"

#include "data/map.hh"
#include "data/vector.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/name_space.hh"
#include "lang/task.hh"
#include "lang/var.hh"
#include "library/duration_value.hh"
#include "library/words.hh"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace reops::library {

namespace {

using data::Value;

constexpr std::string_view flows_prefix = "flows.";
constexpr const char* owner_name = "program*";
constexpr std::size_t no_flow = SIZE_MAX;

constinit thread_local bool is_learning = false;

Value refuse_outside_run(lang::Task&, lang::Arguments)
{
    lang::fail(lang::errors::illegal_state,
               "a stage stands between bars, inside `run`",
               "write (run SOURCE | ... | THIS), as in (run (sensor :event :temperature) | (rising "
               "70) | (email \"hot\"))");
}

/// The stages' records under their names outside of `run`: for `doc`, completion and "did you
/// mean", and verbs act there. Names that the language has keep its meaning, but for Hosts.
std::vector<lang::Builtin> words_outside_run(lang::Interpreter& interpreter)
{
    const lang::Namespace* language = interpreter.find_namespace("clojure.core");
    std::vector<lang::Builtin> out;
    for (const auto& words : {filter_words(), sink_words()})
        for (lang::Builtin word : words) {
            word.run = refuse_outside_run;
            if (language->find_own(word.name) == nullptr)
                out.push_back(word);
        }
    for (const auto& words : {actions_at_once(), operations_at_once()})
        out.insert(out.end(), words.begin(), words.end());
    return out;
}

std::span<const lang::Builtin> stages_outside_run(lang::Interpreter& interpreter)
{
    static const std::vector<lang::Builtin> table = words_outside_run(interpreter);
    return table;
}

/// "garden/pump.clj" without `ns` is the namespace `flows.garden.pump`.
std::string default_namespace(const std::string& file)
{
    std::string name = file.ends_with(".clj") ? file.substr(0, file.size() - 4) : file;
    std::replace(name.begin(), name.end(), '/', '.');
    std::replace(name.begin(), name.end(), '_', '-');
    return std::string{flows_prefix} + name;
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo).
std::uint64_t hash_text(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

Value show_to_from(const pipeline::ToFrom& to_from)
{
    data::VectorBuilder to;
    for (const std::string& each : to_from.to)
        to.push_back(Value::string(each));
    return data::make_map({{Value::keyword("from"), Value::string(to_from.from)},
                           {Value::keyword("to"), to.finish()}});
}

}  // namespace

/// How a word of an interpreter finds its program: a var holds this.
class Program::Owner final : public data::Native {
public:
    explicit Owner(Program& program) : program_(program) {}
    Program& program() const { return program_; }
    std::string_view type_name() const override { return "program"; }
    std::string print() const override { return "#program"; }

private:
    Program& program_;
};

Program::Program(ProgramFacts facts) : facts_(std::move(facts))
{
    lang::InterpreterOptions options;
    options.output = facts_.output;
    options.error_output = facts_.output;
    options.outside = facts_.outside;
    options.on_define = [this](lang::Var& var) { on_define(var); };
    interpreter_ = std::make_unique<lang::Interpreter>(std::move(options));
    for (const auto& words : {source_words(), duration_words(), run_words()})
        interpreter_->register_builtins(words_namespace, words);
    for (const auto& words : {filter_words(), action_words(), operation_words(), sink_words()})
        interpreter_->register_builtins(stages_namespace, words);
    lang::Namespace& core = interpreter_->name_space(words_namespace);
    interpreter_->register_builtins(words_namespace, stages_outside_run(*interpreter_));
    core.intern(owner_name).set_root(data::make_native<Owner>(*this));
    core.intern("to-from").set_root(show_to_from(facts_.to_from));
    interpreter_->eval(library_source(), "reops/core.clj");
    interpreter_->eval("(require 'clojure.repl)", "reops/prompt.clj");
    interpreter_->add_default_refer(interpreter_->name_space("clojure.repl"));
    interpreter_->add_default_refer(core);
}

Program::~Program() = default;

Program& Program::of(lang::Interpreter& interpreter)
{
    lang::Task& task = lang::Task::current();
    const lang::Namespace* core = interpreter.find_namespace(words_namespace);
    const Value owner = core->find_own(owner_name)->get(task);
    return data::find_native<Owner>(owner)->program();
}

lang::TaskLimits Program::function_limits() const
{
    lang::TaskLimits limits;
    limits.time_source = facts_.processor_time;
    limits.time = facts_.processor_time ? facts_.function_within : Duration{0};
    limits.memory = facts_.function_memory;
    return limits;
}

bool Program::is_loading() const
{
    return files_ != nullptr || is_learning;
}

std::shared_ptr<Program> Program::make(ProgramFacts facts)
{
    return std::shared_ptr<Program>{new Program(std::move(facts))};
}

Result<LoadedProgram> Program::load(const std::vector<ProgramFile>& files, ProgramFacts facts)
{
    const std::shared_ptr<Program> program = make(std::move(facts));
    program->files_ = &files;
    for (const ProgramFile& file : files)
        if (auto loaded = program->load_file(file); !loaded.ok())
            return loaded.failure();
    program->files_ = nullptr;
    program->at_ = nullptr;
    LoadedProgram out;
    out.flows = program->take_declared();  // they keep the program, not the other way
    out.warnings = program->take_warnings();
    out.program = program;
    return out;
}

Result<void> Program::load_file(const ProgramFile& file)
{
    at_ = &file;
    return eval_file(file);
}

void Program::learn(const std::vector<ProgramFile>& files)
{
    is_learning = true;
    for (const ProgramFile& file : files)
        (void)eval_file(file);  // its mistakes were told by the load that is served
    is_learning = false;
}

Result<void> Program::eval_file(const ProgramFile& file)
{
    lang::TaskLimits limits;
    limits.time_source = facts_.processor_time;
    limits.time = facts_.processor_time ? facts_.load_within : Duration{0};
    lang::Task task{*interpreter_, limits};
    interpreter_->set_current_namespace(task,
                                        interpreter_->name_space(default_namespace(file.name)));
    try {
        interpreter_->eval(task, file.text, file.name);
    } catch (const lang::LangError& error) {
        return Failure{Code::invalid_argument, interpreter_->report(error).to_text()};
    } catch (const lang::Interrupted& ended) {
        const lang::Report report = interpreter_->report(ended);
        return Failure{Code::timeout,
                       report.at.span.line > 0 ? report.to_text()
                                               : fmt::format("{}: {}", file.name, report.message),
                       "loading a file only declares; look for a loop that does not end"};
    }
    return {};
}

Value Program::declare(pipeline::Pipeline pipeline)
{
    const std::string space = interpreter_->current_namespace(lang::Task::current()).name();
    DeclaredFlow flow{.pipeline = std::move(pipeline),
                      .name = "",
                      .file = at_ != nullptr ? at_->name : "repl",
                      .source_id = source_id()};
    flow.name = space + '/' + flow.pipeline.event();
    const std::lock_guard lock{mutex_};
    if (is_learning)
        return data::make_native<FlowValue>(no_flow);
    flows_.push_back(std::move(flow));
    return data::make_native<FlowValue>(taken_ + flows_.size() - 1);
}

/// `(def closet-heat (run ...))` names the flow.
void Program::on_define(lang::Var& var)
{
    const Value* root = var.root(lang::Task::current());
    const auto* flow = root != nullptr ? data::find_native<FlowValue>(*root) : nullptr;
    const std::lock_guard lock{mutex_};
    if (flow == nullptr || flow->index() < taken_ || flow->index() - taken_ >= flows_.size())
        return;
    DeclaredFlow& declared = flows_[flow->index() - taken_];
    if (!declared.is_named)
        declared.name = var.name().name();
    declared.is_named = true;
}

/// A second flow of a default name gets "-2", and a word of advice.
std::vector<DeclaredFlow> Program::take_declared()
{
    const std::lock_guard lock{mutex_};
    std::set<std::string> names;
    for (DeclaredFlow& flow : flows_) {
        const std::string wanted = flow.name;
        for (int number = 2; !flow.is_named && names.contains(flow.name); ++number)
            flow.name = fmt::format("{}-{}", wanted, number);
        if (flow.name != wanted)
            warnings_.push_back(
                fmt::format("{}: a second flow on :{} is named `{}`; name it with "
                            "(def NAME (run ...)), so that it keeps its name when "
                            "flows move",
                            flow.file,
                            flow.pipeline.event(),
                            flow.name));
        names.insert(flow.name);
        flow.pipeline.named(flow.name);
    }
    taken_ += flows_.size();
    return std::exchange(flows_, {});
}

std::vector<std::string> Program::take_warnings()
{
    const std::lock_guard lock{mutex_};
    return std::exchange(warnings_, {});
}

/// The file's own text, and that of the files whose namespaces it names. At a prompt functions may
/// come from anywhere, so each declaration is a version of its own.
std::string Program::source_id() const
{
    if (at_ == nullptr)
        return fmt::format("repl-{}", interpreter_->next_id());
    std::string out = fmt::format("{:016x}", hash_text(at_->text));
    for (const ProgramFile& other : *files_) {
        const std::string name = default_namespace(other.name).substr(flows_prefix.size());
        if (&other != at_ && at_->text.find(name) != std::string::npos)
            out += fmt::format("{:016x}", hash_text(other.text));
    }
    return out;
}

}  // namespace reops::library
