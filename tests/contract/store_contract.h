#pragma once
// What every store must do, whatever is beneath it. A backend's test program links store_contract.cpp and
// instantiates the suites with its factory.

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "fixtures/becomes_true.h"
#include "fixtures/run_task.h"
#include "store/store.h"

namespace sas {

// Runs coroutines on two threads and waits for them.
class Runner {
 public:
  Runner() {
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { context_.run(); });
  }
  ~Runner() {
    work_.reset();
    for (std::thread& thread : threads_) thread.join();
  }
  // Returns when no thread is inside anything it ran, so that objects used there may be destroyed.
  void settle() {
    work_.reset();
    for (std::thread& thread : threads_) thread.join();
    context_.restart();
    work_.emplace(context_.get_executor());
    for (std::thread& thread : threads_) thread = std::thread([this] { context_.run(); });
  }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  template <class T>
  std::future<T> start(Task<T> task) {
    return test::start_task(context_, std::move(task));
  }
  template <class T>
  T run(Task<T> task) {
    return start(std::move(task)).get();
  }

 private:
  boost::asio::io_context context_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{
      context_.get_executor()};
  std::vector<std::thread> threads_;
};

// A database for one test. open() may be called again after the previous store is destroyed, and finds its
// data.
class StoreHome {
 public:
  virtual ~StoreHome() = default;
  [[nodiscard]] virtual std::unique_ptr<Store> open() = 0;
};

struct StoreFactory {
  std::string name;
  std::function<std::unique_ptr<StoreHome>()> make;  // an empty database each time
};
inline std::ostream& operator<<(std::ostream& out, const StoreFactory& factory) {
  return out << factory.name;
}

// Of the organisation that every database has.
inline const Caller kCaller{kFirstOrganisation};
// 2026-11-22 08:00:00 UTC.
inline constexpr Timestamp kMorning{std::chrono::seconds{1795334400}};

[[nodiscard]] Embedding face_number(int number);
[[nodiscard]] Person new_person(const std::string& code, const std::string& name);
[[nodiscard]] FaceTemplate face_of(const Person& person, int number);
[[nodiscard]] Sighting sighting_at(Timestamp captured_at, const std::string& camera = "gate");
// The decision the service would propose for a `sighting` of `person`.
[[nodiscard]] Decision mark(const Sighting& sighting, const Person& person);

class StoreContract : public testing::TestWithParam<StoreFactory> {
 protected:
  void SetUp() override {
    home_ = GetParam().make();
    store_ = home_->open();
  }
  void TearDown() override { runner_.settle(); }
  void reopen() {
    runner_.settle();
    store_.reset();
    store_ = home_->open();
  }
  template <class T>
  T run(Task<T> task) {
    return runner_.run(std::move(task));
  }
  Person add(const std::string& code, const std::string& name, int faces = 0);
  // Records a mark of `person` and returns the store's decision.
  Decision record(const Person& person, Timestamp captured_at,
                  std::chrono::seconds window = std::chrono::hours{12}, const std::string& camera = "gate");
  std::vector<AttendanceRecord> log(AttendanceQuery query = {.organisation = kFirstOrganisation});

  Runner runner_;
  std::unique_ptr<StoreHome> home_;
  std::unique_ptr<Store> store_;
};

// A suite for each contract of a store.
class PeopleContract : public StoreContract {};
class TemplateContract : public StoreContract {};
class LogContract : public StoreContract {};
class DayContract : public StoreContract {};
class CameraContract : public StoreContract {};
class SessionContract : public StoreContract {};
class KeyContract : public StoreContract {};
class AuditContract : public StoreContract {
 protected:
  // All rows of the first organisation, in pages of `limit`.
  std::vector<audit::Row> rows(std::size_t limit = 100, bool oldest_first = true);
};
class FeedContract : public StoreContract {
 protected:
  // Everything after `position`, in pages of `limit`; moves it to the end.
  std::vector<FeedEntry> after(FeedPosition& position, std::size_t limit = 100);
};

// Runs every suite over one kind of store.
#define SAS_INSTANTIATE_STORE_CONTRACTS(name, values)                                          \
  INSTANTIATE_TEST_SUITE_P(name, StoreContract, values, testing::PrintToStringParamName());    \
  INSTANTIATE_TEST_SUITE_P(name, PeopleContract, values, testing::PrintToStringParamName());   \
  INSTANTIATE_TEST_SUITE_P(name, TemplateContract, values, testing::PrintToStringParamName()); \
  INSTANTIATE_TEST_SUITE_P(name, LogContract, values, testing::PrintToStringParamName());      \
  INSTANTIATE_TEST_SUITE_P(name, DayContract, values, testing::PrintToStringParamName());      \
  INSTANTIATE_TEST_SUITE_P(name, CameraContract, values, testing::PrintToStringParamName());   \
  INSTANTIATE_TEST_SUITE_P(name, SessionContract, values, testing::PrintToStringParamName());  \
  INSTANTIATE_TEST_SUITE_P(name, KeyContract, values, testing::PrintToStringParamName());      \
  INSTANTIATE_TEST_SUITE_P(name, AuditContract, values, testing::PrintToStringParamName());    \
  INSTANTIATE_TEST_SUITE_P(name, FeedContract, values, testing::PrintToStringParamName())

}  // namespace sas
