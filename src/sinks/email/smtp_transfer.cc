// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/smtp_transfer.hh"

#include "base/crash_point.hh"
#include "sinks/email/plain_text.hh"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include <curl/curl.h>

namespace reops::sinks {

namespace {

constexpr Duration farewell = seconds(2);

struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

void start_libcurl()
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

bool is_host_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view{".-_:[]"}.find(c) != std::string_view::npos;
}

/// One conversation; libcurl calls back into it on the thread that runs it.
class Transfer {
public:
    Transfer(const SmtpRequest& request, const Clock& clock, const std::atomic<bool>& is_cancelled)
        : request_(request), clock_(clock), is_cancelled_(is_cancelled), handle_(curl_easy_init())
    {
        report_.server = request.server.name;
        report_.user = request.server.user;
    }

    SmtpReport run()
    {
        left_ = request_.deadline - clock_.since_boot();
        if (left_ <= milliseconds(1)) {
            report_.end = SmtpEnd::timeout;
            return std::move(report_);
        }
        if (handle_ == nullptr || !set_options()) {
            report_.end = SmtpEnd::misuse;
            report_.reason = "libcurl does not take these settings";
            return std::move(report_);
        }
        const CURLcode code = curl_easy_perform(handle_.get());
        report_.end = end_of(code);
        report_.reason =
            plain_line(error_[0] != '\0' ? error_.data() : curl_easy_strerror(code), 160);
        return std::move(report_);
    }

private:
    template <class T>
    void set(CURLoption option, T value)
    {
        is_set_ = curl_easy_setopt(handle_.get(), option, value) == CURLE_OK && is_set_;
    }
    void set_text(CURLoption option, const std::string& value) { set(option, value.c_str()); }

    bool set_options()
    {
        set_text(CURLOPT_URL, request_.server.url + '/' + request_.hello);
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        set(CURLOPT_PROXY, "");  // the environment has no say
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_QUICK_EXIT, 1L);    // a name server that hangs keeps nobody
        set(CURLOPT_FORBID_REUSE, 1L);  // so that QUIT is said inside perform()
        set(CURLOPT_ERRORBUFFER, error_.data());
        set(CURLOPT_TIMEOUT_MS, milliseconds_of(left_));
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds_of(std::min(left_, request_.connect_within)));
        set(CURLOPT_VERBOSE, 1L);  // for the callback alone
        set(CURLOPT_DEBUGFUNCTION, &Transfer::on_said);
        set(CURLOPT_DEBUGDATA, this);
        set(CURLOPT_NOPROGRESS, 0L);
        set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
        set(CURLOPT_XFERINFODATA, this);
        set_tls();
        if (!request_.server.user.empty()) {
            set_text(CURLOPT_USERNAME, request_.server.user);
            set_text(CURLOPT_PASSWORD, request_.server.password);
        }
        if (request_.recipients.empty())
            set_check();
        else
            set_mail();
        return is_set_;
    }
    void set_tls()
    {
        const Tls tls = request_.server.tls;
        set(CURLOPT_USE_SSL,
            static_cast<long>(tls == Tls::none       ? CURLUSESSL_NONE
                              : tls == Tls::optional ? CURLUSESSL_TRY
                                                     : CURLUSESSL_ALL));
        if (request_.server.ca_file.empty())
            return;
        set_text(CURLOPT_CAINFO, request_.server.ca_file);
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // no other authority counts
    }
    void set_check()
    {
        set(CURLOPT_CUSTOMREQUEST, "NOOP");
        set(CURLOPT_NOBODY, 1L);
    }
    void set_mail()
    {
        for (const std::string& each : request_.recipients)
            if (curl_slist* longer =
                    curl_slist_append(recipients_.get(), ('<' + each + '>').c_str())) {
                [[maybe_unused]] curl_slist* same = recipients_.release();
                recipients_.reset(longer);
            }
        set_text(CURLOPT_MAIL_FROM, '<' + request_.from + '>');
        set(CURLOPT_MAIL_RCPT, recipients_.get());
        set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
        set(CURLOPT_UPLOAD, 1L);
        set(CURLOPT_READFUNCTION, &Transfer::on_read);
        set(CURLOPT_READDATA, this);
        set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.bytes.size()));
    }
    static long milliseconds_of(Duration span)
    {
        return std::max(1L, static_cast<long>(span / milliseconds(1)));
    }

    static std::size_t on_read(char* out, std::size_t size, std::size_t count, void* self)
    {
        Transfer& me = *static_cast<Transfer*>(self);
        const std::string_view left = std::string_view{me.request_.bytes}.substr(me.sent_);
        const std::size_t part = std::min(size * count, left.size());
        std::memcpy(out, left.data(), part);
        me.sent_ += part;
        return part;
    }
    static int on_said(CURL*, curl_infotype type, char* bytes, std::size_t size, void* self)
    {
        Transfer& me = *static_cast<Transfer*>(self);
        SmtpDialogue& dialogue = me.report_.dialogue;
        const bool was_taken = dialogue.is_taken();
        if (type == CURLINFO_HEADER_OUT)
            dialogue.sent({bytes, size});
        else if (type == CURLINFO_HEADER_IN)
            dialogue.received({bytes, size});
        if (dialogue.is_taken() && !was_taken)
            me.taken_at_ = me.clock_.since_boot();
        return 0;
    }
    /// Not zero ends the transfer.
    static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
    {
        const Transfer& me = *static_cast<const Transfer*>(self);
        const Duration now = me.clock_.since_boot();
        const bool is_polite_enough =
            me.report_.dialogue.is_taken() && now - me.taken_at_ > farewell;
        return me.is_cancelled_ || now >= me.request_.deadline || is_polite_enough ? 1 : 0;
    }

    SmtpEnd end_of(CURLcode code) const
    {
        switch (code) {
            case CURLE_OK:
                return SmtpEnd::talked;
            case CURLE_OPERATION_TIMEDOUT:
                return SmtpEnd::timeout;
            case CURLE_ABORTED_BY_CALLBACK:
                return is_cancelled_ ? SmtpEnd::cancelled : SmtpEnd::timeout;
            case CURLE_LOGIN_DENIED:
            case CURLE_AUTH_ERROR:
                return SmtpEnd::no_login;
            case CURLE_USE_SSL_FAILED:
            case CURLE_SSL_CONNECT_ERROR:
            case CURLE_PEER_FAILED_VERIFICATION:
            case CURLE_SSL_CACERT_BADFILE:
            case CURLE_SSL_CERTPROBLEM:
            case CURLE_SSL_CIPHER:
            case CURLE_SSL_ISSUER_ERROR:
            case CURLE_SSL_INVALIDCERTSTATUS:
                return SmtpEnd::untrusted;
            case CURLE_URL_MALFORMAT:
            case CURLE_UNSUPPORTED_PROTOCOL:
            case CURLE_FAILED_INIT:
            case CURLE_OUT_OF_MEMORY:
            case CURLE_BAD_FUNCTION_ARGUMENT:
                return SmtpEnd::misuse;
            default:
                return SmtpEnd::unreachable;  // or it talked: the dialogue knows
        }
    }

    const SmtpRequest& request_;
    const Clock& clock_;
    const std::atomic<bool>& is_cancelled_;
    std::unique_ptr<curl_slist, FreeList> recipients_;  // outlives the handle that refers to it
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::unique_ptr<CURL, FreeHandle> handle_;
    SmtpReport report_;
    Duration left_{};
    Duration taken_at_{};
    std::size_t sent_ = 0;
    bool is_set_ = true;
};

