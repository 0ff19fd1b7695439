#include "protocol/attendance.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sas::protocol {
namespace {

using testing::HasSubstr;

AttendanceRecord example() {
  const Timestamp captured = *parse_rfc3339("2026-11-22T07:30:05.5Z");
  return {
      .id = AttendanceId::make(captured),
      .event = EventId::make(captured),
      .person = {.id = PersonId::make(captured), .code = "E-1", .name = "Zoë, \"Z\""},
      .camera = CameraId{"door"},
      .model = ModelId{"faceplugin-1"},
      .captured_at = captured,
      .received_at = captured + std::chrono::seconds(2),
      .similarity = 0.7123F,
      .runner_up = std::nullopt,
      .score = 0.41F,
      .threshold = 0.35F,
      .threshold_source = ThresholdSource::calibrated,
      .scores = {.liveness = 0.9F},
  };
}

boost::json::object as_json(const AttendanceRecord& record) {
  JsonWriter out;
  write_attendance(out, record);
  return boost::json::parse(out.take()).as_object();
}

TEST(Attendance, GoesOutAsJsonAndComesBack) {
  AttendanceRecord record = example();
  for (const bool all : {false, true}) {
    if (all) {
      record.runner_up = -0.25F;
      record.scores.quality = 0.5F;
    }
    const auto read = read_attendance(as_json(record));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->id, record.id);
    EXPECT_EQ(read->event, record.event);
    EXPECT_EQ(read->person, record.person);
    EXPECT_EQ(read->camera, record.camera);
    EXPECT_EQ(read->model, record.model);
    EXPECT_EQ(read->captured_at, record.captured_at);
    EXPECT_EQ(read->received_at, record.received_at);
    EXPECT_FLOAT_EQ(read->similarity, record.similarity);
    EXPECT_EQ(read->runner_up, record.runner_up);
    EXPECT_FLOAT_EQ(read->threshold, record.threshold);
    EXPECT_EQ(read->threshold_source, record.threshold_source);
    EXPECT_FLOAT_EQ(read->score.value(), record.score.value());
    EXPECT_EQ(read->scores, record.scores);
  }
}

TEST(Attendance, NamesTheFieldThatIsMissingOrWrong) {
  const auto message_without = [](const char* name) {
    auto json = as_json(example());
    json.erase(name);
    return read_attendance(json).error().message;
  };
  for (const char* name : {"id", "event_id", "person", "camera_id", "captured_at", "received_at", "model",
                           "similarity", "threshold"})
    EXPECT_THAT(message_without(name), HasSubstr(name));

  auto json = as_json(example());
  json["person"].as_object()["id"] = "p";
  const auto wrong = read_attendance(json);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::invalid_argument);
  EXPECT_THAT(wrong.error().message, HasSubstr("person.id"));
}

TEST(Attendance, IsALineOfCsv) {
  const AttendanceRecord record = example();
  std::string text;
  append_csv_header(text, attendance_columns());
  append_csv_row(text, attendance_columns(), record);
  EXPECT_EQ(
      text,
      "id,event_id,person_id,person_code,person_name,camera_id,captured_at,received_at,model,similarity,"
      "runner_up,threshold,liveness,quality,score,threshold_source,weak_liveness\r\n" +
          record.id.to_string() + "," + record.event.to_string() + "," + record.person.id.to_string() +
          ",E-1,\"Zoë, \"\"Z\"\"\",door,2026-11-22T07:30:05.500000Z,2026-11-22T07:30:07.500000Z,"
          "faceplugin-1,0.7123,,0.35,0.9,,0.41,calibrated,\r\n");
}

}  // namespace
}  // namespace sas::protocol
