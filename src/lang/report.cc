// SPDX-License-Identifier: Apache-2.0
#include "lang/report.hh"

#include "data/print.hh"
#include "data/read_error.hh"

#include <algorithm>

namespace reops::lang {

namespace {

constexpr std::size_t shown_calls = 4;

/// Files of the embedded library begin so: no path of a user does.
bool is_embedded(std::string_view file)
{
    return file.starts_with("<") || file.empty();
}

std::string line_of(const TraceEntry& entry, const Sources& sources)
{
    const Location at = sources.locate(entry.place);
    const std::string where =
        at.file + ":" + std::to_string(at.span.line) + ":" + std::to_string(at.span.column);
    return entry.function.empty() ? "at " + where : "in `" + entry.function + "` at " + where;
}

void fill_trace(Report& report, const std::vector<TraceEntry>& trace, const Sources& sources)
{
    std::vector<const TraceEntry*> own;
    for (const TraceEntry& entry : trace)
        if (entry.place.is_known() && !is_embedded(sources.file_of(entry.place)))
            own.push_back(&entry);
    if (own.empty())
        for (const TraceEntry& entry : trace)
            if (entry.place.is_known())
                own.push_back(&entry);
    if (own.empty())
        return;
    report.at = sources.locate(own[0]->place);
    report.function = own[0]->function;
    if (const SourcePtr text = sources.find(own[0]->place))
        report.source = text->text;
    std::vector<std::string> lines;
    std::size_t repeats = 0;
    const auto close_run = [&] {
        if (repeats > 0)
            lines.back() += " (" + std::to_string(repeats) + " more like this)";
        repeats = 0;
    };
    for (std::size_t i = 1; i < own.size(); ++i) {
        const std::string line = line_of(*own[i], sources);
        if (!lines.empty() && lines.back() == line) {
            ++repeats;
            continue;
        }
        close_run();
        if (lines.size() == shown_calls) {
            lines.push_back("(" + std::to_string(own.size() - i) + " more)");
            break;
        }
        lines.push_back(line);
    }
    close_run();
    std::reverse(lines.begin(), lines.end());
    report.trace = std::move(lines);
}

}  // namespace

Report make_report(const Exception& exception, const Sources& sources)
{
    Report report;
    report.class_name = exception.kind().name;
    report.message = data::display(exception.message());
    if (report.message.empty())
        report.message = report.class_name;
    report.hint = exception.hint();
    fill_trace(report, exception.trace(), sources);
    return report;
}

Report make_report(const Interrupted& interrupted, const Sources& sources)
{
    Report report;
    report.message = interrupted.message();
    fill_trace(report, interrupted.trace(), sources);
    return report;
}

std::string Report::to_text() const
{
    std::string out;
    for (const std::string& line : trace)
        out += "  " + line + "\n";
    out += data::report({message, at.span, ""}, source, at.file);
    if (!function.empty())
        out += "  in `" + function + "`\n";
    if (hint.starts_with("did you mean"))
        out += "  " + hint + "\n";
    else if (!hint.empty())
        out += "  hint: " + hint + "\n";
    return out;
}

std::string Report::to_clojure() const
{
    const bool is_syntax = class_name == "Compiler$CompilerException";
    std::string out = is_syntax ? "Syntax error compiling at (" : "Execution error";
    if (!is_syntax && !class_name.empty())
        out += " (" + class_name + ")";
    if (!is_syntax)
        out += " at " + (function.empty() ? "" : function + " ") + "(";
    out += at.file.empty() ? "REPL:1" : at.file + ":" + std::to_string(at.span.line);
    if (is_syntax && at.span.line > 0)
        out += ":" + std::to_string(at.span.column);
    return out + ").\n" + message + "\n";
}

}  // namespace reops::lang
