#pragma once
// The contract of every cooldown gate. A backend's test program links cooldown_contract.cpp and instantiates
// CooldownContract with its factory.

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "cooldown/cooldown.h"

namespace sas {

struct CooldownFactory {
  std::string name;
  std::function<std::unique_ptr<CooldownGate>()> make;  // without any claims; null if unavailable
  std::string why_not;                                  // the reason if `make` returns null
};
inline std::ostream& operator<<(std::ostream& out, const CooldownFactory& factory) {
  return out << factory.name;
}

class CooldownContract : public testing::TestWithParam<CooldownFactory> {
 protected:
  void SetUp() override {
    if (gate_ == nullptr) GTEST_SKIP() << GetParam().why_not;
  }
  [[nodiscard]] CooldownAnswer claim(PersonId person, EventId event, Timestamp captured_at,
                                     std::chrono::seconds window = std::chrono::hours{12});

  std::unique_ptr<CooldownGate> gate_ = GetParam().make();
};

}  // namespace sas
