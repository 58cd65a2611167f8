// SPDX-License-Identifier: Apache-2.0
#include "base/time.hh"
#include "io/detail/address.hh"
#include "io/detail/http_message.hh"
#include "io/http.hh"

#include <optional>
#include <utility>

namespace reops::io {

namespace {

/// One request from connecting to its answer.
class Exchange {
public:
    Exchange(EventLoop& loop, const Endpoint& from, const HttpRequest& request)
        : loop_(loop), from_(from), request_(request), reader_(request.method == "HEAD")
    {
    }

    Result<HttpResponse> run(Duration deadline)
    {
        ConnectOptions options;
        options.deadline = deadline;
        attempt_ = connect(loop_, from_, options, [this](Result<std::unique_ptr<Stream>> result) {
            if (result)
                send(std::move(result).value());
            else
                ended_ = result.failure();
        });
        if (!loop_.run_until([this] { return ended_.has_value(); }, deadline))
            return Failure{
                Code::timeout,
                "no answer from " + endpoint_text(from_) + " within " + to_string(deadline)};
        return std::move(*ended_);
    }

private:
    void send(std::unique_ptr<Stream> stream)
    {
        stream_ = std::move(stream);
        stream_->start([this](std::string_view bytes) { check(reader_.feed(bytes)); },
                       [this](const Failure& why) {
                           if (!ended_)
                               check(why.code == Code::cancelled ? reader_.end_of_file() : why);
                       });
        const std::string host = from_.unix_path.empty() ? endpoint_text(from_) : "localhost";
        if (!stream_->write(to_wire(request_, host)))
            ended_ = Failure{Code::invalid_argument, "the request is too big"};
    }

    void check(const Result<void>& result)
    {
        if (!result)
            ended_ = result.failure().while_("asking " + endpoint_text(from_));
        else if (reader_.is_done() && !ended_)
            ended_ = reader_.take();
    }

    EventLoop& loop_;
    const Endpoint& from_;
    const HttpRequest& request_;
    HttpResponseReader reader_;
    std::optional<Result<HttpResponse>> ended_;
    std::unique_ptr<ConnectAttempt> attempt_;
    std::unique_ptr<Stream> stream_;
};

}  // namespace

Result<HttpResponse> fetch_http(EventLoop& loop,
                                const Endpoint& from,
                                const HttpRequest& request,
                                Duration deadline)
{
    return Exchange{loop, from, request}.run(deadline);
}

}  // namespace reops::io
