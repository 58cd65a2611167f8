// SPDX-License-Identifier: Apache-2.0
#include "lang/writer.hh"

namespace reops::lang {

void OutputWriter::write(std::string_view text) const
{
    const std::lock_guard lock{mutex_};
    if (output_ != nullptr)
        output_->write(text);
}

void OutputWriter::flush() const
{
    const std::lock_guard lock{mutex_};
    if (output_ != nullptr)
        output_->flush();
}

void TextWriter::write(std::string_view text) const
{
    const std::lock_guard lock{mutex_};
    text_ += text;
}

std::string TextWriter::text() const
{
    const std::lock_guard lock{mutex_};
    return text_;
}

}  // namespace reops::lang
