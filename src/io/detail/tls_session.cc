// SPDX-License-Identifier: Apache-2.0
#include "io/detail/tls_session.hh"

#include "io/system_failure.hh"

#include <array>
#include <cerrno>
#include <climits>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace reops::io {

namespace {

struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using Context = std::unique_ptr<SSL_CTX, Free>;

/// Without this OpenSSL asks for the pass phrase of a key on the terminal.
int no_pass_phrase(char*, int, int, void*)
{
    return 0;
}

std::string openssl_reason()
{
    const unsigned long error = ERR_peek_last_error();
    const char* reason = ERR_reason_error_string(error);
    return reason != nullptr ? reason : "no reason given";
}

Failure unusable_file(const std::string& path, std::string_view what)
{
    if (::access(path.c_str(), R_OK) != 0)
        return system_failure(errno, "reading `" + path + "`");
    return {Code::invalid_argument,
            "`" + path + "` is not " + std::string{what} + ": " + openssl_reason()};
}

Result<void> trust(SSL_CTX* context, const TlsOptions& options)
{
    if (options.ca_file.empty())
        SSL_CTX_set_default_verify_paths(context);
    else if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) != 1)
        return unusable_file(options.ca_file, "a file of authorities in PEM form");
    return {};
}

Result<void> identify(SSL_CTX* context, const TlsOptions& options)
{
    if (options.cert_file.empty())
        return {};
    if (SSL_CTX_use_certificate_chain_file(context, options.cert_file.c_str()) != 1)
        return unusable_file(options.cert_file, "a certificate in PEM form");
    const std::string& key = options.key_file.empty() ? options.cert_file : options.key_file;
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return unusable_file(key, "the certificate's key in PEM form without a pass phrase");
    return {};
}

bool is_address(const std::string& name)
{
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return ::inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
           ::inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
}

/// Did the peer say that it does not accept us?
bool is_refusal(int reason)
{
    switch (reason) {
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
            return true;
        default:
            return false;
    }
}

}  // namespace

struct TlsSession::State {
    Context context;
    std::unique_ptr<SSL, Free> ssl;
    BIO* in = nullptr;   ///< owned by ssl
    BIO* out = nullptr;  ///< owned by ssl
    std::string name;
};

TlsSession::TlsSession() : state_(std::make_unique<State>()) {}
TlsSession::~TlsSession() = default;

Result<std::unique_ptr<TlsSession>> TlsSession::make(const TlsOptions& options,
                                                     const std::string& host)
{
    ERR_clear_error();
    std::unique_ptr<TlsSession> session{new TlsSession};
    State& state = *session->state_;
    state.context.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX* context = state.context.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_default_passwd_cb(context, no_pass_phrase);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
    if (const Result<void> trusted = trust(context, options); !trusted)
        return trusted.failure();
    if (const Result<void> identified = identify(context, options); !identified)
        return identified.failure();

    state.ssl.reset(SSL_new(context));
    SSL* ssl = state.ssl.get();
    state.in = BIO_new(BIO_s_mem());
    state.out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl, state.in, state.out);
    state.name = options.host_name.empty() ? host : options.host_name;
    if (is_address(state.name)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), state.name.c_str());
    } else {
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        SSL_set1_host(ssl, state.name.c_str());
        SSL_set_tlsext_host_name(ssl, state.name.c_str());
    }
    SSL_set_connect_state(ssl);
    return session;
}

void TlsSession::feed(std::string_view ciphertext)
{
    BIO_write(state_->in, ciphertext.data(), static_cast<int>(ciphertext.size()));
}

void TlsSession::note_failure(int result, std::string_view doing)
{
    SSL* ssl = state_->ssl.get();
    switch (SSL_get_error(ssl, result)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            return;
        case SSL_ERROR_ZERO_RETURN:
            closed_ = true;
            return;
        default:
            break;
    }
    broken_ = true;
    const std::string& name = state_->name;
    const int reason = ERR_GET_REASON(ERR_peek_last_error());
    const long verified = SSL_get_verify_result(ssl);
    if (verified != X509_V_OK)
        failure_ = {Code::denied,
                    "the certificate of `" + name +
                        "` is not accepted: " + X509_verify_cert_error_string(verified)};
    else if (is_refusal(reason))
        failure_ = {Code::denied,
                    "`" + name + "` does not accept our certificate: " + openssl_reason()};
    else
        failure_ = {Code::unreachable, std::string{doing} + " `" + name + "`: " + openssl_reason()};
}

TlsSession::Handshake TlsSession::handshake()
{
    ERR_clear_error();
    const int result = SSL_do_handshake(state_->ssl.get());
    if (result == 1)
        return Handshake::done;
    note_failure(result, "TLS handshake with");
    if (closed_ && !broken_) {
        broken_ = true;
        failure_ = {Code::unreachable, "`" + state_->name + "` ended the TLS handshake"};
    }
    return broken_ ? Handshake::failed : Handshake::wants_bytes;
}

std::size_t TlsSession::decrypt(std::span<char> out)
{
    std::size_t filled = 0;
    while (filled < out.size() && !closed_ && !broken_) {
        ERR_clear_error();
        std::size_t count = 0;
        const int result =
            SSL_read_ex(state_->ssl.get(), out.data() + filled, out.size() - filled, &count);
        if (result != 1) {
            note_failure(result, "reading from");
            break;
        }
        filled += count;
    }
    return filled;
}

bool TlsSession::encrypt(std::string_view plain)
{
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_write_ex(state_->ssl.get(), plain.data(), plain.size(), &count);
    if (result == 1 && count == plain.size())
        return true;
    note_failure(result, "writing to");
    if (!broken_) {
        broken_ = true;
        failure_ = {Code::unreachable, "`" + state_->name + "` takes no more bytes"};
    }
    return false;
}

void TlsSession::say_goodbye()
{
    if (broken_)
        return;
    ERR_clear_error();
    SSL_shutdown(state_->ssl.get());
}

void TlsSession::take_output(std::string& out)
{
    char* bytes = nullptr;
    const long count = BIO_get_mem_data(state_->out, &bytes);
    if (count <= 0)
        return;
    out.append(bytes, static_cast<std::size_t>(count));
    BIO_reset(state_->out);
}

}  // namespace reops::io