Failure no_url(const std::string& text)
{
    return {Code::invalid_argument,
            "expected a mail server such as smtp://mail.home:587 but got \"" +
                plain_line(text, 80) + '"'};
}

}  // namespace

Result<SmtpServer> read_smtp_server(const SmtpSettings& settings)
{
    if (settings.url.find('@') != std::string::npos)
        return Failure{Code::invalid_argument,
                       "expected a mail server without a login in its URL; use :smtp {:url .. "
                       ":user .. :password ..}"};
    std::string_view name = settings.url;
    const bool is_smtps = name.starts_with("smtps://");
    if (!is_smtps && !name.starts_with("smtp://"))
        return no_url(settings.url);
    name.remove_prefix(is_smtps ? 8 : 7);
    if (name.ends_with('/'))
        name.remove_suffix(1);
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_host_character))
        return no_url(settings.url);
    SmtpServer out;
    out.name = name;
    out.tls = is_smtps ? Tls::implicit : settings.tls;
    out.url = (out.tls == Tls::implicit ? "smtps://" : "smtp://") + out.name;
    out.user = settings.user;
    if (settings.password.is_secret())
        out.password = settings.password.reveal();
    else if (settings.password.is_string())
        out.password = settings.password.as_string();
    out.ca_file = settings.ca_file;
    return out;
}

SmtpReport talk_smtp(const SmtpRequest& request,
                     const Clock& clock,
                     const std::atomic<bool>& is_cancelled)
{
    start_libcurl();
    Transfer transfer{request, clock, is_cancelled};
    if (request.recipients.empty())
        return transfer.run();
    REOPS_BEFORE("smtp.send");
    SmtpReport report = transfer.run();
    REOPS_AFTER("smtp.send");
    return report;
}

}  // namespace reops::sinks
