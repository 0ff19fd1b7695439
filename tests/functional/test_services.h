#pragma once

#include "attendance/services.h"
#include "store/store.h"

namespace sas::test {

// The use cases over parts that a test made; those outlive it.
class TestServices {
 public:
  TestServices(std::vector<attendance::ModelPolicy> models, std::chrono::seconds cooldown, Store& store,
               Gallery& gallery, CooldownGate& gate, const Clock& clock,
               const attendance::Calibrations* calibrations = nullptr)
      : models_(std::move(models)),
        recognition({.cooldown = cooldown}, models_, store.log(), gallery, gate, clock, nullptr,
                    calibrations),
        people(models_, store.people(), gallery, gate, clock, {}, calibrations),
        log(store.log(), store.cameras(), clock) {}

 private:
  attendance::ModelPolicies models_;

 public:
  attendance::RecognitionService recognition;
  attendance::PeopleService people;
  attendance::LogService log;
};

}  // namespace sas::test
