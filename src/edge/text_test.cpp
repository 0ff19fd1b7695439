// Times, tables, the log and the overlay: what people read.

#include <cstdlib>
#include <ctime>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/attendance_log.h"
#include "edge/day_log.h"
#include "edge/edge_fakes.h"
#include "edge/local_time.h"
#include "edge/overlay.h"
#include "edge/text_painter.h"
#include "edge/text_table.h"

namespace sas::edge {
namespace {

using testing::HasSubstr;

// A place where clocks change, for the length of a test.
class LocalTime : public testing::Test {
 protected:
  LocalTime() {
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
  }
  ~LocalTime() override {
    unsetenv("TZ");
    tzset();
  }
  static std::string when(std::string_view text, Bound bound) {
    const auto now = parse_rfc3339("2026-11-22T23:30:00Z");  // the 23rd already, here
    auto time = parse_when(text, bound, *now);
    return time ? to_rfc3339(*time) : time.error().code;
  }
};

TEST_F(LocalTime, DaysAreDaysOfThisPlace) {
  EXPECT_EQ(when("today", Bound::from), "2026-11-22T23:00:00Z");
  EXPECT_EQ(when("today", Bound::to), "2026-11-23T23:00:00Z");
  EXPECT_EQ(when("yesterday", Bound::from), "2026-11-21T23:00:00Z");
  EXPECT_EQ(when("2026-07-01", Bound::from), "2026-06-30T22:00:00Z");
  EXPECT_EQ(when("2026-10-25", Bound::to), "2026-10-25T23:00:00Z") << "a day of 25 hours";
  EXPECT_EQ(when("2026-11-22 08:30", Bound::to), "2026-11-22T07:30:00Z");
  EXPECT_EQ(when("2026-11-22T08:30:00+02:00", Bound::from), "2026-11-22T06:30:00Z");
}

TEST_F(LocalTime, WhatIsNoTimeIsSaidToBeNone) {
  for (const char* text : {"", "tomorrow", "22.11.2026", "2026-02-30", "2026-13-01", "2026-11-22 25:00"}) {
    EXPECT_EQ(when(text, Bound::from), "invalid_time") << text;
  }
}

TEST_F(LocalTime, TheLogIsATableInLocalTime) {
  const auto items = boost::json::parse(R"([{"id":"01a2b3c4-0000-7000-8000-00000000000a",
      "event_id":"01a2b3c4-0000-7000-8000-00000000000b",
      "person":{"id":"01a2b3c4-0000-7000-8000-00000000000c","code":"E-1","name":"Zoë"},"camera_id":"door",
      "captured_at":"2026-11-22T07:30:05.5Z","received_at":"2026-11-22T07:30:06Z","model":"m-1",
      "similarity":0.7123,"threshold":0.35}])");
  const auto table = log_as_table(items.as_array());
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_THAT(*table, HasSubstr("2026-11-22 08:30:05 +0100  Zoë   E-1   door    0.712"));
  EXPECT_THAT(*log_as_csv(items.as_array()), HasSubstr("2026-11-22T07:30:05.500000Z,E-1,Zoë,door,0.712300,,0."
                                                       "350000,01a2b3c4-0000-7000-8000-00000000000a"));
  EXPECT_EQ(log_as_table(boost::json::parse("[{}]").as_array()).error().code, "strange_answer");
}

TEST_F(LocalTime, DaysAreATableInLocalTime) {
  const auto items =
      boost::json::parse(R"([{"person":{"id":"01a2b3c4-0000-7000-8000-00000000000c","code":"E-1",
      "name":"Zoë"},"date":"2026-11-22","first_at":"2026-11-22T07:30:05.5Z","last_seen_at":"2026-11-22T16:55:00Z",
      "records":1,"sightings":4,"coverage":0.984},
      {"person":{"id":"01a2b3c4-0000-7000-8000-00000000000d","code":"E-2","name":"Bo"},"date":"2026-11-22",
      "first_at":null,"last_seen_at":null,"records":0,"sightings":0,"coverage":null}])");
  const auto table = days_as_table(items.as_array());
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_THAT(*table,
              HasSubstr("2026-11-22  Zoë   E-1   2026-11-22 08:30:05 +0100  2026-11-22 17:55:00 +0100  1  "
                        "      4          98 %"));
  EXPECT_THAT(
      *days_as_csv(items.as_array()),
      HasSubstr("\r\n2026-11-22,E-1,Zoë,2026-11-22T07:30:05.500000Z,2026-11-22T16:55:00Z,1,4,0.984\r\n"
                "2026-11-22,E-2,Bo,,,0,0,\r\n"));
  EXPECT_EQ(days_as_table(boost::json::parse("[{}]").as_array()).error().code, "strange_answer");
}

