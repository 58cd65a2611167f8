// SPDX-License-Identifier: Apache-2.0
//   frame  = count first-position first-time entry*
//   entry  = time-delta body-kind body-bytes trace notes delta
//   trace  = groups of equal lines over neighbouring flows: most events end at one stage of many
#include "engine/frame_codec.hh"

#include "engine/note_kinds.hh"
#include "engine/record_codec.hh"

#include <array>

namespace reops::engine {

void fields(auto& a, TimerDue& r)
{
    a(r.key, r.due);
}
void fields(auto& a, Begun& r)
{
    a(r.effect);
}
void fields(auto& a, Ended& r)
{
    a(r.effect, r.attempt, r.outcome);
}
void fields(auto& a, Evaluated& r)
{
    a(r.run, r.stage, r.hosts, r.replaces_value, r.value, r.error);
}
void fields(auto& a, Command& r)
{
    a(r.verb, r.args, r.actor);
}
// The inventory is configuration: it is there before the engine is, so only the fact is recorded.
void fields(auto&, InventoryChanged&) {}
void fields(auto& a, Armed& r)
{
    a(r.flow, r.version, r.stages, r.origin);
}
void fields(auto& a, Started& r)
{
    a(r.boot_id,
      r.same_boot,
      r.downtime_pending,
      r.downtime_known,
      r.downtime,
      r.mail_host,
      r.utc_offset);
}
void fields(auto& a, ClockStepped& r)
{
    a(r.by);
}
void fields(auto& a, Trouble& r)
{
    a(r.cause, r.text, r.over);
}
void fields(auto& a, DowntimeKnown& r)
{
    a(r.known, r.downtime);
}
// What the function gave is in the trace and the delta of the decision.
void fields(auto& a, Filtered& r)
{
    a(r.flow, r.version, r.key, r.entry, r.again, r.took);
}

namespace {

constexpr std::size_t most_trace_items = 1U << 17;  // flows that one event may concern

void put_body(std::string& out, const Body& body)
{
    ByteWriter{out}.byte(static_cast<std::uint8_t>(body.index()));
    Putter putter{out};
    std::visit(
        [&](const auto& one) { fields(putter, const_cast<std::decay_t<decltype(one)>&>(one)); },
        body);
}

template <std::size_t... I>
bool take_body(Taker& taker, std::uint8_t index, Body& body, std::index_sequence<I...>)
{
    bool known = false;
    const auto one = [&](auto number) {
        if (index != number)
            return;
        known = true;
        fields(taker, body.emplace<number>());
    };
    (one(std::integral_constant<std::size_t, I>{}), ...);
    return known;
}

bool is_plain(const TraceItem& item)
{
    return item.values.empty() && item.error.empty() && item.run.number == 0;
}

bool same_line(const TraceItem& a, const TraceItem& b)
{
    return is_plain(a) && is_plain(b) && a.reason == b.reason && a.stage == b.stage &&
           b.flow == a.flow + 1;
}

void put_trace(std::string& out, const TraceItem* begin, const TraceItem* end)
{
    ByteWriter writer{out};
    std::uint64_t groups = 0;
    for (const TraceItem* at = begin; at != end; ++at)
        groups += at == begin || !same_line(at[-1], at[0]) ? 1U : 0U;
    writer.unsigned_(groups);
    for (const TraceItem* at = begin; at != end;) {
        const TraceItem* next = at + 1;
        while (next != end && same_line(next[-1], next[0]))
            ++next;
        writer.unsigned_(at->flow);
        writer.unsigned_(static_cast<std::uint64_t>(next - at) << 1 | (is_plain(*at) ? 0U : 1U));
        writer.byte(static_cast<std::uint8_t>(at->reason));
        writer.byte(at->stage);
        if (!is_plain(*at)) {
            Putter putter{out};
            TraceItem& item = const_cast<TraceItem&>(*at);
            putter(item.run, item.values, item.error);
        }
        at = next;
    }
}

bool take_trace(Taker& taker, std::vector<TraceItem>& trace)
{
    ByteReader& reader = taker.reader();
    const std::uint64_t groups = reader.unsigned_();
    for (std::uint64_t g = 0; taker.ok() && g < groups; ++g) {
        TraceItem item;
        item.flow = static_cast<std::uint32_t>(reader.unsigned_());
        const std::uint64_t head = reader.unsigned_();
        item.reason = static_cast<Reason>(reader.byte());
        item.stage = reader.byte();
        if ((head & 1) != 0)
            taker(item.run, item.values, item.error);
        if ((head >> 1) + trace.size() > most_trace_items || item.reason > Reason::pending)
            return false;
        for (std::uint64_t i = 0; i < head >> 1; ++i, ++item.flow)
            trace.push_back(item);
    }
    return taker.ok();
}

void put_notes(std::string& out, const std::vector<Note>& notes)
{
    ByteWriter{out}.unsigned_(notes.size());
    for (const Note& note : notes) {
        ByteWriter{out}.byte(note_kind_number(note.kind));
        Putter putter{out};
        Note& n = const_cast<Note&>(note);
        putter(n.run, n.effect, n.flow, n.key, n.host, n.detail);
    }
}

bool take_notes(Taker& taker, std::vector<Note>& notes)
{
    const std::uint64_t count = taker.reader().unsigned_();
    for (std::uint64_t i = 0; taker.ok() && i < count; ++i) {
        Note& note = notes.emplace_back();
        note.kind = note_kind(taker.reader().byte());
        taker(note.run, note.effect, note.flow, note.key, note.host, note.detail);
    }
    return taker.ok();
}

}  // namespace

void encode_frame(const Batch& batch, std::size_t from, std::size_t to, std::string& out)
{
    ByteWriter writer{out};
    writer.unsigned_(to - from);
    if (from == to)
        return;
    writer.unsigned_(batch.entries[from].position.number);
    writer.time(batch.entries[from].at);
    Time last = batch.entries[from].at;
    for (std::size_t i = from; i < to; ++i) {
        const Entry& entry = batch.entries[i];
        const Decision& decision = batch.decisions[i];
        writer.duration(entry.at - last);
        last = entry.at;
        put_body(out, entry.body);
        const TraceItem* trace = batch.trace.data();
        put_trace(out, trace + decision.trace_begin, trace + decision.trace_end);
        put_notes(out, decision.notes);
        writer.text(decision.delta);
    }
}

Result<void> decode_frame(std::string_view frame, const std::function<void(FrameItem&)>& each)
{
    const Failure corrupt{Code::corrupt, "a frame of the journal cannot be read"};
    Taker taker{frame};
    ByteReader& reader = taker.reader();
    const std::uint64_t count = reader.unsigned_();
    if (count == 0)
        return {};
    Position position{reader.unsigned_()};
    Time at = reader.time();
    for (std::uint64_t i = 0; i < count; ++i, ++position.number) {
        FrameItem item;
        const bool later = !__builtin_add_overflow(at.us, reader.duration().count(), &at.us);
        item.entry.position = position;
        item.entry.at = at;
        const std::uint8_t kind = reader.byte();
        const bool good = later &&
                          take_body(taker,
                                    kind,
                                    item.entry.body,
                                    std::make_index_sequence<std::variant_size_v<Body>>{}) &&
                          take_trace(taker, item.trace) && take_notes(taker, item.notes);
        item.delta = reader.text();
        if (!good || !taker.ok())
            return corrupt;
        each(item);
    }
    if (!reader.at_end())
        return corrupt;
    return {};
}

}  // namespace reops::engine
