#include "http_client/http_client.h"

#include <cstdlib>
#include <new>

#include <curl/curl.h>

#include "base/redact.h"

namespace sas {
namespace {

constexpr std::size_t kMostAnswer = 64UL * 1024 * 1024;  // bytes; larger than any page of any list

struct Headers {
  curl_slist* list = nullptr;
  Headers() = default;
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;
  ~Headers() { curl_slist_free_all(list); }
  void add(const std::string& line) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list = longer;
  }
};

std::size_t on_body(const char* data, std::size_t size, std::size_t count, void* user) {
  auto& body = *static_cast<std::string*>(user);
  if (body.size() + size * count > kMostAnswer) return 0;  // makes curl fail with CURLE_WRITE_ERROR
  body.append(data, size * count);
  return size * count;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(user)->stop_requested() ? 1 : 0;
}

bool is_loopback(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  return host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]");
}

std::string_view host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (url.starts_with('[')) return url.substr(1, url.find(']') - 1);
  return url.substr(0, url.find(':'));
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// Whether no_proxy names the host: "*", the host itself, or a domain that it is in.
bool exempt(std::string_view host) {
  std::string_view list = variable("no_proxy");
  if (list.empty()) list = variable("NO_PROXY");
  while (!list.empty()) {
    const std::size_t end = list.find_first_of(", ");
    std::string_view name = list.substr(0, end);
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    if (name == "*") return true;
    if (name.starts_with('.')) name.remove_prefix(1);
    if (name.empty() || !host.ends_with(name)) continue;
    if (host.size() == name.size() || host[host.size() - name.size() - 1] == '.') return true;
  }
  return false;
}

Error transport_error(CURLcode code, const char* detail, const std::string& base_url) {
  const std::string why = *detail != '\0' ? detail : curl_easy_strerror(code);
  const std::string proxy = proxy_for(base_url);
  const std::string url =
      redacted(base_url) + (proxy.empty() ? std::string() : " through the proxy " + redacted(proxy));
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return Error::of(ErrorKind::unavailable, "interrupted", "the request to " + url + " was interrupted");
    case CURLE_OPERATION_TIMEDOUT:
      return Error::of(ErrorKind::unavailable, "server_timeout",
                       "the server at " + url + " did not answer in time (" + why + ")");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      return Error::of(ErrorKind::unavailable, "tls_failed", "no trusted connection to " + url + ": " + why);
    default:
      return Error::of(ErrorKind::unavailable, "server_unreachable",
                       "cannot reach the server at " + url + " (" + why + ")");
  }
}

}  // namespace

std::string proxy_for(std::string_view url) {
  if (is_loopback(url) || exempt(host_of(url))) return {};
  // curl ignores HTTP_PROXY in capitals, which a web server would set from a request's header.
  const bool https = url.starts_with("https://");
  for (const char* name :
       {https ? "https_proxy" : "http_proxy", https ? "HTTPS_PROXY" : "", "all_proxy", "ALL_PROXY"}) {
    const std::string_view proxy = *name == '\0' ? std::string_view() : variable(name);
    if (!proxy.empty()) return redacted(proxy) + " (" + name + ")";
  }
  return {};
}

struct HttpClient::Handle {
  CURL* curl = nullptr;
  char problem[CURL_ERROR_SIZE] = {};

  Handle() {
    // Thread-safe since curl 7.84, and reference-counted, so every handle may call it.
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started == CURLE_OK) curl = curl_easy_init();
    if (curl == nullptr) throw std::bad_alloc();
  }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
};

HttpClient::HttpClient(HttpClientOptions options)
    : options_(std::move(options)), handle_(std::make_unique<Handle>()) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<HttpReply> HttpClient::send(std::string_view method, std::string_view path, std::string_view json_body,
                                   std::stop_token stop, std::optional<std::chrono::milliseconds> timeout) {
  CURL* curl = handle_->curl;
  curl_easy_reset(curl);  // keeps the connection
  handle_->problem[0] = '\0';

  HttpReply reply;
  Headers headers;
  headers.add("Accept: application/json");
  headers.add("Expect:");  // no 100-continue round trip
  for (const std::string& header : options_.headers) headers.add(header);

  const std::string url = options_.base_url + std::string(path);
  const std::string verb(method);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  if (verb == "POST" || !json_body.empty()) {
    headers.add("Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json_body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json_body.data());
  }
  if (verb != "POST") curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, verb.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.list);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, handle_->problem);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  if (options_.ca_file) curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file->c_str());
  if (is_loopback(options_.base_url))
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // http_proxy never applies to this machine
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.value_or(options_.timeout).count()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply.body);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stop);

  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) return transport_error(code, handle_->problem, options_.base_url);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<unsigned>(status);
  reply.proxy = proxy_for(options_.base_url);
  return reply;
}

}  // namespace sas
