#include "edge/api_client.h"

#include <new>

#include <curl/curl.h>

#include "protocol/messages.h"

namespace sas::edge {
namespace {

constexpr std::size_t kMostAnswer = 64UL * 1024 * 1024;  // bytes; more than any page of any list

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
  if (body.size() + size * count > kMostAnswer) return 0;  // curl then fails with CURLE_WRITE_ERROR
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

Error transport_error(CURLcode code, const char* detail, const std::string& url) {
  const std::string why = *detail != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return Error::of(ErrorKind::unavailable, "interrupted", "the request to " + url + " was interrupted");
    case CURLE_OPERATION_TIMEDOUT:
      return Error::of(ErrorKind::unavailable, "server_timeout",
                       "the server at " + url + " did not answer in time (" + why +
                           "); is it overloaded, or is something between here and there dropping packets?");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      return Error::of(ErrorKind::unavailable, "tls_failed",
                       "no trusted connection to " + url + ": " + why +
                           "; for a certificate of your own authority set SERVER_CA_FILE to its PEM file");
    default:
      return Error::of(
          ErrorKind::unavailable, "server_unreachable",
          "cannot reach the server at " + url + " (" + why +
              "); is attendd running there? SERVER_IP and PORT, or SERVER_URL, say where it is looked for");
  }
}

}  // namespace

struct ApiClient::Handle {
  CURL* curl = nullptr;
  char problem[CURL_ERROR_SIZE] = {};

  Handle() {
    // Safe to call from several threads since curl 7.84; counted, so every handle may ask for it.
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started == CURLE_OK) curl = curl_easy_init();
    if (curl == nullptr) throw std::bad_alloc();
  }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
};

ApiClient::ApiClient(ApiClientOptions options)
    : options_(std::move(options)), handle_(std::make_unique<Handle>()) {}
ApiClient::~ApiClient() = default;
ApiClient::ApiClient(ApiClient&&) noexcept = default;
ApiClient& ApiClient::operator=(ApiClient&&) noexcept = default;

Result<ApiReply> ApiClient::send(std::string_view method, std::string_view path, std::string_view json_body,
                                 std::stop_token stop) {
  CURL* curl = handle_->curl;
  curl_easy_reset(curl);  // keeps the connection
  handle_->problem[0] = '\0';

  ApiReply reply;
  Headers headers;
  headers.add("Accept: application/json");
  headers.add("Expect:");  // no 100-continue round trip
  if (!options_.api_key.empty()) headers.add("X-API-Key: " + options_.api_key);

  const std::string url = options_.base_url + std::string(path);
  const std::string verb(method);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  if (verb == "POST") {
    headers.add("Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json_body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json_body.data());
  } else {
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, verb.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.list);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "attend/" SAS_VERSION);
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
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // http_proxy never means this machine
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
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
  return reply;
}

Result<std::string> ApiClient::get(std::string_view path) {
  auto reply = send("GET", path, {});
  if (!reply) return reply.error();
  if (reply->status / 100 != 2) return error_of(*reply, options_.base_url);
  return std::move(reply->body);
}

Result<std::string> ApiClient::post(std::string_view path, std::string_view json_body) {
  auto reply = send("POST", path, json_body);
  if (!reply) return reply.error();
  if (reply->status / 100 != 2) return error_of(*reply, options_.base_url);
  return std::move(reply->body);
}

Error error_of(const ApiReply& reply, std::string_view base_url) {
  Error error = protocol::read_error(reply.body, reply.status);
  if (reply.status == 401) {
    error.message = "the server at " + std::string(base_url) + " refuses the key: " + error.message +
                    "; set API_KEY to the key that attendd was started with";
  }
  return error;
}

std::string query_string(const std::vector<std::pair<std::string, std::string>>& parameters) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  const auto append = [&text](std::string_view value) {
    for (const char c : value) {
      // RFC 3986's unreserved characters travel as they are.
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         c == '-' || c == '_' || c == '.' || c == '~';
      if (plain) {
        text += c;
        continue;
      }
      const auto byte = static_cast<unsigned char>(c);
      text += '%';
      text += kHex[byte >> 4U];
      text += kHex[byte & 15U];
    }
  };
  for (const auto& [name, value] : parameters) {
    text += text.empty() ? '?' : '&';
    append(name);
    text += '=';
    append(value);
  }
  return text;
}

}  // namespace sas::edge
