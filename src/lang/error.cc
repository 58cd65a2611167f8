// SPDX-License-Identifier: Apache-2.0
#include "lang/error.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "lang/task.hh"

namespace reops::lang {

Exception::Exception(const ErrorClass& kind, Value message, Value data, Value cause)
    : Native(static_cast<std::uint16_t>(id)),
      kind_(kind),
      message_(std::move(message)),
      data_(std::move(data)),
      cause_(std::move(cause))
{
}

std::string Exception::print() const
{
    std::string out = "#error {:type " + std::string{kind_.package} + "." +
                      std::string{kind_.name} + ", :message " + data::print(message_);
    if (!data_.is_nil())
        out += ", :data " + data::print(data_);
    if (!cause_.is_nil())
        out += ", :cause " + data::print(cause_);
    return out + "}";
}

LangError::LangError(Value exception) : exception_(std::move(exception))
{
    const Task* task = Task::find_current();
    // The object is ours alone until it is thrown for the first time.
    if (task != nullptr && find<Exception>(exception_)->trace().empty())
        const_cast<Exception*>(find<Exception>(exception_))->set_trace(task->trace());
}

const char* LangError::what() const noexcept
{
    try {
        text_ = std::string{exception().kind().name} + ": " + data::display(exception().message());
    } catch (...) {  // out of memory while telling: the class alone must do
        return "error";
    }
    return text_.c_str();
}

Interrupted::Interrupted(Stop why, std::string message, std::vector<TraceEntry> trace)
    : why_(why), message_(std::move(message)), trace_(std::move(trace))
{
}

void fail(const ErrorClass& kind, const std::string& message, std::string hint)
{
    auto* exception = new Exception(kind, Value::string(message));
    exception->set_hint(std::move(hint));
    throw LangError{Value::native(exception)};
}

void fail_info(const std::string& message, Value data, Value cause)
{
    throw LangError{data::make_native<Exception>(
        errors::ex_info, Value::string(message), std::move(data), std::move(cause))};
}

void fail_type(std::string_view expected, const Value& got, std::string_view role)
{
    constexpr std::size_t longest = 60;
    std::string message = (role.empty() ? "" : std::string{role} + " ") + "expected " +
                          std::string{expected} + " but got " +
                          (got.is_native() ? "a " + std::string{got.as_native().type_name()}
                                           : std::string{data::describe(got.kind())});
    if (!got.is_nil()) {
        std::string shown =
            got.is_native() && find<Exception>(got) == nullptr && (class_id_of(got) & seq_bit) != 0
                ? ""
                : data::print(got);
        if (shown.size() > longest)
            shown = shown.substr(0, shown.find_last_not_of("\x80\xbf", longest)) + "...";
        if (!shown.empty())
            message += ": " + shown;
    }
    fail(got.is_nil() ? errors::null_pointer : errors::class_cast, message);
}

}  // namespace reops::lang
