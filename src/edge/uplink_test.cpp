#include "edge/uplink.h"

#include <atomic>
#include <fstream>
#include <set>
#include <sstream>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/edge_fakes.h"
#include "fixtures/manual_clock.h"
#include "fixtures/temp_dir.h"
#include "protocol/messages.h"

namespace sas::edge {
namespace {

using test::kNow;
using namespace std::chrono_literals;
using sas::test::TempDir;
using testing::HasSubstr;

class ScriptedSender final : public RecognitionSender {
 public:
  using Script = std::function<Result<std::vector<Result<Decision>>>(int call, std::size_t events)>;
  explicit ScriptedSender(Script script) : script_(std::move(script)) {}
  Result<std::vector<Result<Decision>>> send(const std::vector<std::string>& bodies,
                                             std::stop_token) override {
    return script_(++call_, bodies.size());
  }

 private:
  Script script_;
  int call_ = 0;
};

std::vector<Result<Decision>> all(std::size_t count, Outcome outcome) {
  return std::vector<Result<Decision>>(count, Result<Decision>(test::decision(EventId{}, outcome)));
}

class UplinkTest : public testing::Test {
 protected:
  std::unique_ptr<Uplink> start(ScriptedSender::Script script) {
    return std::make_unique<Uplink>(*outbox_, std::make_unique<ScriptedSender>(std::move(script)), clock_,
                                    UplinkOptions{32, 1ms, 4ms, 4ms});
  }
  void put(int count) {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(outbox_->put(EventId::make(kNow), kNow, "{}"));
  }
  TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<Outbox> outbox_ = std::move(*Outbox::open({dir_ / "door.db"}));
};

TEST_F(UplinkTest, DeliversWhatWaitedFromAnEarlierRun) {
  put(40);
  const auto uplink = start([](int, std::size_t events) { return all(events, Outcome::marked); });
  EXPECT_TRUE(uplink->drain(20s, {}));
  EXPECT_EQ(uplink->statistics().by_outcome[0], 40U);
  EXPECT_EQ(uplink->statistics().server, ServerState::up);
}

TEST_F(UplinkTest, KeepsTryingWhileTheServerIsAwayAndLosesNothing) {
  const auto uplink = start([](int call, std::size_t events) -> Result<std::vector<Result<Decision>>> {
    if (call < 4) return Error::of(ErrorKind::unavailable, "server_unreachable", "down");
    return all(events, Outcome::unknown);
  });
  put(3);
  EXPECT_TRUE(uplink->drain(20s, {}));
  EXPECT_EQ(uplink->statistics().failures, 3U);
  EXPECT_EQ(uplink->statistics().delivered(), 3U);
  EXPECT_EQ(outbox_->rejected(), 0U);
}

TEST_F(UplinkTest, AnEventRefusedForGoodGoesAsideAndTheOthersGoOn) {
  put(3);
  const auto uplink = start([](int, std::size_t events) {
    auto results = all(events, Outcome::marked);
    results.front() = Error::of(ErrorKind::invalid_argument, "unknown_model", "no such model");
    return results;
  });
  EXPECT_TRUE(uplink->drain(20s, {}));
  EXPECT_EQ(uplink->statistics().refused, outbox_->rejected());
  EXPECT_GE(outbox_->rejected(), 1U);
  EXPECT_EQ(outbox_->rejected() + uplink->statistics().delivered(), 3U);
}

TEST_F(UplinkTest, AWrongKeyIsNoReasonToThrowEventsAway) {
  put(2);
  const auto uplink = start([](int, std::size_t) -> Result<std::vector<Result<Decision>>> {
    return Error::of(ErrorKind::unauthenticated, "wrong key");
  });
  while (uplink->statistics().failures < 2) std::this_thread::yield();
  uplink->stop();
  EXPECT_EQ(outbox_->waiting(), 2U);
  EXPECT_EQ(uplink->statistics().server, ServerState::key_refused);
}

Error later_than_the_server() {
  return Error::of(ErrorKind::invalid_argument, "captured_in_future", "captured_at … is later than …");
}

TEST_F(UplinkTest, AnEventThatIsLaterThanTheServersTimeIsTriedAgainUntilItIsRight) {
  put(1);
  const auto uplink = start([](int call, std::size_t) {
    auto results = all(1, Outcome::marked);
    if (call < 4) results.front() = later_than_the_server();
    return results;
  });
  EXPECT_TRUE(uplink->drain(20s, {}));
  EXPECT_EQ(outbox_->rejected(), 0U);
  EXPECT_EQ(uplink->statistics().delivered(), 1U);
  EXPECT_EQ(uplink->statistics().refused, 0U);
  EXPECT_EQ(uplink->statistics().ahead, 0U);
}

TEST_F(UplinkTest, EventsThatWaitForAClockDoNotHoldUpThoseThatAreRight) {
  put(40);  // more than a batch
  std::set<std::string> right;
  for (int i = 0; i < 3; ++i) {
    const std::string body = "right " + std::to_string(i);
    right.insert(body);
    ASSERT_TRUE(outbox_->put(EventId::make(kNow), kNow, body));
  }
  class Clocked final : public RecognitionSender {
   public:
    explicit Clocked(const std::set<std::string>& right) : right_(right) {}
    Result<std::vector<Result<Decision>>> send(const std::vector<std::string>& bodies,
                                               std::stop_token) override {
      std::vector<Result<Decision>> results;
      for (const std::string& body : bodies) {
        if (right_.contains(body)) {
          results.emplace_back(test::decision(EventId{}, Outcome::marked));
        } else {
          results.emplace_back(later_than_the_server());
        }
      }
      return results;
    }

   private:
    const std::set<std::string>& right_;
  };
  Uplink uplink(*outbox_, std::make_unique<Clocked>(right), clock_, UplinkOptions{32, 1ms, 4ms, 1h});
  while (uplink.statistics().delivered() < right.size()) std::this_thread::yield();
  uplink.stop();
  EXPECT_EQ(outbox_->waiting(), 40U);
  EXPECT_EQ(uplink.statistics().ahead, 40U);
}

// Answers each connection's requests from a list, then closes.
class TinyServer {
 public:
  explicit TinyServer(std::vector<std::string> answers)
      : acceptor_(io_, {boost::asio::ip::make_address("127.0.0.1"), 0}),
        port_(acceptor_.local_endpoint().port()),
        thread_([this, answers = std::move(answers)] { serve(answers); }) {}
  ~TinyServer() { thread_.join(); }
  [[nodiscard]] ApiClientOptions client() const {
    ApiClientOptions options;
    options.base_url = "http://127.0.0.1:" + std::to_string(port_);
    options.api_key = "secret-key";
    return options;
  }
  static std::string answer(int status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nContent-Type: application/json\r\nConnection: close\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  std::string last_request;  // read it after the server is gone

 private:
  void serve(const std::vector<std::string>& answers) {
    for (const std::string& answer : answers) {
      boost::asio::ip::tcp::socket socket(io_);
      boost::system::error_code ignored;
      acceptor_.accept(socket, ignored);
      boost::asio::streambuf head;
      const std::size_t size = boost::asio::read_until(socket, head, "\r\n\r\n", ignored);
      std::string text(static_cast<const char*>(head.data().data()), head.size());
      const std::size_t at = text.find("Content-Length: ");
      if (at != std::string::npos) {
        const std::size_t body = std::stoul(text.substr(at + 16));
        if (text.size() < size + body) {
          std::string rest(size + body - text.size(), '\0');
          boost::asio::read(socket, boost::asio::buffer(rest), ignored);
          text += rest;
        }
      }
      last_request = text;
      boost::asio::write(socket, boost::asio::buffer(answer), ignored);
    }
  }
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  unsigned short port_;
  std::jthread thread_;
};

TEST(HttpRecognitionSender, OneEventGoesAloneWithTheKey) {
  const Decision expected = test::decision(EventId::make(kNow), Outcome::marked);
  ApiClientOptions options;
  std::string request;
  {
    TinyServer server({TinyServer::answer(200, protocol::write_decision(expected))});
    const sas::test::ManualClock clock(kNow);
    HttpRecognitionSender sender(server.client(), clock);
    const auto results = sender.send({R"({"camera_id":"door"})"}, {});
    ASSERT_TRUE(results) << results.error().message;
    ASSERT_TRUE((*results)[0]);
    EXPECT_EQ((*results)[0]->person->name, "Anna");
    request = server.last_request;
  }
  EXPECT_THAT(request, HasSubstr("POST /api/v1/recognitions HTTP/1.1"));
  EXPECT_THAT(request, HasSubstr("X-API-Key: secret-key"));
  EXPECT_THAT(request, HasSubstr(R"("sent_at":")" + to_rfc3339(kNow)));
}

TEST(HttpRecognitionSender, ARefusedEventIsToldFromAServerInTrouble) {
  const sas::test::ManualClock clock(kNow);
  const auto answer_to = [&](int status, const std::string& body) {
    TinyServer server({TinyServer::answer(status, body)});
    return HttpRecognitionSender(server.client(), clock).send({"{}"}, {});
  };
  const std::string ours = R"({"error":{"code":"unknown_model","message":"no","details":{}}})";
  const auto refused = answer_to(400, ours);
  ASSERT_TRUE(refused);
  EXPECT_TRUE(refused_for_good((*refused)[0].error()));
  for (const int status : {401, 403, 404, 408, 429, 500, 503}) {
    EXPECT_FALSE(answer_to(status, ours)) << status << " must be tried again";
  }
  EXPECT_FALSE(answer_to(400, "<html>a proxy</html>")) << "not the server's word";
  EXPECT_FALSE(answer_to(200, "<html>log in to the network</html>"));
}

// What becomes of an event by tests/traces/uplink.json.
std::string fate_of(const Result<Decision>& answer) {
  if (answer) return "delivered";
  return refused_for_good(answer.error()) ? "refused" : "later";
}

std::string fate_of(const Result<std::vector<Result<Decision>>>& answers, std::size_t index = 0) {
  return answers ? fate_of(answers->at(index)) : "later";
}

class UplinkTrace : public testing::Test {
 protected:
  static boost::json::object read() {
    std::ifstream file("tests/traces/uplink.json");
    std::ostringstream text;
    text << file.rdbuf();
    return boost::json::parse(text.str()).as_object();
  }
  [[nodiscard]] std::string body(const boost::json::value& name) const {
    return std::string(trace_.at("bodies").at(name.as_string()).as_string());
  }
  [[nodiscard]] Result<std::vector<Result<Decision>>> send(const std::vector<std::string>& answers,
                                                           std::size_t events) const {
    TinyServer server(answers);
    return HttpRecognitionSender(server.client(), clock_).send(std::vector<std::string>(events, "{}"), {});
  }
  const boost::json::object trace_ = read();
  const sas::test::ManualClock clock_{kNow};
};

TEST_F(UplinkTrace, OneEvent) {
  for (const boost::json::value& row : trace_.at("one_event").as_array()) {
    SCOPED_TRACE(boost::json::serialize(row));
    const int status = row.at("status").to_number<int>();
    EXPECT_EQ(fate_of(send({TinyServer::answer(status, body(row.at("body")))}, 1)),
              row.at("fate").as_string());
  }
}

TEST_F(UplinkTrace, AnEventOfABatch) {
  boost::json::value error;
  for (const boost::json::value& row : trace_.at("event_of_a_batch").as_array()) {
    SCOPED_TRACE(boost::json::serialize(row));
    const auto* named = row.as_object().if_contains("body");
    error = boost::json::parse(body(named != nullptr ? *named : boost::json::value("error")));
    error.as_object()["status"] = row.at("status");
    const std::string results = R"({"results":[)" + body("decision") + "," + boost::json::serialize(error) +
                                "," + body("decision") + "]}";
    const auto answers = send({TinyServer::answer(200, results)}, 3);
    EXPECT_EQ(fate_of(answers, 0), "delivered");
    EXPECT_EQ(fate_of(answers, 1), row.at("fate").as_string());
    EXPECT_EQ(fate_of(answers, 2), "delivered");
  }
}

TEST_F(UplinkTrace, AWholeBatch) {
  const std::string decision = TinyServer::answer(200, body("decision"));
  for (const boost::json::value& row : trace_.at("whole_batch").as_array()) {
    SCOPED_TRACE(boost::json::serialize(row));
    std::vector<std::string> answers{
        TinyServer::answer(row.at("status").to_number<int>(), body(row.at("body")))};
    const bool singly = row.at("singly").as_bool();
    if (singly) answers.insert(answers.end(), 2, decision);
    const auto results = send(answers, 2);
    for (const std::size_t event : {0U, 1U})
      EXPECT_EQ(fate_of(results, event), singly ? "delivered" : "later");
  }
}

TEST(HttpRecognitionSender, ABatchThatIsTooLargeGoesSingly) {
  const std::string one = TinyServer::answer(
      200, protocol::write_decision(test::decision(EventId::make(kNow), Outcome::cooldown)));
  TinyServer server({TinyServer::answer(413, R"({"error":{"code":"too_large","message":"no"}})"), one, one});
  const sas::test::ManualClock clock(kNow);
  const auto results = HttpRecognitionSender(server.client(), clock).send({"{}", "{}"}, {});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(results->size(), 2U);
}

TEST(ApiClient, AServerThatIsDownIsNamedWithTheRemedy) {
  ApiClientOptions options;
  {
    boost::asio::io_context io;  // a port that was free a moment ago
    boost::asio::ip::tcp::acceptor acceptor(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
    options.base_url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  }
  const auto body = ApiClient(options).get("/api/v1/cameras");
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, "server_unreachable");
  EXPECT_THAT(body.error().message, HasSubstr(options.base_url));
  EXPECT_THAT(body.error().message, HasSubstr("attendd"));
}

// Sets a variable of the environment until the end of a test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

TEST(ApiClient, AProxyOnTheWayIsNamedWithoutItsPassword) {
  ApiClientOptions options;
  options.base_url = "http://192.0.2.7:8000";
  {
    const Variable proxy("http_proxy", "http://somebody:secret@127.0.0.1:1");
    const auto body = ApiClient(options).get("/api/v1/cameras");
    ASSERT_FALSE(body);
    EXPECT_THAT(body.error().message,
                testing::AllOf(HasSubstr("the proxy http://***@127.0.0.1:1 (http_proxy)"),
                               HasSubstr("no_proxy"), HasSubstr("192.0.2.7")));
    EXPECT_THAT(body.error().message, testing::Not(HasSubstr("secret")));
  }
  TinyServer server({TinyServer::answer(403, "<html>not allowed</html>")});
  const Variable proxy("http_proxy", server.client().base_url);
  const auto body = ApiClient(options).get("/api/v1/cameras");
  ASSERT_FALSE(body);
  EXPECT_THAT(body.error().message, HasSubstr("the proxy " + server.client().base_url));
}

TEST(ApiClient, TheProxyIsTheOneThatTheEnvironmentSets) {
  EXPECT_EQ(proxy_for("http://10.0.0.5:8000"), "");
  const Variable proxy("http_proxy", "http://proxy:3128");
  const Variable secure("HTTPS_PROXY", "http://secure:3128");
  EXPECT_EQ(proxy_for("http://10.0.0.5:8000"), "http://proxy:3128 (http_proxy)");
  EXPECT_EQ(proxy_for("https://attendance.example"), "http://secure:3128 (HTTPS_PROXY)");
  EXPECT_EQ(proxy_for("http://127.0.0.1:8000"), "") << "never for this machine";
  const Variable exempt("no_proxy", "10.0.0.5, .example");
  EXPECT_EQ(proxy_for("http://10.0.0.5:8000"), "");
  EXPECT_EQ(proxy_for("https://attendance.example"), "");
  EXPECT_EQ(proxy_for("http://10.0.0.55:8000"), "http://proxy:3128 (http_proxy)");
}

TEST(ApiClient, ParametersAreEscaped) {
  EXPECT_EQ(query_string({{"person", "a b&c"}, {"from", "2026-11-22T08:00:00+01:00"}}),
            "?person=a%20b%26c&from=2026-11-22T08%3A00%3A00%2B01%3A00");
  EXPECT_EQ(query_string({}), "");
}

}  // namespace
}  // namespace sas::edge