TEST(Table, ANameCannotCommandTheTerminal) { EXPECT_EQ(format_table({{"A\x1B[31m", "b"}}), "A [31m  b\n"); }

TEST(Overlay, EachStateHasItsColourAndSaysItInWords) {
  const cv::Rect2f box(100, 100, 80, 80);
  const auto label = [&](Outcome outcome) { return label_for(box, test::decision(EventId{}, outcome)); };
  EXPECT_THAT(label(Outcome::marked).detail, HasSubstr("marked 0.70"));
  EXPECT_THAT(label(Outcome::cooldown).detail, HasSubstr("already marked"));
  EXPECT_EQ(label(Outcome::unknown).title, "unknown");
  EXPECT_EQ(label(Outcome::unproven).title, "not proven live");
  EXPECT_THAT(label_for(box, {vision::QualityProblem::too_small}, false).detail,
              std::string(vision::hint(vision::QualityProblem::too_small)));
  for (const Outcome outcome : kOutcomes) {
    cv::Mat image = cv::Mat::zeros(480, 640, CV_8UC3);
    draw_overlay(image, {label(outcome)}, "30 fps");
    const auto pixel = image.at<cv::Vec3b>(140, 100);  // the box's left edge
    const cv::Scalar colour = colour_of(state_of(outcome));
    EXPECT_EQ(cv::Scalar(pixel[0], pixel[1], pixel[2]), colour);
  }
}

TEST(Overlay, DrawsNothingOutsideTheImage) {
  cv::Mat image = cv::Mat::zeros(60, 80, CV_8UC3);
  draw_overlay(image, {label_for({-50, -50, 300, 300}, test::decision(EventId{}, Outcome::unknown))},
               "a status line that is much longer than the picture is wide");
  EXPECT_EQ(image.size(), cv::Size(80, 60));
  cv::Mat narrow = cv::Mat::zeros(60, 8, CV_8UC3);
  draw_overlay(narrow, {}, "a status line");
  EXPECT_EQ(narrow.size(), cv::Size(8, 60));
}

// What a picture of nothing but this text looks like.
cv::Mat picture_of(const std::string& text) {
  cv::Mat image = cv::Mat::zeros(60, 640, CV_8UC3);
  draw_overlay(image, {}, text);
  return image;
}

TEST(Overlay, NamesAreDrawnAsTheyAreWritten) {
  EXPECT_EQ(printable("Zoë", "E-1"), "Zoë");
  EXPECT_EQ(printable("Žofia Łąćka", "E-1"), "Žofia Łąćka");
  EXPECT_EQ(printable("Ελένη", "E-1"), "Ελένη");
  EXPECT_EQ(printable("Юлия", "E-1"), "Юлия");
  EXPECT_GT(cv::norm(picture_of("Jürgen"), picture_of("J?rgen")), 0);
  EXPECT_GT(cv::norm(picture_of("Юлия"), picture_of("Илья")), 0) << "two words, not four boxes each";
  // Composed and decomposed are the same picture of the same name.
  EXPECT_EQ(cv::norm(picture_of("J\u00fcrgen"), picture_of("Ju\u0308rgen")), 0);
}

TEST(Overlay, ANameThatNoFontHasIsReplacedByTheCode) {
  EXPECT_EQ(printable("\U000F1234\U000F1235", "E-2"), "E-2") << "private use: no font has it";
  EXPECT_EQ(printable("", "E-2"), "E-2");
  // Where a Chinese font is installed the name is shown, elsewhere the code.
  EXPECT_EQ(printable("李雷", "E-2"), fonts_have("李雷") ? "李雷" : "E-2");
}

TEST(Overlay, TextThatIsNotUtf8IsDrawnAllTheSame) { EXPECT_GT(cv::norm(picture_of("J\xFCrgen")), 0); }

}  // namespace
}  // namespace sas::edge
