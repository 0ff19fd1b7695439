#include "base/redact.h"

#include <gtest/gtest.h>

namespace sas {
namespace {

TEST(Redacted, HidesWhatAPersonWouldCallASecret) {
  // Each holds "hunter" as the secret.
  for (const char* address : {"rtsp://admin:hunter@cam/stream",
                              "rtsp://admin:hun#hunter@cam/stream",
                              "rtsp://admin:a/hunter@cam/s",
                              "rtsp://admin:a?hunter@cam/s",
                              "rtsp://admin:a@hunter@cam/s",
                              "rtsp://hunter@cam/s",
                              "rtsp://cam/user=admin&password=hunter&channel=1",
                              "rtsp://cam/user=admin_password=hunter_channel=1.sdp",
                              "rtsp://cam/0/admin:hunter/main",
                              "http://cam/video?user=a&pwd=hunter",
                              "http://cam/video#hunter",
                              "postgresql://sas:hun/hunter@db/attendance",
                              "sas:hunter@db/attendance",
                              "sas:a/hunter@db:5432/attendance",
                              "host=db password=hunter dbname=x",
                              "host=db password = 'a hunter'",
                              "postgresql://db/x?password=hunter",
                              "redis://:hunter@cache:6379/0",
                              "://hunter@x",
                              "a hunter://x@y",
                              "https://db/v1/4f9hunter0123456789abcdef"})
    EXPECT_EQ(redacted(address).find("hunter"), std::string::npos) << redacted(address);
}

TEST(Redacted, LeavesWhatHelpsToFindTheFault) {
  EXPECT_EQ(redacted("rtsp://admin:pw@cam:554/Streaming/Channels/101"),
            "rtsp://***@cam:554/Streaming/Channels/101");
  EXPECT_EQ(redacted("rtsp://cam/user=admin&password=pw"), "rtsp://cam/***");
  EXPECT_EQ(redacted("http://server:8000"), "http://server:8000");
  EXPECT_EQ(redacted("http://[::1]:8000/x"), "http://[::1]:8000/x");
  EXPECT_EQ(redacted("http://cam/video?pwd=x"), "http://cam/video?...");
  EXPECT_EQ(redacted("/dev/video0"), "/dev/video0");
  EXPECT_EQ(redacted("people/ada.jpg"), "people/ada.jpg");
  EXPECT_EQ(redacted("host=db dbname=x"), "host=db dbname=x");
  EXPECT_EQ(redacted(""), "");
}

TEST(LooksSecret, IsALongTextOfLettersAndDigitsWithoutASeparator) {
  EXPECT_TRUE(looks_secret("4f9a0c7be1d24f9a0c7be1d2"));
  EXPECT_FALSE(looks_secret("kiosk-1"));
  EXPECT_FALSE(looks_secret("attendance.example.com"));
  EXPECT_FALSE(looks_secret("/etc/attendance/cert1.pem"));
}

TEST(Redacted, HidesTheSecretsOfACamerasAddress) {
  EXPECT_EQ(redacted("rtsp://admin:secret@10.0.0.5:554/stream1"), "rtsp://***@10.0.0.5:554/stream1");
  EXPECT_EQ(redacted("rtsp://admin:se#cr@et/x?y@10.0.0.5/stream1"), "rtsp://***@10.0.0.5/stream1");
  EXPECT_EQ(redacted("rtsp://10.0.0.5/user=admin&password=secret&channel=1"), "rtsp://10.0.0.5/***");
  EXPECT_EQ(redacted("http://10.0.0.5:80/video?Password=secret#x"), "http://10.0.0.5:80/video?...");
  EXPECT_EQ(redacted("rtsp://admin:1234#@10.0.0.5/"), "rtsp://***@10.0.0.5/");
  EXPECT_EQ(redacted("http://camera/video?api_key=secret"), "http://camera/video?...");
  for (const char* plain : {"rtsp://10.0.0.5/live/1", "http://[fe80::1]/v", "clip.mp4"})
    EXPECT_EQ(redacted(plain), plain);
}

}  // namespace
}  // namespace sas
