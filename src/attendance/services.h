#pragma once

#include "attendance/camera_service.h"
#include "attendance/day_service.h"
#include "attendance/log_service.h"
#include "attendance/people_service.h"
#include "attendance/recognition_service.h"
#include "base/clock.h"
#include "store/audit.h"

namespace sas::attendance {

// The use cases of the API. All of them must outlive it.
struct Services {
  RecognitionService& recognition;
  PeopleService& people;
  LogService& log;
  DayService& days;
  CameraService& cameras;
  AuditStore& audit;
  const Clock& clock;
};

}  // namespace sas::attendance
