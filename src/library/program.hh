// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The flow files of a folder, evaluated: an interpreter of their own and the flows that they
/// declare. A reload makes a new Program; functions of open runs keep the old one alive, so that a
/// run ends with the version that began it.

#include "base/result.hh"
#include "base/time.hh"
#include "data/value.hh"
#include "lang/interpreter.hh"
#include "lang/limits.hh"
#include "lang/outside.hh"
#include "library/stage_value.hh"
#include "pipeline/pipeline.hh"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::library {

/// One file of flows.
struct ProgramFile {
    std::string name;  ///< "closet.clj", for messages and origins
    std::string text;
};

class DirectSteps;

/// What a program takes from outside. Kept for as long as the program lives.
struct ProgramFacts {
    pipeline::ToFrom to_from;               ///< `to-from` of flows
    std::vector<std::string> known_events;  ///< that the configuration names
    lang::Output* output = nullptr;         ///< of `println`; null: nowhere
    lang::Outside* outside = nullptr;       ///< null: nothing outside can be reached
    DirectSteps* direct = nullptr;          ///< of what is typed; null: nothing can act on hosts
    lang::TimeSource processor_time;        ///< of this thread; null: functions have no time limit
    Duration load_within = seconds(2);      ///< of processor time, for each file
    Duration function_within = seconds(1);
    std::int64_t function_memory = 256LL << 20;
};

/// A flow that a file declared.
struct DeclaredFlow {
    pipeline::Pipeline pipeline;
    std::string name;
    std::string file;
    std::string source_id;  ///< stands for the sources that its functions come from
    bool is_named = false;  ///< by `def`
};

class Program;

/// What load() gives.
struct LoadedProgram {
    std::shared_ptr<Program> program;
    std::vector<DeclaredFlow> flows;
    std::vector<std::string> warnings;  ///< sentences
};

/// Any thread may call.
class Program : public std::enable_shared_from_this<Program> {
public:
    /// Evaluates the files in order. Failure: the first report, in the house's form, with place and
    /// hint.
    static Result<LoadedProgram> load(const std::vector<ProgramFile>& files, ProgramFacts facts);
    /// Without files: for a prompt, or for one form.
    static std::shared_ptr<Program> make(ProgramFacts facts);
    /// Evaluates the files for what they define; the flows that they declare are left out, and a
    /// file with a mistake ends there. For a prompt beside a server.
    void learn(const std::vector<ProgramFile>& files);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    const ProgramFacts& facts() const { return facts_; }
    lang::Interpreter& interpreter() const { return *interpreter_; }
    /// The library's half in the flow language.
    static std::string_view library_source();
    /// For a call of a stage's function.
    lang::TaskLimits function_limits() const;

    /// The program that an interpreter belongs to.
    static Program& of(lang::Interpreter& interpreter);
    /// Are files being loaded, on this thread? Then nothing acts.
    bool is_loading() const;
    /// Called by `run`. The flow has its default name until a `def` names it.
    data::Value declare(pipeline::Pipeline pipeline);
    /// What was declared since the last call, with its names.
    std::vector<DeclaredFlow> take_declared();
    std::vector<std::string> take_warnings();

private:
    class Owner;

    explicit Program(ProgramFacts facts);

    Result<void> eval_file(const ProgramFile& file);
    Result<void> load_file(const ProgramFile& file);
    std::string source_id() const;
    void on_define(lang::Var& var);

    ProgramFacts facts_;
    std::unique_ptr<lang::Interpreter> interpreter_;
    std::mutex mutex_;
    std::vector<DeclaredFlow> flows_;    // not taken yet; guarded by mutex_
    std::size_t taken_ = 0;              // how many were taken before; guarded by mutex_
    std::vector<std::string> warnings_;  // guarded by mutex_
    const std::vector<ProgramFile>* files_ = nullptr;  ///< while loading
    const ProgramFile* at_ = nullptr;
};

}  // namespace reops::library
