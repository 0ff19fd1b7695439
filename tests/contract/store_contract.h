#pragma once
// The contract of every store, on any database. A backend's test program links store_contract.cpp and
// instantiates StoreContract with its factory.

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

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
    return boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
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
  std::vector<AttendanceRecord> log(AttendanceQuery query = {});

  Runner runner_;
  std::unique_ptr<StoreHome> home_;
  std::unique_ptr<Store> store_;
};

}  // namespace sas
